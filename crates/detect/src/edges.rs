//! Where words and numbers begin and end.
//!
//! All positions are byte offsets on character boundaries of the text in normal form. ASCII letters and digits are looked at
//! as bytes; only where a neighbour is not ASCII is it decoded.

/// The character before `at`.
pub(crate) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character from `at` on.
pub(crate) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The largest character boundary of `text` at or before `at`.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The byte at `at`; 0 beyond the ends, which is no letter, digit or sign that anything looks for.
#[inline]
pub(crate) fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

/// True for scripts that put no spaces between words, and for Hangul, whose particles follow a name without a space.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{4E00}'..='\u{9FFF}' | '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3130}'..='\u{318F}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// True for Chinese characters.
pub(crate) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// True where a word in a spaced script would go on: letters, digits and marks, without unspaced scripts.
pub(crate) fn continues_word(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    !is_unspaced(character) && character.is_alphanumeric()
}

/// True when the character before `at` is the letter of an escape in source text, as the `n` of `\n`.
pub(crate) fn is_after_escape(text: &str, at: usize) -> bool {
    at >= 2 && byte(text, at - 2) == b'\\' && matches!(byte(text, at - 1), b'n' | b't' | b'r')
}

/// True when a word can begin at `at`: what stands before does not continue it.
pub(crate) fn is_word_start(text: &str, at: usize) -> bool {
    match (before(text, at), after(text, at)) {
        (Some(left), Some(right)) => {
            !continues_word(left) || !continues_word(right) || is_after_escape(text, at)
        }
        _ => true,
    }
}

/// True when a word can end at `at`.
pub(crate) fn is_word_end(text: &str, at: usize) -> bool {
    match (before(text, at), after(text, at)) {
        (Some(left), Some(right)) => !continues_word(left) || !continues_word(right),
        _ => true,
    }
}

/// Like [`is_word_start`], and also at a hump of an identifier, as the `P` of `dbPassword`.
pub(crate) fn is_name_part_start(text: &str, at: usize) -> bool {
    is_word_start(text, at)
        || (byte(text, at).is_ascii_uppercase() && at > 0 && byte(text, at - 1).is_ascii_lowercase())
        || (at > 0 && byte(text, at - 1).is_ascii_digit())
}

/// Like [`is_word_end`], and also before a hump or a digit, as the end of `phone` in `phone2` and `phoneNumber`.
pub(crate) fn is_name_part_end(text: &str, at: usize) -> bool {
    is_word_end(text, at)
        || (byte(text, at).is_ascii_uppercase() && at > 0 && byte(text, at - 1).is_ascii_lowercase())
        || byte(text, at).is_ascii_digit()
}

/// Which neighbours a value may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Edge {
    /// Any.
    None,
    /// No letter or digit on either side.
    #[default]
    Word,
    /// As `Word`, and not part of a longer number or identifier: `-`, `.`, `/`, `:` or `_` next to it must not lead on
    /// to another letter or digit.
    Number,
    /// As `Number`, and no further group of digits beside it, a space apart.
    Group,
    /// As `Word`, and not part of a longer dotted number; a range, a port or a path may follow.
    Address,
    /// As `Word`, and no `_` or `-` before it: keys whose alphabet holds them.
    Key,
}

impl Edge {
    /// True when `start..end` may stand alone in `text`.
    pub(crate) fn holds(self, text: &str, start: usize, end: usize) -> bool {
        match self {
            Self::None => true,
            Self::Word => is_word_start(text, start) && is_word_end(text, end),
            Self::Number => self.number_start(text, start) && number_end(text, end),
            Self::Group => {
                self.number_start(text, start) && number_end(text, end) && !has_group_beside(text, start, end)
            }
            Self::Address => address_start(text, start) && address_end(text, end),
            Self::Key => self.key_start(text, start) && is_word_end(text, end),
        }
    }

    /// True when a value of this kind may begin at `start`: enough to save a search.
    pub(crate) fn may_start(self, text: &str, start: usize) -> bool {
        match self {
            Self::None => true,
            Self::Word | Self::Number | Self::Group | Self::Address => is_word_start(text, start),
            Self::Key => self.key_start(text, start),
        }
    }

    fn number_start(self, text: &str, start: usize) -> bool {
        if !is_word_start(text, start) {
            return false;
        }
        match byte(text, start.wrapping_sub(1)) {
            // A label may stand before it (`SSN-536…`, `card_4111…`), a number or a mixed identifier may not.
            b'-' | b'/' | b'_' | b'#' | b'$' => !ends_with_digit_word(text, start - 1),
            b'.' if is_after_abbreviation(text, start - 1) => true,
            b'.' | b'\\' => start < 2 || !byte(text, start - 2).is_ascii_alphanumeric(),
            _ => true,
        }
    }

    fn key_start(self, text: &str, start: usize) -> bool {
        is_word_start(text, start) && (start == 0 || !matches!(byte(text, start - 1), b'_' | b'-'))
    }
}

/// True behind the abbreviation of a label, as in `Tel.0171 2345678`.
fn is_after_abbreviation(text: &str, end: usize) -> bool {
    let before = text.as_bytes().get(end.saturating_sub(4)..end).unwrap_or_default();
    let word = before.rsplit(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    ["tel", "fax", "mob", "nr", "no"].iter().any(|label| word.eq_ignore_ascii_case(label.as_bytes()))
}

/// True when the word that ends at `end` holds a digit.
fn ends_with_digit_word(text: &str, end: usize) -> bool {
    let before = text.as_bytes().get(..end).unwrap_or_default();
    before.iter().rev().take(32).take_while(|b| b.is_ascii_alphanumeric()).any(u8::is_ascii_digit)
}

/// True when the word that ends at `end` is a number, of decimal or hexadecimal digits.
fn ends_with_hex_number(text: &str, end: usize) -> bool {
    let before = text.as_bytes().get(..end).unwrap_or_default();
    let word = || before.iter().rev().take(HEX_BYTES_MAX).take_while(|b| b.is_ascii_alphanumeric());
    before.last().is_some_and(u8::is_ascii_digit)
        || (word().all(u8::is_ascii_hexdigit) && word().any(u8::is_ascii_digit))
}

/// Longest hexadecimal number beside a group of digits.
const HEX_BYTES_MAX: usize = 8;

fn has_group_beside(text: &str, start: usize, end: usize) -> bool {
    let before = start > 1 && byte(text, start - 1) == b' ' && ends_with_hex_number(text, start - 1);
    before || (byte(text, end) == b' ' && byte(text, end + 1).is_ascii_digit())
}

fn address_start(text: &str, start: usize) -> bool {
    let joins = start > 0 && matches!(byte(text, start - 1), b'.' | b'_' | b'/');
    let joined = start > 1 && byte(text, start - 2).is_ascii_alphanumeric();
    is_word_start(text, start) && !(joins && joined)
}

fn address_end(text: &str, end: usize) -> bool {
    is_word_end(text, end)
        && !(matches!(byte(text, end), b'.' | b'_') && byte(text, end + 1).is_ascii_alphanumeric())
}

fn number_end(text: &str, end: usize) -> bool {
    if !is_word_end(text, end) {
        return false;
    }
    match byte(text, end) {
        b'-' | b'/' | b'_' => !byte(text, end + 1).is_ascii_alphanumeric(),
        b'.' | b':' => !byte(text, end + 1).is_ascii_digit(),
        b'%' => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_spaced_scripts_do() {
        assert!(!is_word_end("Maybe", 3));
        assert!(is_word_end("May be", 3));
        assert!(is_word_start("号330106", 3));
        assert!(is_word_start(r"\n4111", 2));
        assert!(!is_word_start("né", 1));
    }

    #[test]
    fn a_piece_of_a_longer_identifier_is_no_number() {
        let guid = "70c1e2ab-0415-4415-9020-7946095817d2";
        assert!(!Edge::Number.holds(guid, 9, 23));
        assert!(Edge::Number.holds("see 123-45-6789.", 4, 15));
        assert!(!Edge::Number.holds("1.2.3.4.5", 0, 7));
    }
}
