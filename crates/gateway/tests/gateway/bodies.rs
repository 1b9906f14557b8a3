//! Bodies: bounded before and after decoding, in size and in time.

use std::io::Write;
use std::time::Duration;

use async_compression::tokio::write::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use tokio::io::AsyncWriteExt;

use cordon_gateway::{ServerLimits, ServerSettings};

use crate::client::{connected, parsed, rest};
use crate::world::{Spec, World};

const BODY: &[u8] = br#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;
const LIMIT: usize = 64 << 10;

fn world() -> World {
    let limits =
        ServerLimits { body_bytes_max: LIMIT, body: Duration::from_millis(200), ..ServerLimits::default() };
    World::with(Spec { server: ServerSettings { limits, ..ServerSettings::default() }, ..Spec::default() })
}

macro_rules! encoded {
    ($runtime:expr, $encoder:ident, $body:expr) => {
        $runtime.block_on(async {
            let mut encoder = $encoder::new(Vec::new());
            encoder.write_all($body).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        })
    };
}

#[test]
fn every_known_encoding_is_decoded() {
    let world = world();
    let runtime = &world.runtime;
    for (name, body) in [
        ("gzip", encoded!(runtime, GzipEncoder, BODY)),
        ("x-gzip", encoded!(runtime, GzipEncoder, BODY)),
        ("deflate", encoded!(runtime, ZlibEncoder, BODY)),
        ("deflate", encoded!(runtime, DeflateEncoder, BODY)),
        ("br", encoded!(runtime, BrotliEncoder, BODY)),
        ("ZSTD", encoded!(runtime, ZstdEncoder, BODY)),
        ("identity", BODY.to_vec()),
    ] {
        let reply = world.ask("POST", "/v1/chat/completions", &[("content-encoding", name)], &body);
        assert_eq!(reply.status, 200, "{name} {reply:?}");
    }
}

#[test]
fn a_bomb_is_refused_at_the_limit() {
    let world = world();
    let runtime = &world.runtime;
    let zeros = vec![b' '; 32 << 20];
    for (name, body) in [
        ("gzip", encoded!(runtime, GzipEncoder, &zeros)),
        ("deflate", encoded!(runtime, ZlibEncoder, &zeros)),
        ("br", encoded!(runtime, BrotliEncoder, &zeros)),
        ("zstd", encoded!(runtime, ZstdEncoder, &zeros)),
    ] {
        assert!(body.len() < LIMIT, "{name}");
        let reply = world.ask("POST", "/v1/chat/completions", &[("content-encoding", name)], &body);
        assert_eq!((reply.status, reply.code().as_str()), (413, "body_too_large"), "{name}");
    }
    assert!(world.echo_saw().is_empty());
}

#[test]
fn an_encoding_that_is_not_known_or_does_not_fit_is_refused() {
    let world = world();
    let gzip = encoded!(world.runtime, GzipEncoder, BODY);
    let cut = &gzip[..gzip.len() - 4];
    for (name, body, status, code) in [
        ("lzma", BODY, 415, "content_encoding_unknown"),
        ("gzip, gzip", BODY, 415, "content_encoding_unknown"),
        ("", BODY, 415, "content_encoding_unknown"),
        ("gzip", BODY, 400, "body_undecodable"),
        ("gzip", cut, 400, "body_undecodable"),
        ("zstd", BODY, 400, "body_undecodable"),
        ("br", BODY, 400, "body_undecodable"),
    ] {
        let reply = world.ask("POST", "/v1/chat/completions", &[("content-encoding", name)], body);
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{name}");
    }
    let twice = [("content-encoding", "gzip"), ("content-encoding", "gzip")];
    assert_eq!(world.ask("POST", "/v1/chat/completions", &twice, &gzip).status, 415);
    assert!(world.echo_saw().is_empty());
}

#[test]
fn a_zstd_body_that_asks_for_a_large_window_is_refused() {
    let world = world();
    // A frame header (RFC 8878, 3.1.1) with a window of 2^27 bytes, then an empty last block.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x01, 0x00, 0x00];
    let reply = world.ask("POST", "/v1/chat/completions", &[("content-encoding", "zstd")], &frame);
    assert_eq!((reply.status, reply.code().as_str()), (400, "body_undecodable"));
}

#[test]
fn a_content_type_other_than_json_is_refused_and_none_is_taken() {
    let world = world();
    let status =
        |kind: &str| world.ask("POST", "/v1/chat/completions", &[("content-type", kind)], BODY).status;
    for kind in
        ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/x+json"]
    {
        assert_eq!(status(kind), 200, "{kind}");
    }
    for kind in
        ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "json", ""]
    {
        assert_eq!(status(kind), 415, "{kind}");
    }
    assert_eq!(world.ask("POST", "/v1/chat/completions", &[], BODY).status, 200);
}

#[test]
fn a_body_that_says_it_is_too_large_is_not_read() {
    let world = world();
    let mut stream = connected(world.address());
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        world.key,
        LIMIT + 1
    );
    stream.write_all(head.as_bytes()).unwrap();
    let reply = parsed(&rest(&mut stream));
    assert_eq!((reply.status, reply.code().as_str()), (413, "body_too_large"));
}

#[test]
fn a_body_in_chunks_stops_at_the_limit() {
    let world = world();
    let mut stream = connected(world.address());
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\ntransfer-encoding: chunked\r\n\r\n",
        world.key
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
    for _ in 0..5 {
        if stream.write_all(&chunk).is_err() {
            break;
        }
    }
    assert_eq!(parsed(&rest(&mut stream)).status, 413);
}

#[test]
fn a_body_that_does_not_come_in_time_is_refused_and_not_to_be_sent_again() {
    let world = world();
    let mut stream = connected(world.address());
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\ncontent-length: 100\r\n\r\n{{",
        world.key
    );
    stream.write_all(head.as_bytes()).unwrap();
    let reply = parsed(&rest(&mut stream));
    assert_eq!((reply.status, reply.code().as_str()), (400, "body_timeout"));
    assert_eq!(reply.header("x-should-retry"), Some("false"));
    assert_eq!(world.store.refusals(), ["body_timeout"]);
}

#[test]
fn what_is_no_request_of_the_dialect_is_refused_and_nothing_leaves() {
    let world = world();
    let deep = "[".repeat(30_000);
    for body in [
        b"".as_slice(),
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        br#"{"model":"echo","model":"echo","messages":[]}"#,
        br#"{"model":"echo","messages":"x"}"#,
        br#"{"messages":[]}"#,
        br#"{"model":"echo","messages":[{"role":"user","content":"\ud800"}]}"#,
        deep.as_bytes(),
    ] {
        let reply = world.ask("POST", "/v1/chat/completions", &[], body);
        assert_eq!(reply.status, 400, "{} {reply:?}", String::from_utf8_lossy(&body[..body.len().min(60)]));
        assert_eq!(reply.header("x-should-retry"), Some("false"));
    }
    assert!(world.echo_saw().is_empty());
}
