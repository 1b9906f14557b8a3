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
        let mut rest = rest.iter().map(|unit| unit.character);
        let undecided = ended.then_some(true);
        let (joins, goes_on): (fn(char) -> bool, fn(char) -> bool) = match self {
            Self::Word | Self::DenseName => return Some(true),
            Self::Mail => (|c| matches!(c, '.' | '-' | '@'), |c| c.is_ascii_alphanumeric() || c == '_'),
            Self::Number => (|_| false, |c| c.is_ascii_alphanumeric()),
            Self::Ip4 => (|c| c == '.', |c| c.is_ascii_digit()),
            Self::Ip6 => (|c| c == ':', |c| c.is_ascii_hexdigit()),
            Self::Name => (|c| c == 's', |c| is_latin_letter(c) || c.is_ascii_digit()),
        };
        let Some(next) = rest.next() else { return undecided };
        if joins(next) {
            return rest.next().map_or(undecided, |second| Some(!goes_on(second)));
        }
        Some(!(goes_on(next) || next.is_ascii_alphanumeric()))
    }
}
