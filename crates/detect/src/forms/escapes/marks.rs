//! Quotation marks that are doubled within a string: in a quoted cell (RFC 4180), in a string of SQL.

use super::Escape;
use crate::edges;

/// Two quotation marks that stand for one at the edge of a string in a quoted cell: `"{""name"":""Ann""}"`. Around nothing
/// (`x = ""`) and within a literal (`"a""b"`) they stand for something else.
pub(super) fn doubled(text: &str, at: usize) -> Option<Escape> {
    is_edge(text, at, at + 2).then_some((at + 2, Some('"'), DOUBLED))
}

pub(super) const DOUBLED: &str = "doubled quotation mark";

/// True where `start..end` stands between the edge of a string and what is inside or around it. Backslashes before it aside.
pub(super) fn is_edge(text: &str, start: usize, end: usize) -> bool {
    let before = text.as_bytes().get(start.saturating_sub(8)..start).unwrap_or_default();
    let before = before.iter().rev().find(|b| **b != b'\\').copied().unwrap_or(0);
    let after = text.as_bytes().get(end..).unwrap_or_default();
    let after = after.iter().take(8).find(|b| **b != b'\\').copied().unwrap_or(0);
    let is_start = |b: u8| matches!(b, b'{' | b'[' | b':' | b'=' | b'(');
    let is_end = |b: u8| matches!(b, b'}' | b']' | b':' | b')' | b'>');
    let is_between = |b: u8| matches!(b, b' ' | b',' | b';');
    let is_inside = |b: u8| !b.is_ascii_whitespace() && !matches!(b, 0 | b'"') && !is_between(b);
    let opens = (is_start(before) || is_between(before)) && is_inside(after) && !is_end(after);
    let closes = (is_end(after) || is_between(after)) && is_inside(before) && !is_start(before);
    opens != closes
}

/// Two apostrophes that stand for one within a word of a string: `'l''adresse'`.
pub(super) fn apostrophe(text: &str, at: usize, end: usize) -> Option<Escape> {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let is_within = is_letter(edges::before(text, at)) && is_letter(edges::after(text, end));
    is_within.then_some((end, Some('\''), "escape"))
}
