//! Anthropic Messages, token counting and the model list; also MiniMax's and others' surfaces of the same form.
//!
//! `parse` says what stands where in a request, `rewrite` what stays where a part was dropped, `lanes` what stands where in
//! an answer and in its stream, `refusal` how an error looks. Fields: the public API reference of 2026-11 and the types of
//! anthropic-python 2.13.

mod lanes;
mod parse;
mod refusal;
mod rewrite;

use types::DataClass;

use crate::Endpoint;
use crate::dialect::{Dialect, Events};
use crate::facts::{AnswerFacts, RequestFacts};
use crate::json::Tape;
use crate::malformed::Wrong;
use crate::refusal::ErrorShape;
use crate::shape::Shape;

/// The dialect `anthropic.messages`.
pub(crate) struct AnthropicMessages;

impl Dialect for AnthropicMessages {
    fn request(&self, endpoint: Endpoint) -> Option<&'static Shape> {
        parse::shape(endpoint)
    }

    fn facts(&self, _endpoint: Endpoint, text: &str, tape: &Tape) -> Result<RequestFacts, Wrong> {
        parse::facts(text, tape)
    }

    fn note_part(&self, class: DataClass) -> String {
        rewrite::note_part(class)
    }

    fn answer(&self, _endpoint: Endpoint) -> &'static Shape {
        &lanes::ANSWER
    }

    fn note_answer(&self, text: &str, tape: &Tape, facts: &mut AnswerFacts) {
        lanes::note(text, tape, facts);
    }

    fn events(&self, _endpoint: Endpoint) -> Box<dyn Events + Send> {
        Box::new(lanes::Blocks::default())
    }

    fn error_body(&self, error: &ErrorShape) -> Vec<u8> {
        refusal::body(error)
    }

    fn error_event(&self, error: &ErrorShape) -> Vec<u8> {
        refusal::event(error)
    }
}
