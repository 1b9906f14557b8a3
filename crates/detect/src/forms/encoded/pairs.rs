//! Pairs of hex digits with something between them, as in `6a 6f 65`, `6a:6f:65` and `0x6a, 0x6f, 0x65`.
//!
//! Promises: text without such pairs is looked at in a few places only; a run is read once.

use types::ByteSpan;

use super::{hex_bytes, is_text_head};
use crate::edges;

/// Runs of pairs, with the bytes that they stand for.
pub(super) struct Pairs<'t> {
    text: &'t str,
    at: usize,
}

/// Shortest run, in pairs.
const PAIRS_MIN: usize = 8;
/// How far apart the text is looked at: the shortest run has 23 bytes, eight of which lie behind any place looked at.
const STEP: usize = 15;

impl<'t> Pairs<'t> {
    /// The runs in `text`, in order.
    pub(super) const fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl Iterator for Pairs<'_> {
    type Item = (ByteSpan, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        loop {
            let sample = bytes.get(self.at..self.at + 8)?;
            let Some(pair) = pair_in(sample).map(|offset| self.at + offset) else {
                self.at += STEP;
                continue;
            };
            let start = first_pair(bytes, pair);
            let (end, body) = pairs_from(bytes, start);
            self.at = end.max(self.at + STEP);
            let start =
                if start >= 2 && edges::byte(self.text, start - 1) == b'x' { start - 2 } else { start };
            if body.len() >= PAIRS_MIN && is_text_head(&body) && edges::is_word_start(self.text, start) {
                return Some((ByteSpan::new(start, end), body));
            }
        }
    }
}

const fn is_sign(byte: u8) -> bool {
    matches!(byte, b' ' | b':' | b',' | b'-')
}

/// Where in these eight bytes a pair stands that another may follow.
fn pair_in(sample: &[u8]) -> Option<usize> {
    let is_hex = |at: usize| sample.get(at).is_some_and(u8::is_ascii_hexdigit);
    let byte = |at: usize| sample.get(at).copied().unwrap_or(0);
    (0..6).find_map(|at| {
        let led = (byte(at) == b'x' && at > 0 && byte(at - 1) == b'0')
            || (at < 4 && is_sign(byte(at)) && byte(at + 3) == byte(at));
        (led && is_hex(at + 1) && is_hex(at + 2)).then_some(at + 1)
    })
}

/// The first of the pairs among which the one at `pair` is.
fn first_pair(bytes: &[u8], pair: usize) -> usize {
    let mut start = pair;
    loop {
        let before = bytes.get(start.saturating_sub(8)..start).unwrap_or_default();
        let length = match before {
            [.., a, b, b',', b' ', b'0', b'x'] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 6,
            [.., a, b, b',' | b' ', b'0', b'x'] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 5,
            [.., a, b, sign] if is_sign(*sign) && a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 3,
            _ => return start,
        };
        start -= length;
    }
}

/// The bytes of the pairs from `start` on, and where they end.
fn pairs_from(bytes: &[u8], start: usize) -> (usize, Vec<u8>) {
    let mut body = Vec::new();
    let mut end = start;
    let mut at = start;
    while let Some([high, low]) = bytes.get(at..at + 2) {
        if !high.is_ascii_hexdigit() || !low.is_ascii_hexdigit() {
            break;
        }
        body.extend(hex_bytes(&[*high, *low]));
        end = at + 2;
        at = match bytes.get(end..).unwrap_or_default() {
            [b',', b' ', b'0', b'x', ..] => end + 4,
            [b',' | b' ', b'0', b'x', ..] => end + 3,
            [sign, ..] if is_sign(*sign) => end + 1,
            _ => break,
        };
    }
    (end, body)
}
