//! A whole answer: every string of it goes through its lane.

use crate::facts::AnswerFacts;
use crate::lanes::LaneText;
use crate::malformed::{Malformed, MalformedReason};
use crate::{DialectId, Endpoint, Limits};

/// An answer with its texts restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The body.
    pub body: Vec<u8>,
    /// What it says about itself.
    pub facts: AnswerFacts,
}

/// Puts every text of a whole JSON answer through its lane. Error bodies are answers too.
///
/// # Errors
/// [`Malformed`] when the body is not JSON within the limits.
pub fn rewrite_answer(
    _dialect: DialectId,
    _endpoint: Endpoint,
    body: &[u8],
    _limits: &Limits,
    _texts: &mut dyn LaneText,
) -> Result<Answer, Malformed> {
    Err(Malformed::at(MalformedReason::OtherEndpoint, body, 0))
}
