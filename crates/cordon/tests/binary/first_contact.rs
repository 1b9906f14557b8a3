//! `cordon demo` and `cordon run`: what a newcomer types first.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::home::Home;

/// A program with an OpenAI-like client of a few lines: it knows its environment and nothing of Cordon.
const SCRIPT: &str = r#"
import json, os, sys, urllib.request
body = json.dumps({"model": "echo", "messages": [{"role": "user", "content": "mail joe@tidewick.org"}]}).encode()
request = urllib.request.Request(
    os.environ["OPENAI_BASE_URL"] + "/chat/completions", body,
    {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"})
print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"])
body = json.dumps({"model": "echo", "max_tokens": 9, "messages": [{"role": "user", "content": "mail ann@tidewick.org"}]}).encode()
request = urllib.request.Request(
    os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", body,
    {"x-api-key": os.environ["ANTHROPIC_API_KEY"], "anthropic-version": "2023-06-01", "content-type": "application/json"})
print(json.load(urllib.request.urlopen(request))["content"][0]["text"])
"#;

/// What a home holds beside what the test put there.
fn entries(home: &Home, name: &str) -> Vec<String> {
    let all = std::fs::read_dir(home.path(name)).unwrap();
    all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn with_tmp() -> Home {
    let home = Home::new();
    std::fs::create_dir(home.path("tmp")).unwrap();
    let tmp = home.path("tmp").display().to_string();
    home.with("TMPDIR", &tmp)
}

#[test]
fn the_demonstration_leaks_nothing_restores_everything_and_leaves_nothing_behind() {
    let home = with_tmp().with("OPENAI_API_KEY", "made-up");
    let shown = home.json(&["demo", "--once"]);
    assert_eq!((shown["leaked"].as_u64(), shown["proof"].as_bool()), (Some(0), Some(true)));
    assert_eq!(shown["restored"], shown["values"]);
    assert!(shown["values"].as_u64().unwrap() >= 8);
    for exchange in shown["exchanges"].as_array().unwrap() {
        assert_ne!(exchange["sent"], exchange["provider_saw"]);
    }
    let text = home.done(&["demo", "--once"]);
    assert!(text.contains("the provider saw") && text.contains("0 leaked"));
    assert!(entries(&home, "tmp").is_empty());
    assert_eq!(entries(&home, "."), ["tmp"]);
}

#[test]
fn a_script_runs_unchanged_and_the_tally_says_what_was_protected() {
    let home = with_tmp().with("MINIMAX_API_KEY", "");
    home.write("script.py", SCRIPT);
    let ended = home.run(&["run", "--", "python3", "script.py"]);
    assert_eq!(
        ended.out, "You said: mail joe@tidewick.org\nYou said: mail ann@tidewick.org\n",
        "{}",
        ended.err
    );
    assert_eq!(ended.code, 0);
    for line in ["`echo`", "exchanges  2", "EMAIL_ADDRESS ×2", "restored   2", "gone with this command"] {
        assert!(ended.err.contains(line), "{}", ended.err);
    }
    assert!(entries(&home, "tmp").is_empty() && !home.path("cordon-data").exists());
    let ended = home.run(&["run", "--json", "--state-dir", "kept", "--", "python3", "script.py"]);
    let tally: Value = serde_json::from_str(ended.err.lines().last().unwrap()).unwrap();
    assert_eq!(tally["found"]["EMAIL_ADDRESS"], 2);
    assert!(home.path("kept/cordon.db").exists());
}

#[test]
fn the_command_never_sees_a_provider_key() {
    let home = with_tmp()
        .with("OPENAI_API_KEY", "provider-canary")
        .with("ANTHROPIC_API_KEY", "provider-canary")
        .with("MINIMAX_API_KEY", "provider-canary")
        .with("HOUSE_KEY", "provider-canary")
        .with("CORDON_ROOT_KEY", &"ab".repeat(32))
        .with("HTTPS_PROXY", "http://proxy.example:3128");
    home.write(
        "cordon.toml",
        "[[provider_keys]]\nprovider = \"openai\"\nfrom_env = \"HOUSE_KEY\"\n[state]\ndir = \"kept\"\n",
    );
    let ended = home.run(&["run", "--", "env"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(!ended.out.contains("canary") && !ended.out.contains("CORDON_ROOT_KEY"), "{}", ended.out);
    assert!(
        ended.out.contains("OPENAI_API_KEY=cdn_dev_")
            && ended.out.contains("OPENAI_BASE_URL=http://127.0.0.1:")
    );
    assert!(ended.out.contains("NO_PROXY=127.0.0.1,localhost"));
    assert!(!ended.out.contains("ANTHROPIC_AUTH_TOKEN"), "clients complain where both are set");
    // The app key of the command is of no use afterwards.
    assert_eq!(home.json(&["keys", "list"])[0]["state"], "revoked");
}

#[test]
fn the_exit_code_is_that_of_the_command() {
    let home = with_tmp();
    assert_eq!(home.run(&["run", "--", "sh", "-c", "exit 7"]).code, 7);
    assert_eq!(home.run(&["run", "--", "sh", "-c", "kill -KILL $$"]).code, 137);
    home.run(&["run", "--", "no-such-command"]).check(4, "cannot start");
    assert_eq!(home.run(&["run"]).code, 2);
    assert!(entries(&home, "tmp").is_empty());
}

#[test]
fn signals_go_on_to_the_command() {
    let home = with_tmp();
    let mut child = home
        .command(&["run", "--", "sh", "-c", "trap 'exit 9' TERM; echo up; sleep 100 & wait"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "up\n");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(9));
}

#[test]
fn a_refused_request_stands_in_the_tally_with_its_reason() {
    let home = with_tmp();
    home.write(
        "cordon.toml",
        "[treatments]\ncontact = \"refuse\"\n[state]\ndir = \"kept\"\n[log]\nlevel = \"error\"\n",
    );
    home.write("script.py", SCRIPT);
    let ended = home.run(&["run", "--", "python3", "script.py"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("refused    policy_refused ×1"), "{}", ended.err);
    assert!(!ended.err.contains("joe@"), "{}", ended.err);
}
