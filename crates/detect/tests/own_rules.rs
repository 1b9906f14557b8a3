//! Recognizers of an operator: what is taken, and what is refused with which reason.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test helpers fail by panicking")]

use cordon_detect::{BUILTIN, Detector, Input, RuleError, RuleFile, about};

const ENTITY: &str =
    "version = 1\n\n[[entity]]\nname = \"STAFF_NUMBER\"\nword = \"STAFF\"\nclass = \"confidential\"\n";

/// A file with one recognizer `own` of one pattern and one example.
fn file(pattern: &str, text: &str, find: &str) -> String {
    format!(
        "{ENTITY}\n[[recognizer]]\nid = \"own\"\nentity = \"STAFF_NUMBER\"\ncounter_examples = []\n\
         examples = [{{ text = {text:?}, find = {find:?} }}]\n\n[[recognizer.pattern]]\nname = \"p\"\nscore = 0.7\n{pattern}\n"
    )
}

fn loaded(text: &str) -> Result<Detector, RuleError> {
    let mut files = BUILTIN.to_vec();
    files.push(RuleFile { name: "own.toml", text });
    Detector::new(&files)
}

/// Values that the recognizer `own` finds.
fn check(pattern: &str, text: &str, expected: &[&str]) {
    let detector = loaded(&file(pattern, text, expected.first().unwrap())).unwrap();
    let findings = detector.findings(&Input::of(text)).unwrap();
    let own = findings.iter().filter(|finding| &*finding.evidence.recognizer == "own");
    let values: Vec<&str> = own.filter_map(|finding| finding.span.of(text)).collect();
    assert_eq!(values, expected, "{pattern}");
}

/// Why a recognizer is refused.
fn refused(pattern: &str, text: &str, find: &str, why: &str) {
    let Err(error) = loaded(&file(pattern, text, find)) else { panic!("{pattern} is taken") };
    assert_eq!(error.file, "own.toml", "{error}");
    assert!(error.line > 0 && error.to_string().contains(why), "{pattern}: {error}");
}

#[test]
fn every_way_to_look_can_be_used() {
    check("numbers = true\nregex = 'E-[0-9]{5}'", "E-20417 and E-20418", &["E-20417", "E-20418"]);
    check("literals = ['EMP:']\nregex = 'EMP:[a-z]{3,9}'", "see EMP:walrus", &["EMP:walrus"]);
    check("words = ['project kestrel']", "Project Kestrel is late", &["Project Kestrel"]);
    check("keywords = ['payroll no']\nregex = ' ([0-9]{3,6})'\ngroup = 1", "payroll no 4417", &["4417"]);
}

#[test]
fn an_exact_list_finds_its_texts_whole_and_as_written() {
    let text = "Bluebird, bluebird, Bluebirds, Bluebird-2 (C++/CX) and C++";
    check("exact = ['Bluebird', 'Bluebird-2', 'C++/CX']", text, &["Bluebird", "Bluebird-2", "C++/CX"]);
}

#[test]
fn ambiguous_recognizers_are_refused() {
    let is_another = "is ambiguous: recognizer email finds the value of this example too, as EMAIL_ADDRESS (class contact)";
    refused("words = ['joe@tidewick.org']", "joe@tidewick.org", "joe@tidewick.org", is_another);
    let of_list = "finds `joe@tidewick.org` of its list too, as EMAIL_ADDRESS (class contact)";
    refused("words = ['quux zed', 'joe@tidewick.org']", "a quux zed", "quux zed", of_list);
    let nothing = "matches where nothing stands";
    refused("literals = ['EMP:']\nregex = '[A-Z:]*'", "EMP:", "EMP:", nothing);
}

#[test]
fn slow_recognizers_are_refused() {
    let grows = "its automaton grows beyond";
    refused("anywhere = true\nregex = '[ab]a[ab]{300}c'", "x", "x", grows);
    refused("anywhere = true\nregex = 'x.*y'", "x y", "x y", "can match more than 1024 bytes");
    refused(
        "literals = ['zq']\nregex = 'zq[a-z ]*!'\nwindow_bytes = 65536",
        "zq a!",
        "zq a!",
        "such places may stand 2 bytes apart",
    );
    refused("literals = ['the']\nregex = 'the[a-z ]*zz'", "the yzz", "the yzz", "ordinary text leads to it");
    let many: String = (0..9)
        .map(|index| format!("\n[[recognizer.pattern]]\nname = \"a{index}\"\nscore = 0.7\nanywhere = true\nregex = 'q{index}z'\n"))
        .collect();
    refused(
        &format!("literals = ['EMP:']\nregex = 'EMP:[a-z]+'\n{many}"),
        "EMP:a",
        "EMP:a",
        "one more than the 8",
    );
}

#[test]
fn recognizers_that_hit_ordinary_text_are_refused() {
    let hits = "matches ordinary text";
    refused("numbers = true\nregex = '[A-Z]{3,5}-[0-9]{2,5}'", "QRS-20417", "QRS-20417", hits);
    refused("words = ['project']", "a project", "project", hits);
    refused("anywhere = true\nregex = '[A-Za-z]{5}'", "quiet", "quiet", hits);
}

#[test]
fn a_mistake_in_a_list_is_named() {
    refused("exact = ['AB']\nregex = 'AB'", "AB", "AB", "has a regex beside words or exact texts");
    refused("exact = ['A']", "A", "A", "empty or of one character");
    refused("exact = ['ABCD']\nwords = ['efgh']", "ABCD", "ABCD", "in several where to look");
}

#[test]
fn all_that_does_not_hold_is_told_at_once() {
    let text = file("words = ['project']", "a project", "projects");
    let mut files = BUILTIN.to_vec();
    files.push(RuleFile { name: "own.toml", text: &text });
    let failures = Detector::unproven(&files).unwrap().failures(&files).unwrap();
    assert_eq!(failures.len(), 2, "{failures:?}");
    assert!(Detector::builtin().unwrap().failures(BUILTIN).unwrap().is_empty());
}

#[test]
fn a_file_is_described_as_it_stands() {
    let text = file("exact = ['Bluebird']", "Bluebird", "Bluebird");
    let mut files = BUILTIN.to_vec();
    files.push(RuleFile { name: "own.toml", text: &text });
    let all = about(&files).unwrap();
    let own = all.last().unwrap();
    assert_eq!((own.id.as_str(), own.entity.as_str(), own.line), ("own", "STAFF_NUMBER", 8));
    let pattern = own.patterns.first().unwrap();
    assert_eq!((pattern.looks_at, pattern.texts.as_slice()), ("exact", &["Bluebird".to_owned()][..]));
    assert!(all.len() > 250);
}
