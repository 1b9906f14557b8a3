//! Files that are looked into: read, and recognised as text or as a request of a dialect.

mod places;
mod reading;
mod remarks;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::ValueEnum;
use serde_json::{Value, json};
use wire::RouteSpec;

pub(crate) use self::places::Place;
use crate::dry::TEXT_MODEL;
use crate::failure::Failure;

/// Where the text of a file stands in the chat that it becomes.
const TEXT_PATH: &str = "/messages/0/content";

/// What a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A request where it looks like one, else text.
    Auto,
    /// Text; JSON in it is looked into.
    Text,
    /// A request to OpenAI's chat completions.
    #[value(name = "openai.chat")]
    OpenAiChat,
    /// A request to Anthropic's messages.
    #[value(name = "anthropic.messages")]
    AnthropicMessages,
}

/// A file that was read.
pub(crate) struct Source {
    /// Its name, for messages.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
    /// The route it would take.
    pub(crate) route: &'static RouteSpec,
    /// True when it is no request itself but the text of one.
    pub(crate) is_text: bool,
}

impl Source {
    /// Reads a file, or standard input for `-`, and recognises it.
    ///
    /// # Errors
    /// Where it cannot be read, is no UTF-8 text, or is not the request it was said to be.
    pub(crate) fn read(path: &Path, kind: Kind) -> Result<Self, Failure> {
        let name = if path.as_os_str() == "-" { "(standard input)".to_owned() } else { printable(path) };
        let text = reading::text(path).map_err(|source| Failure::File {
            what: "cannot read",
            path: PathBuf::from(&name),
            source,
        })?;
        Self::of(name, text, kind)
    }

    /// A text of this name, recognised.
    ///
    /// # Errors
    /// Where no route takes it.
    pub(crate) fn of(name: impl Into<String>, text: String, kind: Kind) -> Result<Self, Failure> {
        let path = match kind {
            Kind::Text => None,
            Kind::Auto => recognised(&text),
            Kind::OpenAiChat => Some("/v1/chat/completions"),
            Kind::AnthropicMessages => Some("/v1/messages"),
        };
        let is_text = path.is_none();
        let (route, _) = wire::resolve("POST", path.unwrap_or("/v1/chat/completions"), false)
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        Ok(Self { name: name.into(), text, route, is_text })
    }

    /// The body of the request that it is or becomes. `model` names the model of a text.
    pub(crate) fn body(&self, model: Option<&str>) -> Bytes {
        if !self.is_text {
            return Bytes::from(self.text.clone());
        }
        let model = model.unwrap_or(TEXT_MODEL);
        let body = json!({ "model": model, "messages": [{ "role": "user", "content": self.text }] });
        Bytes::from(body.to_string())
    }

    /// What became of it in a body that was made by [`body`](Self::body).
    pub(crate) fn back(&self, body: &[u8]) -> Option<Vec<u8>> {
        if !self.is_text {
            return Some(body.to_vec());
        }
        let body: Value = serde_json::from_slice(body).ok()?;
        Some(body.pointer(TEXT_PATH)?.as_str()?.as_bytes().to_vec())
    }
}

/// The name of a file without characters that a terminal would obey.
fn printable(path: &Path) -> String {
    path.display().to_string().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The path to which a text would be posted, where it looks like a request.
fn recognised(text: &str) -> Option<&'static str> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let body: Value = serde_json::from_str(text).ok()?;
    body.get("model")?.as_str()?;
    if body.get("prompt").is_some() && body.get("messages").is_none() {
        return Some("/v1/completions");
    }
    let messages = body.get("messages")?.as_array()?;
    let has = |name: &str| body.get(name).is_some();
    let blocks = messages.iter().filter_map(|message| message.get("content")?.as_array()).flatten();
    let mut kinds = blocks.filter_map(|block| block.get("type")?.as_str());
    let is_anthropic = has("system")
        || has("anthropic_version")
        || has("stop_sequences")
        || kinds.any(|kind| matches!(kind, "tool_use" | "tool_result" | "thinking" | "redacted_thinking"))
        || body.pointer("/tools/0/input_schema").is_some();
    Some(if is_anthropic { "/v1/messages" } else { "/v1/chat/completions" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_recognised_by_their_shape() {
        for (text, expected) in [
            (r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#, Some("/v1/chat/completions")),
            (r#"{"model":"m","system":"s","messages":[]}"#, Some("/v1/messages")),
            (r#"{"model":"m","messages":[{"content":[{"type":"tool_result"}]}]}"#, Some("/v1/messages")),
            (r#"{"model":"m","prompt":"p"}"#, Some("/v1/completions")),
            (r#"{"messages":[]}"#, None),
            (r#"{"model":1,"messages":[]}"#, None),
            ("{ not json", None),
            ("plain text", None),
        ] {
            assert_eq!(recognised(text), expected, "{text}");
        }
    }
}
