//! Exact terms of apps ("never let these strings out"), kept sealed.

use types::AppName;

use crate::Pending;

/// One sealed term, or one sealed list of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRecord {
    /// Its id, unique in the store.
    pub id: String,
    /// The app it belongs to.
    pub app: AppName,
    /// What people call it, e.g. `project names`. Not sealed.
    pub label: String,
    /// The sealed bytes, by [`Sealer`](crate::Sealer) with app and id as context.
    pub sealed: Vec<u8>,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
}

/// Keeps exact terms.
pub trait TermStore: Send + Sync {
    /// Keeps a term, in place of the one with the same id and app. [`StoreError::Exists`](crate::StoreError::Exists)
    /// where another app has the id.
    fn put(&self, term: TermRecord) -> Pending<'_, ()>;

    /// All terms of an app, the oldest first.
    fn terms(&self, app: AppName) -> Pending<'_, Vec<TermRecord>>;

    /// Removes a term of an app for good. True where there was one.
    fn remove(&self, app: AppName, id: String) -> Pending<'_, bool>;
}
