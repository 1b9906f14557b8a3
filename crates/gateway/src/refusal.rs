//! Why the gateway itself refuses a request, and the answer that follows from each reason.
//!
//! What this request does wrong is a 4xx that must not be repeated; what is our trouble and passes is 503 with
//! `retry-after`. A body that did not arrive in time is 400 and not 408: official clients repeat a 408.

use bytes::Bytes;
use exchange::RefusedEarly;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use types::{AppName, Environment, ExchangeId};
use wire::{DialectId, ErrorKind, ErrorShape};

use crate::reply::ReplyBody;

/// Why a request is refused before the exchange.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(
        "nothing is served under this path: the documentation lists the routes, and the base URL of an OpenAI client ends in /v1"
    )]
    UnknownPath,
    #[error("this path takes {}", allowed.join(", "))]
    WrongMethod { allowed: Vec<&'static str> },
    #[error("there is no such model for this app: GET /v1/models lists what there is")]
    UnknownModel,
    #[error(
        "no app key came with this request: send it as `authorization: Bearer cdn_…` or `x-api-key: cdn_…`"
    )]
    KeyMissing,
    #[error(
        "this is not an app key of Cordon: those begin with `cdn_dev_`, `cdn_staging_` or `cdn_prod_`; provider keys stay in Cordon and are not sent by apps"
    )]
    KeyForeign,
    #[error("this app key is mistyped or cut: copy it again as it was shown when it was created")]
    KeyMistyped,
    /// Unknown, revoked and expired keys get one answer: which of them it is tells a thief something.
    #[error("this app key is not valid: create one with `cordon keys create`")]
    KeyInvalid,
    #[error("`authorization` and `x-api-key` hold different keys: send one of them")]
    KeysDiffer,
    #[error("the header `{0}` came more than once")]
    HeaderTwice(&'static str),
    #[error("`x-cordon-conversation` holds 1 to 128 visible ASCII characters")]
    ConversationId,
    #[error("{0}")]
    Narrowing(policy::NarrowError),
    #[error("the path and query are longer than {limit} bytes")]
    TargetTooLong { limit: usize },
    #[error(
        "the head of the request tells the length of its body in two ways: send one `content-length`, or `transfer-encoding: chunked` without it"
    )]
    LengthConflict,
    #[error("the head of the request is not well-formed (RFC 9112)")]
    HeadMalformed,
    #[error("the head of the request is larger than {limit} bytes (server.header_bytes_max)")]
    HeadTooLarge { limit: usize },
    #[error("the request has more than {limit} headers")]
    TooManyHeaders { limit: usize },
    #[error("app keys cannot be checked at the moment")]
    KeysUnavailable,
    #[error("too many requests at once (server.concurrency_max)")]
    Overloaded,
    #[error("too many bytes of request bodies are held at once")]
    BodiesFull,
    #[error("the ledger cannot take records at the moment, and without a record nothing is sent")]
    LedgerDown,
    #[error("the gateway is stopping")]
    Stopping,
    #[error("the body is larger than {limit} bytes (server.body_bytes_max)")]
    BodyTooLarge { limit: usize },
    #[error("the body is larger than {limit} bytes when decoded (server.body_bytes_max)")]
    DecodedTooLarge { limit: usize },
    #[error("the body did not arrive within {seconds} s (server.body_seconds_max)")]
    BodyLate { seconds: u64 },
    #[error("the body broke off")]
    BodyBroken,
    #[error("a body of this content type is not taken: send application/json")]
    ContentType,
    #[error(
        "a body in this content encoding is not taken: send it without, or in one of gzip, deflate, br, zstd"
    )]
    ContentEncoding,
    #[error("the body cannot be decoded as its content-encoding says")]
    Undecodable,
}

impl Refusal {
    /// Short machine-readable name; also in the record and in metrics.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPath => "unknown_route",
            Self::WrongMethod { .. } => "method_not_allowed",
            Self::UnknownModel => "model_not_found",
            Self::KeyMissing => "app_key_missing",
            Self::KeyForeign | Self::KeyMistyped => "app_key_malformed",
            Self::KeyInvalid => "invalid_api_key",
            Self::KeysDiffer => "app_keys_differ",
            Self::HeaderTwice(_) => "header_repeated",
            Self::ConversationId => "conversation_id_malformed",
            Self::Narrowing(_) => "declaration_not_narrowed",
            Self::TargetTooLong { .. } => "uri_too_long",
            Self::LengthConflict => "length_conflict",
            Self::HeadMalformed => "head_malformed",
            Self::HeadTooLarge { .. } => "head_too_large",
            Self::TooManyHeaders { .. } => "too_many_headers",
            Self::KeysUnavailable => "keys_unavailable",
            Self::Overloaded | Self::BodiesFull => "overloaded",
            Self::LedgerDown => "ledger_unavailable",
            Self::Stopping => "stopping",
            Self::BodyTooLarge { .. } | Self::DecodedTooLarge { .. } => "body_too_large",
            Self::BodyLate { .. } => "body_timeout",
            Self::BodyBroken => "body_incomplete",
            Self::ContentType => "content_type_unknown",
            Self::ContentEncoding => "content_encoding_unknown",
            Self::Undecodable => "body_undecodable",
        }
    }

    const fn status_and_kind(&self) -> (u16, ErrorKind) {
        match self {
            Self::UnknownPath | Self::UnknownModel => (404, ErrorKind::NotFound),
            Self::WrongMethod { .. } => (405, ErrorKind::InvalidRequest),
            Self::KeyMissing | Self::KeyForeign | Self::KeyMistyped | Self::KeyInvalid | Self::KeysDiffer => {
                (401, ErrorKind::Authentication)
            }
            Self::HeaderTwice(_)
            | Self::ConversationId
            | Self::Narrowing(_)
            | Self::LengthConflict
            | Self::HeadMalformed
            | Self::BodyLate { .. }
            | Self::BodyBroken
            | Self::Undecodable => (400, ErrorKind::InvalidRequest),
            Self::TargetTooLong { .. } => (414, ErrorKind::InvalidRequest),
            Self::HeadTooLarge { .. } | Self::TooManyHeaders { .. } => (431, ErrorKind::InvalidRequest),
            Self::KeysUnavailable
            | Self::Overloaded
            | Self::BodiesFull
            | Self::LedgerDown
            | Self::Stopping => (503, ErrorKind::Overloaded),
            Self::BodyTooLarge { .. } | Self::DecodedTooLarge { .. } => (413, ErrorKind::TooLarge),
            Self::ContentType | Self::ContentEncoding => (415, ErrorKind::InvalidRequest),
        }
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status_and_kind().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// True for our own trouble, which passes.
    pub(crate) const fn is_ours(&self) -> bool {
        matches!(self.status_and_kind(), (503, _))
    }

    pub(crate) fn shape(&self, id: &ExchangeId) -> ErrorShape {
        let (status, kind) = self.status_and_kind();
        ErrorShape {
            status,
            kind,
            message: format!("cordon: {self}"),
            param: matches!(self, Self::UnknownModel).then(|| "model".to_owned()),
            code: Some(self.code().to_owned()),
            request_id: id.as_str().to_owned(),
        }
    }

    /// The refusal as the exchange records it.
    pub(crate) fn early(
        &self,
        id: &ExchangeId,
        dialect: DialectId,
        app: Option<(&AppName, Environment)>,
    ) -> RefusedEarly {
        RefusedEarly {
            id: id.clone(),
            app: app.map(|(name, _)| name.clone()),
            environment: app.map(|(_, environment)| environment),
            dialect,
            shape: self.shape(id),
        }
    }

    /// The answer.
    pub(crate) fn response(&self, id: &ExchangeId, dialect: DialectId) -> Response<ReplyBody> {
        let shape = self.shape(id);
        let mut response = Response::new(ReplyBody::whole(Bytes::from(wire::error_body(dialect, &shape))));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.is_ours() {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        } else {
            headers.insert(HeaderName::from_static("x-should-retry"), HeaderValue::from_static("false"));
        }
        if let Self::WrongMethod { allowed } = self
            && let Ok(allowed) = HeaderValue::try_from(allowed.join(", "))
        {
            headers.insert(ALLOW, allowed);
        }
        response
    }
}
