//! What the parser finds in a request, by the cases of `cases/wire/segments.jsonl`.

use cordon_wire::{DialectId, Edit, Endpoint, Limits, MalformedReason, Request};
use serde_json::Value;

/// The lines of a file of cases.
pub(crate) fn cases(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn segment_cases() -> Vec<Value> {
    cases(include_str!("../../../../cases/wire/segments.jsonl"))
}

/// The endpoint of a name.
pub(crate) fn endpoint(name: &str) -> Endpoint {
    let all = [
        Endpoint::ChatCompletions,
        Endpoint::Completions,
        Endpoint::Models,
        Endpoint::Model,
        Endpoint::Messages,
        Endpoint::CountTokens,
    ];
    all.into_iter().find(|endpoint| endpoint.name() == name).unwrap()
}

pub(crate) fn parse<'a>(case: &Value, body: &'a [u8]) -> Result<Request<'a>, cordon_wire::Malformed> {
    let dialect = DialectId::from_name(case["dialect"].as_str().unwrap()).unwrap();
    let endpoint = endpoint(case["endpoint"].as_str().unwrap());
    Request::parse(dialect, endpoint, body, &Limits::default())
}

fn chat(body: &str) -> Result<Request<'_>, cordon_wire::Malformed> {
    Request::parse(DialectId::OpenAiChat, Endpoint::ChatCompletions, body.as_bytes(), &Limits::default())
}

#[test]
fn every_case_gives_its_segments() {
    for case in segment_cases() {
        let name = case["name"].as_str().unwrap();
        let body = serde_json::to_vec(&case["body"]).unwrap();
        let request = parse(&case, &body).unwrap();
        let found: Vec<Value> = request
            .segments()
            .iter()
            .enumerate()
            .map(|(index, segment)| {
                serde_json::json!([
                    request.segment_path(index),
                    segment.text,
                    format!("{:?}", segment.role),
                    format!("{:?}", segment.kind),
                    segment.key
                ])
            })
            .collect();
        let expected = case["segments"].as_array().unwrap();
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
        let opaque: Vec<Value> = (0..request.opaque().len())
            .map(|part| serde_json::json!([request.opaque_path(part), request.opaque()[part].class.name()]))
            .collect();
        assert_eq!(
            Value::from(opaque),
            case.get("opaque").cloned().unwrap_or(Value::Array(vec![])),
            "{name}"
        );
        if let Some(turns) = case.get("turns") {
            let found: Vec<Value> = request
                .facts()
                .turns
                .iter()
                .map(|turn| serde_json::json!([format!("{:?}", turn.role), turn.segments.len()]))
                .collect();
            assert_eq!(&Value::from(found), turns, "{name}");
        }
    }
}

/// Puts a canary in place of every string of a body in turn.
fn with_each_string_replaced(value: &Value, canary: &Value, each: &mut dyn FnMut(&Value, &str)) {
    fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
        match value {
            Value::String(_) => out.push(at.to_owned()),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    pointers(item, &format!("{at}/{index}"), out);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    pointers(member, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), out);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    pointers(value, "", &mut all);
    for pointer in all {
        let mut changed = value.clone();
        *changed.pointer_mut(&pointer).unwrap() = canary.clone();
        each(&changed, &pointer);
    }
}

#[test]
fn every_string_is_a_segment_or_listed_structure() {
    for canary in [
        "Jane Doe",
        "jane@example.com",
        "4111111111111111",
        "123-45-6789",
        "DE89370400440532013000",
        "10.11.12.13",
        "data:image/png;base64,jane@example.com",
        "call_jane@example.com",
        "Grüße an Jané",
        "[jane@example.com",
        "{\"a\":\"Jane Doe\"}",
    ] {
        for case in segment_cases() {
            with_each_string_replaced(&case["body"], &Value::from(canary), &mut |body, pointer| {
                let bytes = serde_json::to_vec(body).unwrap();
                let request = parse(&case, &bytes).unwrap();
                // Where the string is looked into as JSON, its own string is the segment.
                let is_json = canary.starts_with('{');
                let shows = |text: &str| text == canary || (is_json && text.contains("Jane Doe"));
                assert!(
                    request.segments().iter().any(|segment| shows(&segment.text)),
                    "{canary} at {pointer} of {}",
                    case["name"]
                );
            });
        }
    }
}

#[test]
fn a_long_number_in_the_place_of_a_string_is_a_segment_or_refused() {
    for case in segment_cases() {
        with_each_string_replaced(
            &case["body"],
            &Value::from(4_111_111_111_111_111_u64),
            &mut |body, pointer| {
                let bytes = serde_json::to_vec(body).unwrap();
                if let Ok(request) = parse(&case, &bytes) {
                    let found = request.segments().iter().any(|segment| segment.text == "4111111111111111");
                    assert!(found, "{pointer} of {}", case["name"]);
                }
            },
        );
    }
}

#[test]
fn every_member_name_that_is_not_the_dialects_is_a_segment() {
    for case in segment_cases() {
        let mut body = case["body"].clone();
        add_members(&mut body, "Jane Doe 7");
        let bytes = serde_json::to_vec(&body).unwrap();
        let request = parse(&case, &bytes).unwrap();
        let objects = count_objects(&body);
        let keys = request.segments().iter().filter(|segment| segment.text == "Jane Doe 7").count();
        assert_eq!(keys, objects, "{}", case["name"]);
    }
}

fn add_members(value: &mut Value, name: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| add_members(item, name)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| add_members(member, name));
            members.insert(name.to_owned(), Value::Null);
        }
        _ => {}
    }
}

fn count_objects(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(count_objects).sum(),
        Value::Object(members) => 1 + members.values().map(count_objects).sum::<usize>(),
        _ => 0,
    }
}

#[test]
fn facts_are_read() {
    let body = r#"{"model":"m","messages":[],"stream":true,"store":true,"n":3,"max_tokens":5,"max_completion_tokens":7,
        "stream_options":{"include_usage":true},"logprobs":true}"#;
    let request = chat(body).unwrap();
    let facts = request.facts();
    assert_eq!(facts.model.as_deref(), Some("m"));
    assert!(facts.stream && facts.keeps_state && facts.wants_usage && facts.wants_logprobs);
    assert_eq!((facts.choices, facts.output_tokens_max), (3, Some(7)));
    let request = chat(r#"{"messages":[],"stream":null,"logprobs":false}"#).unwrap();
    let facts = request.facts();
    assert!(!(facts.stream || facts.keeps_state || facts.wants_usage || facts.wants_logprobs));
    assert_eq!((facts.model.as_deref(), facts.choices, facts.output_tokens_max), (None, 1, None));
}

#[test]
fn a_body_that_is_not_what_the_endpoint_takes_is_refused_with_its_place() {
    let cases: [(&[u8], &str, &str); 22] = [
        (b"", "the body is not JSON: it ends where a value was expected", ""),
        (b"\xef\xbb\xbf{}", "the body begins with a byte order mark; send JSON without one", ""),
        (b"{\"a\":\"\xff\"}", "the body is not UTF-8", ""),
        (b"{\"a\":\"\\ud800\"}", "the body is not JSON: an escape is half of a surrogate pair", ""),
        (b"{\"a\":NaN}", "the body is not JSON: a value was expected", ""),
        (b"{} {}", "the body is not JSON: something stands behind its end", ""),
        (b"{\"a\":1,\"a\":2}", "a member stands twice in one object; send it once", ""),
        (b"[]", "a value of another type was expected: an object", "/"),
        (b"\"x\"", "a value of another type was expected: an object", "/"),
        (b"{}", "the member `messages` is missing", "/"),
        (b"{\"messages\":{}}", "a value of another type was expected: an array", "/messages"),
        (b"{\"messages\":null}", "a value of another type was expected: an array", "/messages"),
        (b"{\"messages\":\"x\"}", "a value of another type was expected: an array", "/messages"),
        (b"{\"messages\":[{},\"x\"]}", "a value of another type was expected: an object", "/messages/1"),
        (b"{\"messages\":[],\"model\":1}", "a value of another type was expected: a string", "/model"),
        (b"{\"messages\":[],\"model\":null}", "a value of another type was expected: a string", "/model"),
        (b"{\"messages\":[],\"model\":[\"m\"]}", "a value of another type was expected: a string", "/model"),
        (b"{\"messages\":[],\"stream\":1}", "a value of another type was expected: true or false", "/stream"),
        (
            b"{\"messages\":[],\"stream\":\"true\"}",
            "a value of another type was expected: true or false",
            "/stream",
        ),
        (b"{\"messages\":[],\"store\":{}}", "a value of another type was expected: true or false", "/store"),
        (b"{\"messages\":[]\n,\"x\":}", "the body is not JSON: a value was expected", ""),
        (b"nul", "the body is not JSON: it ends where a value was expected", ""),
    ];
    for (body, reason, path) in cases {
        let refused =
            Request::parse(DialectId::OpenAiChat, Endpoint::ChatCompletions, body, &Limits::default())
                .unwrap_err();
        assert_eq!(refused.reason.to_string(), reason, "{}", String::from_utf8_lossy(body));
        assert_eq!(refused.path.as_deref().unwrap_or(""), path, "{}", String::from_utf8_lossy(body));
    }
    let refused = chat("{\n \"a\":1,\n \"a\":2}").unwrap_err();
    assert_eq!((refused.line, refused.column, refused.offset), (3, 2, 11));
    assert_eq!(refused.to_string(), "a member stands twice in one object; send it once (line 3, column 2)");
}

#[test]
fn token_ids_are_refused() {
    for prompt in ["[1,2]", "[[1],[2]]", "[\"a\",3]"] {
        let body = format!("{{\"prompt\":{prompt}}}");
        let refused =
            Request::parse(DialectId::OpenAiChat, Endpoint::Completions, body.as_bytes(), &Limits::default())
                .unwrap_err();
        assert_eq!(refused.reason, MalformedReason::TokenIds);
    }
}

#[test]
fn nesting_without_end_is_refused() {
    let body = format!("{{\"messages\":{}", "[".repeat(100_000));
    assert_eq!(chat(&body).unwrap_err().reason, MalformedReason::TooDeep { max: 128 });
    // In a string it is text.
    let inner = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = serde_json::json!({"messages": [{"role": "user", "content": inner}]}).to_string();
    assert_eq!(chat(&body).unwrap().segments().len(), 1);
}

#[test]
fn the_deepest_body_that_is_taken_fits_a_small_stack() {
    let mut text = "\"Jane\"".to_owned();
    for _ in 0..4 {
        text = serde_json::to_string(&format!("{}{text}{}", "[".repeat(24), "]".repeat(24))).unwrap();
    }
    let body = format!(
        "{{\"messages\":[{{\"role\":\"tool\",\"content\":{text}}}],\"x\":{}{}}}",
        "[".repeat(127),
        "]".repeat(127)
    );
    let parsed = std::thread::Builder::new().stack_size(256 << 10).spawn(move || {
        let request = chat(&body).unwrap();
        assert_eq!(request.segments()[0].text, "Jane");
        request.rewrite(&[]).unwrap().len()
    });
    assert!(parsed.unwrap().join().unwrap() > 0);
}

#[test]
fn an_error_of_parsing_holds_nothing_of_the_body() {
    for body in [
        r#"{"jane@example.com":1,"jane@example.com":2}"#,
        r#"{"messages":jane@example.com}"#,
        r#"{"a":"jane@example.com\q"}"#,
    ] {
        let refused = chat(body).unwrap_err();
        let shown = format!("{refused} {refused:?}");
        assert!(!shown.contains("jane"), "{shown}");
    }
}

#[test]
fn paths_lead_through_strings_of_json() {
    let deep = serde_json::json!({"a": serde_json::json!({"b": ["x", "y"]}).to_string()}).to_string();
    let body = serde_json::json!({"messages": [{"role": "tool", "content": deep}]}).to_string();
    let request = chat(&body).unwrap();
    let last = request.segments().len() - 1;
    assert_eq!(request.segment_path(last), "/messages/0/content#/a#/b/1");
    assert_eq!(request.segment_path(99), "");
    assert_eq!(request.opaque_path(0), "");
}

#[test]
fn json_in_strings_is_followed_to_its_limit_and_then_scanned_as_text() {
    let mut text = "[\"Jane\"]".to_owned();
    for _ in 0..6 {
        text = serde_json::to_string(&[text]).unwrap();
    }
    let body = serde_json::json!({"messages": [{"role": "user", "content": text}]}).to_string();
    let request = chat(&body).unwrap();
    assert_eq!(request.segments().len(), 1);
    assert_eq!(request.segment_path(0), "/messages/0/content#/0#/0#/0#/0");
    assert!(request.segments()[0].text.contains("Jane"));
}

#[test]
fn an_endpoint_without_a_body_takes_an_empty_one() {
    let request = Request::parse(DialectId::OpenAiChat, Endpoint::Models, b"", &Limits::default()).unwrap();
    assert!(request.segments().is_empty());
    assert_eq!(request.rewrite(&[]).unwrap(), b"");
    assert_eq!(request.rewrite(&[Edit::Model("m".into())]).unwrap(), b"");
    let refused = Request::parse(DialectId::OpenAiChat, Endpoint::Models, b"{}", &Limits::default());
    assert_eq!(refused.unwrap_err().reason, MalformedReason::BodyNotTaken);
    let refused = Request::parse(DialectId::OpenAiChat, Endpoint::Messages, b"{}", &Limits::default());
    assert_eq!(refused.unwrap_err().reason, MalformedReason::OtherEndpoint);
}

#[test]
fn json_in_a_string_that_says_nothing_is_text() {
    for text in ["{}", "[]", "[1, 2]", " [true] "] {
        let body = serde_json::json!({"messages": [{"role": "user", "content": text}]}).to_string();
        let request = chat(&body).unwrap();
        assert_eq!(request.segments().len(), 1);
        assert_eq!(request.segments()[0].text, text);
        assert_eq!(request.segment_path(0), "/messages/0/content");
    }
}
