//! The mock provider and the client against each other, without the product: what the other tests rely on.
#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]

use std::time::Duration;

use cordon_testkit::client::{Ask, Ended, Leave, ask};
use cordon_testkit::load::{self, Plan};
use cordon_testkit::marks::Marks;
use cordon_testkit::script::Attempt;
use cordon_testkit::wire_case::lanes::lanes;
use cordon_testkit::{Answers, MockProvider, compression, fast};
use serde_json::{Value, json};

fn script(attempt: Value, watched: &Value) -> Answers {
    let mut marks = Marks::new(vec!["Ilse".into()], Default::default(), 0);
    marks.watch(watched);
    Answers::Script { attempts: vec![serde_json::from_value::<Attempt>(attempt).unwrap()], marks }
}

fn chat(text: &str) -> Value {
    json!({"model": "m", "messages": [{"role": "user", "content": text}], "stream": true})
}

#[tokio::test]
async fn a_stream_cut_into_single_bytes_arrives_whole_and_with_its_surrogate() {
    let mock = MockProvider::start().unwrap();
    let delta = |text: &str| json!({"data": {"choices": [{"index": 0, "delta": {"content": text}}]}});
    mock.answer(script(
        json!({"cut": "tcp_bytewise", "events": [delta("渐 ⟦s1|a⟧"), delta("⟦s1|b⟧!")]}),
        &chat("1: ⟦v1⟧\nBye."),
    ));
    let got = ask(mock.address(), &Ask::post("/v1/chat/completions", "k", &chat("1: PERSON_X\nBye.")))
        .await
        .unwrap();
    assert_eq!(got.ended, Ended::Orderly);
    assert_eq!(lanes(&got).text, ["渐 PERSON_X!"]);
    assert_eq!(mock.calls()[0].head.header("authorization"), Some("Bearer k"));
    assert!(mock.troubles().is_empty());
}

#[tokio::test]
async fn a_reset_is_seen_as_broken_and_a_close_by_the_client_is_seen_by_the_mock() {
    let mock = MockProvider::start().unwrap();
    mock.answer(script(json!({"events": [{"data": "1"}], "end": "reset"}), &Value::Null));
    let got = ask(mock.address(), &Ask::post("/v1/chat/completions", "k", &chat("x"))).await.unwrap();
    assert_eq!((got.ended, got.text().as_str()), (Ended::Broken, "data: 1\n\n"));

    mock.answer(script(json!({"events": [{"data": "1"}, {"wait_ms": 60_000}]}), &Value::Null));
    let mut leaving = Ask::post("/v1/chat/completions", "k", &chat("x"));
    leaving.leave = Leave::AfterEvents(1);
    let got = ask(mock.address(), &leaving).await.unwrap();
    assert_eq!(got.ended, Ended::Left);
    while mock.calls()[0].closed_at.is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_compressed_answer_and_a_bomb_unpack_to_what_they_should() {
    let mock = MockProvider::start().unwrap();
    mock.answer(script(json!({"status": 503, "encode": "gzip", "json": {"a": "b"}}), &Value::Null));
    let got = ask(mock.address(), &Ask::post("/x", "k", &Value::Null)).await.unwrap();
    assert_eq!(got.status(), 503);
    assert_eq!(compression::gunzip(&got.body).await.unwrap(), br#"{"a":"b"}"#);

    let bomb = compression::gzip_bomb(b"<", b"ab", 100_000, b">").await.unwrap();
    assert!(bomb.len() < 2_000, "{}", bomb.len());
    let content = compression::gunzip(&bomb).await.unwrap();
    assert_eq!((content.len(), content[0], content[200_001]), (200_002, b'<', b'>'));
}

#[tokio::test]
async fn echo_answers_in_both_dialects_streamed_and_whole() {
    let mock = MockProvider::start().unwrap();
    mock.answer(Answers::Echo { piece_chars: 3 });
    for path in ["/v1/chat/completions", "/v1/messages"] {
        for is_streamed in [true, false] {
            let mut body = chat("say PERSON_7KQ2 now");
            body["stream"] = json!(is_streamed);
            let got = ask(mock.address(), &Ask::post(path, "k", &body)).await.unwrap();
            assert_eq!(lanes(&got).text, ["say PERSON_7KQ2 now"], "{path} {is_streamed}");
        }
    }
    assert_eq!(mock.count(), 4);
}

#[tokio::test]
async fn load_counts_what_the_fast_mock_answers() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = tokio::task::JoinSet::new();
    server.spawn(fast::serve(listener));
    for (body, has_events) in [("{\"a\":1}", false), ("{\"a\":1,\"stream\":true}", true)] {
        let request = Plan::request(address, "/v1/chat/completions", "k", body);
        let plan =
            Plan { address, request, connections: 3, duration: Duration::from_millis(200), rate: None };
        let outcome = load::run(&plan).await.unwrap();
        assert_eq!(outcome.failed, 0);
        assert!(outcome.done > 0);
        assert_eq!(outcome.event_delay.len() >= fast::EVENTS, has_events);
        assert_eq!(outcome.first_event.is_empty(), !has_events);
    }
}
