//! Runs of base64 (RFC 4648, both alphabets, MIME lines) and hex that hold text.
//!
//! Promises: a run is decoded only where its first bytes are text, so that hashes, keys, pictures and identifiers cost a look;
//! what is decoded is never longer than the run; the run as a whole, padding and lines included, is what a finding covers: a
//! surrogate in the middle of one would leave neither the surrogate nor the rest readable.
//!
//! Where text turns into something else (a document with a readable head), only findings that a check confirms count.

mod pairs;

use types::ByteSpan;

use super::build::{FormBuilder, Trust};
use pairs::Pairs;

/// Shortest run of base64: nine bytes, the shortest e-mail address. Shortest run of hex: eight bytes.
const BASE64_MIN: usize = 12;
const HEX_MIN: usize = 16;
/// What is decoded to see whether a run holds text: base64 characters, hex digits.
const HEAD_CHARS: usize = 32;
/// From this length on a line of base64 may go on in the next (RFC 2045 has 76, PEM 64).
const LINE_MIN: usize = 40;
/// How many parts of a path may stand before a run.
const PARTS_MAX: usize = 12;
/// Deepest indentation of such lines.
const INDENT_MAX: usize = 40;

/// Writes such runs as the text in them.
pub(super) fn undo(form: &mut FormBuilder<'_>) {
    let text = form.text();
    let mut pairs = Pairs::of(text).peekable();
    let mut at = 0;
    while let Some(run) = next_run(text.as_bytes(), at) {
        while let Some((span, bytes)) = pairs.next_if(|(span, _)| span.start < run.start) {
            change(form, span, &bytes, "hex");
        }
        at = run.end;
        at = at.max(undo_run(form, run));
    }
    for (span, bytes) in pairs {
        change(form, span, &bytes, "hex");
    }
}

/// Undoes a run and says where what was read of it ends.
fn undo_run(form: &mut FormBuilder<'_>, run: ByteSpan) -> usize {
    let text = form.text();
    let Some(body) = run.of(text).map(str::as_bytes) else { return run.end };
    if body.len() >= HEX_MIN && body.len() % 2 == 0 && body.iter().all(u8::is_ascii_hexdigit) {
        let head = body.get(..HEAD_CHARS.min(body.len())).unwrap_or_default();
        if is_text_head(&hex_bytes(head)) {
            change(form, run, &hex_bytes(body), "hex");
            return run.end;
        }
    }
    if has_text_head(body) {
        let (end, body) = lines_from(text, run);
        let end = end + padding(text, end);
        change(form, ByteSpan::new(run.start, end), &base64_bytes(body.iter().copied()), "base64");
        return end;
    }
    // A path or name in front of it, joined by a sign that the alphabet has too.
    let mut start = run.start;
    for part in body.split(|b| matches!(b, b'/' | b'-' | b'_' | b'+')).take(PARTS_MAX) {
        let end = start + part.len();
        if part.len() >= BASE64_MIN && part.len() < body.len() && has_text_head(part) {
            let rest = text.as_bytes().get(start..run.end).unwrap_or_default();
            let end = run.end + padding(text, run.end);
            change(form, ByteSpan::new(start, end), &base64_bytes(rest.iter().copied()), "base64");
            return end;
        }
        start = end + 1;
    }
    run.end
}

fn change(form: &mut FormBuilder<'_>, span: ByteSpan, bytes: &[u8], kind: &'static str) {
    if !form.is_new(span) {
        return;
    }
    if let Some((decoded, trust)) = as_text(bytes) {
        form.change(span, &format!(" {decoded} "), kind, trust);
    }
}

fn padding(text: &str, at: usize) -> usize {
    text.as_bytes().get(at..).unwrap_or_default().iter().take(2).take_while(|b| **b == b'=').count()
}

/// The run with the lines that it goes on in, and its end.
fn lines_from(text: &str, run: ByteSpan) -> (usize, Vec<u8>) {
    let bytes = text.as_bytes();
    let mut body = run.of(text).unwrap_or_default().as_bytes().to_vec();
    let mut end = run.end;
    let mut line = run.len();
    while line >= LINE_MIN {
        let rest = bytes.get(end..).unwrap_or_default();
        let gap = rest.iter().take(INDENT_MAX).take_while(|b| b.is_ascii_whitespace()).count();
        let is_line_end = rest.iter().take(gap).any(|b| *b == b'\n');
        let next = rest.get(gap..).unwrap_or_default();
        line = next.iter().take_while(|b| is_base64(**b)).count();
        if !is_line_end || line < 4 {
            break;
        }
        body.extend_from_slice(next.get(..line).unwrap_or_default());
        end += gap + line;
    }
    (end, body)
}

const CLASSES: [u8; 256] = classes();
const OTHER: u8 = 0xFF;

/// The value of each base64 character, of both alphabets.
#[expect(clippy::indexing_slicing, reason = "a byte is an index below 256")]
const fn classes() -> [u8; 256] {
    let mut classes = [OTHER; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0u8;
    let mut rest: &[u8] = alphabet;
    while let [first, tail @ ..] = rest {
        classes[*first as usize] = value;
        value += 1;
        rest = tail;
    }
    classes[b'-' as usize] = 62;
    classes[b'_' as usize] = 63;
    classes
}

fn value(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

fn is_base64(byte: u8) -> bool {
    value(byte) != OTHER
}

/// The next run of base64 characters that is long enough. Looks from the end of where the shortest would end, as searches for
/// words do, so that most bytes of prose are never read.
fn next_run(bytes: &[u8], from: usize) -> Option<ByteSpan> {
    let mut start = from;
    loop {
        let window = bytes.get(start..start + BASE64_MIN)?;
        match window.iter().rposition(|b| !is_base64(*b)) {
            Some(other) => start += other + 1,
            None => {
                let rest = bytes.get(start + BASE64_MIN..)?;
                let more = rest.iter().take_while(|b| is_base64(**b)).count();
                return Some(ByteSpan::new(start, start + BASE64_MIN + more));
            }
        }
    }
}

fn base64_bytes(body: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.size_hint().0 / 4 * 3 + 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in body {
        bits = (bits << 6 | u32::from(value(byte) & 63)) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xFF) as u8);
        }
    }
    out
}

/// True when text may begin with this run: what it begins with is decoded until a byte has no place in text.
fn has_text_head(body: &[u8]) -> bool {
    let mut bytes = [0u8; HEAD_CHARS];
    let mut length = 0;
    let (mut bits, mut count) = (0u32, 0u32);
    let mut continuing = 0;
    for b in body.iter().take(HEAD_CHARS) {
        bits = (bits << 6 | u32::from(value(*b) & 63)) & 0xFF_FFFF;
        count += 6;
        if count < 8 {
            continue;
        }
        count -= 8;
        let byte = (bits >> count & 0xFF) as u8;
        let fits = match byte {
            b' '..=b'~' | b'\n' | b'\r' | b'\t' => continuing == 0,
            0 => length % 2 == 1,
            0x80..=0xBF => continuing > 0,
            0xC2..=0xF4 => continuing == 0,
            _ => false,
        };
        if !fits {
            return false;
        }
        continuing = match byte {
            0x80..=0xBF => continuing - 1,
            0xC2..=0xDF => 1,
            0xE0..=0xEF => 2,
            0xF0..=0xF4 => 3,
            _ => 0,
        };
        if let Some(slot) = bytes.get_mut(length) {
            *slot = byte;
            length += 1;
        }
    }
    is_text_head(bytes.get(..length).unwrap_or_default())
}

fn hex_bytes(body: &[u8]) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).unwrap_or(0) as u8;
    body.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, b| byte << 4 | digit(*b))).collect()
}

fn is_printable(c: char) -> bool {
    !c.is_control() && c != '\u{FFFD}' || matches!(c, '\n' | '\r' | '\t')
}

/// True for bytes with which text begins: UTF-8 without control characters, or UTF-16 of ASCII.
fn is_text_head(bytes: &[u8]) -> bool {
    if is_utf16(bytes) {
        return true;
    }
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            bytes.get(..error.valid_up_to()).and_then(|part| std::str::from_utf8(part).ok()).unwrap_or("")
        }
        Err(_) => return false,
    };
    !valid.is_empty() && valid.chars().all(is_printable)
}

/// ASCII in UTF-16, the low byte first, as PowerShell encodes its commands.
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.len() >= 8
        && bytes
            .chunks_exact(2)
            .all(|pair| matches!(pair, [low, 0] if is_printable(char::from(*low)) && *low < 0x80))
}

/// The text in these bytes, and what a finding in it must have.
fn as_text(bytes: &[u8]) -> Option<(String, Trust)> {
    if is_utf16(bytes) {
        return Some((bytes.iter().step_by(2).map(|b| char::from(*b)).collect(), Trust::Any));
    }
    let decoded = String::from_utf8_lossy(bytes);
    let others = decoded.chars().filter(|c| !is_printable(*c)).count();
    match others {
        0 => Some((decoded.into_owned(), Trust::Any)),
        // A last group without its padding leaves a byte.
        1 if decoded.ends_with('\u{FFFD}') => Some((decoded.into_owned(), Trust::Any)),
        _ => Some((decoded.replace(|c| !is_printable(c), "\n"), Trust::Checked)),
    }
}
