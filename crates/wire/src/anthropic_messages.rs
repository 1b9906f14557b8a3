//! Anthropic Messages, token counting and the model list.

mod refusal;

use crate::dialect::Dialect;
use crate::refusal::ErrorShape;

/// The dialect `anthropic.messages`.
pub(crate) struct AnthropicMessages;

impl Dialect for AnthropicMessages {
    fn error_body(&self, error: &ErrorShape) -> Vec<u8> {
        refusal::body(error)
    }

    fn error_event(&self, error: &ErrorShape) -> Vec<u8> {
        refusal::event(error)
    }
}
