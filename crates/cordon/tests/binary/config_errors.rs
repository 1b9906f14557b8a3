//! What people read when their configuration is wrong: one file per mistake, one snapshot per message.

use std::fs;

use crate::home::{Ended, Home};

#[test]
fn every_mistake_in_a_configuration_is_shown_with_its_place_and_what_to_do() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary/cases");
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
    let output = Home::new().command(&["check", "--config", case]).current_dir(folder).output().unwrap();
    let ended = Ended::of(output);
    assert!(ended.out.is_empty(), "{case}: errors belong on standard error");
    format!("exit {}\n{}", ended.code, ended.err)
}

#[test]
fn a_secret_is_refused_and_never_shown() {
    let home = Home::new();
    // Built from parts, so that no scanner takes this file for a leak.
    let key = ["sk-", "proj", "-", "Ab12Cd34Ef56Gh78Ij90Kl12"].concat();
    for text in [
        format!("[[provider_keys]]\nprovider = \"openai\"\nfrom_env = \"{key}\"\n"),
        format!("[server]\nconcurrency_max = \"{key}\"\n"),
        format!("{key} = 1\n"),
        format!("[server\nlisten = \"{key}\"\n"),
        format!("[apps.{key}]\n"),
        format!("[treatments]\npreset = \"{key}\"\n"),
    ] {
        home.write("cordon.toml", &text);
        for arguments in [&["check"][..], &["check", "--json"], &["keys", "list"], &["scan", "-"]] {
            let ended = home.run(arguments);
            assert_eq!(ended.code, 2, "{text}");
            assert!(!ended.err.contains("Ab12Cd34") && !ended.out.contains("Ab12Cd34"), "{}", ended.err);
        }
    }
}

#[test]
fn errors_have_a_form_for_programs() {
    let home = Home::new();
    home.write("cordon.toml", "[server]\nlissten = 1\n");
    let ended = home.run(&["check", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!((ended.code, error["exit_code"].as_u64()), (2, Some(2)));
    let problem = &error["problems"][0];
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(2), Some(1)));
}

#[test]
fn a_named_configuration_that_is_not_there_is_an_error_and_an_unnamed_one_is_not() {
    let home = Home::new();
    home.run(&["check", "--config", "none.toml"]).check(2, "none.toml");
    assert!(home.done(&["check"]).contains("(defaults) is valid"));
    home.write("other.toml", "environment = \"prod\"\n");
    let home = home.with("CORDON_CONFIG", "other.toml");
    assert!(home.done(&["check"]).contains("prod"));
    let home = home.with("CORDON_ENVIRONMENT", "nowhere");
    home.run(&["check"]).check(2, "dev, staging or prod");
}

#[cfg(not(feature = "onnx"))]
#[test]
fn a_model_in_a_build_that_cannot_run_one_is_refused_where_it_is_named_and_one_that_is_off_is_not() {
    let home = Home::new();
    home.write("cordon.toml", "[detection.model]\npath = \"models/names\"\n");
    for arguments in [&["check"][..], &["serve"], &["scan", "-"]] {
        let ended = home.run(arguments);
        assert_eq!(ended.code, 2, "{}", ended.err);
        assert!(ended.err.contains("cordon.toml:2") && ended.err.contains("feature `onnx`"), "{}", ended.err);
    }
    home.write("cordon.toml", "[detection.model]\npath = \"models/names\"\nrun = \"off\"\n");
    assert!(home.done(&["check"]).contains("is valid"));
}

#[test]
fn a_key_file_that_others_can_read_is_refused_by_check() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let key = home.write("openai.key", "made-up-key\n");
    home.write("cordon.toml", "[[provider_keys]]\nprovider = \"openai\"\nfrom_file = \"openai.key\"\n");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    home.run(&["check"]).check(2, "chmod 600");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(home.done(&["check"]).contains("openai"));
}
