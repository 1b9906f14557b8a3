//! The restore map: surrogate → original for one scope.
//!
//! Promises: one to one; no surrogate begins another; originals are zeroed when the map is dropped, and nothing here
//! prints one. Made by a veil, owned by one exchange, shared by the lanes of its answer, never changed.

use std::fmt;

use types::Original;

use crate::spelling::{Shape, Spellings};

/// Surrogate → original for one scope. Zeroed when dropped; its `Debug` tells only how many there are.
#[derive(Default)]
pub struct RestoreMap {
    entries: Vec<Entry>,
    spellings: Spellings,
}

/// One surrogate and what it stands for.
pub(crate) struct Entry {
    pub(crate) surrogate: String,
    pub(crate) original: Original,
    pub(crate) shape: Shape,
    pub(crate) is_credential: bool,
}

impl RestoreMap {
    pub(crate) fn new(entries: Vec<Entry>) -> Self {
        let spellings = Spellings::new(entries.iter().map(|entry| (entry.surrogate.as_str(), entry.shape)));
        Self { entries, spellings }
    }

    /// True when nothing was replaced.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many surrogates there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when the whole text is one of the surrogates, spelled as it was given.
    pub fn contains_surrogate(&self, text: &str) -> bool {
        self.spellings
            .entry_of(text)
            .and_then(|entry| self.entries.get(entry))
            .is_some_and(|entry| entry.surrogate == text)
    }

    pub(crate) fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    pub(crate) const fn spellings(&self) -> &Spellings {
        &self.spellings
    }
}

impl fmt::Debug for RestoreMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RestoreMap({} surrogates)", self.entries.len())
    }
}
