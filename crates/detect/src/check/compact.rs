//! Letters and digits of a value, and the parts that many numbers of states have in common.

use super::dates::is_day;
use super::digits::number;

/// The ASCII letters and digits of `text`, letters as capitals.
pub(crate) fn compact(text: &str) -> Vec<char> {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The values of these characters: digits 0 to 9, letters 10 to 35; others are left out.
pub(crate) fn values(characters: &[char]) -> Vec<u32> {
    characters.iter().filter_map(|c| c.to_digit(36)).collect()
}

/// Weights 2, 3, … `last`, 2, … from the right, summed over the digits.
pub(crate) fn weighted_from_right(digits: &[u32], last: u32) -> u32 {
    digits.iter().rev().zip((2..=last).cycle()).map(|(digit, weight)| digit * weight).sum()
}

/// The check digit that makes a weighted sum a multiple of eleven; 10 and 11 count as 0.
pub(crate) fn eleven_minus(sum: u32) -> u32 {
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

/// True when these six digits are a day written as year, month, day, in this century or the last.
pub(crate) fn is_yymmdd(digits: &[u32]) -> bool {
    let [y1, y2, m1, m2, d1, d2] = digits else { return false };
    let (year, month, day) = (number(&[*y1, *y2]), number(&[*m1, *m2]), number(&[*d1, *d2]));
    is_day(1900 + year, month, day) || is_day(2000 + year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_day_in_either_century() {
        assert!(is_yymmdd(&[0, 0, 0, 2, 2, 9]));
        assert!(!is_yymmdd(&[9, 9, 0, 2, 2, 9]));
        assert!(!is_yymmdd(&[9, 9, 1, 3, 0, 1]));
        assert!(!is_yymmdd(&[9, 9]));
    }

    #[test]
    fn weights_repeat_from_the_right() {
        assert_eq!(weighted_from_right(&[1, 2, 3], 3), 3 * 2 + 2 * 3 + 2);
    }
}
