//! Another deployment answers when the first is in trouble: treated anew, recorded as an attempt of its own, and only then.

#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]

use std::net::SocketAddr;

use cordon_testkit::client::{self, Got};
use cordon_testkit::dialect::DIALECTS;
use cordon_testkit::script::Attempt;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Term, Trouble};
use serde_json::{Value, json};

const TERM: &str = "Basalt Heron";

fn settings(spare: SocketAddr) -> String {
    format!(
        "[limits]\nfirst_byte_seconds = 2\n\n[aliases]\nbest = [\"openai/m-first\", \"next\"]\nnext = [\"spare/m-spare\"]\n\n[[deployments]]\nid = \"spare\"\nprovider = \"openai\"\nbase_url = \"http://{spare}\"\ndialects = [\"openai.chat\"]\nmodels = [\"m-spare\"]\n"
    )
}

fn status(status: u16) -> Result<Answers, Trouble> {
    let body = json!({"error": {"message": "no", "type": "server_error", "param": null, "code": null}});
    let answer =
        json!({"status": status, "headers": {"content-type": "application/json"}, "body": body.to_string()});
    let attempt: Attempt = serde_json::from_value(answer)?;
    Ok(Answers::Always(Box::new(attempt)))
}

async fn ask(cordon: &Cordon) -> Result<Got, Trouble> {
    let dialect = DIALECTS.first().unwrap();
    let mut body = dialect.body(&format!("About {TERM}."));
    body.as_object_mut().unwrap().insert("model".to_owned(), json!("best"));
    client::ask(cordon.address(), &dialect.ask(cordon.key("default"), body.to_string())).await
}

fn models(mock: &MockProvider) -> Vec<String> {
    let bodies = mock.calls().into_iter().map(|call| call.json().unwrap_or_default());
    bodies
        .map(|body: Value| {
            assert!(!body.to_string().contains(TERM), "a value left");
            body.get("model").and_then(Value::as_str).unwrap_or_default().to_owned()
        })
        .collect()
}

/// Kind, attempt and deployment of the last records.
fn attempts(cordon: &Cordon) -> Result<Vec<(String, u64, String)>, Trouble> {
    let records = cordon.records()?;
    let text =
        |record: &Value, name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of = |record: &Value| {
        let attempt = record.get("attempt").and_then(Value::as_u64).unwrap_or_default();
        (text(record, "kind"), attempt, text(record, "deployment"))
    };
    Ok(records.iter().rev().take(4).map(of).collect())
}

#[tokio::test]
async fn the_next_deployment_answers_when_the_first_is_in_trouble_and_only_then() -> Result<(), Trouble> {
    let (first, spare) = (MockProvider::start()?, MockProvider::start()?);
    let term = Term { label: "PROJECT".to_owned(), value: TERM.to_owned() };
    let mut cordon = Cordon::start(CordonSpec {
        apps: vec![AppSpec { terms: vec![term], ..AppSpec::named("default") }],
        settings: settings(spare.address()),
        ..CordonSpec::new("fallback", first.address())
    })?;
    let echo = || Answers::Echo { piece_chars: 7 };

    first.answer(echo());
    spare.answer(echo());
    let got = ask(&cordon).await?;
    assert!(got.status() == 200 && got.text().contains(TERM), "{}", got.text());
    assert_eq!((models(&first).as_slice(), spare.count()), (["m-first".to_owned()].as_slice(), 0));

    first.answer(status(400)?);
    assert_eq!(ask(&cordon).await?.status(), 400, "the provider's refusal is an answer");
    assert_eq!(spare.count(), 0);

    first.answer(status(503)?);
    let got = ask(&cordon).await?;
    assert!(got.status() == 200 && got.text().contains(TERM), "{}", got.text());
    assert_eq!(models(&first), ["m-first"]);
    assert_eq!(models(&spare), ["m-spare"]);
    cordon_testkit::dialect::record_of(&cordon, &got, "outcome")?;
    let expected = [("intent", 1, "openai"), ("outcome", 1, ""), ("intent", 2, "spare"), ("outcome", 2, "")];
    let mut last = Vec::new();
    for _ in 0..200 {
        last = attempts(&cordon)?;
        if expected
            .iter()
            .all(|record| last.iter().any(|seen| (seen.0.as_str(), seen.1, seen.2.as_str()) == *record))
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let seen: Vec<_> = last.iter().map(|seen| (seen.0.as_str(), seen.1, seen.2.as_str())).collect();
    assert!(expected.iter().all(|record| seen.contains(record)), "{seen:?}");

    let hang: Attempt = serde_json::from_value(json!({"accept_then": "hang_ms:8000,reset"}))?;
    first.answer(Answers::Always(Box::new(hang)));
    assert_eq!(ask(&cordon).await?.status(), 200, "no answer in time");

    first.answer(status(503)?);
    spare.answer(status(503)?);
    assert_eq!(ask(&cordon).await?.status(), 503, "when all are in trouble the last answer stands");

    spare.answer(echo());
    for _ in 0..3 {
        assert_eq!(ask(&cordon).await?.status(), 200);
    }
    let before = first.count();
    assert_eq!(ask(&cordon).await?.status(), 200);
    assert_eq!(first.count(), before, "five failures in a row, and it is asked last");
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}
