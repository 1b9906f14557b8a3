//! Digits of a value and the check sums that several kinds of numbers share.

use super::Checks;

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("luhn", luhn_text)];

/// The digits of `text` as numbers, without what separates them.
pub(crate) fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// The first `N` digits of `text`, if it has exactly that many.
pub(crate) fn exactly<const N: usize>(text: &str) -> Option<[u32; N]> {
    digits(text).try_into().ok()
}

/// The value of a few digits read as one number.
pub(crate) fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |sum: u64, digit| sum.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

/// True when all digits are the same: numbers that forms and tests are filled with.
pub(crate) fn all_same(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair.first() == pair.last())
}

/// The Luhn check (ISO/IEC 7812-1, annex B).
pub(crate) fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The Luhn check on the digits of a text.
pub(crate) fn luhn_text(text: &str) -> bool {
    luhn(&digits(text))
}

/// The sum of digits times weights; digits beyond the weights do not count.
pub(crate) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The check digit of ISO 7064 MOD 11,10 over these digits.
pub(crate) fn mod_11_10(digits: &[u32]) -> u32 {
    let product = digits.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_passes_true_numbers_only() {
        assert!(luhn_text("4111 1111 1111 1111"));
        assert!(!luhn_text("4111 1111 1111 1112"));
        assert!(!luhn_text(""));
    }
}
