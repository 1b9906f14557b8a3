//! The spellings of class-preserving surrogates: as they were given, in any ASCII case.
//!
//! They are kept sorted by their folded text. None begins another, so the one with which a text begins can only be the
//! last of those that do not sort after the text.

use std::cmp::Ordering;

use super::{Look, Shape, Unit};
use crate::class::names::is_latin_letter;

/// A class-preserving surrogate. Sorts by its folded text.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exact {
    folded: String,
    entry: usize,
    shape: Shape,
}

impl Exact {
    pub(super) fn new(surrogate: &str, shape: Shape, entry: usize) -> Self {
        Self { folded: surrogate.to_ascii_lowercase(), entry, shape }
    }

    /// How many characters of the text this surrogate takes, if the text begins with it.
    fn length_at_start_of(&self, mut text: impl Iterator<Item = char>) -> Option<usize> {
        self.folded
            .chars()
            .all(|character| text.next() == Some(character))
            .then(|| self.folded.chars().count())
    }
}

/// The entry whose surrogate is this text, in any case.
pub(super) fn entry_of(sorted: &[Exact], text: &str) -> Option<usize> {
    let folded = text.to_ascii_lowercase();
    let place = sorted.binary_search_by(|known| known.folded.as_str().cmp(&folded)).ok()?;
    sorted.get(place).map(|known| known.entry)
}

/// What stands at the beginning of `units`, after the character `last`.
pub(super) fn look(sorted: &[Exact], units: &[Unit], last: Option<char>, ended: bool) -> Look {
    let text = || units.iter().map(|unit| unit.character.to_ascii_lowercase());
    let after = sorted.partition_point(|known| known.folded.chars().cmp(text()) != Ordering::Greater);
    let before = after.checked_sub(1).and_then(|before| sorted.get(before));
    if let Some((known, length)) = before.and_then(|known| Some((known, known.length_at_start_of(text())?))) {
        if !known.shape.may_follow(last) {
            return Look::No;
        }
        return match known.shape.ends_before(units.get(length..).unwrap_or_default(), ended) {
            Some(true) => Look::Found { entry: known.entry, units: length },
            Some(false) => Look::No,
            None => Look::More,
        };
    }
    let may_become = sorted.get(after).is_some_and(|next| {
        let mut rest = next.folded.chars();
        text().all(|character| rest.next() == Some(character))
    });
    if may_become && !ended { Look::More } else { Look::No }
}

impl Shape {
    /// Whether such a value may begin after this character. That it is no letter or digit is known already.
    fn may_follow(self, last: Option<char>) -> bool {
        match self {
            Self::Mail => !matches!(last, Some('.' | '%' | '+' | '-')),
            Self::Ip4 => last != Some('.'),
            Self::Number => last != Some('+'),
            Self::Name => !last.is_some_and(is_latin_letter),
            Self::Word | Self::Ip6 | Self::DenseName => true,
        }
    }

    /// Whether such a value may end before `rest`; `None` where more text decides.
    fn ends_before(self, rest: &[Unit], ended: bool) -> Option<bool> {
        if matches!(self, Self::Word | Self::DenseName) {
            return Some(true);
        }
        let mut rest = rest.iter().map(|unit| unit.character);
        let Some(next) = rest.next() else { return ended.then_some(true) };
        if !self.is_joint(next) {
            return Some(!self.goes_on_with(next));
        }
        match rest.next() {
            Some(second) => Some(!self.goes_on_with(second)),
            None => ended.then_some(true),
        }
    }

    /// True for characters behind which such a value may go on.
    const fn is_joint(self, character: char) -> bool {
        match self {
            Self::Mail => matches!(character, '.' | '-' | '@'),
            Self::Ip4 => character == '.',
            Self::Ip6 => character == ':',
            // The suffix of a plural or genitive ends a name; another letter after it does not.
            Self::Name => character == 's',
            Self::Word | Self::Number | Self::DenseName => false,
        }
    }

    /// True for characters that make such a value longer.
    const fn goes_on_with(self, character: char) -> bool {
        character.is_ascii_alphanumeric()
            || match self {
                Self::Mail => character == '_',
                Self::Name => is_latin_letter(character),
                Self::Word | Self::Number | Self::Ip4 | Self::Ip6 | Self::DenseName => false,
            }
    }
}
