//! Numbers given by China, Hong Kong, Taiwan, Japan and Korea.

use super::Checks;
use super::compact::{compact, is_yymmdd, values};
use super::dates::is_day;
use super::digits::{all_same, digits, exactly, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("cn_resident_id", is_cn_resident_id),
    ("cn_resident_id_shape", is_cn_resident_id_shape),
    ("cn_resident_id_old", is_cn_resident_id_old),
    ("cn_company", is_cn_company),
    ("cn_company_lettered", is_cn_company_lettered),
    ("hkid", is_hkid),
    ("tw_id", is_tw_id),
    ("tw_company", is_tw_company),
    ("jp_my_number", is_jp_my_number),
    ("jp_company", is_jp_company),
    ("jp_licence", is_jp_licence),
    ("kr_rrn", is_kr_rrn),
    ("kr_business", is_kr_business),
    ("kr_company", is_kr_company),
];

/// A Chinese resident identity number without its check character: a province, a birth date (GB 11643-1999).
pub(crate) fn is_cn_resident_id_shape(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some((body, _)) = compact.split_last_chunk::<1>() else { return false };
    let body: Vec<u32> = body.iter().filter_map(|c| c.to_digit(10)).collect();
    let (17, Some(province)) = (body.len(), body.get(..2).map(number)) else { return false };
    let (Some(year), Some(month), Some(day)) =
        (body.get(6..10).map(number), body.get(10..12).map(number), body.get(12..14).map(number))
    else {
        return false;
    };
    is_cn_province(province) && (1850..=2100).contains(&year) && is_day(year, month, day)
}

/// Codes of the provinces (GB/T 2260).
fn is_cn_province(code: u64) -> bool {
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

/// A Chinese resident identity number: as its shape, and the check character of ISO 7064 MOD 11-2 (GB 11643-1999).
pub(crate) fn is_cn_resident_id(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if !is_cn_resident_id_shape(text) {
        return false;
    }
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let body: Vec<u32> = compact.iter().take(17).filter_map(|c| c.to_digit(10)).collect();
    let Ok(rest) = usize::try_from(weighted(&body, &WEIGHTS) % 11) else { return false };
    let expected = "10X98765432".chars().nth(rest);
    compact.last().map(char::to_ascii_uppercase) == expected
}

/// A Chinese identity number of the first generation: fifteen digits with a province and a birth date (GB 11643-1989).
pub(crate) fn is_cn_resident_id_old(text: &str) -> bool {
    let Some(digits) = exactly::<15>(text) else { return false };
    is_cn_province(number(&digits) / 10_000_000_000_000) && digits.get(6..12).is_some_and(is_yymmdd)
}

/// A Chinese unified social credit code: thirty-one signs, weights that are powers of three modulo 31 (GB 32100-2015).
pub(crate) fn is_cn_company(text: &str) -> bool {
    const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let places: Vec<usize> = compact(text).into_iter().filter_map(|c| SIGNS.find(c)).collect();
    let [body @ .., check] = places.as_slice() else { return false };
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum: usize = body.iter().zip(weights).map(|(place, weight)| place * weight).sum();
    body.len() == 17 && text.len() == 18 && *check == (31 - sum % 31) % 31
}

/// A unified social credit code that holds a letter and names a province or, by 10, the state: one of digits alone could be any
/// number of eighteen digits.
pub(crate) fn is_cn_company_lettered(text: &str) -> bool {
    let region = text.get(2..4).and_then(|code| code.parse().ok());
    region.is_some_and(|code| code == 10 || is_cn_province(code))
        && text.bytes().any(|b| b.is_ascii_uppercase())
        && is_cn_company(text)
}

/// A Hong Kong identity card number: letters count 10 to 35, a missing first letter 36, modulo 11 (Immigration Department).
pub(crate) fn is_hkid(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let [body @ .., check] = compact.as_slice() else { return false };
    let values: Vec<u32> = body.iter().filter_map(|c| c.to_digit(36)).collect();
    let check = match check.to_ascii_uppercase() {
        'A' => 10,
        other => match other.to_digit(10) {
            Some(digit) => digit,
            None => return false,
        },
    };
    let weights: &[u32] = match values.len() {
        7 => &[8, 7, 6, 5, 4, 3, 2],
        8 => &[9, 8, 7, 6, 5, 4, 3, 2],
        _ => return false,
    };
    let blank = if values.len() == 7 { 36 * 9 } else { 0 };
    (weighted(&values, weights) + blank + check).is_multiple_of(11)
}

/// A Japanese individual number ("My Number"): check digit modulo 11 (Ministerial Ordinance 85 of 2014, article 5).
pub(crate) fn is_jp_my_number(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    let rest = weighted(&digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest <= 1 { 0 } else { 11 - rest };
    digits.last() == Some(&check)
}

/// A Japanese corporate number: the first digit is nine minus the rest modulo 9 of the others, weights 1 and 2 (Ministry of
/// Finance Order 70 of 2014).
pub(crate) fn is_jp_company(text: &str) -> bool {
    let Some([check, body @ ..]) = exactly::<13>(text) else { return false };
    !all_same(&body) && check == 9 - weighted(&body, &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9
}

/// A Japanese driving licence number: a public safety commission 10 to 97, check digit modulo 11 at the eleventh place, number of
/// reissues (Enforcement Regulations of the Road Traffic Act, annexed form 14). The police does not publish the arithmetic,
/// which Tetsutaro Uehara ("driversnumbercheckdigit") tried on the numbers of holders.
pub(crate) fn is_jp_licence(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    let rest = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    matches!(number(&digits) / 10_000_000_000, 10..=97) && digits.get(10) == Some(&((11 - rest) % 10))
}

/// A Taiwanese national identity number, or the number of a resident certificate, new (second place 8 or 9) or old (a letter
/// there): letters count 10 to 33 by area, modulo 10 (Ministry of the Interior; National Immigration Agency, 2021).
pub(crate) fn is_tw_id(text: &str) -> bool {
    const AREAS: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let compact = compact(text);
    let area = |c: &char| Some(u32::try_from(AREAS.find(*c)?).ok()? + 10);
    let [first, second, rest @ ..] = compact.as_slice() else { return false };
    let (Some(first), Some(second)) = (area(first), second.to_digit(10).or_else(|| Some(area(second)? % 10)))
    else {
        return false;
    };
    let rest = values(rest);
    rest.len() == 8
        && rest.iter().all(|digit| *digit < 10)
        && (first / 10 + first % 10 * 9 + second * 8 + weighted(&rest, &[7, 6, 5, 4, 3, 2, 1, 1]))
            .is_multiple_of(10)
}

/// A Taiwanese unified business number: weights 1, 2, 1, 2, 1, 2, 4, 1, digits of the products added, a multiple of five; a 7
/// at the seventh place may count one more (Fiscal Information Agency, rule of 2023).
pub(crate) fn is_tw_company(text: &str) -> bool {
    let Some(digits) = exactly::<8>(text) else { return false };
    let sum: u32 = digits
        .iter()
        .zip([1, 2, 1, 2, 1, 2, 4, 1])
        .map(|(digit, weight)| digit * weight / 10 + digit * weight % 10)
        .sum();
    !all_same(&digits)
        && (sum.is_multiple_of(5) || (digits.get(6) == Some(&7) && (sum + 1).is_multiple_of(5)))
}

/// A Korean resident registration number: a birth date and a digit for century and sex. The check digit is no longer used
/// since October 2020, so it decides nothing here.
pub(crate) fn is_kr_rrn(text: &str) -> bool {
    let digits = digits(text);
    let (13, Some(all)) = (digits.len(), digits.get(..7).map(number)) else { return false };
    let century = match all % 10 {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    };
    is_day(century + all / 100_000, all / 1000 % 100, all / 10 % 100)
}

/// A Korean business registration number: weights 1, 3, 7, 1, 3, 7, 1, 3, 5 and the tens of the last product (National Tax
/// Service).
pub(crate) fn is_kr_business(text: &str) -> bool {
    let Some(digits) = exactly::<10>(text) else { return false };
    let sum = weighted(&digits, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + digits.get(8).map_or(0, |last| last * 5 / 10);
    number(&digits) >= 1_010_000_000 && digits.last() == Some(&((10 - sum % 10) % 10))
}

/// A Korean corporate registration number: weights 1 and 2 modulo 10 (Supreme Court, registration of juristic persons).
pub(crate) fn is_kr_company(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    let sum = weighted(&digits, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
    !all_same(&digits) && digits.last() == Some(&((10 - sum % 10) % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_cn_resident_id, "11010519491231002X", "110105194912310021"),
            (is_cn_resident_id_shape, "330106198709142317", "990106198709142317"),
            (is_hkid, "K274190(3)", "K274190(4)"),
            (is_hkid, "C550318(1)", "C550318(2)"),
            (is_cn_resident_id_old, "110105491231002", "110105491331002"),
            (is_cn_company, "91110000600037341L", "91110000600037342L"),
            (is_cn_company_lettered, "91110000600037341L", "911100006000373410"),
            (is_tw_id, "A123456789", "A123456788"),
            // New form, then old form.
            (is_tw_id, "A800000014", "A800000015"),
            (is_tw_id, "FA12345689", "FA12345688"),
            (is_tw_company, "00501503", "00501502"),
            (is_jp_my_number, "123456789018", "123456789019"),
            // The number of the National Tax Agency itself.
            (is_jp_company, "7000012050002", "7000012050003"),
            (is_jp_company, "5-8356-7825-6246", "2-8356-7825-6246"),
            (is_jp_licence, "309012345620", "309012345610"),
            (is_kr_business, "116-82-00276", "116-82-00277"),
            (is_kr_company, "130111-0006246", "130111-0006247"),
            (is_kr_rrn, "900101-1234567", "901301-1234567"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
