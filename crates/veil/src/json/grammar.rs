//! Whether the text of a string still can be JSON.
//!
//! Fed with the characters outside of the strings of that text. Lenient where it costs nothing (the digits of a number),
//! strict where prose differs from JSON: `[draft] a "note"` is no JSON from its `d` on.

/// How many objects and arrays inside each other are followed; deeper text does not count as JSON.
const NESTING_MAX: u32 = 128;

/// What was read so far.
#[derive(Default)]
pub(super) struct Grammar {
    /// One bit for each open object (1) or array (0), the innermost last.
    open: u128,
    depth: u32,
    expect: Expect,
}

#[derive(Default, Clone, Copy)]
enum Expect {
    #[default]
    Value,
    /// A value, or the end of an empty array.
    ValueOrEnd,
    Key,
    /// A key, or the end of an empty object.
    KeyOrEnd,
    Colon,
    /// A comma, or the end of an object or array.
    Next,
    /// More of `true`, `false` or `null`.
    Literal(&'static str),
    Number,
    /// Nothing but blanks.
    Nothing,
}

impl Grammar {
    /// Takes one character; false when the text is no JSON. A quotation mark stands for a whole string.
    pub(super) fn accepts(&mut self, character: char) -> bool {
        if let (Expect::Number, '0'..='9' | '+' | '-' | '.' | 'e' | 'E') = (self.expect, character) {
            return true;
        }
        if matches!(self.expect, Expect::Number) {
            self.value_ended();
        }
        if let (Expect::Literal(rest), _) = (self.expect, character) {
            let Some(rest) = rest.strip_prefix(character) else { return false };
            self.expect = Expect::Literal(rest);
            if rest.is_empty() {
                self.value_ended();
            }
            return true;
        }
        match (self.expect, character) {
            (_, ' ' | '\t' | '\n' | '\r') => {}
            (Expect::Value | Expect::ValueOrEnd, '"') => self.value_ended(),
            (Expect::Value | Expect::ValueOrEnd, '{') => return self.opened(1, Expect::KeyOrEnd),
            (Expect::Value | Expect::ValueOrEnd, '[') => return self.opened(0, Expect::ValueOrEnd),
            (Expect::Value | Expect::ValueOrEnd, '-' | '0'..='9') => self.expect = Expect::Number,
            (Expect::Value | Expect::ValueOrEnd, 't') => self.expect = Expect::Literal("rue"),
            (Expect::Value | Expect::ValueOrEnd, 'f') => self.expect = Expect::Literal("alse"),
            (Expect::Value | Expect::ValueOrEnd, 'n') => self.expect = Expect::Literal("ull"),
            (Expect::Key | Expect::KeyOrEnd, '"') => self.expect = Expect::Colon,
            (Expect::Colon, ':') => self.expect = Expect::Value,
            (Expect::Next, ',') => {
                self.expect = if self.is_in_object() { Expect::Key } else { Expect::Value }
            }
            (Expect::Next | Expect::KeyOrEnd, '}') if self.is_in_object() => self.closed(),
            (Expect::Next | Expect::ValueOrEnd, ']') if !self.is_in_object() => self.closed(),
            _ => return false,
        }
        true
    }

    const fn is_in_object(&self) -> bool {
        self.open & 1 == 1
    }

    const fn opened(&mut self, kind: u128, expect: Expect) -> bool {
        self.open = self.open << 1 | kind;
        self.depth += 1;
        self.expect = expect;
        self.depth <= NESTING_MAX
    }

    const fn closed(&mut self) {
        self.open >>= 1;
        self.depth = self.depth.saturating_sub(1);
        self.value_ended();
    }

    const fn value_ended(&mut self) {
        self.expect = if self.depth == 0 { Expect::Nothing } else { Expect::Next };
    }
}
