//! Where in markdown a fenced block begins that may hold JSON.
//!
//! Applications cut JSON out of such a block and parse it, so values restored in it must fit. A block counts that names
//! `json` or nothing as its language; whether it is JSON, its text tells.

/// Follows the lines of a text.
#[derive(Default)]
pub(super) struct Fence {
    line: Line,
    is_open: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Nothing but blanks.
    #[default]
    Indent,
    /// Grave accents, so many.
    Ticks(usize),
    /// Three or more, and so many letters of `json`.
    Language(usize),
    /// Three or more, and something else.
    OtherLanguage,
    Other,
}

const TICKS_MIN: usize = 3;
const LANGUAGE: &str = "json";

impl Fence {
    /// Takes the next character; true when it ends the line that opens such a block.
    pub(super) fn read(&mut self, character: char) -> bool {
        if character != '\n' {
            self.line = self.line.after(character);
            return false;
        }
        let (is_fence, may_hold_json) = match std::mem::take(&mut self.line) {
            Line::Ticks(count) => (count >= TICKS_MIN, true),
            // With a language a line opens a block, and cannot close one.
            Line::Language(count) => (!self.is_open, count == LANGUAGE.len()),
            Line::OtherLanguage => (!self.is_open, false),
            Line::Indent | Line::Other => (false, false),
        };
        self.is_open ^= is_fence;
        is_fence && self.is_open && may_hold_json
    }
}

impl Line {
    fn after(self, character: char) -> Self {
        match (self, character) {
            (Self::Indent, ' ' | '\t') => Self::Indent,
            (Self::Indent, '`') => Self::Ticks(1),
            (Self::Ticks(count), '`') => Self::Ticks(count.saturating_add(1)),
            (Self::Ticks(_) | Self::Language(_), ' ' | '\t' | '\r') => self,
            (Self::Ticks(TICKS_MIN..), 'j' | 'J') => Self::Language(1),
            (Self::Language(count), _)
                if LANGUAGE.chars().nth(count) == Some(character.to_ascii_lowercase()) =>
            {
                Self::Language(count + 1)
            }
            (Self::Ticks(TICKS_MIN..) | Self::Language(_) | Self::OtherLanguage, _) => Self::OtherLanguage,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, blocks: usize) {
        let mut fence = Fence::default();
        assert_eq!(text.chars().filter(|character| fence.read(*character)).count(), blocks, "{text}");
    }

    #[test]
    fn blocks_of_json_are_seen_where_they_open() {
        for (text, blocks) in [
            ("```json\n{}\n```\n", 1),
            ("Here:\n  ```` JSON \r\n{}\n````\nand\n```\n[]\n```", 2),
            ("```\n```\n```\n```\n", 2),
            ("```python\nx\n```\n", 0),
            ("```python\n```json\n```\n", 0),
            ("```jsonc\n", 0),
            ("```jso\n", 0),
            ("```jxon\n", 0),
            ("``\n``json\n", 0),
            ("a ```json\n", 0),
            ("```json", 0),
        ] {
            check(text, blocks);
        }
    }
}
