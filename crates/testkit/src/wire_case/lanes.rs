//! Lanes: the texts that an answer carries, joined as its reader would join them.

use serde_json::Value;

use crate::client::Got;

/// The texts of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lanes {
    /// Text for the reader, per choice.
    pub text: Vec<String>,
    /// Reasoning.
    pub reasoning: String,
    /// Arguments of tool calls, by first appearance.
    pub tools: Vec<String>,
}

impl Lanes {
    /// All texts.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.text.iter().chain([&self.reasoning]).chain(&self.tools).map(String::as_str)
    }
}

#[derive(Default)]
struct Builder {
    lanes: Lanes,
    tool_keys: Vec<(u64, u64)>,
}

impl Builder {
    fn text(&mut self, choice: u64, piece: &str) {
        let choice = usize::try_from(choice).unwrap_or(usize::MAX).min(64);
        while self.lanes.text.len() <= choice {
            self.lanes.text.push(String::new());
        }
        if let Some(text) = self.lanes.text.get_mut(choice) {
            text.push_str(piece);
        }
    }

    fn tool(&mut self, key: (u64, u64), piece: &str) {
        let at = self.tool_keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.tool_keys.push(key);
            self.lanes.tools.push(String::new());
            self.tool_keys.len().saturating_sub(1)
        });
        if let Some(tool) = self.lanes.tools.get_mut(at) {
            tool.push_str(piece);
        }
    }
}

/// The lanes of an answer, streamed or whole, in either dialect.
pub fn lanes(got: &Got) -> Lanes {
    let mut builder = Builder::default();
    if got.is_events() {
        for event in got.events() {
            let data = event.data.as_deref().and_then(|data| serde_json::from_str::<Value>(data).ok());
            if let Some(data) = data {
                chat(&data, "delta", &mut builder);
                messages_event(&data, &mut builder);
            }
        }
    } else if let Some(body) = got.json() {
        chat(&body, "message", &mut builder);
        messages_body(&body, &mut builder);
    }
    builder.lanes
}

fn text_at<'a>(value: &'a Value, place: &str) -> Option<&'a str> {
    value.pointer(place).and_then(Value::as_str)
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn chat(data: &Value, member: &str, builder: &mut Builder) {
    for choice in items(data, "choices") {
        let index = number(choice, "index");
        let Some(message) = choice.get(member) else { continue };
        if let Some(text) = text_at(message, "/content") {
            builder.text(index, text);
        }
        for name in ["/reasoning_content", "/reasoning"] {
            builder.lanes.reasoning.push_str(text_at(message, name).unwrap_or_default());
        }
        for (at, call) in (0_u64..).zip(items(message, "tool_calls")) {
            let at = call.get("index").and_then(Value::as_u64).unwrap_or(at);
            builder.tool((index, at), text_at(call, "/function/arguments").unwrap_or_default());
        }
    }
}

fn messages_event(data: &Value, builder: &mut Builder) {
    let index = number(data, "index");
    match text_at(data, "/type") {
        Some("content_block_start") => {
            if text_at(data, "/content_block/type") == Some("tool_use") {
                builder.tool((u64::MAX, index), "");
            }
            if let Some(text) = text_at(data, "/content_block/text") {
                builder.text(0, text);
            }
        }
        Some("content_block_delta") => {
            if let Some(text) = text_at(data, "/delta/text") {
                builder.text(0, text);
            }
            if let Some(piece) = text_at(data, "/delta/partial_json") {
                builder.tool((u64::MAX, index), piece);
            }
            builder.lanes.reasoning.push_str(text_at(data, "/delta/thinking").unwrap_or_default());
        }
        _ => {}
    }
}

fn messages_body(body: &Value, builder: &mut Builder) {
    for (at, block) in (0_u64..).zip(items(body, "content")) {
        match text_at(block, "/type") {
            Some("text") => builder.text(0, text_at(block, "/text").unwrap_or_default()),
            Some("tool_use") => {
                let input = block.get("input").map(Value::to_string).unwrap_or_default();
                builder.tool((u64::MAX, at), &input);
            }
            Some("thinking") => {
                builder.lanes.reasoning.push_str(text_at(block, "/thinking").unwrap_or_default());
            }
            _ => {}
        }
    }
}
