//! Reads a text onto its tape.
//!
//! Tokens come from jiter; everything that decides lies here: depth, counts, members that stand twice, what may not stand in a
//! body at all. Recursion ends at the limit of depth, whatever the text.
//!
//! Two members of one name are refused in a request: two parsers would read two bodies, one that was scanned and one that was
//! not.

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::{Kind, Node, NodeId, Tape};
use crate::Limits;
use crate::json::text::decoded;
use crate::malformed::MalformedReason;

/// Where reading stopped, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) reason: MalformedReason,
    pub(crate) offset: usize,
}

impl Tape {
    /// Reads the body of a request.
    pub(crate) fn read(text: &str, limits: &Limits) -> Result<Self, Stop> {
        Self::read_with(text, limits, Start { depth: 0, leaves: 0, names_may_repeat: false })
    }

    /// Reads JSON that stands in a string. `depth` levels are taken as already used, `leaves` strings and numbers as already
    /// seen. Members may stand twice: no parser is misled, all of them see a string, and each of its strings is a segment.
    pub(crate) fn read_nested(
        text: &str,
        limits: &Limits,
        depth: usize,
        leaves: usize,
    ) -> Result<Self, Stop> {
        Self::read_with(text, limits, Start { depth, leaves, names_may_repeat: true })
    }

    /// Reads a whole text of an answer. Members may stand twice: whoever reads the answer reads strings that all went through
    /// their lanes.
    pub(crate) fn read_answer(text: &str, limits: &Limits) -> Result<Self, Stop> {
        Self::read_with(text, limits, Start { depth: 0, leaves: 0, names_may_repeat: true })
    }

    fn read_with(text: &str, limits: &Limits, start: Start) -> Result<Self, Stop> {
        if text.len() > limits.body_bytes_max.min(u32::MAX as usize) {
            return Err(Stop { reason: MalformedReason::TooLarge { max: limits.body_bytes_max }, offset: 0 });
        }
        if text.starts_with('\u{feff}') {
            return Err(Stop { reason: MalformedReason::ByteOrderMark, offset: 0 });
        }
        let tape = Self { nodes: Vec::with_capacity(64 + text.len() / 64), leaves: start.leaves };
        let jiter = Jiter::new(text.as_bytes());
        let names_may_repeat = start.names_may_repeat;
        let mut reader = Reader { text, jiter, tape, limits, names: Vec::new(), names_may_repeat };
        let peek = reader.jiter.peek().map_err(stop)?;
        reader.value(peek, Slot { parent: 0, place: 0 }, start.depth)?;
        reader.jiter.finish().map_err(stop)?;
        Ok(reader.tape)
    }
}

/// What a text starts with.
struct Start {
    depth: usize,
    leaves: usize,
    names_may_repeat: bool,
}

/// Where a value stands: in what, and under which index or name node.
#[derive(Clone, Copy)]
struct Slot {
    parent: u32,
    place: u32,
}

struct Reader<'t, 'l> {
    text: &'t str,
    jiter: Jiter<'t>,
    tape: Tape,
    limits: &'l Limits,
    /// Names of the objects that are open, the innermost last.
    names: Vec<u32>,
    names_may_repeat: bool,
}

impl Reader<'_, '_> {
    /// Reads one value. Recursion ends at `depth_max`.
    fn value(&mut self, peek: Peek, slot: Slot, depth: usize) -> Result<(), Stop> {
        let start = self.jiter.current_index();
        if self.tape.nodes.len() >= self.limits.values_max {
            return Err(Stop {
                reason: MalformedReason::TooManyValues { max: self.limits.values_max },
                offset: start,
            });
        }
        match peek {
            Peek::String => {
                self.count_leaf(start)?;
                let id = self.open(Kind::Text, start, slot);
                self.jiter.known_bytes().map_err(stop)?;
                self.close(id);
            }
            Peek::Object => {
                self.check_depth(depth, start)?;
                let id = self.open(Kind::Object, start, slot);
                self.object(id, depth)?;
                self.close(id);
            }
            Peek::Array => {
                self.check_depth(depth, start)?;
                let id = self.open(Kind::Array, start, slot);
                let mut next = self.jiter.known_array().map_err(stop)?;
                let mut place = 0;
                while let Some(peek) = next {
                    self.value(peek, Slot { parent: id, place }, depth + 1)?;
                    place += 1;
                    next = self.jiter.array_step().map_err(stop)?;
                }
                self.close(id);
            }
            Peek::Null => {
                let id = self.open(Kind::Null, start, slot);
                self.jiter.known_null().map_err(stop)?;
                self.close(id);
            }
            Peek::True | Peek::False => {
                let id = self.open(if peek == Peek::True { Kind::True } else { Kind::False }, start, slot);
                self.jiter.known_bool(peek).map_err(stop)?;
                self.close(id);
            }
            _ => {
                self.count_leaf(start)?;
                let id = self.open(Kind::Number, start, slot);
                self.jiter.known_number_bytes(peek).map_err(stop)?;
                self.close(id);
            }
        }
        Ok(())
    }

    fn object(&mut self, id: u32, depth: usize) -> Result<(), Stop> {
        let outer = self.names.len();
        let mut name = self.jiter.next_object_bytes().map_err(stop)?.map(<[u8]>::len);
        while let Some(len) = name {
            if self.names.len() - outer >= self.limits.members_max {
                let reason = MalformedReason::TooManyMembers { max: self.limits.members_max };
                return Err(Stop { reason, offset: self.jiter.current_index() });
            }
            let name_id = self.name(len, id);
            self.count_leaf(self.jiter.current_index())?;
            self.names.push(name_id);
            let peek = self.jiter.peek().map_err(stop)?;
            self.value(peek, Slot { parent: id, place: name_id }, depth + 1)?;
            name = self.jiter.next_key_bytes().map_err(stop)?.map(<[u8]>::len);
        }
        if !self.names_may_repeat {
            self.check_names(outer)?;
        }
        self.names.truncate(outer);
        Ok(())
    }

    /// Notes a name of `len` bytes that jiter has just read with its colon.
    fn name(&mut self, len: usize, object: u32) -> u32 {
        let behind_colon = self.jiter.current_index();
        let before = self.text.as_bytes().get(..behind_colon.saturating_sub(1)).unwrap_or_default();
        let quote = memchr::memrchr(b'"', before).unwrap_or(0);
        let id = self.open(Kind::Name, quote.saturating_sub(len + 1), Slot { parent: object, place: 0 });
        if let Some(node) = self.tape.nodes.last_mut() {
            node.end = u32::try_from(quote + 1).unwrap_or(u32::MAX);
            node.end_node = id + 1;
        }
        id
    }

    /// Refuses two members of one name among the names from `outer` on. Escaped names are compared by what they say.
    fn check_names(&mut self, outer: usize) -> Result<(), Stop> {
        const FEW: usize = 12;
        let names = self.names.get(outer..).unwrap_or_default();
        let says = |name: u32| decoded(self.tape.content(self.text, NodeId(name)));
        let twice = if names.len() <= FEW {
            names.iter().enumerate().find_map(|(index, &name)| {
                let said = says(name);
                names.iter().take(index).any(|&other| says(other) == said).then_some(name)
            })
        } else {
            let mut sorted: Vec<_> = names.iter().map(|&name| (says(name), name)).collect();
            sorted.sort_unstable();
            sorted.windows(2).find_map(|pair| match pair {
                [(one, _), (other, name)] if one == other => Some(*name),
                _ => None,
            })
        };
        match twice {
            None => Ok(()),
            Some(name) => {
                let offset = self.tape.bytes(NodeId(name)).start;
                Err(Stop { reason: MalformedReason::DuplicateMember, offset })
            }
        }
    }

    fn open(&mut self, kind: Kind, start: usize, slot: Slot) -> u32 {
        // Never more nodes than bytes, and bytes fit: `read` has looked.
        let id = u32::try_from(self.tape.nodes.len()).unwrap_or(u32::MAX);
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let Slot { parent, place } = slot;
        self.tape.nodes.push(Node { kind, start, end: start, end_node: id, parent, place });
        id
    }

    fn close(&mut self, id: u32) {
        let behind = u32::try_from(self.tape.nodes.len()).unwrap_or(u32::MAX);
        let end = u32::try_from(self.jiter.current_index()).unwrap_or(u32::MAX);
        if let Some(node) = self.tape.nodes.get_mut(id as usize) {
            node.end = end;
            node.end_node = behind;
        }
    }

    fn check_depth(&self, depth: usize, offset: usize) -> Result<(), Stop> {
        if depth < self.limits.depth_max {
            return Ok(());
        }
        Err(Stop { reason: MalformedReason::TooDeep { max: self.limits.depth_max }, offset })
    }

    fn count_leaf(&mut self, offset: usize) -> Result<(), Stop> {
        self.tape.leaves += 1;
        if self.tape.leaves <= self.limits.leaves_max {
            return Ok(());
        }
        Err(Stop { reason: MalformedReason::TooManyLeaves { max: self.limits.leaves_max }, offset })
    }
}

/// The one fault of grammar that answers are forgiven, see [`crate::json::halves`].
pub(crate) const HALF_OF_A_PAIR: &str = "an escape is half of a surrogate pair";

/// What jiter stopped at, in words that hold nothing of the text.
fn stop(error: JiterError) -> Stop {
    let words = match &error.error_type {
        JiterErrorType::WrongType { .. } => "a value was expected",
        JiterErrorType::JsonError(kind) => match kind {
            JsonErrorType::EofWhileParsingList => "it ends inside an array",
            JsonErrorType::EofWhileParsingObject => "it ends inside an object",
            JsonErrorType::EofWhileParsingString => "it ends inside a string",
            JsonErrorType::EofWhileParsingValue => "it ends where a value was expected",
            JsonErrorType::ExpectedColon => "a colon was expected",
            JsonErrorType::ExpectedListCommaOrEnd => "a comma or the end of the array was expected",
            JsonErrorType::ExpectedObjectCommaOrEnd => "a comma or the end of the object was expected",
            JsonErrorType::ExpectedSomeIdent | JsonErrorType::ExpectedSomeValue => "a value was expected",
            JsonErrorType::InvalidEscape => "an escape is not valid",
            JsonErrorType::InvalidNumber | JsonErrorType::NumberOutOfRange => "a number is not valid",
            JsonErrorType::InvalidUnicodeCodePoint => "a character is not valid",
            JsonErrorType::ControlCharacterWhileParsingString => "a control character stands in a string",
            JsonErrorType::KeyMustBeAString => "the name of a member must be a string",
            JsonErrorType::LoneLeadingSurrogateInHexEscape | JsonErrorType::UnexpectedEndOfHexEscape => {
                HALF_OF_A_PAIR
            }
            JsonErrorType::TrailingComma => "a comma stands before the end",
            JsonErrorType::TrailingCharacters => "something stands behind its end",
            _ => "its grammar is broken",
        },
    };
    Stop { reason: MalformedReason::Syntax(words), offset: error.index }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> MalformedReason {
        Tape::read(text, &Limits::default()).unwrap_err().reason
    }

    #[test]
    fn every_value_is_where_the_tape_says() {
        let text = r#" {"a" : [1, -2.5e3, "x\u00e9"], "b":{"c":null},"d":true} "#;
        let tape = Tape::read(text, &Limits::default()).unwrap();
        let raws: Vec<_> = (0..tape.nodes.len()).map(|id| tape.raw(text, NodeId(id as u32))).collect();
        assert_eq!(
            raws,
            [
                text.trim(),
                "\"a\"",
                r#"[1, -2.5e3, "x\u00e9"]"#,
                "1",
                "-2.5e3",
                r#""x\u00e9""#,
                "\"b\"",
                r#"{"c":null}"#,
                "\"c\"",
                "null",
                "\"d\"",
                "true"
            ]
        );
        let array = tape.member(text, NodeId::ROOT, "a").unwrap();
        assert_eq!(
            tape.items(array).map(|item| tape.index_of(item)).collect::<Vec<_>>(),
            [Some(0), Some(1), Some(2)]
        );
        assert_eq!(tape.leaves(), 7);
    }

    #[test]
    fn a_member_that_stands_twice_is_refused_however_it_is_written() {
        assert_eq!(refused(r#"{"a":1,"a":2}"#), MalformedReason::DuplicateMember);
        assert_eq!(refused(r#"{"a":1,"\u0061":2}"#), MalformedReason::DuplicateMember);
        let many: Vec<_> = (0..40).map(|n| format!("\"k{n}\":0")).collect();
        assert_eq!(
            refused(&format!("{{{},\"\\u006b7\":1}}", many.join(","))),
            MalformedReason::DuplicateMember
        );
        assert_eq!(refused(r#"[{"x":{"b":1,"b":1}}]"#), MalformedReason::DuplicateMember);
        assert!(Tape::read(r#"{"a":{"a":1},"b":{"a":1}}"#, &Limits::default()).is_ok());
    }

    #[test]
    fn nesting_is_refused_at_the_limit_and_not_by_the_stack() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Tape::read(&deep(128), &Limits::default()).is_ok());
        assert_eq!(refused(&deep(129)), MalformedReason::TooDeep { max: 128 });
        assert_eq!(refused(&deep(100_000)), MalformedReason::TooDeep { max: 128 });
        assert_eq!(refused(&"{\"a\":".repeat(100_000)), MalformedReason::TooDeep { max: 128 });
    }

    #[test]
    fn counts_are_bounded() {
        let limits = Limits { leaves_max: 3, members_max: 1, ..Limits::default() };
        let reason = |text: &str| Tape::read(text, &limits).unwrap_err().reason;
        assert_eq!(reason("[1,2,3,4]"), MalformedReason::TooManyLeaves { max: 3 });
        assert_eq!(reason(r#"{"a":1,"b":2}"#), MalformedReason::TooManyMembers { max: 1 });
        let limits = Limits { values_max: 3, ..Limits::default() };
        let reason = Tape::read("[[],[],[]]", &limits).unwrap_err().reason;
        assert_eq!(reason, MalformedReason::TooManyValues { max: 3 });
        let limits = Limits { body_bytes_max: 4, ..Limits::default() };
        let reason = Tape::read("[1,2,3,4]", &limits).unwrap_err().reason;
        assert_eq!(reason, MalformedReason::TooLarge { max: 4 });
    }

    #[test]
    fn what_is_not_json_is_refused_without_its_text() {
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "NaN",
            "[Infinity]",
            "-Infinity",
            "01",
            "1 2",
            "\"\\x\"",
            "\"a\nb\"",
            "\"\\ud83d\"",
            "\"\\ude89\"",
            "\"\\ud83dx\"",
            "'a'",
            "nul",
            "\u{feff}{}",
            "{\"a\" 1}",
            "[1 2]",
            "+1",
            ".5",
            "1.",
        ] {
            let reason = refused(text);
            assert!(
                matches!(reason, MalformedReason::Syntax(_) | MalformedReason::ByteOrderMark),
                "{text}: {reason:?}"
            );
        }
    }
}
