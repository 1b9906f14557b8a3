//! Where in JSON text a character stands, and how a value must be escaped there.
//!
//! Promises: reads JSON text character by character, however it was cut; tells for each character as it reads after all
//! escapes inside how many strings it stands; follows JSON inside of strings (a string that begins like an object or an
//! array, for as long as it keeps to the grammar), four strings deep. Plain text is read by the same rule: a model that was
//! asked for JSON answers with text that is. Never fails: what is not JSON reads as plain characters at the depth where it
//! stands.

mod grammar;

use grammar::Grammar;

/// How many strings inside each other are followed.
const DEPTH_MAX: usize = 4;

/// Reads the text of one lane.
pub(crate) struct Reader {
    /// What the lane holds, as if it were a string without escapes.
    whole: Level,
    levels: [Level; DEPTH_MAX],
    /// True where the text is JSON whatever it looks like.
    is_declared: bool,
}

/// A character after all escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) character: char,
    /// Inside how many strings it stands.
    pub(crate) depth: usize,
    /// True for the quotation marks that begin and end strings.
    pub(crate) is_edge: bool,
}

/// JSON text at one depth of strings.
#[derive(Default)]
struct Level {
    place: Place,
    content: Content,
    grammar: Grammar,
}

#[derive(Default, Clone, Copy)]
enum Place {
    #[default]
    Outside,
    Inside,
    /// After a backslash.
    Escape,
    /// Within `\uXXXX`.
    Unicode {
        missing: u8,
        value: u32,
    },
}

/// What the current string holds.
#[derive(Default, Clone, Copy)]
enum Content {
    /// Nothing but blanks so far.
    #[default]
    Unknown,
    Text,
    Json,
}

impl Reader {
    /// Reads a lane whose text is JSON, also where the model broke its grammar.
    pub(crate) fn of_json() -> Self {
        Self { is_declared: true, ..Self::of_text() }
    }

    /// Reads a lane whose text is JSON if it begins like an object or an array, for as long as it keeps to the grammar.
    pub(crate) fn of_text() -> Self {
        Self { whole: Level::default(), levels: Default::default(), is_declared: false }
    }

    /// Takes one character of the text; gives the character that it completes, or nothing within an escape.
    pub(crate) fn read(&mut self, character: char) -> Option<Read> {
        if self.is_declared {
            return read(&mut self.levels, 0, character);
        }
        self.whole.read_content(&mut self.levels, 0, character)
    }

    /// True once the text is no JSON: from here on each character reads as itself.
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.whole.content, Content::Text)
    }
}

/// Writes a value for this depth: once escaped for each string that it stands in. Everything above ASCII stays as it is.
pub(crate) fn push_escaped(out: &mut String, text: &str, depth: usize) {
    if depth == 0 {
        return out.push_str(text);
    }
    for character in text.chars() {
        push_character(out, character, depth);
    }
}

fn push_character(out: &mut String, character: char, depth: usize) {
    let Some(outer) = depth.checked_sub(1) else { return out.push(character) };
    let short = match character {
        '"' | '\\' => character,
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\0'..='\u{1f}' => {
            let code = u32::from(character);
            let digit = |value| char::from_digit(value, 16).unwrap_or('0');
            for written in ['\\', 'u', '0', '0', digit(code >> 4), digit(code & 15)] {
                push_character(out, written, outer);
            }
            return;
        }
        _ => return push_character(out, character, outer),
    };
    push_character(out, '\\', outer);
    push_character(out, short, outer);
}

fn read(levels: &mut [Level], depth: usize, character: char) -> Option<Read> {
    let plain = Read { character, depth, is_edge: false };
    let edge = Read { character, depth, is_edge: true };
    let Some((level, deeper)) = levels.split_first_mut() else { return Some(plain) };
    match (level.place, character) {
        (Place::Outside, '"') => {
            level.place = Place::Inside;
            level.content = Content::Unknown;
            Some(edge)
        }
        (Place::Outside, _) => Some(plain),
        (Place::Inside, '"') => {
            level.place = Place::Outside;
            Some(edge)
        }
        (Place::Inside, '\\') => {
            level.place = Place::Escape;
            None
        }
        (Place::Inside, _) => level.read_content(deeper, depth + 1, character),
        (Place::Escape, 'u') => {
            level.place = Place::Unicode { missing: 4, value: 0 };
            None
        }
        (Place::Escape, _) => {
            level.place = Place::Inside;
            level.read_content(deeper, depth + 1, unescaped(character))
        }
        (Place::Unicode { missing, value }, _) => match character.to_digit(16) {
            Some(digit) if missing > 1 => {
                level.place = Place::Unicode { missing: missing - 1, value: value << 4 | digit };
                None
            }
            Some(digit) => {
                level.place = Place::Inside;
                // Halves of characters outside the basic plane read as the replacement character: no surrogate of ours
                // holds such characters.
                let read = char::from_u32(value << 4 | digit).unwrap_or(char::REPLACEMENT_CHARACTER);
                level.read_content(deeper, depth + 1, read)
            }
            None => {
                level.place = Place::Inside;
                read(levels, depth, character)
            }
        },
    }
}

impl Level {
    fn read_content(&mut self, deeper: &mut [Level], depth: usize, character: char) -> Option<Read> {
        if matches!(self.content, Content::Unknown) {
            match (character, deeper.first_mut()) {
                ('{' | '[', Some(next)) => {
                    *next = Self::default();
                    self.content = Content::Json;
                }
                (' ' | '\t' | '\n' | '\r', _) => {}
                _ => self.content = Content::Text,
            }
        }
        if matches!(self.content, Content::Json) {
            let keeps_to_grammar = deeper.first_mut().is_some_and(|next| match next.place {
                Place::Outside => next.grammar.accepts(character),
                _ => true,
            });
            if keeps_to_grammar {
                return read(deeper, depth, character);
            }
            self.content = Content::Text;
        }
        Some(Read { character, depth, is_edge: false })
    }
}

/// The character that a backslash and this one stand for; a superfluous backslash stands for nothing.
const fn unescaped(character: char) -> char {
    match character {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut reader: Reader, text: &str, place: &str, depth: usize) {
        let read: Vec<Read> = text.chars().filter_map(|character| reader.read(character)).collect();
        let at = read.iter().position(|read| place.contains(read.character)).unwrap();
        assert_eq!(read[at].depth, depth, "{text}");
    }

    #[test]
    fn the_depth_of_a_place_is_the_number_of_strings_around_it() {
        let cases = [
            (r#"X"#, 0),
            (r#"{"a": X}"#, 0),
            (r#"{"a": "X"}"#, 1),
            (r#"{"X": 1}"#, 1),
            (r#"{"a": "{\"b\": \"X\"}"}"#, 2),
            (r#"{"a": " \n[\"X\"]"}"#, 2),
            (r#"{"a": "{\"b\": X}"}"#, 1),
            (r#"{"a": "{\"b\": \"[\\\"X\\\"]\"}"}"#, 3),
            (r#"{"a": "[\"[\\\"[\\\\\\\"X\\\\\\\"]\\\"]\"]"}"#, 4),
            (r#"{"a": "say \"X\""}"#, 1),
            (r#"{"a": "[draft] \"X\""}"#, 1),
            (r#"{"a": "[1] \"X\""}"#, 1),
            (r#"{"a": "{name} \"X\""}"#, 1),
            (r#"{"a": "{\"b\": 1} \"X\""}"#, 1),
            (r#"{"a": "[true, null, -1.5e3, \"X\"]"}"#, 2),
            (r#"{"a": "[trip] \"X\""}"#, 1),
            (r#"{"a": "\u007b\"b\": \"X\"}"}"#, 2),
            (r#"{"a": "\"", "b": "X"}"#, 1),
            (r#""a\\" X"#, 0),
            (r#"{"a": "{\"b\": \"\\\"X\"}"}"#, 2),
            (r#"{"a": "{\"b\": \"c\"}", "d": "X"}"#, 1),
            (r#"{"a": "\u12X"}"#, 1),
            (r#"{"a": "[[1], {}, [], \"X\"]"}"#, 2),
            (r#"{"a": "{\"b\": 1, \"c\": \"X\"}"}"#, 2),
            (r#"{"a": "{\"b\": [{\"c\": {}}], \"X\": 1}"}"#, 2),
            (r#"{"a": "{\"b\": [1, 2], \"c\": [\"X\"]}"}"#, 2),
            (r#"{"a": "[1} \"X\""}"#, 1),
            (r#"{"a": "{\"b\": 1] \"X\""}"#, 1),
            (r#"{"a": "{1: \"X\""}"#, 1),
            (r#"{"a": "{\"b\" \"X\""}"#, 1),
            (r#"{"a": "[, \"X\""}"#, 1),
            (r#"{"a": "[false, - \"X\""}"#, 1),
            (r#"{"a": "[falser, \"X\""}"#, 1),
        ];
        for (text, depth) in cases {
            check(Reader::of_json(), text, "X", depth);
        }
    }

    #[test]
    fn a_value_is_escaped_once_for_each_string() {
        let cases = [
            ("a😀é\u{7f}", "a😀é\u{7f}", "a😀é\u{7f}"),
            ("\"\\", r#"\"\\"#, r#"\\\"\\\\"#),
            ("\n\r\t\u{8}\u{c}", r"\n\r\t\b\f", r"\\n\\r\\t\\b\\f"),
            ("\0\u{1f}", r"\u0000\u001f", r"\\u0000\\u001f"),
        ];
        for (value, once, twice) in cases {
            for (depth, expected) in [(0, value), (1, once), (2, twice)] {
                let mut out = String::new();
                push_escaped(&mut out, value, depth);
                assert_eq!(out, expected);
            }
        }
    }

    #[test]
    fn plain_text_is_json_for_as_long_as_it_can_be() {
        let cases = [
            (r#"{"a": "X"}"#, 1),
            (r#" [{"a": "{\"b\": \"X\"}"}]"#, 2),
            (r#"say "X""#, 0),
            (r#"{a} "X""#, 0),
            (r#"["a"](b) "X""#, 0),
            (r#"[1]: "X""#, 0),
            (r#"{"a": "b"} "X""#, 0),
            (r#""X""#, 0),
        ];
        for (text, depth) in cases {
            check(Reader::of_text(), text, "X", depth);
        }
    }
}
