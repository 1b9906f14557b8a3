//! The Python program of `docs/how-to/verify-the-ledger.md`, run as a reader would run it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::golden::{expected_lines, path};

/// The first block of Python on the page.
fn program() -> String {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/how-to/verify-the-ledger.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (_, rest) = text.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// What the program prints for an export, and whether it ended well; `None` where there is no Python here.
fn run(arguments: &[&str]) -> Option<(String, bool)> {
    let has_python = Command::new("python3").arg("--version").stdout(Stdio::null()).status();
    if has_python.is_err() {
        return None;
    }
    let output = Command::new("python3").arg("-c").arg(program()).args(arguments).output().unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    Some((told.trim().to_owned(), output.status.success()))
}

/// Runs the program on changed lines.
fn check(name: &str, lines: &[Vec<u8>], expected: &str) {
    let file = std::env::temp_dir().join(format!("cordon-python-{}-{name}.jsonl", std::process::id()));
    let mut text = lines.join(&b'\n');
    text.push(b'\n');
    std::fs::write(&file, text).unwrap();
    let told = run(&[file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    if let Some(told) = told {
        assert_eq!(told, (expected.to_owned(), false));
    }
}

#[test]
fn the_program_on_the_page_verifies_the_golden_export() {
    let export = path("export.jsonl");
    let Some(told) = run(&[export.to_str().unwrap()]) else { return };
    let lines = expected_lines();
    let head: serde_json::Value = serde_json::from_slice(lines.last().unwrap()).unwrap();
    let root = head["head"]["root"].as_str().unwrap();
    assert_eq!(told, (format!("ok: 8 records, root {root}"), true));

    let written_down = format!("8:{root}");
    assert!(run(&[export.to_str().unwrap(), &written_down]).unwrap().1);
    let other = format!("7:{root}");
    assert_eq!(
        run(&[export.to_str().unwrap(), &other]).unwrap(),
        ("bad: the first 7 records have another root".into(), false)
    );
}

#[test]
fn the_program_on_the_page_names_the_first_bad_record() {
    let lines = expected_lines();
    let replaced = |at: usize, from: &str, to: &str| {
        let mut lines = lines.clone();
        let line = String::from_utf8(lines[at].clone()).unwrap();
        assert!(line.contains(from));
        lines[at] = line.replace(from, to).into_bytes();
        lines
    };
    check("leaf", &replaced(3, "anthropic/us", "anthropic/eu"), "bad: record 3: the record was changed");
    check("blank", &replaced(3, "{\"index\":3,", "{\"index\": 3,"), "bad: record 3: not canonical JSON");
    check(
        "twice",
        &replaced(1, "\"attempt\":1", "\"attempt\":1,\"attempt\":1"),
        "bad: record 1: not canonical JSON",
    );

    let mut dropped = lines.clone();
    dropped.remove(2);
    check("dropped", &dropped, "bad: record 2: another record stands here");

    let mut cut = lines.clone();
    cut.pop();
    check("cut", &cut, "bad: the last line is no head: the end is missing");

    let mut shorter = lines.clone();
    shorter.remove(7);
    check("shorter", &shorter, "bad: the head speaks of 8 records, there are 7");

    let mut swapped = lines.clone();
    let renumbered = |line: &[u8], from: &str, to: &str| {
        String::from_utf8(line.to_vec()).unwrap().replacen(from, to, 1).into_bytes()
    };
    swapped[4] = renumbered(&lines[5], "\"index\":5", "\"index\":4");
    swapped[5] = renumbered(&lines[4], "\"index\":4", "\"index\":5");
    check("swapped", &swapped, "bad: record 4: the tree has another root");
}
