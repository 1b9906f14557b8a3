//! `cordon serve`: first start, reload, stop; what it refuses to start on; what it leaves behind.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use serde_json::Value;

use crate::home::{Home, holds};
use crate::served::{Served, text};

fn key_of(home: &Home, app: &str) -> String {
    home.json(&["keys", "create", "--app", app, "--env", "dev"])["key"].as_str().unwrap().to_owned()
}

#[test]
fn the_first_start_shows_a_key_that_works_and_the_second_shows_none() {
    let home = Home::new();
    let mut served = Served::start(&home);
    let first = served.next_object();
    let key = first["first_app_key"].as_str().unwrap().to_owned();
    assert_eq!((first["app"].as_str(), first["environment"].as_str()), (Some("default"), Some("dev")));
    let (status, answer) = served.chat(&key, "echo", "mail joe@tidewick.org");
    assert_eq!((status, text(&answer)), (200, "You said: mail joe@tidewick.org"));
    assert_eq!(served.chat("cdn_dev_wrong", "echo", "hi").0, 401);
    let (code, said) = served.stop();
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains(&key), "the key is shown once");

    let served = Served::start(&home);
    assert_eq!(served.chat(&key, "echo", "hi").0, 200);
    let (code, said) = served.stop();
    assert_eq!(code, 0);
    assert!(!said.contains("first_app_key") && !holds(&home.everything(), &key));
}

#[test]
fn people_get_the_key_with_a_line_to_copy() {
    let home = Home::new();
    let mut child = home
        .command(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut shown = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    while !shown.contains("-d '") {
        assert_ne!(std::io::BufRead::read_line(&mut out, &mut shown).unwrap(), 0, "{shown}");
    }
    let _ = child.kill();
    let _ = child.wait();
    assert!(shown.contains("shown this once") && shown.contains("curl http://127.0.0.1:"), "{shown}");
    assert!(shown.contains("\"model\":\"echo\""));
}

#[test]
fn a_reload_is_used_whole_or_not_at_all() {
    let home = Home::new();
    home.write("cordon.toml", "[treatments]\ncontact = \"pseudonymise\"\n");
    let key = key_of(&home, "default");
    let mut served = Served::start(&home);
    served.wait_for("ready");
    assert_eq!(served.chat(&key, "echo", "mail joe@tidewick.org").0, 200);

    home.write("cordon.toml", "[treatments]\ncontact = \"refuse\"\n");
    served.signal("-HUP");
    served.wait_for("configuration reloaded");
    let (status, answer) = served.chat(&key, "echo", "mail joe@tidewick.org");
    assert!((400..500).contains(&status), "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("[treatments] contact"), "{answer}");

    home.write("cordon.toml", "[treatments]\ncontact = \"keep\"\nhelth = \"keep\"\n");
    served.signal("-HUP");
    served.wait_for("was not reloaded");
    assert!((400..500).contains(&served.chat(&key, "echo", "mail joe@tidewick.org").0));
    assert_eq!(served.stop().0, 0);
}

#[test]
fn a_changed_file_is_taken_in_without_a_signal() {
    let home = Home::new();
    home.write("cordon.toml", "");
    let mut served = Served::start(&home);
    served.wait_for("ready");
    home.write("next.toml", "[treatments]\ncontact = \"refuse\"\n");
    std::fs::rename(home.path("next.toml"), home.path("cordon.toml")).unwrap();
    served.wait_for("configuration reloaded");
}

#[test]
fn it_does_not_start_on_what_it_cannot_use() {
    let home = Home::new();
    let served = Served::start(&home);
    // Two gateways on one state directory, or on one port.
    home.run(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
        .check(4, "stop it first");
    let other = Home::new();
    other
        .run(&["serve", "--listen", &served.address, "--admin-listen", "127.0.0.1:0"])
        .check(4, "server.listen");
    assert_eq!(served.stop().0, 0);
    let home = home.with("CORDON_ROOT_KEY", &"ab".repeat(32));
    home.run(&["serve"]).check(2, "does not belong to this store");
    other.write("cordon.toml", "[server]\nlissten = 1\n");
    other.run(&["serve"]).check(2, "lissten");
    other.write("cordon.toml", "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\ntls_certificate = \"c.pem\"\ntls_key = \"k.pem\"\n");
    let path = other.write("k.pem", "");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    other.run(&["serve"]).check(2, "chmod 600");
}

#[test]
fn keys_are_managed_beside_it_and_a_revoked_one_stops_working() {
    let home = Home::new();
    let mut served = Served::start(&home);
    served.wait_for("app keys or terms changed");
    let made = home.json(&["keys", "create", "--app", "support", "--env", "dev"]);
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    served.wait_for("app keys or terms changed");
    assert_eq!(served.chat(key, "echo", "hi").0, 200);
    home.done(&["keys", "revoke", id]);
    served.wait_for("app keys or terms changed");
    assert_eq!(served.chat(key, "echo", "hi").0, 401);
    assert_ne!(home.json(&["keys", "list"]).to_string().find("support"), None);
}

#[test]
fn a_log_that_nobody_reads_holds_nothing_up() {
    let home = Home::new();
    let served = Served::start(&home);
    let gate = Arc::clone(&served.is_read);
    let unread = gate.lock().unwrap();
    // Each refused request is a line of the log; a pipe holds 64 KiB.
    for _ in 0..2_000 {
        assert_eq!(served.chat("cdn_dev_wrong", "echo", "hi").0, 401);
    }
    drop(unread);
    assert_eq!(served.stop().0, 0);
}

#[test]
fn terms_of_a_file_follow_the_file() {
    let home = Home::new();
    let private = |text: &str| {
        let path = home.write("terms.txt", text);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    private("PROJECT\tHeron Kite\nPROJECT\tZuglow\n");
    home.write(
        "cordon.toml",
        "[apps.default]\nterms_file = \"terms.txt\"\ntreatments = { confidential = \"refuse\" }\n",
    );
    let key = key_of(&home, "default");
    home.done(&["terms", "add", "Quillmark"]);
    let mut served = Served::start(&home);
    served.wait_for("ready");
    let refuses = |served: &Served, text: &str| (400..500).contains(&served.chat(&key, "echo", text).0);
    assert!(refuses(&served, "about Heron Kite") && refuses(&served, "about Quillmark"));
    private("PROJECT\tZuglow\n");
    served.signal("-HUP");
    served.wait_for("configuration reloaded");
    assert!(!refuses(&served, "about Heron Kite"));
    assert!(refuses(&served, "about Zuglow") && refuses(&served, "about Quillmark"));
    for term in ["Heron Kite", "Quillmark"] {
        let state = std::fs::read(home.path("cordon-data/cordon.db")).unwrap();
        assert!(!holds(&state, term));
    }
}

#[test]
fn an_observed_app_goes_through_unchanged_and_says_so_everywhere() {
    let home = Home::new();
    let day = jiff::Timestamp::from_second(i64::try_from(now_seconds() + 5 * 86_400).unwrap()).unwrap();
    let day = day.strftime("%Y-%m-%d").to_string();
    home.write(
        "cordon.toml",
        &format!("[apps.trial]\nobserve_until = \"{day}\"\ntreatments = {{ contact = \"refuse\" }}\n"),
    );
    let key = key_of(&home, "trial");
    let served = Served::start(&home);
    assert_eq!(served.chat(&key, "echo", "mail joe@tidewick.org").0, 200);
    let apps = home.json(&["apps", "list"]);
    assert_eq!((apps[1]["app"].as_str(), apps[1]["mode"].as_str()), (Some("trial"), Some("observe")));
    assert!(home.done(&["apps", "list"]).contains("OBSERVED until"));
    assert!(home.done(&["audit", "list"]).contains("OBSERVED EMAIL_ADDRESS×1"));
}

fn now_seconds() -> u64 {
    std::fs::metadata(env!("CARGO_BIN_EXE_cordon")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::fs::metadata(dir.path())
        .unwrap()
        .modified()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[test]
fn the_ledger_is_listed_shown_verified_and_exported() {
    let home = Home::new();
    let key = key_of(&home, "default");
    let served = Served::start(&home);
    for number in 0..3 {
        assert_eq!(served.chat(&key, "echo", &format!("mail joe{number}@tidewick.org")).0, 200);
    }
    assert_eq!(served.stop().0, 0);
    let listed = home.run(&["audit", "list", "--json", "--kind", "intent"]).out;
    let first: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    assert_eq!(listed.lines().count(), 3);
    let exchange = first["record"]["exchange"].as_str().unwrap();
    let shown = home.json(&["audit", "show", exchange]);
    let kinds: Vec<&str> =
        shown.as_array().unwrap().iter().map(|record| record["record"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["intent", "outcome"]);
    assert!(home.done(&["audit", "show", exchange]).contains("EMAIL_ADDRESS"));
    let verified = home.json(&["audit", "verify"]);
    assert_eq!((verified["verified"].as_bool(), verified["size"].as_u64()), (Some(true), Some(6)));
    let head = format!("6:{}", verified["root"].as_str().unwrap());
    home.done(&["audit", "verify", "--head", &head]);
    home.done(&["audit", "export", "--output", "ledger.jsonl"]);
    home.done(&["audit", "verify", "--file", "ledger.jsonl", "--head", &head]);
    let exported = std::fs::read_to_string(home.path("ledger.jsonl")).unwrap();
    home.write("changed.jsonl", &exported.replacen("\"duration_ms\":", "\"duration_ms\":1", 1));
    let ended = home.run(&["audit", "verify", "--file", "changed.jsonl"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    let cut: Vec<&str> = exported.lines().take(4).collect();
    home.write("cut.jsonl", &format!("{}\n", cut.join("\n")));
    home.run(&["audit", "verify", "--file", "cut.jsonl"]).check(1, "it was cut");
    assert_eq!(home.run(&["audit", "export"]).out, exported);
}

#[test]
fn neither_provider_key_nor_value_is_written_anywhere() {
    // Built from parts, so that no scanner takes this file for a leak.
    let provider_key = ["sk-", "made0up0", "Ab12Cd34Ef56Gh78Ij90Kl12"].concat();
    let home = Home::new().with("OPENAI_API_KEY", &provider_key);
    home.write(
        "cordon.toml",
        "[[deployments]]\nid = \"openai\"\nbase_url = \"http://127.0.0.1:9\"\n\n[[deployments]]\nid = \"echo\"\n\n[log]\nlevel = \"trace\"\nformat = \"json\"\n",
    );
    let key = key_of(&home, "default");
    let mut served = Served::start(&home);
    served.wait_for("ready");
    let values = ["joe@tidewick.org", "4111 1111 1111 1111", "Tidewick-4417-harbour"];
    let said = format!("mail {}, card {}, my password is {}", values[0], values[1], values[2]);
    assert_eq!(served.chat(&key, "gpt-5", &said).0, 502);
    assert_eq!(served.chat(&key, "echo", &said).0, 200);
    assert_eq!(served.chat(&key, &said, "hi").0, 404);
    let (status, metrics) = served.admin("/metrics");
    assert_eq!(status, 200);
    assert_eq!(served.admin("/readyz").0, 200);
    let (code, log) = served.stop();
    assert_eq!(code, 0);
    let written = home.everything();
    for secret in values.into_iter().chain([provider_key.as_str(), key.as_str()]) {
        assert!(!log.contains(secret) && !metrics.contains(secret) && !holds(&written, secret), "{secret}");
    }
}
