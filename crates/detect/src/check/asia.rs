//! Numbers given by Asian states.

use super::Checks;
use super::dates::is_day;
use super::digits::{digits, exactly, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("cn_resident_id", is_cn_resident_id),
    ("cn_resident_id_shape", is_cn_resident_id_shape),
    ("hkid", is_hkid),
    ("in_aadhaar", is_in_aadhaar),
    ("in_pan", is_in_pan),
    ("jp_my_number", is_jp_my_number),
    ("kr_rrn", is_kr_rrn),
];

/// A Chinese resident identity number without its check character: a province, a birth date (GB 11643-1999).
pub(crate) fn is_cn_resident_id_shape(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some((body, _)) = compact.split_last_chunk::<1>() else { return false };
    let body: Vec<u32> = body.iter().filter_map(|c| c.to_digit(10)).collect();
    let (17, Some(province)) = (body.len(), body.get(..2).map(number)) else { return false };
    let (Some(year), Some(month), Some(day)) =
        (body.get(6..10).map(number), body.get(10..12).map(number), body.get(12..14).map(number))
    else {
        return false;
    };
    matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
        && (1850..=2100).contains(&year)
        && is_day(year, month, day)
}

/// A Chinese resident identity number: as its shape, and the check character of ISO 7064 MOD 11-2 (GB 11643-1999).
pub(crate) fn is_cn_resident_id(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if !is_cn_resident_id_shape(text) {
        return false;
    }
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let body: Vec<u32> = compact.iter().take(17).filter_map(|c| c.to_digit(10)).collect();
    let Ok(rest) = usize::try_from(weighted(&body, &WEIGHTS) % 11) else { return false };
    let expected = "10X98765432".chars().nth(rest);
    compact.last().map(char::to_ascii_uppercase) == expected
}

/// A Hong Kong identity card number: letters count 10 to 35, a missing first letter 36, modulo 11 (Immigration Department).
pub(crate) fn is_hkid(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let [body @ .., check] = compact.as_slice() else { return false };
    let values: Vec<u32> = body.iter().filter_map(|c| c.to_digit(36)).collect();
    let check = match check.to_ascii_uppercase() {
        'A' => 10,
        other => match other.to_digit(10) {
            Some(digit) => digit,
            None => return false,
        },
    };
    let weights: &[u32] = match values.len() {
        7 => &[8, 7, 6, 5, 4, 3, 2],
        8 => &[9, 8, 7, 6, 5, 4, 3, 2],
        _ => return false,
    };
    let blank = if values.len() == 7 { 36 * 9 } else { 0 };
    (weighted(&values, weights) + blank + check).is_multiple_of(11)
}

/// An Indian Aadhaar number: not beginning with 0 or 1, Verhoeff check digit (UIDAI).
pub(crate) fn is_in_aadhaar(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    digits.first().is_some_and(|first| *first > 1) && verhoeff(&digits)
}

/// The check of J. Verhoeff (1969) in the dihedral group of order ten.
fn verhoeff(digits: &[u32]) -> bool {
    const PERMUTE: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |digit: u32, times: usize| {
        (0..times)
            .fold(digit, |d, _| usize::try_from(d).ok().and_then(|d| PERMUTE.get(d)).copied().unwrap_or(d))
    };
    let sum =
        digits.iter().rev().enumerate().fold(0, |sum, (at, digit)| dihedral(sum, permuted(*digit, at % 8)));
    sum == 0
}

/// The product in the dihedral group of order ten: 0 to 4 turn, 5 to 9 turn and flip.
fn dihedral(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// An Indian permanent account number: the fourth letter tells the kind of holder (Income Tax Department).
pub(crate) fn is_in_pan(text: &str) -> bool {
    text.len() == 10 && text.chars().nth(3).is_some_and(|kind| "ABCFGHJLPT".contains(kind))
}

/// A Japanese individual number ("My Number"): check digit modulo 11 (Ministerial Ordinance 85 of 2014, article 5).
pub(crate) fn is_jp_my_number(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    let rest = weighted(&digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest <= 1 { 0 } else { 11 - rest };
    digits.last() == Some(&check)
}

/// A Korean resident registration number: a birth date and a digit for century and sex. The check digit is no longer used
/// since October 2020, so it decides nothing here.
pub(crate) fn is_kr_rrn(text: &str) -> bool {
    let digits = digits(text);
    let (13, Some(all)) = (digits.len(), digits.get(..7).map(number)) else { return false };
    let century = match all % 10 {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    };
    is_day(century + all / 100_000, all / 1000 % 100, all / 10 % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_cn_resident_id, "11010519491231002X", "110105194912310021"),
            (is_cn_resident_id_shape, "330106198709142317", "990106198709142317"),
            (is_hkid, "K274190(3)", "K274190(4)"),
            (is_hkid, "C550318(1)", "C550318(2)"),
            (is_in_aadhaar, "2341 2341 2346", "2341 2341 2347"),
            (is_in_pan, "ABCPE1234F", "ABCXE1234F"),
            (is_jp_my_number, "123456789018", "123456789019"),
            (is_kr_rrn, "900101-1234567", "901301-1234567"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
