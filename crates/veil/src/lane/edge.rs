//! Whether a new word may begin at a place.
//!
//! It may not after a letter or digit of ASCII. An underscore is part of the word before it, but where no word stands
//! before it, it is emphasis: `_PERSON_7KQ2_` begins one, `MY_PERSON_7KQ2` does not; the same with a backslash before the
//! underscore. The letter of an escape (`\n`) in program text is no word, and of an escape in hexadecimal (`%20`, `\x20`,
//! `\u0020`) counts the character that it stands for.

/// What stands before a place.
#[derive(Default, Clone, Copy)]
pub(super) struct Edge {
    in_word: bool,
    /// After a backslash: whether a word stood before it.
    escape: Option<bool>,
    code: Option<Code>,
}

/// Digits of an escape in hexadecimal.
#[derive(Clone, Copy)]
struct Code {
    value: u32,
    digits_left: u8,
}

impl Code {
    const fn of(digits_left: u8) -> Option<Self> {
        Some(Self { value: 0, digits_left })
    }
}

impl Edge {
    /// True when a word may begin here.
    pub(super) const fn may_begin(self) -> bool {
        !self.in_word
    }

    /// Takes the next character.
    pub(super) fn read(&mut self, character: char) {
        if let (Some(code), Some(digit)) = (self.code.take(), character.to_digit(16)) {
            let code = Code { value: code.value << 4 | digit, digits_left: code.digits_left - 1 };
            let is_whole = code.digits_left == 0;
            self.code = if is_whole { None } else { Some(code) };
            self.in_word = match u8::try_from(code.value) {
                Ok(byte) if is_whole => byte.is_ascii_alphanumeric(),
                _ => !is_whole,
            };
            return;
        }
        let escape = self.escape.take();
        self.code = match (character, escape) {
            ('%', _) | ('x', Some(_)) => Code::of(2),
            ('u', Some(_)) => Code::of(4),
            _ => None,
        };
        self.in_word = match (character, escape) {
            ('\\', _) => {
                self.escape = Some(match escape {
                    Some(in_word) => in_word,
                    None => self.in_word,
                });
                false
            }
            ('_', Some(in_word)) => in_word,
            ('_', None) => self.in_word,
            ('n' | 'r' | 't', Some(_)) => false,
            _ => character.is_ascii_alphanumeric(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_where_none_goes_on() {
        let cases = [
            ("", true),
            (" ", true),
            ("a", false),
            ("7", false),
            ("_", true),
            ("__", true),
            ("a_", false),
            ("a__", false),
            ("a\\_", false),
            ("\\_", true),
            ("a \\_", true),
            ("\\n", true),
            ("\\\\n", true),
            ("\\x", false),
            ("n", false),
            ("王", true),
            ("é", true),
            ("*", true),
            ("%20", true),
            ("%0", false),
            ("%41", false),
            ("%E4%BD%A0", true),
            ("%20_", true),
            ("%%20", true),
            ("100%5", false),
            ("\\x20", true),
            ("\\x7", false),
            ("\\u0020", true),
            ("\\u006a", false),
            ("\\u4f60", true),
            ("u0020", false),
            ("%20a", false),
        ];
        for (before, may_begin) in cases {
            let mut edge = Edge::default();
            before.chars().for_each(|character| edge.read(character));
            assert_eq!(edge.may_begin(), may_begin, "{before}");
        }
    }
}
