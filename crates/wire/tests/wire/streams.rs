//! What becomes of a stream, by the cases of `cases/wire/streams`: `NAME.sse` is what the provider sends, `NAME.out` what the
//! caller gets when the words below are restored, with the end of the stream on its last line.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use cordon_wire::{
    AnswerFacts, DialectId, Endpoint, StreamEnd, StreamFault, StreamLimits, StreamRewriter, Usage,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use types::Sink;

use crate::rewrite::any_json;
use crate::words::Words;

/// What the veil of these cases knows.
const WORDS: [(&str, &str); 4] = [
    ("PERSON_7KQ2", "Jané Doe"),
    ("EMAIL_9XZT", "jane@example.com"),
    ("CODE_2BCD", "a\"b\\c\n🚉"),
    ("SECRET_4MNP", "open sesame"),
];

struct Case {
    name: String,
    dialect: DialectId,
    endpoint: Endpoint,
    sent: Vec<u8>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/wire/streams")
}

fn cases() -> Vec<Case> {
    let mut names: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "sse"));
    names.sort();
    assert!(names.len() > 20);
    names
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let dialect =
                DialectId::ALL.into_iter().find(|dialect| name.starts_with(dialect.name())).unwrap();
            let endpoint = match dialect {
                DialectId::OpenAiChat if name.contains(".completions") => Endpoint::Completions,
                DialectId::OpenAiChat => Endpoint::ChatCompletions,
                DialectId::AnthropicMessages => Endpoint::Messages,
            };
            Case { name, dialect, endpoint, sent: fs::read(path).unwrap() }
        })
        .collect()
}

struct Got {
    out: Vec<u8>,
    end: StreamEnd,
    facts: AnswerFacts,
    heard: Words,
    fault: Option<StreamFault>,
}

/// Sends the pieces of a stream through a rewriter.
fn send<'p>(
    dialect: DialectId,
    endpoint: Endpoint,
    limits: &StreamLimits,
    pieces: impl Iterator<Item = &'p [u8]>,
) -> Got {
    let mut words = Words::new(&WORDS);
    let mut stream = StreamRewriter::new(dialect, endpoint, limits.clone(), true);
    let mut out = Vec::new();
    let mut fault = None;
    for piece in pieces {
        if let Err(found) = stream.push(piece, &mut words, &mut out) {
            fault = Some(found);
            break;
        }
    }
    let end = stream.finish(&mut words, &mut out);
    Got { out, end, facts: stream.facts().clone(), heard: words, fault }
}

fn send_case<'p>(case: &Case, pieces: impl Iterator<Item = &'p [u8]>) -> Got {
    send(case.dialect, case.endpoint, &StreamLimits::default(), pieces)
}

fn send_whole(dialect: DialectId, endpoint: Endpoint, sent: &[u8]) -> Got {
    send(dialect, endpoint, &StreamLimits::default(), std::iter::once(sent))
}

fn chat(sent: &str) -> Got {
    send_whole(DialectId::OpenAiChat, Endpoint::ChatCompletions, sent.as_bytes())
}

#[test]
fn every_stream_gives_what_its_file_says() {
    for case in cases() {
        let got = send_case(&case, std::iter::once(case.sent.as_slice()));
        assert_eq!(got.fault, None, "{}", case.name);
        let shown = format!("{}{:?}\n", String::from_utf8(got.out).unwrap(), got.end);
        let path = folder().join(format!("{}.out", case.name));
        if option_env!("WRITE_CASES").is_some() {
            fs::write(&path, &shown).unwrap();
        }
        assert_eq!(shown, fs::read_to_string(&path).unwrap(), "{}", case.name);
    }
}

/// The next of a row of numbers that look random and are always the same.
fn roll(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

/// Cuts at random places, many or few.
fn pieces<'s>(sent: &'s [u8], state: &mut u64) -> Vec<&'s [u8]> {
    let longest = 1 + roll(state) % sent.len().max(2);
    let longest = if roll(state).is_multiple_of(2) { longest.min(40) } else { longest };
    let mut pieces = Vec::new();
    let mut rest = sent;
    while !rest.is_empty() {
        let (piece, tail) = rest.split_at((1 + roll(state) % longest).min(rest.len()));
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

/// The streams with their line ends written in another way.
fn with_line_ends(sent: &[u8], line_end: &str) -> Vec<u8> {
    String::from_utf8(sent.to_vec()).unwrap().replace('\n', line_end).into_bytes()
}

/// Splits of each case and line end; with the three line ends more than ten thousand a case.
const SPLITS: usize = 3_400;

#[test]
fn every_cut_of_a_stream_gives_the_same_bytes() {
    let mut state = 1;
    for case in cases() {
        for line_end in ["\n", "\r\n", "\r"] {
            let sent = with_line_ends(&case.sent, line_end);
            let whole = send_case(&case, std::iter::once(sent.as_slice()));
            let single = send_case(&case, sent.chunks(1));
            assert_eq!(
                String::from_utf8_lossy(&single.out),
                String::from_utf8_lossy(&whole.out),
                "{}",
                case.name
            );
            for split in 0..SPLITS {
                let got = send_case(&case, pieces(&sent, &mut state).into_iter());
                assert!(
                    got.out == whole.out && got.end == whole.end && got.facts == whole.facts,
                    "{} differs in split {split}",
                    case.name
                );
            }
        }
    }
}

/// The text of all lanes that a client puts together from the events: by choice or block, and member.
fn lanes_of(out: &[u8]) -> BTreeMap<String, String> {
    fn collect(value: &Value, at: &str, lanes: &mut BTreeMap<String, String>) {
        match value {
            Value::String(text) => lanes.entry(at.to_owned()).or_default().push_str(text),
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    let place = item.get("index").and_then(Value::as_u64).unwrap_or(place as u64);
                    collect(item, &format!("{at}/{place}"), lanes);
                }
            }
            Value::Object(members) => {
                let part = members.get("index").map(ToString::to_string).unwrap_or_default();
                for (name, member) in members {
                    if !["type", "id", "object", "model", "role", "obfuscation", "name"]
                        .contains(&name.as_str())
                    {
                        // A block may begin with text of its lane.
                        let name = name.replace("content_block", "delta");
                        collect(member, &format!("{at}{part}/{name}"), lanes);
                    }
                }
            }
            _ => {}
        }
    }
    let mut lanes = BTreeMap::new();
    let text = String::from_utf8(out.to_vec()).unwrap().replace("\r\n", "\n").replace('\r', "\n");
    for event in text.trim_start_matches('\u{feff}').split("\n\n") {
        let data: Vec<_> = event
            .split('\n')
            .filter_map(|line| line.strip_prefix("data:"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let data = data.join("\n");
        if !data.trim().is_empty() && data != "[DONE]" {
            collect(&serde_json::from_str(&data).unwrap(), "", &mut lanes);
        }
    }
    lanes
}

#[test]
fn the_lanes_of_a_client_say_what_the_model_said_with_the_words_restored() {
    for case in cases() {
        let got = send_case(&case, std::iter::once(case.sent.as_slice()));
        let lanes = lanes_of(&got.out);
        if !case.name.contains("two-lanes")
            && !case.name.contains("cut-off")
            && !case.name.contains("unknown")
        {
            for (lane, text) in &lanes {
                let kept = ["thinking", "signature", "partial_json", "/data", "/title", "/input"];
                let kept = case.name.starts_with("anthropic") && kept.iter().any(|word| lane.contains(word));
                assert!(kept || !text.contains("7KQ2"), "{}: {lane} says {text}", case.name);
            }
        }
        // The same lanes and the same text, whatever the words are.
        let mut plain = StreamRewriter::new(case.dialect, case.endpoint, StreamLimits::default(), false);
        let mut out = Vec::new();
        plain.push(&case.sent, &mut Words::new(&[("PERSON_7KQ2", "PERSON_7KQ2")]), &mut out).unwrap();
        let _ = plain.finish(&mut Words::default(), &mut out);
        let mut sent = case.sent.clone();
        if case.name.contains("cut-off") && !case.name.contains("empty-line") {
            let last = sent.windows(2).rposition(|pair| pair == b"\n\n").unwrap();
            sent.truncate(last + 2);
        }
        if !case.name.contains("cut-off") {
            assert_eq!(lanes_of(&out), lanes_of(&sent), "{}", case.name);
        }
    }
}

#[test]
fn sinks_are_told_apart() {
    let case = |name: &str| cases().into_iter().find(|case| case.name == name).unwrap();
    let heard = |name: &str, sink| {
        let case = case(name);
        send_case(&case, std::iter::once(case.sent.as_slice())).heard.heard_by(sink)
    };
    assert!(heard("anthropic.messages.tools", Sink::ClientTool).contains("{\"to\":\"EMAIL_9XZT\""));
    let provider = heard("anthropic.messages.tools", Sink::ProviderTool);
    assert!(provider.contains("{\"query\":\"PERSON_7KQ2\"}") && !provider.contains("EMAIL_9XZT"));
    assert!(heard("anthropic.messages.thinking", Sink::Signed).contains("PERSON_7KQ2 asks for PERSON"));
    assert!(
        heard("anthropic.messages.unknown-things", Sink::ProviderTool).contains("{\"a\":\"PERSON_7KQ2\"}")
    );
    assert!(heard("openai.chat.tool-calls", Sink::ClientTool).contains("SECRET_4MNP"));
    assert!(!heard("openai.chat.tool-calls", Sink::Reader).contains("SECRET_4MNP"));
    assert!(heard("openai.chat.function-call", Sink::ClientTool).contains("CODE_2BCD"));
}

#[test]
fn signed_text_goes_on_as_it_came() {
    let case = cases().into_iter().find(|case| case.name == "anthropic.messages.thinking").unwrap();
    let got = send_case(&case, std::iter::once(case.sent.as_slice()));
    let lanes = |bytes: &[u8]| {
        let mut lanes = lanes_of(bytes);
        lanes.retain(|lane, _| lane.contains("thinking") || lane.contains("signature"));
        lanes
    };
    assert_eq!(lanes(&got.out), lanes(&case.sent));
    assert!(!lanes(&got.out).is_empty());
}

#[test]
fn facts_are_read_from_the_events() {
    let case = |name: &str| cases().into_iter().find(|case| case.name == name).unwrap();
    let facts = |name: &str| {
        let case = case(name);
        send_case(&case, std::iter::once(case.sent.as_slice())).facts
    };
    let openai = facts("openai.chat.text");
    assert_eq!(openai.usage, Some(Usage { input: 12, output: 9 }));
    assert_eq!(openai.finish.as_deref(), Some("stop"));
    assert!(!openai.is_error && openai.text_bytes > 40);
    let anthropic = facts("anthropic.messages.tools");
    assert_eq!(anthropic.usage, Some(Usage { input: 15, output: 9 }));
    assert_eq!(anthropic.finish.as_deref(), Some("tool_use"));
    assert!(facts("anthropic.messages.error-in-the-middle").is_error);
}

#[test]
fn an_untouched_stream_is_the_same_to_the_byte() {
    for case in cases().into_iter().filter(|case| !case.name.contains("cut-off")) {
        for line_end in ["\n", "\r\n", "\r"] {
            let sent = with_line_ends(&case.sent, line_end);
            let mut stream = StreamRewriter::new(case.dialect, case.endpoint, StreamLimits::default(), false);
            let mut out = Vec::new();
            for piece in sent.chunks(7) {
                stream.push(piece, &mut Words::default(), &mut out).unwrap();
            }
            let _ = stream.finish(&mut Words::default(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), String::from_utf8(sent).unwrap(), "{}", case.name);
        }
    }
}

#[test]
fn an_event_that_is_not_json_is_a_fault() {
    for data in [
        "data: <html>PERSON_7KQ2</html>\n\n",
        "data: {\"a\":\n\n",
        "data: {} {}\n\n",
        "data: [DONE] \u{1}\n\n",
        "<html><body>PERSON_7KQ2</body></html>\n\n",
        "{\"error\":{\"message\":\"PERSON_7KQ2\"}}\n\n",
    ] {
        let before = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
        let got = chat(&format!("{before}{data}data: [DONE]\n\n"));
        assert!(
            matches!(got.fault, Some(StreamFault::Unreadable { event: 1, .. })),
            "{data}: {:?}",
            got.fault
        );
        assert_eq!(String::from_utf8(got.out).unwrap(), before);
        assert_eq!(got.end, StreamEnd::Truncated);
    }
    let invalid = [b"data: {\"a\":\"".as_slice(), b"\xff", b"\"}\n\n"].concat();
    let got = send_whole(DialectId::OpenAiChat, Endpoint::ChatCompletions, &invalid);
    assert!(got.fault.is_some() && got.out.is_empty());
}

#[test]
fn a_fault_stays() {
    let mut stream =
        StreamRewriter::new(DialectId::OpenAiChat, Endpoint::ChatCompletions, StreamLimits::default(), true);
    let mut out = Vec::new();
    let mut words = Words::new(&WORDS);
    let first = stream.push(b"data: x\n\n", &mut words, &mut out).unwrap_err();
    let second = stream.push(b"data: {}\n\n", &mut words, &mut out).unwrap_err();
    assert_eq!(first, second);
    assert_eq!(stream.finish(&mut words, &mut out), StreamEnd::Empty);
    assert!(out.is_empty());
}

#[test]
fn an_html_page_without_an_empty_line_is_not_passed_on() {
    let got = chat("<html><body>PERSON_7KQ2</body></html>");
    assert!(got.out.is_empty());
    assert_eq!(got.end, StreamEnd::Empty);
}

#[test]
fn a_stream_without_a_byte_is_empty_and_not_complete() {
    assert_eq!(chat("").end, StreamEnd::Empty);
    assert_eq!(chat(": ping\n\n").end, StreamEnd::Empty);
    assert_eq!(send_whole(DialectId::AnthropicMessages, Endpoint::Messages, b"").end, StreamEnd::Empty);
}

#[test]
fn events_and_lanes_are_bounded() {
    let limits = StreamLimits { event_bytes_max: 100, lanes_max: 2, ..StreamLimits::default() };
    let send = |sent: &str, size: usize| {
        send(DialectId::OpenAiChat, Endpoint::ChatCompletions, &limits, sent.as_bytes().chunks(size))
    };
    let long = format!("data: {{\"a\":\"{}\"}}\n\ndata: {{}}\n\n", "x".repeat(100));
    for size in [1, 3, 50, 1000] {
        let got = send(&long, size);
        assert_eq!(got.fault, Some(StreamFault::EventTooLarge { max: 100 }), "{size}");
        assert!(got.out.is_empty());
    }
    let lane = |index: usize| {
        format!("data: {{\"choices\":[{{\"index\":{index},\"delta\":{{\"content\":\"a\"}}}}]}}\n\n")
    };
    let got = send(&(0..3).map(lane).collect::<String>(), 1000);
    assert_eq!(got.fault, Some(StreamFault::TooManyLanes { max: 2 }));
    let again = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n".repeat(50);
    assert_eq!(send(&again, 1000).fault, None);
}

#[test]
fn many_small_pieces_of_a_large_event_take_linear_time() {
    // Eight megabytes in pieces of 64 bytes: quadratic handling would copy half a terabyte.
    let text = "x".repeat(8 << 20);
    let sent = format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\ndata: [DONE]\n\n"
    );
    let mut stream =
        StreamRewriter::new(DialectId::OpenAiChat, Endpoint::ChatCompletions, StreamLimits::default(), true);
    let mut out = Vec::new();
    for piece in sent.as_bytes().chunks(64) {
        stream.push(piece, &mut Words::default(), &mut out).unwrap();
    }
    assert_eq!(stream.finish(&mut Words::default(), &mut out), StreamEnd::Complete);
    assert_eq!(out.len(), sent.len());
}

#[test]
fn half_a_surrogate_pair_goes_on_as_it_came() {
    let delta = |text: &str| {
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
    };
    let sent = [delta("PERSON_7KQ2 \\ud83d"), delta("\\ude89 PERSON"), delta("_7KQ2\\ud83d")].concat();
    let expected = [delta("Jané Doe \\ud83d"), delta("\\ude89 "), delta("Jané Doe\\ud83d")].concat();
    assert_eq!(String::from_utf8(chat(&sent).out).unwrap(), expected);
}

#[test]
fn a_member_that_is_not_named_like_text_is_restored_whole() {
    let event = |delta: &str| format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{delta}}}]}}\n\n");
    let sent = event(r#"{"status":"PERSON","thought_text":"PERSON"}"#)
        + &event(r#"{"status":"PERSON_7KQ2","thought_text":"_7KQ2"}"#);
    let expected = event(r#"{"status":"PERSON","thought_text":""}"#)
        + &event(r#"{"status":"Jané Doe","thought_text":"Jané Doe"}"#);
    assert_eq!(String::from_utf8(chat(&sent).out).unwrap(), expected);
}

#[test]
fn a_member_that_stands_twice_in_an_answer_is_restored_twice() {
    let sent =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"x\":\"PERSON_7KQ2\",\"x\":\" PERSON_7KQ2\"}}]}\n\n";
    assert_eq!(String::from_utf8(chat(sent).out).unwrap(), sent.replace("PERSON_7KQ2", "Jané Doe"));
}

/// Events as a provider might send them on its worst day.
fn any_event() -> impl Strategy<Value = String> {
    let text = "(PERSON_7KQ2|PERSON|_7KQ2|EMAIL_|9XZT|[ a-zé\"]){0,5}";
    let delta = (0u32..3, text, any_json()).prop_map(|(index, text, odd)| {
        json!({"id": "c", "choices": [{"index": index, "delta": {"content": text, "reasoning": odd}, "finish_reason": null}]})
    });
    let call = (0u32..2, 0u32..3, text).prop_map(|(index, call, text)| {
        json!({"choices": [{"index": index, "delta": {"tool_calls": [{"index": call, "function": {"arguments": text}}]}}]})
    });
    let end = (0u32..3)
        .prop_map(|index| json!({"choices": [{"index": index, "delta": {}, "finish_reason": "stop"}]}));
    let block = (0u32..3, text)
        .prop_map(|(index, text)| json!({"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}));
    let input = (0u32..3, text).prop_map(|(index, text)| {
        json!({"type": "content_block_delta", "index": index, "delta": {"type": "input_json_delta", "partial_json": text}})
    });
    let stop = (0u32..3).prop_map(|index| json!({"type": "content_block_stop", "index": index}));
    let odd = any_json();
    let data = prop_oneof![4 => delta, 2 => call, 1 => end, 4 => block, 2 => input, 1 => stop, 1 => odd];
    let line_end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let data = prop_oneof![
        30 => data.prop_map(|data| data.to_string()),
        1 => Just("[DONE]".to_owned()),
        1 => Just("{\"a\":\"\\ud83d PERSON\"}".to_owned()),
        1 => "[ {}a-z]{0,4}",
    ];
    (data, line_end).prop_map(|(data, end)| format!("data: {data}{end}{end}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn whatever_comes_in_pieces_gives_what_it_gives_whole(
        events in prop::collection::vec(any_event(), 0..12),
        torn in any::<prop::sample::Index>(),
        mut state: u64,
    ) {
        let mut sent = events.concat().into_bytes();
        if state.is_multiple_of(3) && !sent.is_empty() {
            sent.truncate(torn.index(sent.len()));
        }
        for (dialect, endpoint) in [
            (DialectId::OpenAiChat, Endpoint::ChatCompletions),
            (DialectId::OpenAiChat, Endpoint::Completions),
            (DialectId::AnthropicMessages, Endpoint::Messages),
        ] {
            let limits = StreamLimits { event_bytes_max: 400, lanes_max: 20, ..StreamLimits::default() };
            let whole = send(dialect, endpoint, &limits, std::iter::once(sent.as_slice()));
            let cut = send(dialect, endpoint, &limits, pieces(&sent, &mut state).into_iter());
            prop_assert_eq!(String::from_utf8_lossy(&whole.out), String::from_utf8_lossy(&cut.out));
            prop_assert_eq!((whole.end, whole.facts, whole.fault), (cut.end, cut.facts, cut.fault));
        }
    }
}
