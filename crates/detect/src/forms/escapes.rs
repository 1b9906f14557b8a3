//! Characters written as escapes: percent (RFC 3986), HTML entities, escapes of source text (`\u0040`, `\x40`, `\100`),
//! quoted-printable (RFC 2045), fields of forms (URL Standard), quotation marks that a quoted cell doubles (RFC 4180).
//!
//! Promises: an escape is undone where it makes a printable character; escapes of escapes (`%2540`, `&amp;#64;`, `\\\\u0040`)
//! are undone at once; each keeps its own place, so that a value is covered from its first escape or letter to its last.

mod fields;
mod marks;

use std::sync::LazyLock;

use memchr::memmem::Finder;
use types::ByteSpan;

use super::build::{FormBuilder, Trust};
use crate::edges;
use fields::{form_field, plus_as_space};
use marks::{DOUBLED, apostrophe, doubled, is_edge};

/// An escape: where it ends, and the character.
type Escape = (usize, Option<char>, &'static str);

/// How far behind the name of a field the first plus sign is looked for, in bytes.
const FIELD_BYTES_MAX: usize = 256;

/// Most signs of escaping before one character: seven levels of JSON in JSON.
const SIGNS_MAX: usize = 128;

static DOUBLES: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"\""));
static APOSTROPHES: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"''"));

/// Writes escapes as what they stand for.
pub(super) fn undo(form: &mut FormBuilder<'_>) {
    let text = form.text();
    let bytes = text.as_bytes();
    let mut signs = memchr::memchr3_iter(b'%', b'&', b'\\', bytes).peekable();
    let mut equals = memchr::memchr_iter(b'=', bytes).peekable();
    let mut doubles = DOUBLES.find_iter(bytes).peekable();
    let mut apostrophes = APOSTROPHES.find_iter(bytes).peekable();
    // Where the next plus sign stands: fields of forms without one are none of those that are looked for.
    let mut plus = memchr::memchr(b'+', bytes);
    let mut resume = 0;
    loop {
        let places = [signs.peek(), equals.peek(), doubles.peek(), apostrophes.peek()];
        let at = places.into_iter().flatten().min().copied().and_then(|at| {
            let own = signs.next_if_eq(&at).or_else(|| equals.next_if_eq(&at));
            own.or_else(|| doubles.next_if_eq(&at)).or_else(|| apostrophes.next_if_eq(&at))
        });
        let Some(at) = at else { break };
        if at < resume {
            continue;
        }
        let escape = match edges::byte(text, at) {
            b'%' => percent(text, at),
            b'&' => entity(text, at),
            b'\\' => backslash(text, at),
            b'"' => doubled(text, at),
            b'\'' => apostrophe(text, at, at + 2),
            _ => quoted_printable(text, at),
        };
        if escape.is_none() && edges::byte(text, at) == b'=' && plus.is_some() {
            if plus.is_some_and(|plus| plus < at) {
                let rest = bytes.get(at..).unwrap_or_default();
                plus = memchr::memchr(b'+', rest).map(|length| at + length);
            }
            if plus.is_some_and(|plus| plus - at < FIELD_BYTES_MAX)
                && let Some(end) = form_field(form, at)
            {
                resume = end;
                continue;
            }
        }
        let Some((end, character, kind)) = escape else { continue };
        resume = end;
        if character.is_some_and(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            continue;
        }
        let span = ByteSpan::new(at, end);
        if !form.is_new(span) {
            continue;
        }
        match character {
            Some(c) => form.change(span, c.encode_utf8(&mut [0; 4]), kind, Trust::Any),
            None => form.change(span, "", kind, Trust::Any),
        }
        if character == Some('+') && kind == "percent" {
            plus_as_space(form, end);
        }
    }
}

/// Shortest run of base64 that is told by its padding, and how far back it is read, in bytes.
const PADDED_BYTES_MIN: usize = 11;
const PADDED_BYTES_MAX: usize = 96;

/// How far back an escape that holds a place may begin: four bytes of UTF-8, a surrogate pair.
const BACK_BYTES: usize = 24;

/// The escape that begins before `at` and ends behind it, and its character.
pub(super) fn around(text: &str, at: usize) -> Option<(ByteSpan, Option<char>)> {
    let bytes = text.as_bytes();
    if edges::byte(text, at) == b'"' {
        let marks =
            bytes.get(at.saturating_sub(BACK_BYTES)..at)?.iter().rev().take_while(|b| **b == b'"').count();
        let is_escaped = edges::byte(text, at.wrapping_sub(marks + 1)) == b'\\';
        if marks % 2 == 1 && !is_escaped {
            return Some((ByteSpan::new(at - 1, at + 1), Some('"')));
        }
    }
    let mut from = at.saturating_sub(BACK_BYTES);
    loop {
        let before = bytes.get(from..at)?;
        from += before.iter().position(|b| matches!(b, b'%' | b'&' | b'\\' | b'='))?;
        let escape = match edges::byte(text, from) {
            b'%' => percent(text, from),
            b'&' => entity(text, from),
            b'\\' => backslash_or_line_end(text, from),
            // One alone is more often a sign of assignment.
            _ => quoted_printable(text, from).filter(|(end, ..)| edges::byte(text, *end) == b'='),
        };
        match escape {
            Some((end, character, _)) if end > at => return Some((ByteSpan::new(from, end), character)),
            Some((end, ..)) => from = end,
            None => from += 1,
        }
    }
}

/// As [`backslash`], and `\n`, `\r` and `\t`, which forms keep; without `\123`, which is a name in a path as well.
fn backslash_or_line_end(text: &str, at: usize) -> Option<Escape> {
    let rest = text.as_bytes().get(at..)?;
    let signs = rest.iter().take(SIGNS_MAX).take_while(|b| **b == b'\\').count();
    let end = at + signs + 1;
    match edges::byte(text, end - 1) {
        b'n' => Some((end, Some('\n'), "escape")),
        b'r' => Some((end, Some('\r'), "escape")),
        b't' => Some((end, Some('\t'), "escape")),
        b'"' => Some((end, Some('"'), "escape")),
        b'0'..=b'7' => None,
        _ => backslash(text, at),
    }
}

fn hex(text: &str, at: usize, digits: usize) -> Option<u32> {
    let part = text.get(at..at + digits)?;
    part.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(part, 16).ok())?
}

/// A character of UTF-8 whose bytes `next` reads one by one; gives its end too.
fn utf8(at: usize, next: impl Fn(usize) -> Option<(u8, usize)>) -> Option<(usize, char)> {
    let mut bytes = [0u8; 4];
    let (first, mut end) = next(at)?;
    let length = match first {
        0..0x80 => return Some((end, char::from(first))),
        0xC2..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF5 => 4,
        _ => return None,
    };
    *bytes.first_mut()? = first;
    for slot in bytes.iter_mut().take(length).skip(1) {
        let (byte, after) = next(end)?;
        *slot = byte;
        end = after;
    }
    let character = std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next()?;
    Some((end, character))
}

fn percent(text: &str, at: usize) -> Option<Escape> {
    let byte_at = |at: usize| {
        let mut digits = at + 1;
        (edges::byte(text, at) == b'%').then_some(())?;
        while text.get(digits..digits + 2) == Some("25")
            && digits - at < SIGNS_MAX
            && hex(text, digits + 2, 2).is_some()
        {
            digits += 2;
        }
        Some((u8::try_from(hex(text, digits, 2)?).ok()?, digits + 2))
    };
    if edges::byte(text, at + 1) | 0x20 == b'u' {
        return Some((at + 6, Some(char::from_u32(hex(text, at + 2, 4)?)?), "percent"));
    }
    if let Some((end, character)) = utf8(at, byte_at) {
        return Some((end, Some(character), "percent"));
    }
    // What is encoded twice may be no text (`%25e4`): then it is the sign itself.
    (text.get(at + 1..at + 3) == Some("25")).then_some((at + 3, Some('%'), "percent"))
}

/// Named entities that stand inside values or around them.
const NAMED: &[(&str, Option<char>)] = &[
    ("commat;", Some('@')),
    ("quot;", Some('"')),
    ("apos;", Some('\'')),
    ("period;", Some('.')),
    ("nbsp;", Some(' ')),
    ("hyphen;", Some('-')),
    ("dash;", Some('-')),
    ("lowbar;", Some('_')),
    ("plus;", Some('+')),
    ("colon;", Some(':')),
    ("sol;", Some('/')),
    ("num;", Some('#')),
    ("percnt;", Some('%')),
    ("excl;", Some('!')),
    ("dollar;", Some('$')),
    ("ast;", Some('*')),
    ("equals;", Some('=')),
    ("shy;", None),
    ("zwj;", None),
    ("zwnj;", None),
    ("ZeroWidthSpace;", None),
];

fn entity(text: &str, at: usize) -> Option<Escape> {
    let mut name = at + 1;
    while text.get(name..).is_some_and(|rest| rest.starts_with("amp;")) && name - at < SIGNS_MAX {
        name += 4;
    }
    let rest = text.get(name..)?;
    if let Some(number) = rest.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let length = digits.bytes().take(8).take_while(|b| char::from(*b).is_digit(radix)).count();
        let character = char::from_u32(u32::from_str_radix(digits.get(..length)?, radix).ok()?)?;
        let end = text.len() - digits.len() + length;
        let end = end + usize::from(edges::byte(text, end) == b';');
        return Some((end, Some(character), "entity"));
    }
    let (known, character) = NAMED.iter().find(|(known, _)| rest.starts_with(known))?;
    Some((name + known.len(), *character, "entity"))
}

fn backslash(text: &str, at: usize) -> Option<Escape> {
    let signs = |at: usize| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        rest.iter().take(SIGNS_MAX).take_while(|b| **b == b'\\').count()
    };
    let letter = at + signs(at);
    let kind = "escape";
    match edges::byte(text, letter) {
        b'u' | b'x' if edges::byte(text, letter + 1) == b'{' => {
            let rest = text.get(letter + 2..)?;
            let length = rest.bytes().take(7).take_while(u8::is_ascii_hexdigit).count();
            (edges::byte(text, letter + 2 + length) == b'}').then_some(())?;
            let character = char::from_u32(u32::from_str_radix(rest.get(..length)?, 16).ok()?)?;
            Some((letter + length + 3, Some(character), kind))
        }
        b'u' => {
            let unit = hex(text, letter + 1, 4)?;
            let end = letter + 5;
            if !(0xD800..0xDC00).contains(&unit) {
                return Some((end, Some(char::from_u32(unit)?), kind));
            }
            let low = end + signs(end);
            (low > end && edges::byte(text, low) == b'u').then_some(())?;
            let second = hex(text, low + 1, 4).filter(|second| (0xDC00..0xE000).contains(second))?;
            let code = 0x1_0000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
            Some((low + 5, Some(char::from_u32(code)?), kind))
        }
        b'U' => Some((letter + 9, Some(char::from_u32(hex(text, letter + 1, 8)?)?), kind)),
        b'x' => {
            let (end, character) = utf8(at, |at| {
                let letter = at + signs(at);
                (letter > at && edges::byte(text, letter) == b'x').then_some(())?;
                Some((u8::try_from(hex(text, letter + 1, 2)?).ok()?, letter + 3))
            })?;
            Some((end, Some(character), kind))
        }
        b'0'..=b'7' => {
            let (end, character) = utf8(at, |at| {
                let digits = at + signs(at);
                (digits > at).then_some(())?;
                let part = text.get(digits..digits + 3)?;
                Some((u8::from_str_radix(part, 8).ok()?, digits + 3))
            })?;
            Some((end, Some(character), kind))
        }
        b'/' => Some((letter + 1, Some('/'), kind)),
        b'\'' => apostrophe(text, at, letter + 1),
        // A mark of a string in a string in a string, and one that a cell in a string doubles.
        b'"' if letter > at + 1 => Some((letter + 1, Some('"'), kind)),
        b'"' if edges::byte(text, letter + 1) == b'\\' && edges::byte(text, letter + 2) == b'"' => {
            is_edge(text, at, letter + 3).then_some((letter + 3, Some('"'), DOUBLED))
        }
        _ => None,
    }
}

fn quoted_printable(text: &str, at: usize) -> Option<Escape> {
    let kind = "quoted-printable";
    let before = edges::byte(text, at.wrapping_sub(1));
    let rest = text.get(at + 1..)?;
    // A line that was cut.
    for line_end in ["\r\n", "\n"] {
        if rest.starts_with(line_end) {
            let is_cut = !before.is_ascii_whitespace() && before != b'=' && at > 0 && !is_padding(text, at);
            let next = edges::byte(text, at + 1 + line_end.len());
            let goes_on =
                !next.is_ascii_whitespace() && !matches!(next, b'"' | b'\'' | b'<' | b'}' | b']' | b'`');
            return (is_cut && goes_on).then_some((at + 1 + line_end.len(), None, kind));
        }
    }
    let is_pair = |at: usize| {
        let pair = text.as_bytes().get(at + 1..at + 3);
        edges::byte(text, at) == b'='
            && pair.is_some_and(|pair| pair.iter().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(b)))
    };
    if !is_pair(at) {
        return None;
    }
    // `width=400` and `id=21d8` are no escapes, `joe=40example` and `=34=31` are.
    let is_number =
        text.as_bytes().get(at + 1..at + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_digit));
    let is_at_sign =
        text.get(at + 1..at + 3) == Some("40") && edges::byte(text, at + 3).is_ascii_alphabetic();
    let is_among_others = is_pair(at + 3) || (at >= 3 && is_pair(at - 3));
    if is_number && !is_at_sign && !is_among_others {
        return None;
    }
    let (end, character) = utf8(at, |at| {
        is_pair(at).then_some(())?;
        Some((u8::try_from(hex(text, at + 1, 2)?).ok()?, at + 3))
    })?;
    Some((end, Some(character), kind))
}

/// True for the sign at the end of base64 (RFC 4648) whose last group has three characters.
fn is_padding(text: &str, at: usize) -> bool {
    let before = text.as_bytes().get(at.saturating_sub(PADDED_BYTES_MAX)..at).unwrap_or_default();
    let run = before.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
    let run: Vec<u8> = run.copied().collect();
    let humps =
        run.windows(2).filter(|pair| matches!(pair, [b'A'..=b'Z', b'a'..=b'z' | b'0'..=b'9'])).count();
    run.len() >= PADDED_BYTES_MIN && (run.len() % 4 == 3 || run.len() == before.len()) && humps > 1
}
