//! Where a known surrogate stands in what a model wrote, in its own spelling or in one that models make of it.
//!
//! Promises: an answer, once given, is the same whatever text follows (so the result cannot depend on how a stream is
//! cut); [`Look::More`] only where the text could still become a surrogate, or is one whose end is not yet certain; no
//! surrogate inside a longer word. Effort at one place is bounded by the longest spelling and the logarithm of the
//! number of surrogates.
//!
//! Why no automaton: it would cost more to build than most answers cost to read, and the places where a surrogate may
//! begin (not within a word, with one of a few letters) are rare.

mod exact;
mod word;

use std::collections::BTreeMap;

use exact::Exact;
use word::{Stands, Word};

/// What decides where a surrogate begins and ends in running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// Word and code.
    Word,
    /// An e-mail address.
    Mail,
    /// A number of a telephone, card or account.
    Number,
    /// An IP address of version 4.
    Ip4,
    /// An IP address of version 6.
    Ip6,
    /// A name in a script that sets words apart.
    Name,
    /// A name in a script that does not.
    DenseName,
}

/// One character of the text of a lane, as it reads, and what it took to write it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit {
    /// The character.
    pub(crate) character: char,
    /// How many bytes of the lane's text spell it.
    pub(crate) raw_bytes: usize,
    /// Inside how many JSON strings it stands.
    pub(crate) depth: usize,
    /// True where it begins or ends a JSON string.
    pub(crate) is_edge: bool,
}

/// What stands at a place of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// No surrogate.
    No,
    /// More text decides.
    More,
    /// A surrogate.
    Found {
        /// Index of its entry.
        entry: usize,
        /// How many units it takes.
        units: usize,
    },
}

/// The spellings of the surrogates of one restore map.
#[derive(Default)]
pub(crate) struct Spellings {
    words: Vec<Word>,
    exact: Vec<Exact>,
    starts: Starts,
}

/// The characters with which a surrogate may begin.
#[derive(Default)]
struct Starts {
    /// One bit for each character of ASCII.
    ascii: u128,
    /// Other characters, sorted.
    wide: Vec<char>,
}

impl Spellings {
    /// The spellings of these surrogates; an entry is known by its place.
    pub(crate) fn new<'s>(surrogates: impl Iterator<Item = (&'s str, Shape)>) -> Self {
        let mut words: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        let mut exact = Vec::new();
        let mut starts = Starts::default();
        for (entry, (surrogate, shape)) in surrogates.enumerate() {
            starts.add(surrogate);
            match surrogate.split_once('_').filter(|_| shape == Shape::Word) {
                Some((word, code)) => words.entry(word).or_default().push((code, entry)),
                None => exact.push(Exact::new(surrogate, shape, entry)),
            }
        }
        starts.wide.sort_unstable();
        starts.wide.dedup();
        exact.sort_unstable();
        Self { words: words.into_iter().map(|(word, codes)| Word::new(word, codes)).collect(), exact, starts }
    }

    /// True for a character with which a surrogate may begin.
    pub(crate) fn may_start(&self, character: char) -> bool {
        match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() => (self.starts.ascii >> byte) & 1 == 1,
            _ => self.starts.wide.binary_search(&character).is_ok(),
        }
    }

    /// The entry whose surrogate is this text; for class-preserving ones in any ASCII case.
    pub(crate) fn entry_of(&self, text: &str) -> Option<usize> {
        let in_word_form = text
            .split_once('_')
            .and_then(|(word, code)| self.words.iter().find(|known| known.is(word))?.entry_of(code));
        in_word_form.or_else(|| exact::entry_of(&self.exact, text))
    }

    /// What stands at the beginning of `units`. `last` is the character before; that no word goes on here is for the
    /// caller to know. With `ended` nothing follows, and the answer is not [`Look::More`].
    pub(crate) fn look(&self, units: &[Unit], last: Option<char>, ended: bool) -> Look {
        let Some(first) = units.first() else { return Look::No };
        let mut more = false;
        for word in self.words.iter().filter(|word| word.begins_with(first.character)) {
            match word.look(units, |rest| self.stands_at(rest), ended) {
                Look::No => {}
                Look::More => more = true,
                found @ Look::Found { .. } => return found,
            }
        }
        match exact::look(&self.exact, units, last, ended) {
            Look::No if more && !ended => Look::More,
            Look::More if ended => Look::No,
            look => look,
        }
    }

    /// Whether a surrogate in word form, spelled as it was given, stands at the beginning of `units`.
    fn stands_at(&self, units: &[Unit]) -> Stands {
        self.words.iter().map(|word| word.stands_at(units)).max().unwrap_or(Stands::Not)
    }
}

impl Starts {
    fn add(&mut self, surrogate: &str) {
        let Some(first) = surrogate.chars().next() else { return };
        match u8::try_from(first) {
            Ok(byte) if byte.is_ascii() => {
                self.ascii |= 1 << byte.to_ascii_lowercase() | 1 << byte.to_ascii_uppercase();
            }
            _ => self.wide.push(first),
        }
    }
}
