//! The echo in OpenAI's shapes.

use serde_json::{Value, json};

use super::pieces;
use super::saw::Saw;

/// A whole chat completion.
pub(super) fn completion(saw: &Saw, id: &str) -> Value {
    let (message, finish) = match &saw.tool {
        None => (json!({"role": "assistant", "content": saw.text, "refusal": null}), "stop"),
        Some((name, arguments)) => {
            let call = json!({"id": format!("call_{id}"), "type": "function",
                "function": {"name": name, "arguments": arguments.to_string()}});
            (
                json!({"role": "assistant", "content": null, "refusal": null, "tool_calls": [call]}),
                "tool_calls",
            )
        }
    };
    json!({"id": format!("chatcmpl-{id}"), "object": "chat.completion", "created": 0, "model": saw.model,
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": finish}],
        "usage": usage(saw)})
}

/// The events of a streamed chat completion.
pub(super) fn chunks(saw: &Saw, id: &str) -> Vec<String> {
    let mut events = Vec::new();
    let mut say = |delta: Value, finish: Value| {
        events.push(event(&json!({"id": format!("chatcmpl-{id}"), "object": "chat.completion.chunk", "created": 0,
            "model": saw.model, "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]})));
    };
    match &saw.tool {
        None => {
            say(json!({"role": "assistant", "content": ""}), Value::Null);
            for piece in pieces(&saw.text) {
                say(json!({"content": piece}), Value::Null);
            }
            say(json!({}), json!("stop"));
        }
        Some((name, arguments)) => {
            say(
                json!({"role": "assistant", "content": null, "tool_calls": [{"index": 0, "id": format!("call_{id}"),
                    "type": "function", "function": {"name": name, "arguments": ""}}]}),
                Value::Null,
            );
            for piece in pieces(&arguments.to_string()) {
                say(json!({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}), Value::Null);
            }
            say(json!({}), json!("tool_calls"));
        }
    }
    end(saw, id, "chat.completion.chunk", &mut events);
    events
}

/// A whole text completion of the older kind.
pub(super) fn text_completion(saw: &Saw, id: &str) -> Value {
    json!({"id": format!("cmpl-{id}"), "object": "text_completion", "created": 0, "model": saw.model,
        "choices": [{"index": 0, "text": saw.text, "logprobs": null, "finish_reason": "stop"}], "usage": usage(saw)})
}

/// The events of a streamed text completion.
pub(super) fn text_chunks(saw: &Saw, id: &str) -> Vec<String> {
    let chunk = |text: &str, finish: Value| {
        event(
            &json!({"id": format!("cmpl-{id}"), "object": "text_completion", "created": 0, "model": saw.model,
            "choices": [{"index": 0, "text": text, "logprobs": null, "finish_reason": finish}]}),
        )
    };
    let mut events: Vec<String> = pieces(&saw.text).map(|piece| chunk(piece, Value::Null)).collect();
    events.push(chunk("", json!("stop")));
    end(saw, id, "text_completion", &mut events);
    events
}

fn end(saw: &Saw, id: &str, object: &str, events: &mut Vec<String>) {
    if saw.wants_usage {
        events.push(event(
            &json!({"id": format!("chatcmpl-{id}"), "object": object, "created": 0, "model": saw.model,
            "choices": [], "usage": usage(saw)}),
        ));
    }
    events.push("data: [DONE]\n\n".to_owned());
}

fn usage(saw: &Saw) -> Value {
    let (input, output) = (saw.input_tokens, saw.output_tokens());
    json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output})
}

fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}
