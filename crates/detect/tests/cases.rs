//! The cases of `cases/detect/`: texts with what must be found and what must not be touched.
//!
//! What does not hold yet is listed in `cases/detect/later.toml` with the reason; an entry that has come true fails, so that it
//! is removed. Labels are broader than entities: `cases/detect/labels.toml` says which answers to which.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use std::sync::Arc;

use cordon_detect::tagger::{Knob, Tagger, Weights};
use cordon_detect::{Detector, Input, NamesAsked};
use serde::Deserialize;
use types::{ByteSpan, Finding};

/// The files with cases.
const CASES: [&str; 2] = ["reports.jsonl", "ordinary.jsonl"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    version: u32,
    reasons: BTreeMap<String, String>,
    #[serde(default)]
    later: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    what: String,
    text: String,
    reason: String,
}

#[derive(Deserialize)]
struct Labels {
    entities: BTreeMap<String, String>,
    endings: Vec<Ending>,
    classes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Ending {
    ending: String,
    label: String,
}

impl Labels {
    /// The label that a finding answers to: by the name of its entity, its ending, its data class.
    fn of(&self, finding: &Finding) -> &str {
        let name = finding.entity.name();
        let by_ending = || self.endings.iter().find(|row| name.ends_with(&row.ending)).map(|row| &row.label);
        let by_class = || self.classes.get(finding.class().name());
        self.entities.get(name).or_else(by_ending).or_else(by_class).unwrap()
    }
}

struct Case {
    id: String,
    text: String,
    spans: Vec<(ByteSpan, String)>,
    must_not: Vec<(ByteSpan, Vec<String>)>,
    /// Names in the text that the case is not about.
    names: Vec<ByteSpan>,
}

/// Something that does not hold: case, what, text.
type Failure = (String, &'static str, String);

fn read(name: &str) -> String {
    let path = format!("{}/../../cases/detect/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// A text, or the parts of one: so no scanner of source code takes an invented key for a real one.
fn text(value: &serde_json::Value) -> String {
    let parts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    parts.iter().map(|part| part.as_str().unwrap()).collect()
}

fn case(line: &str) -> Case {
    let row: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = text(&row["text"]);
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let span = |value: &serde_json::Value| {
        let at = |name: &str| offsets[usize::try_from(value[name].as_u64().unwrap()).unwrap()];
        ByteSpan::new(at("start"), at("end"))
    };
    let labels = |value: &serde_json::Value| {
        let labels = value["labels"].as_array();
        labels.map_or_else(Vec::new, |labels| {
            labels.iter().map(|label| label.as_str().unwrap().to_owned()).collect()
        })
    };
    let (spans, must_not) = (row["spans"].as_array().unwrap(), row["must_not"].as_array().unwrap());
    Case {
        id: row["id"].as_str().unwrap().to_owned(),
        spans: spans.iter().map(|value| (span(value), value["label"].as_str().unwrap().to_owned())).collect(),
        must_not: must_not.iter().map(|value| (span(value), labels(value))).collect(),
        names: row["names"].as_array().map_or_else(Vec::new, |names| names.iter().map(span).collect()),
        text,
    }
}

/// What does not hold in a case, and what was found there instead.
fn failures(labels: &Labels, case: &Case, findings: &[Finding]) -> Vec<(Failure, String)> {
    let mut failures = Vec::new();
    let mut fails = |what, span: ByteSpan| {
        let touching: Vec<String> = findings
            .iter()
            .filter(|finding| finding.span.overlaps(span))
            .map(|f| format!("{:?} {} ({})", f.span.of(&case.text), f.entity, f.evidence.recognizer))
            .collect();
        let text = span.of(&case.text).unwrap().to_owned();
        failures.push(((case.id.clone(), what, text), touching.join(", ")));
    };
    for (span, label) in &case.spans {
        if !findings.iter().any(|finding| finding.span == *span && labels.of(finding) == label) {
            fails("missed", *span);
        }
    }
    for (span, listed) in &case.must_not {
        let is_meant =
            |finding: &&Finding| listed.is_empty() || listed.iter().any(|label| label == labels.of(finding));
        if findings.iter().filter(is_meant).any(|finding| finding.span.overlaps(*span)) {
            fails("touched", *span);
        }
    }
    for finding in findings {
        if !case.spans.iter().any(|(span, _)| span.overlaps(finding.span)) {
            fails("extra", finding.span);
        }
    }
    failures
}

/// Labels of which the cases annotate only what they are about.
const RECALL_ONLY: [&str; 7] = ["DATE", "URL", "USERNAME", "ORG", "LOCATION", "NRP", "OTHER_ID"];

/// The same cases with names asked for: all hold, but for what `later_names.toml` lists. Better weights may make an entry come true:
/// that does not fail.
#[test]
fn every_report_holds_with_names() {
    let weights = |script: &str| {
        let path = format!("{}/../../models/{script}/weights.bin", env!("CARGO_MANIFEST_DIR"));
        Weights::from_bytes(&std::fs::read(path).unwrap()).unwrap()
    };
    let tagger = Arc::new(Tagger::new(weights("latin"), Some(weights("cjk"))));
    let asked = NamesAsked { organizations: true, ..Knob::Balanced.into() };
    let detector = Detector::builtin().unwrap().with_tagger(tagger, asked);
    let labels: Labels = toml::from_str(&read("labels.toml")).unwrap();
    let later: Later = toml::from_str(&read("later_names.toml")).unwrap();
    let is_listed = |id: &str, what: &str, text: &str| {
        later.later.iter().any(|entry| entry.case == id && entry.what == what && entry.text == text)
    };
    assert!(later.later.iter().all(|entry| later.reasons.contains_key(&entry.reason)));
    let mut wrong = Vec::new();
    for line in CASES.map(read).iter().flat_map(|file| file.lines()) {
        let case = case(line);
        let mut findings = detector.findings(&Input::of(&case.text)).unwrap();
        let is_annotated = |finding: &Finding| case.spans.iter().any(|(span, _)| span.overlaps(finding.span));
        let is_name = |finding: &Finding| case.names.iter().any(|span| span.contains(finding.span));
        findings.retain(|finding| {
            let is_counted = !RECALL_ONLY.contains(&labels.of(finding)) && !is_name(finding);
            is_counted || is_annotated(finding)
        });
        for ((id, what, text), touching) in failures(&labels, &case, &findings) {
            if is_listed(&id, what, &text) {
                continue;
            }
            wrong.push(format!("{id}: {what} {text:?}; found there: [{touching}]"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_holds_or_is_listed_as_later() {
    let detector = Detector::builtin().unwrap();
    let labels: Labels = toml::from_str(&read("labels.toml")).unwrap();
    let later: Later = toml::from_str(&read("later.toml")).unwrap();
    assert_eq!(later.version, 1);
    let mut listed: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in &later.later {
        assert!(later.reasons.contains_key(&entry.reason), "{}: no such reason", entry.reason);
        if !listed.insert((&entry.case, &entry.what, &entry.text)) {
            wrong.push(format!("{}: {:?} is listed twice in later.toml", entry.case, entry.text));
        }
    }
    let mut fail_today = BTreeSet::new();
    for line in CASES.map(read).iter().flat_map(|file| file.lines()) {
        let case = case(line);
        let findings = detector.findings(&Input::of(&case.text)).unwrap();
        for (failure, touching) in failures(&labels, &case, &findings) {
            if !listed.contains(&(failure.0.as_str(), failure.1, failure.2.as_str())) {
                let (id, what, text) = &failure;
                wrong.push(format!("{id}: {what} {text:?}; found there: [{touching}]"));
            }
            fail_today.insert(failure);
        }
    }
    for (case, what, text) in listed {
        if !fail_today
            .iter()
            .any(|failure| (failure.0.as_str(), failure.1, failure.2.as_str()) == (case, what, text))
        {
            wrong.push(format!("{case}: {what} {text:?} holds now: take it out of later.toml"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
