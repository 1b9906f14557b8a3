//! Starting a gateway: everything is opened and put together here, once.
//!
//! What it is afterwards, and what goes on beside requests, stands in `running.rs`.

use std::net::SocketAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use net::{Pinned, PinnedOptions};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::GatewayError;
use crate::admin::{Admin, Readiness};
use crate::body::BodyLimits;
use crate::budget::Budget;
use crate::canary::CanaryDied;
use crate::clock::RuntimeClock;
use crate::echo::Echo;
use crate::events::Events;
use crate::front::Front;
use crate::gate::Gate;
use crate::journal::LedgerJournal;
use crate::keys::KeyTable;
use crate::listen::Listening;
use crate::live::{Lasting, Live};
use crate::meters::MeterKeeper;
use crate::running::{Background, Running};
use crate::settings::{Hooks, Rules, ServerSettings, Stores};
use crate::tls::Certificates;
use crate::vault::AppVaults;

/// Starts gateways.
#[derive(Debug)]
pub struct Gateway;

impl Gateway {
    /// Opens both listeners and serves. Ready as soon as a canary came back and the head of the ledger verifies, see
    /// [`crate::Running::is_ready`].
    ///
    /// # Errors
    /// [`GatewayError`]; nothing is left open.
    pub async fn start(
        server: ServerSettings,
        rules: Rules,
        stores: Stores,
        hooks: Hooks,
    ) -> Result<Running, GatewayError> {
        let events = Arc::new(Events::new());
        let certificates = server.tls.clone().map(Certificates::load).transpose()?;
        let acceptor = match &certificates {
            Some(certificates) => Some(TlsAcceptor::from(Arc::new(certificates.server_config()?))),
            None => None,
        };
        let client = Pinned::new(PinnedOptions {
            connect: server.connect,
            authorities: server.authorities.iter().cloned().map(Into::into).collect(),
            ..PinnedOptions::default()
        })?;
        let keys = Arc::new(KeyTable::open(Arc::clone(&stores.keys), &stores.root).await?);
        let board = Arc::clone(&rules.exchange.meters);
        let meters = MeterKeeper::open(board, Arc::clone(&stores.meters)).await?;
        let journal = Arc::new(LedgerJournal::new(Arc::clone(&stores.ledger), meters, Arc::clone(&events)));
        if let Err(error) = journal.verify().await {
            events.ledger_unverified(&error);
        }
        let vaults = Arc::new(AppVaults::new(
            Arc::clone(&stores.terms),
            Arc::clone(&hooks.vaults),
            Arc::clone(&events),
        ));
        let lasting = Lasting {
            client,
            journal: Arc::clone(&journal),
            vaults,
            clock: RuntimeClock::new(Arc::clone(&hooks.unix_ms)),
            echo: Arc::new(Echo::new(hooks.echo_seen.clone())),
            conversations: rules.exchange.conversations.clone(),
            health: Arc::clone(&rules.exchange.health),
            meters: Arc::clone(&rules.exchange.meters),
        };
        events.know_entities(rules.entities.clone());
        let live = Live::new(rules, &lasting)?;
        let listener = bind("server.listen", server.listen).await?;
        let admin_listener = bind("server.admin_listen", server.admin_listen).await?;
        let (address, admin_address) =
            (local(&listener, server.listen), local(&admin_listener, server.admin_listen));
        events.listening(address, admin_address, acceptor.is_some());

        let cut = CancellationToken::new();
        let stop = cut.child_token();
        let gate = Arc::new(Gate::new(server.limits.concurrency_max, server.limits.bodies_bytes_max));
        let front = Arc::new(Front {
            live: ArcSwap::from_pointee(live),
            keys: Arc::clone(&keys),
            gate: Arc::clone(&gate),
            journal: Arc::clone(&journal),
            body: BodyLimits { bytes_max: server.limits.body_bytes_max, time: server.limits.body },
            hooks: hooks.clone(),
            events: Arc::clone(&events),
            stopping: stop.clone(),
            nameless: Budget::default(),
            shed: Budget::default(),
        });
        let readiness = Arc::new(Readiness {
            canary: ArcSwap::from_pointee(Err(CanaryDied::NotBack)),
            journal,
            keys: Arc::clone(&keys),
            stopping: stop.clone(),
        });
        let admin = Arc::new(Admin {
            readiness: Arc::clone(&readiness),
            metrics: hooks.metrics.clone(),
            events: Arc::clone(&events),
            gate,
            is_loopback: admin_address.ip().is_loopback(),
        });
        let (tasks, own_tasks) = (TaskTracker::new(), TaskTracker::new());
        let listening = Listening {
            limits: server.limits,
            tls: acceptor,
            tasks: tasks.clone(),
            stop: stop.clone(),
            cut: cut.clone(),
            events: Arc::clone(&events),
        };
        // Operations are served until the very end, so that `/readyz` says what happens.
        let admin_listening =
            Listening { tls: None, tasks: own_tasks.clone(), stop: cut.clone(), ..listening.clone() };
        tasks.spawn(listening.run(listener, Arc::clone(&front)));
        own_tasks.spawn(admin_listening.run(admin_listener, admin));
        let background = Background {
            front: Arc::clone(&front),
            lasting: lasting.clone(),
            readiness: Arc::clone(&readiness),
        };
        own_tasks.spawn(background.clone().watch_keys(stop.clone()));
        own_tasks.spawn(background.clone().send_canary(stop.clone()));
        own_tasks.spawn(background.clone().verify_ledger(stop.clone()));
        if let Some(certificates) = &certificates {
            own_tasks.spawn(background.watch_certificates(Arc::clone(certificates), stop.clone()));
        }
        Ok(Running {
            address,
            admin_address,
            front,
            readiness,
            certificates,
            lasting,
            stores,
            tasks,
            own_tasks,
            events,
            stop,
            shutdown: server.limits.shutdown,
            cut: cut.drop_guard(),
        })
    }
}

async fn bind(setting: &'static str, address: SocketAddr) -> Result<TcpListener, GatewayError> {
    TcpListener::bind(address).await.map_err(|source| GatewayError::Bind { setting, address, source })
}

fn local(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}
