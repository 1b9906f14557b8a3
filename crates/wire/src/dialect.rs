//! Which wire formats there are, and what the frame asks of each.
//!
//! A dialect is a family of four files with the same names (`parse`, `rewrite`, `lanes`, `refusal`) behind the trait
//! [`Dialect`]. The frame (tape, walk, splice, framer) knows no member name of any provider; a dialect knows nothing of
//! offsets, escapes or chunks. `docs/how-to/add-a-dialect.md` goes through the steps.

use std::fmt;

use crate::anthropic_messages::AnthropicMessages;
use crate::openai_chat::OpenAiChat;
use crate::refusal::ErrorShape;

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DialectId {
    /// OpenAI Chat Completions with legacy completions and the model list; also spoken by vLLM, Ollama under `/v1`,
    /// MiniMax and most others.
    OpenAiChat,
    /// Anthropic Messages with token counting and the model list.
    AnthropicMessages,
}

impl DialectId {
    /// All dialects.
    pub const ALL: [Self; 2] = [Self::OpenAiChat, Self::AnthropicMessages];

    /// The name used in configuration, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai.chat",
            Self::AnthropicMessages => "anthropic.messages",
        }
    }

    /// The dialect of this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}

impl fmt::Display for DialectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a route of a dialect does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    /// `POST /v1/chat/completions`.
    ChatCompletions,
    /// `POST /v1/completions`, the older text completion.
    Completions,
    /// `GET /v1/models`.
    Models,
    /// `GET /v1/models/{id}`.
    Model,
    /// `POST /v1/messages`.
    Messages,
    /// `POST /v1/messages/count_tokens`.
    CountTokens,
}

impl Endpoint {
    /// The name used in records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChatCompletions => "chat_completions",
            Self::Completions => "completions",
            Self::Models => "models",
            Self::Model => "model",
            Self::Messages => "messages",
            Self::CountTokens => "count_tokens",
        }
    }

    /// True when a request to it carries a body that must be parsed.
    pub const fn has_body(self) -> bool {
        match self {
            Self::ChatCompletions | Self::Completions | Self::Messages | Self::CountTokens => true,
            Self::Models | Self::Model => false,
        }
    }
}

/// What the frame asks of a dialect.
pub(crate) trait Dialect: Sync {
    /// The error as a whole body.
    fn error_body(&self, error: &ErrorShape) -> Vec<u8>;
    /// The error as an event of a stream.
    fn error_event(&self, error: &ErrorShape) -> Vec<u8>;
}

/// The dialect of an id.
pub(crate) fn of(id: DialectId) -> &'static dyn Dialect {
    match id {
        DialectId::OpenAiChat => &OpenAiChat,
        DialectId::AnthropicMessages => &AnthropicMessages,
    }
}
