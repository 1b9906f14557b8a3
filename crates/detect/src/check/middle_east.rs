//! Numbers given by the states of the Middle East.

use super::Checks;
use super::compact::is_yymmdd;
use super::digits::{all_same, digits, exactly, luhn, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("il_id", is_il_id),
    ("ae_id", is_ae_id),
    ("sa_id", is_sa_id),
    ("kw_id", is_kw_id),
    ("bh_id", is_bh_id),
    ("qa_id", is_qa_id),
    ("ir_id", is_ir_id),
    ("ir_company", is_ir_company),
];

/// An Israeli identity or company number: Luhn check digit over nine digits (Population and Immigration Authority).
pub(crate) fn is_il_id(text: &str) -> bool {
    let digits = digits(text);
    matches!(digits.len(), 8 | 9) && !all_same(&digits) && luhn(&digits)
}

/// An Emirates identity number: 784, a year of birth, Luhn check digit (Federal Authority for Identity and Citizenship).
pub(crate) fn is_ae_id(text: &str) -> bool {
    exactly::<15>(text).is_some_and(|digits| {
        let head = number(&digits) / 100_000_000;
        head / 10_000 == 784 && matches!(head % 10_000, 1900..=2030) && luhn(&digits)
    })
}

/// A Saudi national identity (1) or residence (2) number: Luhn check digit (Ministry of Interior, Absher).
pub(crate) fn is_sa_id(text: &str) -> bool {
    exactly::<10>(text)
        .is_some_and(|digits| matches!(digits.first(), Some(1 | 2)) && !all_same(&digits) && luhn(&digits))
}

/// A Kuwaiti civil number: century, birth date, weights 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 modulo 11 (Public Authority for Civil
/// Information).
pub(crate) fn is_kw_id(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    let check = 11 - weighted(&digits, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    matches!(digits.first(), Some(1..=3))
        && digits.get(1..7).is_some_and(is_yymmdd)
        && digits.last() == Some(&check)
}

/// A Bahraini personal number: year and month of birth first (Information & eGovernment Authority).
pub(crate) fn is_bh_id(text: &str) -> bool {
    exactly::<9>(text).is_some_and(|digits| matches!(number(&digits) / 100_000 % 100, 1..=12))
}

/// A Qatari identity number: century 2 or 3, year, country by its ISO 3166 number (Ministry of Interior).
pub(crate) fn is_qa_id(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|digits| {
        matches!(digits.first(), Some(2 | 3)) && matches!(number(&digits) / 100_000 % 1000, 4..=894)
    })
}

/// An Iranian national code: weights 10 to 2 modulo 11 (National Organization for Civil Registration).
pub(crate) fn is_ir_id(text: &str) -> bool {
    let Some(digits) = exactly::<10>(text) else { return false };
    let rest = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    !all_same(&digits) && digits.last() == Some(&if rest < 2 { rest } else { 11 - rest })
}

/// An Iranian national identifier of a legal person: the tenth digit and two are added to each digit before weights 29, 27, 23,
/// 19, 17 modulo 11 (State Organization for Registration of Deeds and Properties).
pub(crate) fn is_ir_company(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let [body @ .., tenth, check] = digits;
    let sum: u32 =
        body.iter().zip([29, 27, 23, 19, 17, 29, 27, 23, 19]).map(|(d, w)| (d + tenth + 2) * w).sum::<u32>()
            + (tenth + tenth + 2) * 17;
    !all_same(&digits) && sum % 11 % 10 == check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_il_id, "3933742-3", "3933742-2"),
            (is_il_id, "516179157", "516179150"),
            (is_ae_id, "784-1980-1234567-8", "784-1980-1234567-9"),
            (is_sa_id, "1000000008", "1000000009"),
            (is_kw_id, "288050611235", "288050611236"),
            (is_bh_id, "850412345", "851312345"),
            (is_qa_id, "28563412345", "48563412345"),
            (is_ir_id, "0499370899", "0499370898"),
            (is_ir_company, "14005893875", "14005893876"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
