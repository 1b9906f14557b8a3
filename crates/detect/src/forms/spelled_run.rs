//! One run of words for digits and single characters: where it begins and ends, and how it is usually written.
//!
//! `D E two four` is `DE24`, `+ 4 9 1 5 2` is `+49152`, `1 3 9 - 3 2 4 6` is `139-3246`, `double seven` is `77`,
//! `soixante-dix-huit` is `78`.

mod writing;

use std::borrow::Cow;

use types::ByteSpan;

use super::digit_words;
use crate::edges;
use writing::{trim, written};

/// Longest word read, in bytes; most digits of a group among single ones.
const WORD_BYTES_MAX: usize = 24;
const GROUP_DIGITS_MAX: usize = 4;
/// Most spaces on one side of a sign between two characters.
const SPACES_MAX: usize = 3;

/// A piece of the run that is written in another way.
pub(super) struct Part {
    pub(super) span: ByteSpan,
    pub(super) text: Cow<'static, str>,
}

/// A run.
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) parts: Vec<Part>,
    /// How many words for digits it has.
    pub(super) words: usize,
    singles: usize,
    digits: usize,
    has_at: bool,
    has_signs: bool,
    has_commas: bool,
    /// True when full stops or slashes part the characters, as those of versions and paths.
    pub(super) is_dotted: bool,
    is_piece: bool,
}

impl Run {
    /// True when it is long enough to hide a value.
    pub(super) const fn is_telling(&self) -> bool {
        let atoms = self.words + self.singles;
        !self.is_piece
            && (self.words >= 4
                || (self.words > 0 && atoms >= 7)
                || (self.singles >= 6 && (self.digits > 0 || self.has_at) && !self.has_commas)
                || (self.digits == 0 && self.singles >= 4 && !self.has_signs))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number(u8),
    Times(usize),
    Group,
    Letter(char),
}

#[derive(Debug, Clone, Copy)]
struct Atom {
    kind: Kind,
    span: ByteSpan,
}

/// True for bytes that may stand between the characters of a run.
pub(super) const fn is_mark(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'-' | b'.' | b',' | b'/' | b'_' | b'*' | b'|' | b'@' | b':')
}

/// The word of letters at `at`, if it ends before a digit does.
pub(super) fn word_at(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let is_letter = |c: char| c.is_alphabetic() && !edges::is_unspaced(c);
    let mut end = rest.len();
    for (index, c) in rest.char_indices() {
        if !is_letter(c) {
            end = index;
            (!c.is_ascii_digit()).then_some(())?;
            break;
        }
        (index <= WORD_BYTES_MAX).then_some(())?;
    }
    rest.get(..end).filter(|word| !word.is_empty())
}

fn atom_at(text: &str, at: usize) -> Option<Atom> {
    let first = edges::after(text, at)?;
    let atom = |kind, length| Some(Atom { kind, span: ByteSpan::new(at, at + length) });
    if first.is_ascii_digit() {
        let rest = text.as_bytes().get(at..)?;
        let length = rest.iter().take(GROUP_DIGITS_MAX + 1).take_while(|b| b.is_ascii_digit()).count();
        return (length <= GROUP_DIGITS_MAX && edges::is_word_end(text, at + length))
            .then(|| atom(Kind::Group, length))?;
    }
    if let Some(digit) = digit_words::character(first) {
        return atom(Kind::Number(u8::try_from(digit.to_digit(10)?).ok()?), first.len_utf8());
    }
    let word = word_at(text, at)?;
    if word.len() == 1 {
        return atom(Kind::Letter(first), 1);
    }
    if let Some(value) = digit_words::value(word) {
        return atom(Kind::Number(value), word.len());
    }
    atom(Kind::Times(digit_words::times(word)?), word.len())
}

/// What stands between two atoms: where it ends, its sign, whether it has spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gap {
    end: usize,
    sign: Option<u8>,
    spaces: usize,
}

fn gap_at(text: &str, at: usize) -> Option<Gap> {
    let spaces = |at: usize| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        rest.iter().take(SPACES_MAX).take_while(|b| matches!(b, b' ' | b'\t')).count()
    };
    let before = spaces(at);
    let byte = edges::byte(text, at + before);
    if !is_mark(byte) {
        return (before > 0).then_some(Gap { end: at + before, sign: None, spaces: before });
    }
    let after = spaces(at + before + 1);
    // A full stop with a space behind it ends a sentence.
    (byte != b'.' || before > 0 || after == 0).then_some(())?;
    Some(Gap { end: at + before + 1 + after, sign: Some(byte), spaces: before + after })
}

/// The run around `place`, not before `from`, and where what was read for it ends.
pub(super) fn run_at(text: &str, place: usize, from: usize) -> (usize, Option<Run>) {
    let mut first = place;
    while let Some(before) = atom_before(text, first, from) {
        first = before;
    }
    let mut atoms = Vec::new();
    let mut gaps: Vec<Gap> = Vec::new();
    let mut at = first;
    while let Some(atom) = atom_at(text, at) {
        at = atom.span.end;
        let is_character = is_character(text, atom.span.start);
        atoms.push(atom);
        let next_is_character = is_character && is_character_or_digit(text, at);
        match gap_at(text, at) {
            Some(gap) => gaps.push(gap),
            None if next_is_character || self::is_character(text, at) => {
                gaps.push(Gap { end: at, sign: None, spaces: 0 })
            }
            None => break,
        }
        at = gaps.last().map_or(at, |gap| gap.end);
        // Joined by `y`, `et`, `und`: treinta y uno.
        if let Some(word) = word_at(text, at)
            && matches!(word, "y" | "et" | "und" | "and" | "e")
            && matches!(atom.kind, Kind::Number(20..))
            && let Some(gap) = gap_at(text, at + word.len())
            && matches!(atom_at(text, gap.end), Some(Atom { kind: Kind::Number(1..20), .. }))
            && let Some(last) = gaps.last_mut()
        {
            *last = gap;
            at = gap.end;
        }
    }
    let end = atoms.last().map_or(place, |atom| atom.span.end);
    trim(text, &mut atoms, &mut gaps);
    (end, written(text, &atoms, &gaps))
}

fn is_character(text: &str, at: usize) -> bool {
    edges::after(text, at).and_then(digit_words::character).is_some()
}

fn is_character_or_digit(text: &str, at: usize) -> bool {
    is_character(text, at) || edges::byte(text, at).is_ascii_digit()
}

/// Where the atom before `at` begins.
fn atom_before(text: &str, at: usize, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let before = bytes.get(from..at)?;
    if let Some(c) = edges::before(text, at)
        && digit_words::character(c).is_some()
    {
        return Some(at - c.len_utf8());
    }
    let marks = before.iter().rev().take(2 * SPACES_MAX + 1).take_while(|b| is_mark(**b)).count();
    let end = at - marks;
    if marks == 0 || gap_at(text, end)?.end != at {
        return None;
    }
    let word = text.get(from..end)?;
    let is_part = |c: char| c.is_alphanumeric() && !edges::is_unspaced(c);
    let mut start = end;
    for c in word.chars().rev() {
        if !is_part(c) || end - start > WORD_BYTES_MAX {
            break;
        }
        start -= c.len_utf8();
    }
    if start == end {
        let c = edges::before(text, end)?;
        digit_words::character(c)?;
        start = end - c.len_utf8();
    }
    (start >= from && atom_at(text, start)?.span.end == end).then_some(start)
}
