//! What holds for any input, as functions of bytes: the fuzz targets in `fuzz/` call them with what a fuzzer makes up, and a
//! test below with what fuzzers kept (`fuzz/corpus`). Each panics when its property does not hold; nothing else does.
//!
//! Only in tests and with the feature `properties`, which no product crate turns on.
#![expect(clippy::expect_used, reason = "the shipped recognizers load, which a test of this crate shows")]

mod carriers;
mod steps;

pub use carriers::carriers;
pub use steps::{forms, merge, normal};

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use types::{ByteSpan, Finding, Original};

use crate::{BUILTIN, Detector, ExactTerms, Input, exact_term_entity};

/// A value that nothing else may hide: check digits and all stand in it, no context is needed.
const VALUES: [&str; 2] = ["joe.miller@tidewick.org", "DE89 3704 0044 0532 0130 00"];

/// What stands in for a finding: the shape that is never found.
const SURROGATE_CODE: &str = "_7KQ2X9";

static BUILT: LazyLock<Detector> =
    LazyLock::new(|| Detector::builtin().expect("the shipped recognizers load"));

static TERMS: LazyLock<ExactTerms> = LazyLock::new(|| {
    let term = |label, text| (exact_term_entity(Some(label)), Original::new(text));
    ExactTerms::new([term("PROJECT", "Blue Harbour"), term("SITE", "K-17")]).expect("these terms can work")
});

/// The text of an input: its bytes, and what is no UTF-8 replaced.
fn text_of(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// The first byte of an input, which chooses, and its text.
fn choice_and_text(data: &[u8]) -> (usize, Cow<'_, str>) {
    let (choice, rest) = data.split_first().unwrap_or((&0, &[]));
    (usize::from(*choice), text_of(rest))
}

/// Sorted, apart, not empty, on character boundaries.
fn check_spans(text: &str, findings: &[Finding]) {
    let mut end = 0;
    for finding in findings {
        let ByteSpan { start, end: next } = finding.span;
        assert!(start >= end, "findings overlap or are not sorted at {start}");
        assert!(!finding.span.is_empty(), "an empty finding at {start}");
        assert!(finding.span.of(text).is_some(), "{start}..{next} is not on character boundaries");
        assert!((0.0..=1.0).contains(&finding.score), "a score of {}", finding.score);
        end = next;
    }
}

/// The whole detector: its findings are well formed, the same each time, hidden by nothing around them, and what they are
/// replaced by is not found. The first byte chooses the name of the JSON member around the text.
pub fn findings(data: &[u8]) {
    let (choice, text) = choice_and_text(data);
    let keys = [None, Some("password"), Some("name"), Some("phone"), Some("card"), Some("x")];
    let key = keys.get(choice % keys.len()).copied().flatten();
    let input = Input { key, terms: Some(&TERMS), ..Input::of(&text) };
    let Ok(found) = BUILT.findings(&input) else { return };
    check_spans(&text, &found);
    assert!(BUILT.findings(&input).as_ref() == Ok(&found), "the same text gives other findings");
    check_replaced(&text, &found);
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let (before, after) = text.split_at_checked(middle).unwrap_or_default();
    for value in VALUES {
        check_not_hidden(before, value, after);
    }
}

/// One set of recognizers alone, the shipped file that the first byte chooses, with the entities.
pub fn recognizers(data: &[u8]) {
    static SETS: OnceLock<Vec<OnceLock<Detector>>> = OnceLock::new();
    let sets = SETS.get_or_init(|| BUILTIN.iter().map(|_| OnceLock::new()).collect());
    let (choice, text) = choice_and_text(data);
    let at = choice % BUILTIN.len();
    let (Some(set), Some(file), Some(entities)) = (sets.get(at), BUILTIN.get(at), BUILTIN.first()) else {
        return;
    };
    let files = if at == 0 { vec![*entities] } else { vec![*entities, *file] };
    let detector = set.get_or_init(|| Detector::unproven(&files).expect("a shipped file loads alone"));
    let Ok(found) = detector.findings(&Input::of(&text)) else { return };
    check_spans(&text, &found);
    assert!(
        detector.findings(&Input::of(&text)).as_ref() == Ok(&found),
        "the same text gives other findings"
    );
}

/// The text with a surrogate in place of each finding, and where they stand.
fn replaced(text: &str, found: &[Finding]) -> (String, Vec<ByteSpan>) {
    let (mut out, mut spans, mut at) = (String::new(), Vec::new(), 0);
    for finding in found {
        out.push_str(text.get(at..finding.span.start).unwrap_or_default());
        let start = out.len();
        out.push_str(finding.entity.word());
        out.push_str(SURROGATE_CODE);
        spans.push(ByteSpan::new(start, out.len()));
        at = finding.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, spans)
}

/// Surrogates that stand as words of their own are not found again.
fn check_replaced(text: &str, found: &[Finding]) {
    let (text, surrogates) = replaced(text, found);
    let Ok(again) = BUILT.findings(&Input { terms: Some(&TERMS), ..Input::of(&text) }) else { return };
    check_spans(&text, &again);
    for surrogate in surrogates {
        let joins = |c: char| c.is_alphanumeric() || c == '_';
        let before = text.get(..surrogate.start).is_some_and(|before| before.ends_with(joins));
        let after = text.get(surrogate.end..).is_some_and(|after| after.starts_with(joins));
        let is_found = again.iter().any(|finding| finding.span.overlaps(surrogate));
        assert!(before || after || !is_found, "a surrogate at {} is found", surrogate.start);
    }
}

/// A value on a line of its own is found, whatever stands in the lines around it.
fn check_not_hidden(before: &str, value: &str, after: &str) {
    let text = format!("{before}\n\n{value}\n\n{after}");
    let start = before.len() + 2;
    let Ok(found) = BUILT.findings(&Input::of(&text)) else { return };
    check_spans(&text, &found);
    let mut at = start;
    for finding in &found {
        if finding.span.start <= at {
            at = at.max(finding.span.end);
        }
    }
    assert!(at >= start + value.len(), "{value} is not covered between others");
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Runs what is kept for a target through its property.
    fn run_corpus(name: &str, property: fn(&[u8])) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let data = std::fs::read(&path).unwrap();
            let held = std::panic::catch_unwind(|| property(&data));
            assert!(held.is_ok(), "{} does not hold", path.display());
            count += 1;
        }
        assert!(count > 0, "no corpus in {}", folder.display());
    }

    #[test]
    fn the_corpus_of_normal_forms_holds() {
        run_corpus("normal", normal);
    }

    #[test]
    fn the_corpus_of_further_forms_holds() {
        run_corpus("forms", forms);
    }

    #[test]
    fn the_corpus_of_merges_holds() {
        run_corpus("merge", merge);
    }

    #[test]
    fn the_corpus_of_recognizer_sets_holds() {
        run_corpus("recognizers", recognizers);
    }

    #[test]
    fn the_corpus_of_findings_holds() {
        run_corpus("findings", findings);
    }

    #[test]
    fn the_corpus_of_carriers_holds() {
        run_corpus("carriers", carriers);
    }
}
