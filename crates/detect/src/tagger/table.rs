//! A table of fingerprints: a number of 16 bits for each key, in four bytes.
//!
//! A slot has 16 bits of the key's hash and the number. Another key may share a fingerprint (about one in 65,000 does by chance); the tagger
//! takes what it finds as one clue among many, so that this is no harm.

/// The table.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Table {
    slots: Vec<[u8; 4]>,
}

impl Table {
    /// The table of keys, each once, and numbers, none of which is nought.
    pub fn build(entries: impl ExactSizeIterator<Item = (u64, u16)>) -> Self {
        let count = entries.len();
        let mut table =
            Self { slots: if count == 0 { Vec::new() } else { vec![[0; 4]; count + count / 4 + 1] } };
        for (key, number) in entries {
            table.insert(key, number);
        }
        table
    }

    /// The table from its bytes, as [`Table::bytes`] gives them.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self { slots: bytes.as_chunks::<4>().0.to_vec() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.slots.as_flattened()
    }

    /// True when it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The number of a key; nought when it has none.
    #[inline]
    pub fn get(&self, key: u64) -> u16 {
        let wanted = fingerprint(key);
        let (before, after) = self.slots.split_at_checked(self.home(key)).unwrap_or_default();
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

    fn insert(&mut self, key: u64, number: u16) {
        let [low, high] = fingerprint(key).to_le_bytes();
        let [number_low, number_high] = number.to_le_bytes();
        let home = self.home(key);
        let (before, after) = self.slots.split_at_mut_checked(home).unwrap_or_default();
        if let Some(slot) = after.iter_mut().chain(before).find(|slot| slot.ends_with(&[0, 0])) {
            *slot = [low, high, number_low, number_high];
        }
    }

    const fn home(&self, key: u64) -> usize {
        (((key >> 32) * self.slots.len() as u64) >> 32) as usize
    }
}

const fn fingerprint(key: u64) -> u16 {
    (key >> 8) as u16
}

/// A key from a hash of 32 bits, with all its bits well mixed.
pub const fn key(hash: u32) -> u64 {
    let mixed = (hash as u64 ^ 0x5851_F42D_4C95_7F2D).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}
