//! A request: its segments, and its bytes with some of them replaced.

use types::{ByteSpan, DataClass, Segment};

use crate::facts::RequestFacts;
use crate::malformed::{Malformed, MalformedReason, RewriteError};
use crate::{DialectId, Endpoint, Limits};

/// A parsed request body.
#[derive(Debug)]
pub struct Request<'a> {
    body: &'a [u8],
    segments: Vec<Segment<'a>>,
    opaque: Vec<OpaquePart>,
    facts: RequestFacts,
}

/// Content that detectors cannot read as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpaquePart {
    /// `Image`, `Audio`, `Document` or `Encrypted`.
    pub class: DataClass,
    /// Bytes of the part in the body.
    pub bytes: usize,
}

/// A change to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Replaces a span of a segment's decoded text.
    Replace {
        /// Index of the segment.
        segment: usize,
        /// What is replaced, in bytes of the decoded text. An empty span inserts.
        span: ByteSpan,
        /// What stands there instead, as plain text.
        with: String,
    },
    /// Names another model.
    Model(String),
    /// Takes an opaque part out; a short note stays, so that the message remains valid.
    DropOpaque {
        /// Index of the part.
        part: usize,
    },
}

impl<'a> Request<'a> {
    /// Parses a body.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(
        _dialect: DialectId,
        _endpoint: Endpoint,
        body: &'a [u8],
        _limits: &Limits,
    ) -> Result<Self, Malformed> {
        Err(Malformed::at(MalformedReason::OtherEndpoint, body, 0))
    }

    /// The segments, in the order in which they stand in the body.
    pub fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// Where a segment stands.
    pub fn segment_path(&self, _index: usize) -> String {
        String::new()
    }

    /// The opaque parts, in the order in which they stand in the body.
    pub fn opaque(&self) -> &[OpaquePart] {
        &self.opaque
    }

    /// Where an opaque part stands.
    pub fn opaque_path(&self, _part: usize) -> String {
        String::new()
    }

    /// What the request asks for.
    pub fn facts(&self) -> &RequestFacts {
        &self.facts
    }

    /// The body with these edits made.
    ///
    /// # Errors
    /// [`RewriteError`].
    pub fn rewrite(&self, _edits: &[Edit]) -> Result<Vec<u8>, RewriteError> {
        Ok(self.body.to_vec())
    }
}
