//! Class-preserving surrogates: values of the same class as the original, from ranges that belong to nobody.
//!
//! Promises: every value comes from a counted range that a standard or a regulator set aside, or, where there is none,
//! from an issuer prefix or lists of our own; the same index gives the same value. Leaves to others: which index a value
//! gets, and what to do when a range is used up.

use crate::spelling::Shape;

pub(crate) mod card;
pub(crate) mod iban;
pub(crate) mod ip;
pub(crate) mod mail;
pub(crate) mod names;
pub(crate) mod phone;

/// A counted range of values in the way in which one original was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Range {
    /// E-mail addresses.
    Mail,
    /// Telephone numbers of one country.
    Phone(phone::Style),
    /// Numbers of payment cards of one length.
    Card(card::Style),
    /// Bank accounts of one country.
    Iban(iban::Style),
    /// IP addresses of one version.
    Ip(ip::Version),
    /// Names of one script.
    Name(names::Style),
}

/// The range for a value (in normal form) of the entity of this name, or `None` where only the word form will do.
pub(crate) fn range_for(entity: &str, value: &str) -> Option<Range> {
    match entity {
        "EMAIL_ADDRESS" => Some(Range::Mail),
        "PHONE_NUMBER" => phone::style_of(value).map(Range::Phone),
        "CREDIT_CARD" => card::style_of(value).map(Range::Card),
        "IBAN_CODE" => iban::style_of(value).map(Range::Iban),
        "IP_ADDRESS" => ip::version_of(value).map(Range::Ip),
        "PERSON" => names::style_of(value).map(Range::Name),
        _ => None,
    }
}

impl Range {
    /// How many values there are; at least one.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Mail => mail::SIZE,
            Self::Phone(style) => phone::size(style),
            Self::Card(style) => card::size(style),
            Self::Iban(style) => iban::size(style),
            Self::Ip(version) => ip::size(*version),
            Self::Name(style) => names::size(*style),
        }
    }

    /// The value of this index below [`Self::size`].
    pub(crate) fn value(&self, index: u64) -> Option<String> {
        match self {
            Self::Mail => mail::value(index),
            Self::Phone(style) => phone::value(style, index),
            Self::Card(style) => card::value(style, index),
            Self::Iban(style) => iban::value(style, index),
            Self::Ip(version) => ip::value(*version, index),
            Self::Name(style) => names::value(*style, index),
        }
    }

    /// What decides where such a value ends in running text.
    pub(crate) const fn shape(&self) -> Shape {
        match self {
            Self::Mail => Shape::Mail,
            Self::Phone(_) | Self::Card(_) | Self::Iban(_) => Shape::Number,
            Self::Ip(ip::Version::V4) => Shape::Ip4,
            Self::Ip(ip::Version::V6) => Shape::Ip6,
            Self::Name(style) if style.is_latin() => Shape::Name,
            Self::Name(_) => Shape::DenseName,
        }
    }

    /// What tells this range from others; ways of writing the same numbers are one range.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Mail => "mail".to_owned(),
            Self::Phone(style) => format!("phone {}", style.country()),
            Self::Card(style) => format!("card {}", style.digits()),
            Self::Iban(style) => format!("iban {}", style.compact()),
            Self::Ip(version) => format!("ip {version:?}"),
            Self::Name(style) => format!("name {style:?}"),
        }
    }
}

/// True when the whole text is a value of one of the ranges.
pub(crate) fn is_of_ours(text: &str) -> bool {
    mail::is_of_ours(text)
        || ip::is_of_ours(text)
        || card::is_of_ours(text)
        || iban::is_of_ours(text)
        || phone::is_of_ours(text)
        || names::is_of_ours(text)
}

/// The number written with this many decimal digits, from the least significant on.
fn digits_of(number: u64, count: usize) -> Vec<char> {
    format!("{number:0count$}").chars().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const VALUES: [(&str, &str); 19] = [
        ("EMAIL_ADDRESS", "ilse.vr@kestrelmoor.org"),
        ("PHONE_NUMBER", "+44 20 7183 8750"),
        ("PHONE_NUMBER", "+12124567890"),
        ("PHONE_NUMBER", "+49-30-901820"),
        ("PHONE_NUMBER", "+33 1 42 68 53 00"),
        ("PHONE_NUMBER", "+61 2 9374 4000"),
        ("PHONE_NUMBER", "+46 8 508 000 00"),
        ("CREDIT_CARD", "4556 7375 8689 9855"),
        ("CREDIT_CARD", "371449635398431"),
        ("CREDIT_CARD", "30569309025904"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
        ("IBAN_CODE", "NL91ABNA0417164300"),
        ("IBAN_CODE", "NO9386011117947"),
        ("IP_ADDRESS", "10.20.30.40"),
        ("IP_ADDRESS", "fd00::17"),
        ("PERSON", "Ilse Van Rompaey"),
        ("PERSON", "Ilse"),
        ("PERSON", "王小明"),
        ("PERSON", "김민준"),
    ];

    #[test]
    fn every_value_of_a_range_is_recognised_as_ours_and_differs_from_the_others() {
        for (entity, original) in VALUES {
            let range = range_for(entity, original).unwrap();
            assert!(!is_of_ours(original), "{original}");
            let mut seen = HashSet::new();
            for index in 0..range.size().min(3000) {
                let value = range.value(index).unwrap();
                assert!(is_of_ours(&value), "{value}");
                assert!(seen.insert(value));
            }
            let last = range.value(range.size() - 1).unwrap();
            assert!(is_of_ours(&last), "{last}");
        }
    }

    #[test]
    fn what_is_near_a_range_is_not_ours() {
        for text in [
            "",
            "192.0.2.99",
            "192.0.3.150",
            "10.0.2.150",
            "2001:db9::1",
            "2002:db8::1",
            "k7q2m9@cordon.example.com",
            "K7Q2M9@cordon.example",
            "a7q2m9@cordon.example",
            "k7q2m@cordon.example",
            "4000 0000 0000 0000",
            "4111 1111 1111 1111",
            "4000 0001 0000 0018",
            "DE89370400440532013000",
            "DE00000000000000001234",
            "GB33XXXA00000000001234",
            "+44 20 7946 1000",
            "+44 7700 901000",
            "+44 7700 90000",
            "7700 900000",
            "+1 212 555 0200",
            "Alina",
            "Varnholt",
            "Alina  Varnholt",
            "Varnholt Alina",
            "鄢",
            "若溪",
        ] {
            assert!(!is_of_ours(text), "{text}");
        }
    }

    #[test]
    fn the_size_of_a_range_is_the_number_of_its_values() {
        for (entity, original) in VALUES {
            let range = range_for(entity, original).unwrap();
            assert!(range.value(range.size() - 1).is_some());
            let beyond = range.value(range.size());
            let grows =
                matches!(range, Range::Mail | Range::Card(_) | Range::Iban(_) | Range::Ip(ip::Version::V6));
            assert!(grows || beyond.is_none(), "{beyond:?}");
        }
        assert_eq!(ip::size(ip::Version::V6), 61_440_u64.pow(3));
        assert_eq!(mail::SIZE, 22_u64.pow(6));
        assert_eq!(
            range_for("CREDIT_CARD", "4556 7375 8689 9855").map(|range| range.size()),
            Some(10_000_000)
        );
        assert_eq!(
            range_for("IBAN_CODE", "DE89370400440532013000").map(|range| range.size()),
            Some(10_000_000_000)
        );
        assert_eq!(range_for("IBAN_CODE", "NO9386011117947").map(|range| range.size()), Some(1_000_000));
    }

    #[test]
    fn values_without_a_range_get_none() {
        let values = [
            ("PHONE_NUMBER", "+86 138 0013 8000"),
            ("PHONE_NUMBER", "020 7183 8750"),
            ("PHONE_NUMBER", "+44 20 7183 8750 ext. 5"),
            ("CREDIT_CARD", "4556x7375"),
            ("IBAN_CODE", "DE"),
            ("IP_ADDRESS", "10.0.0.0/8"),
            ("PERSON", "Иван Петров"),
            ("PERSON", "R2D2"),
            ("PERSON", "王"),
            ("PERSON", "王小明李雷"),
            ("PERSON", "王小明 Smith"),
            ("PERSON", "-"),
            ("PHONE_NUMBER", "+44 20 71"),
            ("PHONE_NUMBER", "+44 20 7183 8750 1234 56"),
            ("CREDIT_CARD", "45567375868"),
            ("CREDIT_CARD", "45567375868998551234"),
            ("CREDIT_CARD", "4556737586899855 "),
            ("IBAN_CODE", "DE8937040044"),
            ("IBAN_CODE", "1189370400440532013000"),
            ("IBAN_CODE", "DEX9370400440532013000"),
            ("IBAN_CODE", "DE89 3704 0044 0532 0130 00 "),
            ("IBAN_CODE", "DE89ABCDEFGHIJKLMNOPQR"),
            ("US_SSN", "078-05-1120"),
        ];
        for (entity, value) in values {
            assert_eq!(range_for(entity, value), None, "{value}");
        }
    }
}
