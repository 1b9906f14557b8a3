//! What the lists of the tagger know about single words: given names, family names, places, ordinary words.

use crate::tagger::Tagger;
use crate::tagger::gazetteer::{Marks, is_quiet};
use crate::tagger::tokens::Block;

/// Kinds of the lists that weights are made with.
struct Kinds {
    first: Marks,
    last: Marks,
    place: Marks,
    city: Marks,
    word: Marks,
}

/// Those of `models/latin.toml`.
const SPACED: Kinds =
    Kinds { first: 1, last: 1 << 1, place: 1 << 2 | 1 << 3 | 1 << 5, city: 1 << 5, word: 0 };

/// Those of `models/cjk.toml`.
const DENSE: Kinds = Kinds {
    first: 1 << 1 | 1 << 9,
    last: 1 | 1 << 10,
    place: 1 << 3 | 1 << 6 | 1 << 7 | 1 << 11,
    city: 0,
    word: 1 << 12,
};

/// Where an entry ends, its kind stands so much higher.
const END: u32 = 32;

/// What is known about a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// A given name.
    pub(crate) is_first: bool,
    /// A family name.
    pub(crate) is_last: bool,
    /// A place.
    pub(crate) is_place: bool,
    /// A city that many know.
    pub(crate) is_city: bool,
    /// An ordinary word: in lower case it was no part of a name in all that the tagger learned from.
    pub(crate) is_ordinary: bool,
}

impl Word {
    /// A given or family name that is no ordinary word.
    pub(crate) const fn is_name(self) -> bool {
        (self.is_first || self.is_last) && !self.is_ordinary
    }
}

/// What is known about one word, or a place of several.
pub(crate) fn word(tagger: &Tagger, text: &str) -> Word {
    let mut block = Block::default();
    block.read(text, 0);
    let is_dense = block.tokens.iter().any(|token| token.class.is_cjk());
    let mut marks = Vec::new();
    tagger.lists(is_dense).mark(&block, &mut marks);
    let (Some(first), Some(last)) = (marks.first().copied(), marks.last().copied()) else {
        return Word::default();
    };
    // An entry that begins with the first token and one that ends with the last are taken for one.
    let whole = first & last >> END;
    let kinds = if is_dense { DENSE } else { SPACED };
    Word {
        is_first: whole & kinds.first != 0,
        is_last: whole & kinds.last != 0,
        is_place: whole & kinds.place != 0,
        is_city: whole & kinds.city != 0,
        is_ordinary: (marks.len() == 1 && is_quiet(first)) || whole & kinds.word != 0,
    }
}
