//! What the gateway must know about an exchange beside its texts: model, turns, state, usage, end.

use std::ops::Range;

use types::Role;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestFacts {
    /// The model, as the app named it.
    pub model: Option<String>,
    /// True when the answer shall be streamed.
    pub stream: bool,
    /// The messages in order. For legacy completions the prompt is one user turn.
    pub turns: Vec<Turn>,
    /// True when the request makes or uses state at the provider, e.g. `store: true` or a container.
    pub keeps_state: bool,
    /// How many answers are asked for; 1 where nothing is said.
    pub choices: u32,
    /// Bound of the answer in tokens of the model, where the request sets one.
    pub output_tokens_max: Option<u64>,
    /// True when a stream shall end with its usage.
    pub wants_usage: bool,
    /// True when log probabilities are asked for; they show text piece by piece and cannot be restored.
    pub wants_logprobs: bool,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who speaks.
    pub role: Role,
    /// Its segments, as indices into [`crate::Request::segments`].
    pub segments: Range<usize>,
}

/// Tokens, as the provider counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Tokens of the request, those read from or written to a prompt cache included.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
}

/// What an answer says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerFacts {
    /// Tokens, where the provider reported them; of a stream the latest report.
    pub usage: Option<Usage>,
    /// Why the model stopped, in the dialect's word; of several choices the first that was reported.
    pub finish: Option<String>,
    /// True when the body or an event of it is an error of the dialect.
    pub is_error: bool,
    /// Where the answer says that it was made, e.g. `us`, and the member that says so; of a stream the latest word.
    pub made_in: Option<(&'static str, String)>,
    /// Bytes of text on all lanes, as the provider sent them.
    pub text_bytes: u64,
}
