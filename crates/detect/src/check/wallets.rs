//! Addresses of wallets and the check sums in them.

use super::Checks;
use super::keccak::keccak_256;
use sha2::{Digest as _, Sha256, Sha512_256};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("base58check", is_base58check),
    ("base58_wallet", is_base58_wallet),
    ("base58_account", is_base58_account),
    ("bech32", is_bech32),
    ("cash_address", is_cash_address),
    ("ethereum_mixed_case", is_mixed_case_checked),
    ("monero", is_monero),
    ("stellar", is_stellar),
    ("algorand", is_algorand),
    ("ton", is_ton),
];

const BITCOIN_ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The XRP ledger orders the same characters otherwise (xrpl.org, "Base58 encodings").
const RIPPLE_ALPHABET: &str = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// First bytes and number of bytes of the addresses that Base58Check is used for beside Bitcoin's: Litecoin, Dogecoin, Dash
/// and Bitcoin's script form (`chainparams.cpp` of each), TRON (developer documentation, "Account"), Zcash (protocol
/// specification, 5.6.1.1), Tezos (`base58.ml` of Octez).
const WALLETS: &[(&[u8], usize)] = &[
    (&[0x30], 21),
    (&[0x32], 21),
    (&[0x1e], 21),
    (&[0x16], 21),
    (&[0x4c], 21),
    (&[0x10], 21),
    (&[0x41], 21),
    (&[0x1c, 0xb8], 22),
    (&[0x1c, 0xbd], 22),
    (&[0x06, 0xa1, 0x9f], 23),
    (&[0x06, 0xa1, 0xa1], 23),
    (&[0x06, 0xa1, 0xa4], 23),
    (&[0x02, 0x5a, 0x79], 25),
];

/// A Bitcoin address of the first two kinds: 25 bytes in Base58 of which the last four are a check sum (Bitcoin developer
/// reference, "Address conversion").
pub(crate) fn is_base58check(text: &str) -> bool {
    checked_base58(text, BITCOIN_ALPHABET).is_some_and(|body| body.len() == 21)
}

/// An address of one of [`WALLETS`], or of the XRP ledger.
pub(crate) fn is_base58_wallet(text: &str) -> bool {
    if text.starts_with('r') {
        return checked_base58(text, RIPPLE_ALPHABET)
            .is_some_and(|body| body.len() == 21 && body.starts_with(&[0]));
    }
    checked_base58(text, BITCOIN_ALPHABET).is_some_and(|body| {
        WALLETS.iter().any(|(start, length)| body.len() == *length && body.starts_with(start))
    })
}

/// A public key or account in Base58 without a check sum that could be computed here: 32 bytes (Solana), or a prefix, 32 bytes
/// and two of a sum (SS58 of Polkadot and its kin).
pub(crate) fn is_base58_account(text: &str) -> bool {
    let is_varied =
        text.bytes().any(|b| b.is_ascii_lowercase()) && text.bytes().any(|b| b.is_ascii_uppercase());
    is_varied && base58(text, BITCOIN_ALPHABET).is_some_and(|bytes| matches!(bytes.len(), 32 | 35 | 36))
}

/// The bytes of a Base58Check text without its sum, if the sum holds.
fn checked_base58(text: &str, alphabet: &str) -> Option<Vec<u8>> {
    let mut bytes = base58(text, alphabet)?;
    let (body, sum) = bytes.split_last_chunk::<4>()?;
    let digest = Sha256::digest(Sha256::digest(body));
    let length = body.len();
    digest.starts_with(sum).then(|| {
        bytes.truncate(length);
        bytes
    })
}

fn base58(text: &str, alphabet: &str) -> Option<Vec<u8>> {
    if text.len() > 64 {
        return None;
    }
    // Least significant byte first.
    let mut bytes: Vec<u8> = Vec::with_capacity(48);
    for character in text.chars() {
        let mut carry = u32::try_from(alphabet.find(character)?).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = u8::try_from(carry % 256).ok()?;
            carry /= 256;
        }
        if carry > 0 {
            bytes.push(u8::try_from(carry).ok()?);
        }
    }
    let zero = alphabet.chars().next()?;
    bytes.extend(text.chars().take_while(|c| *c == zero).map(|_| 0));
    bytes.reverse();
    Some(bytes)
}

const BECH32_ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn bech32_values(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| BECH32_ALPHABET.find(c).and_then(|value| u32::try_from(value).ok())).collect()
}

/// An address in Bech32 (BIP 173 and BIP 350), as Bitcoin, Litecoin, Cardano (CIP 19) and Cosmos use it.
pub(crate) fn is_bech32(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let Some((human, data)) = lower.rsplit_once('1') else { return false };
    let Some(values) = bech32_values(data) else { return false };
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

/// An address of Bitcoin Cash (CashAddr specification, "Checksum"): five-bit values over a 40-bit polynomial.
pub(crate) fn is_cash_address(text: &str) -> bool {
    const GENERATOR: [u64; 5] =
        [0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    let lower = text.to_ascii_lowercase();
    let Some((human, data)) = lower.rsplit_once(':') else { return false };
    let Some(values) = bech32_values(data) else { return false };
    let low = human.bytes().map(|b| u64::from(b) & 31);
    let all = low.chain([0]).chain(values.into_iter().map(u64::from));
    let sum = all.fold(1u64, |sum, value| {
        let top = sum >> 35;
        let shifted = ((sum & 0x07_ffff_ffff) << 5) ^ value;
        GENERATOR
            .iter()
            .enumerate()
            .filter(|(bit, _)| (top >> bit) & 1 == 1)
            .fold(shifted, |sum, (_, g)| sum ^ g)
    });
    sum == 1
}

/// The case of the letters of an Ethereum address is a check sum (EIP-55).
pub(crate) fn is_mixed_case_checked(text: &str) -> bool {
    let Some(hex) = text.strip_prefix("0x").filter(|hex| hex.len() == 40) else { return false };
    let digest = keccak_256(hex.to_ascii_lowercase().as_bytes());
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    hex.bytes()
        .zip(nibbles)
        .all(|(letter, nibble)| !letter.is_ascii_alphabetic() || letter.is_ascii_uppercase() == (nibble >= 8))
}

/// An address of Monero: Base58 in blocks of eleven characters, the last four bytes begin the Keccak-256 of the others
/// (Monero documentation, "Standard address").
pub(crate) fn is_monero(text: &str) -> bool {
    /// Bytes in a block of this many characters.
    const BYTES: [usize; 12] = [0, 0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8];
    let mut bytes = Vec::with_capacity(80);
    for block in text.as_bytes().chunks(11) {
        let Some(length) = BYTES.get(block.len()).copied().filter(|length| *length > 0) else { return false };
        let mut value = 0u128;
        for character in block {
            let Some(digit) = BITCOIN_ALPHABET.bytes().position(|known| known == *character) else {
                return false;
            };
            value = value * 58 + u128::try_from(digit).unwrap_or_default();
        }
        bytes.extend(value.to_be_bytes().iter().skip(16 - length));
    }
    bytes.split_last_chunk::<4>().is_some_and(|(body, sum)| keccak_256(body).starts_with(sum))
}

fn base32(text: &str) -> Option<Vec<u8>> {
    let mut bits = 0u32;
    let mut count = 0;
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = ((bits << 5) | u32::from(value)) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// CRC-16 with the polynomial 0x1021 and the start value 0 (XMODEM).
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u16::from(*byte) << 8), |sum, _| {
            if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 }
        })
    })
}

/// An account of Stellar (SEP 23): base 32, a version byte, 32 bytes, their CRC-16.
pub(crate) fn is_stellar(text: &str) -> bool {
    base32(text).is_some_and(|bytes| {
        bytes.len() == 35
            && bytes.split_last_chunk::<2>().is_some_and(|(body, sum)| crc16(body).to_le_bytes() == *sum)
    })
}

/// An account of Algorand (developer documentation, "Transformation: public key to Algorand address"): base 32 of 32 bytes and
/// the last four of their SHA-512/256.
pub(crate) fn is_algorand(text: &str) -> bool {
    base32(text).is_some_and(|bytes| {
        bytes.len() == 36
            && bytes
                .split_last_chunk::<4>()
                .is_some_and(|(body, sum)| Sha512_256::digest(body).ends_with(sum))
    })
}

/// A user-friendly address of TON (documentation, "Smart contract addresses"): base 64 for URLs, flags, workchain, 32 bytes, CRC-16.
pub(crate) fn is_ton(text: &str) -> bool {
    let mut bits = 0u32;
    let mut bytes = Vec::with_capacity(36);
    for (at, letter) in text.bytes().enumerate() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return false,
        };
        bits = (bits << 6) | u32::from(value);
        if at % 4 == 3 {
            let [_, three @ ..] = bits.to_be_bytes();
            bytes.extend(three);
            bits = 0;
        }
    }
    bytes.len() == 36
        && bytes.split_last_chunk::<2>().is_some_and(|(body, sum)| crc16(body).to_be_bytes() == *sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `good` passes; with its last letter changed it does not.
    fn check(test: fn(&str) -> bool, good: &str) {
        assert!(test(good), "{good}");
        let (rest, last) = good.split_at(good.len() - 1);
        let bad = format!("{rest}{}", if last == "3" { '4' } else { '3' });
        assert!(!test(&bad), "{bad}");
    }

    #[test]
    fn check_sums_of_wallets_hold() {
        check(is_base58check, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2");
        check(is_base58check, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy");
        check(is_base58_wallet, "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9");
        check(is_base58_wallet, "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L");
        check(is_base58_wallet, "XpESxaUmonkq8RaLLp46Brx2K39ggQe226");
        check(is_base58_wallet, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
        check(is_base58_wallet, "t1VpYecBW4UudbGcy4ufh61eWxQCoFaUrPs");
        check(is_base58_wallet, "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb");
        check(is_base58_wallet, "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh");
    }

    /// The examples of BIP 173, BIP 350, CIP 19 and the CashAddr specification.
    #[test]
    fn check_sums_of_bech32_hold() {
        check(is_bech32, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
        check(is_bech32, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0");
        check(is_bech32, "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8");
        check(is_bech32, "stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw");
        check(is_cash_address, "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a");
    }

    /// The examples of EIP-55, SEP 23, and donation and documentation addresses of the other projects.
    #[test]
    fn check_sums_of_other_chains_hold() {
        for address in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0x52908400098527886E0F7030069857D2E4169EE7",
        ] {
            assert!(is_mixed_case_checked(address), "{address}");
        }
        assert!(!is_mixed_case_checked("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeaEd"));
        check(
            is_monero,
            "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        );
        check(is_stellar, "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ");
        check(is_algorand, "7ZUECA7HFLZTXENRV24SHLU4AVPUTMTTDUFUBNBD64C73F3UHRTHAIOF6Q");
        check(is_ton, "EQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG");
        assert!(is_base58_account("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"));
        assert!(is_base58_account("7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"));
    }
}
