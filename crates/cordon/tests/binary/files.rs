//! What `scan`, `redact` and `explain` say about files that are not what one expects, and how they end.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use crate::home::Home;

/// Every command on a file of these bytes: scan, redact and explain end like this, and say this on standard error.
fn check(name: &str, bytes: &[u8], codes: [i32; 3], said: &str) {
    let home = Home::new();
    std::fs::write(home.path(name), bytes).unwrap();
    for (command, code) in ["scan", "redact", "explain"].into_iter().zip(codes) {
        home.run(&[command, name]).check(code, said);
    }
}

#[test]
fn each_command_says_what_is_unusual_about_a_file_and_what_to_do() {
    check("empty", b"", [0, 0, 0], "empty is empty.");
    check(
        "broken.json",
        b"{\"a\": 1,\n\"b",
        [0, 0, 0],
        "broken.json:2:3: looks like JSON and does not parse",
    );
    check("nuls", b"one\ntwo\0three", [0, 0, 0], "nuls:2:4: holds a NUL byte");
    check(
        "latin1",
        b"caf\xe9",
        [4, 4, 4],
        "not UTF-8 text at byte 3 (line 1), so nothing in it was looked into",
    );
    check("binary", b"\x7fELF\0\xff", [4, 4, 4], "it looks binary: extract its text first");
    check("utf16", b"\xff\xfea\0", [4, 4, 4], "iconv -f UTF-16");
}

#[test]
fn each_command_says_why_a_file_cannot_be_read_and_what_to_do() {
    let home = Home::new();
    std::fs::create_dir(home.path("folder")).unwrap();
    for command in ["scan", "redact", "explain"] {
        home.run(&[command, "none.txt"]).check(4, "cannot read `none.txt`: there is no such file; check");
        home.run(&[command, "folder"]).check(4, "cannot read `folder`: it is a directory; name the files");
        home.run(&[command, "-"]).check(0, "(standard input) is empty.");
        assert!(!home.run(&[command, "-", "--quiet"]).err.contains("empty"));
    }
}

#[test]
fn redact_says_why_it_cannot_write() {
    let home = Home::new();
    std::fs::create_dir(home.path("folder")).unwrap();
    home.run(&["redact", "--output", "folder"])
        .check(4, "cannot write `folder`: it is a directory; name a file");
    home.run(&["redact", "--output", "none/clean.txt"]).check(4, "its directory is not there; make it first");
}

#[test]
fn scan_goes_on_after_a_file_that_is_refused_and_prints_one_heading() {
    let home = Home::new();
    let request = r#"{"model":"m","messages":[{"role":"user","content":"mail joe@tidewick.org"}]}"#;
    home.write("one.json", request);
    home.write("two.json", request);
    home.write("none.json", "{}");
    let ended = home.run(&["scan", "--as", "openai.chat", "none.json", "one.json", "two.json"]);
    assert_eq!(ended.out.matches("WHERE").count(), 1, "{}", ended.out);
    assert_eq!((ended.out.lines().count(), ended.code), (3, 3), "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("2 findings in 3 files"), "{}", ended.err);
}

#[test]
fn a_reader_that_leaves_ends_a_command_quietly_with_its_usual_code() {
    let home = Home::new();
    let text: String = (0..20_000).map(|number| format!("mail joe{number}@tidewick.org\n")).collect();
    home.write("big.txt", &text);
    for (arguments, code) in [
        (&["scan", "big.txt", "big.txt"][..], 1),
        (&["scan", "--json", "big.txt"], 1),
        (&["redact", "big.txt"], 0),
        (&["explain", "big.txt"], 0),
        (&["explain", "--json", "big.txt"], 0),
    ] {
        let mut child =
            home.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{arguments:?}: {said}");
        assert!(!line.is_empty() && !said.contains("error"), "{arguments:?}: {said}");
    }
}

#[test]
fn redact_leaves_nothing_behind_escapes_in_json_that_does_not_parse() {
    let broken =
        r#"{"mail":"joe\u0040tidewick.org","card":"4111\u00201111\u00201111\u00201111","note":"caf\u00e9"#;
    let clean = r#"{"mail":"[EMAIL]","card":"[CARD]","note":"caf\u00e9"#;
    let lines = "{\"to\":\"\\u006aoe@tidewick.org\"}\n{\"to\":\"ann@tidewick.org\"}\n";
    let log = r#"sent {"body":"{\"to\":\"joe\\u0040tidewick.org\"}"} in 3 ms"#;
    for (text, expected) in [
        (broken, clean),
        (lines, "{\"to\":\"[EMAIL]\"}\n{\"to\":\"[EMAIL]\"}\n"),
        (log, r#"sent {"body":"{\"to\":\"[EMAIL]\"}"} in 3 ms"#),
        (r#"{"a":"caf\u00e9 \ud83e\udd80"#, r#"{"a":"caf\u00e9 \ud83e\udd80"#),
    ] {
        let ended = Home::new().run_with(&["redact"], text);
        assert_eq!((ended.code, ended.out.as_str()), (0, expected), "{}", ended.err);
        let surrogates = Home::new().run_with(&["redact", "--surrogates"], text);
        assert!(
            !surrogates.out.contains("tidewick") && !surrogates.out.contains("1111"),
            "{}",
            surrogates.out
        );
    }
}

#[test]
fn scan_finds_values_behind_escapes_once_and_says_where_they_stand() {
    let text = "{\"a\":\"\u{e9}\"}\n{\"to\":\"\\u006aoe\\u0040tidewick.org\", \"cc\":\"ann@tidewick.org\"}\n";
    let ended = Home::new().run_with(&["scan", "--json"], text);
    let found: Vec<Value> = ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let places: Vec<(u64, u64)> = found
        .iter()
        .map(|found| (found["line"].as_u64().unwrap(), found["column"].as_u64().unwrap()))
        .collect();
    assert_eq!(places, [(2, 8), (2, 43)], "{}", ended.out);
    let span =
        |found: &Value| found["start"].as_u64().unwrap() as usize..found["end"].as_u64().unwrap() as usize;
    assert_eq!(text.get(span(&found[0])).unwrap(), "\\u006aoe\\u0040tidewick.org");
    assert!(ended.err.contains("(standard input):2:1: looks like JSON"), "{}", ended.err);
}

#[test]
fn findings_of_crlf_text_have_the_line_and_column_of_an_editor() {
    let ended = Home::new()
        .run_with(&["scan"], "joe@tidewick.org\r\n\u{65e5}\u{672c} ann@tidewick.org\r\n\r\nmax@tidewick.org");
    for place in ["(standard input):1:1 ", "(standard input):2:4 ", "(standard input):4:1 "] {
        assert!(ended.out.contains(place), "{place}: {}", ended.out);
    }
}
