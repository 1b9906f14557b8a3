//! Numbers given by states of the Americas.

use super::Checks;
use super::digits::{all_same, exactly, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("us_ssn", is_us_ssn),
    ("us_itin", is_us_itin),
    ("br_cpf", is_br_cpf),
    ("br_cnpj", is_br_cnpj),
    ("us_routing", is_us_routing),
];

/// A US social security number that can have been issued: area not 000, 666 or above 899, group not 00, serial not 0000
/// (Social Security Administration, "Social Security Number Randomization", 2011); and none of those printed in
/// advertisements.
pub(crate) fn is_us_ssn(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let all = number(&digits);
    let (area, group, serial) = (all / 1_000_000, all / 10_000 % 100, all % 10_000);
    let advertised = all == 78_051_120 || all == 219_099_999 || all == 123_456_789;
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0 && !advertised && !all_same(&digits)
}

/// A US individual taxpayer identification number: 9xx with group 50-65, 70-88, 90-92 or 94-99 (IRS, Internal Revenue
/// Manual 3.21.263, 2024).
pub(crate) fn is_us_itin(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let all = number(&digits);
    let group = all / 10_000 % 100;
    all / 100_000_000 == 9 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// A US bank routing number: weights 3, 7, 1 (American Bankers Association).
pub(crate) fn is_us_routing(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let prefix = number(&digits) / 10_000_000;
    matches!(prefix, 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// A Brazilian CPF: two check digits modulo 11 (Receita Federal).
pub(crate) fn is_br_cpf(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let check = |weights: &[u32]| weighted(&digits, weights) * 10 % 11 % 10;
    !all_same(&digits)
        && Some(&check(&[10, 9, 8, 7, 6, 5, 4, 3, 2])) == digits.get(9)
        && Some(&check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) == digits.get(10)
}

/// A Brazilian CNPJ of digits: two check digits modulo 11 (Receita Federal).
pub(crate) fn is_br_cnpj(text: &str) -> bool {
    let Some(digits) = exactly::<14>(text) else { return false };
    let check = |weights: &[u32]| match weighted(&digits, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    !all_same(&digits)
        && Some(&check(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) == digits.get(12)
        && Some(&check(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) == digits.get(13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn us_numbers_follow_the_issued_ranges() {
        assert!(is_us_ssn("899-41-7726"));
        for never in
            ["912-44-0180", "987-33-6012", "000-61-2245", "666-12-3456", "123-00-4567", "078-05-1120"]
        {
            assert!(!is_us_ssn(never), "{never}");
        }
        assert!(is_us_itin("912-70-1234"));
        assert!(!is_us_itin("912-44-0180"));
        assert!(is_us_routing("021000021"));
        assert!(!is_us_routing("021000022"));
    }

    #[test]
    fn brazilian_numbers_have_two_check_digits() {
        assert!(is_br_cpf("529.982.247-25"));
        assert!(!is_br_cpf("529.982.247-26"));
        assert!(!is_br_cpf("111.111.111-11"));
        assert!(is_br_cnpj("11.222.333/0001-81"));
        assert!(!is_br_cnpj("11.222.333/0001-82"));
    }
}
