//! How a store is opened. All limits of this crate stand here.

use std::time::Duration;

use store::Durability;

/// What the opener may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everything: the gateway. Holds the lock of the ledger; one at a time.
    Write,
    /// Read the ledger, manage keys and terms: commands beside a running gateway. Makes the store where there is none.
    Manage,
    /// Read only. The store must exist.
    Read,
}

/// How a store is opened. [`Options::default`] is what the gateway uses.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the opener may do. Default: [`Access::Write`].
    pub access: Access,
    /// What a receipt promises. Default: [`Durability::Disk`].
    pub durability: Durability,
    /// Most records that may wait for the writer. Beyond it appends are refused at once. Outcomes may use as much
    /// again. Default: 4 096, which is half a second of work at full load.
    pub queue_records_max: usize,
    /// Most bytes of leaves that may wait for the writer; outcomes may use as much again. Default: 32 MiB.
    pub queue_bytes_max: usize,
    /// Most records of one commit. Default: 512.
    pub group_records_max: usize,
    /// How long another program may hold the database before a write gives up. Default: 200 ms, below the deadline of
    /// an append.
    pub busy: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access: Access::Write,
            durability: Durability::Disk,
            queue_records_max: 4_096,
            queue_bytes_max: 32 << 20,
            group_records_max: 512,
            busy: Duration::from_millis(200),
        }
    }
}

/// Most other jobs (keys, terms, flushes) that may wait for the writer, and most queries that may wait for a reader.
pub(crate) const JOBS_MAX: usize = 1_024;

/// Most bytes of leaves in one commit: keeps the commit, and so the wait of the first, short.
pub(crate) const GROUP_BYTES_MAX: usize = 1 << 20;

/// Threads that answer queries.
pub(crate) const READERS: usize = 2;

/// Most rows of one answer.
pub(crate) const ANSWER_ROWS_MAX: u32 = 1_000;

/// Most bytes of leaves in one answer; one leaf is always given.
pub(crate) const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Pages in the write-ahead log from which on it is written back between two groups, even under load: 16 MiB.
pub(crate) const LOG_PAGES_MAX: u64 = 4_096;

/// After the log could not be written back, how many pages more it may grow before that is tried again.
pub(crate) const LOG_PAGES_STEP: u64 = 512;

/// Pages in the write-ahead log from which on it is written back when the writer is idle.
pub(crate) const LOG_PAGES_IDLE: u64 = 64;

/// The writer is idle when nothing came for so long.
pub(crate) const IDLE: Duration = Duration::from_millis(50);

/// Outcomes whose group failed are tried again after this long, where nothing else comes.
pub(crate) const AGAIN: Duration = Duration::from_secs(1);

/// A use of a key is written when it is this much later than the one that was written last, in milliseconds.
pub(crate) const TOUCH_MS: u64 = 10_000;

/// Most keys whose use is remembered between two writes.
pub(crate) const TOUCHES_MAX: usize = 10_000;

/// Most rows of keys, or of terms of an app, that are listed.
pub(crate) const LIST_ROWS_MAX: u32 = 100_000;

/// Most bytes of the sealed terms of one app: some million short terms.
pub(crate) const TERMS_BYTES_MAX: usize = 32 << 20;

/// Longest bits of a meter.
pub(crate) const METER_BYTES_MAX: usize = 16 << 10;

/// Months that are kept of a meter: two windows of a year.
pub(crate) const METER_MONTHS_MAX: u32 = 25;

/// Most meters times months, for example ten meters of sixteen recipients: 64 MiB.
pub(crate) const METER_ROWS_MAX: u32 = 4_096;
