//! IBANs: written together or in groups, ending where their country says, whatever stands behind.

use types::ByteSpan;

use crate::check::europe;
use crate::edges;
use crate::scan::{Budget, Emit};

/// Shortest and longest IBAN, in letters and digits (SWIFT IBAN registry: Norway; the standard's upper bound).
const CHARS_MIN: usize = 15;
const CHARS_MAX: usize = 34;

/// Reports `iban`.
pub(crate) fn at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    let head: [u8; 4] = std::array::from_fn(|index| edges::byte(text, word.start + index));
    let [a, b, c, d] = head;
    let begins =
        a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit();
    if !begins || a.is_ascii_uppercase() != b.is_ascii_uppercase() || !edges::is_word_start(text, word.start)
    {
        return word.end;
    }
    let mut ends = Vec::new();
    let mut chars = 0;
    let mut at = word.start;
    while chars <= CHARS_MAX {
        let byte = edges::byte(text, at);
        if byte.is_ascii_alphanumeric() {
            chars += 1;
            at += 1;
            let next = edges::byte(text, at);
            if (CHARS_MIN..=CHARS_MAX).contains(&chars) && !next.is_ascii_alphanumeric() {
                ends.push(at);
            }
        } else if matches!(byte, b' ' | b'-' | b'.') && edges::byte(text, at + 1).is_ascii_alphanumeric() {
            at += 1;
        } else {
            break;
        }
    }
    for end in ends.into_iter().rev() {
        let span = ByteSpan::new(word.start, end);
        if edges::is_word_end(text, end) && span.of(text).is_some_and(europe::is_iban) {
            emit("iban", span);
            return end;
        }
    }
    word.end
}
