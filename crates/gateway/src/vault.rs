//! The vault of exchanges: what is kept for an app, opened once and held until keys or terms change.
//!
//! What was read before a change is never kept after it: an opening that overlaps a change serves the request that waits
//! for it and is then forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use exchange::{AppVault, Vault, VaultFault};
use store::TermStore;
use types::AppName;

use crate::events::Events;
use crate::settings::VaultSource;

/// Opens and holds the vaults of apps.
pub(crate) struct AppVaults {
    terms: Arc<dyn TermStore>,
    source: Arc<dyn VaultSource>,
    events: Arc<Events>,
    held: Mutex<Held>,
    /// One opening at a time: many requests of an app that is not open yet must not build the same automaton.
    opening: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    generation: u64,
    vaults: HashMap<AppName, AppVault>,
}

impl AppVaults {
    pub(crate) fn new(terms: Arc<dyn TermStore>, source: Arc<dyn VaultSource>, events: Arc<Events>) -> Self {
        Self { terms, source, events, held: Mutex::default(), opening: tokio::sync::Mutex::default() }
    }

    /// Forgets everything: keys or terms changed.
    pub(crate) fn forget(&self) {
        let mut held = self.held();
        held.generation += 1;
        held.vaults.clear();
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, app: &AppName) -> (u64, Option<AppVault>) {
        let held = self.held();
        (held.generation, held.vaults.get(app).cloned())
    }

    async fn opened(&self, app: &AppName) -> Result<AppVault, VaultFault> {
        let terms = self.terms.terms(app.clone()).await.map_err(|error| {
            self.events.terms_unread(&error);
            VaultFault
        })?;
        let (source, name) = (Arc::clone(&self.source), app.clone());
        tokio::task::spawn_blocking(move || source.open(&name, &terms))
            .await
            .unwrap_or(Err(VaultFault))
            .inspect_err(|_| self.events.vault_closed(app))
    }
}

impl Vault for AppVaults {
    async fn open(&self, app: &AppName) -> Result<AppVault, VaultFault> {
        if let (_, Some(vault)) = self.known(app) {
            return Ok(vault);
        }
        let _alone = self.opening.lock().await;
        let (generation, known) = self.known(app);
        if let Some(vault) = known {
            return Ok(vault);
        }
        let vault = self.opened(app).await?;
        let mut held = self.held();
        if held.generation == generation {
            held.vaults.insert(app.clone(), vault.clone());
        }
        Ok(vault)
    }
}
