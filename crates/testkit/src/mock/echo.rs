//! Answers in the dialect of the path: fixed ones, and such that give the last user text back.

use serde_json::{Value, json};

use super::Call;
use super::answer::{Step, streamed, whole};

enum Dialect {
    Chat,
    Messages,
}

fn dialect(call: &Call) -> Dialect {
    if call.target().contains("/messages") { Dialect::Messages } else { Dialect::Chat }
}

/// A short answer.
pub(super) fn plain(call: &Call) -> Vec<Step> {
    said(call, "ok", usize::MAX)
}

/// The last user text, in pieces of so many characters when streamed.
pub(super) fn echoed(call: &Call, piece_chars: usize) -> Vec<Step> {
    let text = call.json().map(|body| last_text(&body)).unwrap_or_default();
    said(call, &text, piece_chars.max(1))
}

fn said(call: &Call, text: &str, piece_chars: usize) -> Vec<Step> {
    let is_streamed =
        call.json().is_some_and(|body| body.get("stream").and_then(Value::as_bool) == Some(true));
    match (dialect(call), is_streamed) {
        (Dialect::Chat, false) => whole(200, &chat(text)),
        (Dialect::Messages, false) if call.target().contains("count_tokens") => {
            whole(200, &json!({"input_tokens": text.len()}))
        }
        (Dialect::Messages, false) => whole(200, &messages(text)),
        (Dialect::Chat, true) => streamed(chat_events(&pieces(text, piece_chars))),
        (Dialect::Messages, true) => streamed(messages_events(&pieces(text, piece_chars))),
    }
}

fn pieces(text: &str, chars: usize) -> Vec<String> {
    let mut found = vec![String::new()];
    for (at, character) in text.chars().enumerate() {
        if at > 0 && at.checked_rem(chars) == Some(0) {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut() {
            last.push(character);
        }
    }
    found
}

fn last_text(body: &Value) -> String {
    let messages = body.get("messages").and_then(Value::as_array);
    let content = messages
        .and_then(|messages| {
            messages.iter().rev().find(|message| message.get("role").and_then(Value::as_str) == Some("user"))
        })
        .and_then(|message| message.get("content"));
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        _ => String::new(),
    }
}

fn chat(text: &str) -> Value {
    json!({
        "id": "chatcmpl-mock", "object": "chat.completion", "created": 1, "model": "m-test",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    })
}

fn messages(text: &str) -> Value {
    json!({
        "id": "msg_mock", "type": "message", "role": "assistant", "model": "m-test",
        "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 5, "output_tokens": 7}
    })
}

fn chat_events(pieces: &[String]) -> Vec<Vec<u8>> {
    let event = |delta: Value, reason: Value| {
        format!(
            "data: {}\n\n",
            json!({
                "id": "chatcmpl-mock", "object": "chat.completion.chunk", "created": 1, "model": "m-test",
                "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]
            })
        )
        .into_bytes()
    };
    let mut events = vec![event(json!({"role": "assistant", "content": ""}), Value::Null)];
    events.extend(pieces.iter().map(|piece| event(json!({"content": piece}), Value::Null)));
    events.push(event(json!({}), json!("stop")));
    events.push(b"data: [DONE]\n\n".to_vec());
    events
}

fn messages_events(pieces: &[String]) -> Vec<Vec<u8>> {
    let event = |data: Value| {
        let name = data.get("type").and_then(Value::as_str).unwrap_or_default();
        format!("event: {name}\ndata: {data}\n\n").into_bytes()
    };
    let mut start = messages("");
    if let Some(content) = start.get_mut("content") {
        *content = json!([]);
    }
    let mut events = vec![
        event(json!({"type": "message_start", "message": start})),
        event(
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ),
    ];
    events.extend(pieces.iter().map(|piece| {
        event(json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}))
    }));
    events.push(event(json!({"type": "content_block_stop", "index": 0})));
    events.push(event(json!({
        "type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
        "usage": {"output_tokens": 7}
    })));
    events.push(event(json!({"type": "message_stop"})));
    events
}
