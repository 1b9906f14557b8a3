//! Numbers given by African states.

use super::Checks;
use super::compact::{compact, is_yymmdd, values};
use super::dates::is_day;
use super::digits::{all_same, digits, exactly, luhn, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("za_id", is_za_id),
    ("za_tax", is_za_tax),
    ("eg_id", is_eg_id),
    ("gh_tin", is_gh_tin),
    ("ma_ice", is_ma_ice),
    ("tz_nin", is_tz_nin),
    ("mu_id", is_mu_id),
];

/// A South African identity number: a birth date, citizenship 0 to 2, Luhn check digit (Department of Home Affairs;
/// Identification Act 68 of 1997, section 7).
pub(crate) fn is_za_id(text: &str) -> bool {
    exactly::<13>(text).is_some_and(|digits| {
        digits.get(..6).is_some_and(is_yymmdd)
            && digits.get(10).is_some_and(|status| *status < 3)
            && luhn(&digits)
    })
}

/// A South African income tax reference number: begins with 0 to 3 or 9, Luhn check digit (SARS, external specification of
/// modulus 10).
pub(crate) fn is_za_tax(text: &str) -> bool {
    exactly::<10>(text).is_some_and(|digits| {
        matches!(digits.first(), Some(0..=3 | 9)) && !all_same(&digits) && luhn(&digits)
    })
}

/// An Egyptian national number: century 2 or 3, a birth date, a governorate (Civil Status Organization; Law 143 of 1994). The
/// rule of its check digit is not published.
pub(crate) fn is_eg_id(text: &str) -> bool {
    let Some([century, y1, y2, m1, m2, d1, d2, g1, g2, ..]) = exactly::<14>(text) else { return false };
    let year = if century == 2 { 1900 } else { 2000 } + number(&[y1, y2]);
    matches!(century, 2 | 3)
        && is_day(year, number(&[m1, m2]), number(&[d1, d2]))
        && matches!(g1 * 10 + g2, 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
}

/// A Ghanaian taxpayer number: weights 1 to 9 modulo 11, ten is X (Ghana Revenue Authority).
pub(crate) fn is_gh_tin(text: &str) -> bool {
    let compact = compact(text);
    let body: Vec<u32> = compact.iter().skip(1).take(9).filter_map(|c| c.to_digit(10)).collect();
    let expected = match weighted(&body, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    };
    compact.len() == 11 && body.len() == 9 && compact.last().copied() == expected
}

/// A Moroccan ICE: fifteen digits, ISO 7064 MOD 97,10 (Ministère de l'Industrie et du Commerce, "Guide ICE").
pub(crate) fn is_ma_ice(text: &str) -> bool {
    exactly::<15>(text).is_some_and(|digits| !all_same(&digits) && number(&digits).is_multiple_of(97))
}

/// A Tanzanian national identification number: twenty digits that begin with a birth date (NIDA).
pub(crate) fn is_tz_nin(text: &str) -> bool {
    let digits = digits(text);
    let (Some(year), Some(month), Some(day)) =
        (digits.get(..4).map(number), digits.get(4..6).map(number), digits.get(6..8).map(number))
    else {
        return false;
    };
    digits.len() == 20 && (1900..=2030).contains(&year) && is_day(year, month, day)
}

/// A Mauritian identity number: a letter, birth date as day, month, year, check character modulo 17 with weights 14 to 2
/// (National Identity Card Act 1985; Mauritius Revenue Authority, validation of the NID).
pub(crate) fn is_mu_id(text: &str) -> bool {
    let compact = compact(text);
    let places = values(&compact);
    let [body @ .., check] = places.as_slice() else { return false };
    let weights: Vec<u32> = (2..=14).rev().collect();
    let date = match body {
        [_, d1, d2, m1, m2, y1, y2, ..] => [*y1, *y2, *m1, *m2, *d1, *d2],
        _ => return false,
    };
    body.len() == 13 && is_yymmdd(&date) && *check == (17 - weighted(body, &weights) % 17) % 17
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_za_id, "8001015009087", "8001015009088"),
            (is_za_id, "7503305044089", "8503305044089"),
            (is_za_tax, "0001339050", "0001339051"),
            (is_eg_id, "29001011234567", "29013011234567"),
            (is_gh_tin, "C0000803561", "C0000803562"),
            (is_ma_ice, "001561191000066", "001561191000065"),
            (is_tz_nin, "19850412-11101-00001-25", "19851312-11101-00001-25"),
            (is_mu_id, "B2805953001239", "B2805953001238"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
