//! What this crate logs, in one place. Ids and numbers only.

use store::StoreError;

/// The writer took itself out of service.
pub(crate) fn writer_stopped(reason: &str) {
    tracing::error!(reason, "store writer stopped: nothing is acknowledged until the store is opened anew");
}

/// A group could not be committed; its appends were refused.
pub(crate) fn group_failed(error: &StoreError, appends: usize, kept: usize) {
    tracing::warn!(%error, appends, kept, "ledger group failed: appends refused, outcomes kept for the next group");
}

/// Outcomes were lost, because the writer stopped before they could be written.
pub(crate) fn outcomes_lost(count: usize) {
    tracing::error!(count, "outcome records lost");
}

/// The write-ahead log could not be written back; it is tried again later.
pub(crate) fn write_back_failed(error: &StoreError) {
    tracing::warn!(%error, "write-ahead log not written back yet");
}
