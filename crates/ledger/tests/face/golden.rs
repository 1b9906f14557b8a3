//! Golden vectors: `cases/ledger/`. A change of a leaf that was ever written is a break with every ledger there is.

use std::path::PathBuf;

use cordon_ledger::{Claim, ExportLine, Record, Tree, leaf_hash, verify};

use crate::samples::{golden, with_question};

/// Two records of a newer program: another version, and another kind of this version.
const NEWER: [&str; 2] = [
    r#"{"exchange":"0199a8f0-0000-7000-8000-000000000005","kind":"intent","time_ms":1795608001200,"v":2,"what":{"is":["new",null,true,-1]}}"#,
    r#"{"kind":"checkpoint","root":"00","size":6,"v":1}"#,
];

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/ledger").join(name)
}

/// The lines of `export.jsonl` as they must be.
pub(crate) fn expected_lines() -> Vec<Vec<u8>> {
    let records = golden().into_iter().map(|record| record.leaf().unwrap());
    exported(records.chain(NEWER.iter().map(|leaf| leaf.as_bytes().to_vec())))
}

fn exported(leaves: impl Iterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut tree = Tree::new();
    let mut lines: Vec<_> = leaves
        .map(|leaf| {
            let (index, leaf_hash) = (tree.size(), leaf_hash(&leaf));
            tree.append(leaf_hash);
            ExportLine::Record(Claim { index, leaf, leaf_hash, root: tree.root(), copies: None }).bytes()
        })
        .collect();
    lines.push(ExportLine::Head(tree.head()).bytes());
    lines
}

/// The file was written by another program.
#[test]
fn records_with_a_question_are_spelled_and_hashed_as_they_always_were() {
    let text = std::fs::read_to_string(path("question.jsonl")).unwrap();
    let expected = exported(with_question().into_iter().map(|record| record.leaf().unwrap()));
    let lines: Vec<_> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
    assert_eq!(lines, expected);
    for (line, expected) in text.lines().zip(with_question()) {
        let ExportLine::Record(claim) = ExportLine::parse(line.as_bytes()).unwrap() else {
            panic!("a record")
        };
        assert_eq!(Record::parse(&claim.leaf).unwrap(), expected);
    }
}

#[test]
fn records_are_spelled_and_hashed_as_they_always_were() {
    let text = std::fs::read_to_string(path("export.jsonl")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let expected = expected_lines();
    for (at, expected) in expected.iter().enumerate() {
        assert_eq!(lines.get(at).copied(), std::str::from_utf8(expected).ok(), "line {}", at + 1);
    }
    assert_eq!(lines.len(), expected.len());
}

#[test]
fn the_golden_export_verifies_and_reads_as_records() {
    let text = std::fs::read_to_string(path("export.jsonl")).unwrap();
    let mut claims = Vec::new();
    let mut heads = Vec::new();
    for line in text.lines() {
        match ExportLine::parse(line.as_bytes()).unwrap() {
            ExportLine::Record(claim) => claims.push(claim),
            ExportLine::Head(head) => heads.push(head),
        }
    }
    let verification = verify(&claims, &heads);
    assert_eq!((verification.size, verification.first_bad), (8, None));
    for (claim, expected) in claims.iter().zip(golden()) {
        assert_eq!(Record::parse(&claim.leaf).unwrap(), expected);
    }
}

#[test]
fn leaves_that_are_none_are_refused_for_the_reason_that_stands_beside_them() {
    let text = std::fs::read_to_string(path("refused.jsonl")).unwrap();
    for (at, line) in text.lines().enumerate() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let (leaf, error) = (case["leaf"].as_str().unwrap(), case["error"].as_str().unwrap());
        let refused = Record::parse(leaf.as_bytes()).unwrap_err();
        assert_eq!(refused.to_string(), error, "line {}: {}", at + 1, case["why"]);
    }
}
