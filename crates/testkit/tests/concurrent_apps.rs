//! 200 apps at once: nobody's value goes to anybody else, and the same text cannot be linked across apps.
#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]

use std::collections::BTreeSet;

use cordon_testkit::client::{Ask, Ended, Got, ask};
use cordon_testkit::script::Attempt;
use cordon_testkit::wire_case::lanes::lanes;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const APPS: usize = 200;

fn app(number: usize) -> String {
    format!("app-{number}")
}

fn address_of(number: usize) -> String {
    format!("reader{number}@quillfen.org")
}

/// Sends the text of each app at once; answers in the order of the apps.
async fn all_ask(cordon: &Cordon, path: &str, stream: bool, text: impl Fn(usize) -> String) -> Vec<Got> {
    let mut asking = JoinSet::new();
    for number in 0..APPS {
        let body = json!({
            "model": "m-test", "max_tokens": 99, "stream": stream,
            "messages": [{"role": "user", "content": text(number)}]
        });
        let (address, question) = (cordon.address(), Ask::post(path, cordon.key(&app(number)), &body));
        asking.spawn(async move { (number, ask(address, &question).await) });
    }
    let mut answers = Vec::new();
    while let Some(joined) = asking.join_next().await {
        let (number, got) = joined.unwrap();
        answers.push((number, got.unwrap()));
    }
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, got)| got).collect()
}

fn contents(mock: &MockProvider) -> Vec<String> {
    let body = |value: Value| value.pointer("/messages/0/content").and_then(Value::as_str).map(str::to_owned);
    mock.calls().iter().filter_map(|call| call.json().and_then(body)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_the_values_of_another_app() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let spec = CordonSpec {
        apps: (0..APPS).map(|number| AppSpec::named(&app(number))).collect(),
        ..CordonSpec::new("concurrent-apps", mock.address())
    };
    let mut cordon = Cordon::start(spec)?;
    let own = |number: usize| format!("please write to {} today", address_of(number));

    // Each gets its own back, streamed in pieces of three characters and whole, in both dialects.
    for (path, stream) in
        [("/v1/chat/completions", true), ("/v1/chat/completions", false), ("/v1/messages", true)]
    {
        mock.answer(Answers::Echo { piece_chars: 3 });
        let answers = all_ask(&cordon, path, stream, own).await;
        for (number, got) in answers.iter().enumerate() {
            assert_eq!(
                (got.status(), got.ended),
                (200, Ended::Orderly),
                "{path} app {number}: {}",
                got.text()
            );
            assert_eq!(lanes(got).text, [own(number)], "{path} stream {stream} app {number}");
        }
        assert!(contents(&mock).iter().all(|text| !text.contains('@') || !text.contains("reader")));
    }

    // A provider that tells everybody what everybody sent: only the own surrogate comes back as a value.
    let all_sent = contents(&mock).join("\n");
    for stream in [false, true] {
        let message =
            json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": all_sent}}]});
        let delta = json!({"choices": [{"index": 0, "delta": {"content": all_sent}}]});
        let event = |data: Value| serde_json::from_value(json!({"data": data})).unwrap();
        let gossip = if stream {
            Attempt::events(vec![event(delta), event(json!("[DONE]"))])
        } else {
            Attempt::json(message)
        };
        mock.answer(Answers::Always(Box::new(gossip)));
        for (number, got) in all_ask(&cordon, "/v1/chat/completions", stream, own).await.iter().enumerate() {
            let text = lanes(got).text.concat();
            let restored: BTreeSet<usize> =
                (0..APPS).filter(|other| text.contains(&address_of(*other))).collect();
            assert!(restored.iter().all(|other| *other == number), "app {number} got values of {restored:?}");
        }
    }

    // The same text of 200 apps: each with codes of its own. Codes are short, so a few may be the same by chance (for 200
    // codes of 20 letters to the fourth an eighth of a pair is expected; five pairs in one run of ten million).
    mock.answer(Answers::Echo { piece_chars: 5 });
    let same = |_: usize| "please write to nobody.special@quillfen.org today".to_owned();
    let answers = all_ask(&cordon, "/v1/chat/completions", true, same).await;
    assert!(answers.iter().all(|got| lanes(got).text == [same(0)]));
    let sent: BTreeSet<String> = contents(&mock).into_iter().collect();
    assert!(sent.len() + 4 >= APPS, "{} of {APPS} texts are different", sent.len());
    cordon.records()?;
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}
