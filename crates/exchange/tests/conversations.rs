//! Conversations: the same value has the same surrogate in every turn, and conversations share nothing.
#![expect(clippy::unwrap_used, reason = "a test driver")]

#[path = "conversations/quiet.rs"]
#[expect(dead_code, reason = "shared by test files, none of which needs all of it")]
mod quiet;

use serde_json::{Value, json};

use quiet::Quiet;

const NAME: &str = "Ilse Van Rompaey";
const MAIL: &str = "ilse.vr@kestrelmoor.org";
const PLACE: &str = "Marguerite Oduya";

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

fn assistant(text: &str) -> Value {
    json!({"role": "assistant", "content": text})
}

/// Sends a history; gives the body that left.
fn send(quiet: &Quiet, messages: &[Value]) -> Value {
    quiet.send("/v1/messages", &json!({"model": "m-1", "max_tokens": 9, "messages": messages}))
}

/// The surrogate that stands after `label: ` in some string of the body.
fn surrogate(body: &Value, label: &str) -> String {
    let text = body.to_string();
    let after = text.split(&format!("{label}: ")).nth(1).unwrap();
    after.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect()
}

#[test]
fn a_value_has_one_surrogate_through_twenty_turns_a_trimmed_history_and_signed_thinking() {
    let quiet = Quiet::with_terms(&[NAME, MAIL, PLACE]);
    let mut history = vec![user(&format!("who: {NAME}, remember"))];
    let first = send(&quiet, &history);
    let who = surrogate(&first, "who");
    assert!(who.starts_with("TERM_"), "{who}");
    let mut mail = String::new();
    for turn in 1..20 {
        if turn % 3 == 0 {
            history.push(json!({"role": "assistant", "content": [
                {"type": "thinking", "thinking": format!("the person is {who}"), "signature": "c2ln"},
                {"type": "text", "text": format!("turn {turn}, about {NAME}")},
            ]}));
        } else {
            history.push(assistant(&format!("turn {turn}, about {NAME}")));
        }
        // A later turn reveals another name; the first keeps its surrogate.
        let more = if turn >= 7 { format!("and mail: {MAIL}") } else { String::new() };
        history.push(user(&format!("turn {turn} asks for who: {NAME} {more}")));
        if turn == 10 {
            history.drain(..4);
        }
        if turn == 14 {
            history.drain(..6);
        }
        let body = send(&quiet, &history);
        let text = body.to_string();
        assert!(!text.contains(NAME) && !text.contains(MAIL), "turn {turn} leaks");
        assert_eq!(surrogate(&body, "who"), who, "turn {turn}");
        if turn >= 7 {
            let now = surrogate(&body, "mail");
            if mail.is_empty() {
                mail.clone_from(&now);
            }
            assert_eq!(now, mail, "turn {turn}");
        }
    }
}

#[test]
fn thinking_goes_through_byte_for_byte_and_a_value_in_clear_inside_it_is_refused_by_name() {
    let quiet = Quiet::with_terms(&[NAME]);
    let thinking = |text: &str| {
        vec![
            user(&format!("who: {NAME}")),
            json!({"role": "assistant", "content": [{"type": "thinking", "thinking": text, "signature": "c2ln"}]}),
            user("go on"),
        ]
    };
    let body = send(&quiet, &thinking("they are \\u00e9 fine"));
    assert_eq!(body["messages"][1]["content"][0]["thinking"], "they are \\u00e9 fine");
    let (status, refusal) = quiet.send_for_answer(
        "/v1/messages",
        &json!({"model": "m-1", "max_tokens": 9, "messages": thinking(&format!("they are {NAME}"))}),
    );
    assert_eq!(status, 422);
    let message = refusal["error"]["message"].as_str().unwrap();
    assert!(message.contains("/messages/1/content/0/thinking") && !message.contains(NAME), "{message}");
}

#[test]
fn conversations_with_different_openings_share_no_code() {
    let quiet = Quiet::with_terms(&[NAME, MAIL]);
    let one = send(&quiet, &[user(&format!("first opening. who: {NAME} mail: {MAIL}"))]);
    let two = send(&quiet, &[user(&format!("second opening. who: {NAME} mail: {MAIL}"))]);
    assert_ne!(surrogate(&one, "who"), surrogate(&two, "who"));
    assert_ne!(surrogate(&one, "mail"), surrogate(&two, "mail"));
}

#[test]
fn a_value_found_late_by_its_context_is_replaced_where_it_stood_before() {
    let quiet = Quiet::with_terms(&[]);
    let body = send(
        &quiet,
        &[
            user("run the job with hunter2-blue-42 please"),
            assistant("which one is that?"),
            user("my password is hunter2-blue-42"),
        ],
    );
    assert!(!body.to_string().contains("hunter2-blue-42"), "{body}");
}
