//! What the texts of a lexicon begin with: a table of bits that says, of nearly every place in a text, that none begins there.
//!
//! Promises: never says no where a text stands whole. Small enough to stay in the nearest cache, which the tree is not.

/// Bits of the table: some thousands of texts set a tenth of them.
const BITS: usize = 1 << 16;

/// So many bytes of a text are looked at: of Latin letters four tell words apart, of Chinese characters two of three bytes each.
const ASCII_BYTES: usize = 4;
const OTHER_BYTES: usize = 6;
/// Texts that are shorter than that, from this length on, are looked up by so many bytes.
const SHORT_BYTES: usize = 3;
/// Of texts that are as long as this, so many bytes are looked at once their first bytes stand there.
const LONG_BYTES: usize = 7;

/// What a bit is set for: the first bytes of a text, of a short one, of a short one that counts also within a longer word; in the
/// table of a closer look a text that is not long, and a long one.
const HEAD: u64 = 0;
const SHORT: u64 = 1;
const SHORT_WITHIN: u64 = 2;
const MIDDLE: u64 = 3;
const LONG: u64 = 4;

/// What two bytes say: a text stands there; one stands there unless a small letter follows; a short one may begin; another one
/// may begin.
const STANDS: u8 = 1;
const STANDS_WHOLE: u8 = 2;
const BEGINS_SHORT: u8 = 4;
const BEGINS: u8 = 8;

/// The first bytes of all texts, without regard to ASCII case.
#[derive(Debug)]
pub(super) struct Heads {
    /// What each two bytes say: numbers and signs need no closer look.
    pairs: Vec<u8>,
    /// A bit for the first bytes of each text.
    bits: Vec<u64>,
    /// The same for the closer look.
    closer: Vec<u64>,
}

impl Default for Heads {
    fn default() -> Self {
        let table = || vec![0; BITS / 64];
        Self { pairs: vec![0; 1 << 16], bits: table(), closer: table() }
    }
}

impl Heads {
    /// Takes up a text in lower case. A `whole` one counts only where no letter follows that would continue it.
    pub(super) fn add(&mut self, text: &[u8], whole: bool) {
        let Some(first) = text.first() else { return };
        let eight = eight(text, 0);
        let head = if first.is_ascii() { ASCII_BYTES } else { OTHER_BYTES };
        let counts_within = !whole || !text.last().is_some_and(u8::is_ascii_alphanumeric);
        match text.len() {
            // Anything may stand behind it; a capital letter, which goes with the small one here, does not continue it.
            1 => (0..256).for_each(|second| self.say(eight | second << 8, STANDS)),
            2 => self.say(eight, if counts_within { STANDS } else { STANDS_WHOLE }),
            length if length < head => {
                self.say(eight, BEGINS_SHORT);
                set(&mut self.bits, place(eight, SHORT_BYTES, SHORT));
                if counts_within || length > SHORT_BYTES {
                    set(&mut self.bits, place(eight, SHORT_BYTES, SHORT_WITHIN));
                }
            }
            length => {
                self.say(eight, BEGINS);
                let is_long = length >= LONG_BYTES;
                let closer =
                    if is_long { place(eight, LONG_BYTES, LONG) } else { place(eight, head, MIDDLE) };
                set(&mut self.closer, closer);
                set(&mut self.bits, place(eight, head, HEAD));
            }
        }
    }

    fn say(&mut self, eight: u64, what: u8) {
        if let Some(said) = self.pairs.get_mut(pair(eight)) {
            *said |= what;
        }
    }

    /// False where no text stands from `at` on.
    #[inline]
    pub(super) fn may_begin(&self, bytes: &[u8], at: usize) -> bool {
        let next = eight(bytes, at);
        let said = self.pairs.get(pair(next)).copied().unwrap_or(0);
        if said == 0 {
            return false;
        }
        let [_, _, third, fourth, ..] = next.to_le_bytes();
        if said & STANDS != 0 || (said & STANDS_WHOLE != 0 && !third.is_ascii_lowercase()) {
            return true;
        }
        if said & BEGINS_SHORT != 0
            && holds(&self.bits, place(next, SHORT_BYTES, SHORT + u64::from(fourth.is_ascii_lowercase())))
        {
            return true;
        }
        let head = if next & 0x80 == 0 { ASCII_BYTES } else { OTHER_BYTES };
        said & BEGINS != 0
            && holds(&self.bits, place(next, head, HEAD))
            && (holds(&self.closer, place(next, LONG_BYTES, LONG))
                || holds(&self.closer, place(next, head, MIDDLE)))
    }
}

fn set(bits: &mut [u64], (word, bit): (usize, u64)) {
    if let Some(word) = bits.get_mut(word) {
        *word |= bit;
    }
}

#[inline]
fn holds(bits: &[u64], (word, bit): (usize, u64)) -> bool {
    bits.get(word).is_some_and(|word| word & bit != 0)
}

/// Where it stands what the first two of these bytes say. Letters of both cases have the same place.
#[inline]
fn pair(eight: u64) -> usize {
    usize::try_from((eight | 0x2020) & 0xFFFF).unwrap_or(0)
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

/// Where the bit for the first `length` of these bytes stands, for one of these kinds. Letters of both cases have the same.
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
