//! The journal of exchanges over the ledger store. Every record passes here once, so what is counted of exchanges is
//! counted here.

use std::sync::Arc;

use exchange::{Journal, JournalFault};
use ledger::{Receipt, Record};
use store::{LedgerStore, StoreError};
use tokio::time::Instant;

use crate::events::Events;

/// Keeps records in the ledger store.
pub(crate) struct LedgerJournal {
    ledger: Arc<dyn LedgerStore>,
    events: Arc<Events>,
}

impl LedgerJournal {
    pub(crate) fn new(ledger: Arc<dyn LedgerStore>, events: Arc<Events>) -> Self {
        Self { ledger, events }
    }

    /// False while the store cannot take records: requests are then refused before their bodies are read.
    pub(crate) fn is_ready(&self) -> bool {
        self.ledger.ready().is_ok()
    }
}

impl Journal for LedgerJournal {
    async fn append(&self, record: Record) -> Result<Receipt, JournalFault> {
        self.events.recorded(&record);
        let started = Instant::now();
        let kept = self.ledger.append(record).await;
        self.events.append_ended(started.elapsed());
        kept.map_err(|error| {
            self.events.append_failed(&error);
            match error {
                StoreError::Busy { .. } | StoreError::Held => JournalFault::Busy,
                _ => JournalFault::Down,
            }
        })
    }

    fn append_later(&self, record: Record) {
        self.events.recorded(&record);
        if let Err(error) = self.ledger.append_later(record) {
            self.events.record_lost(&error);
        }
    }
}
