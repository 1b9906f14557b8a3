//! Rulings that were made before.
//!
//! The key is everything that decides and nothing that does not: counts of findings choose among candidates, they do not decide about
//! one. A cache belongs to one set of policies and goes with it, so nothing of an old set can answer for a new one.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use registry::{Handling, Standing};
use types::{AppName, DeploymentId, Environment, Verdict};

use crate::{Declared, Meters};

/// Parts of the cache, each with its own lock.
const SHARDS: usize = 16;

/// Most rulings of a part; a full one is emptied. About 2 KB each, 16 MB at most.
const RULINGS_MAX: usize = 512;

/// Everything that decides about one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) app: AppName,
    pub(super) environment: Environment,
    /// One bit per class found.
    pub(super) classes: u32,
    pub(super) deployment: DeploymentId,
    pub(super) standing: Stands,
    pub(super) declared: Arc<Declared>,
    pub(super) meters: Arc<Meters>,
    /// Places of the exceptions in force.
    pub(super) exceptions: Vec<usize>,
    pub(super) handling_floor: Handling,
    pub(super) stream: bool,
    pub(super) tools: bool,
}

/// A standing as a key: equal when all facts are.
#[derive(Debug, Clone)]
pub(super) struct Stands(pub(super) Arc<Standing>);

impl PartialEq for Stands {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for Stands {}

impl Hash for Stands {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // What differs between the deployments of one gateway; equality compares the rest.
        self.0.provider.hash(state);
        self.0.handling.hash(state);
        self.0.reach.hash(state);
    }
}

/// A bounded cache.
pub(super) struct Cache {
    shards: Vec<Mutex<HashMap<Key, Arc<Verdict>>>>,
    hasher: RandomState,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cache")
    }
}

impl Cache {
    /// An empty one.
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }

    /// The ruling of a key.
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Verdict>> {
        let shard = self.shard(key)?.lock().unwrap_or_else(PoisonError::into_inner);
        shard.get(key).cloned()
    }

    /// Remembers a ruling.
    pub(super) fn put(&self, key: Key, ruling: Arc<Verdict>) {
        let Some(shard) = self.shard(&key) else { return };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= RULINGS_MAX {
            shard.clear();
        }
        shard.insert(key, ruling);
    }

    fn shard(&self, key: &Key) -> Option<&Mutex<HashMap<Key, Arc<Verdict>>>> {
        let hash = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or(0);
        self.shards.get(hash)
    }
}
