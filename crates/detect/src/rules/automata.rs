//! Regexes, built with bounds.
//!
//! Promises: no automaton grows beyond its bound; a regex that would is refused with a reason. Searches are linear in the text
//! whatever the regex.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use regex_automata::MatchKind;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::util::syntax;

use super::RuleError;
use super::compiled::RegexSet;

/// Bound on the states of all patterns for identifiers that are kept, in bytes. Text of all kinds needs a tenth of it; to
/// build all states beforehand would take most of the time of a start.
const SET_CACHE_BYTES: usize = 4 * 1024 * 1024;
/// Bound on one compiled regex, in bytes.
const REGEX_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What makes the states of a thread.
pub(crate) type MakeCache = Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// An automaton whose states are built as they are needed, forwards only, with the states that each thread has built.
#[derive(Debug)]
pub(crate) struct Lazy {
    pub(crate) automaton: Arc<DFA>,
    pub(crate) caches: Pool<Cache, MakeCache>,
}

impl Lazy {
    /// The automaton of these regexes, which keeps states up to a bound.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn of(texts: &[&str], kind: MatchKind, cache_bytes: usize) -> Result<Self, String> {
        let automaton = DFA::builder()
            .configure(
                Config::new()
                    .match_kind(kind)
                    .unicode_word_boundary(true)
                    .skip_cache_capacity_check(true)
                    .cache_capacity(cache_bytes),
            )
            .thompson(
                thompson::Config::new()
                    .which_captures(WhichCaptures::None)
                    .nfa_size_limit(Some(REGEX_BYTES_MAX)),
            )
            .syntax(syntax())
            .build_many(texts)
            .map_err(|error| error.to_string())?;
        let automaton = Arc::new(automaton);
        let made = Arc::clone(&automaton);
        Ok(Self { automaton, caches: Pool::new(Box::new(move || made.create_cache())) })
    }
}

/// All these patterns in one set; `None` for none.
pub(crate) fn set(patterns: Vec<(String, usize)>) -> Result<Option<RegexSet>, RuleError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let (texts, indexes): (Vec<String>, Vec<usize>) = patterns.into_iter().unzip();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let automaton = Lazy::of(&texts, MatchKind::All, SET_CACHE_BYTES).map_err(|what| {
        RuleError::of_set(
            format!("the patterns together make no automaton: {what}"),
            "use fewer or simpler patterns",
        )
    })?;
    Ok(Some(RegexSet { automaton, patterns: indexes }))
}

pub(crate) fn syntax() -> syntax::Config {
    syntax::Config::new().unicode(true).utf8(true).nest_limit(64)
}

/// A regex over these patterns, or what is wrong with them. Only one that runs over whole texts gets an automaton that is built
/// while it runs: each such automaton keeps its own memory, and short windows do without.
pub(crate) fn compile(
    patterns: &[&str],
    kind: MatchKind,
    captures: WhichCaptures,
    is_over_text: bool,
) -> Result<Regex, String> {
    Regex::builder()
        .configure(
            Regex::config()
                .match_kind(kind)
                .which_captures(captures)
                .hybrid(is_over_text)
                .nfa_size_limit(Some(REGEX_BYTES_MAX))
                .dfa(false)
                .hybrid_cache_capacity(4 * 1024 * 1024),
        )
        .syntax(syntax())
        .build_many(patterns)
        .map_err(|error| error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string))
}

/// The longest match of a regex in bytes, `None` where it has no bound.
pub(crate) fn length_max(pattern: &str) -> Option<usize> {
    syntax::parse(pattern).ok()?.properties().maximum_len()
}

/// The shortest match of a regex in bytes, `None` where it has none or is no regex.
pub(crate) fn length_min(pattern: &str) -> Option<usize> {
    syntax::parse(pattern).ok()?.properties().minimum_len()
}
