//! What edits do to the bytes of a request, and what they leave alone.

use cordon_wire::{DialectId, Edit, Endpoint, Limits, Request, RewriteError};
use proptest::prelude::*;
use serde_json::Value;
use types::{ByteSpan, SegmentKind};

use crate::segments::{parse, segment_cases};

fn chat(body: &str) -> Request<'_> {
    Request::parse(DialectId::OpenAiChat, Endpoint::ChatCompletions, body.as_bytes(), &Limits::default())
        .unwrap()
}

fn messages(body: &str) -> Request<'_> {
    Request::parse(DialectId::AnthropicMessages, Endpoint::Messages, body.as_bytes(), &Limits::default())
        .unwrap()
}

/// Replaces the first occurrence of `what` in the segments.
fn replace(request: &Request<'_>, what: &str, with: &str) -> Edit {
    let found = request.segments().iter().enumerate();
    let (segment, start) =
        found.filter_map(|(index, segment)| Some((index, segment.text.find(what)?))).next().unwrap();
    Edit::Replace { segment, span: ByteSpan::new(start, start + what.len()), with: with.to_owned() }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_edit_changes_the_bytes_of_its_span_and_nothing_else() {
    let body = "{ \"model\" :\"m\",\r\n\t\"messages\":[{\"role\":\"user\",\"content\":\"\\u0048i Jane\\/Doe, \\ud83d\\ude89 caf\\u00e9 \\\"x\\\"\"}] , \"n\":1e0}";
    let request = chat(body);
    let edits = [replace(&request, "Jane/Doe", "A \"B\"\n"), replace(&request, "é", "e")];
    let expected = body.replace("Jane\\/Doe", "A \\\"B\\\"\\n").replace("caf\\u00e9", "cafe");
    assert_eq!(text(request.rewrite(&edits).unwrap()), expected);
}

#[test]
fn json_in_a_string_is_edited_with_the_escapes_of_every_level() {
    let arguments = r#"{"to": "Jane", "raw": "{\"who\": \"Jane\\u0020Doe\"}"}"#;
    let body = serde_json::json!({"messages": [{"role": "assistant", "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": arguments}}]}]})
    .to_string();
    let request = chat(&body);
    let edits = [
        replace(&request, "Jane Doe", "P\"1"),
        replace(&request, "to", "an"),
        replace(&request, "Jane", "P2"),
    ];
    let rewritten: Value = serde_json::from_slice(&request.rewrite(&edits).unwrap()).unwrap();
    let arguments = rewritten["messages"][0]["tool_calls"][0]["function"]["arguments"].as_str().unwrap();
    assert_eq!(arguments, r#"{"an": "P2", "raw": "{\"who\": \"P\\\"1\"}"}"#);
}

#[test]
fn a_number_that_is_replaced_becomes_a_string() {
    let body = r#"{"messages":[],"metadata":{"a": 4111111111111111 ,"b":-12345678.5,"c":[1234567]}}"#;
    let request = chat(body);
    let edits = [
        replace(&request, "4111111111111111", "CARD_1"),
        replace(&request, "12345678", "N"),
        replace(&request, "34", "x"),
    ];
    // The third edit is in the second number as well: it is found there first.
    assert_eq!(request.rewrite(&edits).unwrap_err(), RewriteError::Overlap { segment: 3 });
    let expected = r#"{"messages":[],"metadata":{"a": "CARD_1" ,"b":"-N.5","c":[1234567]}}"#;
    assert_eq!(text(request.rewrite(&edits[..2]).unwrap()), expected);
}

#[test]
fn edits_that_cannot_be_made_are_refused() {
    let body = r#"{"messages":[{"role":"user","content":"Grüße Jane"}]}"#;
    let request = chat(body);
    let edit =
        |start, end| Edit::Replace { segment: 0, span: ByteSpan::new(start, end), with: String::new() };
    assert_eq!(request.rewrite(&[edit(2, 3)]).unwrap_err(), RewriteError::OutOfText { segment: 0 });
    assert_eq!(request.rewrite(&[edit(0, 99)]).unwrap_err(), RewriteError::OutOfText { segment: 0 });
    assert_eq!(request.rewrite(&[edit(5, 4)]).unwrap_err(), RewriteError::OutOfText { segment: 0 });
    assert_eq!(
        request.rewrite(&[edit(0, 4), edit(2, 5)]).unwrap_err(),
        RewriteError::OutOfText { segment: 0 }
    );
    assert_eq!(request.rewrite(&[edit(0, 4), edit(1, 2)]).unwrap_err(), RewriteError::Overlap { segment: 0 });
    let other = Edit::Replace { segment: 1, span: ByteSpan::new(0, 0), with: String::new() };
    assert_eq!(request.rewrite(&[other]).unwrap_err(), RewriteError::NoSegment { segment: 1 });
    let dropped = [Edit::DropOpaque { part: 0 }];
    assert_eq!(request.rewrite(&dropped).unwrap_err(), RewriteError::NoOpaque { part: 0 });
    let twice = [Edit::Model("a".into()), Edit::Model("b".into())];
    assert_eq!(request.rewrite(&twice).unwrap_err(), RewriteError::ModelTwice);
}

#[test]
fn signed_text_cannot_be_edited() {
    let body = r#"{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"Jane","signature":"s"}]}]}"#;
    let request = messages(body);
    let edit = replace(&request, "Jane", "x");
    assert!(matches!(request.rewrite(&[edit]).unwrap_err(), RewriteError::Signed { .. }));
}

#[test]
fn the_model_is_named_anew_or_put_first() {
    let model = [Edit::Model("claude \"x\"".into())];
    assert_eq!(
        text(chat(r#"{"messages":[], "model" : "gpt" }"#).rewrite(&model).unwrap()),
        r#"{"messages":[], "model" : "claude \"x\"" }"#
    );
    assert_eq!(
        text(chat(r#" { "messages":[]}"#).rewrite(&model).unwrap()),
        r#" {"model":"claude \"x\"", "messages":[]}"#
    );
    let request = chat(r#"{"messages":[],"model":"jane@example.com"}"#);
    let edits = [replace(&request, "jane@example.com", "EMAIL_1"), Edit::Model("gpt".into())];
    assert_eq!(text(request.rewrite(&edits).unwrap()), r#"{"messages":[],"model":"gpt"}"#);
}

#[test]
fn a_part_that_is_dropped_leaves_a_note_that_the_dialect_takes() {
    let body = r#"{"messages":[{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"https://example.com/jane"}},{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]},{"role":"assistant","audio":{"id":"audio_1"}}],"metadata":{"p":"data:application/pdf;base64,Jane"}}"#;
    let request = chat(body);
    assert_eq!(request.opaque().len(), 4);
    let mut edits: Vec<Edit> = (0..4).map(|part| Edit::DropOpaque { part }).collect();
    // What stands inside a part that goes need not be replaced.
    edits.push(replace(&request, "jane", "x"));
    edits.push(replace(&request, "Jane", "x"));
    let expected = r#"{"messages":[{"role":"user","content":[{"type":"text","text":"see"},{"type":"text","text":"[image removed]"},{"type":"text","text":"[audio removed]"}]},{"role":"assistant","audio":null}],"metadata":{"p":"[document removed]"}}"#;
    assert_eq!(text(request.rewrite(&edits).unwrap()), expected);

    let body = r#"{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"image","source":{"type":"file","file_id":"file_1"}}]},{"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"url","url":"u"}}]}}]},{"role":"assistant","content":[{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","encrypted_content":"AAAA"}]}]}]}"#;
    let request = messages(body);
    let edits: Vec<Edit> = (0..request.opaque().len()).map(|part| Edit::DropOpaque { part }).collect();
    let expected = r#"{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"[image removed]"}]},{"type":"document","source":{"type":"content","content":[{"type":"text","text":"[image removed]"}]}}]},{"role":"assistant","content":[{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","encrypted_content":""}]}]}]}"#;
    assert_eq!(text(request.rewrite(&edits).unwrap()), expected);
}

#[test]
fn a_file_in_json_in_a_string_is_dropped_there() {
    let content = serde_json::json!({"shot": "data:image/png;base64,AAAA", "who": "Jane"}).to_string();
    let body = serde_json::json!({"messages": [{"role": "tool", "content": content}]}).to_string();
    let request = chat(&body);
    assert_eq!(request.opaque_path(0), "/messages/0/content#/shot");
    let edits = [Edit::DropOpaque { part: 0 }, replace(&request, "Jane", "P")];
    let rewritten: Value = serde_json::from_slice(&request.rewrite(&edits).unwrap()).unwrap();
    assert_eq!(rewritten["messages"][0]["content"], r#"{"shot":"[image removed]","who":"P"}"#);
}

#[test]
fn two_names_that_become_one_are_told_apart() {
    let body =
        r#"{"messages":[],"metadata":{"a@example.com":1,"b@example.com":2,"EMAIL_2":3,"c@example.com":4}}"#;
    let request = chat(body);
    let edits: Vec<Edit> = ["a@", "b@", "c@"]
        .iter()
        .map(|name| replace(&request, &format!("{name}example.com"), "EMAIL"))
        .collect();
    let expected = r#"{"messages":[],"metadata":{"EMAIL":1,"EMAIL_3":2,"EMAIL_2":3,"EMAIL_4":4}}"#;
    assert_eq!(text(request.rewrite(&edits).unwrap()), expected);
}

#[test]
fn without_edits_the_body_is_the_same() {
    for case in segment_cases() {
        for body in [case["body"].to_string(), serde_json::to_string_pretty(&case["body"]).unwrap()] {
            assert_eq!(text(parse(&case, body.as_bytes()).unwrap().rewrite(&[]).unwrap()), body);
        }
    }
}

#[test]
fn every_segment_of_every_case_can_be_replaced_where_it_stands() {
    for case in segment_cases() {
        let body = serde_json::to_string_pretty(&case["body"]).unwrap();
        let request = parse(&case, body.as_bytes()).unwrap();
        let mut edits = Vec::new();
        for (segment, found) in request.segments().iter().enumerate() {
            if found.kind != SegmentKind::Signed {
                let span = ByteSpan::new(0, found.text.len());
                edits.push(Edit::Replace { segment, span, with: format!("X{segment}\"\\") });
            }
        }
        let rewritten = request.rewrite(&edits).unwrap();
        let again = parse(&case, &rewritten).unwrap();
        // Structure that is in the places of text changes what is known there, never what is scanned.
        for edit in &edits {
            let Edit::Replace { with, .. } = edit else { continue };
            let found = again.segments().iter().any(|segment| segment.text.contains(with.as_str()));
            assert!(found, "{with} in {}", case["name"]);
        }
    }
}

/// JSON that is written with odd white space and escapes.
fn written(value: &Value, dice: &mut impl FnMut() -> u8, out: &mut String) {
    const BLANKS: [&str; 4] = ["", " ", "\n\t", "\r\n"];
    let mut blank = |out: &mut String| {
        let at = usize::from(dice()) % 8;
        out.push_str(BLANKS.get(at).copied().unwrap_or(""));
    };
    blank(out);
    match value {
        Value::String(text) => string(text, dice, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                written(item, dice, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(name, dice, out);
                out.push(':');
                written(member, dice, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
    let at = usize::from(dice()) % 8;
    out.push_str(BLANKS.get(at).copied().unwrap_or(""));
}

fn string(text: &str, dice: &mut impl FnMut() -> u8, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        if dice().is_multiple_of(4) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            let quoted = serde_json::to_string(&character.to_string()).unwrap();
            out.push_str(quoted.get(1..quoted.len() - 1).unwrap());
        }
    }
    out.push('"');
}

/// JSON of any shape, with JSON in strings.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z ]{0,12}".prop_map(Value::from),
        "\\[[a-z0-9\",: ]{0,12}\\]".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map("[a-zé\"/~]{0,6}", inner.clone(), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            inner.prop_map(|inside| Value::from(inside.to_string())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_edit_changes_what_it_replaces_and_nothing_else(
        content in any_json(),
        extra in any_json(),
        dice in prop::collection::vec(any::<u8>(), 64),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), "\\PC{0,6}|[\"\\\\\n]{1,3}"), 0..6),
    ) {
        let value = serde_json::json!({"model": "m", "messages": [{"role": "user", "content": content}], "extra": extra});
        let mut at = 0;
        let mut roll = || { at += 1; dice[at % dice.len()] };
        let mut body = String::new();
        written(&value, &mut roll, &mut body);
        let request = Request::parse(DialectId::OpenAiChat, Endpoint::ChatCompletions, body.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(&text(request.rewrite(&[]).unwrap()), &body);

        // At most one edit a segment, so that none overlap.
        let mut edits: Vec<Edit> = Vec::new();
        for (which, start, end, with) in cuts {
            if request.segments().is_empty() { break; }
            let segment = which.index(request.segments().len());
            let taken = edits.iter().any(|edit| matches!(edit, Edit::Replace { segment: other, .. } if *other == segment));
            if taken { continue; }
            let said = &request.segments()[segment].text;
            let places: Vec<usize> = said.char_indices().map(|(place, _)| place).chain([said.len()]).collect();
            let (one, other) = (places[start.index(places.len())], places[end.index(places.len())]);
            edits.push(Edit::Replace { segment, span: ByteSpan::new(one.min(other), one.max(other)), with });
        }
        let rewritten = request.rewrite(&edits).unwrap();
        let _: Value = serde_json::from_slice(&rewritten).unwrap();

        // What lies outside of the strings that were edited is the same, byte for byte: put the old texts back.
        let again = Request::parse(DialectId::OpenAiChat, Endpoint::ChatCompletions, &rewritten, &Limits::default());
        if edits.iter().all(|edit| matches!(edit, Edit::Replace { segment, .. } if request.segments()[*segment].kind == SegmentKind::Text)) {
            let again = again.unwrap();
            // An edit can make JSON of a text that was none, or the other way round; then other leaves stand there.
            let same_leaves = again.segments().len() == request.segments().len()
                && (0..request.segments().len()).all(|index| again.segment_path(index) == request.segment_path(index));
            if same_leaves {
                for (index, (new, old)) in again.segments().iter().zip(request.segments()).enumerate() {
                    let edit = edits.iter().find_map(|edit| match edit {
                        Edit::Replace { segment, span, with } if *segment == index => Some((span, with)),
                        _ => None,
                    });
                    let expected = match edit {
                        None => old.text.to_string(),
                        Some((span, with)) => format!("{}{with}{}", &old.text.get(..span.start).unwrap(), &old.text.get(span.end..).unwrap()),
                    };
                    prop_assert_eq!(new.text.as_ref(), expected.as_str());
                }
            }
        }
    }

    #[test]
    fn no_bytes_make_the_parser_fail_in_another_way_than_by_an_error(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for (dialect, endpoint) in [(DialectId::OpenAiChat, Endpoint::ChatCompletions), (DialectId::AnthropicMessages, Endpoint::Messages)] {
            let _ = Request::parse(dialect, endpoint, &body, &Limits::default());
        }
    }

    #[test]
    fn a_body_of_any_shape_is_taken_or_refused(value in any_json(), place in 0usize..6) {
        let body = match place {
            0 => serde_json::json!({"messages": value}),
            1 => serde_json::json!({"messages": [value]}),
            2 => serde_json::json!({"messages": [{"role": "user", "content": [value]}]}),
            3 => serde_json::json!({"messages": [], "tools": value}),
            4 => serde_json::json!({"messages": [], "system": value, "response_format": value}),
            _ => serde_json::json!({"messages": [{"role": value, "content": {"type": value}}], "stop": value}),
        }.to_string();
        for (dialect, endpoint) in [(DialectId::OpenAiChat, Endpoint::ChatCompletions), (DialectId::AnthropicMessages, Endpoint::Messages)] {
            if let Ok(request) = Request::parse(dialect, endpoint, body.as_bytes(), &Limits::default()) {
                prop_assert_eq!(text(request.rewrite(&[]).unwrap()), body.clone());
                let dropped: Vec<Edit> = (0..request.opaque().len()).map(|part| Edit::DropOpaque { part }).collect();
                let _: Value = serde_json::from_slice(&request.rewrite(&dropped).unwrap()).unwrap();
            }
        }
    }
}
