//! OpenAI Chat Completions, legacy completions and the model list.

mod refusal;

use crate::dialect::Dialect;
use crate::refusal::ErrorShape;

/// The dialect `openai.chat`.
pub(crate) struct OpenAiChat;

impl Dialect for OpenAiChat {
    fn error_body(&self, error: &ErrorShape) -> Vec<u8> {
        refusal::body(error)
    }

    fn error_event(&self, error: &ErrorShape) -> Vec<u8> {
        refusal::event(error)
    }
}
