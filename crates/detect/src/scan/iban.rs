//! IBANs: written together or in groups, also over the end of a line, ending where their country says, whatever stands behind.

use types::ByteSpan;

use crate::check::europe;
use crate::edges;
use crate::scan::{Budget, Emit};

/// Shortest and longest IBAN, in letters and digits (SWIFT IBAN registry: Norway; the standard's upper bound).
const CHARS_MIN: usize = 15;
const CHARS_MAX: usize = 34;

/// Reports `iban`.
pub(crate) fn at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    let head: [u8; 5] = std::array::from_fn(|index| edges::byte(text, word.start + index));
    let [a, b, c, d, e] = head;
    let is_wrapped = matches!(d, b'\n' | b'\r') && (e.is_ascii_digit() || e == b'\n');
    let begins = a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
        && c.is_ascii_digit()
        && (d.is_ascii_digit() || is_wrapped);
    if !begins || a.is_ascii_uppercase() != b.is_ascii_uppercase() || !edges::is_word_start(text, word.start)
    {
        return word.end;
    }
    let mut ends = Vec::new();
    let mut chars = 0;
    let mut lines = 1;
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
        } else if let Some(length) = line_break(text, at).filter(|_| lines == 1 && chars > 2) {
            lines += 1;
            at += length;
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

/// Length of the line end at `at`, if a digit follows: what is copied out of a PDF is broken anywhere.
fn line_break(text: &str, at: usize) -> Option<usize> {
    let length = match (edges::byte(text, at), edges::byte(text, at + 1)) {
        (b'\n', _) => 1,
        (b'\r', b'\n') => 2,
        _ => return None,
    };
    edges::byte(text, at + length).is_ascii_digit().then_some(length)
}
