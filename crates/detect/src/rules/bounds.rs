//! What own recognizers may cost, whatever the text: bounds that hold for files that are not shipped.
//!
//! Shipped patterns are measured with the whole; of an operator's nobody knows what is in them. So what a pattern may read
//! for each byte of a text is bounded by its shape, without a clock: the same file is taken or refused on every machine.

use regex_automata::dfa::{StartKind, dense};

use super::automata::{length_max, length_min, syntax};
use super::format::PatternRow;

/// How far a regex looks unless its pattern says otherwise, in bytes.
pub(crate) const WINDOW_BYTES: usize = 512;
/// How far before the end of its ending a regex looks unless its pattern says otherwise, in bytes.
pub(crate) const WINDOW_BEFORE_BYTES: usize = 64;
/// Most bytes that a pattern may read for each byte of a text that is made of nothing but its shortest literal or keyword.
const READS_MAX: usize = 512;
/// Shortest distance between two words with a digit, in bytes.
const NUMBER_BYTES: usize = 2;
/// Most patterns of own files that may stand anywhere: each of them reads all of every text once more.
pub(crate) const ANYWHERE_MAX: usize = 8;
/// Bound on the automaton of a pattern that may stand anywhere, in bytes. What grows larger falls back to an engine that is
/// many times slower.
const ANYWHERE_AUTOMATON_BYTES_MAX: usize = 4 << 20;

/// Why an own pattern is refused, with what to do about it.
pub(crate) fn fault(pattern: &PatternRow) -> Option<(String, &'static str)> {
    let regex = pattern.regex.as_ref().map(|regex| regex.value().as_str());
    if pattern.reader.is_none() && regex.is_some_and(|regex| length_min(regex) == Some(0)) {
        return Some((
            "is ambiguous: its regex matches where nothing stands".to_owned(),
            "demand at least one character: + or {1,n} instead of * or ?",
        ));
    }
    if let Some(regex) = regex.filter(|_| pattern.anywhere)
        && !is_small(regex)
    {
        return Some((
            format!(
                "is too slow: its automaton grows beyond {} MiB, and it runs over all of every text",
                ANYWHERE_AUTOMATON_BYTES_MAX >> 20
            ),
            "use smaller repetitions or ASCII classes ([A-Za-z0-9] instead of \\w), or look from a literal or keyword",
        ));
    }
    let reach_bytes = reach_bytes(pattern)?;
    let shortest = triggers(pattern).map(str::len).min().unwrap_or(NUMBER_BYTES).max(1);
    (reach_bytes / shortest > READS_MAX).then(|| {
        (
            format!(
                "is too slow: up to {reach_bytes} bytes are read from each place, and such places may stand {shortest} bytes \
                 apart"
            ),
            "use longer literals or keywords, bound the regex, or set a smaller window_bytes",
        )
    })
}

/// The texts that lead to a pattern.
pub(crate) fn triggers(pattern: &PatternRow) -> impl Iterator<Item = &str> {
    pattern.literals.iter().chain(&pattern.keywords).chain(&pattern.endings).map(String::as_str)
}

/// The most that the regex of a pattern reads from one place; `None` where nothing leads to single places.
pub(crate) fn reach_bytes(pattern: &PatternRow) -> Option<usize> {
    let regex = pattern.regex.as_ref().filter(|_| !pattern.anywhere)?;
    let usual = if pattern.endings.is_empty() { WINDOW_BYTES } else { WINDOW_BEFORE_BYTES };
    let window = pattern.window_bytes.unwrap_or(usual);
    // Up to an ending all of the window is tried.
    let longest = if pattern.endings.is_empty() { length_max(regex.value()) } else { None };
    Some(longest.map_or(window, |longest| longest.min(window)))
}

fn is_small(regex: &str) -> bool {
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Unanchored)
                .unicode_word_boundary(true)
                .dfa_size_limit(Some(ANYWHERE_AUTOMATON_BYTES_MAX))
                .determinize_size_limit(Some(ANYWHERE_AUTOMATON_BYTES_MAX)),
        )
        .syntax(syntax())
        .build(regex)
        .is_ok()
}
