//! Where in a block of text a word may begin, told for many bytes at once.
//!
//! Promises: only places behind an ASCII letter at which no part of a name begins, within characters, and spaces are left out; the
//! rest is for a closer look.

use crate::blocks::{self, BLOCK_BYTES};

/// The bytes before a block that tell whether its first bytes stand within a word.
const BEFORE_BYTES: usize = 2;

/// Places in the block of `bytes` that begins at `first`.
#[inline]
pub(super) fn of(bytes: &[u8], first: usize, block: &[u8]) -> impl Iterator<Item = usize> {
    let around: [u8; BLOCK_BYTES + BEFORE_BYTES] = match first.checked_sub(BEFORE_BYTES) {
        Some(from) => blocks::at(bytes, from),
        None => {
            let mut around = [0; BLOCK_BYTES + BEFORE_BYTES];
            around.iter_mut().skip(BEFORE_BYTES).zip(block).for_each(|(slot, byte)| *slot = *byte);
            around
        }
    };
    let is_lower = |b: u8| b.wrapping_sub(b'a') < 26;
    let is_letter = |b: u8| is_lower(b | 0x20);
    let is_digit = |b: u8| b.wrapping_sub(b'0') < 10;
    let may_begin = |second_before: u8, before: u8, byte: u8| {
        let goes_on = (is_letter(byte) | is_digit(byte)) & is_letter(before);
        let is_hump = is_lower(before) & !is_lower(byte) & is_letter(byte);
        let is_inside = goes_on & !is_hump & (second_before != b'\\');
        let is_within_character = byte & 0xC0 == 0x80;
        !is_inside & !is_within_character & (byte != b' ')
    };
    let mask = blocks::mask_of(|at| {
        let byte = |at: usize| around.get(at).copied().unwrap_or(0);
        may_begin(byte(at), byte(at + 1), byte(at + 2))
    });
    let mask = if block.len() < BLOCK_BYTES { mask & ((1 << block.len()) - 1) } else { mask };
    blocks::places(first, mask)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edges;

    proptest! {
        #[test]
        fn what_is_left_out_begins_nothing(text in "([a-zA-Z0-9 ]|\\\\[ntrx]|\\PC){0,200}") {
            let bytes = text.as_bytes();
            let starts: Vec<usize> = bytes
                .chunks(BLOCK_BYTES)
                .enumerate()
                .flat_map(|(index, block)| of(bytes, index * BLOCK_BYTES, block))
                .collect();
            let is_start = |at: &usize| text.is_char_boundary(*at) && edges::is_name_part_start(&text, *at);
            for at in (0..bytes.len()).filter(|at| bytes[*at] != b' ' && is_start(at)) {
                prop_assert!(starts.contains(&at), "{at}");
            }
            let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
            for at in starts {
                prop_assert!(bytes[at] != b' ' && text.is_char_boundary(at), "{at}");
                let is_within = is_letter(at) && is_letter(at.wrapping_sub(1)) && !is_start(&at);
                prop_assert!(!is_within || bytes.get(at.wrapping_sub(2)) == Some(&b'\\'), "{at}");
            }
        }
    }
}
