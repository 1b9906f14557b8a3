//! From a checked configuration to what the gateway takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use detect::{Cache, Detector};
use exchange::{App, AppVault, CachedFinder, Conversations, ExchangeLimits, Guard, Mode, VaultFault};
use gateway::{
    DeploymentSettings, ProviderKeySettings, Rules, ServerLimits, ServerSettings, TlsFiles, VaultSource,
};
use policy::{Board, MeterKind};
use route::Router;
use sha2::{Digest as _, Sha256};
use store::{RootKey, TermRecord};
use types::{AppName, Environment, ScopeKey};

use crate::commands::inspecting::forms;
use crate::config::apps::GuardName;
use crate::config::load::Loaded;
use crate::config::plan::{AppPlan, DeploymentPlan, ModePlan, Plan};
use crate::failure::Failure;
use crate::standings::PlanStandings;
use crate::{files, keyring, policies, recognizers, terms};

/// Memory of the findings cache, in bytes: some tens of thousands of segments.
const CACHE_BYTES_MAX: u64 = 16 << 20;

/// Name of what holds for all apps that the file does not name; no app can have it.
const OTHER_APPS: &str = "(others)";

/// Window that the guard holds back, in bytes.
const GUARD_WINDOW_BYTES: usize = 256;

/// Most threads that help with large requests: a request of megabytes is not worth all cores of a large machine.
const HELPERS_MAX: usize = 3;

/// What holds from start to stop.
///
/// # Errors
/// A TLS key that others can read.
pub(crate) fn server_settings(loaded: &Loaded) -> Result<ServerSettings, Failure> {
    let server = &loaded.config.server;
    let tls = if server.tls_certificate.is_empty() {
        None
    } else {
        let key = Plan::path(loaded, server.tls_key.as_ref());
        files::read_secret("the TLS key", &key)?;
        Some(TlsFiles { certificate: Plan::path(loaded, server.tls_certificate.as_ref()), key })
    };
    Ok(ServerSettings {
        listen: server.listen,
        admin_listen: server.admin_listen,
        tls,
        limits: ServerLimits {
            body_bytes_max: server.body_bytes_max.as_usize(),
            header_bytes_max: server.header_bytes_max.as_usize(),
            concurrency_max: count(server.concurrency_max),
            body: seconds(server.body_seconds_max),
            header: seconds(server.header_seconds_max),
            idle: seconds(server.idle_seconds_max),
            shutdown: seconds(server.shutdown_seconds),
            ..ServerLimits::default()
        },
        connect: seconds(loaded.config.limits.connect_seconds),
        authorities: Vec::new(),
    })
}

/// What a reload replaces.
///
/// # Errors
/// A key that cannot be read; weights of names that are wrong.
pub(crate) fn rules(
    loaded: &Loaded,
    plan: &Plan,
    detector: &Arc<Detector>,
    root: &RootKey,
) -> Result<Rules, Failure> {
    let cache = Cache::new(*root.derive("cache").expose(), CACHE_BYTES_MAX);
    let json = json_limits(loaded);
    let keys = keyring::read(plan)?.into_iter().map(|read| ProviderKeySettings {
        provider: read.provider,
        environment: read.environment,
        key: read.key,
        is_active: read.is_active,
    });
    let mut finder = CachedFinder::new(Arc::clone(detector), cache);
    for asked in plan.apps.values().filter_map(|app| app.sieve.names) {
        finder = finder.with(asked, recognizers::asking(detector, asked)?);
    }
    let (apps, other_apps) = apps(plan);
    Ok(Rules {
        exchange: exchange::Settings {
            finder: Arc::new(finder),
            policy: policies::engine(loaded, plan)?,
            standings: Arc::new(PlanStandings::of(plan)),
            router: Router::new(plan.deployments.iter().map(|planned| planned.route.clone()).collect()),
            limits: exchange_limits(loaded),
            stream: wire::StreamLimits {
                event_bytes_max: loaded.config.limits.event_bytes_max.as_usize(),
                event: json.clone(),
                ..wire::StreamLimits::default()
            },
            json,
            configuration: configuration(plan, detector),
            conversations: Conversations::default(),
            health: Arc::default(),
            meters: Arc::new(Board::new(MeterKind::all(&plan.policies.law))),
            subjects: ScopeKey::new(*root.derive("meters").expose()),
        },
        apps,
        other_apps,
        deployments: plan.deployments.iter().map(deployment_of).collect(),
        provider_keys: keys.collect(),
        entities: detector.entities().iter().map(|entity| entity.name().to_owned()).collect::<BTreeSet<_>>(),
    })
}

/// What a record says of the configuration: the bigger model is a part of it.
fn configuration(plan: &Plan, detector: &Detector) -> [u8; 32] {
    match detector.model_version() {
        None => plan.digest,
        Some(model) => Sha256::digest([plan.digest, model].concat()).into(),
    }
}

/// Limits of the JSON of bodies.
pub(crate) fn json_limits(loaded: &Loaded) -> wire::Limits {
    let limits = &loaded.config.limits;
    wire::Limits {
        depth_max: count(limits.json_depth_max),
        leaves_max: count(limits.json_leaves_max),
        body_bytes_max: loaded
            .config
            .server
            .body_bytes_max
            .as_usize()
            .max(limits.answer_bytes_max.as_usize()),
        ..wire::Limits::default()
    }
}

/// Threads that help with large requests: one core is the caller's.
fn helpers_max() -> usize {
    std::thread::available_parallelism().map_or(0, |cores| (cores.get() - 1).min(HELPERS_MAX))
}

fn exchange_limits(loaded: &Loaded) -> ExchangeLimits {
    let limits = &loaded.config.limits;
    ExchangeLimits {
        detect: Duration::from_millis(limits.detect_ms.into()),
        detect_per_mb: Duration::from_millis(limits.detect_ms_per_mb.into()),
        helpers_max: helpers_max(),
        append: Duration::from_millis(loaded.config.ledger.append_deadline_ms.into()),
        first_byte: seconds(limits.first_byte_seconds),
        idle: seconds(limits.idle_seconds),
        answer_bytes_max: limits.answer_bytes_max.as_usize(),
        guard_window_bytes: GUARD_WINDOW_BYTES,
        findings_max: count(limits.findings_max),
        attempts_max: count(limits.attempts_max),
    }
}

fn deployment_of(planned: &DeploymentPlan) -> DeploymentSettings {
    let hint = match &planned.key_variable {
        Some(variable) => format!("{variable} where Cordon runs, or [[provider_keys]]"),
        None => "[[provider_keys]]".to_owned(),
    };
    DeploymentSettings {
        id: planned.route.id.clone(),
        provider: planned.route.provider.clone(),
        surfaces: planned.surfaces.clone(),
        is_keyless: planned.is_keyless,
        is_built_in: planned.is_built_in,
        key_hint: hint,
    }
}

/// The apps that a configuration names, and what holds for all others.
pub(crate) fn apps(plan: &Plan) -> (BTreeMap<AppName, App>, App) {
    let named = plan.apps.iter().map(|(name, app)| (name.clone(), app_of(name, app, plan.environment)));
    (named.collect(), app_of(&AppName::new(OTHER_APPS), &plan.other_apps, plan.environment))
}

fn app_of(name: &AppName, app: &AppPlan, environment: Environment) -> App {
    App {
        name: name.clone(),
        environment,
        mode: match app.mode {
            ModePlan::Protect => Mode::Protect,
            ModePlan::Observe { until_unix_ms } => Mode::Observe { until_unix_ms },
        },
        forms: Arc::new(forms(app)),
        deployments: app.deployments.clone().into(),
        secrets_to_reader: app.secrets_to_reader,
        aliases: Arc::clone(&app.aliases),
        strategy: app.strategy.strategy(),
        guard: match app.guard {
            GuardName::Flag => Guard::Flag,
            GuardName::Redact => Guard::Redact,
            GuardName::Refuse => Guard::Refuse,
        },
        sieve: Arc::clone(&app.sieve),
        declared: Arc::clone(&app.declared),
    }
}

/// Opens what is kept for apps, under the root key.
pub(crate) struct Vaults(pub(crate) RootKey);

impl VaultSource for Vaults {
    fn open(&self, app: &AppName, records: &[TermRecord]) -> Result<AppVault, VaultFault> {
        let terms = terms::automaton(&self.0, records).map_err(|_| VaultFault)?;
        Ok(AppVault { key: self.0.scope_key(app), terms: terms.map(Arc::new) })
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
