//! Errors as the caller's dialect writes them: the body of an answer, or an event in the middle of a stream.
//!
//! Clients decide by shape, type and status whether to raise, to wait or to try again. The shapes are the dialects'
//! own; what stands in them is up to the caller of this crate, who never puts a value of a segment there.

use crate::{DialectId, dialect};

/// What kind of error it is. Each dialect has its own word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request cannot be taken as it is.
    InvalidRequest,
    /// No valid key came with it.
    Authentication,
    /// The key is valid, but not for this.
    Permission,
    /// There is no such route, model or thing.
    NotFound,
    /// The request is too large.
    TooLarge,
    /// Too many requests.
    RateLimit,
    /// We cannot take more at the moment.
    Overloaded,
    /// The provider did not answer in time.
    Timeout,
    /// The provider answered, but not as it should.
    Upstream,
}

/// An error for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorShape {
    /// HTTP status of the answer. Not sent in an event.
    pub status: u16,
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// One sentence for people; never a value of a segment.
    pub message: String,
    /// The parameter at fault, where there is one.
    pub param: Option<String>,
    /// A word for programs, where there is one.
    pub code: Option<String>,
    /// The id of the exchange.
    pub request_id: String,
}

/// The error as a whole body, `application/json`.
///
/// ```
/// use cordon_wire::{DialectId, ErrorKind, ErrorShape, error_body};
///
/// let error = ErrorShape {
///     status: 400,
///     kind: ErrorKind::InvalidRequest,
///     message: "the body is not JSON".into(),
///     param: None,
///     code: None,
///     request_id: "x-1".into(),
/// };
/// let body = error_body(DialectId::AnthropicMessages, &error);
/// assert_eq!(
///     String::from_utf8(body).unwrap(),
///     r#"{"type":"error","error":{"type":"invalid_request_error","message":"the body is not JSON"},"request_id":"x-1"}"#
/// );
/// ```
pub fn error_body(dialect: DialectId, error: &ErrorShape) -> Vec<u8> {
    dialect::of(dialect).error_body(error)
}

/// The error as an event in the middle of a stream, with its framing.
pub fn error_event(dialect: DialectId, error: &ErrorShape) -> Vec<u8> {
    dialect::of(dialect).error_event(error)
}
