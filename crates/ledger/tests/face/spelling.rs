//! One record, one spelling: nothing is lost, nothing else is accepted.

use cordon_ledger::{Ending, Intent, LEAF_BYTES_MAX, Name, Outcome, Question, Record, RecordError, Region};
use proptest::prelude::*;
use serde_json::Value;
use types::{AppName, ExchangeId};

use crate::samples::{any_record, golden, intent, question};

/// The value with the members of each object in the order of their UTF-16 code units; `serde_json` keeps that order and
/// escapes strings as RFC 8785 says.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            members.into_iter().collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(record in any_record()) {
        let leaf = record.leaf().unwrap();
        prop_assert_eq!(Record::parse(&leaf).unwrap(), record);
    }

    #[test]
    fn what_parses_is_spelled_one_way(record in any_record(), at: usize, byte: u8) {
        let mut leaf = record.leaf().unwrap();
        let at = at % leaf.len();
        leaf[at] = byte;
        if let Ok(parsed) = Record::parse(&leaf) {
            prop_assert_eq!(parsed.leaf().unwrap(), leaf);
        }
    }

    #[test]
    fn a_leaf_is_what_another_writer_of_canonical_json_writes(record in any_record()) {
        let leaf = record.leaf().unwrap();
        let value: Value = serde_json::from_slice(&leaf).unwrap();
        prop_assert_eq!(sorted(value).to_string().into_bytes(), leaf);
    }

    #[test]
    fn no_bytes_make_parsing_panic(bytes: Vec<u8>) {
        let _ = Record::parse(&bytes);
    }

    #[test]
    fn no_json_makes_parsing_panic(text in r#"(\{|\}|\[|\]|"v":1|"kind":"intent"|"kind":"x"|,|:|"|[0-9]|\\u[0-9a-f]{4}|null){0,30}"#) {
        if let Ok(record) = Record::parse(text.as_bytes()) {
            prop_assert_eq!(record.leaf().unwrap(), text.into_bytes());
        }
    }

    #[test]
    fn any_member_of_a_newer_version_stays(member in "[a-z]{1,8}", text: String, number in 0..1u64 << 53) {
        prop_assume!(member != "v" && member != "kind" && member != "exchange");
        let leaf = sorted(serde_json::json!({
            "v": 2, "kind": "intent", "exchange": "ex-1", member: { "text": text, "number": [number, null, true] }
        }));
        let leaf = leaf.to_string().into_bytes();
        let record = Record::parse(&leaf).unwrap();
        prop_assert!(matches!(record, Record::Other(_)));
        prop_assert_eq!((record.kind(), record.exchange()), ("intent", Some(ExchangeId::new("ex-1"))));
        prop_assert_eq!(record.leaf().unwrap(), leaf);
    }
}

#[test]
fn blanks_other_orders_and_other_escapes_are_refused() {
    let leaf = String::from_utf8(Record::Intent(intent()).leaf().unwrap()).unwrap();
    for other in [
        format!(" {leaf}"),
        format!("{leaf}\n"),
        leaf.replace("\"attempt\":1", "\"attempt\": 1"),
        leaf.replace("\"attempt\":1", "\"attempt\":1.0"),
        leaf.replace("\"attempt\":1", "\"attempt\":1e0"),
        leaf.replace("\"attempt\":1", "\"attempt\":1,\"attempt\":1"),
        leaf.replace("billing", "b\\u0069lling"),
        leaf.replace("/v1/", "\\/v1\\/"),
        leaf.replace("{\"app\":\"billing\",\"attempt\":1,", "{\"attempt\":1,\"app\":\"billing\","),
    ] {
        assert_ne!(other, leaf);
        assert_eq!(Record::parse(other.as_bytes()), Err(RecordError::NotCanonical), "{other}");
    }
}

#[test]
fn members_that_are_missing_unknown_or_of_another_type_are_refused() {
    let leaf = String::from_utf8(Record::Intent(intent()).leaf().unwrap()).unwrap();
    let check = |from: &str, to: &str, expected: RecordError| {
        let other = leaf.replace(from, to);
        assert_ne!(other, leaf);
        assert_eq!(Record::parse(other.as_bytes()), Err(expected), "{to}");
    };
    check("\"attempt\":1,", "", RecordError::Member { member: "attempt" });
    check("\"attempt\":1", "\"attempt\":\"1\"", RecordError::Member { member: "attempt" });
    check("\"attempt\":1", "\"attempt\":-1", RecordError::Member { member: "attempt" });
    check("\"attempt\":1", "\"attempt\":4294967296", RecordError::Member { member: "attempt" });
    check("\"attempt\":1", "\"attempt\":1,\"beyond\":[]", RecordError::UnknownMembers { count: 1 });
    check(
        "\"environment\":\"prod\"",
        "\"environment\":\"any\"",
        RecordError::Member { member: "environment" },
    );
    check("\"mode\":\"protect\"", "\"mode\":\"off\"", RecordError::Member { member: "mode" });
    check("\"classes\":{}", "\"classes\":{\"people\":1}", RecordError::Member { member: "classes" });
    check("\"app\":\"billing\"", "\"app\":\"\"", RecordError::Member { member: "app" });
    check("\"app\":\"billing\"", "\"app\":\"a\\u0001\"", RecordError::Member { member: "app" });
    check("\"v\":1", "\"v\":0", RecordError::NotARecord);
    check("\"v\":1", "\"v\":\"1\"", RecordError::NotARecord);
    check("\"kind\":\"intent\",", "", RecordError::NotARecord);
}

#[test]
fn a_name_that_is_none_and_a_number_that_is_too_large_are_named() {
    let mut record = intent();
    record.app = AppName::new("a\nb");
    assert_eq!(Record::Intent(record).leaf(), Err(RecordError::Name { member: "app" }));
    let mut record = intent();
    record.request_bytes_in = 1 << 53;
    assert_eq!(Record::Intent(record).leaf(), Err(RecordError::Number { member: "request_bytes_in" }));
    let mut record = intent();
    record.entities.insert(Name::new("PERSON"), u64::MAX);
    assert_eq!(Record::Intent(record).leaf(), Err(RecordError::Number { member: "entities" }));
}

#[test]
fn a_leaf_is_never_longer_than_an_entry_of_a_tile_may_be() {
    let mut record = intent();
    record.reasons = vec![Name::new("ü".repeat(128)); 300];
    let Err(RecordError::TooLarge { bytes }) = Record::Intent(record.clone()).leaf() else {
        panic!("it fits")
    };
    assert!(bytes > LEAF_BYTES_MAX);
    record.reasons.truncate(230);
    assert!(Record::Intent(record).leaf().is_ok());
    assert!(matches!(Record::parse(&vec![b' '; LEAF_BYTES_MAX + 1]), Err(RecordError::TooLarge { .. })));
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    let deep = format!("{{\"kind\":\"x\",\"v\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(Record::parse(deep.as_bytes()), Err(RecordError::NotJson));
}

#[test]
fn all_kinds_say_what_they_speak_of() {
    for record in golden() {
        assert!(record.exchange().is_some() && record.time_ms().is_some());
        let has_app = !matches!(&record, Record::Refusal(refusal) if refusal.app.is_none());
        assert_eq!(record.app().is_some(), has_app);
    }
}

/// Written by hand: where the two members stand among the others, and that a record without them is spelled as it ever was.
#[test]
fn what_was_asked_of_names_stands_between_its_neighbours() {
    let with = Intent {
        names: Some(Name::new("balanced")),
        names_model: Some(Name::new("0f3a9c01d2b4e657")),
        ..intent()
    };
    let leaf = String::from_utf8(Record::Intent(with.clone()).leaf().unwrap()).unwrap();
    let expected = r#""model_sent":null,"names":"balanced","names_model":"0f3a9c01d2b4e657","opaque":{}"#;
    assert!(leaf.contains(expected), "{leaf}");
    assert_eq!(Record::parse(leaf.as_bytes()).unwrap(), Record::Intent(with));
    let without = String::from_utf8(Record::Intent(intent()).leaf().unwrap()).unwrap();
    assert_eq!(leaf.replace(r#""names":"balanced","names_model":"0f3a9c01d2b4e657","#, ""), without);
}

/// Written by hand.
#[test]
fn a_question_leaves_out_what_is_not_so_and_has_one_spelling() {
    let spelled = |question: Question| {
        let record = Record::Intent(Intent { question: Some(question), ..intent() });
        let leaf = String::from_utf8(record.leaf().unwrap()).unwrap();
        assert_eq!(Record::parse(leaf.as_bytes()).unwrap(), record);
        leaf
    };
    let leaf = spelled(question());
    let expected = concat!(
        r#""question":{"behind":["house"],"candidates":["openai-eu","house"],"declared":{"art9_exception":"health_care","#,
        r#""audience":[],"consent":true,"dpia_approved":true,"important":["confidential"],"legal_basis":"contract","#,
        r#""programmes":["pipia"],"purpose":["support"],"subjects":["EU","US"]},"handling_floor":"c","#,
        r#""meters":{"cn_people_100k/openai":100,"us_health/openai":50},"narrowed":["subjects"],"stream":true,"#,
        r#""tools":true,"tried":["minimax"]},"reasons":[]"#
    );
    assert!(leaf.contains(expected), "{leaf}");
    let empty = spelled(Question::default());
    assert!(empty.contains(r#""question":{},"reasons""#), "{empty}");
    for other in [
        r#"{"stream":false}"#,
        r#"{"tried":[]}"#,
        r#"{"declared":{}}"#,
        r#"{"declared":{"consent":false}}"#,
        r#"{"meters":{}}"#,
        r#"{"handling_floor":null}"#,
        r#"{"more":1}"#,
        "null",
    ] {
        let leaf = empty.replace(r#""question":{}"#, &format!("\"question\":{other}"));
        assert_eq!(
            Record::parse(leaf.as_bytes()),
            Err(RecordError::Member { member: "question" }),
            "{other}"
        );
    }
}

#[test]
fn the_longest_question_fits_a_leaf() {
    let many: Vec<Name> = (0..500).map(|n| Name::new(format!("{n:0>128}"))).collect();
    let mut long =
        Question { candidates: many.clone(), behind: many.clone(), tried: many.clone(), ..question() };
    long.declared.subjects = Some(many.clone());
    long.declared.purpose = Some(many.clone());
    long.meters = many.into_iter().map(|name| (name, 100)).collect();
    let record = Record::Intent(Intent { question: Some(long.bounded()), ..intent() });
    let Record::Intent(Intent { question: Some(kept), .. }) = Record::parse(&record.leaf().unwrap()).unwrap()
    else {
        panic!("an intent")
    };
    assert!(kept.is_cut && kept.candidates.len() == 32 && kept.meters.len() == 32);
    assert!(!question().bounded().is_cut);
}

/// Written by hand.
#[test]
fn a_region_stands_behind_the_outcome_and_has_one_spelling() {
    let region = Region {
        proven: Name::new("global"),
        by: Name::new("usage.inference_geo"),
        expected: Some(Name::new("us")),
        is_other: true,
    };
    let outcome = Outcome::new(ExchangeId::new("ex-1"), 5, AppName::new("billing"), Ending::Complete);
    let record = Record::Outcome(Outcome { region: Some(region), ..outcome.clone() });
    let leaf = String::from_utf8(record.leaf().unwrap()).unwrap();
    let spelled = r#""region":{"by":"usage.inference_geo","expected":"us","other":true,"proven":"global"}"#;
    assert!(leaf.contains(&format!("\"outcome\":\"complete\",{spelled},\"response_bytes_in\"")), "{leaf}");
    assert_eq!(Record::parse(leaf.as_bytes()).unwrap(), record);
    for other in ["true}", "false}", "true,\"more\":1}"] {
        let changed = leaf.replace("\"other\":true,\"proven\":\"global\"}", &format!("\"other\":{other}"));
        assert!(Record::parse(changed.as_bytes()).is_err(), "{changed}");
    }
    let without = String::from_utf8(Record::Outcome(outcome).leaf().unwrap()).unwrap();
    assert_eq!(leaf.replace(&format!("{spelled},"), ""), without);
}
