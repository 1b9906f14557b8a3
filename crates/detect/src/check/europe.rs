//! Numbers given by European states and banks.

use super::Checks;
use super::dates::is_day;
use super::digits::{all_same, digits, exactly, mod_11_10, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("iban", is_iban),
    ("uk_nhs", is_uk_nhs),
    ("uk_nino", is_uk_nino),
    ("de_tax_id", is_de_tax_id),
    ("de_id_card", is_de_id_card),
    ("fr_nir", is_fr_nir),
    ("es_nif", is_es_nif),
    ("it_fiscal_code", is_it_fiscal_code),
    ("nl_bsn", is_nl_bsn),
    ("pl_pesel", is_pl_pesel),
    ("pl_nip", is_pl_nip),
];

/// An IBAN: ISO 7064 MOD 97,10 and the form of its country, or at least its length (SWIFT IBAN registry, through
/// `iban_validate`; release 99 for the lengths).
pub(crate) fn is_iban(text: &str) -> bool {
    let compact: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    match compact.parse::<iban::Iban>() {
        Ok(_) => true,
        Err(iban::ParseIbanError::InvalidBban(_) | iban::ParseIbanError::UnknownCountry(_)) => IBAN_LENGTHS
            .iter()
            .any(|(country, length)| compact.starts_with(country) && compact.len() == *length),
        Err(_) => false,
    }
}

/// Length of the IBANs of countries whose account numbers are often written in a form that the registry does not have, or
/// that joined late.
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AT", 20),
    ("BE", 16),
    ("BI", 27),
    ("CH", 21),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HN", 28),
    ("HU", 28),
    ("IE", 22),
    ("IT", 27),
    ("LU", 20),
    ("LY", 25),
    ("MN", 20),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RU", 33),
    ("SD", 18),
    ("SE", 24),
    ("SK", 24),
    ("SO", 23),
    ("TR", 26),
    ("YE", 30),
];

/// A UK NHS number: modulo 11 with weights 10 to 2 (NHS Data Model and Dictionary, "NHS NUMBER").
pub(crate) fn is_uk_nhs(text: &str) -> bool {
    let Some(digits) = exactly::<10>(text) else { return false };
    let rest = 11 - weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest == 11 { 0 } else { rest };
    !all_same(&digits) && digits.last() == Some(&check)
}

/// A UK national insurance number: prefixes that are issued, suffix A to D (HMRC, National Insurance Manual NIM39110).
pub(crate) fn is_uk_nino(text: &str) -> bool {
    let compact: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let [first, second, middle @ .., suffix] = compact.as_slice() else { return false };
    let prefix = [*first, *second];
    middle.len() == 6
        && middle.iter().all(char::is_ascii_digit)
        && !"DFIQUV".contains(*first)
        && !"DFIOQUV".contains(*second)
        && !matches!(
            prefix,
            ['B', 'G'] | ['G', 'B'] | ['K', 'N'] | ['N', 'K'] | ['N', 'T'] | ['T', 'N'] | ['Z', 'Z']
        )
        && ('A'..='D').contains(suffix)
}

/// A German tax identification number: one digit twice or three times among the first ten, ISO 7064 MOD 11,10
/// (Bundeszentralamt für Steuern, "Prüfziffernberechnung").
pub(crate) fn is_de_tax_id(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let Some((body, check)) = digits.split_last_chunk::<1>() else { return false };
    let mut repeats: Vec<usize> = (0..10)
        .map(|digit| body.iter().filter(|d| **d == digit).count())
        .filter(|count| *count > 1)
        .collect();
    repeats.sort_unstable();
    digits.first() != Some(&0)
        && (repeats == [2] || repeats == [3])
        && check.first() == Some(&mod_11_10(body))
}

/// A German identity card or passport number with its check digit: weights 7, 3, 1 (ICAO 9303 part 3).
pub(crate) fn is_de_id_card(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let [body @ .., check] = compact.as_slice() else { return false };
    if body.len() != 9 {
        return false;
    }
    let sum: u32 =
        body.iter().zip([7, 3, 1].iter().cycle()).filter_map(|(c, w)| Some(c.to_digit(36)? * w)).sum();
    check.to_digit(10) == Some(sum % 10)
}

/// A French social security number with its key: 97 minus the number modulo 97; Corsica writes 2A and 2B, which count as 19
/// and 18 (INSEE, "numéro de sécurité sociale").
pub(crate) fn is_fr_nir(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let compact = compact.to_ascii_uppercase().replacen("2A", "19", 1).replacen("2B", "18", 1);
    let Some(digits) = exactly::<15>(&compact) else { return false };
    if compact.len() != 15 {
        return false;
    }
    let all = number(&digits);
    let month = all / 10_000_000_000 % 100;
    let sex = all / 100_000_000_000_000;
    matches!(sex, 1..=4 | 7 | 8)
        && matches!(month, 1..=12 | 20..=42 | 50..=99)
        && 97 - all / 100 % 97 == all % 100
}

/// A Spanish DNI or NIE: the letter of the number modulo 23; X, Y, Z stand for 0, 1, 2 (Orden INT/2058/2008; Real Decreto
/// 1553/2005).
pub(crate) fn is_es_nif(text: &str) -> bool {
    let compact: String =
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let Some((body, letter)) = compact.split_at_checked(compact.len().saturating_sub(1)) else {
        return false;
    };
    let body = match body.chars().next() {
        Some('X') => body.replacen('X', "0", 1),
        Some('Y') => body.replacen('Y', "1", 1),
        Some('Z') => body.replacen('Z', "2", 1),
        _ => body.to_owned(),
    };
    let Some(digits) = exactly::<8>(&body) else { return false };
    let Ok(rest) = usize::try_from(number(&digits) % 23) else { return false };
    body.len() == 8 && "TRWAGMYFPDXBNJZSQVHLCKE".get(rest..=rest) == Some(letter)
}

/// An Italian fiscal code: the check letter over odd and even places (Ministero delle Finanze, decree of 23 December 1976).
pub(crate) fn is_it_fiscal_code(text: &str) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let compact: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let [body @ .., check] = compact.as_slice() else { return false };
    if body.len() != 15 {
        return false;
    }
    let place = |c: char| c.to_digit(10).or_else(|| Some(c.to_digit(36)? - 10));
    let sum: u32 = body
        .iter()
        .enumerate()
        .filter_map(|(at, c)| {
            let value = place(*c)?;
            if at % 2 == 0 { ODD.get(usize::try_from(value).ok()?).copied() } else { Some(value) }
        })
        .sum();
    check.is_ascii_uppercase() && place(*check) == Some(sum % 26)
}

/// A Dutch citizen service number: the "eleven test" with the last weight -1 (Rijksdienst voor Identiteitsgegevens).
pub(crate) fn is_nl_bsn(text: &str) -> bool {
    let Some(digits) = exactly::<9>(text) else { return false };
    let Some(last) = digits.last() else { return false };
    let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    !all_same(&digits) && sum > *last && (sum - last).is_multiple_of(11)
}

/// A Polish PESEL: weights 1, 3, 7, 9 and a birth date whose month tells the century (Act of 24 September 2010).
pub(crate) fn is_pl_pesel(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let all = number(&digits);
    let (year, month, day) = (all / 1_000_000_000, all / 10_000_000 % 100, all / 100_000 % 100);
    let century = match month / 20 {
        0 => 1900,
        1 => 2000,
        2 => 2100,
        3 => 2200,
        _ => 1800,
    };
    is_day(century + year, month % 20, day)
        && weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// A Polish tax number NIP: weights 6, 5, 7, 2, 3, 4, 5, 6, 7 modulo 11 (Act of 13 October 1995).
pub(crate) fn is_pl_nip(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10
        && !all_same(&digits)
        && digits.last() == Some(&(weighted(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_true_numbers_from_typing_errors() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_iban, "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
            (is_iban, "NL09 TRBW 0520 8839 17", "NL09 TRBW 0520 8839 18"),
            (is_uk_nhs, "943 476 5919", "943 476 5918"),
            (is_uk_nino, "AB 12 34 56 C", "BG 12 34 56 C"),
            (is_de_tax_id, "86 095 742 719", "86 095 742 718"),
            (is_fr_nir, "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
            (is_es_nif, "12345678Z", "12345678A"),
            (is_es_nif, "X1234567L", "X1234567T"),
            (is_it_fiscal_code, "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
            (is_nl_bsn, "111222333", "111222334"),
            (is_pl_pesel, "44051401359", "44051401358"),
            (is_pl_nip, "123-456-32-18", "123-456-32-19"),
            (is_de_id_card, "T220001293", "T220001294"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
