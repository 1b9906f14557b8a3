//! What the texts of a lexicon begin with: a table of bits that says, of nearly every place in a text, that none begins there.
//!
//! Promises: never says no where a text stands whole. Small enough to stay in the nearest cache, which the tree is not.

/// Bits of the table: some thousands of texts set a tenth of them.
const BITS: usize = 1 << 16;

/// So many bytes of a text are looked at: of Latin letters four tell words apart, of Chinese characters two of three bytes each.
const ASCII_BYTES: usize = 4;
const OTHER_BYTES: usize = 6;
/// Texts that are shorter than that, by their length.
const SHORT_BYTES: [usize; 3] = [1, 2, 3];

/// The first bytes of all texts, without regard to ASCII case, a bit for each.
#[derive(Debug)]
pub(super) struct Heads {
    bits: Vec<u64>,
    /// The first bytes alone.
    firsts: [bool; 256],
}

impl Default for Heads {
    fn default() -> Self {
        Self { bits: vec![0; BITS / 64], firsts: [false; 256] }
    }
}

impl Heads {
    /// Takes up a text in lower case. A `whole` one counts only where no letter follows that would continue it.
    pub(super) fn add(&mut self, text: &[u8], whole: bool) {
        let Some(first) = text.first() else { return };
        for byte in [*first, first.to_ascii_uppercase()] {
            if let Some(known) = self.firsts.get_mut(usize::from(byte)) {
                *known = true;
            }
        }
        let eight = eight(text, 0);
        let head = if first.is_ascii() { ASCII_BYTES } else { OTHER_BYTES };
        if text.len() >= head {
            return self.set(place(eight, head, 0));
        }
        let length = text.len().min(3);
        self.set(place(eight, length, 1));
        let ends_in_letter = text.last().is_some_and(u8::is_ascii_alphanumeric);
        if !whole || !ends_in_letter || length < text.len() {
            self.set(place(eight, length, 2));
        }
    }

    fn set(&mut self, (word, bit): (usize, u64)) {
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    /// False for a byte that no text begins with.
    #[inline]
    pub(super) fn is_first(&self, byte: u8) -> bool {
        self.firsts.get(usize::from(byte)).is_some_and(|known| *known)
    }

    /// False where no text stands from `at` on.
    #[inline]
    pub(super) fn may_begin(&self, bytes: &[u8], at: usize) -> bool {
        let next = eight(bytes, at);
        let head = if next & 0x80 == 0 { ASCII_BYTES } else { OTHER_BYTES };
        let [_, following @ ..] = next.to_le_bytes();
        let short = SHORT_BYTES.into_iter().zip(following);
        short.fold(self.holds(place(next, head, 0)), |any, (length, follows)| {
            any | self.holds(place(next, length, 1 + u64::from(follows.is_ascii_lowercase())))
        })
    }

    #[inline]
    fn holds(&self, (word, bit): (usize, u64)) -> bool {
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// The eight bytes from `at` on, the first one lowest; zeros behind the end.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(eight) = rest.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// Where the bit for the first `length` of these bytes stands, for one of three kinds. Letters of both cases have the same.
#[inline]
fn place(eight: u64, length: usize, kind: u64) -> (usize, u64) {
    let folded = (eight | 0x2020_2020_2020_2020) << (64 - 8 * length) | kind;
    let hash = folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
    let bit = usize::try_from(hash).unwrap_or(0);
    (bit / 64, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_that_stands_somewhere_is_never_missed(
            texts in proptest::collection::vec("\\PC{1,9}|[a-z]{1,4}", 1..9),
            before in "\\PC{0,5}",
            after in "\\PC{0,9}",
            whole in any::<bool>(),
        ) {
            let mut heads = Heads::default();
            for text in &texts {
                heads.add(text.to_ascii_lowercase().as_bytes(), whole);
            }
            let after = if whole { format!(" {after}") } else { after };
            for text in texts.iter().flat_map(|text| [text.clone(), text.to_ascii_uppercase()]) {
                let all = [before.as_str(), &text, &after].concat();
                prop_assert!(heads.may_begin(all.as_bytes(), before.len()));
            }
        }
    }
}
