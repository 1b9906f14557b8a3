//! Framing on the raw connection: what two readers could read differently is not read on.

use std::io::Write;
use std::time::Duration;

use cordon_gateway::{ServerLimits, ServerSettings};

use crate::client::{connected, exchanged, parsed, rest};
use crate::world::{Spec, World};

const BODY: &str = r#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;

fn head(world: &World, headers: &str) -> String {
    format!("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\n{headers}\r\n", world.key)
}

fn status_of(world: &World, bytes: &str) -> String {
    let answer = exchanged(world.address(), bytes.as_bytes());
    String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or("none").to_owned()
}

#[test]
fn lengths_that_contradict_each_other_and_odd_headers_are_refused() {
    let world = World::new();
    let length = BODY.len();
    for headers in [
        format!("content-length: {length}\r\ncontent-length: {}\r\n", length + 1),
        "content-length: -1\r\n".to_owned(),
        format!("content-length: +{length}\r\n"),
        format!("content-length: {length}, {length}\r\n"),
        "content-length: 99999999999999999999\r\n".to_owned(),
        "transfer-encoding: gzip\r\n".to_owned(),
        "transfer-encoding: chunked, gzip\r\n".to_owned(),
        format!("content-length : {length}\r\n"),
        format!("content-length: {length}\r\nx-folded: a\r\n b\r\n"),
        format!("content-length: {length}\r\nx-nul: a\0b\r\n"),
        format!("content-length: {length}\r\nno colon\r\n"),
    ] {
        assert_eq!(status_of(&world, &format!("{}{BODY}", head(&world, &headers))), "400", "{headers:?}");
    }
    assert_eq!(status_of(&world, "GARBAGE\r\n\r\n"), "400");
    assert!(world.echo_saw().is_empty());
}

#[test]
fn where_chunks_and_a_length_meet_nothing_behind_the_request_is_read() {
    let world = World::new();
    let chunked = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    let hidden = format!("{}{BODY}", head(&world, &format!("content-length: {}\r\n", BODY.len())));
    for (headers, status) in [
        ("content-length: 5\r\ntransfer-encoding: chunked\r\n", 400),
        ("transfer-encoding: chunked\r\ncontent-length: 5\r\n", 400),
        ("transfer-encoding: chunked\r\n", 200),
    ] {
        let seen = world.echo_saw().len();
        let bytes = format!("{}{chunked}{hidden}", head(&world, headers));
        let answer = exchanged(world.address(), bytes.as_bytes());
        assert_eq!(parsed(&answer).status, status, "{headers}");
        assert_eq!(parsed(&answer).header("connection"), Some("close"), "{headers}");
        assert_eq!(String::from_utf8_lossy(&answer).matches("HTTP/1.1 ").count(), 1, "{headers}");
        assert_eq!(world.echo_saw().len(), seen + usize::from(status == 200), "{headers}");
    }
}

#[test]
fn a_connection_serves_one_request_after_the_other() {
    let world = World::new();
    let one = format!("{}{BODY}", head(&world, &format!("content-length: {}\r\n", BODY.len())));
    let last = format!(
        "{}{BODY}",
        head(&world, &format!("connection: close\r\ncontent-length: {}\r\n", BODY.len()))
    );
    let answer = exchanged(world.address(), format!("{one}{one}{last}").as_bytes());
    assert_eq!(String::from_utf8_lossy(&answer).matches("HTTP/1.1 200 OK").count(), 3);
}

#[test]
fn headers_beyond_their_bounds_are_refused() {
    let limits = ServerLimits { header_bytes_max: 16 << 10, ..ServerLimits::default() };
    let world = World::with(Spec {
        server: ServerSettings { limits, ..ServerSettings::default() },
        ..Spec::default()
    });
    let large = head(&world, &format!("x-large: {}\r\n", "a".repeat(20 << 10)));
    assert_eq!(status_of(&world, &large), "431");
    let many: String = (0..200).map(|number| format!("x-{number}: a\r\n")).collect();
    assert_eq!(status_of(&world, &head(&world, &many)), "431");
}

#[test]
fn a_connection_that_does_not_begin_in_time_is_closed() {
    let limits = ServerLimits { header: Duration::from_millis(100), ..ServerLimits::default() };
    let world = World::with(Spec {
        server: ServerSettings { limits, ..ServerSettings::default() },
        ..Spec::default()
    });
    for beginning in [
        "",
        "P",
        "PRI * HTTP/2",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /v1/messages HT",
        "POST / HTTP/1.1\r\nhost: x\r\n",
    ] {
        let mut stream = connected(world.address());
        stream.write_all(beginning.as_bytes()).unwrap();
        let bytes = rest(&mut stream);
        assert!(!bytes.starts_with(b"HTTP/1.1 2"), "{beginning:?}");
    }
}
