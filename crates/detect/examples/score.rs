//! Strict recall and precision on labelled texts.
//!
//! `cargo run --release -p cordon-detect --example score -- [--errors LABEL] FILE.jsonl…` reads JSON lines `{lang, source,
//! text, spans: [{start, end, label}]}` (offsets in code points, end exclusive) and prints for each label how many spans were
//! found exactly, how many were covered whole, and how many findings had no span of their label. Labels are broader than
//! entities; `LABELS` maps them. `--errors LABEL` lists misses and false alarms of a label with their surroundings.
//! With `--show`, each argument is a text and its findings are listed.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a tool for developers: it reads data that it was given by them and prints"
)]

use std::collections::BTreeMap;

use cordon_detect::{Detector, Input};
use types::Finding;

/// Label of the data, entities that answer to it.
const LABELS: &[(&str, &[&str])] = &[
    ("PERSON", &["PERSON"]),
    ("EMAIL", &["EMAIL_ADDRESS"]),
    ("PHONE", &["PHONE_NUMBER"]),
    ("CREDIT_CARD", &["CREDIT_CARD", "CN_BANK_CARD"]),
    ("IBAN", &["IBAN_CODE"]),
    ("BANK_ACCOUNT", &["BANK_ACCOUNT"]),
    ("CRYPTO", &["CRYPTO"]),
    ("IP", &["IP_ADDRESS"]),
    ("MAC", &["MAC_ADDRESS"]),
    (
        "NATIONAL_ID",
        &[
            "US_SSN",
            "NATIONAL_ID",
            "UK_NINO",
            "CN_RESIDENT_ID",
            "HK_ID",
            "DE_ID_CARD",
            "FR_NIR",
            "ES_NIF",
            "ES_NIE",
            "IT_FISCAL_CODE",
            "NL_BSN",
            "PL_PESEL",
            "IN_AADHAAR",
            "BR_CPF",
            "JP_MY_NUMBER",
            "KR_RRN",
        ],
    ),
    ("TAX_ID", &["US_ITIN", "TAX_ID", "DE_TAX_ID", "PL_NIP", "BR_CNPJ", "IN_PAN"]),
    ("HEALTH_ID", &["UK_NHS", "HEALTH_ID"]),
    ("PASSPORT", &["PASSPORT", "US_PASSPORT"]),
    ("DRIVER_LICENSE", &["US_DRIVER_LICENSE"]),
    ("DATE", &["DATE_OF_BIRTH"]),
    ("SECRET", &["PASSWORD", "API_KEY", "ACCESS_TOKEN", "PRIVATE_KEY", "URL_CREDENTIALS"]),
];

#[derive(Default)]
struct Tally {
    gold: usize,
    exact: usize,
    covered: usize,
    found: usize,
    right: usize,
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let detector = Detector::builtin().unwrap_or_else(|error| {
        println!("{error}");
        std::process::exit(1)
    });
    if arguments.first().is_some_and(|first| first == "--show") {
        for text in &arguments[1..] {
            println!("== {text}");
            for finding in detector.findings(&Input::of(text)).unwrap() {
                println!(
                    "{:?} {} {:.2} {:?}",
                    finding.span.of(text).unwrap(),
                    finding.entity,
                    finding.score,
                    finding.evidence
                );
            }
        }
        return;
    }
    let mut listed = None;
    if arguments.first().is_some_and(|first| first == "--errors") {
        listed = Some(arguments[1].clone());
        arguments.drain(..2);
    }
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for path in &arguments {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let document: serde_json::Value = serde_json::from_str(line).unwrap();
            score(&detector, &document, listed.as_deref(), &mut tallies);
        }
    }
    println!(
        "{:<15} {:>6} {:>8} {:>8} {:>8} {:>9}",
        "label", "spans", "exact", "covered", "findings", "precision"
    );
    for (label, t) in tallies {
        let share = |part: usize, of: usize| if of == 0 { 0.0 } else { 100.0 * part as f64 / of as f64 };
        println!(
            "{label:<15} {:>6} {:>7.2}% {:>7.2}% {:>8} {:>8.2}%",
            t.gold,
            share(t.exact, t.gold),
            share(t.covered, t.gold),
            t.found,
            share(t.right, t.found)
        );
    }
}

fn score(
    detector: &Detector,
    document: &serde_json::Value,
    listed: Option<&str>,
    tallies: &mut BTreeMap<&str, Tally>,
) {
    let text = document["text"].as_str().unwrap();
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let findings: Vec<Finding> = detector.findings(&Input::of(text)).unwrap();
    let gold: Vec<(usize, usize, &str)> = document["spans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| {
            let at = |name: &str| offsets[usize::try_from(span[name].as_u64().unwrap()).unwrap()];
            (at("start"), at("end"), span["label"].as_str().unwrap())
        })
        .collect();
    let around = |start: usize, end: usize| {
        let from = text.char_indices().map(|(at, _)| at).rfind(|at| at + 48 <= start).unwrap_or(0);
        let to = text.char_indices().map(|(at, _)| at).find(|at| *at >= end + 24).unwrap_or(text.len());
        format!("{} {:?}[{}]{:?}", document["id"], &text[from..start], &text[start..end], &text[end..to])
    };
    for (label, entities) in LABELS {
        let tally = tallies.entry(label).or_default();
        let own: Vec<&Finding> =
            findings.iter().filter(|finding| entities.contains(&finding.entity.name())).collect();
        for (start, end, _) in gold.iter().filter(|(_, _, name)| name == label) {
            tally.gold += 1;
            let exact = own.iter().any(|finding| (finding.span.start, finding.span.end) == (*start, *end));
            let covered =
                findings.iter().any(|finding| finding.span.start <= *start && finding.span.end >= *end);
            tally.exact += usize::from(exact);
            tally.covered += usize::from(covered);
            if !exact && listed == Some(label) {
                let got: Vec<_> = findings
                    .iter()
                    .filter(|f| f.span.start < *end && f.span.end > *start)
                    .map(|f| (f.span.of(text).unwrap(), f.entity.name()))
                    .collect();
                println!("MISS {} {got:?}", around(*start, *end));
            }
        }
        for finding in own {
            tally.found += 1;
            let right = gold.iter().any(|(start, end, name)| {
                name == label && finding.span.start < *end && finding.span.end > *start
            });
            tally.right += usize::from(right);
            if !right && listed == Some(label) {
                println!(
                    "FALSE {} {} {}",
                    finding.evidence.recognizer,
                    finding.evidence.pattern,
                    around(finding.span.start, finding.span.end)
                );
            }
        }
    }
}
