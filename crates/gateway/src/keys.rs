//! App keys in memory: who a key belongs to, known without asking the database for each request.
//!
//! The table is read whole and read again when the store says that keys or terms changed, a few times a second. So a
//! revoked key is refused within a second in every process, and a flood of invented keys never reaches the database. A
//! table that could not be compared with the store for some seconds is not trusted any more: nobody gets in then.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use store::{
    AppKeyError, AppKeyHasher, AppKeyId, AppKeyRecord, KeyState, KeyStore, RootKey, StoreError, check_app_key,
};
use tokio::time::Instant;
use types::{AppKey, AppName, Environment};

use crate::refusal::Refusal;

/// How often the store is asked for changes. A revoked key must be refused within a second.
pub(crate) const REFRESH: Duration = Duration::from_millis(250);

/// How long a table is trusted that could not be compared with the store.
const TRUST: Duration = Duration::from_secs(5);

/// How often a use is written down, in milliseconds.
const TOUCH_MS: u64 = 10_000;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) app: AppName,
    pub(crate) environment: Environment,
    pub(crate) key: AppKeyId,
}

/// All app keys.
pub(crate) struct KeyTable {
    store: Arc<dyn KeyStore>,
    hasher: AppKeyHasher,
    table: ArcSwap<Table>,
    compared: Mutex<Instant>,
}

struct Table {
    revision: u64,
    keys: HashMap<[u8; 32], Known>,
}

struct Known {
    record: AppKeyRecord,
    touched_ms: AtomicU64,
}

impl KeyTable {
    /// Reads all keys.
    pub(crate) async fn open(store: Arc<dyn KeyStore>, root: &RootKey) -> Result<Self, StoreError> {
        let table = Table::read(store.as_ref(), None).await?;
        Ok(Self {
            store,
            hasher: AppKeyHasher::new(root),
            table: ArcSwap::from_pointee(table),
            compared: Mutex::new(Instant::now()),
        })
    }

    /// Compares with the store. True where something changed.
    pub(crate) async fn refresh(&self) -> Result<bool, StoreError> {
        let asked = Instant::now();
        let revision = self.store.revision().await?;
        let known = self.table.load();
        let is_changed = known.revision != revision;
        if is_changed {
            self.table.store(Arc::new(Table::read(self.store.as_ref(), Some(&known)).await?));
        }
        *self.compared.lock().unwrap_or_else(PoisonError::into_inner) = asked;
        Ok(is_changed)
    }

    /// False where the table is too old to be trusted.
    pub(crate) fn is_trusted(&self) -> bool {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner).elapsed() <= TRUST
    }

    /// Whose key this is. Remembers the use.
    pub(crate) fn caller(&self, key: &AppKey, now_ms: u64) -> Result<Caller, Refusal> {
        let environment = check_app_key(key).map_err(|error| match error {
            AppKeyError::Mistyped => Refusal::KeyMistyped,
            _ => Refusal::KeyForeign,
        })?;
        if !self.is_trusted() {
            return Err(Refusal::KeysUnavailable);
        }
        let hash = self.hasher.hash(key);
        let table = self.table.load();
        let known =
            table.keys.get(&hash.0).filter(|known| known.record.hash == hash).ok_or(Refusal::KeyInvalid)?;
        let record = &known.record;
        if record.state(now_ms) != KeyState::Active || record.environment != environment {
            return Err(Refusal::KeyInvalid);
        }
        if known.is_due(now_ms) {
            self.store.touch(&record.id, now_ms);
        }
        Ok(Caller { app: record.app.clone(), environment, key: record.id.clone() })
    }
}

impl Table {
    async fn read(store: &dyn KeyStore, before: Option<&Self>) -> Result<Self, StoreError> {
        // The revision first: what changes in between is then read again, never missed.
        let revision = store.revision().await?;
        let keys = store
            .list()
            .await?
            .into_iter()
            .map(|record| {
                let touched = before
                    .and_then(|table| table.keys.get(&record.hash.0))
                    .map_or(0, |known| known.touched_ms.load(Ordering::Relaxed));
                (record.hash.0, Known { record, touched_ms: AtomicU64::new(touched) })
            })
            .collect();
        Ok(Self { revision, keys })
    }
}

impl Known {
    /// True once for each stretch of time.
    fn is_due(&self, now_ms: u64) -> bool {
        let before = self.touched_ms.load(Ordering::Relaxed);
        now_ms.abs_diff(before) >= TOUCH_MS
            && self.touched_ms.compare_exchange(before, now_ms, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use store::{Pending, mint_app_key};

    use super::*;

    /// One key, and a store that can become unreadable.
    struct One {
        record: AppKeyRecord,
        is_gone: AtomicBool,
        touches: AtomicU64,
    }

    impl KeyStore for One {
        fn create(&self, _: AppKeyRecord) -> Pending<'_, ()> {
            Box::pin(async { Err(StoreError::Closed) })
        }

        fn find(&self, _: AppKeyId) -> Pending<'_, Option<AppKeyRecord>> {
            Box::pin(async { Err(StoreError::Closed) })
        }

        fn list(&self) -> Pending<'_, Vec<AppKeyRecord>> {
            Box::pin(async { Ok(vec![self.record.clone()]) })
        }

        fn revoke(&self, _: AppKeyId, _: u64) -> Pending<'_, bool> {
            Box::pin(async { Err(StoreError::Closed) })
        }

        fn touch(&self, _: &AppKeyId, _: u64) {
            self.touches.fetch_add(1, Ordering::SeqCst);
        }

        fn revision(&self) -> Pending<'_, u64> {
            let is_gone = self.is_gone.load(Ordering::SeqCst);
            Box::pin(async move { if is_gone { Err(StoreError::Closed) } else { Ok(1) } })
        }
    }

    async fn table() -> (KeyTable, Arc<One>, AppKey) {
        let root = RootKey::new([1; 32]);
        let key = mint_app_key(Environment::Dev, [9; 32]);
        let record = AppKeyHasher::new(&root).record(&key, AppName::new("a"), 0, None).unwrap();
        let store = Arc::new(One { record, is_gone: AtomicBool::default(), touches: AtomicU64::default() });
        (KeyTable::open(Arc::clone(&store) as _, &root).await.unwrap(), store, key)
    }

    #[tokio::test(start_paused = true)]
    async fn a_table_that_cannot_be_compared_with_the_store_is_not_trusted_for_ever() {
        let (table, store, key) = table().await;
        assert!(table.caller(&key, 1).is_ok());
        tokio::time::advance(TRUST).await;
        table.refresh().await.unwrap();
        store.is_gone.store(true, Ordering::SeqCst);
        assert!(table.refresh().await.is_err());
        assert!(table.caller(&key, 1).is_ok());
        tokio::time::advance(TRUST + Duration::from_millis(1)).await;
        assert_eq!(table.caller(&key, 1), Err(Refusal::KeysUnavailable));
        store.is_gone.store(false, Ordering::SeqCst);
        assert!(!table.refresh().await.unwrap());
        assert!(table.caller(&key, 1).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn uses_are_written_down_once_in_a_while() {
        let (table, store, key) = table().await;
        for now_ms in [TOUCH_MS, TOUCH_MS + 1, 2 * TOUCH_MS - 1, 2 * TOUCH_MS, 5] {
            table.caller(&key, now_ms).unwrap();
        }
        // A clock that goes back by much is a use of its own.
        assert_eq!(store.touches.load(Ordering::SeqCst), 3);
    }
}
