//! A request: its segments, and its bytes with some of them replaced.
//!
//! [`Request::parse`] reads the body once, walks it with the dialect's shape and keeps the texts (borrowed where the body
//! holds them without escapes) and the places. [`Request::rewrite`] splices: only the bytes of the spans that are replaced
//! change, at whatever depth of JSON-in-string they stand.
//!
//! Which spans are replaced and by what is decided elsewhere.

mod gather;
mod path;
mod splice;

use types::{ByteSpan, DataClass, Segment};

use crate::dialect;
use crate::facts::RequestFacts;
use crate::json::{NodeId, Tape};
use crate::malformed::{Malformed, MalformedReason, RewriteError};
use crate::{DialectId, Endpoint, Limits};
use gather::{Doc, Gather, OpaquePlace, SegmentPlace};

/// A parsed request body.
pub struct Request<'a> {
    dialect: DialectId,
    docs: Vec<Doc<'a>>,
    segments: Vec<Segment<'a>>,
    places: Vec<SegmentPlace>,
    opaque: Vec<OpaquePart>,
    opaque_places: Vec<OpaquePlace>,
    facts: RequestFacts,
}

/// Says how much there is, not what it says.
impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({:?}, {} segments)", self.dialect, self.segments.len())
    }
}

/// Content that detectors cannot read as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpaquePart {
    /// `Image`, `Audio`, `Document` or `Encrypted`.
    pub class: DataClass,
    /// Bytes of the part as it stands in its JSON text, with everything that [`Edit::DropOpaque`] would take out.
    pub bytes: usize,
}

/// A change to a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Edit {
    /// Replaces a span of a segment's decoded text. Of a number the whole becomes a string.
    Replace {
        /// Index of the segment.
        segment: usize,
        /// What is replaced, in bytes of the decoded text. An empty span inserts.
        span: ByteSpan,
        /// What stands there instead, as plain text; it is escaped for every level of JSON it stands in.
        with: String,
    },
    /// Names another model. Where the request names none, the member is put first.
    Model(String),
    /// Takes an opaque part out; a short note stays, so that the message remains valid. Replacements inside the part go
    /// with it.
    DropOpaque {
        /// Index of the part.
        part: usize,
    },
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Replace { segment, span, with } => f
                .debug_struct("Replace")
                .field("segment", segment)
                .field("span", span)
                .field("with_bytes", &with.len())
                .finish(),
            Self::Model(model) => f.debug_tuple("Model").field(model).finish(),
            Self::DropOpaque { part } => f.debug_struct("DropOpaque").field("part", part).finish(),
        }
    }
}

impl<'a> Request<'a> {
    /// Parses a body.
    ///
    /// Endpoints without a body take an empty one and have no segments.
    ///
    /// # Errors
    /// [`Malformed`] when the body is not UTF-8, not JSON within the limits, has a member twice, or is not of the types that
    /// the endpoint needs. It names the place and never holds text of the body.
    pub fn parse(
        dialect: DialectId,
        endpoint: Endpoint,
        body: &'a [u8],
        limits: &Limits,
    ) -> Result<Self, Malformed> {
        if !endpoint.has_body() {
            return if body.is_empty() {
                Ok(Self::without_body(dialect))
            } else {
                Err(Malformed::at(MalformedReason::BodyNotTaken, body, 0))
            };
        }
        let rules = dialect::of(dialect);
        let Some(shape) = rules.request(endpoint) else {
            return Err(Malformed::at(MalformedReason::OtherEndpoint, body, 0));
        };
        if body.len() > limits.body_bytes_max {
            return Err(Malformed::at(MalformedReason::TooLarge { max: limits.body_bytes_max }, body, 0));
        }
        let text = std::str::from_utf8(body)
            .map_err(|error| Malformed::at(MalformedReason::NotUtf8, body, error.valid_up_to()))?;
        let tape = Tape::read(text, limits).map_err(|stop| Malformed::at(stop.reason, body, stop.offset))?;
        let mut facts = rules.facts(endpoint, text, &tape).map_err(|wrong| {
            Malformed::at(wrong.reason, body, tape.bytes(wrong.node).start).with_path(&wrong.path)
        })?;
        let gathered = Gather::all(text, tape, shape, limits);
        facts.turns = gathered.turns;
        let opaque = gathered
            .opaque
            .iter()
            .map(|place| OpaquePart {
                class: place.class,
                bytes: gathered.docs.get(place.doc).map_or(0, |doc| doc.tape.bytes(place.node).len()),
            })
            .collect();
        Ok(Self {
            dialect,
            docs: gathered.docs,
            segments: gathered.segments,
            places: gathered.places,
            opaque,
            opaque_places: gathered.opaque,
            facts,
        })
    }

    fn without_body(dialect: DialectId) -> Self {
        Self {
            dialect,
            docs: Vec::new(),
            segments: Vec::new(),
            places: Vec::new(),
            opaque: Vec::new(),
            opaque_places: Vec::new(),
            facts: RequestFacts { choices: 1, ..RequestFacts::default() },
        }
    }

    /// The segments, in the order in which they stand in the body.
    pub fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// Where a segment stands, as a JSON pointer; empty for an index that does not exist.
    ///
    /// Where JSON stands in a string, `#` and a pointer into that JSON follow: `/messages/1/content#/to`. Member names that do
    /// not look like names (`jane@example.com`) show as `*`; others can still be an app's own words, so that a path is for the
    /// eyes of the app's people and belongs in no metric.
    pub fn segment_path(&self, index: usize) -> String {
        self.places.get(index).map_or_else(String::new, |place| path::of(&self.docs, place.doc, place.node))
    }

    /// The opaque parts, in the order in which they stand in the body.
    pub fn opaque(&self) -> &[OpaquePart] {
        &self.opaque
    }

    /// Where an opaque part stands, as [`Request::segment_path`] writes it.
    pub fn opaque_path(&self, part: usize) -> String {
        self.opaque_places
            .get(part)
            .map_or_else(String::new, |place| path::of(&self.docs, place.doc, place.node))
    }

    /// What the request asks for.
    pub fn facts(&self) -> &RequestFacts {
        &self.facts
    }

    /// The body with these edits made, all else byte for byte the same.
    ///
    /// Where two members of one object would get the same name, the later one gets a number behind it, so that none is lost.
    ///
    /// # Errors
    /// [`RewriteError`] when an edit names what does not exist, overlaps another or touches a signed segment.
    pub fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>, RewriteError> {
        splice::rewritten(self, edits)
    }

    /// The node of the model's name, where the request names one.
    fn model(&self) -> Option<NodeId> {
        let doc = self.docs.first()?;
        doc.tape.member(&doc.text, NodeId::ROOT, "model")
    }
}
