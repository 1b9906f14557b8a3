//! Calls to providers: what they get, where they go, and what of their troubles reaches the caller.

use std::time::Duration;

use exchange::ExchangeLimits;
use registry::KeyHeader;
use serde_json::json as value;

use crate::client::Reply;
use crate::provider::{CHAT, Provider, json};
use crate::world::{EMAIL, Spec, World, until};

fn world_before(provider: &Provider) -> World {
    World::with(Spec { upstream: Some(provider.address), ..Spec::default() })
}

#[test]
fn a_provider_gets_the_treated_body_its_own_key_and_no_header_of_the_connection() {
    let provider =
        Provider::start(json("200 OK", "x-ratelimit-remaining-requests: 7\r\nset-cookie: a=b\r\n", CHAT));
    let world = world_before(&provider);
    let body = value!({"model": "m-1", "messages": [{"role": "user", "content": format!("ask {EMAIL}")}]});
    let headers = [
        ("content-type", "application/json"),
        ("user-agent", "OpenAI/Python 3.57.0"),
        ("x-stainless-os", "Linux"),
        ("cookie", "session=1"),
        ("x-forwarded-for", "203.0.113.9"),
        ("openai-beta", "assistants=v2"),
        ("x-api-key", world.key.as_str()),
        ("idempotency-key", "k-1"),
        ("x-note", EMAIL),
    ];
    let reply =
        world.ask("POST", "/v1/chat/completions?beta=true&user=jan", &headers, body.to_string().as_bytes());
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("x-ratelimit-remaining-requests"), Some("7"));
    assert_eq!(reply.header("set-cookie"), None);
    let came = provider.came();
    let [came] = came.as_slice() else { panic!("{came:?}") };
    assert_eq!(came.line, "POST /v1/chat/completions?beta=true HTTP/1.1");
    assert!(!came.body.contains(EMAIL));
    let mut names: Vec<&str> = came.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept-encoding",
            "authorization",
            "content-length",
            "content-type",
            "host",
            "idempotency-key",
            "openai-beta",
            "user-agent"
        ]
    );
    assert_eq!(came.header("authorization"), Some("Bearer pk-dev"));
    assert_eq!(came.header("host"), Some(provider.address.to_string().as_str()));
    assert!(came.header("user-agent").unwrap().starts_with("cordon/"));
    assert_eq!(came.header("accept-encoding"), Some("identity"));
}

#[test]
fn a_surface_has_its_own_prefix_and_key_header() {
    let message = r#"{"id":"m","type":"message","role":"assistant","model":"m-1","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#;
    let provider = Provider::start(json("200 OK", "request-id: req_1\r\n", message));
    let world = World::with(Spec {
        upstream: Some(provider.address),
        key_header: KeyHeader::XApiKey,
        ..Spec::default()
    });
    let body = value!({"model": "m-1", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]});
    let headers = [("anthropic-version", "2026-10-21"), ("anthropic-beta", "a-1,b-2")];
    let reply = world.ask("POST", "/v1/v1/messages", &headers, body.to_string().as_bytes());
    assert_eq!((reply.status, reply.header("request-id")), (200, Some("req_1")), "{reply:?}");
    assert_ne!(reply.header("x-cordon-request-id"), Some("req_1"));
    let came = provider.came().remove(0);
    assert_eq!(came.line, "POST /anthropic/v1/messages HTTP/1.1");
    assert_eq!((came.header("x-api-key"), came.header("authorization")), (Some("pk-dev"), None));
    assert_eq!(came.header("anthropic-version"), Some("2026-10-21"));
    assert_eq!(came.header("anthropic-beta"), Some("a-1,b-2"));
    assert_eq!(came.header("content-type"), Some("application/json"));
}

#[test]
fn a_redirect_is_an_error_and_the_other_host_gets_nothing() {
    let other = Provider::start(json("200 OK", "", CHAT));
    let location = format!("location: http://{}/v1/chat/completions\r\n", other.address);
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let provider = Provider::start(json(status, &location, ""));
        let world = world_before(&provider);
        let reply = world.chat("m-1", "hi");
        assert_eq!((reply.status, reply.code().as_str()), (502, "provider_answer_unreadable"), "{status}");
    }
    assert!(other.came().is_empty());
}

fn code_of(provider: Provider, limits: ExchangeLimits) -> (u16, String) {
    let world = World::with(Spec { upstream: Some(provider.address), limits, ..Spec::default() });
    let reply: Reply = world.chat("m-1", "hi");
    assert_eq!(provider.came().len(), 1, "a request goes out once");
    assert_eq!(world.store.intents(), 1);
    (reply.status, reply.code())
}

#[test]
fn troubles_of_a_provider_are_named_in_the_shape_of_the_dialect() {
    let short = ExchangeLimits {
        first_byte: Duration::from_millis(100),
        idle: Duration::from_millis(100),
        answer_bytes_max: 1000,
        ..ExchangeLimits::default()
    };
    let html = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>".to_vec();
    let stalled =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{".to_vec();
    let encoded = json("200 OK", "content-encoding: lzma\r\n", CHAT);
    let large = json("200 OK", "", &format!("\"{}\"", "a".repeat(2000)));
    for (name, answer, expected) in [
        ("closes", Vec::new(), (502, "provider_unreachable")),
        ("html", html, (502, "provider_answer_unreadable")),
        ("stalled", stalled, (504, "provider_timeout")),
        ("encoded", encoded, (502, "provider_unreachable")),
        ("large", large, (502, "provider_unreachable")),
        ("garbage", b"BOOM\r\n\r\n".to_vec(), (502, "provider_unreachable")),
    ] {
        assert_eq!(code_of(Provider::start(answer), short), (expected.0, expected.1.to_owned()), "{name}");
    }
    assert_eq!(code_of(Provider::silent(), short), (504, "provider_timeout".to_owned()));
}

#[test]
fn a_provider_that_is_not_there_is_named() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let world = World::with(Spec { upstream: Some(gone), ..Spec::default() });
    let reply = world.chat("m-1", "hi");
    assert_eq!((reply.status, reply.code().as_str()), (502, "provider_unreachable"));
}

#[test]
fn nothing_a_request_says_names_another_host() {
    let provider = Provider::start(json("200 OK", "", CHAT));
    let other = Provider::start(json("200 OK", "", CHAT));
    let world = world_before(&provider);
    let elsewhere = format!("http://{}", other.address);
    let body = value!({"model": "m-1", "api_base": elsewhere, "base_url": elsewhere, "messages": [{"role": "user", "content": "hi"}]});
    let headers = [
        ("x-forwarded-host", "evil.example"),
        ("x-base-url", elsewhere.as_str()),
        ("x-cordon-base-url", elsewhere.as_str()),
    ];
    let reply = world.ask("POST", "/v1/chat/completions", &headers, body.to_string().as_bytes());
    assert_eq!(reply.status, 200, "{reply:?}");
    let absolute = format!("{elsewhere}/v1/chat/completions");
    assert_eq!(world.ask("POST", &absolute, &[], body.to_string().as_bytes()).status, 200);
    assert_eq!((provider.came().len(), other.came().len()), (2, 0));
}

#[test]
fn a_caller_that_leaves_has_an_outcome() {
    use std::io::Write;
    let provider = Provider::silent();
    let world = world_before(&provider);
    let body = r#"{"model":"m-1","messages":[{"role":"user","content":"hi"}]}"#;
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\ncontent-length: {}\r\n\r\n{body}",
        world.key,
        body.len()
    );
    let mut stream = crate::client::connected(world.address());
    stream.write_all(head.as_bytes()).unwrap();
    until(|| !provider.came().is_empty());
    drop(stream);
    let ended = || {
        world.store.records().iter().any(|record| {
        matches!(record, ledger::Record::Outcome(outcome) if outcome.ending == ledger::Ending::ClientGone)
    })
    };
    until(ended);
}
