//! Regexes, built with bounds.
//!
//! Promises: no automaton grows beyond its bound; a regex that would is refused with a reason. Searches are linear in the text
//! whatever the regex.

use regex_automata::MatchKind;
use regex_automata::dfa::{StartKind, dense};
use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;

use super::RuleError;
use super::compiled::{RegexSet, SetAutomaton};

/// Bound on the full automaton of all patterns for identifiers, in bytes; beyond it one is built that fills while it runs.
const FULL_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bound on one compiled regex, in bytes.
const REGEX_BYTES_MAX: usize = 8 * 1024 * 1024;

/// All these patterns in one set; `None` for none.
pub(crate) fn set(patterns: Vec<(String, usize)>) -> Result<Option<RegexSet>, RuleError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let (texts, indexes): (Vec<String>, Vec<usize>) = patterns.into_iter().unzip();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let full = dense::Builder::new()
        .configure(
            dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Anchored)
                .dfa_size_limit(Some(FULL_BYTES_MAX))
                .determinize_size_limit(Some(FULL_BYTES_MAX)),
        )
        .syntax(syntax())
        .build_many(&texts);
    let automaton = match full {
        Ok(full) => SetAutomaton::Full(Box::new(full)),
        Err(_) => SetAutomaton::Lazy(
            compile(&texts, MatchKind::All, WhichCaptures::Implicit, true).map_err(|what| {
                RuleError::of_set(
                    format!("the patterns together make no automaton: {what}"),
                    "use fewer or simpler patterns",
                )
            })?,
        ),
    };
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
