//! Text written in characters without shape: tags (U+E0020 to U+E007E stand for ASCII) and variation selectors (one for each
//! value of a byte). Models read it, people do not see it.
//!
//! Works on the text as given: the normal form has none of these characters.

use types::ByteSpan;

use super::build::{FormBuilder, Trust};

/// Shorter runs are flags and styles of emoji.
const CHARS_MIN: usize = 6;

/// Writes them as what they stand for.
pub(super) fn undo(form: &mut FormBuilder<'_>) {
    let text = form.text();
    if text.is_ascii() {
        return;
    }
    // All of them but the first sixteen selectors begin with this byte; those alone make no letter.
    let mut resume = 0;
    for at in memchr::memchr_iter(0xF3, text.as_bytes()) {
        if at < resume {
            continue;
        }
        let Some((end, decoded)) = run_at(text, at) else { continue };
        resume = end;
        let span = ByteSpan::new(at, end);
        if decoded.len() >= CHARS_MIN && form.is_new(span) {
            form.change(span, &format!(" {decoded} "), "hidden characters", Trust::Any);
        }
    }
}

fn run_at(text: &str, at: usize) -> Option<(usize, String)> {
    let mut end = at;
    let mut bytes = Vec::new();
    for c in text.get(at..)?.chars() {
        let byte = match u32::from(c) {
            code @ 0xE0020..=0xE007E => code - 0xE0000,
            code @ 0xFE00..=0xFE0F => code - 0xFE00,
            code @ 0xE0100..=0xE01EF => code - 0xE0100 + 16,
            0xE0001 | 0xE007F => u32::from(b' '),
            _ => break,
        };
        bytes.push(u8::try_from(byte).ok()?);
        end += c.len_utf8();
    }
    if bytes.is_empty() {
        return None;
    }
    let decoded = String::from_utf8_lossy(&bytes).replace(char::is_control, " ");
    Some((end, decoded))
}
