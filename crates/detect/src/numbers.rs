//! Words that hold a digit: where most identifiers begin.
//!
//! Promises: gives each maximal run of ASCII letters and digits with a digit in it, in order, in linear time.

use types::ByteSpan;

use crate::blocks::{self, BLOCK_BYTES};
use crate::edges;

/// Words that hold a digit.
pub(crate) struct Words<'t> {
    text: &'t str,
    /// Up to where the text is read.
    at: usize,
    /// Where the block begins that is looked at, and a bit for each digit in it.
    block: usize,
    digits: u64,
    /// A bit for each letter and digit in it.
    words: u64,
}

impl<'t> Words<'t> {
    /// The words of `text`.
    pub(crate) fn of(text: &'t str) -> Self {
        let mut words = Self { text, at: 0, block: 0, digits: 0, words: 0 };
        words.look_at(0);
        words
    }

    fn look_at(&mut self, block: usize) {
        let bytes = self.text.as_bytes();
        self.block = block;
        self.digits = blocks::mask_at(bytes, block, is_digit);
        // A block without a digit costs a few instructions.
        if self.digits != 0 {
            self.words = blocks::mask_at(bytes, block, |b| is_letter(b) | is_digit(b));
        }
    }

    /// The first digit that is not read yet.
    fn next_digit(&mut self) -> Option<usize> {
        if self.at >= self.block + BLOCK_BYTES {
            self.look_at(self.at - self.at % BLOCK_BYTES);
        }
        let mut left = self.digits & (u64::MAX << self.at.saturating_sub(self.block));
        while left == 0 {
            self.look_at(self.block + BLOCK_BYTES);
            if self.block >= self.text.len() {
                return None;
            }
            left = self.digits;
        }
        Some(self.block + usize::try_from(left.trailing_zeros()).ok()?)
    }
}

impl Iterator for Words<'_> {
    type Item = ByteSpan;

    fn next(&mut self) -> Option<ByteSpan> {
        let digit = self.next_digit()?;
        let bytes = self.text.as_bytes();
        let offset = digit - self.block;
        let mut start = digit + 1 - bits((self.words << (BLOCK_BYTES - 1 - offset)).leading_ones());
        if start <= self.block {
            let before = bytes.get(self.at..start)?;
            start -= before.iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        }
        let mut end = digit + bits((self.words >> offset).trailing_ones());
        if end >= self.block + BLOCK_BYTES {
            let after = bytes.get(end..).unwrap_or_default();
            end += after.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        }
        if start < digit
            && start > 0
            && edges::byte(self.text, start - 1) == b'\\'
            && matches!(edges::byte(self.text, start), b'n' | b't' | b'r')
        {
            start += 1;
        }
        self.at = end;
        Some(ByteSpan::new(start, end))
    }
}

const fn is_digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

const fn is_letter(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
}

fn bits(count: u32) -> usize {
    usize::try_from(count).unwrap_or(BLOCK_BYTES)
}

/// How far ahead a word is looked at to tell whether an identifier can begin there, and what makes one: four digits, or a long
/// word. The shortest identifiers, IPv4 addresses, have four digits.
const AHEAD_BYTES: usize = 28;
const DIGITS_MIN: usize = 4;
const LONG_WORD_BYTES: usize = 9;

/// False for words such as `16` in `width: 16;`, at which no pattern for identifiers needs to be tried.
pub(crate) fn is_promising(text: &str, word: ByteSpan) -> bool {
    if word.len() >= LONG_WORD_BYTES || edges::byte(text, word.end) == b'~' {
        return true;
    }
    let is_pair =
        word.len() == 2 && edges::byte(text, word.end) == b'-' && edges::byte(text, word.end + 3) == b'-';
    let ahead = text.as_bytes().get(word.start..).unwrap_or_default().iter().take(AHEAD_BYTES);
    let digits = ahead
        .take_while(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b':')
        })
        .filter(|b| b.is_ascii_digit())
        .count();
    // Degrees and minutes: `52°31'12"N`.
    let is_angle = word.len() <= 3 && text.get(word.end..).is_some_and(|rest| rest.starts_with('°'));
    is_pair || digits >= DIGITS_MIN || is_angle
}

/// The end of the date that begins with this word, with its time, if there is one (ISO 8601, RFC 3339): logs are full of them.
/// Dates of birth are found by what introduces them.
pub(crate) fn timestamp_end(text: &str, word: ByteSpan) -> Option<usize> {
    let bytes = text.as_bytes().get(word.start..)?;
    let date = bytes.get(..10)?;
    let shaped = date.iter().enumerate().all(|(at, b)| match at {
        4 | 7 => *b == b'-',
        _ => b.is_ascii_digit(),
    });
    if word.len() != 4 || !shaped || !matches!(date, [b'1', b'9', ..] | [b'2', b'0', ..]) {
        return None;
    }
    let time = |b: &&u8| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'T' | b'Z' | b'+' | b'-');
    let rest = bytes.get(10..)?;
    let length = match rest.first() {
        Some(b'T') if rest.get(3) == Some(&b':') => rest.iter().take(32).take_while(time).count(),
        Some(b'-') => return None,
        _ => 0,
    };
    let end = word.start + 10 + length;
    edges::is_word_end(text, end).then_some(end)
}

/// The end of the UUID that begins with this word, if there is one (RFC 9562): it names a thing and holds no other value.
pub(crate) fn uuid_end(text: &str, word: ByteSpan) -> Option<usize> {
    if word.len() != 8 || edges::byte(text, word.end) != b'-' {
        return None;
    }
    let uuid = text.as_bytes().get(word.start..word.start + 36)?;
    let shaped = uuid.iter().enumerate().all(|(at, b)| match at {
        8 | 13 | 18 | 23 => *b == b'-',
        _ => b.is_ascii_hexdigit(),
    });
    let end = word.start + 36;
    (shaped && edges::is_word_end(text, end)).then_some(end)
}

/// Where a pattern for identifiers may begin: at the word, or at a short word of capitals just before it, as in `AB 12 34`.
pub(crate) fn starts(text: &str, word: ByteSpan) -> [Option<usize>; 2] {
    [Some(word.start), start_of_letters_before(text, word.start)]
}

fn start_of_letters_before(text: &str, at: usize) -> Option<usize> {
    let joint = at.checked_sub(1)?;
    if !matches!(edges::byte(text, joint), b' ' | b'-' | b'.') {
        return None;
    }
    let before = text.as_bytes().get(..joint)?;
    let letters = before.iter().rev().take(7).take_while(|b| b.is_ascii_uppercase()).count();
    let start = joint - letters;
    ((1..=6).contains(&letters) && edges::is_word_start(text, start)).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_and_uuids_are_stepped_over() {
        let end = |text: &str| {
            let word = Words::of(text).next().unwrap();
            timestamp_end(text, word).or_else(|| uuid_end(text, word))
        };
        assert_eq!(end("2026-01-14T10:03:11.5Z x"), Some(22));
        assert_eq!(end("2026-01-14 10:03"), Some(10));
        assert_eq!(end("3f9d0c71-b42e-4d06-9046-2297018e5a3c."), Some(36));
        for text in [
            "2026-01-14T4111111111111111",
            "2026-01-14-555",
            "4111-11-11",
            "3f9d0c71-b42e-4d06-9046-2297018e5a3c4",
        ] {
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn words_with_digits_are_given_whole() {
        let text = "号33a, x9y plain \\n12 (514) NL09";
        let words: Vec<_> = Words::of(text).map(|span| span.of(text).unwrap()).collect();
        assert_eq!(words, ["33a", "x9y", "12", "514", "NL09"]);
    }
}
