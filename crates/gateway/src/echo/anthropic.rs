//! The echo in Anthropic's shapes.

use serde_json::{Value, json};

use super::pieces;
use super::saw::Saw;

/// A whole message.
pub(super) fn message(saw: &Saw, id: &str) -> Value {
    let (block, stop) = match &saw.tool {
        None => (json!({"type": "text", "text": saw.text}), "end_turn"),
        Some((name, input)) => (
            json!({"type": "tool_use", "id": format!("toolu_{id}"), "name": name, "input": input}),
            "tool_use",
        ),
    };
    json!({"id": format!("msg_{id}"), "type": "message", "role": "assistant", "model": saw.model, "content": [block],
        "stop_reason": stop, "stop_sequence": null, "usage": usage(saw, saw.output_tokens())})
}

/// The events of a streamed message.
pub(super) fn events(saw: &Saw, id: &str) -> Vec<String> {
    let mut events = vec![event(&json!({"type": "message_start", "message": {"id": format!("msg_{id}"),
        "type": "message", "role": "assistant", "model": saw.model, "content": [], "stop_reason": null,
        "stop_sequence": null, "usage": usage(saw, 1)}}))];
    let (block, stop) = match &saw.tool {
        None => (json!({"type": "text", "text": ""}), "end_turn"),
        Some((name, _)) => {
            (json!({"type": "tool_use", "id": format!("toolu_{id}"), "name": name, "input": {}}), "tool_use")
        }
    };
    events.push(event(&json!({"type": "content_block_start", "index": 0, "content_block": block})));
    events.push(event(&json!({"type": "ping"})));
    let mut say = |delta: Value| {
        events.push(event(&json!({"type": "content_block_delta", "index": 0, "delta": delta})));
    };
    match &saw.tool {
        None => pieces(&saw.text).for_each(|piece| say(json!({"type": "text_delta", "text": piece}))),
        Some((_, input)) => pieces(&input.to_string())
            .for_each(|piece| say(json!({"type": "input_json_delta", "partial_json": piece}))),
    }
    events.push(event(&json!({"type": "content_block_stop", "index": 0})));
    events
        .push(event(&json!({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": null},
        "usage": {"output_tokens": saw.output_tokens()}})));
    events.push(event(&json!({"type": "message_stop"})));
    events
}

fn usage(saw: &Saw, output: u64) -> Value {
    json!({"input_tokens": saw.input_tokens, "output_tokens": output})
}

fn event(data: &Value) -> String {
    let name = data.get("type").and_then(Value::as_str).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n")
}
