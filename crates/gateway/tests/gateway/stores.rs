//! Ledger, keys and terms in memory, which can be made to fail.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use ledger::{Digest, Head, Receipt, Record};
use store::{
    AppKeyId, AppKeyRecord, KeyStore, LedgerStore, Pending, RecordQuery, StoreError, StoredLeaf,
    StoredRecord, TermRecord, TermStore,
};
use types::AppName;

#[derive(Default)]
pub(crate) struct Memory {
    records: Mutex<Vec<Record>>,
    keys: Mutex<Vec<AppKeyRecord>>,
    terms: Mutex<Vec<TermRecord>>,
    touched: Mutex<Vec<AppKeyId>>,
    revision: AtomicU64,
    pub(crate) is_down: AtomicBool,
    pub(crate) is_busy: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

fn now<'a, T: Send + 'a>(result: Result<T, StoreError>) -> Pending<'a, T> {
    Box::pin(std::future::ready(result))
}

impl Memory {
    pub(crate) fn records(&self) -> Vec<Record> {
        lock(&self.records).clone()
    }

    /// Codes of the refusal records.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let code = |record: &Record| match record {
            Record::Refusal(refusal) => Some(refusal.code.as_str().to_owned()),
            _ => None,
        };
        self.records().iter().filter_map(code).collect()
    }

    pub(crate) fn intents(&self) -> usize {
        self.records().iter().filter(|record| matches!(record, Record::Intent(_))).count()
    }

    pub(crate) fn touched(&self) -> usize {
        lock(&self.touched).len()
    }

    fn keep(&self, record: Record) -> Result<Receipt, StoreError> {
        if self.is_busy.load(Ordering::SeqCst) {
            return Err(StoreError::Busy { waiting: 1 });
        }
        let mut records = lock(&self.records);
        records.push(record);
        Ok(Receipt { index: records.len() as u64 - 1, leaf_hash: Digest::default() })
    }

    fn changed(&self) {
        self.revision.fetch_add(1, Ordering::SeqCst);
    }
}

impl LedgerStore for Memory {
    fn append(&self, record: Record) -> Pending<'_, Receipt> {
        now(self.keep(record))
    }

    fn append_later(&self, record: Record) -> Result<(), StoreError> {
        self.keep(record).map(drop)
    }

    fn recent(&self, _: RecordQuery) -> Pending<'_, Vec<StoredRecord>> {
        now(Ok(Vec::new()))
    }

    fn leaves(&self, _: u64, _: u32) -> Pending<'_, Vec<StoredLeaf>> {
        now(Ok(Vec::new()))
    }

    fn head(&self) -> Pending<'_, Head> {
        now(Err(StoreError::Closed))
    }

    fn flush(&self) -> Pending<'_, ()> {
        now(Ok(()))
    }

    fn ready(&self) -> Result<(), StoreError> {
        if self.is_down.load(Ordering::SeqCst) {
            Err(StoreError::Stopped { reason: "the test says so".to_owned() })
        } else {
            Ok(())
        }
    }
}

impl KeyStore for Memory {
    fn create(&self, key: AppKeyRecord) -> Pending<'_, ()> {
        lock(&self.keys).push(key);
        self.changed();
        now(Ok(()))
    }

    fn find(&self, id: AppKeyId) -> Pending<'_, Option<AppKeyRecord>> {
        now(Ok(lock(&self.keys).iter().find(|key| key.id == id).cloned()))
    }

    fn list(&self) -> Pending<'_, Vec<AppKeyRecord>> {
        now(Ok(lock(&self.keys).clone()))
    }

    fn revoke(&self, id: AppKeyId, at_ms: u64) -> Pending<'_, bool> {
        let mut keys = lock(&self.keys);
        let found = keys.iter_mut().find(|key| key.id == id);
        let is_found = found.is_some();
        if let Some(key) = found {
            key.revoked_ms = Some(at_ms);
        }
        self.changed();
        now(Ok(is_found))
    }

    fn touch(&self, id: &AppKeyId, _: u64) {
        lock(&self.touched).push(id.clone());
    }

    fn revision(&self) -> Pending<'_, u64> {
        now(Ok(self.revision.load(Ordering::SeqCst)))
    }
}

impl TermStore for Memory {
    fn put(&self, term: TermRecord) -> Pending<'_, ()> {
        lock(&self.terms).push(term);
        self.changed();
        now(Ok(()))
    }

    fn terms(&self, app: AppName) -> Pending<'_, Vec<TermRecord>> {
        now(Ok(lock(&self.terms).iter().filter(|term| term.app == app).cloned().collect()))
    }

    fn remove(&self, app: AppName, id: String) -> Pending<'_, bool> {
        lock(&self.terms).retain(|term| term.app != app || term.id != id);
        self.changed();
        now(Ok(true))
    }
}
