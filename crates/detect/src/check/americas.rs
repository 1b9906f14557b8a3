//! Numbers given by the United States and Canada.

use super::Checks;
use super::compact::{compact, is_yymmdd};
use super::digits::{all_same, digits, exactly, luhn, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("us_ssn", is_us_ssn),
    ("us_itin", is_us_itin),
    ("us_ein", is_us_ein),
    ("us_npi", is_us_npi),
    ("us_dea", is_us_dea),
    ("us_routing", is_us_routing),
    ("ca_sin", is_ca_sin),
    ("ca_business", is_ca_business),
    ("ca_health", is_ca_health),
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

/// A US employer identification number: a prefix that some campus of the IRS gives (IRS, "How EINs are assigned and valid
/// EIN prefixes").
pub(crate) fn is_us_ein(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let prefix = number(&digits) / 10_000_000;
    !matches!(prefix, 0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97)
        && !all_same(&digits)
}

/// A US national provider identifier: Luhn check digit over 80840 and the number (CMS, "Requirements for National Provider
/// Identifier (NPI) and NPI Check Digit", 2004).
pub(crate) fn is_us_npi(text: &str) -> bool {
    let Some(digits) = exactly::<10>(text) else { return false };
    let all: Vec<u32> = [8, 0, 8, 4, 0].into_iter().chain(digits).collect();
    matches!(digits.first(), Some(1 | 2)) && luhn(&all)
}

/// A registration number of the US Drug Enforcement Administration: the first, third and fifth digit and twice the second,
/// fourth and sixth end in the seventh (DEA Diversion Control Division, "DEA Registration Number").
pub(crate) fn is_us_dea(text: &str) -> bool {
    let compact = compact(text);
    let [_, _, rest @ ..] = compact.as_slice() else { return false };
    let rest: String = rest.iter().collect();
    let Some(digits) = exactly::<7>(&rest) else { return false };
    rest.len() == 7 && Some(&(weighted(&digits, &[1, 2, 1, 2, 1, 2]) % 10)) == digits.last()
}

/// A US bank routing number: a district of the Federal Reserve (12 CFR 229, appendix A), weights 3, 7, 1 modulo 10 (American
/// Bankers Association, "Routing Number Policy").
pub(crate) fn is_us_routing(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let prefix = number(&digits) / 10_000_000;
    matches!(prefix, 1..=12 | 21..=32 | 61..=72 | 80)
        && weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// A Canadian social insurance number: Luhn check digit (Revenue Canada, "Machine computation of income tax deductions", MC42,
/// with the example 123 456 782), not beginning with 8, which is not given out (Employment and Social Development Canada,
/// "Social Insurance Number: code of practice").
pub(crate) fn is_ca_sin(text: &str) -> bool {
    exactly::<9>(text).is_some_and(|digits| digits.first() != Some(&8) && !all_same(&digits) && luhn(&digits))
}

/// A Canadian business number: Luhn check digit over its first nine digits (Canada Revenue Agency, "Business number").
pub(crate) fn is_ca_business(text: &str) -> bool {
    let digits = digits(text);
    matches!(digits.len(), 9 | 13) && digits.get(..9).is_some_and(|nine| !all_same(nine) && luhn(nine))
}

/// A Canadian health card number that has a rule: Ontario Luhn over ten digits (Ministry of Health, "Health card validation
/// reference manual"); British Columbia 9 and weights 2, 4, 8, 5, 10, 9, 7, 3 modulo 11 (Ministry of Health, "Conformance
/// standards", personal health number); Quebec four letters and a birth date whose month is 50 higher for women (RAMQ).
pub(crate) fn is_ca_health(text: &str) -> bool {
    let digits = digits(text);
    match digits.as_slice() {
        [y1, y2, m1, m2, d1, d2, _, _] => {
            compact(text).iter().take(4).all(char::is_ascii_uppercase)
                && is_yymmdd(&[*y1, *y2, *m1 % 5, *m2, *d1, *d2])
        }
        [9, body @ .., check] if body.len() == 8 => {
            let sum: u32 = body.iter().zip([2, 4, 8, 5, 10, 9, 7, 3]).map(|(d, w)| d * w % 11).sum();
            (11 - sum % 11) % 11 == *check || luhn(&digits)
        }
        all => all.len() == 10 && !all_same(all) && luhn(all),
    }
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
        assert!(is_us_ein("12-3456789"));
        assert!(!is_us_ein("07-1144442"));
        assert!(is_us_routing("021000021"));
        assert!(!is_us_routing("021000022"));
    }

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            // The example of the CMS paper.
            (is_us_npi, "1234567893", "1234567894"),
            (is_us_dea, "AB1234563", "AB1234564"),
            (is_us_dea, "F91234563", "F91234567"),
            (is_ca_sin, "046 454 286", "046 454 287"),
            (is_ca_business, "12302 6635 RC 0001", "12302 6636 RC 0001"),
            (is_ca_health, "9698 658 215", "9698 648 215"),
            (is_ca_health, "TREM 5861 2514", "TREM 5873 2514"),
            (is_ca_health, "9876-543-217-AB", "9876-543-219-AB"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
