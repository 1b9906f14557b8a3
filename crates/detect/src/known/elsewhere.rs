//! Names that were found in other texts than the one that is searched.

use std::convert::Infallible;
use std::sync::Arc;

use types::Finding;

use super::{KnownNames, first};
use crate::again::{Index, Seen, Sort, hash, telling_word};

/// All ways to write names, by a word of each.
pub(super) struct Ways {
    index: Index,
    /// What each is, in bytes, in an order that is always the same.
    list: Vec<String>,
}

impl Ways {
    fn of(names: &KnownNames) -> Self {
        let phrases = names
            .phrases
            .iter()
            .map(|(phrase, way)| (format!("phrase {phrase} {way:?}"), Some(hash(first(phrase)))));
        let handles = names.handles.iter().map(|handle| (format!("handle {handle}"), Some(hash(handle))));
        let dense =
            names.dense.iter().map(|form| (format!("dense {}", form.identity()), telling_word(&form.text)));
        let mut all: Vec<(String, Option<u32>)> = phrases.chain(handles).chain(dense).collect();
        all.sort_unstable();
        let index = Index::of(all.iter().map(|(_, word)| *word));
        Self { index, list: all.into_iter().map(|(way, _)| way).collect() }
    }
}

impl KnownNames {
    /// As [`beside`](Self::beside), of a text that may have been searched for names before.
    pub fn again(&self, seen: &mut Seen, text: &str, found: &[Finding]) -> Arc<[Finding]> {
        let ways = self.ways.get_or_init(|| Ways::of(self));
        let item = |at: u32| {
            let way = ways.list.get(at as usize).map_or("", String::as_str);
            [self.version.as_slice(), way.as_bytes(), &[], &[]]
        };
        let search = |_: &[u32]| Ok::<_, Infallible>(self.beside(text, found));
        let Ok(more) = seen.answer((Sort::Names, &ways.index), found, item, search);
        more
    }
}
