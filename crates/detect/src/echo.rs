//! Values that were found once and stand elsewhere in the same text without anything that would give them away there.
//!
//! A name after "Dear" comes back in the middle of a sentence, a password after "password is" in a command: leaving those
//! would leak what was just hidden. Promises: whole words only, written the same; linear time; a bounded number of values.

use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashMap;

use types::{ByteSpan, DataClass, Evidence, Finding};

use crate::edges;

/// Most distinct values that are looked for again; beyond it the first ones are.
const VALUES_MAX: usize = 2_000;
/// Shortest credential, and shortest name of one word, that is looked for again, in bytes: shorter ones are also words.
const CREDENTIAL_BYTES_MIN: usize = 8;
const NAME_BYTES_MIN: usize = 5;

/// The findings for further places of the values in `found`, which lie in `text`.
pub(crate) fn echoes(text: &str, found: &[Finding]) -> Vec<Finding> {
    let mut values: HashMap<&str, &Finding> = HashMap::new();
    for finding in found {
        let Some(value) = finding.span.of(text).filter(|value| is_telling(value, finding.class())) else {
            continue;
        };
        if values.len() < VALUES_MAX {
            values.entry(value).or_insert(finding);
        }
    }
    if values.is_empty() {
        return Vec::new();
    }
    let mut list: Vec<(&str, &Finding)> = values.into_iter().collect();
    list.sort_by_key(|(_, finding)| finding.span.start);
    // Leftmost-longest and not overlapping: values that repeat within themselves would give a hit at every byte.
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(list.iter().map(|(value, _)| value.as_bytes()));
    let Ok(automaton) = automaton else { return Vec::new() };
    automaton
        .find_iter(text)
        .filter(|hit| edges::is_word_start(text, hit.start()) && edges::is_word_end(text, hit.end()))
        .filter_map(|hit| {
            let (_, first) = list.get(hit.pattern().as_usize())?;
            let span = ByteSpan::new(hit.start(), hit.end());
            (span != first.span).then(|| repeated(span, first))
        })
        .collect()
}

fn is_telling(value: &str, class: DataClass) -> bool {
    match class {
        DataClass::Person => value.contains(' ') || value.len() >= NAME_BYTES_MIN,
        DataClass::Credential => {
            let varied =
                value.bytes().any(|b| b.is_ascii_digit()) || value.bytes().any(|b| b.is_ascii_punctuation());
            (CREDENTIAL_BYTES_MIN..=4096).contains(&value.len()) && varied
        }
        _ => false,
    }
}

fn repeated(span: ByteSpan, first: &Finding) -> Finding {
    let evidence = Evidence {
        recognizer: first.evidence.recognizer.clone(),
        pattern: "repeated".into(),
        validator: None,
        context: None,
        steps: vec![("repeated".into(), first.score)],
    };
    Finding { span, entity: first.entity.clone(), score: first.score, evidence }
}
