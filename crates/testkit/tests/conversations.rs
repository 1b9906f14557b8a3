//! Conversations of 20 turns, whose history is trimmed from the front, whose later turns reveal a name that was already
//! used, and which carry signed thinking: the same value has the same surrogate in every turn, everything comes back as
//! it was, and two conversations share nothing.
#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]

use std::collections::{BTreeMap, BTreeSet};

use cordon_testkit::client::{Ask, ask};
use cordon_testkit::marks::Marks;
use cordon_testkit::script::Attempt;
use cordon_testkit::wire_case::lanes::lanes;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Term, Trouble};
use serde_json::{Value, json};

const TURNS: usize = 20;
/// From this turn on the client keeps only the last messages.
const TRIMMED_FROM: usize = 12;
const KEPT_MESSAGES: usize = 9;
/// In this turn the name is said so that it is recognised; it stands in turns before and after it.
const REVEALED_IN: usize = 8;

const VALUES: [&str; 3] = ["Halcyon Ferry", "ilse.vanrompaey@quillfen.org", "Orsolya Benedek"];

#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    Chat,
    Messages,
}

/// What the user says, with marks; the last value only from the turn that reveals it on.
fn said(turn: usize, topic: &str) -> String {
    let name = if turn == REVEALED_IN { "My name is Orsolya Benedek. " } else { "" };
    let early = if turn == 3 { "Orsolya Benedek called. " } else { "" };
    format!("{topic} turn {turn}. {early}{name}1: ⟦v1⟧\n2: ⟦v2⟧\nGo on.")
}

/// The provider's answer to a turn.
fn answer(dialect: Dialect, stream: bool) -> Attempt {
    let text = "I heard ⟦s1⟧ and wrote to ⟦s2⟧.";
    let value = match (dialect, stream) {
        (Dialect::Chat, false) => json!({"json": {"choices": [
            {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}}),
        (Dialect::Chat, true) => json!({"cut": "tcp_bytewise", "events": [
            {"data": {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}},
            {"data": {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}}, {"data": "[DONE]"}]}),
        (Dialect::Messages, _) => json!({"json": {
            "id": "m", "type": "message", "role": "assistant", "model": "m-test", "stop_reason": "end_turn",
            "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1}, "content": [
                {"type": "thinking", "thinking": "They mean ⟦s1⟧.", "signature": "c2lnbmVk"},
                {"type": "text", "text": text}]}}),
    };
    serde_json::from_value(value).unwrap()
}

/// Runs a conversation; gives the surrogate of each value, the same in every turn.
async fn converse(
    mock: &MockProvider,
    cordon: &Cordon,
    dialect: Dialect,
    topic: &str,
) -> Result<BTreeMap<usize, String>, Trouble> {
    let path = if dialect == Dialect::Chat { "/v1/chat/completions" } else { "/v1/messages" };
    let values: Vec<String> = VALUES.map(str::to_owned).to_vec();
    let plain = Marks::new(values.clone(), BTreeMap::new(), 0);
    let mut messages: Vec<Value> = Vec::new();
    let mut written: Vec<Value> = Vec::new();
    let mut known: BTreeMap<usize, String> = BTreeMap::new();
    let mut sent_thinking: Vec<String> = Vec::new();
    for turn in 0..TURNS {
        let stream = dialect == Dialect::Chat && turn % 2 == 1;
        written.push(json!({"role": "user", "content": said(turn, topic)}));
        messages.push(plain.expand_json(written.last().unwrap())?);
        let from = if turn >= TRIMMED_FROM { messages.len() - KEPT_MESSAGES } else { 0 };
        let body = |messages: &[Value]| json!({"model": "m-test", "max_tokens": 99, "stream": stream, "messages": messages});
        let mut marks = Marks::new(values.clone(), BTreeMap::new(), 0);
        marks.watch(&body(written.get(from..).unwrap()));
        mock.answer(Answers::Script { attempts: vec![answer(dialect, stream)], marks });
        let asked = Ask::post(path, cordon.key("default"), &body(messages.get(from..).unwrap()));
        let got = ask(cordon.address(), &asked).await?;
        assert_eq!(got.status(), 200, "{topic} turn {turn}: {}", got.text());
        assert!(mock.troubles().is_empty(), "{topic} turn {turn}: {:?}", mock.troubles());

        // Nothing but surrogates went out, and those of before.
        let call = mock.calls().into_iter().next().unwrap();
        let raw = String::from_utf8_lossy(&call.raw).into_owned();
        for value in VALUES.iter().take(if turn < REVEALED_IN { 2 } else { 3 }) {
            let is_revealed = *value != VALUES[2] || from <= 2 * REVEALED_IN;
            assert!(!is_revealed || !raw.contains(value), "{topic} turn {turn}: `{value}` went out");
        }
        for (number, surrogate) in mock.marks().surrogates() {
            let first = known.entry(*number).or_insert_with(|| surrogate.clone());
            assert_eq!(first, surrogate, "{topic} turn {turn}: value {number} has another surrogate");
        }
        let body_sent = call.json().unwrap();
        for thinking in &sent_thinking {
            assert!(
                turn >= TRIMMED_FROM || raw.contains(thinking),
                "{topic} turn {turn}: signed thinking was changed: {body_sent}"
            );
        }

        // The values came back, and the answer goes into the history as the client got it.
        let text = format!("I heard {} and wrote to {}.", VALUES[0], VALUES[1]);
        assert_eq!(lanes(&got).text.concat(), text, "{topic} turn {turn}");
        written.push(json!({"role": "assistant", "content": "x"}));
        messages.push(match dialect {
            Dialect::Chat => json!({"role": "assistant", "content": text}),
            Dialect::Messages => {
                let content = got.json().unwrap().get("content").cloned().unwrap();
                let thinking = content.pointer("/0/thinking").and_then(Value::as_str).unwrap();
                assert_eq!(thinking, format!("They mean {}.", known.get(&1).unwrap()), "{topic} turn {turn}");
                sent_thinking.push(thinking.to_owned());
                json!({"role": "assistant", "content": content})
            }
        });
    }
    Ok(known)
}

#[tokio::test]
async fn a_value_keeps_its_surrogate_through_a_conversation_and_no_further() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let term = Term { label: "PROJECT".to_owned(), value: VALUES[0].to_owned() };
    let spec = CordonSpec {
        apps: vec![AppSpec { terms: vec![term], ..AppSpec::named("default") }],
        ..CordonSpec::new("conversations", mock.address())
    };
    let mut cordon = Cordon::start(spec)?;
    for dialect in [Dialect::Chat, Dialect::Messages] {
        let harbour = converse(&mock, &cordon, dialect, "harbour").await?;
        let orchard = converse(&mock, &cordon, dialect, "orchard").await?;
        let shared: BTreeSet<&String> =
            harbour.values().filter(|surrogate| orchard.values().any(|other| other == *surrogate)).collect();
        assert_eq!(harbour.len(), 2);
        assert!(shared.is_empty(), "two conversations share {shared:?}");
    }
    cordon.records()?;
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}
