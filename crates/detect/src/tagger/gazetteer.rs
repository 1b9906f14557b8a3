//! Lists of names and places as a table of fingerprints: which kinds of entry a run of tokens is.
//!
//! A slot has 16 bits of the hash and a mask of kinds. Two runs of tokens may share a fingerprint (about one in 65,000 does by chance);
//! the tagger takes a match as one clue among many, so that this is no harm.

use super::tokens::{Block, Class, SEED, hashed};

/// Kinds in a table.
pub const KINDS_MAX: usize = 15;

/// The mask bit of runs that a longer entry begins with.
const GOES_ON: u16 = 1 << 15;

/// Tokens of the longest entry.
const RUN_MAX: usize = 6;

/// The table.
#[derive(Debug, Default, Clone)]
pub struct Gazetteer {
    slots: Vec<[u8; 4]>,
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
                    *masks.entry(run).or_default() |= 1 << kind.min(KINDS_MAX - 1);
                } else if !is_cjk {
                    *masks.entry(run).or_default() |= GOES_ON;
                }
            }
        }
        let mut table = Self { slots: vec![[0; 4]; masks.len() + masks.len() / 4 + 1] };
        for (run, mask) in masks {
            table.insert(run, mask);
        }
        table
    }

    /// The table from its bytes, as [`Gazetteer::bytes`] gives them.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self { slots: bytes.as_chunks::<4>().0.to_vec() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.slots.as_flattened()
    }

    /// Marks for all tokens of a block.
    pub fn mark(&self, block: &Block, marks: &mut Vec<Marks>) {
        marks.clear();
        marks.resize(block.tokens.len(), 0);
        if self.slots.is_empty() {
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
                let mask = self.mask(run);
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

    fn insert(&mut self, run: u64, mask: u16) {
        let mut at = self.home(run);
        let [low, high] = fingerprint(run).to_le_bytes();
        for _ in 0..self.slots.len() {
            if let Some(slot) = self.slots.get_mut(at)
                && slot.ends_with(&[0, 0])
            {
                let [kinds_low, kinds_high] = mask.to_le_bytes();
                *slot = [low, high, kinds_low, kinds_high];
                return;
            }
            at = if at + 1 < self.slots.len() { at + 1 } else { 0 };
        }
    }

    fn mask(&self, run: u64) -> u16 {
        let wanted = fingerprint(run);
        let home = self.home(run);
        let (before, after) = self.slots.split_at_checked(home).unwrap_or_default();
        for [low, high, kinds_low, kinds_high] in after.iter().chain(before) {
            let mask = u16::from_le_bytes([*kinds_low, *kinds_high]);
            if mask == 0 {
                return 0;
            }
            if u16::from_le_bytes([*low, *high]) == wanted {
                return mask;
            }
        }
        0
    }

    fn home(&self, run: u64) -> usize {
        (((run >> 32) * self.slots.len() as u64) >> 32) as usize
    }
}

/// A run and one more token.
const fn extended(run: u64, word: u32) -> u64 {
    let low = hashed(run as u32, word);
    let high = hashed((run >> 32) as u32, word.wrapping_mul(0x85EB_CA6B) ^ low);
    ((high as u64) << 32 | low as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

const fn fingerprint(run: u64) -> u16 {
    (run >> 8) as u16
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
        assert_eq!(Gazetteer::from_bytes(table.bytes()).slots, table.slots);
    }
}
