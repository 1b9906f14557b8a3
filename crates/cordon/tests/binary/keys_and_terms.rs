//! The state directory: root key, app keys, exact terms.

use std::os::unix::fs::PermissionsExt;

use crate::home::{Home, holds};

fn mode(home: &Home, name: &str) -> u32 {
    std::fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn an_app_key_is_shown_once_listed_without_it_and_revoked() {
    let home = Home::new();
    let made = home.json(&["keys", "create", "--app", "billing", "--env", "prod", "--expires", "90d"]);
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("cdn_prod_"));
    let id = made["id"].as_str().unwrap();
    let listed = home.json(&["keys", "list"]);
    assert_eq!((listed[0]["id"].as_str(), listed[0]["state"].as_str()), (Some(id), Some("active")));
    assert!(!listed.to_string().contains(key) && !holds(&home.everything(), key));
    assert!(home.done(&["keys", "revoke", id]).contains("Revoked"));
    assert_eq!(home.json(&["keys", "list"])[0]["state"], "revoked");
    assert!(home.done(&["keys", "revoke", id]).contains("already"));
    home.run(&["keys", "revoke", "key_none"]).check(1, "no app key");
}

#[test]
fn names_that_could_not_stand_in_a_path_or_record_are_refused() {
    let home = Home::new();
    for name in ["", "a b", "../x", "é", &"a".repeat(65)] {
        assert_eq!(home.run(&["keys", "create", "--app", name]).code, 2, "{name}");
    }
}

#[test]
fn the_state_directory_is_private_and_its_root_key_too() {
    let home = Home::new();
    home.done(&["keys", "create", "--app", "a"]);
    assert_eq!((mode(&home, "cordon-data"), mode(&home, "cordon-data/root.key")), (0o700, 0o600));
    assert_eq!(mode(&home, "cordon-data/cordon.db"), 0o600);
    std::fs::set_permissions(home.path("cordon-data"), std::fs::Permissions::from_mode(0o755)).unwrap();
    home.done(&["keys", "list"]);
    assert_eq!(mode(&home, "cordon-data"), 0o700);
    std::fs::set_permissions(home.path("cordon-data/root.key"), std::fs::Permissions::from_mode(0o644))
        .unwrap();
    home.run(&["keys", "list"]).check(2, "chmod 600");
}

#[test]
fn a_missing_or_wrong_root_key_is_refused() {
    let home = Home::new();
    home.done(&["keys", "create", "--app", "a"]);
    let root = std::fs::read_to_string(home.path("cordon-data/root.key")).unwrap();
    std::fs::remove_file(home.path("cordon-data/root.key")).unwrap();
    for arguments in [&["keys", "list"][..], &["keys", "create", "--app", "b"]] {
        home.run(arguments).check(2, "never made anew");
    }
    assert!(!home.path("cordon-data/root.key").exists());
    let home = home.with("CORDON_ROOT_KEY", root.trim());
    home.done(&["keys", "list"]);
    let home = home.with("CORDON_ROOT_KEY", &"ab".repeat(32));
    let ended = home.run(&["keys", "list"]);
    ended.check(2, "does not belong to this store");
    assert!(!ended.err.contains("abab"));
    let home = home.with("CORDON_ROOT_KEY", "not-a-key-canary");
    let ended = home.run(&["keys", "list"]);
    ended.check(2, "64 hexadecimal characters");
    assert!(!ended.err.contains("canary"));
    let home = home.with("CORDON_ROOT_KEY_FILE", "x");
    home.run(&["keys", "list"]).check(2, "set one of them");
}

#[test]
fn a_root_key_file_is_used_where_it_is_named() {
    let home = Home::new();
    let path = home.write("root", &"cd".repeat(32));
    let home = home.with("CORDON_ROOT_KEY_FILE", "root");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    home.run(&["keys", "create", "--app", "a"]).check(2, "chmod 600");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    home.done(&["keys", "create", "--app", "a"]);
    assert!(!home.path("cordon-data/root.key").exists());
}

#[test]
fn reading_makes_no_state() {
    let home = Home::new();
    for arguments in [&["keys", "list"][..], &["audit", "list"], &["terms", "list"], &["apps", "list"]] {
        home.run(arguments).check(4, "no state directory");
    }
    assert!(!home.path("cordon-data").exists());
}

#[test]
fn terms_are_kept_sealed_found_in_scans_and_removed() {
    let home = Home::new();
    // Another app must see the name only if it asks for names.
    home.write("cordon.toml", "[detection]\nnames = \"off\"\n");
    home.done(&["terms", "add", "--app", "billing", "--label", "PROJECT", "Heron Kite", "Zuglow"]);
    let ended = home.run_with(&["terms", "add", "--app", "billing", "-"], "PERSON\tUlla Brandfeldt\n");
    assert_eq!(ended.code, 0, "{}", ended.err);
    for term in ["Heron Kite", "Zuglow", "Brandfeldt"] {
        assert!(!holds(&home.everything(), term), "{term} lies in clear");
    }
    let listed = home.json(&["terms", "list", "--app", "billing"]);
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert!(!listed.to_string().contains("Heron"));
    let text = "about Heron Kite and Ulla Brandfeldt\n";
    let redacted = home.run_with(&["redact", "--app", "billing"], text).out;
    assert_eq!(redacted, "about [PROJECT] and [PERSON]\n");
    assert_eq!(home.run_with(&["redact", "--app", "other"], text).out, text);
    // The same term again is the same term.
    home.done(&["terms", "add", "--app", "billing", "--label", "PROJECT", "Zuglow"]);
    assert_eq!(home.json(&["terms", "list", "--app", "billing"]).as_array().unwrap().len(), 3);
    let id = listed[0]["id"].as_str().unwrap();
    home.done(&["terms", "remove", "--app", "billing", id]);
    home.run(&["terms", "remove", "--app", "billing", id]).check(1, "has no term");
    assert_eq!(home.json(&["terms", "list", "--app", "billing"]).as_array().unwrap().len(), 2);
}

#[test]
fn a_terms_file_must_be_private_and_a_term_that_cannot_be_matched_is_named_by_its_place() {
    let home = Home::new();
    let path = home.write("terms.txt", "CUSTOMER\tZuglow Freight\nHeronworks\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    home.run(&["terms", "import", "terms.txt"]).check(2, "chmod 600");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(home.done(&["terms", "import", "terms.txt"]).contains("Kept 2 terms"));
    let ended = home.run(&["terms", "add", "Heronworks", "x"]);
    ended.check(2, "exact term 2");
    assert_eq!(home.json(&["terms", "list"]).as_array().unwrap().len(), 2);
    home.run(&["terms", "list", "--show-values"]).check(2, "terminal");
}

#[test]
fn apps_are_those_of_the_configuration_and_those_that_have_a_key() {
    let home = Home::new();
    home.write("cordon.toml", "[apps.billing]\npreset = \"coding-agent\"\n");
    home.done(&["keys", "create", "--app", "support"]);
    let apps = home.json(&["apps", "list"]);
    let names: Vec<&str> = apps.as_array().unwrap().iter().map(|app| app["app"].as_str().unwrap()).collect();
    assert_eq!(names, ["billing", "default", "support"]);
    assert_eq!(
        (apps[0]["preset"].as_str(), apps[2]["active_keys"].as_u64()),
        (Some("coding-agent"), Some(1))
    );
}
