//! Where in a block of text a word may begin, told for many bytes at once.
//!
//! Promises: only places within a word of ASCII letters in lower case, and spaces, are left out; the rest is for a closer look.

/// Bytes looked at together.
pub(super) const BLOCK_BYTES: usize = 64;

/// The bytes before a block that tell whether its first bytes stand within a word.
const BEFORE_BYTES: usize = 2;

/// Places in the block of `bytes` that begins at `first`.
#[inline]
pub(super) fn of(bytes: &[u8], first: usize, block: &[u8]) -> Starts {
    let around: [u8; BLOCK_BYTES + BEFORE_BYTES] = match first.checked_sub(BEFORE_BYTES) {
        Some(from) => self::block(bytes, from),
        None => {
            let mut around = [0; BLOCK_BYTES + BEFORE_BYTES];
            around.iter_mut().skip(BEFORE_BYTES).zip(block).for_each(|(slot, byte)| *slot = *byte);
            around
        }
    };
    let mut flags = [0u8; BLOCK_BYTES];
    let is_lower = |b: u8| b.wrapping_sub(b'a') < 26;
    for (flag, [second_before, before, byte]) in flags.iter_mut().zip(around.array_windows()) {
        let is_inside = is_lower(*byte) & is_lower(*before) & (*second_before != b'\\');
        *flag = u8::from(!is_inside & (*byte != b' '));
    }
    let mask = flags.as_chunks::<8>().0.iter().rev().fold(0u64, |mask, eight| mask << 8 | packed(*eight));
    let mask = if block.len() < BLOCK_BYTES { mask & ((1 << block.len()) - 1) } else { mask };
    Starts { first, mask }
}

/// The bytes from `from` on; zeros behind the end.
#[inline]
pub(crate) fn block<const BYTES: usize>(bytes: &[u8], from: usize) -> [u8; BYTES] {
    let rest = bytes.get(from..).unwrap_or_default();
    if let Some(all) = rest.first_chunk() {
        return *all;
    }
    let mut block = [0; BYTES];
    if let Some(part) = block.get_mut(..rest.len()) {
        part.copy_from_slice(rest);
    }
    block
}

/// A bit for each of eight bytes that are 0 or 1.
#[inline]
pub(crate) fn packed(eight: [u8; 8]) -> u64 {
    u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Places, in order.
pub(super) struct Starts {
    first: usize,
    mask: u64,
}

impl Iterator for Starts {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.mask == 0 {
            return None;
        }
        let at = self.mask.trailing_zeros();
        self.mask &= self.mask - 1;
        Some(self.first + usize::try_from(at).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_places_within_a_word_and_spaces_are_left_out(text in "([a-zA-Z ]|\\\\n|\\PC){0,200}") {
            let bytes = text.as_bytes();
            let starts: Vec<usize> = bytes
                .chunks(BLOCK_BYTES)
                .enumerate()
                .flat_map(|(index, block)| of(bytes, index * BLOCK_BYTES, block))
                .collect();
            let is_lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
            let expected: Vec<usize> = (0..bytes.len())
                .filter(|at| {
                    let inside = is_lower(*at) && is_lower(at.wrapping_sub(1)) && bytes.get(at.wrapping_sub(2)) != Some(&b'\\');
                    !inside && bytes[*at] != b' '
                })
                .collect();
            prop_assert_eq!(starts, expected);
        }
    }
}
