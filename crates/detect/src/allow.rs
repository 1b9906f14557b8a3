//! Allow lists: values of an entity that are not reported, such as the address of one's own support desk.
//!
//! Promises: a value is allowed as a whole and as it is written in the text, or not at all; one that is encoded or spelled out
//! is reported. A list speaks of one entity: what another recognizer sees in the same place stays.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::{Anchored, Input, MatchKind};
use types::Finding;

use crate::rules::automata::compile;

/// Most bytes of a value that is held against a pattern.
const VALUE_BYTES_MAX: usize = 1024;

/// Texts and patterns of values that are not reported, per entity.
#[derive(Clone, Default)]
pub struct AllowList {
    entities: BTreeMap<String, Allowed>,
}

#[derive(Clone, Default)]
struct Allowed {
    texts: HashSet<String>,
    patterns: Vec<Regex>,
}

impl AllowList {
    /// True when nothing is allowed.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// Allows a value of an entity: a text as it stands, or `/…/`, a regex that matches the whole value.
    ///
    /// # Errors
    /// What is wrong with the text or its regex, to follow the text.
    pub fn allow(&mut self, entity: &str, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        let inner = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        match inner.filter(|inner| !inner.is_empty()) {
            None => {
                self.entities.entry(entity.to_owned()).or_default().texts.insert(text.to_owned());
            }
            Some(inner) => {
                compile(&[inner], MatchKind::LeftmostFirst, WhichCaptures::Implicit, false)
                    .map_err(|error| format!("is no regex: {}", one_line(&error)))?;
                let whole = format!(r"(?:{inner})\z");
                let regex = compile(&[&whole], MatchKind::LeftmostFirst, WhichCaptures::Implicit, false)
                    .map_err(|error| format!("is no regex: {}", one_line(&error)))?;
                let is_all = ["a", "joe@tidewick.org", "4111 1111 1111 1111", "x7 Ω\n"];
                if is_all.iter().all(|text| matches_whole(&regex, text)) {
                    return Err("matches every value".to_owned());
                }
                self.entities.entry(entity.to_owned()).or_default().patterns.push(regex);
            }
        }
        Ok(())
    }

    /// The entities of which something is allowed.
    pub fn entities(&self) -> impl Iterator<Item = &str> {
        self.entities.keys().map(String::as_str)
    }

    /// True when a finding in this text is allowed.
    pub fn allows(&self, finding: &Finding, text: &str) -> bool {
        let Some(allowed) = self.entities.get(finding.entity.name()) else { return false };
        let Some(value) = finding.span.of(text) else { return false };
        allowed.texts.contains(value)
            || (value.len() <= VALUE_BYTES_MAX
                && allowed.patterns.iter().any(|regex| matches_whole(regex, value)))
    }
}

fn matches_whole(regex: &Regex, value: &str) -> bool {
    regex.is_match(Input::new(value).anchored(Anchored::Yes))
}

/// The last line of a message of the regex parser, which says what is wrong; the lines before it draw the place.
fn one_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

impl fmt::Debug for AllowList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AllowList({} entities)", self.entities.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Detector, Input};

    /// Whether everything that is found in `text` is allowed by a list for e-mail addresses.
    fn check(allowed: &str, text: &str, expected: bool) {
        let mut list = AllowList::default();
        list.allow("EMAIL_ADDRESS", allowed).unwrap();
        let findings = Detector::builtin().unwrap().findings(&Input::of(text)).unwrap();
        assert!(!findings.is_empty(), "{text}");
        assert_eq!(findings.iter().all(|finding| list.allows(finding, text)), expected, "{allowed} {text}");
    }

    #[test]
    fn a_value_is_allowed_whole_and_as_written_or_not_at_all() {
        check("help@tidewick.org", "write to help@tidewick.org.", true);
        check("help@tidewick.org", "write to yelp.help@tidewick.org.", false);
        check("help@tidewick.org", "write to help at tidewick dot org please", false);
        check("/[a-z]+@tidewick\\.org/", "write to help@tidewick.org.", true);
        check("/help|x@tidewick\\.org/", "write to x@tidewick.org.", true);
        check("/[a-z]+@tidewick\\.org/", "write to help@tidewick.organic.example.", false);
        check("/[a-z]+@tidewick\\.org/", "write to a.help@tidewick.org.", false);
        check("help@tidewick.org", "call +44 20 7946 0412", false);
    }

    #[test]
    fn what_would_allow_everything_or_nothing_is_refused() {
        let mut list = AllowList::default();
        for text in ["", "/(/", "/(?s).*/", "/(?s:.+)/"] {
            assert!(list.allow("EMAIL_ADDRESS", text).is_err(), "{text}");
        }
        assert!(list.is_empty());
    }
}
