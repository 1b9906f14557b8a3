//! Heads of HTTP/1 that the HTTP library would refuse without a word: each has a reason, a shape, a record, and ends the
//! connection.

use std::io::Write;

use cordon_gateway::ServerLimits;

use crate::client::{Reply, connected, exchanged, parsed, rest};
use crate::world::{Spec, World};

const BODY: &str = r#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;

fn head(world: &World, path: &str, headers: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\n{headers}\r\n", world.key)
}

/// Heads that are not read, with the status and code of the answer.
fn bad(world: &World, path: &str) -> Vec<(String, u16, &'static str)> {
    let bad = |headers: &str, status, code| (head(world, path, headers), status, code);
    let many: String = (0..200).map(|number| format!("x-{number}: a\r\n")).collect();
    vec![
        bad("content-length: 5\r\ntransfer-encoding: chunked\r\n", 400, "length_conflict"),
        bad("transfer-encoding: chunked\r\ncontent-length: 5\r\n", 400, "length_conflict"),
        bad("content-length: 5\r\ncontent-length: 6\r\n", 400, "length_conflict"),
        bad("content-length: 5\r\ncontent-length: 5\r\n", 400, "length_conflict"),
        bad("content-length: 5x\r\n", 400, "head_malformed"),
        bad("transfer-encoding: gzip, chunked\r\n", 400, "head_malformed"),
        bad("x-folded: a\r\n b\r\n", 400, "head_malformed"),
        bad("x-line: a\nb: c\r\n", 400, "head_malformed"),
        bad("x-cr: a\rb\r\n", 400, "head_malformed"),
        bad("x-space : a\r\n", 400, "head_malformed"),
        bad(&many, 431, "too_many_headers"),
        bad(&format!("x-large: {}\r\n", "a".repeat(70 << 10)), 431, "head_too_large"),
        (format!("POST {path} HTTP/1.2\r\n\r\n"), 400, "head_malformed"),
        (format!("POST {path}\r\n\r\n"), 400, "head_malformed"),
    ]
}

fn check_refused(reply: &Reply, (status, code): (u16, &str), is_anthropic: bool) {
    assert_eq!(reply.status, status, "{code} {reply:?}");
    assert_eq!(reply.header("connection"), Some("close"), "{reply:?}");
    assert_eq!(reply.header("x-should-retry"), Some("false"));
    assert!(reply.header("x-cordon-request-id").is_some());
    let json = reply.json();
    if is_anthropic {
        assert_eq!((json["type"].as_str(), reply.json()["error"]["type"].is_string()), (Some("error"), true));
    } else {
        assert_eq!(json["error"]["code"], code);
    }
}

#[test]
fn a_bad_head_is_refused_in_the_shape_of_its_path_with_a_record_and_nothing_behind_it_is_read() {
    let world = World::new();
    let behind = format!(
        "{}{BODY}",
        head(&world, "/v1/chat/completions", &format!("content-length: {}\r\n", BODY.len()))
    );
    for (path, is_anthropic) in [("/v1/chat/completions", false), ("/v1/messages", true)] {
        for (head, status, code) in bad(&world, path) {
            let kept = world.store.refusals().len();
            let answer = exchanged(world.address(), format!("{head}{behind}").as_bytes());
            check_refused(&parsed(&answer), (status, code), is_anthropic);
            assert_eq!(String::from_utf8_lossy(&answer).matches("HTTP/1.1 ").count(), 1, "{code}");
            assert_eq!(world.store.refusals()[kept..], [code], "{head:?}");
        }
    }
    assert!(world.echo_saw().is_empty());
}

#[test]
fn the_version_header_of_a_bad_head_decides_the_shape_where_the_path_does_not() {
    let world = World::new();
    for (version, is_anthropic) in [("", false), ("Anthropic-Version: 2023-06-01\r\n", true)] {
        let bytes = format!("GET /v1/models HTTP/1.1\r\n{version}x: a\n\r\n");
        let reply = parsed(&exchanged(world.address(), bytes.as_bytes()));
        check_refused(&reply, (400, "head_malformed"), is_anthropic);
    }
}

#[test]
fn who_sends_on_after_a_bad_head_still_gets_the_answer() {
    let world = World::new();
    let mut stream = connected(world.address());
    let large = head(&world, "/v1/messages", &format!("x-large: {}\r\n", "a".repeat(8 << 20)));
    stream.write_all(large.as_bytes()).unwrap();
    check_refused(&parsed(&rest(&mut stream)), (431, "head_too_large"), true);
}

#[test]
fn refusals_of_bad_heads_do_not_fill_the_ledger() {
    let world = World::new();
    for _ in 0..60 {
        let answer = exchanged(world.address(), b"GARBAGE\r\n\r\n");
        check_refused(&parsed(&answer), (400, "head_malformed"), false);
    }
    assert_eq!(world.store.refusals().len(), 50);
}

#[test]
fn good_requests_before_a_bad_head_are_answered_in_their_order() {
    let world = World::new();
    let length = format!("content-length: {}\r\n", BODY.len());
    let good = format!("{}{BODY}", head(&world, "/v1/chat/completions", &length));
    let models = format!("GET /v1/models HTTP/1.1\r\nx-api-key: {}\r\n\r\n", world.key);
    for (bad, status, code) in bad(&world, "/v1/chat/completions") {
        let seen = world.echo_saw().len();
        let answer = exchanged(world.address(), format!("{good}{models}{good}{bad}{good}").as_bytes());
        let text = String::from_utf8_lossy(&answer);
        let answers: Vec<&str> =
            text.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect();
        assert_eq!(answers, ["200", "200", "200", status.to_string().as_str()], "{code}");
        let last = text.rfind("HTTP/1.1 ").unwrap();
        check_refused(&parsed(&answer[last..]), (status, code), false);
        assert_eq!(world.echo_saw().len(), seen + 2, "{code}");
    }
}

#[test]
fn a_path_of_its_own_does_not_make_a_request_a_bad_head() {
    let world = World::new();
    let answer = exchanged(
        world.address(),
        b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\nGARBAGE\r\n\r\n",
    );
    let reply = parsed(&answer);
    assert_eq!((reply.status, reply.code().as_str()), (404, "unknown_route"));
    assert_eq!(world.store.refusals(), ["unknown_route"]);
}

#[test]
fn requests_that_come_in_single_bytes_are_read_one_after_the_other() {
    let world = World::new();
    let one = |headers: &str| {
        let headers = format!("{headers}content-length: {}\r\n", BODY.len());
        format!("\r\n{}{BODY}", head(&world, "/v1/chat/completions", &headers))
    };
    let all = format!("{}{}{}", one(""), one(""), one("connection: close\r\n"));
    let mut stream = connected(world.address());
    for byte in all.as_bytes() {
        stream.write_all(&[*byte]).unwrap();
    }
    let answer = rest(&mut stream);
    assert_eq!(String::from_utf8_lossy(&answer).matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!(world.echo_saw().len(), 3);
}

#[test]
fn bodies_of_any_length_pass_on_one_connection() {
    let world =
        World::with(Spec::limited(ServerLimits { body_bytes_max: 2 << 20, ..ServerLimits::default() }));
    let lengths = [1, 3000, 4096, 5000, 100_000, 1_000_000, 10];
    let mut all = String::new();
    for (number, length) in lengths.into_iter().enumerate() {
        let body = serde_json::json!({"model": "echo", "messages": [
            {"role": "user", "content": format!("{}\r\n\r\n{number}.", "a ".repeat(length / 2))}]})
        .to_string();
        let close = if number + 1 == lengths.len() { "connection: close\r\n" } else { "" };
        let headers = format!("{close}content-length: {}\r\n", body.len());
        all.push_str(&head(&world, "/v1/chat/completions", &headers));
        all.push_str(&body);
    }
    let mut stream = connected(world.address());
    let mut writing = stream.try_clone().unwrap();
    let writer = std::thread::spawn(move || writing.write_all(all.as_bytes()).unwrap());
    let answer = rest(&mut stream);
    writer.join().unwrap();
    assert_eq!(String::from_utf8_lossy(&answer).matches("HTTP/1.1 200 OK").count(), lengths.len());
    for (number, saw) in world.echo_saw().iter().enumerate() {
        assert!(saw.contains(&format!("\\r\\n\\r\\n{number}.")), "{number}");
    }
}

#[test]
fn the_listener_for_operations_refuses_bad_heads_too() {
    let world = World::new();
    let bytes = "GET /healthz HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n";
    let reply = parsed(&exchanged(world.running().admin_address(), bytes.as_bytes()));
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.body.contains("length"), "{reply:?}");
}
