//! How many refusals are recorded in a second. The others are counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// Most records of one kind in a second: enough to see what happens and from when to when.
const RECORDS_PER_SECOND: u64 = 50;

/// So many in a second, then no more.
#[derive(Default)]
pub(crate) struct Budget {
    second: AtomicU64,
    taken: AtomicU64,
}

impl Budget {
    /// True where there is one left in this second.
    pub(crate) fn take(&self, second: u64) -> bool {
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.taken.store(0, Ordering::Relaxed);
        }
        self.taken.fetch_add(1, Ordering::Relaxed) < RECORDS_PER_SECOND
    }
}
