//! A gateway that serves: reloading and stopping it, and what goes on beside requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::GatewayError;
use crate::admin::Readiness;
use crate::canary;
use crate::events::Events;
use crate::front::Front;
use crate::keys::REFRESH;
use crate::live::{Lasting, Live};
use crate::settings::{Rules, Stores};
use crate::tls::{Certificates, TlsError};

/// How often the certificate files are looked at.
const CERTIFICATES: Duration = Duration::from_secs(5);

/// How soon the canary is sent again after it died.
const CANARY_AGAIN: Duration = Duration::from_secs(1);

/// How soon the head of a ledger is looked at again that did not verify: it may have been out of reach only.
const LEDGER_AGAIN: Duration = Duration::from_secs(5);

/// How long a stop waits for the ledger to have everything.
const FLUSH: Duration = Duration::from_secs(10);

/// A gateway that serves. Dropped, it ends at once; [`shutdown`](Self::shutdown) lets answers end.
pub struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) admin_address: SocketAddr,
    pub(crate) front: Arc<Front>,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) certificates: Option<Arc<Certificates>>,
    pub(crate) lasting: Lasting,
    pub(crate) stores: Stores,
    /// Listener and connections of applications.
    pub(crate) tasks: TaskTracker,
    /// Everything else.
    pub(crate) own_tasks: TaskTracker,
    pub(crate) events: Arc<Events>,
    pub(crate) stop: CancellationToken,
    pub(crate) shutdown: Duration,
    pub(crate) cut: DropGuard,
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

    /// True when a canary came back, the ledger verifies and can be written, and no stop has begun.
    pub fn is_ready(&self) -> bool {
        self.faults().is_empty()
    }

    /// Uses new rules: all of them from the next request on, or none. Requests under way end under the rules they began
    /// with. What stands in [`crate::ServerSettings`] needs a restart.
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
pub(crate) struct Background {
    pub(crate) front: Arc<Front>,
    pub(crate) lasting: Lasting,
    pub(crate) readiness: Arc<Readiness>,
}

impl Background {
    pub(crate) async fn watch_keys(self, stop: CancellationToken) {
        while pause(REFRESH, &stop).await {
            refresh(&self.front, &self.lasting).await;
        }
    }

    pub(crate) async fn watch_certificates(self, certificates: Arc<Certificates>, stop: CancellationToken) {
        while pause(CERTIFICATES, &stop).await {
            match looked_at(&certificates).await {
                Ok(true) => self.front.events.certificate_changed(),
                Ok(false) => {}
                Err(error) => self.front.events.certificate_refused(&error),
            }
        }
    }

    pub(crate) async fn verify_ledger(self, stop: CancellationToken) {
        let journal = &self.readiness.journal;
        while !journal.is_verified() && pause(LEDGER_AGAIN, &stop).await {
            if let Err(error) = journal.verify().await {
                self.front.events.ledger_unverified(&error);
            }
        }
    }

    pub(crate) async fn send_canary(self, stop: CancellationToken) {
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
