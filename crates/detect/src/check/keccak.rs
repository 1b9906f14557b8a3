//! Keccak-256 as Ethereum and Monero use it: the permutation of FIPS 202 with the padding of the original submission (Keccak
//! reference 3.0, 2011), which differs from SHA3-256 in one byte.

/// Bytes taken in by each permutation: 1600 bits less twice the 256 of the digest.
const RATE_BYTES: usize = 136;

/// Rotations and places of the steps rho and pi (FIPS 202, 3.2.2 and 3.2.3), along the cycle that starts at lane 1.
const ROTATIONS: [u32; 24] =
    [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
const PLACES: [usize; 24] =
    [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

/// The digest of a few bytes.
pub(crate) fn keccak_256(bytes: &[u8]) -> [u8; 32] {
    let mut padded = bytes.to_vec();
    padded.push(1);
    padded.resize(padded.len().next_multiple_of(RATE_BYTES), 0);
    if let Some(last) = padded.last_mut() {
        *last |= 0x80;
    }
    let mut state = [0u64; 25];
    for block in padded.chunks_exact(RATE_BYTES) {
        for (lane, word) in state.iter_mut().zip(block.chunks_exact(8)) {
            *lane ^= word.iter().rev().fold(0, |lane, byte| (lane << 8) | u64::from(*byte));
        }
        permute(&mut state);
    }
    let mut digest = [0u8; 32];
    for (bytes, lane) in digest.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&lane.to_le_bytes());
    }
    digest
}

#[expect(clippy::indexing_slicing, reason = "all indexes are below 25, the length of the state")]
fn permute(state: &mut [u64; 25]) {
    let mut register = 1u8;
    for _ in 0..24 {
        let columns: [u64; 5] =
            std::array::from_fn(|x| (0..5).fold(0, |column, y| column ^ state[x + 5 * y]));
        for x in 0..5 {
            let mix = columns[(x + 4) % 5] ^ columns[(x + 1) % 5].rotate_left(1);
            for y in 0..5 {
                state[x + 5 * y] ^= mix;
            }
        }
        let mut moved = state[1];
        for (place, rotation) in PLACES.into_iter().zip(ROTATIONS) {
            moved = std::mem::replace(&mut state[place], moved.rotate_left(rotation));
        }
        for row in state.chunks_exact_mut(5) {
            let old: [u64; 5] = std::array::from_fn(|x| row[x]);
            for x in 0..5 {
                row[x] = old[x] ^ (!old[(x + 1) % 5] & old[(x + 2) % 5]);
            }
        }
        state[0] ^= round_constant(&mut register);
    }
}

/// The constant of a round from the shift register of FIPS 202, algorithm 5.
fn round_constant(register: &mut u8) -> u64 {
    (0..7).fold(0, |constant, j| {
        let bit = u64::from(*register & 1);
        *register = (*register << 1) ^ (if *register & 0x80 == 0 { 0 } else { 0x71 });
        constant | (bit << ((1u32 << j) - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_reference() {
        let hex =
            |text: &str| keccak_256(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
        // The empty text (Ethereum yellow paper, code hash of an account without code) and "abc" (known answers of Keccak 3.0).
        assert_eq!(hex(""), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assert_eq!(hex("abc"), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    }
}
