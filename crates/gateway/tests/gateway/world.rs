//! A gateway with everything around it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use cordon_gateway::{
    DeploymentSettings, Gateway, Hooks, ProviderKeySettings, Rules, Running, ServerLimits, ServerSettings,
    Stores, VaultSource,
};
use detect::{Cache, Detector, ExactTerms};
use exchange::{App, AppVault, CachedFinder, Conversations, ExchangeLimits, Guard, Mode, VaultFault};
use policy::{Table, TableEngine};
use registry::{KeyHeader, Origin, Surface};
use route::{Deployment, ModelPattern, Router};
use store::{AppKeyHasher, KeyStore, RootKey, TermRecord, mint_app_key};
use tokio::runtime::{Builder, Runtime};
use types::{AppKey, AppName, DeploymentId, Environment, ExchangeId, Original, ProviderKey};

use crate::client::{Reply, exchanged, parsed, request};
use crate::stores::Memory;

pub(crate) const NOW_MS: u64 = 1_800_000_000_000;
pub(crate) const EMAIL: &str = "jan.k@kestrelmoor.org";

static DETECTOR: LazyLock<Arc<Detector>> = LazyLock::new(|| Arc::new(Detector::builtin().unwrap()));

/// How a world differs from the usual one.
pub(crate) struct Spec {
    pub(crate) server: ServerSettings,
    /// Where the deployment `remote` is.
    pub(crate) upstream: Option<SocketAddr>,
    pub(crate) provider_keys: Vec<(&'static str, Environment)>,
    pub(crate) key_header: KeyHeader,
    pub(crate) limits: ExchangeLimits,
    pub(crate) store: Arc<Memory>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            server: ServerSettings::default(),
            upstream: None,
            provider_keys: vec![("pk-dev", Environment::Dev)],
            key_header: KeyHeader::Bearer,
            limits: ExchangeLimits::default(),
            store: Arc::default(),
        }
    }
}

impl Spec {
    /// With these limits of what comes in.
    pub(crate) fn limited(limits: ServerLimits) -> Self {
        Self { server: ServerSettings { limits, ..ServerSettings::default() }, ..Self::default() }
    }
}

/// Waits for something that happens in other threads. Fails after a time that only a broken test needs.
pub(crate) fn until(is_so: impl Fn() -> bool) {
    for _ in 0..20_000 {
        if is_so() {
            return;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(1));
    }
    panic!("it did not happen");
}

pub(crate) struct World {
    running: Option<Running>,
    pub(crate) runtime: Runtime,
    pub(crate) store: Arc<Memory>,
    pub(crate) key: String,
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
    now_ms: Arc<AtomicU64>,
    keys_made: u8,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }
}

fn root() -> RootKey {
    RootKey::new([7; 32])
}

struct Vaults;

impl VaultSource for Vaults {
    fn open(&self, app: &AppName, terms: &[TermRecord]) -> Result<AppVault, VaultFault> {
        // In this world terms are not sealed.
        let texts = terms.iter().map(|term| {
            let text = Original::new(String::from_utf8(term.sealed.clone()).unwrap());
            (detect::exact_term_entity(None), text)
        });
        let exact = ExactTerms::new(texts).map_err(|_| VaultFault)?;
        let terms = (!exact.is_empty()).then(|| Arc::new(exact));
        Ok(AppVault { key: root().scope_key(app), terms })
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Spec::default())
    }

    pub(crate) fn with(spec: Spec) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let store = Arc::clone(&spec.store);
        let now_ms = Arc::new(AtomicU64::new(NOW_MS));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (clock, notes) = (Arc::clone(&now_ms), Arc::clone(&seen));
        let counter = AtomicU64::new(0);
        let hooks = Hooks {
            new_id: Arc::new(move || ExchangeId::new(format!("x{}", counter.fetch_add(1, Ordering::SeqCst)))),
            unix_ms: Arc::new(move || clock.load(Ordering::SeqCst)),
            vaults: Arc::new(Vaults),
            echo_seen: Some(Arc::new(move |body: &[u8]| {
                notes.lock().unwrap().push(String::from_utf8_lossy(body).into_owned());
            })),
            metrics: None,
        };
        let stores = Stores {
            ledger: Arc::clone(&store) as _,
            meters: Arc::clone(&store) as _,
            keys: Arc::clone(&store) as _,
            terms: Arc::clone(&store) as _,
            root: root(),
        };
        let started = Gateway::start(spec.server.clone(), rules(&spec), stores, hooks);
        let running = runtime.block_on(started).unwrap_or_else(|error| panic!("{error}"));
        let mut world =
            Self { running: Some(running), runtime, store, key: String::new(), seen, now_ms, keys_made: 0 };
        world.key = world.new_key("billing", Environment::Dev, None).expose().to_owned();
        world
    }

    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub(crate) fn take_running(&mut self) -> Running {
        self.running.take().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running().address()
    }

    pub(crate) fn new_key(&mut self, app: &str, environment: Environment, expires_ms: Option<u64>) -> AppKey {
        self.keys_made += 1;
        let key = mint_app_key(environment, [self.keys_made; 32]);
        let record = AppKeyHasher::new(&root()).record(&key, AppName::new(app), NOW_MS, expires_ms).unwrap();
        self.runtime.block_on(self.store.create(record)).unwrap();
        self.refresh();
        key
    }

    pub(crate) fn revoke(&self, key: &AppKey) {
        let hasher = AppKeyHasher::new(&root());
        let id = hasher.id(&hasher.hash(key));
        assert!(self.runtime.block_on(self.store.revoke(id, NOW_MS)).unwrap());
        self.refresh();
    }

    pub(crate) fn refresh(&self) {
        self.runtime.block_on(self.running().keys_changed());
    }

    pub(crate) fn set_now(&self, now_ms: u64) {
        self.now_ms.store(now_ms, Ordering::SeqCst);
    }

    /// Sends a request of our app.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let bearer = format!("Bearer {}", self.key);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        parsed(&exchanged(self.address(), &request(method, path, &all, body)))
    }

    /// Sends a chat to a model.
    pub(crate) fn chat(&self, model: &str, text: &str) -> Reply {
        let body = serde_json::json!({"model": model, "messages": [{"role": "user", "content": text}]});
        self.ask(
            "POST",
            "/v1/chat/completions",
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
    }

    /// The bodies that the echo saw.
    pub(crate) fn echo_saw(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// Rules with the deployments `echo` and, where there is an upstream, `remote`.
pub(crate) fn rules(spec: &Spec) -> Rules {
    let engine = TableEngine::new(BTreeMap::new()).with_other_apps(Table::preset("standard").unwrap());
    let mut routes = vec![routed("echo", &["echo"])];
    let mut deployments = vec![DeploymentSettings {
        id: DeploymentId::new("echo"),
        provider: "echo".to_owned(),
        surfaces: BTreeMap::new(),
        is_keyless: false,
        is_built_in: true,
        key_hint: String::new(),
    }];
    if let Some(address) = spec.upstream {
        routes.push(routed("remote", &["m-*"]));
        let surface = |prefix: &str| Surface {
            origin: Some(Origin::parse(&format!("http://{address}{prefix}")).unwrap()),
            key: spec.key_header,
        };
        deployments.push(DeploymentSettings {
            id: DeploymentId::new("remote"),
            provider: "acme".to_owned(),
            surfaces: BTreeMap::from([
                ("openai.chat".to_owned(), surface("")),
                ("anthropic.messages".to_owned(), surface("/anthropic")),
            ]),
            is_keyless: false,
            is_built_in: false,
            key_hint: "ACME_KEY".to_owned(),
        });
    }
    Rules {
        exchange: exchange::Settings {
            finder: Arc::new(CachedFinder::new(Arc::clone(&DETECTOR), Cache::new([1; 32], 1 << 20))),
            policy: Arc::new(engine),
            standings: Arc::new(exchange::NothingKnown),
            router: Router::new(routes),
            limits: spec.limits,
            json: wire::Limits::default(),
            stream: wire::StreamLimits::default(),
            configuration: [0; 32],
            conversations: Conversations::default(),
            health: Arc::default(),
            meters: Arc::default(),
            subjects: types::ScopeKey::new([0; 32]),
        },
        apps: BTreeMap::new(),
        other_apps: app(),
        deployments,
        provider_keys: spec
            .provider_keys
            .iter()
            .map(|(key, environment)| ProviderKeySettings {
                provider: "acme".to_owned(),
                environment: *environment,
                key: ProviderKey::new(*key),
                is_active: true,
            })
            .collect(),
        entities: BTreeSet::new(),
    }
}

fn app() -> App {
    App {
        name: AppName::new("*"),
        environment: Environment::Dev,
        mode: Mode::Protect,
        forms: Arc::default(),
        deployments: Arc::from([]),
        secrets_to_reader: false,
        aliases: Arc::default(),
        strategy: route::Strategy::default(),
        guard: Guard::Flag,
        sieve: Arc::default(),
        declared: Arc::default(),
    }
}

fn routed(id: &str, models: &[&str]) -> Deployment {
    Deployment {
        id: DeploymentId::new(id),
        provider: id.to_owned(),
        on_premises: false,
        dialects: vec!["openai.chat".to_owned(), "anthropic.messages".to_owned()],
        models: models.iter().map(|pattern| ModelPattern::new(pattern)).collect(),
        listed: models.iter().filter(|name| !name.contains('*')).map(|name| (*name).to_owned()).collect(),
        aliases: BTreeMap::new(),
        weight: 1,
        prices: Vec::new(),
    }
}
