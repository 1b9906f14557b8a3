//! Connections on which nothing goes on, and answers that nobody takes, end; what waits for its provider does not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use bytes::Bytes;
use cordon_gateway::{ServerLimits, ServerSettings};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::client::{connected, parsed, request, rest};
use crate::world::{Spec, World};

const SHORT: Duration = Duration::from_millis(150);

fn idle() -> ServerLimits {
    ServerLimits { idle: SHORT, ..ServerLimits::default() }
}

fn stalling() -> ServerLimits {
    ServerLimits { write_stall: SHORT, ..ServerLimits::default() }
}

type Connected = (SendRequest<Full<Bytes>>, JoinHandle<hyper::Result<()>>);

/// An HTTP/2 connection that gives each answer room for so many bytes.
async fn http2(address: SocketAddr, window: u32) -> Connected {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(window);
    let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
    (sender, tokio::runtime::Handle::current().spawn(connection))
}

fn chat(world: &World, key: &str, model: &str, text: &str, is_stream: bool) -> Request<Full<Bytes>> {
    let body = serde_json::json!({"model": model, "stream": is_stream, "messages": [{"role": "user", "content": text}]});
    Request::post(format!("http://{}/v1/chat/completions", world.address()))
        .header("x-api-key", key)
        .body(Full::from(body.to_string()))
        .unwrap()
}

/// The whole body, or how much of it came before it broke.
async fn body(answer: http::Response<hyper::body::Incoming>) -> Result<String, usize> {
    let mut body = answer.into_body();
    let mut all = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => all.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Err(_) => return Err(all.len()),
        }
    }
    Ok(String::from_utf8(all).unwrap())
}

#[test]
fn an_idle_http2_connection_ends_with_a_valid_key_and_without() {
    let world = World::with(Spec::limited(idle()));
    for (key, status) in [(world.key.as_str(), StatusCode::OK), ("no key", StatusCode::UNAUTHORIZED)] {
        world.runtime.block_on(async {
            let (mut sender, connection) = http2(world.address(), 1 << 20).await;
            for _ in 0..3 {
                let answer = sender.send_request(chat(&world, key, "echo", "hi", false)).await.unwrap();
                assert_eq!(answer.status(), status);
                body(answer).await.unwrap();
            }
            // In good order: the client answers pings and sees no error.
            let ended = tokio::time::timeout(Duration::from_secs(20), connection).await;
            ended.expect("it ends").unwrap().unwrap();
            assert!(sender.send_request(chat(&world, key, "echo", "hi", false)).await.is_err());
        });
    }
}

#[test]
fn an_idle_http1_connection_ends_and_one_that_is_used_does_not() {
    let world = World::with(Spec::limited(idle()));
    let mut stream = connected(world.address());
    let asked = "GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n";
    for _ in 0..3 {
        stream.write_all(asked.as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"}}") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        assert_eq!(parsed(&head).status, 401);
    }
    assert!(rest(&mut stream).is_empty(), "it ends without another word");
}

#[test]
fn a_connection_is_kept_for_longer_than_a_head_may_take() {
    let limits = ServerLimits { header: SHORT, idle: 4 * SHORT, ..ServerLimits::default() };
    let world = World::with(Spec::limited(limits));
    let mut stream = connected(world.address());
    let asked = "GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(asked.as_bytes()).unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    std::thread::park_timeout(2 * SHORT);
    stream.write_all(asked.as_bytes()).unwrap();
    assert_eq!(String::from_utf8_lossy(&rest(&mut stream)).matches("HTTP/1.1 401").count(), 1);
}

#[test]
fn an_http2_answer_of_which_the_caller_takes_nothing_ends_and_the_others_go_on() {
    let limits = ServerLimits { concurrency_max: 1, ..stalling() };
    let world = World::with(Spec::limited(limits));
    for is_stream in [true, false] {
        world.runtime.block_on(async {
            let (mut sender, _connection) = http2(world.address(), 1).await;
            let text = "a word ".repeat(20_000);
            let stalled =
                sender.send_request(chat(&world, &world.key, "echo", &text, is_stream)).await.unwrap();
            assert_eq!(stalled.status(), StatusCode::OK);
            // The one place there is comes free when the gateway has given the answer up.
            loop {
                let other = sender.send_request(chat(&world, &world.key, "echo", "hi", false)).await.unwrap();
                let status = other.status();
                body(other).await.unwrap();
                if status == StatusCode::OK {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert!(body(stalled).await.unwrap_err() <= 1);
        });
    }
}

/// A provider that says nothing for a while in the middle of an answer.
fn hesitant(silence: Duration) -> SocketAddr {
    const CHUNK: &str = r#"data: {"id":"c","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{"content":"word"},"finish_reason":null}]}"#;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = Vec::new();
            while !head.ends_with(b"]}") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            let begin = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
            stream.write_all(format!("{begin}{CHUNK}\n\n").as_bytes()).unwrap();
            std::thread::park_timeout(silence);
            stream.write_all(format!("{CHUNK}\n\ndata: [DONE]\n\n").as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn an_answer_whose_provider_is_silent_lives_on() {
    let limits = ServerLimits { idle: SHORT, ..stalling() };
    let world = World::with(Spec {
        server: ServerSettings { limits, ..ServerSettings::default() },
        upstream: Some(hesitant(6 * SHORT)),
        ..Spec::default()
    });
    world.runtime.block_on(async {
        let (mut sender, _connection) = http2(world.address(), 1 << 20).await;
        let answer = sender.send_request(chat(&world, &world.key, "m-1", "hi", true)).await.unwrap();
        let text = body(answer).await.unwrap();
        assert!(text.matches("word").count() == 2 && text.ends_with("data: [DONE]\n\n"), "{text}");
    });
    let body = r#"{"model":"m-1","stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    let mut stream = connected(world.address());
    let key = [("x-api-key", world.key.as_str())];
    stream.write_all(&request("POST", "/v1/chat/completions", &key, body.as_bytes())).unwrap();
    let reply = parsed(&rest(&mut stream));
    assert!(reply.body.ends_with("data: [DONE]\n\n"), "{reply:?}");
}

#[test]
fn an_http1_answer_of_which_the_caller_takes_nothing_ends() {
    let world = World::with(Spec::limited(ServerLimits { concurrency_max: 1, ..stalling() }));
    let body = serde_json::json!({"model": "echo", "messages": [{"role": "user", "content": "a word ".repeat(2_000_000)}]});
    let mut stream = connected(world.address());
    let key = [("x-api-key", world.key.as_str())];
    let asked = request("POST", "/v1/chat/completions", &key, body.to_string().as_bytes());
    stream.write_all(&asked).unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    // The one place there is comes free when the gateway has given the answer up.
    crate::world::until(|| world.chat("echo", "hi").status == 200);
    assert!(rest(&mut stream).len() < 14_000_000);
}
