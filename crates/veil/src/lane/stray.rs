//! Words in the form of a surrogate that stand for nothing here: invented by the model or slipped in by somebody. They
//! stay as they are; counting them tells an operator that somebody tries.

use crate::code::{LENGTH_MAX, LENGTH_MIN, is_code_byte};

/// Follows the words of a text. Surrogates of the map do not pass here.
#[derive(Default, Clone, Copy)]
pub(super) enum Stray {
    /// Between words.
    #[default]
    Outside,
    /// In upper-case letters.
    Word,
    /// Behind the underscore.
    Code { length: usize, has_letter: bool, has_digit: bool },
    /// In another word.
    Other,
}

impl Stray {
    /// Takes the next character, or `None` at the end; true when a word in the form of a surrogate ends before it.
    pub(super) fn ends_with(&mut self, next: Option<char>) -> bool {
        let byte = next.and_then(|character| u8::try_from(character).ok()).filter(u8::is_ascii);
        let (state, ended) = match (*self, byte) {
            (Self::Outside | Self::Word, Some(b'A'..=b'Z')) => (Self::Word, false),
            (Self::Word, Some(b'_')) => {
                (Self::Code { length: 0, has_letter: false, has_digit: false }, false)
            }
            (Self::Code { length, has_letter, has_digit }, Some(byte)) if is_code_byte(byte) => {
                let has_letter = has_letter || byte.is_ascii_alphabetic();
                (
                    Self::Code {
                        length: length + 1,
                        has_letter,
                        has_digit: has_digit || byte.is_ascii_digit(),
                    },
                    false,
                )
            }
            (_, Some(byte)) if byte.is_ascii_alphanumeric() || byte == b'_' => (Self::Other, false),
            (Self::Code { length, has_letter: true, has_digit: true }, _) => {
                (Self::Outside, (LENGTH_MIN..=LENGTH_MAX).contains(&length))
            }
            _ => (Self::Outside, false),
        };
        *self = state;
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, count: usize) {
        let mut stray = Stray::default();
        let ended = text.chars().map(Some).chain([None]).filter(|next| stray.ends_with(*next)).count();
        assert_eq!(ended, count, "{text}");
    }

    #[test]
    fn words_in_the_form_of_a_surrogate_are_counted() {
        for (text, count) in [
            ("PERSON_7KQ2", 1),
            ("a PERSON_7KQ2, EMAIL_9XT4C\n", 2),
            ("王PERSON_7KQ2王", 1),
            ("PERSON_7KQ", 0),
            ("PERSON_7KQ2A PERSON_7KQ2_ xPERSON_7KQ2 1_7KQ2 _7KQ2", 0),
            ("PERSON_1 MY_HTTP CARD_4242 person_7kq2 PERSON_CDFGHJ234679C", 0),
            ("A_B_7KQ2", 0),
        ] {
            check(text, count);
        }
    }
}
