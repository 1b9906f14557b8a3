//! The ports: all that an exchange needs of the world outside.
//!
//! Three narrow traits and a clock. The gateway implements them over HTTP, the database and the keyring; tests implement
//! them so that each can fail, stall or lie at any moment, without a socket.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use detect::ExactTerms;
use ledger::{Receipt, Record};
use policy::MeterChange;
use types::{AppName, DeploymentId, Environment, ScopeKey};

/// One call to a provider. Headers hold no credential: whoever sends the call adds the provider key.
#[derive(Clone)]
pub struct Call {
    /// The deployment to call.
    pub deployment: DeploymentId,
    /// Name of the dialect, which tells the surface of the provider.
    pub dialect: &'static str,
    /// Environment of the app: only provider keys of the same environment may be used.
    pub environment: Environment,
    /// `POST` or `GET`.
    pub method: &'static str,
    /// Path and query below the base URL of the surface, e.g. `/v1/messages?beta=true`.
    pub path: String,
    /// Headers to forward, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, after treatment.
    pub body: Bytes,
    /// Request id, for logs.
    pub exchange: types::ExchangeId,
}

/// Says where it goes and how long the body is; path and headers are the caller's text.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Call({} to {}, {} bytes)", self.exchange, self.deployment, self.body.len())
    }
}

/// The answer of a provider: status and headers are known, the body is read piece by piece.
pub struct Answer<B> {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, decoded (no content encoding left).
    pub body: B,
}

/// Says the status only.
impl<B> std::fmt::Debug for Answer<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({})", self.status)
    }
}

/// What can go wrong on the way to a provider and back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamFault {
    /// There is no usable key for this deployment in this environment.
    #[error(
        "no provider key for deployment `{deployment}` in environment `{environment}`: set {hint} and let it be of this environment (`environment` or CORDON_ENVIRONMENT), or use an app key of the environment that has one"
    )]
    NoKey {
        /// The deployment.
        deployment: DeploymentId,
        /// The environment.
        environment: Environment,
        /// The environment variable or setting that would give one.
        hint: String,
    },
    /// The deployment cannot be reached: nothing was sent.
    #[error("the provider cannot be reached: {0}")]
    Connect(&'static str),
    /// A time limit passed.
    #[error("the provider did not answer in time: {0}")]
    TimedOut(&'static str),
    /// The connection broke.
    #[error("the connection to the provider broke")]
    Broken,
    /// The answer is larger than the limit, or in an encoding that is not known.
    #[error("the answer of the provider cannot be read: {0}")]
    Unreadable(&'static str),
}

/// The body of an answer.
pub trait AnswerBody: Send {
    /// The next piece; `None` after an orderly end.
    fn next(&mut self) -> impl Future<Output = Option<Result<Bytes, UpstreamFault>>> + Send;
}

/// Carries calls to providers.
pub trait Upstream: Send + Sync + 'static {
    /// The body of its answers.
    type Body: AnswerBody + 'static;

    /// Sends a call and waits for status and headers. No redirects, no retries, the pinned host only.
    fn send(&self, call: Call) -> impl Future<Output = Result<Answer<Self::Body>, UpstreamFault>> + Send;
}

/// Why a record could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JournalFault {
    /// The queue is full or the deadline passed: it may work again soon.
    #[error("the ledger is busy")]
    Busy,
    /// The ledger cannot be written.
    #[error("the ledger cannot be written")]
    Down,
}

/// Keeps records.
pub trait Journal: Send + Sync + 'static {
    /// Appends a record and waits until it is durable.
    fn append(&self, record: Record) -> impl Future<Output = Result<Receipt, JournalFault>> + Send;

    /// Keeps the meters that changed, and waits until that is as durable as a record.
    fn keep_meters(&self, changed: Vec<MeterChange>)
    -> impl Future<Output = Result<(), JournalFault>> + Send;

    /// Hands a record over without waiting. Called from `drop`, so it must not block.
    fn append_later(&self, record: Record);
}

/// What the vault holds for one app.
#[derive(Debug, Clone)]
pub struct AppVault {
    /// The secret behind scopes and surrogates.
    pub key: ScopeKey,
    /// Strings that must never leave, if the app has any.
    pub terms: Option<Arc<ExactTerms>>,
}

/// The vault could not be opened. Nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the vault cannot be opened")]
pub struct VaultFault;

/// Keeps the secrets of apps.
pub trait Vault: Send + Sync + 'static {
    /// Opens what is kept for an app.
    fn open(&self, app: &AppName) -> impl Future<Output = Result<AppVault, VaultFault>> + Send;
}

/// Time, handed in.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since the Unix epoch. May jump.
    fn unix_ms(&self) -> u64;

    /// Time since some fixed moment. Never goes back.
    fn monotonic(&self) -> Duration;

    /// Resolves after this long.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// The four together.
pub trait Ports: Send + Sync + 'static {
    /// Carries calls to providers.
    type Upstream: Upstream;
    /// Keeps records.
    type Journal: Journal;
    /// Keeps the secrets of apps.
    type Vault: Vault;
    /// Time.
    type Clock: Clock;

    /// The upstream port.
    fn upstream(&self) -> &Self::Upstream;
    /// The journal port.
    fn journal(&self) -> &Self::Journal;
    /// The vault port.
    fn vault(&self) -> &Self::Vault;
    /// The clock.
    fn clock(&self) -> &Self::Clock;
}
