//! Lists of names and places as a table of fingerprints: which kinds of entry a run of tokens is.

use std::borrow::Cow;

use super::table::Table;
use super::tokens::{Block, Class, SEED, hashed};

/// Kinds in a table, [`QUIET`] aside.
pub const KINDS_MAX: usize = 14;

/// The kind of words that are no part of a name when they are in lower case, by all that was trained on. No feature: a line that holds
/// nothing but such words is not read.
pub const QUIET: usize = 14;

/// Marks that are no features.
const QUIET_MARKS: Marks = 1 << QUIET | 1 << (QUIET + 16) | 1 << (QUIET + 32);

/// The mask bit of runs that a longer entry begins with.
const GOES_ON: u16 = 1 << 15;

/// Tokens of the longest entry.
const RUN_MAX: usize = 6;

/// The table.
#[derive(Debug, Default, Clone)]
pub struct Gazetteer {
    table: Table,
}

/// What a token is in, as bits: the kind where an entry begins, the kind + 16 within, the kind + 32 where it ends.
pub type Marks = u64;

impl Gazetteer {
    /// The table of `entries`: kind and text.
    pub fn build<'a>(entries: impl IntoIterator<Item = (usize, &'a str)>) -> Self {
        let mut masks: std::collections::BTreeMap<u64, u16> = std::collections::BTreeMap::new();
        let mut block = Block::default();
        for (kind, text) in entries {
            block.read(text, 0);
            let count = block.tokens.len();
            if count == 0 || count > RUN_MAX || block.tokens.iter().any(|token| token.class == Class::Break) {
                continue;
            }
            let is_cjk = block.token(0).class.is_cjk();
            let mut run = u64::from(SEED);
            for (at, token) in block.tokens.iter().enumerate() {
                run = extended(run, token.word);
                if at + 1 == count {
                    *masks.entry(run).or_default() |= 1 << kind.min(QUIET);
                } else if !is_cjk {
                    *masks.entry(run).or_default() |= GOES_ON;
                }
            }
        }
        Self { table: Table::build(masks.into_iter()) }
    }

    /// The lists from the bytes of their table.
    pub const fn from_bytes(bytes: Cow<'static, [u8]>) -> Self {
        Self { table: Table::from_bytes(bytes) }
    }

    /// The bytes of their table.
    pub fn bytes(&self) -> &[u8] {
        self.table.bytes()
    }

    /// Marks for all tokens of a block.
    pub fn mark(&self, block: &Block, marks: &mut Vec<Marks>) {
        marks.clear();
        marks.resize(block.tokens.len(), 0);
        if self.table.is_empty() {
            return;
        }
        for (at, first) in block.tokens.iter().enumerate() {
            if !(first.class == Class::Word || first.class.is_cjk()) {
                continue;
            }
            let mut run = u64::from(SEED);
            for (length, token) in block.tokens.iter().skip(at).take(RUN_MAX).enumerate() {
                if token.class == Class::Break
                    || (length > 0 && first.class.is_cjk() && !token.class.is_cjk())
                {
                    break;
                }
                run = extended(run, token.word);
                let mask = self.table.get(run);
                let kinds = u64::from(mask & !GOES_ON);
                if kinds != 0 {
                    for (inside, mark) in marks.iter_mut().skip(at).take(length + 1).enumerate() {
                        if inside == 0 {
                            *mark |= kinds;
                        } else if inside < length {
                            *mark |= kinds << 16;
                        }
                        if inside == length {
                            *mark |= kinds << 32;
                        }
                    }
                }
                if !first.class.is_cjk() && mask & GOES_ON == 0 {
                    break;
                }
            }
        }
    }
}

/// The marks that are features.
pub const fn of_lists(marks: Marks) -> Marks {
    marks & !QUIET_MARKS
}

/// True for a word of the kind [`QUIET`].
pub const fn is_quiet(marks: Marks) -> bool {
    marks & (1 << QUIET) != 0
}

/// A run and one more token.
const fn extended(run: u64, word: u32) -> u64 {
    let low = hashed(run as u32, word);
    let high = hashed((run >> 32) as u32, word.wrapping_mul(0x85EB_CA6B) ^ low);
    ((high as u64) << 32 | low as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_mark_their_tokens_in_any_case() {
        let table = Gazetteer::build([(0, "anna"), (2, "new york"), (3, "山田"), (2, "york")]);
        let mut block = Block::default();
        let mut marks = Vec::new();
        block.read("Anna in NEW York 山田さん", 0);
        table.mark(&block, &mut marks);
        assert_eq!(marks[0], 1 | 1 << 32);
        assert_eq!(marks[1], 0);
        assert_eq!(marks[2], 1 << 2);
        assert_eq!(marks[3], 1 << 2 | 1 << 34);
        assert_eq!(marks[4..6], [1 << 3, 1 << 35]);
        assert_eq!(marks[6], 0);
    }

    #[test]
    fn bytes_give_the_same_table() {
        let table = Gazetteer::build([(0, "anna"), (1, "de la cruz")]);
        assert_eq!(Gazetteer::from_bytes(Cow::Owned(table.bytes().to_vec())).table, table.table);
    }
}
