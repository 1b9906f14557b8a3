//! A table of fingerprints: a number of 16 bits for each key, in four bytes.
//!
//! A slot has 16 bits of the key's hash and the number. Another key may share a fingerprint (about one in 65,000 does by chance); the tagger
//! takes what it finds as one clue among many, so that this is no harm.

use std::borrow::Cow;

/// Bytes of a slot.
const SLOT: usize = 4;

/// The table.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Table {
    bytes: Cow<'static, [u8]>,
}

impl Table {
    /// The table of keys, each once, and numbers, none of which is nought.
    pub fn build(entries: impl ExactSizeIterator<Item = (u64, u16)>) -> Self {
        let count = entries.len();
        let mut slots = if count == 0 { Vec::new() } else { vec![[0; SLOT]; count + count / 4 + 1] };
        for (key, number) in entries {
            insert(&mut slots, key, number);
        }
        Self { bytes: Cow::Owned(slots.into_flattened()) }
    }

    /// The table from its bytes, as [`Table::bytes`] gives them.
    pub const fn from_bytes(bytes: Cow<'static, [u8]>) -> Self {
        Self { bytes }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// True when it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The number of a key; nought when it has none.
    #[inline]
    pub fn get(&self, key: u64) -> u16 {
        let wanted = fingerprint(key);
        let slots = self.bytes.as_chunks::<SLOT>().0;
        let (before, after) = slots.split_at_checked(home(key, slots.len())).unwrap_or_default();
        for [low, high, number_low, number_high] in after.iter().chain(before) {
            let number = u16::from_le_bytes([*number_low, *number_high]);
            if number == 0 {
                return 0;
            }
            if u16::from_le_bytes([*low, *high]) == wanted {
                return number;
            }
        }
        0
    }
}

fn insert(slots: &mut [[u8; SLOT]], key: u64, number: u16) {
    let [low, high] = fingerprint(key).to_le_bytes();
    let [number_low, number_high] = number.to_le_bytes();
    let home = home(key, slots.len());
    let (before, after) = slots.split_at_mut_checked(home).unwrap_or_default();
    if let Some(slot) = after.iter_mut().chain(before).find(|slot| slot.ends_with(&[0, 0])) {
        *slot = [low, high, number_low, number_high];
    }
}

/// Where the slots of a key begin.
const fn home(key: u64, slots: usize) -> usize {
    (((key >> 32) * slots as u64) >> 32) as usize
}

const fn fingerprint(key: u64) -> u16 {
    (key >> 8) as u16
}

/// A key from a hash of 32 bits, with all its bits well mixed.
pub const fn key(hash: u32) -> u64 {
    let mixed = (hash as u64 ^ 0x5851_F42D_4C95_7F2D).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}
