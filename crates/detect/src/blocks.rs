//! Blocks of text, looked at as a whole: so that one instruction tells something about many bytes.
//!
//! Promises: behind the end of a text stand zeros; no branch for each byte.

/// Bytes of a block.
pub(crate) const BLOCK_BYTES: usize = 64;

/// The bytes from `from` on; zeros behind the end.
#[inline]
pub(crate) fn at<const BYTES: usize>(bytes: &[u8], from: usize) -> [u8; BYTES] {
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

/// A bit for each byte of the block from `from` on that `holds`.
#[inline]
pub(crate) fn mask_at(bytes: &[u8], from: usize, holds: impl Fn(u8) -> bool) -> u64 {
    let block: [u8; BLOCK_BYTES] = at(bytes, from);
    mask_of(|at| block.get(at).is_some_and(|byte| holds(*byte)))
}

/// A bit for each place of a block that `holds`. Written as a loop over places, which compilers turn into steps over many bytes;
/// iterators over two arrays they do not.
#[inline]
pub(crate) fn mask_of(holds: impl Fn(usize) -> bool) -> u64 {
    let mut flags = [0; BLOCK_BYTES];
    for place in 0..BLOCK_BYTES {
        if let Some(flag) = flags.get_mut(place) {
            *flag = u8::from(holds(place));
        }
    }
    mask(&flags)
}

/// A bit for each flag of a block that is 1; the others are 0.
#[inline]
fn mask(flags: &[u8; BLOCK_BYTES]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |mask, eight| {
        mask << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The places of the bits of a mask, in order, of a block that begins at `first`.
#[inline]
pub(crate) fn places(first: usize, mask: u64) -> impl Iterator<Item = usize> {
    let mut left = mask;
    std::iter::from_fn(move || {
        let at = left.trailing_zeros();
        left &= left.checked_sub(1)?;
        Some(first + usize::try_from(at).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_mask_has_a_bit_for_each_flag(bits in any::<u64>()) {
            let flags = std::array::from_fn(|at| u8::from(bits >> at & 1 == 1));
            prop_assert_eq!(mask(&flags), bits);
            let expected: Vec<usize> = (0..BLOCK_BYTES).filter(|at| flags[*at] == 1).map(|at| at + 7).collect();
            prop_assert_eq!(places(7, bits).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn a_block_ends_in_zeros(bytes in proptest::collection::vec(1u8.., 0..200), from in 0usize..220) {
            let block: [u8; BLOCK_BYTES] = at(&bytes, from);
            for (offset, byte) in block.iter().enumerate() {
                prop_assert_eq!(*byte, bytes.get(from + offset).copied().unwrap_or(0));
            }
        }
    }
}
