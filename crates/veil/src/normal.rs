//! The normal form by which two spellings of a value are one value.
//!
//! Promises: NFKC (Unicode Standard Annex 15); characters that show nothing are dropped; each run of white space is one
//! blank; case and punctuation stay, so that `ACME` and `Acme` are two values and each comes back as it was written.
//! The form of a form is itself. Text that is in the form already is not copied.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The normal form of a value.
///
/// ```
/// assert_eq!(cordon_veil::normal_form("Ilse\u{200b} Van\n  Rompaey"), "Ilse Van Rompaey");
/// assert_eq!(cordon_veil::normal_form("ＡＢＣ"), "ABC");
/// ```
pub fn normal_form(value: &str) -> Cow<'_, str> {
    if is_plain(value) {
        return Cow::Borrowed(value);
    }
    let mut form = String::with_capacity(value.len());
    for character in value.chars().filter(|c| !is_invisible(*c)).nfkc() {
        if !character.is_whitespace() {
            form.push(character);
        } else if !form.ends_with(' ') {
            form.push(' ');
        }
    }
    Cow::Owned(form)
}

/// True for characters that show nothing and that people do not know they typed: zero-width and bidirectional controls,
/// joiners, fillers, variation selectors, tags (most of Unicode's `Default_Ignorable_Code_Point`).
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// ASCII with single blanks as its only white space is in normal form.
fn is_plain(value: &str) -> bool {
    let mut blank_before = false;
    value.bytes().all(|byte| {
        let blank = byte == b' ';
        let fine = byte.is_ascii() && !(blank && blank_before) && (blank || !(byte as char).is_whitespace());
        blank_before = blank;
        fine
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_form_is_as_written_by_hand() {
        let cases = [
            ("", ""),
            ("a b", "a b"),
            ("a  b", "a b"),
            ("a\t\r\nb", "a b"),
            ("a\u{a0}\u{2003}b", "a b"),
            ("e\u{301}", "é"),
            ("e\u{200d}\u{301}", "é"),
            ("ﬁn", "fin"),
            ("ACME acme", "ACME acme"),
            ("O'Neil-Smith, Jr.", "O'Neil-Smith, Jr."),
            ("+49\u{ad} 30", "+49 30"),
            ("王\u{feff}小明", "王小明"),
        ];
        for (value, form) in cases {
            assert_eq!(normal_form(value), form, "{value:?}");
        }
    }

    #[test]
    fn text_in_the_form_is_not_copied() {
        assert!(matches!(normal_form("Ilse Van Rompaey <ilse@kestrelmoor.org>"), Cow::Borrowed(_)));
    }

    #[test]
    fn no_visible_character_turns_invisible() {
        for character in ('\0'..=char::MAX).filter(|c| !is_invisible(*c)) {
            assert!(!character.nfkc().any(is_invisible), "{:x}", character as u32);
        }
    }

    proptest! {
        #[test]
        fn the_form_of_a_form_is_itself(value in "\\PC*|[ \\t\u{200b}\u{301}eﬁＡ\u{a8}\u{1100}\u{1161}]*") {
            let form = normal_form(&value).into_owned();
            prop_assert_eq!(normal_form(&form), form.as_str());
        }
    }
}
