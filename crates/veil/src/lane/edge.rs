//! Whether a new word may begin at a place.
//!
//! It may not after a letter or digit of ASCII. An underscore is part of the word before it, but where no word stands
//! before it, it is emphasis: `_PERSON_7KQ2_` begins one, `MY_PERSON_7KQ2` does not; the same with a backslash before the
//! underscore. The letter of an escape (`\n`) in program text is no word.

/// What stands before a place.
#[derive(Default, Clone, Copy)]
pub(super) struct Edge {
    in_word: bool,
    /// After a backslash: whether a word stood before it.
    escape: Option<bool>,
}

impl Edge {
    /// True when a word may begin here.
    pub(super) const fn may_begin(self) -> bool {
        !self.in_word
    }

    /// Takes the next character.
    pub(super) const fn read(&mut self, character: char) {
        let escape = self.escape.take();
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
        ];
        for (before, may_begin) in cases {
            let mut edge = Edge::default();
            before.chars().for_each(|character| edge.read(character));
            assert_eq!(edge.may_begin(), may_begin, "{before}");
        }
    }
}
