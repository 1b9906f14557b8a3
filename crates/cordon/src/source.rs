//! Files that are looked into: read, and recognised as text or as a request of a dialect.

mod escapes;
mod places;
mod reading;
mod remarks;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::ValueEnum;
use serde_json::{Value, json};
use types::ByteSpan;
use wire::{Request, RouteSpec};

use self::escapes::Unescaped;
pub(crate) use self::places::Place;
use crate::dry::{self, TEXT_MODEL};
use crate::failure::Failure;

/// Where the text of a file stands in the chat that it becomes.
const TEXT_PATH: &str = "/messages/0/content";

/// Where a text is posted as a chat.
const CHAT_PATH: &str = "/v1/chat/completions";

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
        let (route, _) = wire::resolve("POST", path.unwrap_or(CHAT_PATH), false)
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

impl Source {
    /// The text with its escapes read, where it is not read as JSON and has some. `body` is its own.
    pub(crate) fn unescaped(&self, body: &[u8]) -> Option<Unescaped> {
        let unescaped = Unescaped::of(&self.text).filter(|_| self.is_text)?;
        self.is_plain(body).then_some(unescaped)
    }

    /// True for a text that becomes one leaf as it stands, so that spans of the leaf are spans of the text.
    pub(crate) fn is_whole(&self, body: &[u8]) -> bool {
        self.is_text && self.is_plain(body)
    }

    /// True where the text becomes one leaf as it stands: it is no JSON, or beyond the limits of what is read as JSON.
    fn is_plain(&self, body: &[u8]) -> bool {
        if !self.text.trim_start().starts_with(['{', '[']) {
            return true;
        }
        Request::parse(self.route.dialect, self.route.endpoint, body, &dry::limits()).is_ok_and(|request| {
            (0..request.segments().len()).any(|index| request.segment_path(index) == TEXT_PATH)
        })
    }

    /// The same with words in the place of spans, which are in order.
    pub(crate) fn replaced(self, words: impl IntoIterator<Item = (ByteSpan, String)>) -> Self {
        let (mut text, mut taken) = (String::new(), 0);
        for (span, word) in words.into_iter().filter(|(span, _)| !span.is_empty()) {
            text.push_str(self.text.get(taken..span.start).unwrap_or_default());
            text.push_str(&word);
            taken = taken.max(span.end);
        }
        text.push_str(self.text.get(taken..).unwrap_or_default());
        Self { text, ..self }
    }
}

/// The route that a text takes as a chat.
///
/// # Errors
/// Where no route takes it.
pub(crate) fn chat_route() -> Result<&'static RouteSpec, Failure> {
    let resolved = wire::resolve("POST", CHAT_PATH, false);
    resolved.map(|(route, _)| route).map_err(|error| Failure::Unavailable(error.to_string()))
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
