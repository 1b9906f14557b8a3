//! Addresses of wallets: Base58Check and Bech32.

use super::Checks;
use sha2::{Digest as _, Sha256};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("base58check", is_base58check), ("bech32", is_bech32)];

/// A Bitcoin address of the first two kinds: 25 bytes in Base58 of which the last four are a check sum (Bitcoin developer
/// reference, "Address conversion").
pub(crate) fn is_base58check(text: &str) -> bool {
    let Some(bytes) = base58(text) else { return false };
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return false };
    let digest = Sha256::digest(Sha256::digest(body));
    body.len() == 21 && digest.starts_with(sum)
}

fn base58(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if text.len() > 40 {
        return None;
    }
    let mut bytes = vec![0u8; 25];
    for character in text.chars() {
        let mut carry = u32::try_from(ALPHABET.find(character)?).ok()?;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = u8::try_from(carry % 256).ok()?;
            carry /= 256;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(bytes)
}

/// A Bitcoin address of the newer kinds (BIP 173 and BIP 350).
pub(crate) fn is_bech32(text: &str) -> bool {
    const ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let lower = text.to_ascii_lowercase();
    let Some((human, data)) = lower.rsplit_once('1') else { return false };
    let Some(values) = data
        .chars()
        .map(|c| ALPHABET.find(c).and_then(|v| u32::try_from(v).ok()))
        .collect::<Option<Vec<_>>>()
    else {
        return false;
    };
    let high = human.bytes().map(|b| u32::from(b) >> 5);
    let low = human.bytes().map(|b| u32::from(b) & 31);
    let sum = polymod(high.chain([0]).chain(low).chain(values));
    sum == 1 || sum == 0x2bc8_30a3
}

fn polymod(values: impl Iterator<Item = u32>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.fold(1, |sum, value| {
        let top = sum >> 25;
        let shifted = ((sum & 0x1ff_ffff) << 5) ^ value;
        GENERATOR
            .iter()
            .enumerate()
            .filter(|(bit, _)| (top >> bit) & 1 == 1)
            .fold(shifted, |sum, (_, g)| sum ^ g)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_sums_of_wallets_hold() {
        assert!(is_base58check("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"));
        assert!(!is_base58check("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"));
        assert!(is_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
        assert!(!is_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"));
    }
}
