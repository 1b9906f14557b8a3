//! Payment card numbers: digits with single spaces or dashes, in one of the lengths of their issuer.

use types::ByteSpan;

use crate::check::cards;
use crate::edges::{self, Edge};
use crate::scan::{Budget, Emit, phone};

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
    let mut separator = 0;
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
        } else if (matches!(byte, b' ' | b'-') && group >= 3 || byte == b'.' && group == 4)
            && (separator == 0 || separator == byte)
            && edges::byte(text, at + 1).is_ascii_digit()
        {
            separator = byte;
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
    // A number of 64 bits looks so; of longer cards only those of UnionPay are usually written without a space.
    let is_number = separator == 0 && count > 16 && digits.get(..2) != Some(&[6, 2]);
    for length in lengths {
        let Some(end) = ends.get(length).copied().filter(|end| *end > 0) else { continue };
        let span = ByteSpan::new(word.start, end);
        let is_table = separator != 0 && phone::is_in_table(text, span.start, span.end, 4);
        if Edge::Number.holds(text, span.start, span.end)
            && !is_table
            && !is_number
            && !is_fraction(text, span)
            && span.of(text).is_some_and(cards::is_card)
        {
            emit("card", span);
            return end;
        }
    }
    word.end
}

/// True for the digits behind a decimal point, and before one.
fn is_fraction(text: &str, span: ByteSpan) -> bool {
    let is_digit = |at: usize| edges::byte(text, at).is_ascii_digit();
    (edges::byte(text, span.start.wrapping_sub(1)) == b'.' && is_digit(span.start.wrapping_sub(2)))
        || (edges::byte(text, span.end) == b'.' && is_digit(span.end + 1))
}
