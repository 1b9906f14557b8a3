//! The spellings of surrogates in word form.
//!
//! Tolerated: any case; the underscore escaped, dropped, or turned to a blank or hyphen; invisible characters inside; a
//! suffix in small letters (plural, possessive). No spelling is ambiguous: a veil gives no surrogate that, folded, begins
//! another one or is a word of the caller, and every code holds a letter and a digit.

use super::{Look, Unit};
use crate::code::{LENGTH_MAX, is_code_byte};
use crate::normal::is_invisible;

/// How many invisible characters a spelling may hold.
const INVISIBLE_MAX: usize = 4;
/// How many backslashes may escape the underscore.
const ESCAPES_MAX: usize = 4;

/// A word and its codes.
pub(super) struct Word {
    word: String,
    /// Sorted.
    codes: Vec<Known>,
}

/// A code, and the entry that it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    code: Code,
    entry: usize,
}

/// A code or what may become one, filled up with zeros, so that arrays sort as codes do.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Code {
    bytes: [u8; LENGTH_MAX],
    length: usize,
}

/// Whether a surrogate stands at a place. In this order the maximum of several answers is the answer for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stands {
    /// None does.
    Not,
    /// The text ends within one.
    Partly,
    /// One does.
    Whole,
}

impl Word {
    pub(super) fn new(word: &str, codes: Vec<(&str, usize)>) -> Self {
        let mut codes: Vec<Known> =
            codes.into_iter().map(|(code, entry)| Known { code: Code::of(code.chars()), entry }).collect();
        codes.sort_unstable();
        Self { word: word.to_owned(), codes }
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.word == word
    }

    pub(super) fn begins_with(&self, character: char) -> bool {
        self.word.starts_with(character.to_ascii_uppercase())
    }

    pub(super) fn entry_of(&self, code: &str) -> Option<usize> {
        let known = self.code_at_start_of(Code::of(code.chars()))?;
        (known.code.length == code.len()).then_some(known.entry)
    }

    /// What stands at the beginning of `units`. `follows` tells whether another surrogate stands at a place.
    pub(super) fn look(&self, units: &[Unit], follows: impl Fn(&[Unit]) -> Stands, ended: bool) -> Look {
        let mut cursor = Cursor { units, at: 0, invisible: 0 };
        for letter in self.word.chars() {
            match cursor.next() {
                None => return Look::More,
                Some(character) if character.to_ascii_uppercase() == letter => {}
                Some(_) => return Look::No,
            }
        }
        match cursor.pass_separator() {
            Some(true) => {}
            Some(false) => return Look::No,
            None => return Look::More,
        }
        let spelled = cursor.code();
        let Some(Known { code, entry }) = self.code_at_start_of(spelled.folded) else {
            let may_become = spelled.reaches_end && self.has_code_starting_with(spelled.folded);
            return if may_become { Look::More } else { Look::No };
        };
        let Some(end) = code.length.checked_sub(1).and_then(|last| spelled.ends.get(last)).copied() else {
            return Look::No;
        };
        let is_lower =
            units.iter().take(end).skip(spelled.start).any(|unit| unit.character.is_ascii_lowercase());
        match ends_before(units.get(end..).unwrap_or_default(), is_lower, follows, ended) {
            Some(true) => Look::Found { entry, units: end },
            Some(false) => Look::No,
            None => Look::More,
        }
    }

    /// Whether one of the surrogates, spelled as it was given, stands at the beginning of `units`.
    pub(super) fn stands_at(&self, units: &[Unit]) -> Stands {
        let mut rest = units.iter().map(|unit| unit.character);
        for letter in self.word.chars().chain(['_']) {
            match rest.next() {
                None => return Stands::Partly,
                Some(character) if character == letter => {}
                Some(_) => return Stands::Not,
            }
        }
        let code = Code::of(rest.take_while(|c| u8::try_from(*c).is_ok_and(is_code_byte)));
        let reaches_end = units.len() == self.word.len() + 1 + code.length;
        if self.code_at_start_of(code).is_some() {
            Stands::Whole
        } else if reaches_end && self.has_code_starting_with(code) {
            Stands::Partly
        } else {
            Stands::Not
        }
    }

    /// The code with which this text begins. There is at most one: no code begins another, so it can only be the last of
    /// those that do not sort after the text.
    fn code_at_start_of(&self, text: Code) -> Option<Known> {
        let after = self.codes.partition_point(|known| known.code <= text);
        let known = self.codes.get(after.checked_sub(1)?)?;
        text.begins_with(known.code).then_some(*known)
    }

    fn has_code_starting_with(&self, text: Code) -> bool {
        let after = self.codes.partition_point(|known| known.code < text);
        self.codes.get(after).is_some_and(|known| known.code.begins_with(text))
    }
}

impl Code {
    /// The first characters of a text; all of them belong to codes.
    fn of(characters: impl Iterator<Item = char>) -> Self {
        let mut code = Self::default();
        for character in characters.take(LENGTH_MAX) {
            code.push(character);
        }
        code
    }

    /// Appends a character; beyond the longest code nothing.
    fn push(&mut self, character: char) {
        if let (Some(place), Ok(byte)) = (self.bytes.get_mut(self.length), u8::try_from(character)) {
            *place = byte.to_ascii_uppercase();
            self.length += 1;
        }
    }

    fn begins_with(self, start: Self) -> bool {
        self.bytes.get(..start.length) == start.bytes.get(..start.length)
    }
}

/// Whether a surrogate may end before `rest`; `None` where more text decides.
fn ends_before(
    rest: &[Unit],
    is_lower: bool,
    follows: impl Fn(&[Unit]) -> Stands,
    ended: bool,
) -> Option<bool> {
    let Some(next) = rest.first() else { return ended.then_some(true) };
    match u8::try_from(next.character) {
        Ok(byte) if byte.is_ascii_digit() => Some(false),
        // A longer code, unless another surrogate follows without a gap.
        Ok(byte) if is_code_byte(byte) => match follows(rest) {
            Stands::Whole => Some(true),
            Stands::Partly if !ended => None,
            Stands::Partly | Stands::Not => Some(false),
        },
        Ok(byte) if is_lower && is_code_byte(byte.to_ascii_uppercase()) => Some(false),
        _ => Some(true),
    }
}

/// Reads characters and passes over invisible ones between them.
struct Cursor<'u> {
    units: &'u [Unit],
    at: usize,
    invisible: usize,
}

/// Characters that may belong to a code.
struct Spelled {
    /// In upper case.
    folded: Code,
    /// For each character how many units were read with it.
    ends: [usize; LENGTH_MAX],
    /// How many units were read before the first.
    start: usize,
    /// True when the text ends here, so that more could follow.
    reaches_end: bool,
}

impl Cursor<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    fn peek(&mut self) -> Option<char> {
        loop {
            let character = self.units.get(self.at)?.character;
            if self.at == 0 || self.invisible == INVISIBLE_MAX || !is_invisible(character) {
                return Some(character);
            }
            self.at += 1;
            self.invisible += 1;
        }
    }

    /// Passes over what stands between word and code, which may be nothing; `None` where the text ends within.
    fn pass_separator(&mut self) -> Option<bool> {
        let mut escapes = 0;
        loop {
            match self.peek()? {
                '\\' if escapes < ESCAPES_MAX => escapes += 1,
                '_' => break,
                ' ' | '-' | '\u{a0}' | '\u{202f}' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '\u{ff3f}'
                    if escapes == 0 =>
                {
                    break;
                }
                character => return Some(escapes == 0 && is_code(character)),
            }
            self.at += 1;
        }
        self.at += 1;
        Some(true)
    }

    fn code(mut self) -> Spelled {
        let mut folded = Code::default();
        let mut ends = [0; LENGTH_MAX];
        let start = self.at;
        for end in &mut ends {
            match self.peek() {
                Some(character) if is_code(character) => folded.push(character),
                other => return Spelled { folded, ends, start, reaches_end: other.is_none() },
            }
            self.at += 1;
            *end = self.at;
        }
        Spelled { folded, ends, start, reaches_end: false }
    }
}

fn is_code(character: char) -> bool {
    u8::try_from(character).is_ok_and(|byte| is_code_byte(byte.to_ascii_uppercase()))
}
