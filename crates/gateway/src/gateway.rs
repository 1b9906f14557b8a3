//! Starting, reloading and stopping a gateway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use net::{Pinned, PinnedOptions};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::GatewayError;
use crate::admin::{Admin, Readiness};
use crate::body::BodyLimits;
use crate::canary::{self, CanaryDied};
use crate::clock::RuntimeClock;
use crate::echo::Echo;
use crate::events::Events;
use crate::front::{Budget, Front};
use crate::gate::Gate;
use crate::journal::LedgerJournal;
use crate::keys::{KeyTable, REFRESH};
use crate::listen::Listening;
use crate::live::{Lasting, Live};
use crate::settings::{Hooks, Rules, ServerSettings, Stores};
use crate::tls::{Certificates, TlsError};
use crate::vault::AppVaults;

/// How often the certificate files are looked at.
const CERTIFICATES: Duration = Duration::from_secs(5);

/// How soon the canary is sent again after it died.
const CANARY_AGAIN: Duration = Duration::from_secs(1);

/// How long a stop waits for the ledger to have everything.
const FLUSH: Duration = Duration::from_secs(10);

/// Starts gateways.
#[derive(Debug)]
pub struct Gateway;

impl Gateway {
    /// Opens both listeners and serves. Ready as soon as a canary came back, see [`Running::is_ready`].
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
        let journal = Arc::new(LedgerJournal::new(Arc::clone(&stores.ledger), Arc::clone(&events)));
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

/// A gateway that serves. Dropped, it ends at once; [`shutdown`](Self::shutdown) lets answers end.
pub struct Running {
    address: SocketAddr,
    admin_address: SocketAddr,
    front: Arc<Front>,
    readiness: Arc<Readiness>,
    certificates: Option<Arc<Certificates>>,
    lasting: Lasting,
    stores: Stores,
    /// Listener and connections of applications.
    tasks: TaskTracker,
    /// Everything else.
    own_tasks: TaskTracker,
    events: Arc<Events>,
    stop: CancellationToken,
    shutdown: Duration,
    cut: DropGuard,
}

impl Running {
    /// Where applications reach it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where `/healthz`, `/readyz` and `/metrics` are.
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// Why it is not ready, in words for people; empty when it is.
    pub fn faults(&self) -> Vec<String> {
        self.readiness.faults()
    }

    /// True when a canary came back, the ledger can be written and no stop has begun.
    pub fn is_ready(&self) -> bool {
        self.faults().is_empty()
    }

    /// Uses new rules: all of them from the next request on, or none. Requests under way end under the rules they began
    /// with. What stands in [`ServerSettings`] needs a restart.
    ///
    /// # Errors
    /// Rules that contradict themselves, or through which a canary does not come back.
    pub async fn reload(&self, rules: Rules) -> Result<(), GatewayError> {
        let entities = rules.entities.clone();
        let live = Live::new(rules, &self.lasting)?;
        let hooks = &self.front.hooks;
        canary::sent(live.exchange.settings(), hooks, self.lasting.clock.clone())
            .await
            .map_err(|died| GatewayError::Canary { reason: died.to_string() })?;
        self.events.know_entities(entities);
        self.front.live.store(Arc::new(live));
        self.events.reloaded();
        self.keys_changed().await;
        Ok(())
    }

    /// Looks at once whether app keys or terms changed, instead of within a fraction of a second.
    pub async fn keys_changed(&self) {
        refresh(&self.front, &self.lasting).await;
    }

    /// Looks at once whether the certificate files changed, instead of within some seconds. True where a new certificate is
    /// in use.
    ///
    /// # Errors
    /// Files that cannot be used; the certificate before them stays.
    pub async fn certificate_changed(&self) -> Result<bool, GatewayError> {
        match &self.certificates {
            Some(certificates) => looked_at(certificates).await.map_err(GatewayError::from),
            None => Ok(false),
        }
    }

    /// Takes no more requests, lets answers under way end within `shutdown`, and waits until the ledger has everything.
    pub async fn shutdown(self) {
        self.events.stopping();
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(self.shutdown, self.tasks.wait()).await.is_err() {
            self.events.cut(self.tasks.len());
        }
        drop(self.cut);
        self.tasks.wait().await;
        self.own_tasks.close();
        self.own_tasks.wait().await;
        match tokio::time::timeout(FLUSH, self.stores.ledger.flush()).await {
            Ok(Ok(())) => {}
            _ => self.events.flush_failed(),
        }
        self.events.stopped();
    }
}

/// What goes on beside requests.
#[derive(Clone)]
struct Background {
    front: Arc<Front>,
    lasting: Lasting,
    readiness: Arc<Readiness>,
}

impl Background {
    async fn watch_keys(self, stop: CancellationToken) {
        while pause(REFRESH, &stop).await {
            refresh(&self.front, &self.lasting).await;
        }
    }

    async fn watch_certificates(self, certificates: Arc<Certificates>, stop: CancellationToken) {
        while pause(CERTIFICATES, &stop).await {
            match looked_at(&certificates).await {
                Ok(true) => self.front.events.certificate_changed(),
                Ok(false) => {}
                Err(error) => self.front.events.certificate_refused(&error),
            }
        }
    }

    async fn send_canary(self, stop: CancellationToken) {
        loop {
            let live = self.front.live.load_full();
            let back =
                canary::sent(live.exchange.settings(), &self.front.hooks, self.lasting.clock.clone()).await;
            self.readiness.canary.store(Arc::new(back));
            match back {
                Ok(()) => return self.front.events.ready(),
                Err(died) => self.front.events.not_ready(&died.to_string()),
            }
            if !pause(CANARY_AGAIN, &stop).await {
                return;
            }
        }
    }
}

/// Looks whether keys or terms changed.
async fn refresh(front: &Front, lasting: &Lasting) {
    match front.keys.refresh().await {
        Ok(false) => front.events.keys_read(),
        Ok(true) => {
            front.events.keys_read();
            lasting.vaults.forget();
            front.events.keys_changed();
        }
        Err(error) => front.events.keys_unread(&error),
    }
}

/// Looks whether the certificate files changed.
async fn looked_at(certificates: &Arc<Certificates>) -> Result<bool, TlsError> {
    let looking = Arc::clone(certificates);
    tokio::task::spawn_blocking(move || looking.refresh()).await.unwrap_or(Ok(false))
}

/// Waits. False when it is time to stop.
async fn pause(time: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(time) => true,
    }
}

async fn bind(setting: &'static str, address: SocketAddr) -> Result<TcpListener, GatewayError> {
    TcpListener::bind(address).await.map_err(|source| GatewayError::Bind { setting, address, source })
}

fn local(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}
