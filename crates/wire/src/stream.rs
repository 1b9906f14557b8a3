//! A streamed answer: bytes in as they come, bytes out with the text of each lane restored.

use crate::facts::AnswerFacts;
use crate::lanes::LaneText;
use crate::malformed::StreamFault;
use crate::{DialectId, Endpoint, StreamLimits};

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamEnd {
    /// With everything the dialect says at its end.
    Complete,
    /// In the middle.
    Truncated,
    /// With an error event of the provider.
    ErrorEvent,
    /// Before its first event.
    Empty,
}

/// Rewrites the stream of one answer.
#[derive(Debug)]
pub struct StreamRewriter {
    facts: AnswerFacts,
}

impl StreamRewriter {
    /// A rewriter for one answer. `drop_logprobs` puts `null` in place of log probabilities.
    pub fn new(
        _dialect: DialectId,
        _endpoint: Endpoint,
        _limits: StreamLimits,
        _drop_logprobs: bool,
    ) -> Self {
        Self { facts: AnswerFacts::default() }
    }

    /// Takes the next bytes of the provider and appends to `out` what goes on to the caller.
    ///
    /// # Errors
    /// [`StreamFault`]; what was appended before may be sent, nothing more may follow but an error.
    pub fn push(
        &mut self,
        chunk: &[u8],
        _texts: &mut dyn LaneText,
        out: &mut Vec<u8>,
    ) -> Result<(), StreamFault> {
        let _ = (chunk, out);
        Ok(())
    }

    /// The provider's body has ended: appends what the lanes still hold.
    pub fn finish(&mut self, _texts: &mut dyn LaneText, _out: &mut Vec<u8>) -> StreamEnd {
        StreamEnd::Empty
    }

    /// What the answer has said about itself so far.
    pub fn facts(&self) -> &AnswerFacts {
        &self.facts
    }
}
