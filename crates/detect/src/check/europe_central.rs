//! Numbers given by Germany, Austria and Switzerland.

use super::Checks;
use super::digits::{all_same, digits, exactly, weighted};
use super::europe_parts::{at, compact, cross, part, value};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("de_social_security", is_de_social_security),
    ("de_health_insurance", is_de_health_insurance),
    ("de_driving_licence", is_de_driving_licence),
    ("de_doctor", is_de_doctor),
    ("at_svnr", is_at_svnr),
    ("ch_ahv", is_ch_ahv),
    ("ch_uid", is_ch_uid),
];

/// Sum of the digit sums of digits times weights.
fn cross_sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| cross(digit * weight)).sum()
}

/// The digits of a value whose one letter counts as two digits, its place in the alphabet.
fn spelled(value: &[char]) -> Vec<u32> {
    let mut out = Vec::with_capacity(value.len() + 1);
    for c in value {
        match c.to_digit(10) {
            Some(digit) => out.push(digit),
            None => {
                let place = self::value(*c).saturating_sub(9);
                out.extend([place / 10, place % 10]);
            }
        }
    }
    out
}

/// A German pension insurance number: area, birth date (a full day gets 32 added once or twice), letter, count, check digit
/// over digit sums (VKVV § 2 and § 4).
fn is_de_social_security(text: &str) -> bool {
    let digits = spelled(&compact(text));
    let Some((check, body)) = digits.split_last() else { return false };
    let (day, month) = (part(body, 2, 4), part(body, 4, 6));
    body.len() == 12
        && (2..90).contains(&part(body, 0, 2))
        && (1..=95).contains(&day)
        && (1..=31).contains(&(day % 32))
        && (1..=12).contains(&month)
        && cross_sum(body, &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 == *check
}

/// A German health insurance number, the part that does not change: letter, eight digits, check digit over digit sums with
/// weights 1 and 2 (SGB V § 290; GKV-Spitzenverband, "Richtlinie Krankenversichertennummer").
fn is_de_health_insurance(text: &str) -> bool {
    let digits = spelled(&compact(text));
    let Some((check, body)) = digits.split_last() else { return false };
    body.len() == 10 && cross_sum(body, &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == *check
}

/// A German driving licence number: authority, count, check digit (X for ten) with weights 9 to 1 modulo 11, number of the
/// copy (FeV, annex 8).
fn is_de_driving_licence(text: &str) -> bool {
    let value = compact(text);
    let (Some(body), Some(check)) = (value.get(..9), value.get(9)) else { return false };
    let sum: u32 = body.iter().zip((1..10).rev()).map(|(c, weight)| self::value(*c) * weight).sum();
    let check = if *check == 'X' { Some(10) } else { check.to_digit(10) };
    value.len() == 11 && check == Some(sum % 11)
}

/// A lifelong number of a German doctor: weights 4 and 9, check digit at the seventh place (KBV, "Richtlinie zur Vergabe der
/// Arzt- und Betriebsstättennummern").
fn is_de_doctor(text: &str) -> bool {
    let digits = digits(text);
    let sum = weighted(&digits, &[4, 9, 4, 9, 4, 9]);
    digits.len() == 9 && !all_same(&digits) && (10 - sum % 10) % 10 == at(&digits, 6)
}

/// An Austrian social insurance number: count, check digit, birth date (months up to 15 where counts ran out); weights 3, 7,
/// 9, 5, 8, 4, 2, 1, 6 modulo 11 (Dachverband der Sozialversicherungsträger).
fn is_at_svnr(text: &str) -> bool {
    let Some(digits) = exactly::<10>(text) else { return false };
    let (day, month) = (part(&digits, 4, 6), part(&digits, 6, 8));
    at(&digits, 0) > 0
        && (1..=31).contains(&day)
        && (1..=15).contains(&month)
        && weighted(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == at(&digits, 3)
}

/// A Swiss old-age insurance number: begins with 756, check digit as of EAN-13 (AHVV art. 133; ZAS).
fn is_ch_ahv(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    part(&digits, 0, 3) == 756
        && part(&digits, 3, 12) > 0
        && weighted(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// A Swiss enterprise number: weights 5, 4, 3, 2, 7, 6, 5, 4 modulo 11 (Federal Statistical Office, UID register, eCH-0097).
pub(crate) fn is_ch_uid(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 9
        && !all_same(&digits)
        && weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 1]).is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_and_typing_errors_do_not() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_de_social_security, "65 170839 J 003", "65 170839 J 004"),
            (is_de_social_security, "15 070649 C 103", "15 071649 C 103"),
            (is_de_health_insurance, "A123456780", "A123456781"),
            (is_de_driving_licence, "B072RRE2I55", "B072RRE2I45"),
            (is_de_doctor, "123456601", "123456701"),
            (is_at_svnr, "1237 010180", "1238 010180"),
            (is_ch_ahv, "756.1234.5678.97", "756.1234.5678.98"),
            (is_ch_ahv, "756.9217.0769.85", "756.9217.0796.85"),
            (is_ch_uid, "CHE-123.456.788", "CHE-123.456.789"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
