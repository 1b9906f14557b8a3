//! E-mail addresses whose signs are written in another way: `joe [at] x [dot] org`, `joe at x dot org`, `joe @ x . org`,
//! `joe arroba x punto org`, `joe小老鼠x点org`. And IP addresses whose dots reports write in brackets, so that nobody clicks on
//! them: `203[.]0[.]113[.]44`.
//!
//! Promises: words that are ordinary in prose (`at`, `point`) count only where all around them has the shape of an address;
//! the signs alone are changed, so that the address is covered from its first letter to its last.

mod places;
mod words;

use types::ByteSpan;

use super::build::{FormBuilder, Trust};
use crate::edges;
use places::places;
use words::Strength::{self, Sign, Strong, Word};
use words::{ATS, COMMON_WORDS, COUNTRIES, DOTS, ENDINGS, LOCAL_SIGNS, MAIL_WORDS};

const KIND: &str = "address words";

/// Longest local part and label, as in `scan::email`, and most labels.
const LOCAL_BYTES_MAX: usize = 64;
const LABEL_BYTES_MAX: usize = 63;
const LABELS_MAX: usize = 8;
/// How far before a dot its at may stand.
const AT_BYTES_MAX: usize = 80;

/// Writes the signs as signs.
pub(super) fn undo(form: &mut FormBuilder<'_>) {
    let text = form.text();
    let mut resume = 0;
    for place in places(text) {
        if place < resume {
            continue;
        }
        if let Some(dot) = dot_between_digits(text, place) {
            if form.is_new(dot) {
                form.change(dot, ".", KIND, Trust::Any);
            }
            resume = dot.end;
            continue;
        }
        let Some(at) = at_near(text, place, resume) else { continue };
        let Some(address) = address_around(text, at, resume) else { continue };
        resume = address.span.end;
        if !address.signs.is_empty() && form.is_new(address.span) {
            for (span, sign) in &address.signs {
                form.change(*span, sign, KIND, Trust::Any);
            }
        }
    }
}

/// A dot in brackets at `place` between two digits, with the spaces around it.
fn dot_between_digits(text: &str, place: usize) -> Option<ByteSpan> {
    let start = place + usize::from(edges::byte(text, place) == b' ');
    let rest = text.get(start..)?;
    let dot = ["[.]", "(.)", "{.}", "[dot]", "(dot)"].iter().find(|dot| rest.starts_with(**dot))?;
    let end = skip_spaces(text, start + dot.len(), false);
    let start = start - spaces_before(text, start, false);
    let is_digit = |at: usize| edges::byte(text, at).is_ascii_digit();
    (is_digit(start.wrapping_sub(1)) && is_digit(end)).then(|| ByteSpan::new(start, end))
}

#[derive(Debug, Clone, Copy)]
struct At {
    start: usize,
    end: usize,
    strength: Strength,
}

/// The at at `place`, or before the dot that is there.
fn at_near(text: &str, place: usize, from: usize) -> Option<At> {
    let start = place + usize::from(edges::byte(text, place) == b' ');
    let rest = text.get(start..)?;
    let first = edges::byte(text, start);
    let is_here = |known: &str| {
        let leads = known
            .bytes()
            .next()
            .is_some_and(|b| b.eq_ignore_ascii_case(&first) || (b >= 0x80 && first >= 0x80));
        if !leads {
            return false;
        }
        let mut written = rest.chars();
        known.chars().all(|c| written.next().is_some_and(|w| w == c || w.to_lowercase().eq([c])))
    };
    if let Some((known, strength)) =
        ATS.iter().filter(|(known, _)| is_here(known)).max_by_key(|(known, _)| known.len())
        && (*strength != Word || !known.starts_with(char::is_alphabetic) || edges::byte(text, place) == b' ')
    {
        let length: usize = rest.chars().take(known.chars().count()).map(char::len_utf8).sum();
        return Some(At { start, end: start + length, strength: *strength });
    }
    let from = edges::floor(text, start.saturating_sub(AT_BYTES_MAX)).max(from);
    let before = text.get(from..start)?;
    let before = before.rsplit(['\n', '"']).next()?;
    let from = start - before.len();
    if let Some(sign) = before.rfind('@') {
        return Some(At { start: from + sign, end: from + sign + 1, strength: Sign });
    }
    let words = [" at ", " AT ", " At ", " ät ", " chez "];
    let (at, word) = words.iter().filter_map(|word| Some((before.rfind(word)?, word))).max()?;
    let start = from + at + 1;
    Some(At { start, end: start + word.trim().len(), strength: Word })
}

struct Address {
    span: ByteSpan,
    signs: Vec<(ByteSpan, &'static str)>,
}

fn address_around(text: &str, mut at: At, from: usize) -> Option<Address> {
    if at.strength == Sign {
        // Emphasis around the sign.
        let is_mark = |b: &u8| matches!(b, b'*' | b'`');
        let before =
            text.as_bytes().get(from..at.start)?.iter().rev().take(3).take_while(|b| is_mark(b)).count();
        let behind = text.as_bytes().get(at.end..)?.iter().take(3).take_while(|b| is_mark(b)).count();
        if before > 0 && behind > 0 {
            at = At { start: at.start - before, end: at.end + behind, strength: Strong };
        }
    }
    let gap_end = skip_spaces(text, at.end, at.strength == Sign);
    let (end, dots, weakest_dot, ending) = domain_from(text, gap_end)?;
    let gap_start = at.start - spaces_before(text, at.start, at.strength == Sign);
    let (start, local_signs) = local_before(text, gap_start, from)?;
    let local = text.get(start..gap_start)?;
    let lower = ending.to_lowercase();
    let is_country = COUNTRIES.split(' ').any(|known| known == lower);
    let is_word = COMMON_WORDS.contains(&lower.as_str());
    let is_ending = ENDINGS.contains(&lower.as_str()) || is_country || is_word;
    let is_told = local.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '+' | '-'))
        && local.starts_with(char::is_alphabetic)
        || has_mail_word(text, start);
    let (is_spaced_before, is_spaced_behind) = (gap_start < at.start, gap_end > at.end);
    let holds = match (at.strength, weakest_dot) {
        (Word, Sign) => is_ending && is_told,
        (Word, Word) if is_word => {
            is_told && (local.contains(|c: char| c.is_ascii_digit()) || has_mail_word(text, start))
        }
        (Word, Word) => is_ending,
        (Word, Strong) => is_ending,
        (Sign, Sign) if is_spaced_before && is_spaced_behind => is_ending,
        (Sign, Sign) if is_spaced_before || is_spaced_behind => is_ending && is_told,
        (Sign, Sign) => false,
        (_, Word) => is_ending || is_told,
        _ => true,
    };
    if !holds {
        return None;
    }
    let mut signs: Vec<(ByteSpan, &'static str)> = local_signs;
    if gap_start < at.start || gap_end > at.end || at.strength != Sign {
        signs.push((ByteSpan::new(gap_start, gap_end), "@"));
    }
    signs.extend(dots.into_iter().map(|span| (span, ".")));
    signs.sort_by_key(|(span, _)| span.start);
    Some(Address { span: ByteSpan::new(start, end), signs })
}

/// Spaces, or the end of a line with the indentation of the next.
fn skip_spaces(text: &str, at: usize, over_line: bool) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let spaces = rest.iter().take(2).take_while(|b| **b == b' ').count();
    let line = rest.iter().take(2).take_while(|b| matches!(b, b'\r' | b'\n')).count();
    if line > 0 && over_line {
        return at
            + line
            + rest
                .get(line..)
                .unwrap_or_default()
                .iter()
                .take(8)
                .take_while(|b| matches!(b, b' ' | b'\t' | b'>'))
                .count();
    }
    at + spaces
}

fn spaces_before(text: &str, at: usize, over_line: bool) -> usize {
    let before = text.as_bytes().get(at.saturating_sub(2)..at).unwrap_or_default();
    match before {
        [.., b'\n'] if over_line => 1 + usize::from(before == b"\r\n"),
        _ => before.iter().rev().take_while(|b| **b == b' ').count(),
    }
}

/// The sign at `at`, with spaces around it: its end and how much it tells.
fn sign_at(text: &str, at: usize, signs: &[(&str, Strength)]) -> Option<(usize, Strength)> {
    let start = at + text.as_bytes().get(at..)?.iter().take(2).take_while(|b| **b == b' ').count();
    let rest = text.get(start..)?;
    // What a sign begins with: most domains end before anything else.
    let may_begin = |b: u8| b >= 0x80 || b"._-<[({".contains(&b) || b"dpkDPK".contains(&b);
    if !rest.bytes().next().is_some_and(may_begin) {
        return None;
    }
    signs.iter().find_map(|(known, strength)| {
        let mut length = known.len();
        let written = rest.get(..length).or_else(|| {
            length = 0;
            None
        })?;
        is_same_or_equal(known, written).then_some(())?;
        let end = start + length;
        let spaces = text.as_bytes().get(end..)?.iter().take(2).take_while(|b| **b == b' ').count();
        let stands_alone = match strength {
            // A full stop with a space on one side only ends a sentence.
            Sign => (start > at) == (spaces > 0),
            Strong => true,
            Word => start > at && spaces > 0,
        };
        stands_alone.then_some((end + spaces, *strength))
    })
}

fn is_same_or_equal(known: &str, written: &str) -> bool {
    known == written || (known.len() > 1 && known.eq_ignore_ascii_case(written))
}

const fn is_label_start(c: char) -> bool {
    c.is_ascii_alphanumeric() || c as u32 >= 0xC0
}

type Domain<'t> = (usize, Vec<ByteSpan>, Strength, &'t str);

/// The domain from `at` on: its end, the dots that are written differently, the weakest of them, the last label.
fn domain_from(text: &str, at: usize) -> Option<Domain<'_>> {
    let mut dots = Vec::new();
    let mut weakest = Sign;
    let mut label_start = at;
    let mut best = None;
    for count in 0..LABELS_MAX {
        let rest = text.get(label_start..)?;
        let is_part = |c: char| (c.is_alphanumeric() && !edges::is_unspaced(c)) || c == '-';
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let label = rest.get(..length)?;
        if label.is_empty() || label.len() > LABEL_BYTES_MAX || !label.starts_with(is_label_start) {
            break;
        }
        let end = label_start + length;
        let letters = label.chars().all(char::is_alphabetic) && (2..=24).contains(&length);
        if count > 0 && letters {
            best = Some((end, dots.len(), label));
        }
        let Some((next, strength)) = sign_at(text, end, DOTS) else { break };
        if next == end + 1 && strength == Sign {
            label_start = next;
            continue;
        }
        weakest = match (weakest, strength) {
            (Word, _) | (_, Word) => Word,
            (Strong, _) | (_, Strong) => Strong,
            _ => Sign,
        };
        dots.push(ByteSpan::new(end, next));
        label_start = next;
    }
    let (end, count, label) = best?;
    dots.truncate(count);
    if dots.is_empty() {
        weakest = Sign;
    }
    Some((end, dots, weakest, label))
}

type Local = (usize, Vec<(ByteSpan, &'static str)>);

/// The local part that ends at `end`: where it begins, and the signs in it that are written differently.
fn local_before(text: &str, end: usize, from: usize) -> Option<Local> {
    let mut signs = Vec::new();
    let mut start = end;
    for _ in 0..4 {
        let before = text.get(from..start)?;
        let is_part = |c: char| {
            (c.is_alphanumeric() && !edges::is_unspaced(c)) || matches!(c, '.' | '_' | '%' | '+' | '-')
        };
        let mut part = start;
        for c in before.chars().rev() {
            if !is_part(c) || start - part > LOCAL_BYTES_MAX {
                break;
            }
            part -= c.len_utf8();
        }
        if part == start {
            return if signs.is_empty() {
                None
            } else {
                Some((start, {
                    signs.pop();
                    signs
                }))
            };
        }
        start = part;
        let Some((sign_start, sign)) = local_sign_before(text, start, from) else { break };
        // What stands before must be a part again; `start` is put back if it is none.
        if !edges::before(text, sign_start).is_some_and(|c| c.is_ascii_alphanumeric()) {
            break;
        }
        signs.push((ByteSpan::new(sign_start, start), sign));
        start = sign_start;
    }
    Some((start, signs))
}

fn local_sign_before(text: &str, at: usize, from: usize) -> Option<(usize, &'static str)> {
    let before = text.get(from..at)?;
    let words = DOTS
        .iter()
        .filter(|(_, strength)| *strength != Sign)
        .map(|(word, strength)| (*word, ".", *strength == Word))
        .chain(LOCAL_SIGNS.iter().map(|(word, sign)| (*word, *sign, true)));
    for (word, sign, needs_spaces) in words {
        let trimmed = before.trim_end_matches(' ');
        if needs_spaces && trimmed.len() == before.len() {
            continue;
        }
        let Some(rest) = trimmed.strip_suffix(word) else { continue };
        let outer = rest.trim_end_matches(' ');
        if (!needs_spaces || outer.len() < rest.len()) && before.len() - outer.len() < 32 {
            return Some((from + outer.len(), sign));
        }
    }
    None
}

fn has_mail_word(text: &str, at: usize) -> bool {
    let before = text.get(edges::floor(text, at.saturating_sub(48))..at).unwrap_or_default().to_lowercase();
    MAIL_WORDS.iter().any(|word| before.contains(word))
}
