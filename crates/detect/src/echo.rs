//! Values that were found once and stand elsewhere in the same text without anything that would give them away there.
//!
//! A name after "Dear" comes back in the middle of a sentence, a password after "password is" in a command: leaving those
//! would leak what was just hidden. Promises: whole words only, written the same; linear time; a bounded number of values.

use std::collections::BTreeSet;

use types::{ByteSpan, DataClass, Evidence, Finding};

use crate::{edges, strings};

/// Most distinct values that are looked for again; beyond it the first ones are.
const VALUES_MAX: usize = 2_000;
/// Shortest credential, and shortest name of one word, that is looked for again, in bytes: shorter ones are also words.
const CREDENTIAL_BYTES_MIN: usize = 8;
const NAME_BYTES_MIN: usize = 5;
/// The findings for further places of the values in `found`, which lie in `text`, but for those that `is_left` says.
pub(crate) fn echoes(text: &str, found: &[Finding], is_left: &dyn Fn(&Finding) -> bool) -> Vec<Finding> {
    let mut known = BTreeSet::new();
    let mut list: Vec<(&str, &Finding)> = Vec::new();
    for finding in found.iter().filter(|finding| !is_left(finding)) {
        let Some(value) = finding.span.of(text).filter(|value| is_telling(value, finding.class())) else {
            continue;
        };
        if list.len() < VALUES_MAX && known.insert(value) {
            list.push((value, finding));
        }
    }
    if list.is_empty() {
        return Vec::new();
    }
    list.sort_by_key(|(_, finding)| finding.span.start);
    let values: Vec<&str> = list.iter().map(|(value, _)| *value).collect();
    strings::places(text, &values)
        .into_iter()
        .filter(|(_, span)| edges::is_word_start(text, span.start) && edges::is_word_end(text, span.end))
        .filter_map(|(value, span)| {
            let (_, first) = list.get(value)?;
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
