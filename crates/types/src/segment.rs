//! Segments: the string leaves of an exchange.

use std::borrow::Cow;

use crate::DataClass;

/// Who speaks in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Instructions of the application.
    System,
    /// The person (or program) that asks.
    User,
    /// The model, in history that comes back.
    Assistant,
    /// Results of tools.
    Tool,
    /// Definitions of tools and schemas.
    Definition,
    /// Identifiers and labels beside the conversation.
    Metadata,
}

/// How a segment may be treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SegmentKind {
    /// Text that may be rewritten.
    Text,
    /// The name of an object member in free JSON; may be rewritten.
    Key,
    /// A number in free JSON; a replacement becomes a JSON string.
    Number,
    /// Readable text under a signature: scanned, never rewritten.
    Signed,
}

/// One string leaf of an exchange.
#[derive(Clone)]
pub struct Segment<'a> {
    /// The decoded text, without JSON escapes.
    pub text: Cow<'a, str>,
    /// Who speaks.
    pub role: Role,
    /// How it may be treated.
    pub kind: SegmentKind,
    /// Name of the nearest enclosing object member in free JSON, for context; `None` in the dialect's own structure.
    pub key: Option<Cow<'a, str>>,
}

/// Says how long the text is, not what it says.
impl std::fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({} bytes, {:?}, {:?})", self.text.len(), self.role, self.kind)
    }
}

/// The kinds of opaque parts, as data classes.
pub type OpaqueClass = DataClass;
