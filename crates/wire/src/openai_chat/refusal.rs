//! Errors in OpenAI's shape: `{"error":{"message","type","param","code"}}`, all four members always there, since the
//! clients read them without asking. The clients raise on an event that holds `error`, whatever came before.

use crate::json::text::quoted;
use crate::refusal::{ErrorKind, ErrorShape};

/// The whole body.
pub(super) fn body(error: &ErrorShape) -> Vec<u8> {
    let optional = |value: &Option<String>| value.as_deref().map_or_else(|| "null".to_owned(), quoted);
    format!(
        r#"{{"error":{{"message":{},"type":"{}","param":{},"code":{}}}}}"#,
        quoted(&error.message),
        word(error.kind),
        optional(&error.param),
        optional(&error.code)
    )
    .into_bytes()
}

/// The event in the middle of a stream.
pub(super) fn event(error: &ErrorShape) -> Vec<u8> {
    [b"data: ".as_slice(), &body(error), b"\n\n"].concat()
}

/// The dialect's word for a kind of error.
fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest | ErrorKind::NotFound | ErrorKind::TooLarge => "invalid_request_error",
        ErrorKind::Authentication => "authentication_error",
        ErrorKind::Permission => "permission_error",
        ErrorKind::RateLimit => "rate_limit_error",
        ErrorKind::Overloaded => "overloaded_error",
        ErrorKind::Timeout => "timeout_error",
        ErrorKind::Upstream => "server_error",
    }
}
