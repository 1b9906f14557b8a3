//! What people read when their configuration is wrong: one file per mistake, one snapshot per message.

#![expect(clippy::unwrap_used, reason = "a test stops where its surroundings are broken")]

use std::fs;
use std::process::Command;

#[test]
fn every_mistake_in_a_configuration_is_shown_with_its_place_and_what_to_do() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/config_errors");
    let mut cases: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    cases.sort();
    assert!(cases.len() > 15);
    for case in cases {
        let shown = check(folder, &case);
        assert!(!shown.contains("canary"), "{shown}");
        insta::assert_snapshot!(case.trim_end_matches(".toml"), shown);
    }
}

/// What `cordon check` says about a file, and how it ends.
fn check(folder: &str, case: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cordon"))
        .args(["check", "--config", case])
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    assert!(output.stdout.is_empty(), "{case}: errors belong on standard error");
    format!("exit {}\n{}", output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}
