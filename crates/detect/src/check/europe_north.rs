//! Numbers given by the Nordic and Baltic states.

use super::Checks;
use super::dates::is_day;
use super::digits::{all_same, digits, exactly, luhn, weighted};
use super::europe_parts::{at, begins_ddmmyy, compact, in_two_steps, part};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("dk_cpr", is_dk_cpr),
    ("dk_cpr_checked", is_dk_cpr_checked),
    ("dk_cvr", is_dk_cvr),
    ("se_personnummer", is_se_personnummer),
    ("se_organisation", is_se_organisation),
    ("no_birth_number", is_no_birth_number),
    ("no_organisation", is_no_organisation),
    ("fi_hetu", is_fi_hetu),
    ("fi_business_id", is_fi_business_id),
    ("is_kennitala", is_is_kennitala),
    ("baltic_person", is_baltic_person),
    ("ee_register", is_ee_register),
    ("lt_company", is_lt_company),
    ("lv_person", is_lv_person),
];

/// A Danish civil registration number: a birth date; since 2007 without check digit (CPR office, "Personnummeret i CPR").
fn is_dk_cpr(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10 && begins_ddmmyy(&digits) && part(&digits, 6, 10) > 0
}

/// A Danish civil registration number of those that have the check digit: weights 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 modulo 11.
fn is_dk_cpr_checked(text: &str) -> bool {
    is_dk_cpr(text) && weighted(&digits(text), &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// A Danish company number: weights 2, 7, 6, 5, 4, 3, 2, 1 modulo 11 (Erhvervsstyrelsen, "CVR-nummer").
pub(crate) fn is_dk_cvr(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 8
        && at(&digits, 0) > 0
        && !all_same(&digits)
        && weighted(&digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// A Swedish personal identity or coordination number: birth date (60 added to the day of a coordination number), Luhn over
/// ten digits (Skatteverket, SKV 704 and SKV 707).
fn is_se_personnummer(text: &str) -> bool {
    let all = digits(text);
    let Some(short) = all.len().checked_sub(10).and_then(|from| all.get(from..)) else { return false };
    let year = match all.len() {
        10 => 2000 + part(short, 0, 2),
        12 => part(&all, 0, 4),
        _ => return false,
    };
    let day = part(short, 4, 6);
    (1800..2100).contains(&year)
        && is_day(year, part(short, 2, 4), if day > 60 { day - 60 } else { day })
        && part(short, 6, 9) > 0
        && luhn(short)
}

/// A Swedish organisation number: third digit at least 2, Luhn (Skatteverket, SKV 709).
pub(crate) fn is_se_organisation(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10 && at(&digits, 0) > 0 && at(&digits, 2) >= 2 && luhn(&digits)
}

/// A Norwegian birth number, D number (40 added to the day) or synthetic number of the tax authority (80 added to the month,
/// 40 in health care): two check digits modulo 11 (Skatteetaten, "Fødselsnummer").
fn is_no_birth_number(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let (day, month) = (part(&digits, 0, 2), part(&digits, 2, 4));
    let day = if day > 40 { day - 40 } else { day };
    let month = match month {
        81.. => month - 80,
        41.. => month - 40,
        _ => month,
    };
    is_day(2000 + part(&digits, 4, 6), month, day)
        && weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// A Norwegian organisation number: begins with 8 or 9, weights 3, 2, 7, 6, 5, 4, 3, 2, 1 modulo 11 (Brønnøysundregistrene).
pub(crate) fn is_no_organisation(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 9
        && at(&digits, 0) >= 8
        && !all_same(&digits)
        && weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// A Finnish personal identity code: birth date, sign of the century, count, check character modulo 31 (Digital and
/// Population Data Services Agency, "Personal identity code"; new signs since 2023).
fn is_fi_hetu(text: &str) -> bool {
    let value = compact(text);
    let Some((check, _)) = value.split_last() else { return false };
    let digits: Vec<u32> = value.iter().take(value.len() - 1).filter_map(|c| c.to_digit(10)).collect();
    digits.len() == 9
        && begins_ddmmyy(&digits)
        && part(&digits, 6, 9) > 1
        && usize::try_from(part(&digits, 0, 9) % 31)
            .is_ok_and(|rest| "0123456789ABCDEFHJKLMNPRSTUVWXY".chars().nth(rest) == Some(*check))
}

/// A Finnish business id: weights 7, 9, 10, 5, 8, 4, 2, 1 modulo 11 (Finnish Patent and Registration Office, YTJ).
pub(crate) fn is_fi_business_id(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 8
        && !all_same(&digits)
        && weighted(&digits, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)
}

/// An Icelandic identification number: birth date (40 added to the day for companies), weights 3, 2, 7, 6, 5, 4, 3, 2, 1
/// modulo 11, last digit for the century (Registers Iceland, "Kennitala").
fn is_is_kennitala(text: &str) -> bool {
    let Some(digits) = exactly::<10>(text) else { return false };
    let day = part(&digits, 0, 2);
    is_day(2000 + part(&digits, 4, 6), part(&digits, 2, 4), if day > 40 { day - 40 } else { day })
        && weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
        && matches!(at(&digits, 9), 0 | 8 | 9)
}

/// An Estonian or Lithuanian personal code: century and sex, birth date, count, check digit in two steps (EVS 585:2007; Law
/// on the Population Register of Lithuania, annex).
fn is_baltic_person(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let century = match at(&digits, 0) {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        7 | 8 => 2100,
        _ => return false,
    };
    is_day(century + part(&digits, 1, 3), part(&digits, 3, 5), part(&digits, 5, 7))
        && in_two_steps(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
            .unwrap_or(0)
            == at(&digits, 10)
}

/// An Estonian register code: eight digits in two steps (e-Business Register; RIK).
fn is_ee_register(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 8
        && matches!(at(&digits, 0), 1 | 7 | 8 | 9)
        && in_two_steps(&digits, &[1, 2, 3, 4, 5, 6, 7], &[3, 4, 5, 6, 7, 8, 9]).unwrap_or(0)
            == at(&digits, 7)
}

/// A Lithuanian company code of nine digits, in two steps (Centre of Registers, Register of Legal Entities).
fn is_lt_company(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 9
        && !all_same(&digits)
        && in_two_steps(&digits, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 1]).unwrap_or(0)
            == at(&digits, 8)
}

/// A Latvian personal code: birth date and check digit modulo 11, or, since 2017, a row that begins with 32 to 39 and tells
/// nothing (Law on the Register of Natural Persons; PMLP).
pub(crate) fn is_lv_person(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let sum = 1 + weighted(&digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
    let is_new = (32..40).contains(&part(&digits, 0, 2));
    is_new || (begins_ddmmyy(&digits) && at(&digits, 6) <= 2 && sum % 11 % 10 == at(&digits, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_and_typing_errors_do_not() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_dk_cpr, "211062-5629", "321062-5629"),
            (is_dk_cpr_checked, "070761-4285", "070761-4286"),
            (is_dk_cvr, "25313763", "25313764"),
            (is_se_personnummer, "811228-9874", "811228-9875"),
            (is_se_personnummer, "19811228-9874", "19811328-9874"),
            (is_se_personnummer, "701063-2391", "701093-2391"),
            (is_se_organisation, "555555-5555", "555555-5556"),
            (is_no_birth_number, "15108695088", "15108695089"),
            (is_no_birth_number, "131169 00216", "131369 00216"),
            (is_no_organisation, "988 077 917", "988 077 918"),
            (is_fi_hetu, "131052-308T", "131052-308U"),
            (is_fi_hetu, "010594Y9032", "010594Y9033"),
            (is_fi_business_id, "2077474-0", "2077474-1"),
            (is_is_kennitala, "120174-3399", "120174-3389"),
            (is_is_kennitala, "450401-3150", "450401-3160"),
            (is_baltic_person, "37605030299", "37605030298"),
            (is_baltic_person, "33309240064", "33319240064"),
            (is_ee_register, "10137319", "10137318"),
            (is_lt_company, "119511515", "119511516"),
            (is_lv_person, "161175-19997", "161175-19996"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
