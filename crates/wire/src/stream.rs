//! A streamed answer: bytes in as they come, bytes out with the text of each lane restored.
//!
//! The framer gives whole events. An event whose texts all stay the same goes on byte for byte; in any other only the
//! strings that changed are spliced. What a lane holds back when it ends goes into the event that ends it, or, where that has
//! no text of the lane, into an event of its own before it. Nothing depends on how the bytes were cut.

mod framer;
mod open;

use crate::dialect::{self, Events, Framing};
use crate::facts::AnswerFacts;
use crate::lanes::LaneText;
use crate::malformed::StreamFault;
use crate::{DialectId, Endpoint, StreamLimits};
use framer::{Framer, Next};
use open::OpenLanes;

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
///
/// What it appends always ends where an event ends, so that an event of our own can follow at any time.
///
/// ```
/// use types::Lane;
/// use cordon_wire::{DialectId, Endpoint, LaneText, StreamEnd, StreamLimits, StreamRewriter};
///
/// struct Upper;
/// impl LaneText for Upper {
///     fn push(&mut self, _lane: Lane, text: &str) -> String {
///         text.to_uppercase()
///     }
///     fn close(&mut self, _lane: Lane) -> String {
///         String::new()
///     }
/// }
///
/// let mut stream =
///     StreamRewriter::new(DialectId::OpenAiChat, Endpoint::ChatCompletions, StreamLimits::default(), true);
/// let mut out = Vec::new();
/// stream.push(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n", &mut Upper, &mut out)?;
/// stream.push(b"data: [DONE]\n\n", &mut Upper, &mut out)?;
/// assert_eq!(stream.finish(&mut Upper, &mut out), StreamEnd::Complete);
/// assert_eq!(out, b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"HI\"}}]}\n\ndata: [DONE]\n\n");
/// # Ok::<(), cordon_wire::StreamFault>(())
/// ```
pub struct StreamRewriter {
    framer: Framer,
    framing: Framing,
    lanes: OpenLanes,
    fault: Option<StreamFault>,
}

impl std::fmt::Debug for StreamRewriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamRewriter").field("facts", self.facts()).field("fault", &self.fault).finish()
    }
}

impl StreamRewriter {
    /// A rewriter for one answer. `drop_logprobs` puts `null` in place of log probabilities, which show text piece by piece
    /// and cannot be restored.
    pub fn new(dialect: DialectId, endpoint: Endpoint, limits: StreamLimits, drop_logprobs: bool) -> Self {
        Self::of(dialect::of(dialect).events(endpoint), limits, drop_logprobs)
    }

    /// A rewriter of what these events say.
    pub(crate) fn of(events: Box<dyn Events + Send>, limits: StreamLimits, drop_logprobs: bool) -> Self {
        let framing = events.framing();
        let framer = Framer::new(framing, limits.event_bytes_max);
        Self { framer, framing, lanes: OpenLanes::new(events, limits, drop_logprobs), fault: None }
    }

    /// Takes the next bytes of the provider and appends to `out` what goes on to the caller.
    ///
    /// # Errors
    /// [`StreamFault`]; what was appended before may be sent, nothing more may follow but an error. After a fault every further
    /// call gives it again.
    pub fn push(
        &mut self,
        chunk: &[u8],
        texts: &mut dyn LaneText,
        out: &mut Vec<u8>,
    ) -> Result<(), StreamFault> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let result = self.take(chunk, texts, out);
        if let Err(fault) = &result {
            self.fault = Some(fault.clone());
        }
        result
    }

    fn take(&mut self, chunk: &[u8], texts: &mut dyn LaneText, out: &mut Vec<u8>) -> Result<(), StreamFault> {
        self.framer.extend(chunk);
        while let Some(next) = self.framer.next()? {
            match next {
                Next::Event(event) => self.lanes.event(&event, texts, out)?,
                Next::LineFeed => out.push(b'\n'),
            }
        }
        Ok(())
    }

    /// The provider's body has ended: appends what the lanes still hold, and tells how the stream ended.
    ///
    /// An event that never got its empty line goes on when it can be read, else it is dropped. After a fault nothing is
    /// appended.
    pub fn finish(&mut self, texts: &mut dyn LaneText, out: &mut Vec<u8>) -> StreamEnd {
        if self.fault.is_none() {
            if let Some(event) = self.framer.rest() {
                let before = out.len();
                match self.lanes.event(&event, texts, out) {
                    Ok(()) => end_event(before, out, self.framing.end()),
                    Err(fault) => {
                        out.truncate(before);
                        self.fault = Some(fault);
                    }
                }
            }
            self.lanes.close_all(texts, out);
        }
        self.lanes.end()
    }

    /// What the answer has said about itself so far.
    pub fn facts(&self) -> &AnswerFacts {
        self.lanes.facts()
    }
}

/// Ends the event that `out` ends in, which began at `from`, with as much of `end` as is not there yet.
fn end_event(from: usize, out: &mut Vec<u8>, end: &[u8]) {
    let written = out.get(from..).unwrap_or_default();
    if written.is_empty() {
        return;
    }
    let has_line_end = written.ends_with(b"\n") || written.ends_with(b"\r");
    out.extend_from_slice(end.get(usize::from(has_line_end)..).unwrap_or_default());
}
