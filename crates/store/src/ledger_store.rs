//! The ledger, kept.

use ledger::{Claim, Digest, Head, Kind, Receipt, Record, Verification, Verifier};
use types::{AppName, ExchangeId};

use crate::{Pending, StoreError};

/// What a receipt promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Durability {
    /// The record survives a power loss. One sync of the disk is shared by all that wait.
    Disk,
    /// The record survives the end of this process, kill -9 included, but not a power loss.
    Process,
}

impl Durability {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Disk, Self::Process];

    /// The name used in configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Process => "process",
        }
    }

    /// The durability of this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|durability| durability.name() == name)
    }
}

/// Keeps the records of the ledger in order.
///
/// A store never waits without end by itself, but it has no clock: the caller of [`append`](Self::append) sets the
/// deadline and drops the future. The record may then still be written, which is harmless: it says that something was
/// about to leave.
pub trait LedgerStore: Send + Sync {
    /// Appends a record. Resolves when it is as durable as configured; appends that wait at the same time share one
    /// commit. Refused at once ([`StoreError::Busy`]) where too much waits already. The record counts as queued when
    /// this returns, not when the future is first polled.
    fn append(&self, record: Record) -> Pending<'_, Receipt>;

    /// Appends a record with the next group; nobody waits. For outcomes: room is kept for them beyond what
    /// [`append`](Self::append) may use, and a group that fails (disk full) is tried again with the next one.
    fn append_later(&self, record: Record) -> Result<(), StoreError>;

    /// Records that match, the newest first.
    fn recent(&self, query: RecordQuery) -> Pending<'_, Vec<StoredRecord>>;

    /// Leaves from index `from` on, in order of their place in the store, at most `limit` of them (and at most as many
    /// as the store gives at once): for verification and export. Empty at the end.
    fn leaves(&self, from: u64, limit: u32) -> Pending<'_, Vec<StoredLeaf>>;

    /// Size and root as kept.
    fn head(&self) -> Pending<'_, Head>;

    /// Resolves when everything queued before is durable.
    fn flush(&self) -> Pending<'_, ()>;

    /// Whether appends can succeed now: an error where the writer has stopped. Cheap.
    fn ready(&self) -> Result<(), StoreError>;
}

/// Which records to give. The default gives the newest 100 of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordQuery {
    /// Of this app only.
    pub app: Option<AppName>,
    /// Of this exchange only.
    pub exchange: Option<ExchangeId>,
    /// Of this kind only.
    pub kind: Option<Kind>,
    /// Made at or after this time, in milliseconds since 1970.
    pub since_ms: Option<u64>,
    /// Made before this time, in milliseconds since 1970.
    pub until_ms: Option<u64>,
    /// With an index below this one: to go on where a page ended.
    pub before: Option<u64>,
    /// At most this many; the store gives at most 1 000 at once.
    pub limit: u32,
}

impl Default for RecordQuery {
    fn default() -> Self {
        Self {
            app: None,
            exchange: None,
            kind: None,
            since_ms: None,
            until_ms: None,
            before: None,
            limit: 100,
        }
    }
}

/// A record in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// Its index.
    pub index: u64,
    /// The digest of its leaf.
    pub leaf_hash: Digest,
    /// The record.
    pub record: Record,
}

/// A leaf with what the store says about it; nothing of it is checked. What verification takes.
pub type StoredLeaf = Claim;

/// How many leaves verification reads at once.
const PAGE: u32 = 1_000;

/// Verifies the whole ledger: against itself, the head that the store keeps, and `heads` that were written down elsewhere.
/// Works while the ledger is being written. `told` hears now and then how many records are in order so far.
pub async fn verify_ledger(
    store: &dyn LedgerStore,
    heads: &[Head],
    told: &mut (dyn FnMut(u64) + Send),
) -> Result<Verification, StoreError> {
    let mut verifier = Verifier::new();
    verifier.expect(store.head().await?);
    heads.iter().for_each(|head| verifier.expect(*head));
    loop {
        let page = store.leaves(verifier.size(), PAGE).await?;
        let is_end = page.is_empty();
        if !page.iter().all(|claim| verifier.add(claim)) {
            return Ok(verifier.finish());
        }
        told(verifier.size());
        if is_end {
            break;
        }
    }
    // Records behind the head of the beginning may have been appended since, or have been put there beside the ledger.
    let head = store.head().await?;
    if head.size <= verifier.size() {
        verifier.expect(head);
    }
    Ok(verifier.finish())
}
