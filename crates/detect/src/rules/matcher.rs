//! One regex of a pattern: matched anchored at a place that something cheaper led to, within a bounded window.
//!
//! Promises: searches are linear in the window whatever the regex; memory stays small, also with hundreds of patterns. So a
//! regex is compiled when it is first needed, most into a full automaton of a few kilobytes, larger ones into one whose states
//! are built as they are needed. Where the groups of a match are, an engine without automaton tells, and only from the start to
//! the end of a match. (An engine for any use, `meta::Regex`, keeps forward, reverse and lazy automata with caches: half a
//! megabyte each.)

use std::sync::OnceLock;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind};
use types::ByteSpan;

use super::automata::{Lazy, compile, syntax};

/// Bound on the full automaton of one regex, in bytes. Beyond it the regex runs without one.
const FULL_BYTES_MAX: usize = 48 << 10;

/// Bound on the work of building it, in bytes of memory.
const BUILD_BYTES_MAX: usize = 256 << 10;

/// Bound on the states that a larger automaton keeps, in bytes.
const LAZY_BYTES: usize = 512 << 10;

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
    ends: Ends,
    /// Tells where groups are; stands in where the automaton does not know a byte.
    general: OnceLock<Option<Regex>>,
}

/// An automaton that tells where a match ends.
#[derive(Debug)]
enum Ends {
    /// All states are there.
    Full(Box<dense::DFA<Vec<u32>>>),
    /// States come as they are needed.
    Lazy(Lazy),
    /// None could be made.
    None,
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
        let general = general(text, group)?;
        let engines = Engines::of(text);
        let _ = engines.general.set(Some(general));
        let _ = matcher.engines.set(engines);
        Ok(matcher)
    }

    /// The value of a match that begins at `at` and ends at `end` at the latest.
    pub(crate) fn value_at(&self, text: &str, at: usize, end: usize) -> Option<ByteSpan> {
        let input = Input::new(text).range(at..end).anchored(Anchored::Yes);
        let engines = self.engines.get_or_init(|| Engines::of(&self.text));
        let end = match engines.ends.of_match(&input) {
            Ok(None) => return None,
            Ok(Some(end)) if self.group == 0 => return Some(ByteSpan::new(at, end)),
            // The same match in less text: what was preferred and did not match before does not now.
            Ok(Some(end)) => end,
            Err(Unknown) => end,
        };
        let general = engines.general.get_or_init(|| general(&self.text, self.group).ok()).as_ref()?;
        let input = Input::new(text).range(at..end).anchored(Anchored::Yes);
        if self.group == 0 {
            return general.search(&input).map(|found| ByteSpan::new(found.start(), found.end()));
        }
        let mut slots: [Option<NonMaxUsize>; SLOTS] = [None; SLOTS];
        general.search_slots(&input, &mut slots)?;
        group(&slots, self.group)
    }
}

/// An automaton cannot tell: it met a byte that it does not know, or there is none.
struct Unknown;

impl Ends {
    fn of_match(&self, input: &Input<'_>) -> Result<Option<usize>, Unknown> {
        let found = match self {
            Self::Full(full) => full.try_search_fwd(input),
            Self::Lazy(lazy) => lazy.automaton.try_search_fwd(&mut lazy.caches.get(), input),
            Self::None => return Err(Unknown),
        };
        found.map(|found| found.map(|found| found.offset())).map_err(|_| Unknown)
    }
}

impl Engines {
    fn of(text: &str) -> Self {
        let full = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .match_kind(MatchKind::LeftmostFirst)
                    .start_kind(StartKind::Anchored)
                    .accelerate(false)
                    .unicode_word_boundary(true)
                    .dfa_size_limit(Some(FULL_BYTES_MAX))
                    .determinize_size_limit(Some(BUILD_BYTES_MAX)),
            )
            .thompson(thompson::Config::new().which_captures(WhichCaptures::None))
            .syntax(syntax())
            .build(text);
        let ends = match full {
            Ok(full) => Ends::Full(Box::new(full)),
            Err(_) => Lazy::of(&[text], MatchKind::LeftmostFirst, LAZY_BYTES).map_or(Ends::None, Ends::Lazy),
        };
        Self { ends, general: OnceLock::new() }
    }
}

/// The engine that tells where a group is.
fn general(text: &str, group: usize) -> Result<Regex, String> {
    let captures = if group == 0 { WhichCaptures::Implicit } else { WhichCaptures::All };
    let general = compile(&[text], MatchKind::LeftmostFirst, captures, false)?;
    if group >= general.group_info().group_len(regex_automata::PatternID::ZERO) {
        return Err(format!("has no group {group}"));
    }
    Ok(general)
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
                assert!(general(&regex.text, regex.group).is_ok(), "{} {}", pattern.name, regex.text);
            }
        }
    }
}
