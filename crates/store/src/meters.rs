//! Meters of distinct people, as bits that tell nobody.

use crate::Pending;

/// The bits of one meter in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterMonth {
    /// Name of the meter and id of the recipient, e.g. `us_health/minimax-intl`.
    pub meter: String,
    /// A number that grows by one a month.
    pub month: i32,
    /// The bits.
    pub bits: Vec<u8>,
}

/// Keeps meters.
pub trait MeterStore: Send + Sync {
    /// Keeps months in place of what was kept of them, all or none; of a meter, the 25 newest months. Resolves when that is as
    /// durable as the ledger.
    fn keep_meters(&self, months: Vec<MeterMonth>) -> Pending<'_, ()>;

    /// Everything that is kept, by meter and month.
    fn meters(&self) -> Pending<'_, Vec<MeterMonth>>;
}
