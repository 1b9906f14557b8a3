//! Trouble of the provider: hangs, resets, answers that are none. The client is told, nothing is sent twice, the record
//! says how it ended, and the gateway goes on.

use cordon_testkit::client::{self, Ended};
use cordon_testkit::dialect::{DIALECTS, record_of};
use cordon_testkit::script::Attempt;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Term, Trouble};
use serde_json::{Value, json};

const TERM: &str = "Halcyon Ferry";

struct Case {
    name: &'static str,
    answer: Value,
    is_streamed: bool,
    statuses: &'static [u16],
    endings: &'static [&'static str],
}

fn cases() -> Vec<Case> {
    let json_type = json!({"content-type": "application/json"});
    let event_type = json!({"content-type": "text/event-stream"});
    let long_line = format!("data: {{\"x\":\"{}\"}}\n\n", "y".repeat(10 << 20));
    let one_event = json!([{"data": {"choices": []}}]);
    let whole =
        |name, answer, statuses, endings| Case { name, answer, is_streamed: false, statuses, endings };
    let streamed =
        |name, answer, statuses, endings| Case { name, answer, is_streamed: true, statuses, endings };
    vec![
        whole(
            "hangs before its status",
            json!({"accept_then": "hang_ms:8000,reset"}),
            &[504],
            &["upstream_error"],
        ),
        whole(
            "resets before its status",
            json!({"accept_then": "hang_ms:1,reset"}),
            &[502],
            &["upstream_error"],
        ),
        whole(
            "HTML with 200",
            json!({"headers": {"content-type": "text/html"}, "body": "<html>gateway</html>"}),
            &[502],
            &["upstream_error"],
        ),
        whole(
            "JSON that is cut",
            json!({"headers": json_type, "body": "{\"choices\":["}),
            &[502],
            &["truncated", "upstream_error"],
        ),
        streamed(
            "hangs within a stream",
            json!({"events": one_event, "end": "hang"}),
            &[200],
            &["truncated"],
        ),
        streamed(
            "resets within a stream",
            json!({"events": one_event, "end": "reset"}),
            &[200],
            &["truncated"],
        ),
        streamed(
            "a line of 10 MB",
            json!({"headers": event_type, "body": long_line}),
            &[200, 502],
            &["truncated", "upstream_error"],
        ),
        streamed(
            "events that are no JSON",
            json!({"events": [{"data": "{\"choices\":[{\"index\":0,"}, {"data": "[DONE]"}]}),
            &[200, 502],
            &["truncated", "upstream_error"],
        ),
    ]
}

#[tokio::test]
async fn trouble_of_the_provider_ends_in_an_error_and_a_record() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let term = Term { label: "PROJECT".to_owned(), value: TERM.to_owned() };
    let mut cordon = Cordon::start(CordonSpec {
        apps: vec![AppSpec { terms: vec![term], ..AppSpec::named("default") }],
        settings: "[limits]\nfirst_byte_seconds = 2\nidle_seconds = 2\nevent_bytes_max = \"1 MiB\"\n"
            .to_owned(),
        ..CordonSpec::new("bad-providers", mock.address())
    })?;
    let key = cordon.key("default").to_owned();
    for dialect in &DIALECTS {
        for case in cases() {
            let name = format!("{}, {}", case.name, dialect.name);
            let attempt: Attempt = serde_json::from_value(case.answer)?;
            mock.answer(Answers::Always(Box::new(attempt)));
            let mut body = dialect.body(TERM);
            body.as_object_mut().unwrap().insert("stream".to_owned(), json!(case.is_streamed));
            let got = client::ask(cordon.address(), &dialect.ask(&key, body.to_string())).await?;
            assert!(got.ended != Ended::TooLong, "{name}: no end after {:?}", got.took);
            assert!(case.statuses.contains(&got.status()), "{name}: {} {}", got.status(), got.text());
            if got.status() == 200 {
                let text = got.text();
                let is_told = got.ended == Ended::Broken || text.contains("\"error\"");
                assert!(is_told, "{name}: the client is not told: {text:.300}");
                assert!(!text.contains("[DONE]"), "{name}: looks complete");
            } else {
                let checked = dialect.check_refusal(&got, case.statuses, &[TERM]);
                checked.map_err(|trouble| trouble.during(&name))?;
            }
            assert_eq!(mock.count(), 1, "{name}: sent again");
            let record = record_of(&cordon, &got, "outcome").map_err(|trouble| trouble.during(&name))?;
            let ending = record.get("outcome").and_then(Value::as_str).unwrap_or_default();
            assert!(case.endings.contains(&ending), "{name}: recorded as {ending}");
        }
    }
    mock.answer(Answers::Plain);
    let ask = DIALECTS.first().unwrap().ask(&key, DIALECTS.first().unwrap().body("hello").to_string());
    assert_eq!(client::ask(cordon.address(), &ask).await?.status(), 200, "a plain request afterwards");
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}
