//! Numbers given by the states of South and South-East Asia.

use super::Checks;
use super::compact::{compact, is_yymmdd, values};
use super::digits::{digits, exactly, luhn, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("in_aadhaar", is_in_aadhaar),
    ("in_pan", is_in_pan),
    ("in_gstin", is_in_gstin),
    ("in_state", is_in_state),
    ("lk_nic", is_lk_nic),
    ("id_nik", is_id_nik),
    ("id_npwp", is_id_npwp),
    ("my_nric", is_my_nric),
    ("sg_nric", is_sg_nric),
    ("sg_uen", is_sg_uen),
    ("th_id", is_th_id),
    ("vn_id", is_vn_id),
    ("vn_tax", is_vn_tax),
];

/// An Indian Aadhaar number: not beginning with 0 or 1, Verhoeff check digit (UIDAI).
pub(crate) fn is_in_aadhaar(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    digits.first().is_some_and(|first| *first > 1) && verhoeff(&digits)
}

/// The check of J. Verhoeff (1969) in the dihedral group of order ten.
fn verhoeff(digits: &[u32]) -> bool {
    const PERMUTE: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |digit: u32, times: usize| {
        (0..times)
            .fold(digit, |d, _| usize::try_from(d).ok().and_then(|d| PERMUTE.get(d)).copied().unwrap_or(d))
    };
    let sum =
        digits.iter().rev().enumerate().fold(0, |sum, (at, digit)| dihedral(sum, permuted(*digit, at % 8)));
    sum == 0
}

/// The product in the dihedral group of order ten: 0 to 4 turn, 5 to 9 turn and flip.
fn dihedral(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// An Indian permanent account number: the fourth letter tells the kind of holder (Income Tax Department).
pub(crate) fn is_in_pan(text: &str) -> bool {
    text.len() == 10 && text.chars().nth(3).is_some_and(|kind| "ABCFGHJLPT".contains(kind))
}

/// An Indian GSTIN: a state, a PAN, check character modulo 36 with weights 1 and 2 (GST Network, structure of the GSTIN).
pub(crate) fn is_in_gstin(text: &str) -> bool {
    let places = values(&compact(text));
    let [body @ .., check] = places.as_slice() else { return false };
    let sum: u32 = body
        .iter()
        .zip([1, 2].into_iter().cycle())
        .map(|(place, weight)| place * weight / 36 + place * weight % 36)
        .sum();
    let pan: String = text.chars().skip(2).take(10).collect();
    body.len() == 14
        && body.get(..2).is_some_and(|state| matches!(number(state), 1..=38 | 97 | 99))
        && is_in_pan(&pan)
        && *check == (36 - sum % 36) % 36
}

/// True when a value begins with the code of an Indian state or union territory (Ministry of Road Transport and Highways,
/// VAHAN codes).
pub(crate) fn is_in_state(text: &str) -> bool {
    const STATES: [&str; 43] = [
        "AN", "AP", "AR", "AS", "BH", "BR", "CG", "CH", "CT", "DD", "DL", "DN", "GA", "GJ", "HP", "HR", "JH",
        "JK", "KA", "KL", "LA", "LD", "MH", "ML", "MN", "MP", "MZ", "NL", "OD", "OR", "PB", "PY", "RJ", "SK",
        "TG", "TN", "TR", "TS", "UA", "UK", "UP", "UT", "WB",
    ];
    text.get(..2).is_some_and(|code| STATES.contains(&code.to_ascii_uppercase().as_str()))
}

/// A Sri Lankan identity number, old (nine digits and V or X) or new (twelve digits): a birth year and the day of that year,
/// 500 more for women (Department for Registration of Persons).
pub(crate) fn is_lk_nic(text: &str) -> bool {
    let digits = digits(text);
    let day = match digits.as_slice() {
        [_, _, day @ ..] if digits.len() == 9 => day,
        [1, 9, _, _, day @ ..] | [2, 0, _, _, day @ ..] if digits.len() == 12 => day,
        _ => return false,
    };
    day.get(..3).is_some_and(|day| matches!(number(day), 1..=366 | 501..=866))
}

/// An Indonesian identity number: province 11 to 99, then day (40 more for women), month and year of birth (Kementerian
/// Dalam Negeri).
pub(crate) fn is_id_nik(text: &str) -> bool {
    let Some(digits) = exactly::<16>(text) else { return false };
    let [p1, p2, _, _, _, _, d1, d2, m1, m2, y1, y2, serial @ ..] = digits;
    let (d1, is_serial) = (if d1 > 3 { d1 - 4 } else { d1 }, serial.iter().any(|digit| *digit > 0));
    p1 > 0 && p1 * 10 + p2 > 10 && is_serial && is_yymmdd(&[y1, y2, m1, m2, d1, d2])
}

/// An Indonesian tax number of fifteen digits, or sixteen with a zero before: Luhn check digit at the ninth place (Direktorat
/// Jenderal Pajak).
pub(crate) fn is_id_npwp(text: &str) -> bool {
    let digits = digits(text);
    match digits.as_slice() {
        [0, rest @ ..] if rest.len() == 15 => rest.get(..9).is_some_and(luhn),
        all => all.len() == 15 && all.get(..9).is_some_and(luhn),
    }
}

/// A Malaysian identity card number: a birth date and a code of the place of birth (Jabatan Pendaftaran Negara, "Kod negeri"
/// and "Kod negara").
pub(crate) fn is_my_nric(text: &str) -> bool {
    let Some(digits) = exactly::<12>(text) else { return false };
    digits.get(..6).is_some_and(is_yymmdd)
        && digits.get(6..8).is_some_and(
            |place| matches!(number(place), 1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99),
        )
}

/// A Singaporean NRIC or FIN: weights 2, 7, 6, 5, 4, 3, 2, four more for T and G, three more for M, a letter modulo 11
/// (Immigration & Checkpoints Authority, announcement of the M series for 2022; the authority does not publish the letters; for S,
/// T, F and G they are those of "NRIC_numbers.pdf", ngiam.net).
pub(crate) fn is_sg_nric(text: &str) -> bool {
    let compact = compact(text);
    let ([series, ..], Some(check), Some(digits)) = (compact.as_slice(), compact.last(), exactly::<7>(text))
    else {
        return false;
    };
    let (more, letters) = match series {
        'S' => (0, "JZIHGFEDCBA"),
        'T' => (4, "JZIHGFEDCBA"),
        'F' => (0, "XWUTRQPNMLK"),
        'G' => (4, "XWUTRQPNMLK"),
        'M' => (3, "XWUTRQPNJLK"),
        _ => return false,
    };
    let rest = (weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]) + more) % 11;
    compact.len() == 9
        && usize::try_from(rest).ok().and_then(|rest| letters.chars().nth(rest)) == Some(*check)
}

/// A Singaporean unique entity number: of a business (eight digits), a local company (nine digits that begin with the year) or
/// another entity (R, S or T, year, type), each with a check letter modulo 11 ("UEN issuance", uen.gov.sg, for the
/// forms; OECD, tax identification numbers of Singapore; the authority does not publish the letters).
pub(crate) fn is_sg_uen(text: &str) -> bool {
    const SIGNS: &str = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
    let compact = compact(text);
    let [body @ .., check] = compact.as_slice() else { return false };
    let letter =
        |letters: &str, rest: u32| usize::try_from(rest).ok().and_then(|rest| letters.chars().nth(rest));
    let digits: Vec<u32> = body.iter().filter_map(|c| c.to_digit(10)).collect();
    let expected = match (body.len(), digits.len()) {
        (8, 8) => letter("XMKECAWLJDB", weighted(&digits, &[10, 4, 9, 3, 8, 2, 7, 1]) % 11),
        (9, 9) if matches!(number(&digits) / 100_000, 1900..=2099) => {
            letter("ZKCMDNERGWH", weighted(&digits, &[10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11)
        }
        (9, 6) if matches!(body.first(), Some('R' | 'S' | 'T')) => {
            let places: Vec<u32> = body.iter().filter_map(|c| u32::try_from(SIGNS.find(*c)?).ok()).collect();
            let sum = weighted(&places, &[4, 3, 5, 3, 10, 2, 2, 5, 7]);
            letter(SIGNS, (sum + 6) % 11)
        }
        _ => None,
    };
    expected == Some(*check)
}

/// A Thai identity or tax number: weights 13 to 2 modulo 11 (Department of Provincial Administration).
pub(crate) fn is_th_id(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    let sum = weighted(&digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    digits.first() != Some(&9) && digits.last() == Some(&((11 - sum % 11) % 10))
}

/// A Vietnamese citizen number: a province 001 to 096, then a digit of century and sex that somebody alive can have (Circular
/// 59/2021/TT-BCA).
pub(crate) fn is_vn_id(text: &str) -> bool {
    let Some([a, b, c, sex, ..]) = exactly::<12>(text) else { return false };
    matches!(number(&[a, b, c]), 1..=96) && sex < 4
}

/// A Vietnamese tax number: weights 31, 29, 23 … 3 modulo 11 (circulars of the Ministry of Finance on tax registration, now
/// 105/2020/TT-BTC, article 5; their example is 0100047516).
pub(crate) fn is_vn_tax(text: &str) -> bool {
    let digits = digits(text);
    let sum = weighted(&digits, &[31, 29, 23, 19, 17, 13, 7, 5, 3]);
    matches!(digits.len(), 10 | 13) && 10u32.checked_sub(sum % 11).as_ref() == digits.get(9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_in_aadhaar, "2341 2341 2346", "2341 2341 2347"),
            (is_in_pan, "ABCPE1234F", "ABCXE1234F"),
            (is_in_gstin, "27AAPFU0939F1ZV", "27AAPFU0939F1ZO"),
            (is_in_state, "MH12AB1234", "XX12AB1234"),
            (is_lk_nic, "853400937V", "853990937V"),
            (is_lk_nic, "198534000937", "198539900937"),
            (is_id_nik, "3171011708450001", "3171011713450001"),
            (is_id_nik, "3171015708450001", "0971015708450001"),
            (is_id_npwp, "01.312.166.0-091.000", "01.312.166.1-091.000"),
            (is_my_nric, "770305-02-1234", "771305-02-1234"),
            (is_my_nric, "770305-02-1234", "770305-17-1234"),
            (is_sg_nric, "S1234567D", "S1234567E"),
            (is_sg_nric, "F1234567N", "F1234567D"),
            (is_sg_nric, "M1234567K", "M1234567L"),
            (is_sg_uen, "00192200M", "00192200K"),
            (is_sg_uen, "197401143C", "197401143D"),
            (is_sg_uen, "T01FC6132D", "T01FC6132E"),
            (is_sg_uen, "S16FC0121D", "S16FC0121E"),
            (is_th_id, "1-2345-45678-78-1", "1-2345-45678-78-9"),
            (is_th_id, "0-99-4-000-61772-1", "0-99-4-000-61772-3"),
            (is_vn_id, "001085012345", "097085012345"),
            (is_vn_tax, "0314409058-002", "0314409059-002"),
            (is_vn_tax, "0100233488", "0100233480"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
