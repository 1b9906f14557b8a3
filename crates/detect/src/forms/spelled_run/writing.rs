//! How a run is usually written: digits for words, no gaps, signs where they part groups.

use std::borrow::Cow;

use types::ByteSpan;

use super::{Atom, Gap, Kind, Part, Run, SPACES_MAX, is_character, is_mark};
use crate::edges;

/// Leaves out what belongs to the sentence: a lower-case letter that is a word, a number of several digits beside single ones.
pub(super) fn trim(text: &str, atoms: &mut Vec<Atom>, gaps: &mut Vec<Gap>) {
    gaps.truncate(atoms.len().saturating_sub(1));
    let has_digits = atoms.iter().any(|atom| !matches!(atom.kind, Kind::Letter(_)));
    let small =
        atoms.iter().filter(|atom| matches!(atom.kind, Kind::Letter(c) if c.is_ascii_lowercase())).count();
    let has_at = gaps.iter().any(|gap| gap.sign == Some(b'@'));
    let is_foreign = |atom: &Atom, has_plus: bool| match atom.kind {
        Kind::Letter(c) => c.is_ascii_lowercase() && has_digits && small < 3 && !has_at,
        Kind::Group => atom.span.len() > 1 && !has_plus,
        Kind::Times(_) => true,
        Kind::Number(_) => false,
    };
    let lead = atoms
        .iter()
        .take_while(|atom| {
            !matches!(atom.kind, Kind::Times(_))
                && is_foreign(atom, plus_before(text, atom.span.start).is_some())
        })
        .count();
    atoms.drain(..lead);
    gaps.drain(..lead.min(gaps.len()));
    while atoms.last().is_some_and(|atom| is_foreign(atom, false)) && !atoms.is_empty() {
        atoms.pop();
    }
    gaps.truncate(atoms.len().saturating_sub(1));
}

/// Where the plus before a number begins: `+ 4 9` and `plus four nine`.
fn plus_before(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?.trim_end_matches(' ');
    if at - before.len() > SPACES_MAX {
        return None;
    }
    if before.ends_with('+') {
        return Some(before.len() - 1);
    }
    let start = before.len().checked_sub(4)?;
    let is_word = before.get(start..).is_some_and(|word| word.eq_ignore_ascii_case("plus"));
    (is_word && before.len() < at && edges::is_word_start(text, start)).then_some(start)
}

pub(super) fn written(text: &str, atoms: &[Atom], gaps: &[Gap]) -> Option<Run> {
    let (first, last) = (atoms.first()?, atoms.last()?);
    let (mut start, end) = (first.span.start, last.span.end);
    let mut parts = Vec::new();
    let (mut words, mut singles, mut digits) = (0, 0, 0);
    let sign = gaps.first().filter(|gap| gap.spaces == 0).and_then(|gap| gap.sign);
    let is_uniform = sign.is_some() && gaps.iter().all(|gap| gap.sign == sign && gap.spaces == 0);
    let is_letters = atoms.iter().all(|atom| matches!(atom.kind, Kind::Letter(_)));
    let has_at = gaps.iter().any(|gap| gap.sign == Some(b'@'));
    let has_wide = gaps.iter().any(|gap| gap.spaces > 1 && gap.sign.is_none());
    if let Some(plus) = plus_before(text, start).filter(|_| !is_letters) {
        let is_word = text.get(plus..start).is_some_and(|plus| !plus.starts_with('+'));
        let from = if is_word { plus } else { plus + 1 };
        let plus_text = if is_word { "+" } else { "" };
        parts.push(Part { span: ByteSpan::new(from, start), text: Cow::Borrowed(plus_text) });
        start = plus;
    }
    let mut index = 0;
    while let Some(atom) = atoms.get(index) {
        let mut used = 1;
        match atom.kind {
            Kind::Number(value) => {
                let (value, more) =
                    combined(text, value, atoms.get(index..)?, gaps.get(index..).unwrap_or_default());
                used = more;
                words += 1;
                digits += 1;
                parts.push(Part { span: covering(atoms, index, used)?, text: Cow::Owned(value.to_string()) });
            }
            Kind::Times(count) => {
                used = 2;
                let digit = match atoms.get(index + 1).map(|next| (next.kind, next.span)) {
                    Some((Kind::Number(value @ 0..10), _)) => value.to_string(),
                    Some((Kind::Group, span)) if span.len() == 1 => span.of(text)?.to_owned(),
                    _ => return None,
                };
                words += 1;
                digits += count;
                parts.push(Part { span: covering(atoms, index, 2)?, text: Cow::Owned(digit.repeat(count)) });
            }
            Kind::Group => {
                singles += usize::from(atom.span.len() == 1);
                digits += atom.span.len();
            }
            Kind::Letter(_) => singles += 1,
        }
        index += used;
        let (Some(gap), Some(next)) = (gaps.get(index - 1), atoms.get(index)) else { break };
        let from = atoms.get(index - 1)?.span.end;
        let hump = matches!((atoms.get(index - 1)?.kind, next.kind), (Kind::Letter(a), Kind::Letter(b)) if a.is_lowercase() && b.is_uppercase());
        let kept = match gap.sign {
            Some(sign @ (b'-' | b'.' | b'/' | b'_' | b'@' | b':')) if !is_uniform => signs(sign),
            None if is_letters && !has_at && (gap.spaces > 1 || (hump && !has_wide)) => " ",
            _ => "",
        };
        if from < next.span.start {
            parts.push(Part { span: ByteSpan::new(from, next.span.start), text: Cow::Borrowed(kept) });
        }
    }
    let is_counting = is_counting(text, atoms);
    let is_dotted = is_uniform && matches!(sign, Some(b'.' | b'/'));
    let is_piece =
        is_counting || is_uniform && (is_joined_before(text, start) || is_joined_behind(text, end));
    let has_signs = gaps.iter().any(|gap| gap.sign.is_some());
    let has_commas = gaps.iter().any(|gap| matches!(gap.sign, Some(b',' | b':')));
    Some(Run {
        start,
        end,
        parts,
        words,
        singles,
        digits,
        has_at,
        has_signs,
        has_commas,
        is_dotted,
        is_piece,
    })
}

/// True for numbers that follow one another: a list of them, not a value.
fn is_counting(text: &str, atoms: &[Atom]) -> bool {
    let number = |atom: &Atom| match atom.kind {
        Kind::Number(value) => Some(i32::from(value)),
        Kind::Group => atom.span.of(text)?.parse().ok(),
        _ => None,
    };
    let steps = atoms.windows(2).filter(|pair| match pair {
        [a, b] => number(a).zip(number(b)).is_some_and(|(a, b)| (b - a).abs() == 1),
        _ => false,
    });
    atoms.len() > 4 && steps.count() * 5 >= (atoms.len() - 1) * 4
}

fn covering(atoms: &[Atom], index: usize, used: usize) -> Option<ByteSpan> {
    Some(ByteSpan::new(atoms.get(index)?.span.start, atoms.get(index + used - 1)?.span.end))
}

const fn signs(sign: u8) -> &'static str {
    match sign {
        b'-' => "-",
        b'.' => ".",
        b'/' => "/",
        b'_' => "_",
        b'@' => "@",
        _ => ":",
    }
}

/// The number that begins with this one, and how many atoms it takes: twenty-one, quatre-vingt-dix-huit.
fn combined(text: &str, first: u8, atoms: &[Atom], gaps: &[Gap]) -> (u8, usize) {
    let number = |index: usize| match atoms.get(index)?.kind {
        Kind::Number(value) => Some(value),
        _ => None,
    };
    let joins = |index: usize| gaps.get(index).is_some_and(|gap| matches!(gap.sign, None | Some(b'-')));
    let word = |index: usize| atoms.get(index).and_then(|atom| atom.span.of(text)).unwrap_or_default();
    let (mut value, mut used) = (first, 1);
    if first == 4
        && word(0).eq_ignore_ascii_case("quatre")
        && word(1).to_ascii_lowercase().starts_with("vingt")
        && joins(0)
    {
        (value, used) = (80, 2);
    }
    if value < 20
        || value % 10 != 0
        || !joins(used - 1)
        || is_character(text, atoms.first().map_or(0, |atom| atom.span.start))
    {
        return (value, used);
    }
    let Some(next) = number(used) else { return (value, used) };
    let is_french = word(0).eq_ignore_ascii_case("soixante") || used == 2;
    match next {
        1..10 => (value + next, used + 1),
        10 if is_french && joins(used) && matches!(number(used + 1), Some(7..10)) => {
            (value + 10 + number(used + 1).unwrap_or(0), used + 2)
        }
        10..20 if is_french => (value + next, used + 1),
        _ => (value, used),
    }
}

fn is_joined_before(text: &str, at: usize) -> bool {
    is_mark(edges::byte(text, at.wrapping_sub(1)))
        && edges::byte(text, at.wrapping_sub(1)) != b' '
        && edges::byte(text, at.wrapping_sub(2)).is_ascii_alphanumeric()
}

fn is_joined_behind(text: &str, at: usize) -> bool {
    is_mark(edges::byte(text, at))
        && edges::byte(text, at) != b' '
        && edges::byte(text, at + 1).is_ascii_alphanumeric()
}
