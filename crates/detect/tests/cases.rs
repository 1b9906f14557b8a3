//! The cases of `cases/detect/`: texts with what must be found and what must not be touched.
//!
//! What does not work yet is listed in `LATER` with what happens today and why; an entry that has become true fails, so that
//! it is removed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers fail by panicking")]

use cordon_detect::{Detector, Input};
use types::{ByteSpan, Finding};

/// Labels of the cases and the entities that answer to each.
const LABELS: &[(&str, &[&str])] = &[
    ("PERSON", &["PERSON"]),
    ("EMAIL", &["EMAIL_ADDRESS"]),
    ("PHONE", &["PHONE_NUMBER"]),
    ("IBAN", &["IBAN_CODE"]),
    ("IP", &["IP_ADDRESS"]),
    ("NATIONAL_ID", &["US_SSN", "HK_ID", "CN_RESIDENT_ID", "NATIONAL_ID"]),
    ("SECRET", &["PASSWORD", "API_KEY", "ACCESS_TOKEN", "PRIVATE_KEY", "URL_CREDENTIALS"]),
    ("DATE", &["DATE_OF_BIRTH"]),
    ("USERNAME", &["USERNAME"]),
    ("ADDRESS", &["ADDRESS"]),
    ("ORG", &["ORGANIZATION"]),
];

/// Spans that are not found yet: case, text of the span, why.
const LATER: &[(&str, &str, &str)] = &[
    ("rp-085", "Aoife D'Ambray", R),
    ("rp-085", "Pierre L'Estang", R),
    ("rp-085", "Sean O'Tarpey", R),
    ("rp-086", "Joost van der Meulenbeek", R),
    ("rp-086", "Inês dos Reis Valadão", R),
    ("rp-086", "Lucía de la Cerda", R),
    ("rp-086", "Emre Yılmazer", R),
    ("rp-086", "Thandeka Nkosana", R),
    ("rp-088", "BRACKENRIDGE 88 LLC", O),
    ("rp-088", "JESSAMY", R),
    ("rp-088", "88 CHAPPELWOOD DR", A),
    ("rp-090", "Thalia Yarrowby", R),
    ("rp-093", "Quinn O'Bralley", R),
    ("rp-093", "Quinn OBralley", R),
    ("rp-093", "Quinn O Bralley", R),
    ("rp-093", "Quinn O&#39;Bralley", R),
    ("rp-093", "QUINN O’BRALLEY", R),
    ("rp-101", "18 bis rue des Tanneurs, 37000 Vaubourg", A),
    ("rp-103", "14 Gullhaven Terrace, Marrowick MW4 2QT", A),
    ("rp-103", "ul. Wierzbowa 12/4, 00-950 Brzozów", A),
    ("rp-103", "Calle del Olmo 9, 3.º B, 28990 Torreluz", A),
    ("rp-111", "Anselm Quigley", R),
    ("rp-148", "Zoe\u{308} Nakashima", R),
    ("rp-151", "Ash", R),
    ("rp-151", "Ash Quillon", R),
    ("rp-151", "14 Gullhaven Terrace, Marrowick MW4 2QT", A),
];

const R: &str = "not found: a name in running text, without title, salutation or label, needs the tagger";
const O: &str = "not found: no recognizer for organisations yet";
const A: &str = "not found: no recognizer for postal addresses yet";

struct Case {
    id: String,
    text: String,
    spans: Vec<(ByteSpan, String)>,
    must_not: Vec<(ByteSpan, Vec<String>)>,
}

fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/detect/reports.jsonl");
    std::fs::read_to_string(path).unwrap().lines().map(case).collect()
}

fn case(line: &str) -> Case {
    let row: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = row["text"].as_str().unwrap().to_owned();
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let span = |value: &serde_json::Value| {
        let at = |name: &str| offsets[usize::try_from(value[name].as_u64().unwrap()).unwrap()];
        ByteSpan::new(at("start"), at("end"))
    };
    let spans = row["spans"].as_array().unwrap();
    let must_not = row["must_not"].as_array().unwrap();
    let labels = |value: &serde_json::Value| {
        let labels = value["labels"].as_array();
        labels.map_or_else(Vec::new, |labels| {
            labels.iter().map(|label| label.as_str().unwrap().to_owned()).collect()
        })
    };
    Case {
        id: row["id"].as_str().unwrap().to_owned(),
        spans: spans.iter().map(|value| (span(value), value["label"].as_str().unwrap().to_owned())).collect(),
        must_not: must_not.iter().map(|value| (span(value), labels(value))).collect(),
        text,
    }
}

fn answers_to(finding: &Finding, label: &str) -> bool {
    LABELS.iter().any(|(known, entities)| *known == label && entities.contains(&finding.entity.name()))
}

#[test]
fn every_case_is_found_as_it_says() {
    let detector = Detector::builtin().unwrap();
    let mut wrong = Vec::new();
    for case in cases() {
        let findings = detector.findings(&Input::of(&case.text)).unwrap();
        for (span, label) in &case.spans {
            let text = span.of(&case.text).unwrap();
            let found = findings.iter().any(|finding| finding.span == *span && answers_to(finding, label));
            let is_later = LATER.iter().any(|(id, later, _)| *id == case.id && *later == text);
            if found == is_later {
                let touching: Vec<_> = findings
                    .iter()
                    .filter(|f| f.span.overlaps(*span))
                    .map(|f| (f.span.of(&case.text), f.entity.name()))
                    .collect();
                wrong.push(format!(
                    "{}: {label} {text:?} found: {found}, listed as later: {is_later}; {touching:?}",
                    case.id
                ));
            }
        }
        for (span, labels) in &case.must_not {
            let touching = findings.iter().find(|finding| {
                finding.span.overlaps(*span)
                    && (labels.is_empty() || labels.iter().any(|label| answers_to(finding, label)))
            });
            if let Some(finding) = touching {
                wrong.push(format!(
                    "{}: {:?} is touched by {} ({})",
                    case.id,
                    span.of(&case.text),
                    finding.entity,
                    finding.evidence.recognizer
                ));
            }
        }
        for finding in &findings {
            if !case.spans.iter().any(|(span, _)| span.overlaps(finding.span)) {
                wrong.push(format!(
                    "{}: {:?} is found as {} and should not be",
                    case.id,
                    finding.span.of(&case.text),
                    finding.entity
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
