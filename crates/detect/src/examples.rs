//! The examples of recognizer files, which are tests.

use types::Role;

use crate::detector::{Detector, Input};
use crate::rules::format::CounterRow;
use crate::rules::{RuleError, RuleFile, load};

/// Checks that each example is found by its recognizer and no counter-example is; the first that fails is the error.
pub(crate) fn hold(detector: &Detector, files: &[RuleFile<'_>]) -> Result<(), RuleError> {
    failures(detector, files)?.into_iter().next().map_or(Ok(()), Err)
}

/// Every example that does not hold.
pub(crate) fn failures(detector: &Detector, files: &[RuleFile<'_>]) -> Result<Vec<RuleError>, RuleError> {
    let mut failures = Vec::new();
    for file in files {
        for row in load::parse(file)?.recognizer {
            let recognizer = row.value();
            for example in &recognizer.examples {
                let (text, value) = (example.value().text.text(), example.value().find.text());
                let found = values(detector, &recognizer.id, &text, example.value().key.as_deref());
                if !found.contains(&value) {
                    let what = format!(
                        "recognizer {} does not find the value of this example; it finds {found:?}",
                        recognizer.id
                    );
                    failures.push(RuleError::at(
                        file,
                        &example.place(),
                        what,
                        "correct the pattern or the example",
                    ));
                }
            }
            for example in &recognizer.counter_examples {
                let (text, key) = match example.value() {
                    CounterRow::Text(text) => (text.text(), None),
                    CounterRow::Keyed { text, key } => (text.text(), Some(key.as_str())),
                };
                let found = values(detector, &recognizer.id, &text, key);
                if !found.is_empty() {
                    let what =
                        format!("recognizer {} finds {found:?} in this counter-example", recognizer.id);
                    failures.push(RuleError::at(
                        file,
                        &example.place(),
                        what,
                        "make the pattern stricter or remove the counter-example",
                    ));
                }
            }
        }
    }
    Ok(failures)
}

/// What a recognizer finds in an example. These texts are the operator's own, not a request's.
fn values(detector: &Detector, recognizer: &str, text: &str, key: Option<&str>) -> Vec<String> {
    let input = Input { text, key, role: Role::User, terms: None };
    let findings = detector.findings(&input).unwrap_or_default();
    findings
        .iter()
        .filter(|finding| &*finding.evidence.recognizer == recognizer)
        .filter_map(|finding| finding.span.of(text).map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::BUILTIN;

    #[test]
    fn every_shipped_example_holds() {
        let detector = Detector::unproven(BUILTIN).unwrap();
        let failures = failures(&detector, BUILTIN).unwrap();
        let shown: Vec<String> = failures.iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}", shown.join("\n"));
    }
}
