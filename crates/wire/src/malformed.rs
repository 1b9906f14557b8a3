//! Why a body cannot be taken in, put out, or streamed on.
//!
//! One enum per way through the crate: [`Malformed`] on the way in, [`RewriteError`] on the way out, [`StreamFault`] on a
//! stream. None of them ever holds text of the body: they name the place, the limit and what was expected.

use std::fmt;

use crate::json::NodeId;

/// A body that is not what its endpoint takes. The caller's fault in a request, the provider's in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub reason: MalformedReason,
    /// Where, as a JSON pointer made of names of the dialect only; `None` where the body is not JSON at all.
    pub path: Option<String>,
    /// Byte offset in the body at which it was seen.
    pub offset: usize,
    /// Line of that offset, from 1.
    pub line: usize,
    /// Column of that offset, in bytes from 1.
    pub column: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if let Some(path) = &self.path {
            write!(f, " at {path}")?;
        }
        write!(f, " (line {}, column {})", self.line, self.column)
    }
}

impl std::error::Error for Malformed {}

impl Malformed {
    /// What is wrong at a byte offset of `body`.
    pub(crate) fn at(reason: MalformedReason, body: &[u8], offset: usize) -> Self {
        let before = body.get(..offset).unwrap_or(body);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1) + 1;
        Self { reason, path: None, offset, line, column }
    }

    /// The same, with the place named.
    pub(crate) fn with_path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedReason {
    /// The bytes are not UTF-8.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// A byte order mark stands before the JSON.
    #[error("the body begins with a byte order mark; send JSON without one")]
    ByteOrderMark,
    /// The grammar of JSON is broken.
    #[error("the body is not JSON: {0}")]
    Syntax(&'static str),
    /// Arrays and objects are nested too deep.
    #[error("the body is nested deeper than {max} levels")]
    TooDeep {
        /// The limit, levels.
        max: usize,
    },
    /// There are too many strings and numbers.
    #[error("the body has more than {max} strings and numbers")]
    TooManyLeaves {
        /// The limit.
        max: usize,
    },
    /// There are too many values.
    #[error("the body has more than {max} values")]
    TooManyValues {
        /// The limit.
        max: usize,
    },
    /// An object has too many members.
    #[error("an object has more than {max} members")]
    TooManyMembers {
        /// The limit.
        max: usize,
    },
    /// The body is too large.
    #[error("the body is larger than {max} bytes")]
    TooLarge {
        /// The limit, bytes.
        max: usize,
    },
    /// A member stands twice in one object; two parsers would read two different bodies.
    #[error("a member stands twice in one object; send it once")]
    DuplicateMember,
    /// A value has a type that the endpoint does not take.
    #[error("a value of another type was expected: {expected}")]
    WrongType {
        /// What was expected, e.g. `an array`.
        expected: &'static str,
    },
    /// A member that must be there is missing.
    #[error("the member `{member}` is missing")]
    Missing {
        /// Its name.
        member: &'static str,
    },
    /// The prompt is an array of token ids, which cannot be scanned.
    #[error("a prompt of token ids cannot be scanned; send it as text")]
    TokenIds,
    /// The endpoint takes no body.
    #[error("this endpoint takes no body")]
    BodyNotTaken,
    /// The dialect does not serve this endpoint.
    #[error("this dialect has no such endpoint")]
    OtherEndpoint,
}

/// Why edits cannot be made. Always a mistake of the caller of this crate: nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// There is no segment of this index.
    #[error("there is no segment {segment}")]
    NoSegment {
        /// The index that was given.
        segment: usize,
    },
    /// The span lies outside the text of the segment or cuts a character.
    #[error("an edit of segment {segment} does not fit its text")]
    OutOfText {
        /// The segment.
        segment: usize,
    },
    /// Two edits touch the same bytes.
    #[error("two edits of segment {segment} overlap")]
    Overlap {
        /// The segment.
        segment: usize,
    },
    /// The segment stands under a signature and may not be changed.
    #[error("segment {segment} is signed and cannot be edited")]
    Signed {
        /// The segment.
        segment: usize,
    },
    /// There is no opaque part of this index.
    #[error("there is no opaque part {part}")]
    NoOpaque {
        /// The index that was given.
        part: usize,
    },
    /// The model is given twice.
    #[error("the model is replaced twice")]
    ModelTwice,
}

/// Why a stream cannot go on. The provider's fault; what came before has been passed on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamFault {
    /// An event is larger than the limit.
    #[error("an event of the stream is larger than {max} bytes")]
    EventTooLarge {
        /// The limit, bytes.
        max: usize,
    },
    /// The stream has more lanes than the limit.
    #[error("the stream has more than {max} lanes")]
    TooManyLanes {
        /// The limit.
        max: usize,
    },
    /// The data of an event is not what the dialect sends, so that it cannot be restored.
    #[error("event {event} of the stream cannot be read: {why}")]
    Unreadable {
        /// Which event, from 0.
        event: u64,
        /// What is wrong with its data.
        why: MalformedReason,
    },
}

/// A value that is not what an endpoint needs, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) reason: MalformedReason,
    pub(crate) path: String,
    pub(crate) node: NodeId,
}

impl Wrong {
    /// A value of another type than the endpoint takes.
    pub(crate) fn expected(expected: &'static str, path: impl Into<String>, node: NodeId) -> Self {
        Self { reason: MalformedReason::WrongType { expected }, path: path.into(), node }
    }
}
