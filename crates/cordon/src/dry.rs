//! The exchange without a world: the steps of a request on files, with nothing sent and nothing recorded.
//!
//! `scan`, `redact` and `explain` use the very steps of the gateway, so that they cannot say anything else than it would
//! do. A text becomes the one message of a chat; what the provider would get is caught on its way. `scan` and `redact` look
//! once more at one thing: escapes in a text that is not read as JSON (`hidden`).

mod hidden;
mod repeating;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use detect::{Cache, Detector, ExactTerms};
use exchange::{
    Answer, App, AppVault, CachedFinder, Call, Clock, Conversations, Exchange, ExchangeLimits, Guard,
    Incoming, Journal, JournalFault, Mode, OutBody, Ports, Preview, Settings, Sieve, Standings, Surveyed,
    Upstream, UpstreamFault, Vault, VaultFault,
};
use ledger::{Digest, Receipt, Record};
use policy::{Declared, PolicyEngine};
use route::{ModelPattern, Router};
use types::{AppName, DeploymentId, Environment, ExchangeId, ScopeKey};
use wire::{DialectId, RouteSpec};

use crate::failure::Failure;
use crate::world;

/// Files may be larger than requests.
const BODY_BYTES_MAX: usize = 512 << 20;
const LEAVES_MAX: usize = 5_000_000;
const VALUES_MAX: usize = 20_000_000;
const MEMBERS_MAX: usize = 5_000_000;
const FINDINGS_MAX: usize = 5_000_000;
const DETECT_SECONDS: u64 = 600;

/// The model of a text that was wrapped into a chat.
pub(crate) const TEXT_MODEL: &str = "file";

/// What is asked about files.
pub(crate) struct Question {
    /// The app that asks.
    pub(crate) app: AppName,
    /// Its environment.
    pub(crate) environment: Environment,
    /// What decides.
    pub(crate) policy: Arc<dyn PolicyEngine>,
    /// How deployments stand.
    pub(crate) standings: Arc<dyn Standings>,
    /// What it says of itself.
    pub(crate) declared: Arc<Declared>,
    /// Forms of its surrogates.
    pub(crate) forms: veil::Forms,
    /// Its exact terms.
    pub(crate) terms: Option<Arc<ExactTerms>>,
    /// What it asks of findings.
    pub(crate) sieve: Arc<Sieve>,
    /// What finds them.
    pub(crate) detector: Arc<Detector>,
    /// Who could get a request, and which of them the app may use; `None`: one deployment that takes everything.
    pub(crate) candidates: Option<(Router, Vec<DeploymentId>)>,
    /// The app's names for models.
    pub(crate) aliases: Arc<route::Aliases>,
    /// How it orders who could answer.
    pub(crate) strategy: route::Strategy,
}

/// An exchange over files.
pub(crate) struct Dry {
    exchange: Exchange<DryPorts>,
    detector: Arc<Detector>,
    app: Arc<App>,
    vault: AppVault,
    caught: Arc<Mutex<Option<Bytes>>>,
}

/// What a dry exchange may use.
pub(crate) struct Means {
    /// Limits of the JSON of a request.
    pub(crate) json: wire::Limits,
    /// Memory of the findings cache, in bytes; 0: nothing is remembered.
    pub(crate) cache_bytes_max: u64,
}

impl Default for Means {
    fn default() -> Self {
        Self { json: limits(), cache_bytes_max: 0 }
    }
}

impl Dry {
    /// An exchange for a question.
    ///
    /// # Errors
    /// No randomness.
    pub(crate) fn new(question: Question) -> Result<Self, Failure> {
        Self::with_upstream(question, false, Means::default())
    }

    /// The same for many requests, one after the other or at the same time.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn surveying(question: Question, means: Means) -> Result<Self, Failure> {
        Self::with_upstream(question, false, means)
    }

    /// The same with a provider that repeats what it was asked, and secrets that come back with everything else.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn repeating(question: Question) -> Result<Self, Failure> {
        Self::with_upstream(question, true, Means::default())
    }

    fn with_upstream(question: Question, is_repeating: bool, means: Means) -> Result<Self, Failure> {
        let detector = question.detector;
        let cache = Cache::new(world::random()?, means.cache_bytes_max);
        let (router, deployments) = question.candidates.unwrap_or_else(|| (any_model(), Vec::new()));
        let settings = Settings {
            finder: Arc::new(CachedFinder::new(Arc::clone(&detector) as _, cache)),
            policy: question.policy,
            standings: question.standings,
            router,
            limits: ExchangeLimits {
                detect: Duration::from_secs(DETECT_SECONDS),
                findings_max: FINDINGS_MAX,
                ..ExchangeLimits::default()
            },
            json: means.json,
            stream: wire::StreamLimits::default(),
            configuration: [0; 32],
            conversations: Conversations::new(1),
            health: Arc::default(),
            meters: Arc::default(),
            subjects: ScopeKey::new(world::random()?),
        };
        let caught = Arc::new(Mutex::new(None));
        let vault = AppVault { key: ScopeKey::new(world::random()?), terms: question.terms };
        let ports = DryPorts {
            upstream: Caught { sent: Arc::clone(&caught), is_repeating },
            journal: NoJournal,
            vault: OneVault(vault.clone()),
            clock: world::MonotonicClock::start(),
        };
        let app = App {
            name: question.app,
            environment: question.environment,
            mode: Mode::Protect,
            forms: Arc::new(question.forms),
            deployments: deployments.into(),
            secrets_to_reader: is_repeating,
            aliases: question.aliases,
            strategy: question.strategy,
            guard: Guard::Flag,
            sieve: question.sieve,
            declared: question.declared,
        };
        let exchange = Exchange::new(settings, Arc::new(ports));
        Ok(Self { exchange, detector, app: Arc::new(app), vault, caught })
    }

    /// What is in a request.
    ///
    /// # Errors
    /// Why it would be refused before a decision.
    pub(crate) fn survey(&self, route: &RouteSpec, body: &[u8]) -> Result<Surveyed, Failure> {
        let surveyed = self.exchange.survey(&self.app, route, body, &self.vault);
        surveyed.map_err(|refused| Failure::Refused(refused.to_string()))
    }

    /// What would happen to a request.
    ///
    /// # Errors
    /// Why it would be refused before a decision.
    pub(crate) async fn preview(&self, route: &'static RouteSpec, body: Bytes) -> Result<Preview, Failure> {
        let incoming = self.incoming(route, body);
        self.exchange.preview(&incoming).await.map_err(|refused| Failure::Refused(refused.to_string()))
    }

    /// What the provider would get of a request.
    ///
    /// # Errors
    /// Why it would get nothing.
    pub(crate) async fn sent(&self, route: &'static RouteSpec, body: Bytes) -> Result<Bytes, Failure> {
        let outgoing = self.exchange.run(self.incoming(route, body)).await;
        let caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner).take();
        caught.ok_or_else(|| match outgoing.body {
            OutBody::Whole(body) => Failure::Refused(message_of(&body)),
            OutBody::Stream(_) => Failure::Unavailable("nothing came out of it".to_owned()),
        })
    }

    /// What a provider that repeats everything would get, and what its answer would say.
    ///
    /// # Errors
    /// Why it would get nothing.
    pub(crate) async fn repeated(
        &self,
        route: &'static RouteSpec,
        body: Bytes,
    ) -> Result<(Bytes, String), Failure> {
        let outgoing = self.exchange.run(self.incoming(route, body)).await;
        let caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner).take();
        let OutBody::Whole(body) = outgoing.body else {
            return Err(Failure::Unavailable("the answer is none that was asked for".to_owned()));
        };
        let sent = caught.ok_or_else(|| Failure::Refused(message_of(&body)))?;
        let answer: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let said = answer.pointer("/choices/0/message/content").and_then(serde_json::Value::as_str);
        Ok((sent, said.unwrap_or_default().to_owned()))
    }

    fn incoming(&self, route: &'static RouteSpec, body: Bytes) -> Incoming {
        Incoming {
            id: ExchangeId::new("dry"),
            app: Arc::clone(&self.app),
            route,
            query: String::new(),
            headers: Vec::new(),
            conversation: None,
            narrowed: Vec::new(),
            body,
        }
    }
}

/// Limits of the JSON of a file. Beyond them JSON in a text counts as plain text, so they leave room for any file that is read.
pub(crate) fn limits() -> wire::Limits {
    wire::Limits {
        body_bytes_max: BODY_BYTES_MAX,
        leaves_max: LEAVES_MAX,
        values_max: VALUES_MAX,
        members_max: MEMBERS_MAX,
        ..wire::Limits::default()
    }
}

/// The message of an error body of any dialect.
fn message_of(body: &[u8]) -> String {
    serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|body| Some(body.pointer("/error/message")?.as_str()?.to_owned()))
        .unwrap_or_else(|| "it was refused".to_owned())
}

/// One deployment that takes every model of every dialect.
fn any_model() -> Router {
    Router::new(vec![route::Deployment {
        id: DeploymentId::new("file"),
        provider: "file".to_owned(),
        on_premises: false,
        dialects: DialectId::ALL.iter().map(|dialect| dialect.name().to_owned()).collect(),
        models: vec![ModelPattern::new("*")],
        listed: Vec::new(),
        aliases: std::collections::BTreeMap::new(),
        weight: 1,
        prices: Vec::new(),
    }])
}

/// The ports of a dry exchange.
struct DryPorts {
    upstream: Caught,
    journal: NoJournal,
    vault: OneVault,
    clock: world::MonotonicClock,
}

impl Ports for DryPorts {
    type Upstream = Caught;
    type Journal = NoJournal;
    type Vault = OneVault;
    type Clock = world::MonotonicClock;

    fn upstream(&self) -> &Caught {
        &self.upstream
    }

    fn journal(&self) -> &NoJournal {
        &self.journal
    }

    fn vault(&self) -> &OneVault {
        &self.vault
    }

    fn clock(&self) -> &world::MonotonicClock {
        &self.clock
    }
}

/// Catches what would be sent.
struct Caught {
    sent: Arc<Mutex<Option<Bytes>>>,
    is_repeating: bool,
}

impl Upstream for Caught {
    type Body = repeating::Body;

    async fn send(&self, call: Call) -> Result<Answer<repeating::Body>, UpstreamFault> {
        let answer = self.is_repeating.then(|| repeating::answer(&call.body));
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(call.body);
        answer.ok_or(UpstreamFault::Connect("nothing is sent"))
    }
}

/// Keeps nothing, because nothing leaves.
struct NoJournal;

impl Journal for NoJournal {
    async fn append(&self, _record: Record) -> Result<Receipt, JournalFault> {
        Ok(Receipt { index: 0, leaf_hash: Digest::default() })
    }

    async fn keep_meters(&self, _: Vec<policy::MeterChange>) -> Result<(), JournalFault> {
        Ok(())
    }

    fn append_later(&self, _record: Record) {}
}

/// The vault of the one app.
struct OneVault(AppVault);

impl Vault for OneVault {
    async fn open(&self, _app: &AppName) -> Result<AppVault, VaultFault> {
        Ok(self.0.clone())
    }
}

impl Clock for world::MonotonicClock {
    fn unix_ms(&self) -> u64 {
        world::now_unix_ms()
    }

    fn monotonic(&self) -> Duration {
        self.since_start()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
