//! Numbers given by Brazil.

use super::Checks;
use super::compact::{compact, eleven_minus};
use super::digits::{all_same, exactly, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("br_cpf", is_br_cpf),
    ("br_cnpj", is_br_cnpj),
    ("br_cnh", is_br_cnh),
    ("br_pis", is_br_pis),
    ("br_voter", is_br_voter),
    ("br_cns", is_br_cns),
];

/// A Brazilian CPF: two check digits modulo 11 (Receita Federal).
pub(crate) fn is_br_cpf(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    !all_same(&digits)
        && Some(&eleven_minus(weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]))) == digits.get(9)
        && Some(&eleven_minus(weighted(&digits, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]))) == digits.get(10)
}

/// A Brazilian CNPJ: two check digits modulo 11; since July 2026 its first twelve places may hold letters, which count as
/// their ASCII code less 48 (Receita Federal, Instrução Normativa 2229 of 2024).
pub(crate) fn is_br_cnpj(text: &str) -> bool {
    let compact = compact(text);
    let places: Vec<u32> = compact.iter().map(|c| u32::from(*c).saturating_sub(48)).collect();
    places.len() == 14
        && !all_same(&places)
        && Some(&eleven_minus(weighted(&places, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))) == places.get(12)
        && Some(&eleven_minus(weighted(&places, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))) == places.get(13)
}

/// The registration number of a Brazilian driving licence: nine digits and two check digits modulo 11 (Contran, Resolução 598 of
/// 2016, art. 2 I, and 718 of 2017), the second lowered by two where the first would be ten. The resolutions leave the
/// arithmetic to Denatran's register (BINCO); what is known of it comes from those who validate licences.
pub(crate) fn is_br_cnh(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let first = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    let second = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11;
    let lowered = if first > 9 { (second + 9) % 11 } else { second };
    let below_ten = |rest: u32| if rest > 9 { 0 } else { rest };
    !all_same(&digits)
        && digits.get(9) == Some(&below_ten(first))
        && digits.get(10) == Some(&below_ten(lowered))
}

/// A Brazilian PIS, PASEP, NIS or NIT number: weights 3, 2, 9 … 2 modulo 11 (Caixa Econômica Federal).
pub(crate) fn is_br_pis(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    !all_same(&digits)
        && digits.last() == Some(&eleven_minus(weighted(&digits, &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2])))
}

/// A Brazilian voter number: eight digits, the state (01 to 28), two check digits modulo 11; in São Paulo and Minas Gerais a
/// check digit 0 becomes 1 (TSE, Resolução 21.538 of 2003, article 12).
pub(crate) fn is_br_voter(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    let [.., s1, s2, first, second] = digits;
    let state = s1 * 10 + s2;
    let check = |sum: u32| match sum % 11 {
        10 => 0,
        0 if state <= 2 => 1,
        rest => rest,
    };
    (1..=28).contains(&state)
        && check(weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9])) == first
        && check(s1 * 7 + s2 * 8 + first * 9) == second
}

/// A Brazilian national health card number: weights 15 to 1 modulo 11 (DATASUS, "Cartão Nacional de Saúde", validation rule).
pub(crate) fn is_br_cns(text: &str) -> bool {
    let Some(digits) = exactly::<15>(text) else { return false };
    let weights: Vec<u32> = (1..=15).rev().collect();
    matches!(digits.first(), Some(1 | 2 | 7 | 8 | 9)) && weighted(&digits, &weights).is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_br_cpf, "529.982.247-25", "529.982.247-26"),
            (is_br_cpf, "390.533.447-05", "111.111.111-11"),
            (is_br_cnpj, "11.222.333/0001-81", "11.222.333/0001-82"),
            // The example of Receita Federal for the form with letters.
            (is_br_cnpj, "12.ABC.345/01DE-35", "12.ABC.345/01DE-36"),
            (is_br_cnh, "62472927637", "62472927638"),
            (is_br_pis, "120.12345.67-2", "120.12345.67-3"),
            (is_br_voter, "1023 8501 0671", "1023 8501 0672"),
            (is_br_cns, "898 0000 0004 3208", "898 0000 0004 3209"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
