//! The examples of recognizer files, which are tests.

use types::Role;

use crate::detector::{Detector, Input};
use crate::rules::format::{CounterRow, PatternRow, RecognizerRow};
use crate::rules::load::is_shipped;
use crate::rules::{RuleError, RuleFile, load};

/// Every example that does not hold.
pub(crate) fn failures(detector: &Detector, files: &[RuleFile<'_>]) -> Result<Vec<RuleError>, RuleError> {
    let mut failures = Vec::new();
    for file in files {
        for row in load::parse(file)?.recognizer {
            let recognizer = row.value();
            for example in &recognizer.examples {
                let (text, value) = (example.value().text.text(), example.value().find.text());
                let found = found(detector, &text, example.value().key.as_deref());
                if let Some((what, hint)) = missed(&recognizer.id, &value, &found) {
                    failures.push(RuleError::at(file, &example.place(), what, hint));
                }
            }
            for example in &recognizer.counter_examples {
                let (text, key) = match example.value() {
                    CounterRow::Text(text) => (text.text(), None),
                    CounterRow::Keyed { text, key } => (text.text(), Some(key.as_str())),
                };
                let found = values(&found(detector, &text, key), &recognizer.id);
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
            if !is_shipped(file) {
                failures.extend(recognizer.pattern.iter().filter_map(|pattern| {
                    let what = listed_elsewhere(detector, recognizer, pattern.value())?;
                    let hint = "take it off the list, or require context for one of the two";
                    Some(RuleError::at(file, &pattern.place(), what, hint))
                }));
            }
        }
    }
    Ok(failures)
}

/// What is found in an example. These texts are the operator's own, not a request's.
struct Found {
    value: String,
    recognizer: String,
    /// Entity and class.
    entity: String,
}

fn found(detector: &Detector, text: &str, key: Option<&str>) -> Vec<Found> {
    let input = Input { text, key, role: Role::User, terms: None };
    let findings = detector.findings(&input).unwrap_or_default();
    let found = findings.iter().map(|finding| Found {
        value: finding.span.of(text).unwrap_or_default().to_owned(),
        recognizer: finding.evidence.recognizer.to_string(),
        entity: format!("{} (class {})", finding.entity.name(), finding.class().name()),
    });
    found.collect()
}

fn values(found: &[Found], recognizer: &str) -> Vec<String> {
    found.iter().filter(|found| found.recognizer == recognizer).map(|found| found.value.clone()).collect()
}

/// Why an example does not hold, with what to do about it.
fn missed(id: &str, value: &str, found: &[Found]) -> Option<(String, &'static str)> {
    let own = values(found, id);
    if own.iter().any(|found| found == value) {
        return None;
    }
    let of_another = found.iter().find(|found| found.recognizer != id && found.value.contains(value));
    match of_another {
        Some(other) if own.is_empty() => Some((
            format!(
                "recognizer {id} is ambiguous: recognizer {} finds the value of this example too, as {}, and prevails",
                other.recognizer, other.entity
            ),
            "demand more of the value, give the entity a class as severe and the pattern a higher score, or use that entity",
        )),
        _ => Some((
            format!("recognizer {id} does not find the value of this example; it finds {own:?}"),
            "correct the pattern or the example",
        )),
    }
}

/// A text of a list that another recognizer takes for something else.
fn listed_elsewhere(detector: &Detector, recognizer: &RecognizerRow, pattern: &PatternRow) -> Option<String> {
    if recognizer.context_required || pattern.context_required {
        return None;
    }
    let id = &recognizer.id;
    pattern.words.iter().chain(&pattern.exact).find_map(|text| {
        let found = found(detector, text, None);
        let other = found.iter().find(|found| found.recognizer != *id && found.value == *text)?;
        Some(format!(
            "recognizer {id} is ambiguous: recognizer {} finds `{text}` of its list too, as {}",
            other.recognizer, other.entity
        ))
    })
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
