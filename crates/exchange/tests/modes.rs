//! Observe mode, the guard, policy refusals and headers, through the whole exchange.
#![expect(clippy::unwrap_used, reason = "a test driver")]

#[path = "conversations/quiet.rs"]
mod quiet;

use cordon_exchange::{Guard, Mode};
use ledger::Record;
use serde_json::{Value, json};

use quiet::Quiet;

const NAME: &str = "Ilse Van Rompaey";

fn chat(text: &str) -> Value {
    json!({"model": "m-1", "max_tokens": 9, "messages": [{"role": "user", "content": text}]})
}

#[test]
fn an_observed_app_sends_its_bytes_unchanged_and_the_record_says_what_would_have_been() {
    let mut quiet = Quiet::with_terms(&[NAME]);
    quiet.app.mode = Mode::Observe { until_unix_ms: u64::MAX };
    let body = chat(&format!("ask {NAME}"));
    assert_eq!(quiet.send("/v1/messages", &body), body);
    let records = quiet.records();
    let Some(Record::Intent(intent)) = records.first() else { unreachable_record(&records) };
    assert_eq!(intent.mode, ledger::Mode::Observe);
    assert_eq!(intent.treatments.get(&types::DataClass::Confidential), Some(&types::Treatment::Pseudonymise));
}

#[test]
fn an_app_whose_observation_ended_is_protected() {
    let mut quiet = Quiet::with_terms(&[NAME]);
    quiet.app.mode = Mode::Observe { until_unix_ms: 1 };
    assert!(!quiet.send("/v1/messages", &chat(&format!("ask {NAME}"))).to_string().contains(NAME));
}

#[test]
fn an_image_is_refused_with_the_name_of_the_setting_and_nothing_leaves() {
    let quiet = Quiet::with_terms(&[]);
    let body = json!({"model": "m-1", "max_tokens": 9, "messages": [{"role": "user", "content": [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}}]}]});
    let (status, error) = quiet.send_for_answer("/v1/messages", &body);
    assert_eq!(status, 403);
    assert!(error.to_string().contains("[treatments] image"), "{error}");
    assert!(quiet.nothing_left());
    let records = quiet.records();
    assert!(matches!(records.as_slice(), [Record::Refusal(_)]), "{records:?}");
}

#[test]
fn data_in_the_answer_that_nobody_sent_is_counted_redacted_or_refused() {
    let answer = "The card is 4111 1111 1111 1111, of jan.k@kestrelmoor.org.";
    for (guard, status, shown) in
        [(Guard::Flag, 200, true), (Guard::Redact, 200, false), (Guard::Refuse, 403, false)]
    {
        let mut quiet = Quiet::with_terms(&[]);
        quiet.app.guard = guard;
        quiet.answer_with(answer);
        let (got, body) = quiet.send_for_answer("/v1/messages", &chat("hello there"));
        assert_eq!(got, status, "{guard:?} {body}");
        assert_eq!(body.to_string().contains("4111"), shown, "{guard:?} {body}");
        let records = quiet.records();
        let Some(Record::Outcome(outcome)) = records.last() else { unreachable_record(&records) };
        assert!(!outcome.guard.is_empty(), "{guard:?}");
    }
}

#[test]
fn a_header_that_holds_a_value_is_not_forwarded() {
    let mut quiet = Quiet::with_terms(&[NAME]);
    quiet.headers = vec![
        ("x-end-user".to_owned(), NAME.as_bytes().to_vec()),
        ("anthropic-beta".to_owned(), b"tools-2024-05-16".to_vec()),
    ];
    quiet.send("/v1/messages", &chat("hello"));
    assert_eq!(quiet.headers_that_left(), ["anthropic-beta"]);
}

fn unreachable_record(records: &[Record]) -> ! {
    assert!(records.is_empty(), "an unexpected record: {records:?}");
    std::process::abort()
}
