//! What is restored, and what is not: cases by kind, each whole and in all ways of cutting it in two, character by
//! character, and at random.

use std::sync::Arc;

use types::{Lane, LaneFormat, LaneId, Original, Sink};

use super::*;
use crate::map::Entry;
use crate::spelling::Shape;

/// Surrogate, original, shape, whether it is a credential.
const ENTRIES: [(&str, &str, Shape, bool); 17] = [
    ("PERSON_7KQ2", "Ilse Van Rompaey", Shape::Word, false),
    ("PERSON_9XT4C", "O\"Neil\\ \n😀", Shape::Word, false),
    ("PERSON_C3RM", "王小明", Shape::Word, false),
    ("EMAIL_7KQ2", "ilse.vr@kestrelmoor.org", Shape::Word, false),
    ("URL_3MFT", "https://intranet.kestrelmoor.org/a?b=c", Shape::Word, false),
    ("APIKEY_4HJW", "plainly-fake-secret", Shape::Word, true),
    ("CAR_D4RT", "old car", Shape::Word, false),
    ("CARD_7H7H", "4556 7375 8689 9855", Shape::Word, false),
    ("k7q2m9@cordon.example", "bo@kestrelmoor.org", Shape::Mail, false),
    ("192.0.2.101", "10.20.30.40", Shape::Ip4, false),
    ("2001:db8:1f00:2000::3abc", "fd00::17", Shape::Ip6, false),
    ("+44 7700 900123", "+44 20 7183 8750", Shape::Number, false),
    ("Alina Varnholt", "Rosa Merkens", Shape::Name, false),
    ("Müra", "Lena", Shape::Name, false),
    ("鄢若溪", "李雷", Shape::DenseName, false),
    ("鄢景澄", "韩梅梅", Shape::DenseName, false),
    ("PERSON_2222X", "Kim", Shape::Word, false),
];

fn map() -> Arc<RestoreMap> {
    Arc::new(RestoreMap::new(
        ENTRIES
            .iter()
            .map(|(surrogate, original, shape, is_credential)| Entry {
                surrogate: (*surrogate).to_owned(),
                original: Original::new(*original),
                shape: *shape,
                is_credential: *is_credential,
            })
            .collect(),
    ))
}

const PLAIN: Lane = lane(Sink::Reader, LaneFormat::Plain);

const fn lane(sink: Sink, format: LaneFormat) -> Lane {
    Lane { id: LaneId { part: 0, channel: 0, index: 0 }, sink, format }
}

fn restored(map: &Arc<RestoreMap>, lane: Lane, pieces: &[&str]) -> (String, RestoreCounts) {
    let mut restorer = Restorer::new(Arc::clone(map), RestoreOptions::default());
    let mut out: String = pieces.iter().map(|piece| restorer.push(lane, piece)).collect();
    out.push_str(&restorer.close(lane));
    (out, restorer.counts())
}

/// A small generator, so that a failure comes back with the same cuts.
fn cuts(text: &str, seed: u64) -> Vec<&str> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let characters = (state >> 33) as usize % 9;
        let bytes = rest.char_indices().nth(characters).map_or(rest.len(), |(at, _)| at);
        let (piece, behind) = rest.split_at(bytes);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

fn check(lane: Lane, text: &str, expected: &str) -> RestoreCounts {
    let map = map();
    let whole = restored(&map, lane, &[text]);
    assert_eq!(whole.0, expected, "{text:?}");
    for (at, _) in text.char_indices() {
        let (one, other) = text.split_at(at);
        assert_eq!(restored(&map, lane, &[one, other]), whole, "{one:?} | {other:?}");
    }
    let single: Vec<&str> = text.split_inclusive(|_| true).collect();
    assert_eq!(restored(&map, lane, &single), whole, "{text:?} character by character");
    for seed in 0..1000 {
        assert_eq!(restored(&map, lane, &cuts(text, seed)), whole, "{text:?} with seed {seed}");
    }
    whole.1
}

#[test]
fn words_are_restored_where_they_stand_alone() {
    for (text, expected) in [
        ("PERSON_7KQ2", "Ilse Van Rompaey"),
        ("Dear PERSON_7KQ2, see EMAIL_7KQ2.", "Dear Ilse Van Rompaey, see ilse.vr@kestrelmoor.org."),
        ("(PERSON_7KQ2)", "(Ilse Van Rompaey)"),
        ("PERSON_7KQ2 PERSON_7KQ2", "Ilse Van Rompaey Ilse Van Rompaey"),
        ("PERSON_7KQ2s and PERSON_7KQ2's", "Ilse Van Rompaeys and Ilse Van Rompaey's"),
        ("PERSON_7KQ2S", "Ilse Van RompaeyS"),
        ("**PERSON_7KQ2**", "**Ilse Van Rompaey**"),
        ("_PERSON_7KQ2_ __PERSON_7KQ2__", "_Ilse Van Rompaey_ __Ilse Van Rompaey__"),
        ("`PERSON_7KQ2`", "`Ilse Van Rompaey`"),
        ("请联系PERSON_7KQ2先生，谢谢", "请联系Ilse Van Rompaey先生，谢谢"),
        ("PERSON_C3RM说", "王小明说"),
        ("PERSON_7KQ2\nPERSON_9XT4C", "Ilse Van Rompaey\nO\"Neil\\ \n😀"),
        ("x = \"a\\nPERSON_7KQ2\"", "x = \"a\\nIlse Van Rompaey\""),
        ("PERSON_7KQ2EMAIL_7KQ2", "Ilse Van Rompaeyilse.vr@kestrelmoor.org"),
        ("PERSON_7KQ2PERSON_C3RM", "Ilse Van Rompaey王小明"),
        ("PERSON_7KQ2PERSON_C3RMPERSON_7KQ2", "Ilse Van Rompaey王小明Ilse Van Rompaey"),
        ("<b>PERSON_7KQ2</b>", "<b>Ilse Van Rompaey</b>"),
        ("PERSON_7KQ2-related", "Ilse Van Rompaey-related"),
        ("pre-PERSON_7KQ2", "pre-Ilse Van Rompaey"),
        ("PERSON_7KQ2_PERSON_C3RM", "Ilse Van Rompaey_王小明"),
        ("CAR_D4RT CARD_7H7H", "old car 4556 7375 8689 9855"),
    ] {
        check(PLAIN, text, expected);
    }
}

#[test]
fn parts_of_longer_words_and_foreign_words_stay() {
    for text in [
        "PERSON_7KQ2M",
        "PERSON_7KQ29",
        "PERSON_7KQ20",
        "person_7kq2m",
        "MY_PERSON_7KQ2",
        "MY\\_PERSON_7KQ2",
        "MYPERSON_7KQ2",
        "2PERSON_7KQ2",
        "PERSON_7KQ",
        "PERSON_",
        "PERSON",
        "PERSON_7KQ3 PERSON_1 EMAIL_9XT4C",
        "PERSONS_7KQ2",
        "PERSON__7KQ2",
        "PERSON_ 7KQ2",
        "PERSON, 7KQ2",
        "PERSON\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}_7KQ2",
        "PERSON\\ 7KQ2",
        "PERSON\\7KQ2",
        "PERSON_7 KQ2",
        "ORG_7KQ2",
        "7KQ2",
        "PERSON_7KQ2PERSON_",
        "PERSON_7KQ2PERSON",
        "PERSON_9XT4",
        "person 4242",
        "\\PERSON\\\\\\\\\\_7KQ2",
    ] {
        let counts = check(PLAIN, text, text);
        assert_eq!(RestoreCounts { unknown: 0, ..counts }, RestoreCounts::default());
    }
    check(PLAIN, "PERSON_7KQ2PERSON_C3RMM", "Ilse Van RompaeyPERSON_C3RMM");
}

#[test]
fn spellings_that_models_make_are_tolerated() {
    for spelling in [
        "person_7kq2",
        "Person_7KQ2",
        "PERSON_7kq2",
        "PERSON\\_7KQ2",
        "PERSON\\\\_7KQ2",
        "person\\_7kq2",
        "PERSON7KQ2",
        "person7kq2",
        "PERSON 7KQ2",
        "PERSON-7KQ2",
        "Person 7KQ2",
        "PERSON\u{2011}7KQ2",
        "PERSON\u{a0}7KQ2",
        "PERSON\u{ff3f}7KQ2",
        "PERSON_\u{200b}7KQ2",
        "P\u{200b}ERSON_7K\u{200d}Q2",
        "PERSON\u{ad}_7KQ2",
    ] {
        check(PLAIN, &format!("a {spelling} b"), "a Ilse Van Rompaey b");
        check(PLAIN, &format!("{spelling}s"), "Ilse Van Rompaeys");
        check(PLAIN, spelling, "Ilse Van Rompaey");
    }
    check(PLAIN, "card7h7h", "4556 7375 8689 9855");
    check(PLAIN, "card4rt", "old car");
}

#[test]
fn class_preserving_values_are_restored_whole_only() {
    for (text, expected) in [
        ("k7q2m9@cordon.example", "bo@kestrelmoor.org"),
        ("write to k7q2m9@cordon.example.", "write to bo@kestrelmoor.org."),
        ("K7Q2M9@Cordon.example, please", "bo@kestrelmoor.org, please"),
        ("<k7q2m9@cordon.example>", "<bo@kestrelmoor.org>"),
        ("192.0.2.101:80 and 192.0.2.101.", "10.20.30.40:80 and 10.20.30.40."),
        ("http 192.0.2.101/24", "http 10.20.30.40/24"),
        ("2001:db8:1f00:2000::3abc", "fd00::17"),
        ("call +44 7700 900123 now", "call +44 20 7183 8750 now"),
        ("Alina Varnholt, Alina Varnholt's, Alina Varnholts", "Rosa Merkens, Rosa Merkens's, Rosa Merkenss"),
        ("ALINA VARNHOLT", "Rosa Merkens"),
        ("见Alina Varnholt说", "见Rosa Merkens说"),
        ("Müra", "Lena"),
        ("鄢若溪和鄢景澄", "李雷和韩梅梅"),
    ] {
        check(PLAIN, text, expected);
    }
    for text in [
        "xk7q2m9@cordon.example",
        "x.k7q2m9@cordon.example",
        "k7q2m9@cordon.example.com",
        "k7q2m9@cordon.examples",
        "k7q2m9@cordon.example-x.com",
        "192.0.2.1019",
        "1.192.0.2.101",
        "192.0.2.101.5",
        "192.0.2.10",
        "2001:db8:1f00:2000::3abcd",
        "2001:db8:1f00:2000::3abc:1",
        "+44 7700 9001234",
        "++44 7700 900123",
        "Alina Varnholtz",
        "Alina Varnholtsen",
        "Alina",
        "Varnholt",
        "Ämüra",
        "Müraß",
        "鄢若",
    ] {
        check(PLAIN, text, text);
    }
}

#[test]
fn in_urls_for_a_reader_surrogates_stay() {
    for text in [
        "[a](https://x.io/?q=PERSON_7KQ2)",
        "![a](https://x.io/PERSON_7KQ2.png)",
        "[a](PERSON_7KQ2)",
        "[a]( mailto:EMAIL_7KQ2 \"PERSON_7KQ2\")",
        "[a]: https://x.io/PERSON_7KQ2",
        "<https://x.io/PERSON_7KQ2>",
        "https://x.io/PERSON_7KQ2",
        "https://x.io/?a=(PERSON_7KQ2)&b=person-7kq2",
        "<img src=\"//x.io/PERSON_7KQ2\">",
        "<a href='x PERSON_7KQ2'>",
        "www.x.io/PERSON_7KQ2",
        "https://PERSON_7KQ2.x.io/",
        "https://k7q2m9@cordon.example/",
        "http://192.0.2.101/x",
    ] {
        let counts = check(PLAIN, text, text);
        assert!(counts.left_in_url > 0 && counts.restored == 0, "{text}");
    }
    for (text, expected) in [
        ("[PERSON_7KQ2](https://x.io) PERSON_7KQ2", "[Ilse Van Rompaey](https://x.io) Ilse Van Rompaey"),
        ("see URL_3MFT.", "see https://intranet.kestrelmoor.org/a?b=c."),
        ("URL_3MFT/PERSON_7KQ2", "https://intranet.kestrelmoor.org/a?b=c/PERSON_7KQ2"),
        ("URL_3MFT PERSON_7KQ2", "https://intranet.kestrelmoor.org/a?b=c Ilse Van Rompaey"),
        (
            "{\"u\":\"https://x.io\",\"n\":\"PERSON_7KQ2\"}",
            "{\"u\":\"https://x.io\",\"n\":\"Ilse Van Rompaey\"}",
        ),
        ("<img src=\"x\" alt=\"PERSON_7KQ2\">", "<img src=\"x\" alt=\"Ilse Van Rompaey\">"),
        ("[PERSON_7KQ2]: PERSON_7KQ2", "[Ilse Van Rompaey]: Ilse Van Rompaey"),
    ] {
        check(PLAIN, text, expected);
    }
}

#[test]
fn each_sink_gets_what_it_may() {
    let text = "APIKEY_4HJW PERSON_7KQ2 https://x.io/PERSON_7KQ2";
    let all = "plainly-fake-secret Ilse Van Rompaey https://x.io/Ilse Van Rompaey";
    let some = "APIKEY_4HJW Ilse Van Rompaey https://x.io/PERSON_7KQ2";
    for format in [LaneFormat::Plain, LaneFormat::Json] {
        let reader = check(lane(Sink::Reader, format), text, some);
        assert_eq!((reader.restored, reader.left_secret, reader.left_in_url), (1, 1, 1));
        assert_eq!(check(lane(Sink::ClientTool, format), text, all).restored, 3);
        assert_eq!(check(lane(Sink::ProviderTool, format), text, text).left_provider_tool, 3);
        assert_eq!(check(lane(Sink::Signed, format), text, text).left_signed, 3);
    }
    let mut restorer = Restorer::new(map(), RestoreOptions { secrets_to_reader: true });
    assert_eq!(restorer.push(PLAIN, "APIKEY_4HJW "), "plainly-fake-secret ");
}

#[test]
fn json_escapes_fit_the_depth() {
    let tool = lane(Sink::ClientTool, LaneFormat::Json);
    for (text, expected) in [
        (r#"{"to":"PERSON_7KQ2"}"#, r#"{"to":"Ilse Van Rompaey"}"#),
        (r#"{"to":"PERSON_9XT4C"}"#, r#"{"to":"O\"Neil\\ \n😀"}"#),
        (r#"{"PERSON_9XT4C":1}"#, r#"{"O\"Neil\\ \n😀":1}"#),
        (r#"{"a":"{\"to\":\"PERSON_9XT4C\"}"}"#, r#"{"a":"{\"to\":\"O\\\"Neil\\\\ \\n😀\"}"}"#),
        (r#"{"a":"say \"PERSON_9XT4C\""}"#, r#"{"a":"say \"O\"Neil\\ \n😀\""}"#),
        (r#"{"a":"\nPERSON_7KQ2\tPERSON_7KQ2"}"#, r#"{"a":"\nIlse Van Rompaey\tIlse Van Rompaey"}"#),
        (
            r#"{"a":"PERSON\\_7KQ2 PERSON\_7KQ2 PERSON\u005f7KQ2"}"#,
            r#"{"a":"Ilse Van Rompaey Ilse Van Rompaey Ilse Van Rompaey"}"#,
        ),
        (r#"{"a":"\u0050ERSON_7KQ2"}"#, r#"{"a":"Ilse Van Rompaey"}"#),
        (r#"{"a":"\u9122\u82e5\u6eaa"}"#, r#"{"a":"李雷"}"#),
        (r#"{"a":"\\PERSON_7KQ2\\"}"#, r#"{"a":"\\Ilse Van Rompaey\\"}"#),
        (
            r#"{"a":"xPERSON_7KQ2","b":"x\u0050ERSON_7KQ2"}"#,
            r#"{"a":"xPERSON_7KQ2","b":"x\u0050ERSON_7KQ2"}"#,
        ),
        (r#"{"a":"PERSON_","b":"7KQ2"}"#, r#"{"a":"PERSON_","b":"7KQ2"}"#),
        (r#"{"a":"PERSON_7KQ2\"#, r#"{"a":"Ilse Van Rompaey\"#),
        (
            r#"{"a":"\bPERSON_7KQ2\fPERSON_7KQ2\rPERSON_7KQ2"}"#,
            r#"{"a":"\bIlse Van Rompaey\fIlse Van Rompaey\rIlse Van Rompaey"}"#,
        ),
        (r#"{"a":"x\u00"#, r#"{"a":"x\u00"#),
        (r#"{"a":"{\"b\":\"c:\\\\PERSON_7KQ2\\n\"}"}"#, r#"{"a":"{\"b\":\"c:\\\\Ilse Van Rompaey\\n\"}"}"#),
    ] {
        check(tool, text, expected);
    }
}

#[test]
fn plain_text_that_is_json_stays_json() {
    let client = lane(Sink::ClientTool, LaneFormat::Plain);
    for lane in [PLAIN, client] {
        check(lane, r#"{"to":"PERSON_9XT4C"}"#, r#"{"to":"O\"Neil\\ \n😀"}"#);
        check(lane, "{to} \"PERSON_9XT4C\"", "{to} \"O\"Neil\\ \n😀\"");
        check(lane, "[\"PERSON_7KQ2\"](x) PERSON_9XT4C", "[\"Ilse Van Rompaey\"](x) O\"Neil\\ \n😀");
    }
    let block = "Here:\n```json\n{\"to\": \"PERSON_9XT4C\"}\n```\nPERSON_9XT4C";
    check(PLAIN, block, "Here:\n```json\n{\"to\": \"O\\\"Neil\\\\ \\n😀\"}\n```\nO\"Neil\\ \n😀");
    check(PLAIN, "```\nto \"PERSON_9XT4C\"\n```", "```\nto \"O\"Neil\\ \n😀\"\n```");
    check(PLAIN, "a {\"b\": \"PERSON_9XT4C\"}", "a {\"b\": \"O\"Neil\\ \n😀\"}");
    check(PLAIN, "[\"a\"](https://x.io/PERSON_7KQ2)", "[\"a\"](https://x.io/PERSON_7KQ2)");
}

#[test]
fn nothing_is_held_back_that_is_certain() {
    for (text, given) in [
        ("Please", "Please"),
        ("a P", "a "),
        ("a PE", "a "),
        ("a Pl", "a Pl"),
        ("xP", "xP"),
        ("a P", "a "),
        ("PERSON_7KQ2", ""),
        ("PERSON_7KQ2 ", "Ilse Van Rompaey "),
        ("PERSON_7KQ2s", "Ilse Van Rompaeys"),
        ("PERSON_7KQ2P", ""),
        ("PERSON_7KQ2PL", "PERSON_7KQ2PL"),
        ("person ", ""),
        ("person w", "person w"),
        ("person wh", "person wh"),
        ("person 7", ""),
        ("person 8", "person 8"),
        ("鄢若溪", "李雷"),
        ("192.0.2.101.", ""),
        ("192.0.2.5", "192.0.2.5"),
    ] {
        let mut restorer = Restorer::new(map(), RestoreOptions::default());
        assert_eq!(restorer.push(PLAIN, text), given, "{text}");
    }
    let mut restorer = Restorer::new(map(), RestoreOptions::default());
    let tool = lane(Sink::ClientTool, LaneFormat::Json);
    assert_eq!(restorer.push(tool, r#"{"a":"PERSON_7KQ2","b"#), r#"{"a":"Ilse Van Rompaey","b"#);
}

#[test]
fn unknown_words_in_the_form_of_a_surrogate_are_counted() {
    let text = "PERSON_7KQ2, PERSON_3HHF and ORG_9XTT at PERSON_1";
    for sink in [Sink::Reader, Sink::ClientTool, Sink::ProviderTool, Sink::Signed] {
        let (_, counts) = restored(&map(), lane(sink, LaneFormat::Plain), &[text]);
        assert_eq!(counts.unknown, 2);
    }
    let tool = lane(Sink::ClientTool, LaneFormat::Json);
    assert_eq!(
        check(tool, r#"{"a":"PERSON_3HHF","PERSON_3HHF":1}"#, r#"{"a":"PERSON_3HHF","PERSON_3HHF":1}"#)
            .unknown,
        2
    );
}

#[test]
fn lanes_do_not_mix() {
    let other = Lane { id: LaneId { part: 1, channel: 0, index: 0 }, ..PLAIN };
    let mut restorer = Restorer::new(map(), RestoreOptions::default());
    assert_eq!(restorer.push(PLAIN, "Hi PERSON_7K"), "Hi ");
    assert_eq!(restorer.push(other, "Q2!"), "Q2!");
    assert_eq!(restorer.close(PLAIN), "PERSON_7K");
    assert_eq!(restorer.close(other), "");
    assert_eq!(restorer.push(PLAIN, "Q2 "), "Q2 ");
}

#[test]
fn text_without_surrogates_is_bounded_in_what_is_held() {
    let mut restorer = Restorer::new(map(), RestoreOptions::default());
    let tool = lane(Sink::ClientTool, LaneFormat::Json);
    let inputs = [
        "\\",
        "PERSON_",
        "PERSON_7KQ2",
        "\"\\u005c",
        "[\"",
        "person",
        "\u{200b}",
        "P\u{200b}",
        "https://",
        "](",
    ];
    for lane in [PLAIN, tool] {
        for input in inputs {
            let (mut given, mut taken) = (0, 0);
            for _ in 0..3000 {
                taken += input.len();
                given += restorer.push(lane, input).len();
                assert!(taken.saturating_sub(given) < 8192 || input == "PERSON_7KQ2", "{input}");
            }
        }
    }
}
