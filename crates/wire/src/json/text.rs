//! Strings of JSON: what they say, where each of their characters stands, and how a text is written as one.
//!
//! All functions take the content of a string without its quotes, as the tape found it: its escapes are known to be valid.
//! Should they ever not be, the text is taken as it stands; nothing here fails.

use std::borrow::Cow;

/// One stretch of the content of a string.
enum Piece<'a> {
    /// Characters that stand for themselves.
    Plain(&'a str),
    /// An escape of `raw` bytes that stands for `is`.
    Escape { raw: usize, is: char },
}

/// Steps through the content of a string.
struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let piece = match memchr::memchr(b'\\', self.rest.as_bytes()) {
            Some(0) => escape(self.rest),
            Some(plain) => Piece::Plain(self.rest.get(..plain).unwrap_or(self.rest)),
            None => Piece::Plain(self.rest),
        };
        let raw = match &piece {
            Piece::Plain(plain) => plain.len(),
            Piece::Escape { raw, .. } => *raw,
        };
        self.rest = self.rest.get(raw..).unwrap_or_default();
        Some(piece)
    }
}

/// The escape that `rest` begins with.
fn escape(rest: &str) -> Piece<'_> {
    let is = match rest.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return unicode_escape(rest).unwrap_or(Piece::Escape { raw: 1, is: '\\' }),
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        _ => return Piece::Escape { raw: 1, is: '\\' },
    };
    Piece::Escape { raw: 2, is }
}

fn unicode_escape(rest: &str) -> Option<Piece<'_>> {
    let unit = |at: usize| u32::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    let first = unit(2)?;
    if (0xD800..0xDC00).contains(&first) {
        let second = unit(8).filter(|second| (0xDC00..0xE000).contains(second))?;
        let is = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?;
        return Some(Piece::Escape { raw: 12, is });
    }
    Some(Piece::Escape { raw: 6, is: char::from_u32(first)? })
}

/// What the content of a string says.
pub(crate) fn decoded(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    for piece in (Pieces { rest: raw }) {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Escape { is, .. } => text.push(is),
        }
    }
    Cow::Owned(text)
}

/// Goes from offsets in what a string says to offsets in its raw content. Offsets must come in ascending order: all of
/// them together take one pass.
pub(crate) struct RawOffsets<'a> {
    pieces: Pieces<'a>,
    piece: Option<Piece<'a>>,
    decoded: usize,
    raw: usize,
}

impl<'a> RawOffsets<'a> {
    /// For the content of a string.
    pub(crate) fn new(raw: &'a str) -> Self {
        let mut pieces = Pieces { rest: raw };
        let piece = pieces.next();
        Self { pieces, piece, decoded: 0, raw: 0 }
    }

    /// The raw offset of a decoded offset; `None` when it lies behind the end, inside a character, or before the last one
    /// asked for.
    pub(crate) fn at(&mut self, offset: usize) -> Option<usize> {
        loop {
            let ahead = offset.checked_sub(self.decoded)?;
            if ahead == 0 {
                return Some(self.raw);
            }
            let (decoded_len, raw_len) = match self.piece.as_ref()? {
                Piece::Plain(plain) if ahead <= plain.len() => {
                    return plain.is_char_boundary(ahead).then_some(self.raw + ahead);
                }
                Piece::Plain(plain) => (plain.len(), plain.len()),
                Piece::Escape { raw, is } => (is.len_utf8(), *raw),
            };
            self.decoded += decoded_len;
            self.raw += raw_len;
            self.piece = self.pieces.next();
        }
    }
}

/// Appends `text` as the content of a string, without quotes.
pub(crate) fn escape_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut characters = tail.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(control) => {
                const HEX: [char; 16] =
                    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
                let digit = |value: u32| HEX.get(value as usize & 15).copied().unwrap_or('0');
                out.push_str("\\u00");
                out.push(digit(u32::from(control) >> 4));
                out.push(digit(u32::from(control)));
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

/// `text` as a string of JSON, with its quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape_into(text, &mut out);
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_escape_says_what_the_grammar_says() {
        assert_eq!(decoded(r#"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude89"#), "\"\\/\u{8}\u{c}\n\r\té🚉");
        assert!(matches!(decoded("plain é"), Cow::Borrowed(_)));
    }

    #[test]
    fn broken_escapes_do_not_fail() {
        for raw in ["\\", "\\u", "\\u12", "\\ud83d", "\\ud83dx", "\\x", "é\\"] {
            let _ = decoded(raw);
            let _ = RawOffsets::new(raw).at(1);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text: String) {
            let string = quoted(&text);
            prop_assert_eq!(serde_json::from_str::<String>(&string).unwrap(), text.clone());
            prop_assert_eq!(decoded(string.get(1..string.len() - 1).unwrap()), text);
        }

        #[test]
        fn offsets_lead_to_where_the_character_stands(characters in prop::collection::vec((any::<char>(), 0u8..3), 0..40)) {
            let (mut raw, mut text, mut expected) = (String::new(), String::new(), Vec::new());
            for (character, form) in characters {
                expected.push((text.len(), raw.len()));
                text.push(character);
                let plain = form == 0 && character >= ' ' && !matches!(character, '"' | '\\');
                if plain {
                    raw.push(character);
                } else if form == 1 {
                    escape_into(&character.to_string(), &mut raw);
                } else {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        raw.push_str(&format!("\\u{unit:04X}"));
                    }
                }
            }
            expected.push((text.len(), raw.len()));
            prop_assert_eq!(decoded(&raw), text.as_str());
            let mut offsets = RawOffsets::new(&raw);
            for (decoded, raw) in expected {
                prop_assert_eq!(offsets.at(decoded), Some(raw));
            }
            prop_assert_eq!(offsets.at(text.len() + 1), None);
        }
    }
}
