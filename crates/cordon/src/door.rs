//! The gateway, started from a configuration: what `serve`, `run` and `demo` have in common.

use std::sync::Arc;
use std::time::Duration;

use gateway::{Gateway, Hooks, Running, Stores};
use metrics_exporter_prometheus::PrometheusHandle;
use store::{AppKeyRecord, KeyStore};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use types::{AppKey, AppName, Environment, ExchangeId};

use crate::commands::keys::minted;
use crate::config::load::Loaded;
use crate::config::plan::Plan;
use crate::failure::Failure;
use crate::setup::{Vaults, rules, server_settings};
use crate::state::{State, StateError};
use crate::terms::{self, Term};
use crate::{recognizers, telemetry, world};

/// How often histograms are folded, and memory is given back.
const UPKEEP: Duration = Duration::from_secs(5);

/// The same for the first time: so long the allocator keeps what the start has freed.
const SETTLED: Duration = Duration::from_secs(1);

/// More than the allocator shares a page of memory for (512 KiB): such a block is handed back at once when it is freed.
const BLOCK_BYTES: usize = 1 << 20;

/// Gets each body as the echo provider sees it.
pub(crate) type Observer = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// A running gateway with what it was made of.
pub(crate) struct Door {
    /// The gateway.
    pub(crate) running: Running,
    /// Its state.
    pub(crate) state: State,
    tasks: TaskTracker,
    /// Ends the tasks when dropped.
    stop: DropGuard,
}

/// What there is once per process, and takes time to make.
pub(crate) struct Means {
    metrics: PrometheusHandle,
}

impl Means {
    /// Makes them.
    ///
    /// # Errors
    /// Metrics that cannot be kept.
    pub(crate) fn new() -> Result<Self, Failure> {
        // First thing: rustls has one provider, whatever features crates switch on. An error means that it stands already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Ok(Self { metrics: telemetry::metrics()? })
    }
}

impl Door {
    /// Starts the gateway. `observer` sees what a provider sees.
    ///
    /// # Errors
    /// A configuration that cannot be used, or an address that is taken.
    pub(crate) async fn open(
        loaded: &Loaded,
        plan: &Plan,
        state: State,
        means: Means,
        observer: Option<Observer>,
    ) -> Result<Self, Failure> {
        follow(&term_files(plan)?, &state).await?;
        let rules = rules(loaded, plan, &recognizers::detector(loaded)?.0, &state.root)?;
        let stores = Stores {
            meters: Arc::clone(&state.store) as _,
            ledger: Arc::clone(&state.store) as Arc<dyn store::LedgerStore>,
            keys: Arc::clone(&state.store) as Arc<dyn store::KeyStore>,
            terms: Arc::clone(&state.store) as Arc<dyn store::TermStore>,
            root: state.root.clone(),
        };
        let hooks = Hooks {
            new_id: Arc::new(|| ExchangeId::new(world::id())),
            unix_ms: Arc::new(world::now_unix_ms),
            vaults: Arc::new(Vaults(state.root.clone())),
            echo_seen: observer,
            metrics: Some(means.metrics.clone()),
        };
        let running = Gateway::start(server_settings(loaded)?, rules, stores, hooks)
            .await
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        tasks.spawn(upkeep(means.metrics, stop.clone()));
        Ok(Self { running, state, tasks, stop: stop.drop_guard() })
    }

    /// Takes in another configuration, whole or not at all.
    ///
    /// # Errors
    /// A configuration that cannot be used; the one before stays.
    pub(crate) async fn reload(&self, loaded: &Loaded, plan: &Plan) -> Result<(), Failure> {
        let rules = rules(loaded, plan, &recognizers::detector(loaded)?.0, &self.state.root)?;
        let files = term_files(plan)?;
        self.running.reload(rules).await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        follow(&files, &self.state).await?;
        self.running.keys_changed().await;
        Ok(())
    }

    /// Makes an app key that can be used at once.
    ///
    /// # Errors
    /// No randomness, or a store that does not take it.
    pub(crate) async fn minted(
        &self,
        app: AppName,
        environment: Environment,
        expires_ms: Option<u64>,
    ) -> Result<(AppKey, AppKeyRecord), Failure> {
        let made = minted(&self.state, app, environment, expires_ms).await?;
        self.running.keys_changed().await;
        Ok(made)
    }

    /// Lets open answers end, writes what is queued, and stops.
    ///
    /// # Errors
    /// Records that could not be written.
    pub(crate) async fn close(self) -> Result<State, Failure> {
        self.running.shutdown().await;
        drop(self.stop);
        self.tasks.close();
        self.tasks.wait().await;
        store::LedgerStore::flush(self.state.store.as_ref()).await.map_err(StateError::Store)?;
        Ok(self.state)
    }
}

/// True when there is no app key yet.
pub(crate) async fn has_no_key(state: &State) -> Result<bool, Failure> {
    Ok(state.store.list().await.map_err(StateError::Store)?.is_empty())
}

/// The terms of all `terms_file`s, read and checked.
fn term_files(plan: &Plan) -> Result<Vec<(&AppName, Vec<Term>)>, Failure> {
    let files = plan.apps.iter().filter_map(|(app, settings)| Some((app, settings.terms_file.as_deref()?)));
    files.map(|(app, path)| Ok((app, terms::read_file(path)?))).collect()
}

/// Makes the terms of the files those that are kept of them.
async fn follow(files: &[(&AppName, Vec<Term>)], state: &State) -> Result<(), Failure> {
    for (app, terms) in files {
        terms::follow(state.store.as_ref(), &state.root, app, terms).await?;
    }
    Ok(())
}

/// Folds samples of histograms into buckets, and gives memory back. Without it samples would pile up until somebody asks for `/metrics`,
/// and what a start, a reload or a burst of requests had freed would stay with an idle gateway.
async fn upkeep(metrics: PrometheusHandle, stop: CancellationToken) {
    let mut wait = SETTLED;
    while stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
        metrics.run_upkeep();
        give_memory_back();
        wait = UPKEEP;
    }
}

/// Has the allocator give back what was freed more than a second ago: it looks for that when a block of its own size is freed, and an idle
/// gateway frees none. The block itself is never touched.
fn give_memory_back() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(BLOCK_BYTES)));
}
