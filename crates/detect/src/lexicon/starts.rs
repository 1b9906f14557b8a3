//! Where in a block of text a word may begin, told for many bytes at once.
//!
//! Promises: only places within a word of ASCII letters in lower case, and spaces, are left out; the rest is for a closer look.

use crate::blocks::{self, BLOCK_BYTES};

/// The bytes before a block that tell whether its first bytes stand within a word.
const BEFORE_BYTES: usize = 2;

/// Places in the block of `bytes` that begins at `first`.
#[inline]
pub(super) fn of(bytes: &[u8], first: usize, block: &[u8]) -> Starts {
    let around: [u8; BLOCK_BYTES + BEFORE_BYTES] = match first.checked_sub(BEFORE_BYTES) {
        Some(from) => blocks::at(bytes, from),
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
    let mask = blocks::mask(&flags);
    let mask = if block.len() < BLOCK_BYTES { mask & ((1 << block.len()) - 1) } else { mask };
    Starts { first, mask }
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
