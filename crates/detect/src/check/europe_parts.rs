//! What the rules of several European numbers share: their letters and digits, dates of birth in them, check sums in steps.

use super::Checks;
use super::dates::is_day;
use super::digits::{number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("labelled_id", is_labelled_id), ("patient_number", is_patient_number)];

/// What may be an identifier because a label says so: seven to fifteen letters and digits of any script, at least half of
/// them digits (or O, l, I, which scans put for them), and no date.
fn is_labelled_id(text: &str) -> bool {
    let length = text.chars().filter(|c| c.is_alphanumeric()).count();
    let digits = text.bytes().filter(|b| b.is_ascii_digit() || matches!(b, b'O' | b'l' | b'I')).count();
    let is_joint = |place: usize| text.as_bytes().get(place).is_some_and(|b| matches!(b, b'-' | b'.' | b'/'));
    let is_date =
        text.len() == 10 && digits == 8 && ((is_joint(4) && is_joint(7)) || (is_joint(2) && is_joint(5)));
    (7..=15).contains(&length) && digits * 2 >= length && text.bytes().any(|b| b.is_ascii_digit()) && !is_date
}

/// A number that a hospital or an insurer counts with: five digits or more, or letters among them, and neither a day nor a year.
fn is_patient_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let parts: Vec<usize> = text.split(['-', '/', '.', ' ']).map(str::len).collect();
    let is_date = matches!(parts.as_slice(), [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4] | [4, 2] | [4, 4])
        && letters == 0
        && (text.starts_with("19") || text.starts_with("20") || !text.contains([' ']) && parts.len() == 3);
    digits >= 4 && (digits >= 5 || letters >= 1) && digits + letters <= 22 && !is_date
}

/// The letters and digits of `text`, letters in upper case.
pub(crate) fn compact(text: &str) -> Vec<char> {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The value of the digits `from..to` read as one number; 0 where there are none.
pub(crate) fn part(digits: &[u32], from: usize, to: usize) -> u64 {
    digits.get(from..to).map_or(0, number)
}

/// The digit at a place; 0 where there is none.
pub(crate) fn at(digits: &[u32], place: usize) -> u32 {
    digits.get(place).copied().unwrap_or(0)
}

/// True when digits begin with day, month and two digits of a year that make a day. Which century is told elsewhere, if at
/// all, so 29 February passes in each year that is a multiple of four.
pub(crate) fn begins_ddmmyy(digits: &[u32]) -> bool {
    is_day(2000 + part(digits, 4, 6), part(digits, 2, 4), part(digits, 0, 2))
}

/// True when digits begin with two digits of a year, month and day that make a day.
pub(crate) fn begins_yymmdd(digits: &[u32]) -> bool {
    is_day(2000 + part(digits, 0, 2), part(digits, 2, 4), part(digits, 4, 6))
}

/// The digits of a two-digit number added up, as in sums that double some digits.
pub(crate) fn cross(value: u32) -> u32 {
    value / 10 + value % 10
}

/// The check digit of numbers that add weighted digits modulo 11 and, should ten be left, add again with other weights
/// (Baltic states, Kazakhstan, Bulgarian companies). `None` where ten is left again.
pub(crate) fn in_two_steps(digits: &[u32], first: &[u32], second: &[u32]) -> Option<u32> {
    let rest = match weighted(digits, first) % 11 {
        10 => weighted(digits, second) % 11,
        rest => rest,
    };
    (rest < 10).then_some(rest)
}

/// The value of a character in sums over letters and digits: its digit, or 10 and up for A and up.
pub(crate) fn value(character: char) -> u32 {
    character.to_digit(36).unwrap_or(0)
}

/// The letter at this place of a table of check letters.
pub(crate) fn letter(table: &str, place: u32) -> Option<char> {
    table.chars().nth(usize::try_from(place).ok()?)
}

/// The number at this place of a table.
pub(crate) fn entry(table: &[u32], place: u32) -> Option<u32> {
    table.get(usize::try_from(place).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{
        eurasia, europe, europe_central, europe_east, europe_north, europe_south, europe_vat, europe_west,
    };

    #[test]
    fn validators_take_any_text() {
        let tables = [
            CHECKS,
            eurasia::CHECKS,
            europe::CHECKS,
            europe_central::CHECKS,
            europe_east::CHECKS,
            europe_north::CHECKS,
            europe_south::CHECKS,
            europe_vat::CHECKS,
            europe_west::CHECKS,
        ];
        for text in
            ["9999999999999999999", "0000000000000000000", "Z9Z9Z9Z9Z9Z9Z9Z9Z9", "ÄÖ九9-_", "ATU99999999ZZ"]
        {
            for (end, _) in text.char_indices().chain([(text.len(), ' ')]) {
                for (name, passes) in tables.iter().copied().flatten() {
                    let part = text.get(..end).unwrap();
                    // Nothing is an identifier of any kind that has no digit.
                    assert!(!passes(part) || part.bytes().any(|b| b.is_ascii_digit()), "{name} {part}");
                }
            }
        }
    }

    #[test]
    fn a_label_does_not_make_a_date_a_number() {
        assert!(
            is_labelled_id("44051401358") && is_labelled_id("9007l523l79") && is_labelled_id("МЕ 123456")
        );
        assert!(!is_labelled_id("2031-04-12") && !is_labelled_id("12.04.2031") && !is_labelled_id("123"));
    }
}
