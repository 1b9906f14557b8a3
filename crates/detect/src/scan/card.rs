//! Payment card numbers: digits with single spaces or dashes, in one of the lengths of their issuer.

use types::ByteSpan;

use crate::check::cards;
use crate::edges::{self, Edge};
use crate::scan::{Budget, Emit};

/// Fewest digits of a card number in use, and most (ISO/IEC 7812-1).
const DIGITS_MIN: usize = 14;
const DIGITS_MAX: usize = 19;

/// Reports `card`.
pub(crate) fn at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    let mut digits = [0u32; DIGITS_MAX];
    let mut count = 0;
    let mut ends = [0usize; DIGITS_MAX + 1];
    let mut at = word.start;
    let mut group = 0;
    while let Some(digit) = digits.get_mut(count) {
        let byte = edges::byte(text, at);
        if byte.is_ascii_digit() {
            *digit = u32::from(byte - b'0');
            count += 1;
            group += 1;
            at += 1;
            if let Some(end) = ends.get_mut(count) {
                *end = at;
            }
        } else if (matches!(byte, b' ' | b'-') && group >= 2 || byte == b'.' && group == 4)
            && edges::byte(text, at + 1).is_ascii_digit()
        {
            group = 0;
            at += 1;
        } else {
            break;
        }
    }
    if count < DIGITS_MIN {
        return word.end;
    }
    let digits = digits.get(..count).unwrap_or_default();
    let mut lengths: Vec<usize> = cards::lengths_of_issuer(digits).collect();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    for length in lengths {
        let Some(end) = ends.get(length).copied().filter(|end| *end > 0) else { continue };
        let span = ByteSpan::new(word.start, end);
        if Edge::Number.holds(text, span.start, span.end) && span.of(text).is_some_and(cards::is_card) {
            emit("card", span);
            return end;
        }
    }
    word.end
}
