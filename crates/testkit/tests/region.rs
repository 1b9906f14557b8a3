//! Where an answer proves that it was made, held against what the account says: a record, an alert line, a count.

#![expect(clippy::indexing_slicing, reason = "a test may fail anywhere")]

use cordon_testkit::client;
use cordon_testkit::dialect::{DIALECTS, record_of};
use cordon_testkit::script::Attempt;
use cordon_testkit::{Answers, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};

/// A whole answer of Anthropic's, made in `geo`.
fn whole(geo: Option<&str>) -> Value {
    let mut usage = json!({"input_tokens": 3, "output_tokens": 2});
    if let Some(geo) = geo {
        usage["inference_geo"] = json!(geo);
    }
    let body = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m-test",
        "content": [{"type": "text", "text": "Yes."}], "stop_reason": "end_turn", "stop_sequence": null, "usage": usage,
    });
    json!({"status": 200, "headers": {"content-type": "application/json"}, "body": body.to_string()})
}

/// The same as a stream, which says it in its first event.
fn streamed(geo: &str) -> Value {
    let events = [
        (
            "message_start",
            json!({"type": "message_start", "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "m-test", "content": [], "stop_reason": null,
            "stop_sequence": null, "usage": {"input_tokens": 3, "output_tokens": 1, "inference_geo": geo}}}),
        ),
        (
            "content_block_start",
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ),
        (
            "content_block_delta",
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Yes."}}),
        ),
        ("content_block_stop", json!({"type": "content_block_stop", "index": 0})),
        (
            "message_delta",
            json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null}, "usage": {"output_tokens": 2}}),
        ),
        ("message_stop", json!({"type": "message_stop"})),
    ];
    let text: String = events.iter().map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")).collect();
    json!({"status": 200, "headers": {"content-type": "text/event-stream"}, "body": text})
}

#[tokio::test]
async fn an_answer_that_was_made_elsewhere_is_a_record_an_alert_and_a_count() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let key = "[[provider_keys]]\nprovider = \"anthropic\"\nenvironment = \"dev\"\nfrom_env = \"TESTKIT_ANTHROPIC_KEY\"\nsettings = [\"inference_geo=us\"]\n";
    let mut cordon =
        Cordon::start(CordonSpec { settings: key.to_owned(), ..CordonSpec::new("region", mock.address()) })?;
    let proven = |region: &str| json!({"by": "usage.inference_geo", "expected": "us", "proven": region});
    let other = |region: &str| json!({"by": "usage.inference_geo", "expected": "us", "other": true, "proven": region});
    for (name, answer, stream, expected) in [
        ("as decided", whole(Some("us")), false, proven("us")),
        ("nothing said", whole(None), false, Value::Null),
        ("elsewhere", whole(Some("global")), false, other("global")),
        ("a stream", streamed("us"), true, proven("us")),
        ("a stream from elsewhere", streamed("eu"), true, other("eu")),
        ("no word for a place", whole(Some("write to anna@tidewick.org")), false, Value::Null),
    ] {
        let attempt: Attempt = serde_json::from_value(answer)?;
        mock.answer(Answers::Always(Box::new(attempt)));
        let mut body = DIALECTS[1].body("Is it?");
        body["stream"] = json!(stream);
        let ask = DIALECTS[1].ask(cordon.key("default"), body.to_string());
        let got = client::ask(cordon.address(), &ask).await?;
        assert_eq!(got.status(), 200, "{name}: {}", got.text());
        let outcome = record_of(&cordon, &got, "outcome")?;
        assert_eq!(outcome["region"], expected, "{name}: {outcome:#}");
    }
    let log = cordon.log();
    let alerts: Vec<&str> = log.lines().filter(|line| line.contains("made in another region")).collect();
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    assert!(alerts[0].contains("\"WARN\"") && alerts[0].contains("\"proven\":\"global\""), "{}", alerts[0]);
    assert!(!log.contains("tidewick"), "a value is in the log");
    let metrics = cordon.metrics()?;
    for line in [
        "cordon_answer_regions_total{proof=\"other\"} 2",
        "cordon_answer_regions_total{proof=\"as_decided\"} 2",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    assert!(cordon.run(&["audit", "list"])?.contains("MADE IN global"));
    assert!(cordon.run(&["audit", "verify"])?.contains("verified"));
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}
