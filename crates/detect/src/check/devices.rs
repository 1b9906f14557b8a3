//! Devices, cards in them, vehicles, places.

use super::Checks;
use super::digits::{all_same, digits, exactly, luhn, number};
use crate::edges;

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("imei", is_imei),
    ("imsi", is_imsi),
    ("iccid", is_iccid),
    ("vin", is_vin),
    ("vin_shape", is_vin_shape),
    ("plate", is_plate),
    ("coordinates", is_coordinates),
    ("street_address", is_street_address),
];

/// An IMEI: 15 digits with the Luhn check (3GPP TS 23.003, 6.2.1 and annex B).
fn is_imei(text: &str) -> bool {
    exactly::<15>(text).is_some_and(|d| luhn(&d) && !all_same(&d))
}

/// An IMSI: a mobile country code of 200 to 799 and up to twelve digits more (3GPP TS 23.003, 2.2; ITU-T E.212).
fn is_imsi(text: &str) -> bool {
    let digits = digits(text);
    let country = digits.get(..3).map(number);
    (14..=15).contains(&digits.len())
        && country.is_some_and(|country| (200..800).contains(&country))
        && !all_same(&digits)
}

/// The number of a SIM card: 89 for telecommunication, 19 or 20 digits, Luhn (ITU-T E.118). The digit that the check makes may
/// be left out.
fn is_iccid(text: &str) -> bool {
    let digits = digits(text);
    digits.starts_with(&[8, 9])
        && (luhn(&digits) || digits.split_last().is_some_and(|(_, rest)| rest.len() == 19 && luhn(rest)))
}

/// A vehicle identification number whose ninth character is its check digit (49 CFR 565.15(c), North America and China
/// GB 16735), in capitals, as they are stamped.
fn is_vin(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |c: char| match c {
        '0'..='9' => c.to_digit(10),
        'A'..='H' => Some(u32::from(c) - u32::from('A') + 1),
        'J'..='N' => Some(u32::from(c) - u32::from('J') + 1),
        'P' => Some(7),
        'R' => Some(9),
        'S'..='Z' => Some(u32::from(c) - u32::from('S') + 2),
        _ => None,
    };
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        return false;
    }
    let Some(values) = text.chars().map(value).collect::<Option<Vec<u32>>>() else { return false };
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let check = text.chars().nth(8).map(|c| if c == 'X' { Some(10) } else { c.to_digit(10) });
    values.len() == 17
        && check == Some(Some(sum % 11))
        && is_vin_shape(text)
        // A serial number of at least four digits and no year letter that is never used (49 CFR 565.15(d) and table VII).
        && text.bytes().skip(13).all(|b| b.is_ascii_digit())
        && !text.chars().nth(9).is_some_and(|c| matches!(c, 'U' | 'Z' | '0'))
}

/// 17 letters and digits, not all of one kind, without I, O and Q (ISO 3779).
fn is_vin_shape(text: &str) -> bool {
    text.len() == 17
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().filter(u8::is_ascii_alphabetic).count() >= 2
        && !text.bytes().any(|b| matches!(b.to_ascii_uppercase(), b'I' | b'O' | b'Q'))
}

/// What can stand on a plate: four to eleven letters and digits, with at least one digit unless a Chinese province begins it.
fn is_plate(text: &str) -> bool {
    let count = text.chars().filter(|c| c.is_alphanumeric()).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = count - digits;
    let names_province = text.chars().next().is_some_and(edges::is_han);
    (4..=11).contains(&count)
        && (digits >= 1 || names_province)
        && (letters >= 1 || (4..=7).contains(&digits))
}

/// Latitude, then longitude, in degrees (ISO 6709, WGS 84), not both whole.
fn is_coordinates(text: &str) -> bool {
    let numbers: Vec<f64> = text
        .split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-')
        .filter(|part| part.contains(|c: char| c.is_ascii_digit()))
        .filter_map(|part| part.parse().ok())
        .collect();
    match numbers.as_slice() {
        [one] => one.abs() <= 180.0,
        [latitude, longitude, ..] => latitude.abs() <= 90.0 && longitude.abs() <= 180.0,
        [] => false,
    }
}

/// An address behind its label: at least two words of which one begins with a capital (or Chinese characters, kana, Hangul), a
/// house number or postal code, nothing that looks like an address of a machine.
fn is_street_address(text: &str) -> bool {
    let text = text.trim();
    let words: Vec<&str> = text.split([' ', ',', '，']).filter(|word| !word.is_empty()).collect();
    let is_unspaced = text.chars().filter(|c| edges::is_unspaced(*c)).count() >= 4;
    let has_name = words.iter().any(|word| {
        let mut chars = word.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.filter(|c| c.is_lowercase()).count() >= 2
    });
    let has_number = words.iter().any(|word| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        (1..=6).contains(&digits) && word.bytes().filter(u8::is_ascii_alphabetic).count() <= 2
    });
    let is_machine = text.contains("0x") || text.contains("://") || text.contains("()");
    !is_machine && (is_unspaced || (words.len() >= 2 && has_name && has_number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_devices_and_vehicles_have_their_checks() {
        assert!(is_imei("49-015420-323751-8"));
        assert!(!is_imei("490154203237519"));
        assert!(is_imsi("310150123456789"));
        assert!(!is_imsi("910150123456789"));
        assert!(is_iccid("8991101200003204514"));
        assert!(!is_iccid("8991101200003204515"));
        assert!(is_vin("1HGCM82633A004352"));
        assert!(!is_vin("1HGCM82633A004353"));
        assert!(!is_vin("1M8GDM9AXKPOQ2788"));
        assert!(is_vin_shape("WVWZZZ1JZ3W386752"));
    }

    #[test]
    fn plates_and_coordinates_are_told_from_words_and_measures() {
        for plate in ["B-AB 1234", "AB-123-CD", "9GHN363", "京A12345", "12가 3456"] {
            assert!(is_plate(plate), "{plate}");
        }
        for other in ["PLATE", "12", "123"] {
            assert!(!is_plate(other), "{other}");
        }
        assert!(is_coordinates("52.5200, 13.4050"));
        assert!(is_coordinates("-33.8688,151.2093"));
        assert!(!is_coordinates("152.5200, 213.4050"));
    }
}
