//! Card numbers with the eight leading digits that processors use for tests, and a valid check digit.
//!
//! 4000 0000 (Visa), 3700 0000 (American Express, 15 digits) and 3600 0000 (Diners, 14 digits) are in the public test
//! lists of payment processors (Stripe, Adyen, Worldpay) and issued to nobody. Seven digits are free in a number of 16.

use super::digits_of;

const LENGTHS: std::ops::RangeInclusive<usize> = 12..=19;
const PREFIX_LENGTH: usize = 8;

/// How a number was written: `0` for each digit, separators as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style(String);

impl Style {
    /// How many digits there are.
    pub(crate) fn digits(&self) -> usize {
        self.0.bytes().filter(u8::is_ascii_digit).count()
    }
}

pub(crate) fn style_of(value: &str) -> Option<Style> {
    let fits = value.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.'));
    let outer =
        value.starts_with(|c: char| c.is_ascii_digit()) && value.ends_with(|c: char| c.is_ascii_digit());
    let style = Style(value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect());
    (fits && outer && LENGTHS.contains(&style.digits())).then_some(style)
}

pub(crate) fn size(style: &Style) -> u64 {
    10_u64.pow(u32::try_from(free(style.digits())).unwrap_or_default())
}

pub(crate) fn value(style: &Style, index: u64) -> Option<String> {
    let length = style.digits();
    let mut digits: Vec<char> = prefix(length).chars().chain(digits_of(index, free(length))).collect();
    let check = (0..10)
        .filter_map(|check| char::from_digit(check, 10))
        .find(|check| luhn(digits.iter().chain(std::iter::once(check))))?;
    digits.push(check);
    let mut digits = digits.into_iter();
    style.0.chars().map(|c| if c == '0' { digits.next() } else { Some(c) }).collect()
}

pub(crate) fn is_of_ours(text: &str) -> bool {
    style_of(text).is_some_and(|style| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.starts_with(prefix(style.digits())) && luhn(digits.chars().collect::<Vec<_>>().iter())
    })
}

const fn prefix(length: usize) -> &'static str {
    match length {
        14 => "36000000",
        15 => "37000000",
        _ => "40000000",
    }
}

/// Digits between the prefix and the check digit.
const fn free(length: usize) -> usize {
    length.saturating_sub(PREFIX_LENGTH + 1)
}

/// ISO/IEC 7812-1, annex B.
fn luhn<'a>(digits: impl DoubleEndedIterator<Item = &'a char>) -> bool {
    let sum: u32 = digits
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match digit * 2 {
            _ if place % 2 == 0 => digit,
            double if double > 9 => double - 9,
            double => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_grouping_and_check_digit_are_kept() {
        let style = style_of("4556-7375 8689.9855").unwrap();
        let value = value(&style, 1_234_567).unwrap();
        assert!(value.starts_with("4000-0000 1234.567"), "{value}");
        let known: Vec<char> = "4539148803436467".chars().collect();
        assert!(luhn(known.iter()));
        assert!(luhn(value.chars().filter(char::is_ascii_digit).collect::<Vec<_>>().iter()));
    }
}
