//! Account numbers of the same country with a bank that does not exist, and valid check digits.
//!
//! The bank is zeros (or `X` where letters stand): at least five leading digits of the account number are zero, the
//! last digits, ten at most, are free. Check digits are those of ISO 13616 (mod 97); check digits that a country has
//! inside its account numbers are not.

use super::digits_of;

const LENGTHS: std::ops::RangeInclusive<usize> = 15..=34;
const FREE_DIGITS_MAX: usize = 10;
const FIXED_DIGITS: usize = 5;

/// The country, and how an account number of it was written: `0` for digits, `X` for letters, blanks as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style(String);

impl Style {
    /// The style without blanks.
    pub(crate) fn compact(&self) -> String {
        self.0.chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

pub(crate) fn style_of(value: &str) -> Option<Style> {
    let compact: Vec<char> = value.chars().filter(|c| !is_separator(*c)).collect();
    let (head, account) = compact.split_at_checked(4)?;
    let fits = matches!(head, [a, b, c, d]
        if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit())
        && LENGTHS.contains(&compact.len())
        && account.iter().all(char::is_ascii_alphanumeric)
        && !value.starts_with(is_separator)
        && !value.ends_with(is_separator);
    let mut place = 0;
    let style = value.chars().map(|c| {
        place += usize::from(!is_separator(c));
        match c {
            _ if is_separator(c) => c,
            _ if place <= 2 => c.to_ascii_uppercase(),
            _ if c.is_ascii_digit() => '0',
            _ => 'X',
        }
    });
    let style = Style(style.collect());
    (fits && free(&style) > 0).then_some(style)
}

pub(crate) fn size(style: &Style) -> u64 {
    10_u64.pow(u32::try_from(free(style)).unwrap_or_default())
}

pub(crate) fn value(style: &Style, index: u64) -> Option<String> {
    let mut compact: Vec<char> = style.compact().chars().collect();
    let mut digits = digits_of(index, free(style)).into_iter().rev();
    for place in compact.iter_mut().skip(4).rev().filter(|place| place.is_ascii_digit()) {
        match digits.next() {
            Some(digit) => *place = digit,
            None => break,
        }
    }
    let check = 98 - remainder(&compact);
    for (place, digit) in compact.iter_mut().skip(2).zip(digits_of(check, 2)) {
        *place = digit;
    }
    let mut compact = compact.into_iter();
    style.0.chars().map(|c| if is_separator(c) { Some(c) } else { compact.next() }).collect()
}

pub(crate) fn is_of_ours(text: &str) -> bool {
    let Some(style) = style_of(text) else { return false };
    let compact: Vec<char> = text.chars().filter(|c| !is_separator(*c)).collect();
    let digits: Vec<&char> = compact.iter().skip(4).filter(|c| c.is_ascii_digit()).collect();
    let zeros = digits.len().saturating_sub(free(&style));
    let letters_fit = compact.iter().skip(4).all(|c| c.is_ascii_digit() || *c == 'X');
    letters_fit && digits.iter().take(zeros).all(|digit| **digit == '0') && remainder(&compact) == 1
}

const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-')
}

/// How many digits of the account number are free.
fn free(style: &Style) -> usize {
    let digits = style.compact().bytes().skip(4).filter(u8::is_ascii_digit).count();
    digits.saturating_sub(FIXED_DIGITS).min(FREE_DIGITS_MAX)
}

/// The number mod 97 with its first four characters moved to the end and letters as 10 to 35.
fn remainder(compact: &[char]) -> u64 {
    let (head, account) = compact.split_at_checked(4).unwrap_or((&[], compact));
    account
        .iter()
        .chain(head)
        .filter_map(|c| c.to_digit(36))
        .fold(0, |rest, digit| (rest * if digit > 9 { 100 } else { 10 } + u64::from(digit)) % 97)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_length_and_grouping_are_kept_and_check_digits_are_right() {
        for original in [
            "DE89 3704 0044 0532 0130 00",
            "GB29NWBK60161331926819",
            "NO93 8601 1117 947",
            "de89370400440532013000",
        ] {
            let style = style_of(original).unwrap();
            let value = value(&style, 1_234).unwrap();
            assert_eq!(value.len(), original.len());
            assert!(value.starts_with(&original.get(..2).unwrap().to_ascii_uppercase()));
            let compact: Vec<char> = value.chars().filter(|c| *c != ' ').collect();
            assert_eq!(remainder(&compact), 1, "{value}");
            assert!(value.replace(' ', "").ends_with("1234"));
            assert_eq!(value.contains("XXXX"), original.contains("NWBK"));
        }
    }
}
