//! The words of all recognizers, looked up in one pass over a text: those that lead to values, and those that count as context.
//!
//! Promises: every place where such a word stands with the boundaries that it needs, in the order of where they end; each byte
//! is read once, however many patterns and candidates there are.

use aho_corasick::BuildError;

use crate::context::{ContextWords, ContextWordsBuilder};
use crate::lexicon::{Lexicon, narrow, wide};
use crate::triggers::{Triggers, TriggersBuilder};

/// All words of a detector.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// First the triggers, then the words of the context.
    lexicon: Lexicon,
    pub(crate) triggers: Triggers,
    pub(crate) context: ContextWords,
}

/// What stands in a text.
#[derive(Debug)]
pub(crate) struct Read {
    /// Places of triggers.
    pub(crate) triggers: Hits,
    /// Places of context words.
    pub(crate) context: Hits,
}

impl Vocabulary {
    /// These words, ready to be looked up.
    pub(crate) fn of(triggers: TriggersBuilder, context: ContextWordsBuilder) -> Result<Self, BuildError> {
        let (triggers, context) = (triggers.build()?, context.build());
        let lexicon = Lexicon::of(triggers.looked_up().chain(context.looked_up()));
        Ok(Self { lexicon, triggers, context })
    }

    /// Everything that stands in `text`.
    pub(crate) fn read(&self, text: &str) -> Read {
        let mut read = Read { triggers: Hits::of(text), context: Hits::of(text) };
        let triggers = self.triggers.len();
        self.lexicon.each(text, |start, end, index| match index.checked_sub(triggers) {
            None if self.triggers.holds(text, start, end, index) => read.triggers.push(start, end, index),
            Some(word) if ContextWords::holds(text, end) => read.context.push(start, end, word),
            _ => {}
        });
        read.triggers.close(text);
        read.context.close(text);
        read
    }
}

/// A word where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    start: u32,
    end: u32,
    word: u32,
}

impl Hit {
    /// Where it begins.
    pub(crate) fn start(self) -> usize {
        wide(self.start)
    }

    /// Where it ends.
    pub(crate) fn end(self) -> usize {
        wide(self.end)
    }

    /// Index of the word.
    pub(crate) fn word(self) -> usize {
        wide(self.word)
    }

    fn order(self) -> (u32, u32, u32) {
        (self.end, self.start, self.word)
    }
}

/// So many bytes of a text have a hit in prose; more room is made as it is needed.
const BYTES_A_HIT: usize = 64;
/// Hits are looked up by where they end, in blocks of so many bytes.
const BLOCK_BYTES: usize = 256;
/// A hit that ends before others that began before it goes before at most so many of them; beyond, all are sorted at the end.
const STEPS_MAX: usize = 64;

/// Hits in the order of where they end, of those with the same end the longest first.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    list: Vec<Hit>,
    is_unsorted: bool,
    /// For each block how many hits end at or before its first byte.
    blocks: Vec<u32>,
}

impl Hits {
    /// Room for the hits of a text.
    fn of(text: &str) -> Self {
        let (list, blocks) = (text.len() / BYTES_A_HIT + 8, text.len() / BLOCK_BYTES + 1);
        Self { list: Vec::with_capacity(list), blocks: Vec::with_capacity(blocks), is_unsorted: false }
    }

    /// Takes up a hit; they come in the order of where they begin.
    fn push(&mut self, start: usize, end: usize, word: usize) {
        let hit = Hit { start: narrow(start), end: narrow(end), word: narrow(word) };
        let behind =
            self.list.iter().rev().take(STEPS_MAX).take_while(|other| other.order() > hit.order()).count();
        self.is_unsorted |= behind == STEPS_MAX;
        self.list.insert(self.list.len() - behind, hit);
    }

    fn close(&mut self, text: &str) {
        if self.is_unsorted {
            self.list.sort_unstable_by_key(|hit| hit.order());
        }
        let mut done = 0;
        for block in 0..=text.len() / BLOCK_BYTES {
            let more = self.list.get(done..).unwrap_or_default();
            done += more.iter().take_while(|hit| hit.end() <= block * BLOCK_BYTES).count();
            self.blocks.push(narrow(done));
        }
    }

    /// How many hits end at or before `at`.
    pub(crate) fn up_to(&self, at: usize) -> usize {
        let block = at / BLOCK_BYTES;
        let Some(first) = self.blocks.get(block).map(|first| wide(*first)) else { return self.list.len() };
        let last = self.blocks.get(block + 1).map_or(self.list.len(), |last| wide(*last));
        first + self.list.get(first..last).unwrap_or_default().partition_point(|hit| hit.end() <= at)
    }

    /// The hits that end behind `from` and at or before `to`.
    pub(crate) fn between(&self, from: usize, to: usize) -> &[Hit] {
        self.list.get(self.up_to(from)..self.up_to(to)).unwrap_or_default()
    }

    /// All hits.
    pub(crate) fn all(&self) -> &[Hit] {
        &self.list
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn hits_are_in_the_order_of_their_ends(mut places in proptest::collection::vec((0usize..2000, 1usize..300), 0..200), from in 0usize..2400, length in 0usize..600) {
            places.sort_unstable();
            let mut hits = Hits::default();
            for (word, (start, length)) in places.iter().enumerate() {
                hits.push(*start, start + length, word);
            }
            let text = "x".repeat(2300);
            hits.close(&text);
            prop_assert!(hits.list.is_sorted_by_key(|hit| hit.order()));
            prop_assert_eq!(hits.list.len(), places.len());
            let between = hits.between(from, from + length).len();
            let expected = places.iter().filter(|(start, long)| (from + 1..=from + length).contains(&(start + long))).count();
            prop_assert_eq!(between, expected);
        }
    }
}
