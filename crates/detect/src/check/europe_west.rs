//! Numbers given by the United Kingdom, Ireland, France, Belgium, the Netherlands and Luxembourg.

use super::Checks;
use super::dates::is_day;
use super::digits::{all_same, digits, exactly, luhn, number, weighted};
use super::europe::is_uk_nhs;
use super::europe_parts::{at, begins_ddmmyy, compact, entry, letter, part, value};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("uk_utr", is_uk_utr),
    ("uk_chi", is_uk_chi),
    ("uk_driving_licence", is_uk_driving_licence),
    ("ie_pps", is_ie_pps),
    ("fr_spi", is_fr_spi),
    ("fr_siren", is_fr_siren),
    ("be_nrn", is_be_nrn),
    ("be_enterprise", is_be_enterprise),
    ("lu_matricule", is_lu_matricule),
];

/// A UK unique taxpayer reference: the first digit follows from the others, weights 6, 7, 8, 9, 10, 5, 4, 3, 2 modulo 11
/// (HMRC, specification of the check digit of the UTR).
fn is_uk_utr(text: &str) -> bool {
    let digits = digits(text);
    let Some((check, body)) = digits.split_first() else { return false };
    let rest = weighted(body, &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    digits.len() == 10
        && !all_same(&digits)
        && entry(&[2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1], rest) == Some(*check)
}

/// A Scottish community health index number: a date of birth, modulo 11 as the NHS number (NHS Data Dictionary Scotland,
/// "CHI Number").
fn is_uk_chi(text: &str) -> bool {
    begins_ddmmyy(&digits(text)) && is_uk_nhs(text)
}

/// A driver number of Great Britain: five letters of the name, filled up with 9, birth date with 50 added to the month for
/// women, two initials (DVLA, "Information on driving licences", INS57P).
fn is_uk_driving_licence(text: &str) -> bool {
    let value = compact(text);
    let (Some(name), Some(date), Some(rest)) = (value.get(..5), value.get(5..11), value.get(11..)) else {
        return false;
    };
    let digits: Vec<u32> = date.iter().filter_map(|c| c.to_digit(10)).collect();
    let month = part(&digits, 1, 3);
    let year = u64::from(at(&digits, 0) * 10 + at(&digits, 5));
    let filled = name.iter().skip_while(|c| c.is_ascii_uppercase()).all(|c| *c == '9');
    let [first, second, count, check @ ..] = rest else { return false };
    let initials = [*first, *second].iter().all(|c| c.is_ascii_uppercase() || *c == '9');
    name.first().is_some_and(char::is_ascii_uppercase)
        && filled
        && digits.len() == 6
        && is_day(2000 + year, if month > 50 { month - 50 } else { month }, part(&digits, 3, 5))
        && initials
        && count.is_ascii_digit()
        && matches!(check.len(), 2 | 4)
}

/// An Irish personal public service number: weights 8 to 2, a second letter counts nine times, letter modulo 23 (Department
/// of Social Protection; Revenue, "Structure of the PPSN").
pub(crate) fn is_ie_pps(text: &str) -> bool {
    let all = compact(text);
    let Some((body, letters)) = all.split_at_checked(7) else { return false };
    let body: Vec<u32> = body.iter().filter_map(|c| c.to_digit(10)).collect();
    let (check, second) = match letters {
        [check] | [check, 'W'] => (*check, 0),
        [check, second @ 'A'..='I'] => (*check, value(*second) - 9),
        _ => return false,
    };
    let rest = (weighted(&body, &[8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23;
    body.len() == 7 && letter("WABCDEFGHIJKLMNOPQRSTUV", rest) == Some(check)
}

/// A French tax reference: the last three digits are the first ten modulo 511 (OECD, tax identification numbers of France).
fn is_fr_spi(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 13 && at(&digits, 0) <= 3 && part(&digits, 0, 10) % 511 == part(&digits, 10, 13)
}

/// A French company number (SIREN) or that of one of its places (SIRET): Luhn; the places of La Poste have a sum of digits
/// that is a multiple of five (INSEE, "Numéro SIREN", "Numéro SIRET").
fn is_fr_siren(text: &str) -> bool {
    let digits = digits(text);
    let is_post = part(&digits, 0, 9) == 356_000_000 && digits.iter().sum::<u32>().is_multiple_of(5);
    !all_same(&digits)
        && match digits.len() {
            9 => luhn(&digits),
            14 => luhn(&digits) || is_post,
            _ => false,
        }
}

/// A Belgian national register number: birth date, count, 97 minus the rest modulo 97; who was born from 2000 on has a 2
/// before; months of numbers for foreigners have 20 or 40 added (Royal Decree of 3 April 1984; Royal Decree of 8 February
/// 1991).
fn is_be_nrn(text: &str) -> bool {
    let digits = digits(text);
    let (body, check) = (part(&digits, 0, 9), part(&digits, 9, 11));
    let month = part(&digits, 2, 4);
    digits.len() == 11
        && !all_same(&digits)
        && month % 20 <= 12
        && month < 60
        && part(&digits, 4, 6) <= 31
        && (97 - body % 97 == check || 97 - (2_000_000_000 + body) % 97 == check)
}

/// A Belgian enterprise number: begins with 0 or 1, 97 minus the first eight digits modulo 97 (Royal Decree of 24 June 2003).
pub(crate) fn is_be_enterprise(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10
        && at(&digits, 0) <= 1
        && part(&digits, 0, 8) > 0
        && 97 - part(&digits, 0, 8) % 97 == part(&digits, 8, 10)
}

/// A Luxembourg identification number: birth date, count, Luhn over the first twelve digits (Law of 19 June 2013; Centre des
/// technologies de l'information de l'État).
fn is_lu_matricule(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    let year = part(&digits, 0, 4);
    (1880..2100).contains(&year)
        && is_day(year, part(&digits, 4, 6), part(&digits, 6, 8))
        && digits.get(..12).is_some_and(luhn)
}

/// A Dutch VAT number behind its prefix: nine digits of a citizen or company under the eleven test, or, for sole traders
/// since 2020, ISO 7064 MOD 97,10 with the prefix (Belastingdienst, "Btw-identificatienummer").
pub(crate) fn is_nl_vat(value: &[char]) -> bool {
    let body: Vec<u32> = value.iter().take(9).filter_map(|c| c.to_digit(10)).collect();
    let sum = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]);
    let rest = ['N', 'L'].iter().chain(value).fold(0u64, |rest, c| {
        let value = u64::from(self::value(*c));
        (rest * (if value > 9 { 100 } else { 10 }) + value) % 97
    });
    value.len() == 12
        && value.get(9) == Some(&'B')
        && body.len() == 9
        && number(&body) > 0
        && (sum % 11 == at(&body, 8) || rest == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_and_typing_errors_do_not() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_uk_utr, "1955839661", "2955839661"),
            (is_uk_chi, "010190 0007", "320190 0007"),
            (is_uk_driving_licence, "MORGA657054SM9IJ", "MORGA677054SM9IJ"),
            (is_ie_pps, "1234567T", "1234567U"),
            (is_ie_pps, "1234567FA", "1234567TA"),
            (is_fr_spi, "30 23 217 600 053", "30 23 217 600 054"),
            (is_fr_siren, "732 829 320", "732 829 321"),
            (is_fr_siren, "732 829 320 00074", "732 829 320 00075"),
            (is_be_nrn, "85.07.30-033.28", "85.07.30-033.29"),
            (is_be_enterprise, "0428.759.497", "0428.759.498"),
            (is_lu_matricule, "1893120105732", "1893120105722"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
