//! Names with the tagger on, from outside: repetition, public names, organisations, escapes, the cases of other products' reports.
#![expect(clippy::unwrap_used, reason = "test helpers fail by panicking")]

use std::sync::{Arc, LazyLock};

use cordon_detect::tagger::{Knob, Tagger, Weights};
use cordon_detect::{Detector, Input, NamesAsked};

static TAGGER: LazyLock<Arc<Tagger>> = LazyLock::new(|| {
    let weights = |script: &str| {
        let path = format!("{}/../../models/{script}/weights.bin", env!("CARGO_MANIFEST_DIR"));
        Weights::from_bytes(&std::fs::read(path).unwrap()).unwrap()
    };
    Arc::new(Tagger::new(weights("latin"), Some(weights("cjk"))))
});

static BALANCED: LazyLock<Detector> = LazyLock::new(|| asking(Knob::Balanced.into()));

fn asking(asked: NamesAsked) -> Detector {
    Detector::builtin().unwrap().with_tagger(Arc::clone(&TAGGER), asked)
}

/// Entity and text of each finding.
fn found(detector: &Detector, text: &str) -> Vec<(String, String)> {
    let found = detector.findings(&Input::of(text)).unwrap();
    found
        .iter()
        .map(|finding| (finding.entity.name().to_owned(), finding.span.of(text).unwrap().to_owned()))
        .collect()
}

/// All places of `value` are covered.
fn hides(text: &str, value: &str) {
    let findings = BALANCED.findings(&Input::of(text)).unwrap();
    for (at, _) in text.match_indices(value) {
        let is_covered =
            findings.iter().any(|finding| finding.span.start <= at && finding.span.end >= at + value.len());
        assert!(is_covered, "{value:?} at {at} of {text:?}: {:?}", found(&BALANCED, text));
    }
}

/// No place of `value` is taken for a person.
fn leaves(text: &str, value: &str) {
    let findings = BALANCED.findings(&Input::of(text)).unwrap();
    for (at, _) in text.match_indices(value) {
        let mut people = findings.iter().filter(|finding| finding.entity.name() != "LOCATION");
        let is_touched = people.any(|finding| finding.span.start < at + value.len() && finding.span.end > at);
        assert!(!is_touched, "{value:?} at {at} of {text:?}: {:?}", found(&BALANCED, text));
    }
}

#[test]
fn a_name_that_was_found_is_found_however_it_is_written() {
    let name = "My name is Katharina Brandlehner.";
    for (rest, value) in [
        ("Dr. Brandlehner is out.", "Brandlehner"),
        ("please file it under brandlehner", "brandlehner"),
        ("KATHARINA BRANDLEHNER signed.", "KATHARINA BRANDLEHNER"),
        ("K. Brandlehner signed.", "K. Brandlehner"),
        ("Brandlehner, Katharina", "Brandlehner"),
        ("katharina brandlehner", "katharina brandlehner"),
        ("That is Brandlehner's desk.", "Brandlehner"),
        ("the account @katharina_brandlehner is locked", "katharina_brandlehner"),
        ("login kbrandlehner failed", "kbrandlehner"),
        ("see /home/kbrandlehner/notes", "kbrandlehner"),
        ("Tell Katharina that it works.", "Katharina"),
    ] {
        hides(&format!("{name} {rest}"), value);
    }
    hides("I met Joost van der Meulenbeek. Later van der Meulenbeek called.", "Meulenbeek");
    hides("Katharina Brandlehner (KB) wrote this. KB is out today.", "KB");
    leaves("Katharina Brandlehner wrote this. The KB article is out.", "KB");
}

#[test]
fn names_of_other_scripts_come_back_in_parts() {
    hides("我叫王小明。请告诉小明明天来，老王也来。", "小明");
    hides("我叫王小明。请告诉小明明天来，老王也来。", "老王");
    hides("我叫裴若衡。裴总今天不在。", "裴");
    hides("氏名：田中太郎。田中さんは休みです。", "田中");
    hides("이름: 김민수. 오늘 민수가 온다.", "민수");
}

#[test]
fn words_that_are_also_names_stay_words() {
    let name = "My name is Will Mark Rose, and this is May Paris.";
    for (rest, value) in [
        ("It will rain in May.", "May."),
        ("A rose is red.", "rose"),
        ("We will mark it.", "will mark"),
        ("The flight to Paris leaves at 5.", "Paris leaves"),
        ("See the mark on the wall.", "mark on"),
    ] {
        leaves(&format!("{name} {rest}"), value);
    }
    // Where only a name can stand, they are names.
    hides("My name is Will Mark Rose. Ask Rose about it.", "Rose");
    hides("My name is Will Mark Rose. Will said so.", "Will");
    // A part of a name is no identifier.
    let code = "My name is Katharina Brandlehner.\n```\nfn katharina() { Brandlehner::new(); }\n```";
    leaves(code, "Brandlehner::");
}

#[test]
fn public_names_stay_in_prose_unless_they_are_asked_for() {
    let text = "Write a poem in the style of William Shakespeare about Albert Einstein.";
    assert!(found(&BALANCED, text).is_empty(), "{:?}", found(&BALANCED, text));
    let all = asking(NamesAsked { keeps_public: false, ..Knob::Balanced.into() });
    assert!(
        found(&all, text).iter().any(|(entity, name)| entity == "PERSON" && name == "William Shakespeare")
    );
    assert!(
        found(&BALANCED, r#"{"full_name": "Albert Einstein"}"#).iter().any(|(entity, _)| entity == "PERSON")
    );
}

#[test]
fn organisations_are_found_where_they_are_asked_for() {
    let text = r#"{"company": "Brandlehner Maschinenbau GmbH", "city": "Ulm"}"#;
    let is_organization = |(entity, _): &(String, String)| entity == "ORGANIZATION";
    assert!(!found(&BALANCED, text).iter().any(is_organization));
    let all = asking(NamesAsked { organizations: true, ..Knob::Balanced.into() });
    assert!(found(&all, text).iter().any(is_organization), "{:?}", found(&all, text));
}

#[test]
fn names_behind_escapes_are_found() {
    for (text, value) in [
        (r#"{\"patient\": \"Zo\u00eb Brandlehner\", \"age\": 40}"#, r"Zo\u00eb Brandlehner"),
        ("Dear Quinn O&#39;Bralley, thank you", "Quinn O&#39;Bralley"),
        ("name=Katharina%20Brandlehner&lang=de", "Katharina%20Brandlehner"),
        ("Gr=C3=BC=C3=9Fe von J=C3=B6rg M=C3=BCller aus Ulm.", "J=C3=B6rg M=C3=BCller"),
    ] {
        hides(text, value);
    }
}

#[test]
fn each_way_of_asking_has_a_version_of_its_own() {
    let versions: std::collections::HashSet<[u8; 32]> = [
        NamesAsked::OFF,
        Knob::Strict.into(),
        Knob::Balanced.into(),
        NamesAsked { organizations: true, ..Knob::Balanced.into() },
        NamesAsked { keeps_public: false, ..Knob::Balanced.into() },
    ]
    .map(|asked| asking(asked).version())
    .into();
    assert_eq!(versions.len(), 5);
    assert_eq!(asking(NamesAsked::OFF).version(), Detector::builtin().unwrap().version());
    assert_eq!(
        asking(Knob::Strict.into()).with_tagger(Arc::clone(&TAGGER), Knob::Balanced).version(),
        BALANCED.version()
    );
}

#[test]
fn a_thousand_names_and_hostile_texts_are_read_to_the_end() {
    let names: Vec<String> = (0..2_000_u32)
        .map(|n| format!("My name is Anna{} Weber{}.", letters(n), letters(n * 7 + 3)))
        .collect();
    BALANCED.findings(&Input::of(&names.concat())).unwrap();
    for unit in [
        "Anna ",
        "A. ",
        "anna_",
        "name:",
        "\"name\":\"a\",",
        "<name>",
        "王小",
        "(AW) ",
        "Anna Weber ",
        "name=anna&",
    ] {
        BALANCED.findings(&Input::of(&format!("My name is Anna Weber. {}", unit.repeat(20_000)))).unwrap();
    }
}

fn letters(mut number: u32) -> String {
    let mut text = String::new();
    while number > 0 {
        text.extend(char::from_digit(number % 16 + 10, 36));
        number /= 16;
    }
    text
}
