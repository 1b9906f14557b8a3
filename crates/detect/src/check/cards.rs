//! Payment cards: issuer ranges, lengths, check digit.

use super::Checks;
use super::digits::{all_same, digits, luhn, number};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("card", is_card), ("cn_bank_card", is_cn_bank_card)];

/// An issuer: from and to of the first digits, how many they are, and the lengths of its numbers.
struct Issuer {
    from: u64,
    to: u64,
    prefix_digits: usize,
    lengths: &'static [usize],
}

const fn issuer(from: u64, to: u64, prefix_digits: usize, lengths: &'static [usize]) -> Issuer {
    Issuer { from, to, prefix_digits, lengths }
}

/// Issuer ranges as published by the networks (list of ISO/IEC 7812 issuer identification numbers, 2025), the widest first.
/// Visa numbers of 13 digits are no longer issued: they need a label and are left to context.
const ISSUERS: &[Issuer] = &[
    issuer(4, 4, 1, &[16, 19]),
    issuer(51, 55, 2, &[16]),
    issuer(2221, 2720, 4, &[16]),
    issuer(34, 34, 2, &[15]),
    issuer(37, 37, 2, &[15]),
    issuer(6011, 6011, 4, &[16, 19]),
    issuer(644, 659, 3, &[16, 19]),
    issuer(300, 305, 3, &[14, 16]),
    issuer(3095, 3095, 4, &[14, 16]),
    issuer(36, 36, 2, &[14, 16]),
    issuer(38, 39, 2, &[14, 16]),
    issuer(3528, 3589, 4, &[16, 17, 18, 19]),
    issuer(62, 62, 2, &[16, 17, 18, 19]),
    issuer(81, 81, 2, &[16, 17, 18, 19]),
    issuer(5018, 5018, 4, &[16, 18, 19]),
    issuer(5020, 5020, 4, &[16, 18, 19]),
    issuer(5038, 5038, 4, &[16, 18, 19]),
    issuer(5893, 5893, 4, &[16, 18, 19]),
    issuer(6304, 6304, 4, &[16, 18, 19]),
    issuer(6759, 6763, 4, &[16, 18, 19]),
    issuer(2200, 2204, 4, &[16, 17, 18, 19]),
    issuer(60, 60, 2, &[16]),
    issuer(65, 65, 2, &[16]),
    issuer(9792, 9792, 4, &[16]),
];

/// The lengths that the issuer of these first digits uses; none where no issuer begins so.
pub(crate) fn lengths_of_issuer(digits: &[u32]) -> impl Iterator<Item = usize> {
    ISSUERS
        .iter()
        .filter(|issuer| {
            digits
                .get(..issuer.prefix_digits)
                .map(number)
                .is_some_and(|prefix| (issuer.from..=issuer.to).contains(&prefix))
        })
        .flat_map(|issuer| issuer.lengths.iter().copied())
}

/// True for a payment card number: a known issuer, one of its lengths, the Luhn check digit.
pub(crate) fn is_card(text: &str) -> bool {
    let digits = digits(text);
    lengths_of_issuer(&digits).any(|length| length == digits.len()) && luhn(&digits) && !all_same(&digits)
}

/// True for a Chinese bank card: UnionPay (62) or an older debit range of a Chinese bank, 16 to 19 digits, Luhn.
pub(crate) fn is_cn_bank_card(text: &str) -> bool {
    let digits = digits(text);
    let prefix = digits.get(..2).map(number);
    matches!(prefix, Some(62 | 60 | 68 | 69 | 90 | 95 | 94 | 40 | 43 | 45 | 49 | 52 | 53 | 55))
        && (16..=19).contains(&digits.len())
        && luhn(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_need_issuer_length_and_check_digit() {
        for card in [
            "4111 1111 1111 1111",
            "5555555555554444",
            "3782 822463 10005",
            "6011-1111-1111-1117",
            "30569309025904",
        ] {
            assert!(is_card(card), "{card}");
        }
        for other in [
            "1731-8840-2915-6040",
            "7192403388158",
            "1719837460215",
            "4111 1111 1111 1112",
            "4444444444444444",
        ] {
            assert!(!is_card(other), "{other}");
        }
    }
}
