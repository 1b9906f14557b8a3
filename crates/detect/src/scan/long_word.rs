//! Long words of letters and digits with one shape each: wallets by first letter and length, vehicle identification numbers.
//!
//! Here and not in patterns, because the automaton over all patterns for identifiers would count every one of their places.

use types::ByteSpan;

use crate::edges;
use crate::scan::{Budget, Emit};

/// Lengths of Bitcoin addresses and of the other addresses in Base58Check, of accounts in Base58 without a sum, of the rest.
const BITCOIN: std::ops::RangeInclusive<usize> = 26..=35;
const BASE58: std::ops::RangeInclusive<usize> = 25..=37;
const ACCOUNT: std::ops::RangeInclusive<usize> = 32..=48;
const STELLAR: usize = 56;
const ALGORAND: usize = 58;
const MONERO: usize = 95;
const VIN: usize = 17;

/// Reports `bitcoin`, `base58`, `account`, `stellar`, `algorand`, `monero` and `vin`: the shape, the check is the recognizer's.
pub(crate) fn at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    let length = word.len();
    if length < VIN {
        return word.end;
    }
    let Some(value) = word.of(text) else { return word.end };
    let first = edges::byte(text, word.start);
    if length == VIN {
        if value.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_alphabetic() && !b"IOQioq".contains(&b)) {
            emit("vin", word);
        }
        return word.end;
    }
    let is_base32 = || value.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'));
    match length {
        STELLAR if first == b'G' && is_base32() => emit("stellar", word),
        ALGORAND if is_base32() => emit("algorand", word),
        MONERO if matches!(first, b'4' | b'8') && is_base58(value) => emit("monero", word),
        _ => {
            let may_be_coin = BASE58.contains(&length) && b"39ADKLMTXrt".contains(&first);
            let may_be_bitcoin = BITCOIN.contains(&length) && matches!(first, b'1' | b'3');
            if (may_be_coin || may_be_bitcoin || ACCOUNT.contains(&length)) && is_base58(value) {
                if may_be_bitcoin {
                    emit("bitcoin", word);
                }
                if may_be_coin {
                    emit("base58", word);
                }
                if ACCOUNT.contains(&length) {
                    emit("account", word);
                }
            }
        }
    }
    word.end
}

fn is_base58(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers;

    fn kinds(text: &str) -> Vec<&'static str> {
        let mut kinds = Vec::new();
        for word in numbers::Words::of(text) {
            at(text, word, &mut Budget::of(text), &mut |kind, _| kinds.push(kind));
        }
        kinds
    }

    #[test]
    fn long_words_are_told_by_length_and_letters() {
        assert_eq!(kinds("to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2."), ["bitcoin", "account"]);
        assert_eq!(kinds("1HGCM82633A004352"), ["vin"]);
        assert_eq!(kinds(&format!("G2{}", "A2".repeat(27))), ["stellar"]);
        assert_eq!(kinds(&"4".repeat(95)), ["monero"]);
        for text in ["1HGCM82633A00435O", "short1", "0x52908400098527886E0F7030069857D2E4169EE7"] {
            assert!(kinds(text).is_empty(), "{text}");
        }
    }
}
