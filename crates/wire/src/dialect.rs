//! Which wire formats there are, and what the frame asks of each.
//!
//! A dialect is a family of four files with the same names (`parse`, `rewrite`, `lanes`, `refusal`) behind the trait
//! [`Dialect`]. The frame (tape, walk, splice, framer) knows no member name of any provider; a dialect knows nothing of
//! offsets, escapes or chunks. `docs/how-to/add-a-dialect.md` goes through the steps.

use std::fmt;

use crate::anthropic_messages::AnthropicMessages;
use crate::facts::{AnswerFacts, RequestFacts};
use crate::json::Tape;
use crate::malformed::Wrong;
use crate::openai_chat::OpenAiChat;
use crate::refusal::ErrorShape;
use crate::shape::Shape;
use types::{DataClass, Lane, LaneId, Sink};

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
    /// The shape of a request body; `None` where the dialect has no such endpoint. In `parse`.
    fn request(&self, endpoint: Endpoint) -> Option<&'static Shape>;

    /// What a request asks for, turns aside, and whether it is of the types that the endpoint needs. In `parse`.
    ///
    /// # Errors
    /// [`Wrong`] with what was expected and where.
    fn facts(&self, endpoint: Endpoint, text: &str, tape: &Tape) -> Result<RequestFacts, Wrong>;

    /// The part, as JSON, that stands in for one that was dropped. In `rewrite`.
    fn note_part(&self, class: DataClass) -> String;

    /// The shape of a whole answer, errors included. In `lanes`.
    fn answer(&self, endpoint: Endpoint) -> &'static Shape;

    /// Notes what a whole answer says about itself. In `lanes`.
    fn note_answer(&self, text: &str, tape: &Tape, facts: &mut AnswerFacts);

    /// What reads the events of one streamed answer. In `lanes`.
    fn events(&self, endpoint: Endpoint) -> Box<dyn Events + Send>;

    /// The error as a whole body. In `refusal`.
    fn error_body(&self, error: &ErrorShape) -> Vec<u8>;

    /// The error as an event of a stream. In `refusal`.
    fn error_event(&self, error: &ErrorShape) -> Vec<u8>;
}

/// Reads the events of one streamed answer.
pub(crate) trait Events {
    /// How the events are framed.
    fn framing(&self) -> Framing {
        Framing::Events
    }

    /// The shape of an event.
    fn shape(&self) -> &'static Shape;

    /// True for data that says that nothing follows, where the dialect has such a thing beside its JSON.
    fn is_last(&self, data: &str) -> bool;

    /// Notes that such data came.
    fn note_last(&mut self);

    /// Notes what an event says, and tells which lanes end with it.
    fn note(&mut self, text: &str, tape: &Tape, facts: &mut AnswerFacts) -> Ends;

    /// Where the text of a lane goes, where the event alone does not tell.
    fn sink(&self, lane: Lane) -> Sink;

    /// The event that carries on what a lane held back when it ended.
    fn rest_of(&self, lane: Lane, name: Option<&str>, text: &str) -> String;

    /// True when the answer has said that it is complete.
    fn is_complete(&self) -> bool;
}

/// How the events of a stream are framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events.
    Events,
    /// A line of JSON each.
    Lines,
}

impl Framing {
    /// What follows the data of an event.
    pub(crate) const fn end(self) -> &'static [u8] {
        match self {
            Self::Events => b"\n\n",
            Self::Lines => b"\n",
        }
    }
}

/// Which lanes end with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ends {
    /// These.
    Some(Vec<Ended>),
    /// All of them.
    All,
}

/// Lanes that end together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The choice or content block.
    part: u32,
    /// The index within it; `None` for all.
    index: Option<u32>,
}

impl Ended {
    /// All lanes of a choice or content block.
    pub(crate) const fn part(part: u32) -> Self {
        Self { part, index: None }
    }
}

impl Ends {
    /// None.
    pub(crate) const NONE: Self = Self::Some(Vec::new());

    /// True when a lane ends.
    pub(crate) fn ends(&self, lane: LaneId) -> bool {
        match self {
            Self::Some(ended) => ended
                .iter()
                .any(|ended| ended.part == lane.part && ended.index.is_none_or(|index| index == lane.index)),
            Self::All => true,
        }
    }
}

/// The dialect of an id.
pub(crate) fn of(id: DialectId) -> &'static dyn Dialect {
    match id {
        DialectId::OpenAiChat => &OpenAiChat,
        DialectId::AnthropicMessages => &AnthropicMessages,
    }
}

/// What people and models read where an opaque part was.
pub(crate) const fn note(class: DataClass) -> &'static str {
    match class {
        DataClass::Image => "[image removed]",
        DataClass::Audio => "[audio removed]",
        DataClass::Encrypted => "[encrypted part removed]",
        _ => "[document removed]",
    }
}
