//! Numbers given by Ukraine, Russia, Belarus, Moldova and Kazakhstan.

use super::Checks;
use super::digits::{all_same, digits, weighted};
use super::europe_parts::{at, begins_ddmmyy, begins_yymmdd, compact, in_two_steps, part};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("ua_rnokpp", is_ua_rnokpp),
    ("ua_edrpou", is_ua_edrpou),
    ("ru_inn", is_ru_inn),
    ("ru_snils", is_ru_snils),
    ("ru_ogrn", is_ru_ogrn),
    ("by_personal", is_by_personal),
    ("by_unp", is_by_unp),
    ("md_idnp", is_md_idnp),
    ("kz_iin", is_kz_iin),
];

/// A Ukrainian taxpayer number: days since 1899, count, weights -1, 5, 7, 9, 4, 6, 10, 5, 7 modulo 11 modulo 10 (State Tax
/// Service, "РНОКПП"; -1 is 10 modulo 11).
fn is_ua_rnokpp(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10
        && !all_same(&digits)
        && part(&digits, 0, 5) > 0
        && weighted(&digits, &[10, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10 == at(&digits, 9)
}

/// A Ukrainian company number: places as weights, from 30 to 60 million in another order, in two steps (State Statistics
/// Service, "ЄДРПОУ").
fn is_ua_edrpou(text: &str) -> bool {
    let digits = digits(text);
    let (first, second) = if (30..60).contains(&part(&digits, 0, 2)) {
        ([7, 1, 2, 3, 4, 5, 6], [9, 3, 4, 5, 6, 7, 8])
    } else {
        ([1, 2, 3, 4, 5, 6, 7], [3, 4, 5, 6, 7, 8, 9])
    };
    digits.len() == 8
        && !all_same(&digits)
        && in_two_steps(&digits, &first, &second).unwrap_or(0) == at(&digits, 7)
}

/// A Russian taxpayer number of a company (ten digits) or person (twelve): one or two check digits modulo 11 modulo 10
/// (Federal Tax Service, order ЕД-7-14/559@).
fn is_ru_inn(text: &str) -> bool {
    let digits = digits(text);
    let check = |weights: &[u32]| weighted(&digits, weights) % 11 % 10 == at(&digits, weights.len());
    !all_same(&digits)
        && part(&digits, 0, 2) > 0
        && match digits.len() {
            10 => check(&[2, 4, 10, 3, 5, 9, 4, 6, 8]),
            12 => check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) && check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]),
            _ => false,
        }
}

/// A Russian personal account number (SNILS): weights 9 to 1 modulo 101 modulo 100 (Social Fund of Russia, resolution 112p
/// of the Pension Fund board).
fn is_ru_snils(text: &str) -> bool {
    let digits = digits(text);
    let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    digits.len() == 11 && part(&digits, 0, 9) > 1_001_998 && u64::from(sum) == part(&digits, 9, 11)
}

/// A Russian register number of a company (OGRN, modulo 11) or entrepreneur (OGRNIP, modulo 13) (Order 165n of the Ministry
/// of Finance of 30 October 2017).
fn is_ru_ogrn(text: &str) -> bool {
    let digits = digits(text);
    match digits.len() {
        13 => {
            matches!(at(&digits, 0), 1 | 2 | 5 | 6 | 7 | 8 | 9)
                && part(&digits, 0, 12) % 11 % 10 == part(&digits, 12, 13)
        }
        15 => matches!(at(&digits, 0), 3 | 4) && part(&digits, 0, 14) % 13 % 10 == part(&digits, 14, 15),
        _ => false,
    }
}

/// A Belarusian identification number: century and sex, birth date, region letter, count, two letters, digit (Law 418-З on
/// the population register; the rule of the last digit is not published in full).
fn is_by_personal(text: &str) -> bool {
    let value = compact(text);
    let digits: Vec<u32> = value.iter().skip(1).take(6).filter_map(|c| c.to_digit(10)).collect();
    value.len() == 14 && digits.len() == 6 && begins_ddmmyy(&digits)
}

/// A Belarusian payer number of a company: weights 29, 23, 19, 17, 13, 7, 5, 3 modulo 11 (Ministry of Taxes and Duties,
/// "УНП").
fn is_by_unp(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 9
        && !all_same(&digits)
        && weighted(&digits, &[29, 23, 19, 17, 13, 7, 5, 3]) % 11 == at(&digits, 8)
}

/// A Moldovan number of a person (IDNP) or company (IDNO): weights 7, 3, 1 modulo 10 (Public Services Agency; Government
/// Decision 333/2002).
fn is_md_idnp(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 13
        && matches!(at(&digits, 0), 0..=2)
        && !all_same(&digits)
        && weighted(&digits, &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 == at(&digits, 12)
}

/// A Kazakh number of a person (IIN: birth date, century and sex) or company (BIN: year, month, kind), check digit in two
/// steps (Government resolution 406 of 22 May 2007).
fn is_kz_iin(text: &str) -> bool {
    let digits = digits(text);
    let is_person = begins_yymmdd(&digits) && at(&digits, 6) <= 6;
    let is_company = (1..=12).contains(&part(&digits, 2, 4)) && (4..=6).contains(&at(&digits, 4));
    digits.len() == 12
        && (is_person || is_company)
        && in_two_steps(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
            == Some(at(&digits, 11))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_and_typing_errors_do_not() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_ua_rnokpp, "1759013776", "1759013777"),
            (is_ua_edrpou, "32855961", "32855962"),
            (is_ru_inn, "7707083893", "7707083894"),
            (is_ru_inn, "500100732259", "500100732258"),
            (is_ru_snils, "112-233-445 95", "112-233-445 96"),
            (is_ru_ogrn, "1027700132195", "1027700132196"),
            (is_by_personal, "3101283M066PB4", "3321283M066PB4"),
            (is_by_unp, "200988541", "200988542"),
            (is_md_idnp, "1008600038413", "1008600038414"),
            (is_kz_iin, "061211600012", "061211600013"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
