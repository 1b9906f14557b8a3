//! What goes into an exchange and what comes out of it, and the settings that hold for all.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use types::{AppName, DeploymentId, Environment, ExchangeId};

/// Whether an app is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything found is treated.
    Protect,
    /// Everything is detected, decided and recorded as "would have", and the request goes on unchanged, until this
    /// moment (milliseconds since the Unix epoch); from then on the app is protected.
    Observe {
        /// End of the observation.
        until_unix_ms: u64,
    },
}

/// What happens to personal data and secrets in an answer that the caller did not send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Guard {
    /// They are counted and recorded.
    #[default]
    Flag,
    /// They are replaced by a type word; a window of the stream is held back.
    Redact,
    /// The answer ends with an error; a window of the stream is held back.
    Refuse,
}

/// An app as the exchange sees it.
#[derive(Debug, Clone)]
pub struct App {
    /// Its name.
    pub name: AppName,
    /// Its environment, that of the app key used.
    pub environment: Environment,
    /// Protected or observed.
    pub mode: Mode,
    /// Class-preserving forms of surrogates, per entity.
    pub forms: Arc<veil::Forms>,
    /// The deployments it may use; empty means all.
    pub deployments: Arc<[DeploymentId]>,
    /// True when secrets are restored in text for the reader too.
    pub secrets_to_reader: bool,
    /// What happens to data in answers that the caller did not send.
    pub guard: Guard,
    /// What it asks of findings.
    pub sieve: Arc<crate::Sieve>,
    /// Its own names for models.
    pub aliases: Arc<route::Aliases>,
    /// How it orders deployments that policy finds equal.
    pub strategy: route::Strategy,
    /// What it says of itself; for one request, narrowed to what the request says.
    pub declared: Arc<policy::Declared>,
}

/// Limits of an exchange. Each has a unit, a default and a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeLimits {
    /// Time for detection of one request, however short; beyond it, and what its length adds, the request is refused. Default 2 s.
    pub detect: Duration,
    /// What each million bytes of its text adds to it. Default 500 ms: a third of our speed with names, or a busy machine.
    pub detect_per_mb: Duration,
    /// Most threads of this process that help to find in requests with much text, beside their own. Default 0.
    pub helpers_max: usize,
    /// Time for the intent record to become durable. Default 250 ms: a hanging disk must refuse, not hang.
    pub append: Duration,
    /// Time until the provider's status is known. Default 60 s.
    pub first_byte: Duration,
    /// Longest silence within an answer. Default 120 s.
    pub idle: Duration,
    /// Largest answer that is not streamed. Default 32 MiB.
    pub answer_bytes_max: usize,
    /// Window that the guard holds back when it redacts or refuses, in bytes. Default 256.
    pub guard_window_bytes: usize,
    /// Most findings in one request. Default 20 000.
    pub findings_max: usize,
    /// Most deployments that one request is sent to, one after the other, when the first are in trouble. Default 3.
    pub attempts_max: usize,
}

impl ExchangeLimits {
    /// Time for detection of a request with so much text.
    pub(crate) fn detection_of(&self, bytes: usize) -> Duration {
        let bytes = u128::try_from(bytes).unwrap_or(u128::MAX);
        let more = self.detect_per_mb.as_nanos().saturating_mul(bytes) / 1_000_000;
        self.detect.saturating_add(Duration::from_nanos(u64::try_from(more).unwrap_or(u64::MAX)))
    }
}

impl Default for ExchangeLimits {
    fn default() -> Self {
        Self {
            detect: Duration::from_secs(2),
            detect_per_mb: Duration::from_millis(500),
            helpers_max: 0,
            append: Duration::from_millis(250),
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(120),
            answer_bytes_max: 32 << 20,
            guard_window_bytes: 256,
            findings_max: 20_000,
            attempts_max: 3,
        }
    }
}

/// One request, after routing, authentication and header policy.
pub struct Incoming {
    /// Request id.
    pub id: ExchangeId,
    /// The app that asks.
    pub app: Arc<App>,
    /// Dialect and endpoint.
    pub route: &'static wire::RouteSpec,
    /// Query parameters to forward, e.g. `beta=true`; empty for none.
    pub query: String,
    /// Headers that may be forwarded, names in lower case. Their values are scanned too.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Conversation id that the app sent.
    pub conversation: Option<String>,
    /// What the request said to narrow the app's declaration, e.g. `x-cordon-subjects=EU`; for the record.
    pub narrowed: Vec<String>,
    /// The decoded body.
    pub body: Bytes,
}

/// Says who asks and how long the body is; everything else is the caller's text.
impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Incoming({} of {}, {} bytes)", self.id, self.app.name, self.body.len())
    }
}

/// The answer to the caller.
pub struct Outgoing<P: crate::Ports> {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case. Those of Cordon begin with `x-cordon-`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: OutBody<P>,
}

/// The body of an answer to the caller.
pub enum OutBody<P: crate::Ports> {
    /// All of it.
    Whole(Bytes),
    /// Piece by piece.
    Stream(Box<crate::AnswerStream<P>>),
}

impl<P: crate::Ports> std::fmt::Debug for Outgoing<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({})", self.status)
    }
}
