//! What the store has done, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a store has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Activity {
    /// Records appended to the ledger.
    pub records: u64,
    /// Commits that appended them: as many syncs with [`Durability::Disk`](store::Durability::Disk).
    pub groups: u64,
    /// Groups that failed.
    pub failed_groups: u64,
    /// Records that wait now, or are being committed.
    pub waiting: u64,
}

/// Counts what the writer does.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    records: AtomicU64,
    groups: AtomicU64,
    failed_groups: AtomicU64,
}

impl Counters {
    pub(crate) fn committed(&self, records: usize) {
        self.records.fetch_add(u64::try_from(records).unwrap_or(0), Ordering::Relaxed);
        self.groups.fetch_add(u64::from(records > 0), Ordering::Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.failed_groups.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn so_far(&self, waiting: usize) -> Activity {
        Activity {
            records: self.records.load(Ordering::Relaxed),
            groups: self.groups.load(Ordering::Relaxed),
            failed_groups: self.failed_groups.load(Ordering::Relaxed),
            waiting: u64::try_from(waiting).unwrap_or(0),
        }
    }
}
