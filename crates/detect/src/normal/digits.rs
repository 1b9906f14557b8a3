//! Decimal digits of all scripts.

/// The first digit of each run of ten decimal digits that NFKC leaves alone (general category Nd, Unicode 16.0).
const ZEROS: &[u32] = &[
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x10D30, 0x10D40,
    0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA,
    0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0,
    0x16B50, 0x16D70, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950,
];

/// The ASCII digit of this decimal digit.
pub(crate) fn decimal(character: char) -> Option<char> {
    let code = u32::from(character);
    if !(0x0660..=0x1E959).contains(&code) || (0x3000..0xA620).contains(&code) {
        return None;
    }
    let before = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(before.checked_sub(1)?)?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::super::Normal;
    use regex_automata::meta::Regex;

    #[test]
    fn every_decimal_digit_of_unicode_becomes_an_ascii_digit() {
        let digit = Regex::new(r"^\p{Nd}$").unwrap();
        for c in ('\u{80}'..=char::MAX).filter(|c| digit.is_match(&c.to_string())) {
            let text = c.to_string();
            let normal = Normal::of(&text).text().to_owned();
            assert!(normal.len() == 1 && normal.as_bytes()[0].is_ascii_digit(), "{:X}", u32::from(c));
        }
        for c in ('\u{80}'..=char::MAX).filter(|c| super::decimal(*c).is_some()) {
            assert!(digit.is_match(&c.to_string()), "{:X}", u32::from(c));
        }
    }
}
