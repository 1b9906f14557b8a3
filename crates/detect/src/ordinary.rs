//! Ordinary text, in which own recognizers must be quiet.
//!
//! A recognizer that finds values in a harbour, a log and a lock file would mangle every request. So each one that is not
//! shipped runs over a sample (`recognizers/ordinary.txt`: prose in five languages, code, logs, JSON) before it is used. The
//! sample also tells how often a literal or keyword stands in ordinary text, and with that what a pattern costs.

use crate::detector::{Detector, Input};
use crate::rules::format::{PatternRow, RecognizerRow};
use crate::rules::place::Placed;
use crate::rules::{RuleError, RuleFile, bounds, load};

/// Ordinary text, in sections that each begin with a line `=== name`.
pub(crate) const SAMPLE: &str = include_str!("../../../recognizers/ordinary.txt");
/// Name of the sample, for messages.
const NAME: &str = "recognizers/ordinary.txt";
/// How many places of the sample a recognizer may hit: one is chance, two may be.
const HITS_MAX: usize = 2;
/// How many bytes a pattern may read for each byte of the sample.
const READS_MAX: usize = 2;

/// A place of the sample that a recognizer takes for a value.
struct Hit {
    recognizer: String,
    line: usize,
    text: String,
}

/// Every recognizer of the files that finds too much in ordinary text, or reads too much of it.
pub(crate) fn failures(detector: &Detector, files: &[RuleFile<'_>]) -> Result<Vec<RuleError>, RuleError> {
    let hits = hits(detector);
    let mut failures = Vec::new();
    for file in files {
        for row in load::parse(file)?.recognizer {
            failures.extend(too_many(file, &row, &hits));
            let patterns = row.value().pattern.iter();
            failures.extend(patterns.filter_map(|pattern| too_slow(file, row.value(), pattern)));
        }
    }
    Ok(failures)
}

fn too_many(file: &RuleFile<'_>, row: &Placed<RecognizerRow>, hits: &[Hit]) -> Option<RuleError> {
    let id = &row.value().id;
    let own: Vec<&Hit> = hits.iter().filter(|hit| hit.recognizer == *id).collect();
    if own.len() <= HITS_MAX {
        return None;
    }
    let shown: Vec<String> =
        own.iter().take(3).map(|hit| format!("{:?} in line {}", hit.text, hit.line)).collect();
    let what = format!(
        "recognizer {id} matches ordinary text: {} times in {NAME}, e.g. {}",
        own.len(),
        shown.join(", ")
    );
    let hint = "make the pattern longer or stricter, add a check, or require context";
    Some(RuleError::at(file, &row.place(), what, hint))
}

fn too_slow(file: &RuleFile<'_>, recognizer: &RecognizerRow, row: &Placed<PatternRow>) -> Option<RuleError> {
    let pattern = row.value();
    let reach_bytes = bounds::reach_bytes(pattern)?;
    let sample = SAMPLE.to_lowercase();
    let places: usize =
        bounds::triggers(pattern).map(|text| sample.matches(&text.to_lowercase()).count()).sum();
    if places * reach_bytes <= READS_MAX * SAMPLE.len() {
        return None;
    }
    let what = format!(
        "pattern {} of recognizer {} is too slow: ordinary text leads to it {places} times in {} bytes, and each time up to \
         {reach_bytes} bytes are read",
        pattern.name,
        recognizer.id,
        SAMPLE.len()
    );
    Some(RuleError::at(
        file,
        &row.place(),
        what,
        "use longer literals or keywords, bound the regex, or set window_bytes",
    ))
}

/// What is found in the sample.
fn hits(detector: &Detector) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut line = 1;
    for section in SAMPLE.split_inclusive("\n\n") {
        for finding in detector.findings(&Input::of(section)).unwrap_or_default() {
            let before = section.get(..finding.span.start).unwrap_or_default();
            hits.push(Hit {
                recognizer: finding.evidence.recognizer.to_string(),
                line: line + before.matches('\n').count(),
                text: finding.span.of(section).unwrap_or_default().to_owned(),
            });
        }
        line += section.matches('\n').count();
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::BUILTIN;

    #[test]
    fn the_shipped_recognizers_find_nothing_in_ordinary_text() {
        let hits = hits(&Detector::unproven(BUILTIN).unwrap());
        let shown: Vec<String> =
            hits.iter().map(|hit| format!("line {}: {:?} {}", hit.line, hit.text, hit.recognizer)).collect();
        assert!(hits.is_empty(), "{}", shown.join("\n"));
    }
}
