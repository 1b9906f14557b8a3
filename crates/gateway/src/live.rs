//! What a reload replaces, in the form that requests use: built whole, then put in place at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use exchange::{App, Exchange, Ports};
use types::AppName;

use crate::GatewayError;
use crate::clock::RuntimeClock;
use crate::echo::Echo;
use crate::journal::LedgerJournal;
use crate::keyring::Keyring;
use crate::keys::Caller;
use crate::settings::Rules;
use crate::upstream::Providers;
use crate::vault::AppVaults;

/// What outlives a reload.
#[derive(Clone)]
pub(crate) struct Lasting {
    pub(crate) client: net::Pinned,
    pub(crate) journal: Arc<LedgerJournal>,
    pub(crate) vaults: Arc<AppVaults>,
    pub(crate) clock: RuntimeClock,
    pub(crate) echo: Arc<Echo>,
    pub(crate) conversations: exchange::Conversations,
    pub(crate) health: Arc<route::Health>,
    pub(crate) meters: Arc<policy::Board>,
}

/// One set of rules in use.
pub(crate) struct Live {
    pub(crate) exchange: Exchange<GatewayPorts>,
    apps: BTreeMap<AppName, App>,
    other_apps: App,
}

impl Live {
    /// # Errors
    /// Rules that contradict themselves.
    pub(crate) fn new(rules: Rules, lasting: &Lasting) -> Result<Self, GatewayError> {
        let mut settings = rules.exchange;
        settings.conversations = lasting.conversations.clone();
        settings.health = Arc::clone(&lasting.health);
        settings.meters = Arc::clone(&lasting.meters);
        let providers = Providers::new(
            lasting.client.clone(),
            rules.deployments,
            Keyring::new(rules.provider_keys),
            Arc::clone(&lasting.echo),
        )?;
        let ports = GatewayPorts {
            providers,
            journal: Arc::clone(&lasting.journal),
            vaults: Arc::clone(&lasting.vaults),
            clock: lasting.clock.clone(),
        };
        Ok(Self {
            exchange: Exchange::new(settings, Arc::new(ports)),
            apps: rules.apps,
            other_apps: rules.other_apps,
        })
    }

    /// The app of a caller.
    pub(crate) fn app(&self, caller: &Caller) -> Arc<App> {
        let app = self.apps.get(&caller.app).unwrap_or(&self.other_apps);
        Arc::new(App { name: caller.app.clone(), environment: caller.environment, ..app.clone() })
    }
}

/// The ports of an exchange over the real world.
pub(crate) struct GatewayPorts {
    providers: Providers,
    journal: Arc<LedgerJournal>,
    vaults: Arc<AppVaults>,
    clock: RuntimeClock,
}

impl Ports for GatewayPorts {
    type Upstream = Providers;
    type Journal = LedgerJournal;
    type Vault = AppVaults;
    type Clock = RuntimeClock;

    fn upstream(&self) -> &Providers {
        &self.providers
    }

    fn journal(&self) -> &LedgerJournal {
        &self.journal
    }

    fn vault(&self) -> &AppVaults {
        &self.vaults
    }

    fn clock(&self) -> &RuntimeClock {
        &self.clock
    }
}
