//! Errors in Anthropic's shape: `{"type":"error","error":{"type","message"},"request_id"}`; in a stream the same under
//! `event: error`. The clients choose the class of their exception by status first and by type second.
//!
//! The shape has no place for a parameter or a code. The parameter stands before the message, where people find it.

use crate::json::text::quoted;
use crate::refusal::{ErrorKind, ErrorShape};

/// The whole body.
pub(super) fn body(error: &ErrorShape) -> Vec<u8> {
    let message = match &error.param {
        Some(param) => format!("{param}: {}", error.message),
        None => error.message.clone(),
    };
    format!(
        r#"{{"type":"error","error":{{"type":"{}","message":{}}},"request_id":{}}}"#,
        word(error.kind),
        quoted(&message),
        quoted(&error.request_id)
    )
    .into_bytes()
}

/// The event in the middle of a stream.
pub(super) fn event(error: &ErrorShape) -> Vec<u8> {
    [b"event: error\ndata: ".as_slice(), &body(error), b"\n\n"].concat()
}

/// The dialect's word for a kind of error.
fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest => "invalid_request_error",
        ErrorKind::Authentication => "authentication_error",
        ErrorKind::Permission => "permission_error",
        ErrorKind::NotFound => "not_found_error",
        ErrorKind::TooLarge => "request_too_large",
        ErrorKind::RateLimit => "rate_limit_error",
        ErrorKind::Overloaded => "overloaded_error",
        ErrorKind::Timeout => "timeout_error",
        ErrorKind::Upstream => "api_error",
    }
}
