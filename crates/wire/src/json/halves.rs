//! Halves of surrogate pairs in answers.
//!
//! Servers that cut text by UTF-16 units write `\ud83d` at the end of one piece and `\ude89` at the beginning of the next.
//! Clients put them together; nothing that is UTF-8 can hold them. So each half gets a stand-in from the end of the last
//! private plane while the text is worked on, and is written as it came afterwards. A text that holds such a character itself
//! is refused: it could not be told from a stand-in.
//!
//! Requests are not treated like this: there a half is refused.

use std::borrow::Cow;

use super::Tape;
use super::tape::{HALF_OF_A_PAIR, Stop};
use crate::Limits;
use crate::malformed::MalformedReason;

/// Stand-in of `\ud800`; 2048 of them, up to the last character there is.
const FIRST: u32 = 0x10_F800;

/// Reads the JSON of an answer. The text is owned when halves stand in it, then [`put_back`] must be used on what is made of it.
pub(crate) fn read<'t>(text: &'t str, limits: &Limits) -> Result<(Cow<'t, str>, Tape), Stop> {
    match Tape::read_answer(text, limits) {
        Ok(tape) => Ok((Cow::Borrowed(text), tape)),
        Err(stop) if stop.reason == MalformedReason::Syntax(HALF_OF_A_PAIR) => {
            let text = stood_in(text).ok_or(stop)?;
            let tape = Tape::read_answer(&text, limits)?;
            Ok((Cow::Owned(text), tape))
        }
        Err(stop) => Err(stop),
    }
}

/// The text with a stand-in for each half; `None` where it holds a character that is one already.
fn stood_in(text: &str) -> Option<String> {
    if looks_stood_in(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (plain, escape) = rest.split_at_checked(at)?;
        out.push_str(plain);
        let taken = match unit(escape) {
            Some(0xD800..0xDC00) if matches!(escape.get(6..).and_then(unit), Some(0xDC00..0xE000)) => 12,
            Some(half @ 0xD800..0xE000) => {
                out.push(char::from_u32(FIRST + half - 0xD800)?);
                rest = escape.get(6..)?;
                continue;
            }
            _ => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        out.push_str(escape.get(..taken)?);
        rest = escape.get(taken..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// True for a text that holds a character which is a stand-in elsewhere.
pub(crate) fn looks_stood_in(text: &str) -> bool {
    text.chars().any(|character| u32::from(character) >= FIRST)
}

/// The unit of a `\u` escape that a text begins with.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// JSON with each stand-in written as the half that it stands for.
pub(crate) fn put_back(json: Vec<u8>) -> Vec<u8> {
    // Stand-ins begin with these three bytes or the next three of the row: F4 8F A0 to F4 8F BF.
    if memchr::memmem::find(&json, b"\xf4\x8f").is_none() {
        return json;
    }
    let Ok(text) = String::from_utf8(json) else { return Vec::new() };
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character).checked_sub(FIRST) {
            Some(half) => out.push_str(&format!("\\u{:04x}", 0xD800 + half)),
            None => out.push(character),
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_come_back_as_they_came() {
        for text in [
            r#"{"a":"x\ud83d"}"#,
            r#"["\ude89\ud83dx", "\ud83d\ude89", "\\ud83d"]"#,
            r#"["\ud83d\ud83d\ude89"]"#,
        ] {
            let (read, _) = read(text, &Limits::default()).unwrap();
            assert_eq!(String::from_utf8(put_back(read.into_owned().into_bytes())).unwrap(), text);
        }
        let (read, tape) = read(r#"["a\ud83d"]"#, &Limits::default()).unwrap();
        let item = tape.items(crate::json::NodeId::ROOT).next().unwrap();
        assert_eq!(tape.text(&read, item).unwrap().chars().count(), 2);
    }

    #[test]
    fn a_character_that_looks_like_a_stand_in_is_refused_beside_a_half() {
        assert!(super::read("[\"\u{10FFFD}\\ud83d\"]", &Limits::default()).is_err());
        assert!(super::read("[\"\u{10FFFD}\"]", &Limits::default()).is_ok());
        assert!(super::read(r#"["\ud83d", x]"#, &Limits::default()).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_put_back_or_refused(text in "([a-z\"\\\\]|\\\\ud83d|\\\\ude89|\\\\u00e9|é|🚉){0,12}") {
            if let Some(stood) = stood_in(&text) {
                prop_assert_eq!(String::from_utf8(put_back(stood.into_bytes())).unwrap(), text);
            }
        }
    }
}
