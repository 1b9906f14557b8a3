//! `scan`, `redact` and `explain` on files and standard input.

use serde_json::Value;

use crate::home::Home;

const NOTE: &str = "Dear Ms Alice Marlowe,\nwrite to joe@tidewick.org.\nCard 4111 1111 1111 1111\n";
const REQUEST: &str = r#"{"model":"echo","messages":[{"role":"user","content":"mail joe@tidewick.org"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"send","arguments":"{\"to\":\"joe@tidewick.org\"}"}}]}],"temperature":1.0}"#;

#[test]
fn scan_says_where_and_never_what_and_ends_with_1() {
    let home = Home::new();
    home.write("note.txt", NOTE);
    let ended = home.run(&["scan", "note.txt"]);
    ended.check(1, "3 findings in 1 file");
    assert!(ended.out.contains("note.txt:2:10") && ended.out.contains("EMAIL_ADDRESS"), "{}", ended.out);
    assert!(!ended.out.contains("joe") && !ended.out.contains("Marlowe") && !ended.out.contains("4111"));
    home.run_with(&["scan"], "nothing to see\n").check(0, "Nothing found");
}

#[test]
fn scan_names_the_path_in_a_request_also_inside_arguments() {
    let home = Home::new();
    home.write("request.json", REQUEST);
    let ended = home.run(&["scan", "request.json", "--json"]);
    let paths: Vec<String> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["/messages/0/content", "/messages/1/tool_calls/0/function/arguments#/to"]);
    assert_eq!(ended.code, 1);
}

#[test]
fn scan_goes_on_after_a_file_that_cannot_be_read_and_says_so() {
    let home = Home::new();
    home.write("note.txt", NOTE);
    std::fs::write(home.path("bytes"), [0xff, 0xfe, 0x00]).unwrap();
    let ended = home.run(&["scan", "missing.txt", "bytes", "note.txt"]);
    assert_eq!(ended.code, 4);
    assert!(ended.err.contains("missing.txt") && ended.err.contains("not UTF-8"), "{}", ended.err);
    assert!(ended.out.contains("note.txt:2:10"));
}

#[test]
fn values_are_shown_on_a_terminal_only() {
    let ended = Home::new().run_with(&["scan", "--show-values"], NOTE);
    ended.check(2, "terminal");
    assert!(ended.out.is_empty());
}

#[test]
fn redact_takes_values_out_and_leaves_everything_else_as_it_was() {
    let home = Home::new();
    let ended = home.run_with(&["redact"], NOTE);
    assert_eq!(ended.out, "Dear Ms [PERSON],\nwrite to [EMAIL].\nCard [CARD]\n");
    home.write("request.json", REQUEST);
    let redacted = home.done(&["redact", "request.json"]);
    assert_eq!(redacted, REQUEST.replace("joe@tidewick.org", "[EMAIL]"));
    home.done(&["redact", "request.json", "--output", "clean.json"]);
    assert_eq!(std::fs::read_to_string(home.path("clean.json")).unwrap(), redacted);
}

#[test]
fn redact_with_surrogates_gives_one_value_one_surrogate() {
    let ended = Home::new()
        .run_with(&["redact", "--surrogates"], "joe@tidewick.org and joe@tidewick.org, ann@tidewick.org");
    let words: Vec<&str> = ended.out.split([' ', ',']).filter(|word| word.starts_with("EMAIL_")).collect();
    assert_eq!(words.len(), 3, "{}", ended.out);
    assert!(words[0] == words[1] && words[1] != words[2], "{words:?}");
}

#[test]
fn text_that_is_json_is_looked_into() {
    let ended = Home::new().run_with(&["scan", "--json"], r#"[{"email":"joe@tidewick.org"}]"#);
    let finding: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(finding["path"], "/0/email");
}

#[test]
fn explain_gives_evidence_treatment_deployment_and_the_setting_that_decided() {
    let home = Home::new();
    home.write("request.json", REQUEST);
    let explained = home.json(&["explain", "request.json"]);
    assert_eq!(explained["deployment"], "echo");
    assert_eq!(explained["refused"], false);
    assert_eq!(explained["reasons"][0]["policy"], "preset:standard");
    assert_eq!(explained["findings"][0]["treatment"], "pseudonymise");
    assert_eq!(explained["findings"][0]["evidence"]["recognizer"], "email");
    home.write("cordon.toml", "[treatments]\ncontact = \"refuse\"\n");
    let ended = home.run(&["explain", "request.json"]);
    assert_eq!(ended.code, 3);
    assert!(ended.out.contains("treatments.contact"), "{}", ended.out);
    assert!(!ended.out.contains("joe@"));
}

#[test]
fn an_image_is_refused_and_the_message_names_the_setting() {
    let home = Home::new();
    home.write(
        "request.json",
        r#"{"model":"echo","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"#,
    );
    let ended = home.run(&["redact", "--surrogates", "request.json"]);
    ended.check(3, "[treatments] image");
    let redacted = home.done(&["redact", "request.json"]);
    assert!(!redacted.contains("base64"), "{redacted}");
    assert_eq!(home.run(&["explain", "request.json"]).code, 3);
}
