//! Numbers given by the states of Latin America but Brazil.

use super::Checks;
use super::compact::{compact, eleven_minus, is_yymmdd, values, weighted_from_right};
use super::digits::{all_same, digits, exactly, luhn, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("mx_curp", is_mx_curp),
    ("mx_rfc", is_mx_rfc),
    ("mx_nss", is_mx_nss),
    ("mx_voter", is_mx_voter),
    ("ar_cuit", is_ar_cuit),
    ("cl_rut", is_cl_rut),
    ("co_nit", is_co_nit),
    ("pe_ruc", is_pe_ruc),
    ("uy_ci", is_uy_ci),
    ("uy_rut", is_uy_rut),
    ("ec_cedula", is_ec_cedula),
    ("ec_ruc", is_ec_ruc),
    ("ve_rif", is_ve_rif),
    ("py_ruc", is_py_ruc),
    ("do_cedula", is_do_cedula),
    ("do_rnc", is_do_rnc),
    ("gt_nit", is_gt_nit),
    ("gt_cui", is_gt_cui),
    ("sv_dui", is_sv_dui),
    ("sv_nit", is_sv_nit),
];

/// What a letter or digit counts in Mexican numbers: Ñ (CURP) or & (RFC) stands between N and O.
fn mexican(character: char) -> Option<u32> {
    match character {
        '&' => Some(24),
        ' ' => Some(37),
        'Ñ' => Some(38),
        'O'..='Z' => Some(character.to_digit(36)? + 1),
        _ => character.to_digit(36),
    }
}

/// Codes of the Mexican states and of those born abroad.
const MX_STATES: [&str; 33] = [
    "AS", "BC", "BS", "CC", "CH", "CL", "CM", "CS", "DF", "DG", "GR", "GT", "HG", "JC", "MC", "MN", "MS",
    "NE", "NL", "NT", "OC", "PL", "QR", "QT", "SL", "SP", "SR", "TC", "TL", "TS", "VZ", "YN", "ZS",
];

/// A Mexican CURP: a birth date, a state, a check digit modulo 10 (Secretaría de Gobernación, "Instructivo normativo para la
/// asignación de la CURP", Diario Oficial 18 October 2021).
pub(crate) fn is_mx_curp(text: &str) -> bool {
    let compact: String = compact(text).into_iter().collect();
    let (Some(date), Some(state), Some(body)) = (compact.get(4..10), compact.get(11..13), compact.get(..17))
    else {
        return false;
    };
    let sum: u32 =
        body.chars().filter_map(mexican).zip((2..=18).rev()).map(|(value, weight)| value * weight).sum();
    compact.len() == 18
        && is_yymmdd(&digits(date))
        && MX_STATES.contains(&state)
        && compact.chars().last().and_then(|c| c.to_digit(10)) == Some((10 - sum % 10) % 10)
}

/// A Mexican RFC of a person (13 places) or company (12): a date, a check character modulo 11 (SAT, Anexo 1 of "Algoritmo para
/// generar el RFC con homoclave").
pub(crate) fn is_mx_rfc(text: &str) -> bool {
    let mut compact: Vec<char> =
        text.chars().filter(|c| c.is_alphanumeric() || *c == '&').flat_map(char::to_uppercase).collect();
    if compact.len() == 12 {
        compact.insert(0, ' ');
    }
    let [body @ .., check] = compact.as_slice() else { return false };
    let sum: u32 = body
        .iter()
        .filter_map(|c| mexican(*c))
        .zip((2..=13).rev())
        .map(|(value, weight)| value * weight)
        .sum();
    let date: Vec<u32> = body.iter().skip(4).take(6).filter_map(|c| c.to_digit(10)).collect();
    let expected = match (11 - sum % 11) % 11 {
        10 => Some('A'),
        digit => char::from_digit(digit, 10),
    };
    body.len() == 12 && is_yymmdd(&date) && Some(*check) == expected
}

/// A Mexican social security number: Luhn check digit (IMSS, "Número de Seguridad Social").
pub(crate) fn is_mx_nss(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|digits| !all_same(&digits) && luhn(&digits))
}

/// A Mexican voter key: six letters, birth date, state 01 to 33, sex, three digits (INE, "Clave de elector").
pub(crate) fn is_mx_voter(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 11
        && digits.get(..6).is_some_and(is_yymmdd)
        && digits.get(6..8).is_some_and(|state| matches!(number(state), 1..=33 | 87 | 88))
}

/// An Argentine CUIT or CUIL: weights 5, 4, 3, 2, 7 … 2 modulo 11 (AFIP).
pub(crate) fn is_ar_cuit(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let check = match weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
        0 => 0,
        1 => 9,
        rest => 11 - rest,
    };
    let kind = number(&digits) / 1_000_000_000;
    matches!(kind, 20 | 23..=27 | 30 | 33 | 34 | 50 | 51 | 55) && digits.last() == Some(&check)
}

/// A Chilean RUT or RUN: weights 2 to 7 from the right modulo 11, ten is K (Servicio de Impuestos Internos).
pub(crate) fn is_cl_rut(text: &str) -> bool {
    let compact = compact(text);
    let [body @ .., check] = compact.as_slice() else { return false };
    let values = values(body);
    let expected = match (11 - weighted_from_right(&values, 7) % 11) % 11 {
        10 => Some('K'),
        digit => char::from_digit(digit, 10),
    };
    (6..=8).contains(&values.len())
        && values.iter().all(|value| *value < 10)
        && !all_same(&values)
        && Some(*check) == expected
}

/// A Colombian NIT with its check digit: primes from the right modulo 11 (DIAN, Orden Administrativa 4 of 1989).
pub(crate) fn is_co_nit(text: &str) -> bool {
    let digits = digits(text);
    let [body @ .., check] = digits.as_slice() else { return false };
    let sum: u32 = body
        .iter()
        .rev()
        .zip([3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71])
        .map(|(digit, weight)| digit * weight)
        .sum();
    let expected = match sum % 11 {
        small @ (0 | 1) => small,
        rest => 11 - rest,
    };
    (8..=11).contains(&digits.len()) && !all_same(body) && *check == expected
}

/// A Peruvian RUC: weights 5, 4, 3, 2, 7 … 2 modulo 11 (SUNAT).
pub(crate) fn is_pe_ruc(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let check = (11 - weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10;
    matches!(number(&digits) / 1_000_000_000, 10 | 15..=17 | 20) && digits.last() == Some(&check)
}

/// A Uruguayan identity number: weights 2, 9, 8, 7, 6, 3, 4 modulo 10 (Dirección Nacional de Identificación Civil).
pub(crate) fn is_uy_ci(text: &str) -> bool {
    let digits = digits(text);
    let padded: Vec<u32> =
        std::iter::repeat_n(0, 8usize.saturating_sub(digits.len())).chain(digits).collect();
    let check = (10 - weighted(&padded, &[2, 9, 8, 7, 6, 3, 4]) % 10) % 10;
    padded.len() == 8 && !all_same(&padded) && padded.last() == Some(&check)
}

/// A Uruguayan RUT: a kind 01 to 22, then 001, check digit modulo 11 (Dirección General Impositiva).
pub(crate) fn is_uy_rut(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    let check = (11 - weighted(&digits, &[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    matches!(number(&digits) / 10_000_000_000, 1..=22) && digits.last() == Some(&check)
}

/// An Ecuadorian identity number: province 01 to 24 or 30, third digit below 7, Luhn check digit (Registro
/// Civil).
pub(crate) fn is_ec_cedula(text: &str) -> bool {
    exactly::<10>(text).is_some_and(|digits| {
        matches!(number(&digits) / 100_000_000, 1..=24 | 30)
            && digits.get(2).is_some_and(|third| *third < 7)
            && luhn(&digits)
    })
}

/// An Ecuadorian RUC: an identity number and 001, or check digits modulo 11 of public bodies and companies (SRI).
pub(crate) fn is_ec_ruc(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    let all = number(&digits);
    let is_public = || weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    let is_company = || weighted(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    let is_person = || digits.get(..10).is_some_and(luhn);
    matches!(all / 100_000_000_000, 1..=24 | 30)
        && !all.is_multiple_of(1000)
        && match digits.get(2) {
            Some(0..=5) => is_person(),
            Some(6) => is_public() || is_person(),
            Some(9) => is_company() || is_public(),
            _ => false,
        }
}

/// A Venezuelan RIF: the letter of its kind counts, weights 3, 2, 7 … 2 modulo 11 (SENIAT).
pub(crate) fn is_ve_rif(text: &str) -> bool {
    let compact = compact(text);
    let kind = match compact.first() {
        Some('V') => 4,
        Some('E') => 8,
        Some('J' | 'C') => 12,
        Some('P') => 16,
        Some('G') => 20,
        _ => return false,
    };
    let Some(digits) = exactly::<9>(text) else { return false };
    digits.last() == Some(&eleven_minus(kind + weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2])))
}

/// A Paraguayan RUC: weights from 2 up from the right modulo 11 (Subsecretaría de Estado de Tributación).
pub(crate) fn is_py_ruc(text: &str) -> bool {
    let digits = digits(text);
    let [body @ .., check] = digits.as_slice() else { return false };
    (5..=8).contains(&body.len())
        && !all_same(body)
        && *check == (11 - weighted_from_right(body, 11) % 11) % 11 % 10
}

/// A Dominican identity number: Luhn check digit (Junta Central Electoral).
pub(crate) fn is_do_cedula(text: &str) -> bool {
    exactly::<11>(text).is_some_and(|digits| !all_same(&digits) && luhn(&digits))
}

/// A Dominican RNC: weights 7, 9, 8, 6, 5, 4, 3, 2 modulo 11 (DGII).
pub(crate) fn is_do_rnc(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let check = match weighted(&digits, &[7, 9, 8, 6, 5, 4, 3, 2]) % 11 {
        0 => 2,
        1 => 1,
        rest => 11 - rest,
    };
    digits.last() == Some(&check)
}

/// A Guatemalan NIT: weights from 2 up from the right modulo 11, ten is K (SAT).
pub(crate) fn is_gt_nit(text: &str) -> bool {
    let compact = compact(text);
    let [body @ .., check] = compact.as_slice() else { return false };
    let values = values(body);
    let expected = match (11 - weighted_from_right(&values, 12) % 11) % 11 {
        10 => Some('K'),
        digit => char::from_digit(digit, 10),
    };
    (4..=8).contains(&values.len()) && values.iter().all(|value| *value < 10) && Some(*check) == expected
}

/// A Guatemalan CUI: weights 2 to 9 modulo 11, then department 01 to 22 and municipality (RENAP).
pub(crate) fn is_gt_cui(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    let all = number(&digits);
    digits.get(8) == Some(&(weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9]) % 11))
        && matches!(all / 100 % 100, 1..=22)
        && matches!(all % 100, 1..=38)
}

/// A Salvadoran DUI: weights 9 to 2 modulo 10 (RNPN).
pub(crate) fn is_sv_dui(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let check = (10 - weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 10) % 10;
    !all_same(&digits) && digits.last() == Some(&check)
}

/// A Salvadoran NIT: check digit modulo 11 by the old or, from serial 101 on, the new weights (Ministerio de Hacienda).
pub(crate) fn is_sv_nit(text: &str) -> bool {
    let Some(digits) = exactly::<14>(text) else { return false };
    let serial = number(&digits) / 10 % 1000;
    let check = if serial <= 100 {
        weighted(&digits, &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11 % 10
    } else {
        (11 - weighted(&digits, &[2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10
    };
    matches!(digits.first(), Some(0 | 1 | 9)) && digits.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_mx_curp, "BOXW310820HNERXN09", "BOXW310820HNERXN08"),
            (is_mx_curp, "HEGG560427MVZRRL04", "HEGG560427MVZRRL05"),
            (is_mx_rfc, "GODE561231GR8", "GODE561231GR9"),
            (is_mx_rfc, "MAB-930714-8T4", "MAB-931314-8T4"),
            (is_mx_nss, "92 92 96 1234 6", "92 92 96 1234 7"),
            (is_ar_cuit, "20-26756539-3", "20-26756539-2"),
            (is_cl_rut, "12.531.909-2", "12.531.909-3"),
            (is_co_nit, "213.123.432-1", "213.123.432-5"),
            (is_pe_ruc, "20512333797", "20512333798"),
            (is_uy_ci, "1.234.567-2", "1.234.567-3"),
            (is_uy_rut, "21-100342-001-7", "21-100342-001-8"),
            (is_ec_cedula, "171430710-3", "171430710-4"),
            (is_ec_ruc, "1792060346-001", "1792060347-001"),
            (is_ve_rif, "V-11470283-4", "V-11470283-3"),
            (is_py_ruc, "80028061-0", "80028061-1"),
            (is_do_cedula, "001-1391820-5", "001-1391820-4"),
            (is_do_rnc, "1-01-85004-3", "1-01-85004-2"),
            (is_gt_nit, "576937-K", "576937-1"),
            (is_gt_cui, "1234 56789 0101", "1234 56788 0101"),
            (is_sv_dui, "00016297-5", "00016297-6"),
            (is_sv_nit, "0614-050707-104-8", "0614-050707-104-0"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
