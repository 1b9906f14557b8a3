//! What a gateway is told: what holds until it stops, what a reload replaces, and what of the world it is handed.
//!
//! Reading files and the environment is left to the binary; here are checked values only.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use exchange::{App, AppVault, VaultFault};
use metrics_exporter_prometheus::PrometheusHandle;
use registry::Surface;
use store::{KeyStore, LedgerStore, MeterStore, RootKey, TermRecord, TermStore};
use types::{AppName, DeploymentId, Environment, ExchangeId, ProviderKey};

/// What holds from start to stop.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where applications reach the gateway. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where `/healthz`, `/readyz` and `/metrics` are.
    pub admin_listen: SocketAddr,
    /// Certificate of `listen`; `None` for plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Limits of what comes in.
    pub limits: ServerLimits,
    /// Longest time until a connection to a provider stands. Default 5 s.
    pub connect: Duration,
    /// Certificate authorities trusted for providers beside the public ones, in DER.
    pub authorities: Vec<Vec<u8>>,
}

/// Certificate chain and key, PEM. Changed files are loaded without a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// The private key; readable by nobody else.
    pub key: PathBuf,
}

/// Limits of what comes in. Each has a unit, a default and a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// Largest body after decoding, in bytes. Default 16 MiB.
    pub body_bytes_max: usize,
    /// Largest sum of the headers of a request, in bytes. Default 64 KiB.
    pub header_bytes_max: usize,
    /// Most requests at once. Default 2048: beyond it the next one is better off at another instance, or a second later.
    pub concurrency_max: usize,
    /// Most bytes of request bodies held at once, over all requests. Default 1 GiB: bounds memory where many send much.
    pub bodies_bytes_max: usize,
    /// Most connections at once. Default 8192; further ones wait in the queue of the operating system.
    pub connections_max: usize,
    /// Time for a body to arrive. Default 30 s.
    pub body: Duration,
    /// Time for the headers of a request to arrive, and for a TLS handshake. Default 10 s.
    pub header: Duration,
    /// Time for which a connection stays open on which no request is. Default 60 s.
    pub idle: Duration,
    /// Longest time for which a caller takes nothing of its answer. Default 60 s.
    pub write_stall: Duration,
    /// Time that answers under way get at a stop. Default 30 s.
    pub shutdown: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            body_bytes_max: 16 << 20,
            header_bytes_max: 64 << 10,
            concurrency_max: 2048,
            bodies_bytes_max: 1 << 30,
            connections_max: 8192,
            body: Duration::from_secs(30),
            header: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            write_stall: Duration::from_secs(60),
            shutdown: Duration::from_secs(30),
        }
    }
}

impl Default for ServerSettings {
    /// Free ports on loopback, plain HTTP, default limits.
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            listen: any,
            admin_listen: any,
            tls: None,
            limits: ServerLimits::default(),
            connect: Duration::from_secs(5),
            authorities: Vec::new(),
        }
    }
}

/// What a reload replaces, whole or not at all.
pub struct Rules {
    /// Detection, policy, router, limits of exchanges. `conversations` is taken from the first set of rules: what is
    /// remembered of conversations outlives a reload.
    pub exchange: exchange::Settings,
    /// What holds for each app that the configuration names. Name and environment of an entry are replaced by those of
    /// the app key used.
    pub apps: BTreeMap<AppName, App>,
    /// What holds for every other app that has a key. The policy engine knows such an app by its own name and treats it as it
    /// treats all that the configuration does not name.
    pub other_apps: App,
    /// How each deployment is reached.
    pub deployments: Vec<DeploymentSettings>,
    /// The provider keys.
    pub provider_keys: Vec<ProviderKeySettings>,
    /// Names of the shipped entities: labels of metrics come from this set, all others count as `other`.
    pub entities: BTreeSet<String>,
}

/// How a deployment is reached.
#[derive(Debug, Clone)]
pub struct DeploymentSettings {
    /// Its id.
    pub id: DeploymentId,
    /// Its provider.
    pub provider: String,
    /// Dialect name → where it is reached, and which header carries the key.
    pub surfaces: BTreeMap<String, Surface>,
    /// True for a model of one's own: a missing key is no fault. (One that is there is sent.)
    pub is_keyless: bool,
    /// True for the built-in echo: nothing leaves the process.
    pub is_built_in: bool,
    /// What to set where a key is missing, for messages, e.g. `OPENAI_API_KEY`.
    pub key_hint: String,
}

/// One provider key.
#[derive(Debug, Clone)]
pub struct ProviderKeySettings {
    /// The provider.
    pub provider: String,
    /// The environment whose app keys may use it.
    pub environment: Environment,
    /// The key.
    pub key: ProviderKey,
    /// False when it is kept aside.
    pub is_active: bool,
}

/// Where things are kept. One value may implement all four.
#[derive(Clone)]
pub struct Stores {
    /// The ledger.
    pub ledger: Arc<dyn LedgerStore>,
    /// App keys.
    pub keys: Arc<dyn KeyStore>,
    /// Exact terms.
    pub terms: Arc<dyn TermStore>,
    /// Meters of people.
    pub meters: Arc<dyn MeterStore>,
    /// The root key, under which app keys are hashed.
    pub root: RootKey,
}

/// Opens what is kept for an app: derives its scope key, opens its sealed terms and builds their automaton.
///
/// Called when an app is first used and after keys or terms changed, outside of the asynchronous threads.
pub trait VaultSource: Send + Sync + 'static {
    /// The vault of an app that has these terms.
    ///
    /// # Errors
    /// [`VaultFault`] where a term cannot be opened; requests of the app are then refused.
    fn open(&self, app: &AppName, terms: &[TermRecord]) -> Result<AppVault, VaultFault>;
}

/// Gets a body.
pub type Observer = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// What of the world a gateway is handed.
#[derive(Clone)]
pub struct Hooks {
    /// Gives a new request id, e.g. a UUIDv7.
    pub new_id: Arc<dyn Fn() -> ExchangeId + Send + Sync>,
    /// Milliseconds since the Unix epoch.
    pub unix_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Opens vaults.
    pub vaults: Arc<dyn VaultSource>,
    /// Gets each body that the built-in echo provider sees, as it sees it.
    pub echo_seen: Option<Observer>,
    /// What `/metrics` shows; `None` where no recorder is installed.
    pub metrics: Option<PrometheusHandle>,
}
