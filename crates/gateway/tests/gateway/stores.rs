//! Ledger, keys and terms in memory, which can be made to fail.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use ledger::{Digest, Head, Receipt, Record, Tree, leaf_hash};
use store::{
    AppKeyId, AppKeyRecord, KeyStore, LedgerStore, MeterMonth, MeterStore, Pending, RecordQuery, StoreError,
    StoredLeaf, StoredRecord, TermRecord, TermStore,
};
use types::AppName;

#[derive(Default)]
pub(crate) struct Memory {
    records: Mutex<Vec<Record>>,
    /// What the ledger does not say as it is.
    pub(crate) damage: Mutex<Option<Damage>>,
    keys: Mutex<Vec<AppKeyRecord>>,
    terms: Mutex<Vec<TermRecord>>,
    touched: Mutex<Vec<AppKeyId>>,
    revision: AtomicU64,
    pub(crate) is_down: AtomicBool,
    pub(crate) is_busy: AtomicBool,
}

/// A ledger that does not fit itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The head cannot be read.
    NoHead,
    /// The root of the head is another one.
    Root,
    /// The head counts a record that is not there.
    Longer,
    /// The head does not count the last record.
    Shorter,
    /// The last record is not the one of its digest.
    Leaf,
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

    fn leaf(&self, index: usize) -> StoredLeaf {
        let records = lock(&self.records);
        let leaf = records[index].leaf().unwrap();
        StoredLeaf {
            index: index as u64,
            leaf_hash: leaf_hash(&leaf),
            leaf,
            root: tree(&records[..=index]).root(),
            copies: None,
        }
    }

    fn changed(&self) {
        self.revision.fetch_add(1, Ordering::SeqCst);
    }
}

fn tree(records: &[Record]) -> Tree {
    let mut tree = Tree::new();
    for record in records {
        tree.append(leaf_hash(&record.leaf().unwrap()));
    }
    tree
}

impl MeterStore for Memory {
    fn keep_meters(&self, _: Vec<MeterMonth>) -> Pending<'_, ()> {
        now(Ok(()))
    }

    fn meters(&self) -> Pending<'_, Vec<MeterMonth>> {
        now(Ok(Vec::new()))
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

    fn leaves(&self, from: u64, limit: u32) -> Pending<'_, Vec<StoredLeaf>> {
        let size = lock(&self.records).len();
        let mut leaves: Vec<_> =
            (from as usize..size).take(limit as usize).map(|index| self.leaf(index)).collect();
        if *lock(&self.damage) == Some(Damage::Leaf)
            && let Some(last) = leaves.last_mut()
        {
            last.leaf.push(b' ');
        }
        now(Ok(leaves))
    }

    fn head(&self) -> Pending<'_, Head> {
        let records = lock(&self.records);
        let whole = tree(&records).head();
        now(match *lock(&self.damage) {
            Some(Damage::NoHead) => Err(StoreError::Damaged { what: "the test says so".to_owned() }),
            Some(Damage::Root) => Ok(Head { root: Digest([7; 32]), ..whole }),
            Some(Damage::Longer) => Ok(Head { size: whole.size + 1, ..whole }),
            Some(Damage::Shorter) => Ok(tree(records.split_last().map_or(&[], |(_, rest)| rest)).head()),
            Some(Damage::Leaf) | None => Ok(whole),
        })
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
