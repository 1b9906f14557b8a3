//! Numbers given by Spain, Portugal, Italy, Greece, Cyprus, Malta and Türkiye.

use super::Checks;
use super::digits::{all_same, digits, exactly, luhn, weighted};
use super::europe_parts::{at, begins_ddmmyy, compact, cross, entry, letter, part, value};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("es_cif", is_es_cif),
    ("es_nuss", is_es_nuss),
    ("pt_nif", is_pt_nif),
    ("pt_niss", is_pt_niss),
    ("pt_citizen_card", is_pt_citizen_card),
    ("it_vat", is_it_vat),
    ("gr_afm", is_gr_afm),
    ("gr_amka", is_gr_amka),
    ("cy_tax", is_cy_tax),
    ("tr_kimlik", is_tr_kimlik),
    ("tr_vkn", is_tr_vkn),
];

/// A Spanish tax number of a company: every other digit doubled, the control is a digit or, for some kinds, a letter (Orden
/// EHA/451/2008; Decreto 2423/1975).
pub(crate) fn is_es_cif(text: &str) -> bool {
    let value = compact(text);
    let [kind, body @ .., control] = value.as_slice() else { return false };
    let body: Vec<u32> = body.iter().filter_map(|c| c.to_digit(10)).collect();
    if value.len() != 9 || body.len() != 7 || !"ABCDEFGHJNPQRSUVW".contains(*kind) {
        return false;
    }
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { cross(digit * 2) } else { *digit })
        .sum();
    let check = (10 - sum % 10) % 10;
    let is_digit = control.to_digit(10) == Some(check);
    let is_letter = letter("JABCDEFGHI", check) == Some(*control);
    match kind {
        'A' | 'B' | 'E' | 'H' => is_digit,
        'N' | 'P' | 'Q' | 'R' | 'S' | 'W' => is_letter,
        _ => is_digit || is_letter,
    }
}

/// A Spanish social security number: province, number, both modulo 97 (Tesorería General de la Seguridad Social).
fn is_es_nuss(text: &str) -> bool {
    let digits = digits(text);
    let (province, count) = (part(&digits, 0, 2), part(&digits, 2, 10));
    let whole = if count < 10_000_000 { province * 10_000_000 + count } else { part(&digits, 0, 10) };
    digits.len() == 12
        && ((1..=53).contains(&province) || province == 66)
        && count > 0
        && whole % 97 == part(&digits, 10, 12)
}

/// A Portuguese tax number: first digits that are given out, weights 9 to 2 modulo 11 (Decreto-Lei 14/2013; Autoridade
/// Tributária).
pub(crate) fn is_pt_nif(text: &str) -> bool {
    let digits = digits(text);
    let rest = 11 - weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.len() == 9
        && !matches!(at(&digits, 0), 0 | 4 if part(&digits, 0, 2) != 45)
        && !all_same(&digits)
        && (if rest > 9 { 0 } else { rest }) == at(&digits, 8)
}

/// A Portuguese social security number: begins with 1 or 2, primes as weights, 9 minus the rest modulo 10 (Instituto da
/// Segurança Social, "NISS").
fn is_pt_niss(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 11
        && matches!(at(&digits, 0), 1 | 2)
        && 9 - weighted(&digits, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2]) % 10 == at(&digits, 10)
}

/// The document number of a Portuguese citizen card: Luhn with letters from 10 on (Portal do Cidadão, "Validação de Número
/// de Documento do Cartão de Cidadão").
fn is_pt_citizen_card(text: &str) -> bool {
    let value = compact(text);
    let sum: u32 = value
        .iter()
        .enumerate()
        .map(|(place, c)| match self::value(*c) {
            value if place % 2 == 1 => value,
            value if value > 4 => value * 2 - 9,
            value => value * 2,
        })
        .sum();
    value.len() == 12 && sum.is_multiple_of(10)
}

/// An Italian VAT number: Luhn, an office of the revenue in the three digits before the last (DPR 633/1972 art. 35; Ministry
/// of Finance, decree of 23 December 1976).
pub(crate) fn is_it_vat(text: &str) -> bool {
    let digits = digits(text);
    let office = part(&digits, 7, 10);
    digits.len() == 11
        && part(&digits, 0, 7) > 0
        && matches!(office, 1..=100 | 120 | 121 | 888 | 999)
        && luhn(&digits)
}

/// A Greek tax number: powers of two modulo 11 modulo 10 (Independent Authority for Public Revenue; OECD).
pub(crate) fn is_gr_afm(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 9
        && !all_same(&digits)
        && weighted(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == at(&digits, 8)
}

/// A Greek social security number: birth date, Luhn (Law 3655/2008 art. 153; IDIKA).
fn is_gr_amka(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 11 && begins_ddmmyy(&digits) && luhn(&digits)
}

/// A Cypriot tax number: every other digit through a table, letter modulo 26 (European Commission, VIES; Tax Department).
pub(crate) fn is_cy_tax(text: &str) -> bool {
    let value = compact(text);
    let Some((check, body)) = value.split_last() else { return false };
    let body: Vec<u32> = body.iter().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                entry(&[1, 0, 5, 7, 9, 13, 15, 17, 19, 21], *digit).unwrap_or(0)
            } else {
                *digit
            }
        })
        .sum();
    body.len() == 8
        && part(&body, 0, 2) != 12
        && check.is_ascii_uppercase()
        && self::value(*check) == sum % 26 + 10
}

/// A Turkish identity number: two check digits, the first not zero (Law 5490 on population services; NVI).
fn is_tr_kimlik(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let odd = weighted(&digits, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let even = weighted(&digits, &[0, 1, 0, 1, 0, 1, 0, 1]);
    let tenth = (odd * 7 + 100 - even) % 10;
    at(&digits, 0) > 0 && tenth == at(&digits, 9) && (odd + even + tenth) % 10 == at(&digits, 10)
}

/// A Turkish tax number: each digit shifted by its place and doubled by it, modulo 9 (Gelir İdaresi Başkanlığı).
fn is_tr_vkn(text: &str) -> bool {
    let digits = digits(text);
    let sum: u32 = digits
        .iter()
        .zip((1..10u32).rev())
        .map(|(digit, place)| match (digit + place) % 10 {
            0 => 0,
            shifted => match (shifted << place) % 9 {
                0 => 9,
                rest => rest,
            },
        })
        .sum();
    digits.len() == 10 && !all_same(&digits) && (10 - sum % 10) % 10 == at(&digits, 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_and_typing_errors_do_not() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_es_cif, "A58818501", "A58818502"),
            (is_es_cif, "P-1234567-D", "P-1234567-E"),
            (is_es_nuss, "28 12345678 40", "28 12345678 41"),
            (is_pt_nif, "123456789", "123456788"),
            (is_pt_nif, "501 964 843", "501 964 844"),
            (is_pt_niss, "12345678902", "12345678904"),
            (is_pt_citizen_card, "00000000 0 ZZ4", "00000000 0 ZZ5"),
            (is_it_vat, "00743110157", "00743110158"),
            (is_gr_afm, "094259216", "094259217"),
            (is_gr_amka, "01013099997", "01013099998"),
            (is_cy_tax, "10259033P", "10259033Q"),
            (is_tr_kimlik, "10000000146", "10000000147"),
            (is_tr_vkn, "4540536920", "4540536921"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
