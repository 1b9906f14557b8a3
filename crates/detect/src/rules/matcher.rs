//! One regex of a pattern: matched anchored at a place that something cheaper led to, within a bounded window.
//!
//! Promises: searches are linear in the window whatever the regex; memory stays small, also with hundreds of patterns. So a
//! regex is compiled when it is first needed, most into a full automaton of a few kilobytes; what would grow larger keeps an
//! engine that builds no automaton. (An engine for any use, `meta::Regex`, keeps forward, reverse and lazy automata with
//! caches: half a megabyte each.)

use std::sync::OnceLock;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind};
use types::ByteSpan;

use super::automata::{compile, syntax};

/// Bound on the full automaton of one regex, in bytes. Beyond it the regex runs without one.
const FULL_BYTES_MAX: usize = 48 << 10;

/// Bound on the work of building it, in bytes of memory.
const BUILD_BYTES_MAX: usize = 256 << 10;

/// Room for the groups of a regex: 16 of them.
pub(crate) const SLOTS: usize = 32;

/// A regex and the group that is the value.
#[derive(Debug)]
pub(crate) struct Matcher {
    text: Box<str>,
    group: usize,
    engines: OnceLock<Engines>,
}

#[derive(Debug)]
struct Engines {
    /// Tells where a match ends, or that there is none: enough where the match is the value.
    full: Option<dense::DFA<Vec<u32>>>,
    /// Tells where groups are; stands in where there is no full automaton.
    general: Option<Regex>,
}

impl Matcher {
    /// A regex that is compiled when it is first needed. Only for the shipped ones, which a test compiles.
    pub(crate) fn later(text: &str, group: usize) -> Self {
        Self { text: text.into(), group, engines: OnceLock::new() }
    }

    /// A regex that is compiled now.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn now(text: &str, group: usize) -> Result<Self, String> {
        let matcher = Self::later(text, group);
        let engines = Engines::of(text, group)?;
        let _ = matcher.engines.set(engines);
        Ok(matcher)
    }

    /// The value of a match that begins at `at` and ends at `end` at the latest.
    pub(crate) fn value_at(&self, text: &str, at: usize, end: usize) -> Option<ByteSpan> {
        let input = Input::new(text).range(at..end).anchored(Anchored::Yes);
        let engines = self.engines();
        if let Some(full) = &engines.full {
            match full.try_search_fwd(&input) {
                Ok(None) => return None,
                Ok(Some(found)) if self.group == 0 => return Some(ByteSpan::new(at, found.offset())),
                // A group is wanted, or a byte that this automaton does not know stood in the way.
                Ok(Some(_)) | Err(_) => {}
            }
        }
        let general = engines.general.as_ref()?;
        if self.group == 0 {
            return general.search(&input).map(|found| ByteSpan::new(found.start(), found.end()));
        }
        let mut slots: [Option<NonMaxUsize>; SLOTS] = [None; SLOTS];
        general.search_slots(&input, &mut slots)?;
        group(&slots, self.group)
    }

    fn engines(&self) -> &Engines {
        self.engines.get_or_init(|| {
            Engines::of(&self.text, self.group).unwrap_or(Engines { full: None, general: None })
        })
    }
}

impl Engines {
    fn of(text: &str, group: usize) -> Result<Self, String> {
        let full = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::LeftmostFirst)
                    .start_kind(StartKind::Anchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(FULL_BYTES_MAX))
                    .determinize_size_limit(Some(BUILD_BYTES_MAX)),
            )
            .thompson(thompson::Config::new().which_captures(WhichCaptures::None))
            .syntax(syntax())
            .build(text)
            .ok();
        if group == 0 && full.is_some() {
            return Ok(Self { full, general: None });
        }
        let captures = if group == 0 { WhichCaptures::Implicit } else { WhichCaptures::All };
        let general = compile(&[text], MatchKind::LeftmostFirst, captures, false)?;
        if group >= general.group_info().group_len(regex_automata::PatternID::ZERO) {
            return Err(format!("has no group {group}"));
        }
        Ok(Self { full, general: Some(general) })
    }
}

/// The span of a group among the slots of a match.
pub(crate) fn group(slots: &[Option<NonMaxUsize>; SLOTS], group: usize) -> Option<ByteSpan> {
    let slot = |index: usize| slots.get(index).copied().flatten().map(NonMaxUsize::get);
    Some(ByteSpan::new(slot(group * 2)?, slot(group * 2 + 1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{BUILTIN, load};

    #[test]
    fn a_value_is_the_match_or_its_group() {
        let value = |regex: &str, group, text: &str| {
            let span = Matcher::now(regex, group).unwrap().value_at(text, 0, text.len());
            span.and_then(|span| span.of(text).map(str::to_owned))
        };
        assert_eq!(value("ab+", 0, "abbbc"), Some("abbb".to_owned()));
        assert_eq!(value("ab+", 0, "xabbb"), None);
        assert_eq!(value("key: (b+)", 1, "key: bbc"), Some("bb".to_owned()));
        assert_eq!(value("(?i)schlüssel: (\\pL{2,400})", 1, "SCHLÜSSEL: öß!"), Some("öß".to_owned()));
        assert_eq!(value("\\w{2,400}\\b", 0, "größer als"), Some("größer".to_owned()));
        assert!(Matcher::now("a(b", 0).is_err());
        assert!(Matcher::now("a(b)", 2).is_err());
    }

    #[test]
    fn every_shipped_regex_compiles() {
        for pattern in load::load(BUILTIN).unwrap().patterns {
            if let Some(regex) = pattern.regex {
                assert!(Engines::of(&regex.text, regex.group).is_ok(), "{} {}", pattern.name, regex.text);
            }
        }
    }
}
