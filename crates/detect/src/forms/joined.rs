//! Values in pieces that a program, a browser or a terminal joins: string literals with an operator or nothing between them,
//! markup within a word, a line that is carried on; and signs of emphasis around a value.
//!
//! Promises: what is left out is what stands between the pieces; with the value replaced from its first piece to its last the
//! first and the last quotation mark stay.

use types::ByteSpan;

use super::build::{FormBuilder, Trust};
use crate::edges;

/// How far apart two literals may stand, and how long a tag and a comment may be, in bytes.
const GAP_BYTES_MAX: usize = 96;
const TAG_BYTES_MAX: usize = 96;
const COMMENT_BYTES_MAX: usize = 256;
/// How far apart signs of emphasis may stand, in bytes.
const EMPHASIS_BYTES_MAX: usize = 96;

/// Tags that change how letters look. Others part words.
const LETTER_TAGS: &[&str] = &[
    "a", "abbr", "b", "big", "bdi", "bdo", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "nobr",
    "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
];

/// Tags that stand around a word.
const EMPHASIS_TAGS: &[&str] = &["b", "strong", "em", "i", "u", "mark", "code", "kbd"];

/// Leaves out what stands between the pieces.
pub(super) fn undo(form: &mut FormBuilder<'_>) {
    let text = form.text();
    let bytes = text.as_bytes();
    let mut quotes = memchr::memchr3_iter(b'"', b'\'', b'`', bytes).peekable();
    let mut others = memchr::memchr3_iter(b'<', b'\\', b'*', bytes).peekable();
    let mut resume = 0;
    loop {
        let at = match (quotes.peek(), others.peek()) {
            (Some(quote), Some(other)) if quote < other => quotes.next(),
            (_, Some(_)) => others.next(),
            _ => quotes.next(),
        };
        let Some(at) = at else { break };
        if at < resume {
            continue;
        }
        let gap = match edges::byte(text, at) {
            b'<' => tags(bytes, at)
                .or_else(|| tag_around(bytes, at))
                .map(|end| (ByteSpan::new(at, end), "markup")),
            b'*' => emphasis(bytes, at).map(|end| (ByteSpan::new(at, end), "emphasis")),
            b'\\' => carried_on(bytes, at).map(|end| (ByteSpan::new(at, end), "line continued")),
            b'`' => between_literals(bytes, at)
                .map(|span| (span, "concatenation"))
                .or_else(|| Some((ByteSpan::new(at, emphasis(bytes, at)?), "emphasis"))),
            _ => between_literals(bytes, at).map(|span| (span, "concatenation")),
        };
        let Some((span, kind)) = gap else { continue };
        resume = span.end;
        if form.is_new(ByteSpan::new(span.start.saturating_sub(1), span.end + 1)) {
            form.change(span, "", kind, Trust::Any);
        }
    }
}

fn at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// Bytes of values: what joins must stand on both sides.
const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'@' | b'.' | b'-' | b'_' | b'+' | b'/' | b'=' | b':' | b' ')
        || byte >= 0x80
}

/// From the closing mark at `quote` to the opening mark of the next literal.
fn between_literals(bytes: &[u8], quote: usize) -> Option<ByteSpan> {
    let escapes = |end: usize| {
        let before = bytes.get(end.saturating_sub(8)..end).unwrap_or_default();
        before.iter().rev().take_while(|b| **b == b'\\').count()
    };
    let start = quote - escapes(quote);
    if start == 0 {
        return None;
    }
    // Most marks close a string that nothing is joined to.
    if matches!(at(bytes, quote + 1), b',' | b':' | b';' | b')' | b'}' | b']' | b'>' | b'=' | 0) {
        return None;
    }
    let limit = quote + GAP_BYTES_MAX;
    let spaces = |from: usize| {
        let mut next = from;
        while next < limit {
            match (at(bytes, next), at(bytes, next + 1)) {
                (b' ' | b'\t' | b'\r' | b'\n', _) => next += 1,
                // A line that is carried on, and a line end within a text that is a literal itself.
                (b'\\', b'\n' | b'n' | b'r' | b't') => next += 2,
                _ => break,
            }
        }
        next
    };
    let gap = spaces(quote + 1);
    let operator = match (at(bytes, gap), at(bytes, gap + 1)) {
        (b'+', b'+') | (b'.', b'.') | (b'|', b'|') | (b'<', b'>') => 2,
        (b'+' | b'.' | b'&' | b'~', _) => 1,
        _ => 0,
    };
    let mut open = if operator > 0 { spaces(gap + operator) } else { gap };
    if operator == 0 && gap == quote + 1 && start == quote && at(bytes, open) != at(bytes, quote) {
        return None;
    }
    // Prefixes of literals: `f"…"`, `r'…'`, `@"…"`.
    while open < limit && matches!(at(bytes, open), b'f' | b'r' | b'b' | b'u' | b'F' | b'R' | b'@' | b'$') {
        open += 1;
    }
    while at(bytes, open) == b'\\' && open < limit {
        open += 1;
    }
    let end = open + 1;
    let is_literal = matches!(at(bytes, open), b'"' | b'\'' | b'`');
    // Pieces with a space or an operator between them may end and begin with anything, those without may not.
    let is_apart = operator > 0 || gap > quote + 1;
    let is_one = |byte: u8| is_part(byte) || (is_apart && byte.is_ascii_punctuation());
    if !is_one(at(bytes, start - 1)) {
        return None;
    }
    // Nothing between two marks is an empty text or an escaped mark, unless letters stand on both sides.
    let is_tight = operator == 0 && gap == quote + 1;
    let first = at(bytes, end);
    let is_end = match first {
        b',' => at(bytes, end + 1) != b' ' || !at(bytes, end + 2).is_ascii_alphanumeric(),
        _ => matches!(first, b'}' | b']' | b'>' | b';' | b')' | b'"' | b'\'' | b'`'),
    };
    let joins = is_one(first)
        && !is_end
        && (!is_tight
            || (at(bytes, start - 1) != b' ' && !matches!(at(bytes, end), b' ' | b'/' | b'=' | b':')));
    (is_literal && joins).then_some(ByteSpan::new(start, end))
}

/// The end of the tags and comments from `start` on, if they stand within a word.
fn tags(bytes: &[u8], start: usize) -> Option<usize> {
    let is_value = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'@' | b'.' | b'-' | b'_' | b'+');
    if start == 0 || !is_value(at(bytes, start - 1)) {
        return None;
    }
    let mut end = start;
    while at(bytes, end) == b'<' && end - start < COMMENT_BYTES_MAX {
        end = tag_end(bytes, end)?;
    }
    is_value(at(bytes, end)).then_some(end)
}

fn tag_end(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start + 1..)?;
    if rest.starts_with(b"!--") {
        let rest = rest.get(..COMMENT_BYTES_MAX.min(rest.len()))?;
        return memchr::memmem::find(rest, b"-->").map(|length| start + 1 + length + 3);
    }
    let name = rest.strip_prefix(b"/").unwrap_or(rest);
    let length = name.iter().take(8).take_while(|b| b.is_ascii_alphabetic()).count();
    let name = std::str::from_utf8(name.get(..length)?).ok()?;
    if !LETTER_TAGS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return None;
    }
    let close = rest.iter().take(TAG_BYTES_MAX).position(|b| matches!(b, b'>' | b'<'))?;
    (rest.get(close) == Some(&b'>')).then_some(start + 1 + close + 1)
}

/// The end of a backslash that carries a line on, within a word.
fn carried_on(bytes: &[u8], start: usize) -> Option<usize> {
    let end = match (at(bytes, start + 1), at(bytes, start + 2)) {
        (b'\n', _) => start + 2,
        (b'\r', b'\n') => start + 3,
        _ => return None,
    };
    let is_word = |b: u8| !b.is_ascii_whitespace() && b != b'\\' && b != 0;
    (start > 0 && is_word(at(bytes, start - 1)) && is_word(at(bytes, end))).then_some(end)
}

/// The end of the signs of emphasis (`*`, `**`, a backtick) that begin or end at `start`, around a value of the same line.
fn emphasis(bytes: &[u8], start: usize) -> Option<usize> {
    let sign = at(bytes, start);
    let most = if sign == b'*' { 3 } else { 1 };
    let length = bytes.get(start..)?.iter().take(most + 1).take_while(|b| **b == sign).count();
    let end = start + length;
    let line = |line: &[u8]| line.iter().take_while(|b| **b != b'\n').any(|b| *b == sign);
    let has_other_behind =
        || line(bytes.get(end..bytes.len().min(end + EMPHASIS_BYTES_MAX)).unwrap_or_default());
    let has_other_before = || {
        let before = bytes.get(start.saturating_sub(EMPHASIS_BYTES_MAX)..start).unwrap_or_default();
        before.iter().rev().take_while(|b| **b != b'\n').any(|b| *b == sign)
    };
    let is_pair = length <= most && (start == 0 || at(bytes, start - 1) != sign);
    (is_pair && is_around_value(bytes, start, end, &has_other_behind, &has_other_before)).then_some(end)
}

/// The end of a tag of emphasis that begins at `start`, around a value.
fn tag_around(bytes: &[u8], start: usize) -> Option<usize> {
    let end = tag_end(bytes, start)?;
    let tag = bytes.get(start + 1..end - 1)?;
    let name = tag.strip_prefix(b"/").unwrap_or(tag);
    let is_emphasis = EMPHASIS_TAGS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    let is_end = tag.len() > name.len();
    (is_emphasis && is_around_value(bytes, start, end, &|| !is_end, &|| is_end)).then_some(end)
}

/// True where a value begins behind `start..end` or ends before it, and no word goes on there.
fn is_around_value(
    bytes: &[u8],
    start: usize,
    end: usize,
    begins: &dyn Fn() -> bool,
    ends: &dyn Fn() -> bool,
) -> bool {
    let before = if start == 0 { b' ' } else { at(bytes, start - 1) };
    let next = at(bytes, end);
    let is_value = |b: u8| {
        b.is_ascii_alphanumeric() || matches!(b, b'+' | b'@' | b'/' | b'#' | b'(' | b')') || b >= 0x80
    };
    let is_beside = |b: u8| b == 0 || b.is_ascii_whitespace() || b.is_ascii_punctuation() || b >= 0x80;
    (is_value(next) && is_beside(before) && begins()) || (is_value(before) && is_beside(next) && ends())
}
