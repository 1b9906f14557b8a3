//! Numbers given by Australia and New Zealand.

use super::Checks;
use super::compact::compact;
use super::digits::{all_same, digits, exactly, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("au_tfn", is_au_tfn),
    ("au_abn", is_au_abn),
    ("au_acn", is_au_acn),
    ("au_medicare", is_au_medicare),
    ("nz_ird", is_nz_ird),
    ("nz_nhi", is_nz_nhi),
    ("nz_business", is_nz_business),
];

/// An Australian tax file number: weights 1, 4, 3, 7, 5, 8, 6, 9, 10 modulo 11 (Australian Taxation Office, data specification of
/// the TFN algorithm).
pub(crate) fn is_au_tfn(text: &str) -> bool {
    exactly::<9>(text).is_some_and(|digits| {
        !all_same(&digits) && weighted(&digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
    })
}

/// An Australian business number: the first digit less one, weights 10, 1, 3 … 19 modulo 89 (Australian Business Register,
/// "Format of the ABN").
pub(crate) fn is_au_abn(text: &str) -> bool {
    let Some([first, rest @ ..]) = exactly::<11>(text) else { return false };
    first > 0
        && !all_same(&rest)
        && ((first - 1) * 10 + weighted(&rest, &[1, 3, 5, 7, 9, 11, 13, 15, 17, 19])).is_multiple_of(89)
}

/// An Australian company number: weights 8 to 1 modulo 10 (ASIC, "Australian Company Number digit check").
pub(crate) fn is_au_acn(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let check = (10 - weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 1]) % 10) % 10;
    !all_same(&digits) && digits.last() == Some(&check)
}

/// An Australian Medicare card number: first digit 2 to 6, weights 1, 3, 7, 9 modulo 10 at the ninth place, then the issue and
/// perhaps the person (Services Australia; METeOR 270101).
pub(crate) fn is_au_medicare(text: &str) -> bool {
    let digits = digits(text);
    let check = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    matches!(digits.len(), 10 | 11) && matches!(digits.first(), Some(2..=6)) && digits.get(8) == Some(&check)
}

/// A New Zealand IRD number: weights 3, 2, 7 … 2 modulo 11, where that gives ten the weights 7, 4, 3, 2, 5, 2, 7, 6 (Inland
/// Revenue, "Resident withholding tax certificate specification", IRD number validation).
pub(crate) fn is_nz_ird(text: &str) -> bool {
    let digits = digits(text);
    let padded: Vec<u32> =
        std::iter::repeat_n(0, 9usize.saturating_sub(digits.len())).chain(digits).collect();
    let check = |weights: &[u32]| (11 - weighted(&padded, weights) % 11) % 11;
    let expected = match check(&[3, 2, 7, 6, 5, 4, 3, 2]) {
        10 => check(&[7, 4, 3, 2, 5, 2, 7, 6]),
        digit => digit,
    };
    padded.len() == 9
        && (10_000_000..200_000_000).contains(&number(&padded))
        && padded.last() == Some(&expected)
}

/// A New Zealand health number: letters count 1 to 24 without I and O, weights 7 to 2; the old form ends in a digit modulo 11,
/// the new one in a letter modulo 23 (Health New Zealand, HISO 10046:2023), modulo 24 in editions before.
pub(crate) fn is_nz_nhi(text: &str) -> bool {
    const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    let compact = compact(text);
    let places: Vec<u32> = compact
        .iter()
        .filter_map(|c| c.to_digit(10).or_else(|| Some(u32::try_from(LETTERS.find(*c)?).ok()? + 1)))
        .collect();
    let ([_, _, _, _, _, _, check], Some(last)) = (places.as_slice(), compact.last()) else { return false };
    let sum = weighted(&places, &[7, 6, 5, 4, 3, 2]);
    if last.is_ascii_digit() {
        !sum.is_multiple_of(11) && (11 - sum % 11) % 10 == *check
    } else {
        [23, 24].iter().any(|modulus| modulus - sum % modulus == *check)
    }
}

/// A New Zealand business number: a GS1 location number that begins with 9429 (NZBN; GS1 General Specifications, check digit).
pub(crate) fn is_nz_business(text: &str) -> bool {
    exactly::<13>(text).is_some_and(|digits| {
        number(&digits) / 1_000_000_000 == 9429
            && weighted(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_au_tfn, "123 456 782", "123 456 783"),
            // The examples of the Australian Business Register and of ASIC.
            (is_au_abn, "51 824 753 556", "51 824 753 557"),
            (is_au_acn, "004 085 616", "004 085 617"),
            (is_au_acn, "000 250 000", "000 250 001"),
            (is_au_medicare, "2123 45670 1", "2123 45671 1"),
            // The examples of Inland Revenue.
            (is_nz_ird, "49-091-850", "49-091-851"),
            (is_nz_ird, "136-410-132", "136-410-133"),
            // Published test numbers of the old and the new form.
            (is_nz_nhi, "ZZZ0016", "ZZZ0017"),
            (is_nz_nhi, "ZZZ00AC", "ZZZ00AA"),
            (is_nz_nhi, "ZBN77VL", "ZBN77VM"),
            (is_nz_nhi, "ZZZ00AX", "ZZZ00AY"),
            (is_nz_business, "9429041912324", "9429041912325"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
