//! The journal of exchanges over the ledger store. Every record passes here once, so what is counted of exchanges is
//! counted here.
//!
//! A ledger whose head does not verify takes nothing: what came after it would prove nothing, and without a record nothing
//! is sent. Looked at is the end of the ledger; whoever wants all of it verified runs `cordon audit verify`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use exchange::{Journal, JournalFault};
use ledger::{Head, Receipt, Record, Tree, leaf_hash};
use policy::MeterChange;
use store::{LedgerStore, StoreError, StoredLeaf};
use tokio::time::Instant;

use crate::events::Events;
use crate::meters::MeterKeeper;

/// Keeps records in the ledger store.
pub(crate) struct LedgerJournal {
    ledger: Arc<dyn LedgerStore>,
    events: Arc<Events>,
    meters: MeterKeeper,
    is_verified: AtomicBool,
}

impl LedgerJournal {
    /// A journal over a ledger; it takes nothing before [`verify`](Self::verify) found the head in order.
    pub(crate) fn new(ledger: Arc<dyn LedgerStore>, meters: MeterKeeper, events: Arc<Events>) -> Self {
        Self { ledger, events, meters, is_verified: AtomicBool::new(false) }
    }

    /// False while the store cannot take records: requests are then refused before their bodies are read.
    pub(crate) fn is_ready(&self) -> bool {
        self.is_verified() && self.ledger.ready().is_ok()
    }

    /// True after the head was found in order.
    pub(crate) fn is_verified(&self) -> bool {
        self.is_verified.load(Ordering::Acquire)
    }

    /// Compares the head of the ledger with its last record.
    ///
    /// # Errors
    /// What does not fit, or why it cannot be read.
    pub(crate) async fn verify(&self) -> Result<(), StoreError> {
        let mut head = self.ledger.head().await?;
        loop {
            // One more than there should be, to see one that was added beside the head.
            let last = self.ledger.leaves(head.size.saturating_sub(1), 2).await?;
            if fits(head, &last) {
                self.is_verified.store(true, Ordering::Release);
                return Ok(());
            }
            let now = self.ledger.head().await?;
            if now == head {
                let what = "the head of the ledger does not fit its last record".to_owned();
                return Err(StoreError::Damaged { what });
            }
            // Records that were queued before have come in between.
            head = now;
        }
    }

    fn failed(&self, error: &StoreError) -> JournalFault {
        self.events.append_failed(error);
        match error {
            StoreError::Busy { .. } | StoreError::Held => JournalFault::Busy,
            _ => JournalFault::Down,
        }
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.is_verified() {
            return Ok(());
        }
        Err(StoreError::Stopped { reason: "the head of the ledger is not verified".to_owned() })
    }
}

/// True where these leaves, from the last one of the head on, are the end that the head says.
fn fits(head: Head, last: &[StoredLeaf]) -> bool {
    match last {
        [] => head == Tree::new().head(),
        [last] => {
            Head { size: last.index.saturating_add(1), root: last.root } == head
                && leaf_hash(&last.leaf) == last.leaf_hash
        }
        _ => false,
    }
}

impl Journal for LedgerJournal {
    async fn append(&self, record: Record) -> Result<Receipt, JournalFault> {
        self.events.recorded(&record);
        let started = Instant::now();
        let kept = match self.check() {
            Ok(()) => self.ledger.append(record).await,
            Err(error) => Err(error),
        };
        self.events.append_ended(started.elapsed());
        kept.map_err(|error| self.failed(&error))
    }

    async fn keep_meters(&self, changed: Vec<MeterChange>) -> Result<(), JournalFault> {
        for change in &changed {
            if let Some(level) = change.reached {
                self.events.meter_reached(&change.id, level);
            }
        }
        let changed = changed.into_iter().map(|change| (change.id, change.month));
        self.meters.keep(changed).await.map_err(|error| self.failed(&error))
    }

    fn append_later(&self, record: Record) {
        self.events.recorded(&record);
        if let Err(error) = self.check().and_then(|()| self.ledger.append_later(record)) {
            self.events.record_lost(&error);
        }
    }
}
