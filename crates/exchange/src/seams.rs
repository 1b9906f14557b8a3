//! Values that are split over content parts of a message, or over messages of one role: what stands on both sides of a
//! seam is looked at once more, joined without and with a space.
//!
//! Each part of such a value is a finding in its own segment, and so gets its own surrogate. One surrogate for the whole in
//! the first part was the other way: the second part would then be empty, nothing would tell where the seam was when the
//! provider repeats one part alone, and an empty content part is refused by some providers. With two, every part comes back
//! wherever it is repeated.
//!
//! Promises: a seam costs at most a bounded text, so that all together cost what the request is long; the text of a seam
//! depends on its neighbours only, so that the findings cache knows it in the next turn; joining alone makes no value of
//! ordinary text: across a seam count only entities with a check, numbers of which both sides are digits, codes with a label,
//! credentials, addresses with their sign, exact terms. Where a private key is open, more is looked at.

use std::collections::HashMap;
use std::sync::Arc;

use detect::{DetectError, EXACT_TERM, ExactTerms, Input};
use types::{ByteSpan, DataClass, Finding, Role, Segment, SegmentKind};

use crate::{Finder, Refused};

/// How far a seam is looked at, in bytes before and behind it: longer than any value with a check and its context.
const SIDE_BYTES_MAX: usize = 256;
/// As much where a private key is open at the seam, or its first line cut: the longest in use have some ten thousand.
const KEY_BYTES_MAX: usize = 16 * 1024;
const KEY_OPENS: &str = "-----BEGIN ";
const KEY_CLOSES: &str = "-----END ";
/// Most segments on one side: a value may stand in this many pieces before a seam and behind it.
const SIDE_SEGMENTS_MAX: usize = 4;
/// A word this long may be part of something encoded although it holds no digit.
const LONG_WORD_BYTES: usize = 16;
/// So many words of a passphrase around a seam make it worth a look.
const WORDS_MIN: usize = 6;
/// Fewer letters and digits are no value with a check; fewer are no identifier of a machine, no code with a label.
const VALUE_CHARS_MIN: usize = 7;
const CODE_CHARS_MIN: usize = 5;
const TECHNICAL_CHARS_MIN: usize = 12;
/// A piece of a credential that goes on behind what was taken for a whole one is at least this long.
const CREDENTIAL_PIECE_BYTES_MIN: usize = 6;
/// How far behind a seam a value may begin whose label stands before it.
const LABELLED_BYTES_MAX: usize = 8;

/// What stands on both sides of a seam.
struct Seam<'s> {
    /// Pieces in their order: index of the segment, where the piece begins in it, the piece.
    pieces: Vec<(usize, usize, &'s str)>,
    /// How many of them stand before the seam.
    before: usize,
    /// True when both neighbours stand next to each other, with no other segment between them.
    is_adjacent: bool,
}

/// Looks at every seam and adds what crosses it to `found`, the findings of the segments. Calls `each` before a seam.
pub(crate) fn add(
    segments: &[Segment<'_>],
    (finder, terms): (&dyn Finder, Option<&ExactTerms>),
    found: &mut [Arc<[Finding]>],
    mut each: impl FnMut() -> Result<(), Refused>,
) -> Result<(), Refused> {
    for chain in chains(segments) {
        for at in 1..chain.len() {
            let Some(seam) = seam(segments, &chain, at, terms.is_some()) else { continue };
            each()?;
            for between in ["", " "] {
                seam.look(segments, (finder, terms), between, found).map_err(Refused::Detection)?;
            }
        }
    }
    Ok(())
}

/// The segments of the conversation that hold text, of each role, in their order.
fn chains(segments: &[Segment<'_>]) -> Vec<Vec<usize>> {
    let mut chains: HashMap<Role, Vec<usize>> = HashMap::new();
    for (index, segment) in segments.iter().enumerate() {
        let is_spoken = matches!(segment.role, Role::System | Role::User | Role::Assistant | Role::Tool);
        if is_spoken
            && segment.kind == SegmentKind::Text
            && segment.key.is_none()
            && !segment.text.trim().is_empty()
        {
            chains.entry(segment.role).or_default().push(index);
        }
    }
    let mut chains: Vec<_> = chains.into_values().filter(|chain| chain.len() > 1).collect();
    chains.sort();
    chains
}

/// The seam before the segment at `at` of a chain, where a value can cross it.
fn seam<'s>(segments: &'s [Segment<'_>], chain: &[usize], at: usize, has_terms: bool) -> Option<Seam<'s>> {
    let text = |index: usize| segments.get(index).map(|segment| segment.text.trim());
    let (last, next) = (*chain.get(at.checked_sub(1)?)?, *chain.get(at)?);
    let side_bytes = if is_key_open(segments, chain, at) { KEY_BYTES_MAX } else { SIDE_BYTES_MAX };
    if !has_terms && side_bytes == SIDE_BYTES_MAX && !can_be_crossed(text(last)?, text(next)?) {
        return None;
    }
    let mut pieces = Vec::new();
    let mut room = side_bytes;
    for index in chain.get(..at)?.iter().rev().take(SIDE_SEGMENTS_MAX) {
        let whole = segments.get(*index)?.text.trim_end();
        let start = whole.ceil_char_boundary(whole.len().saturating_sub(room));
        let piece = whole.get(start..)?;
        let inner = piece.trim_start();
        pieces.push((*index, start + (piece.len() - inner.len()), inner));
        room = room.saturating_sub(piece.len());
        if start > 0 || room == 0 {
            break;
        }
    }
    pieces.reverse();
    let before = pieces.len();
    let mut room = side_bytes;
    for index in chain.get(at..)?.iter().take(SIDE_SEGMENTS_MAX) {
        let text = segments.get(*index)?.text.as_ref();
        let inner = text.trim_start();
        let start = text.len() - inner.len();
        let end = inner.floor_char_boundary(room);
        pieces.push((*index, start, inner.get(..end)?.trim_end()));
        room = room.saturating_sub(end);
        if end < inner.len() || room == 0 {
            break;
        }
    }
    Some(Seam { pieces, before, is_adjacent: next == last + 1 })
}

/// True where the first line of a private key stands before the seam or is cut by it, and no last line stands between.
fn is_key_open(segments: &[Segment<'_>], chain: &[usize], at: usize) -> bool {
    let text = |index: &usize| segments.get(*index).map_or("", |segment| segment.text.trim());
    let mut room = KEY_BYTES_MAX;
    for before in chain.iter().take(at).skip(at.saturating_sub(SIDE_SEGMENTS_MAX)).rev().map(text) {
        let end = before.get(before.ceil_char_boundary(before.len().saturating_sub(room))..);
        let end = end.unwrap_or_default();
        match (end.rfind(KEY_OPENS), end.rfind(KEY_CLOSES)) {
            (Some(opens), closes) => return closes.is_none_or(|closes| closes < opens),
            (None, Some(_)) => return false,
            (None, None) => room = room.saturating_sub(before.len()),
        }
    }
    let before = chain.get(at.wrapping_sub(1)).map_or("", text);
    let tail = before.get(before.ceil_char_boundary(before.len().saturating_sub(KEY_OPENS.len()))..);
    let after = chain.get(at).map_or("", text);
    let head = after.get(..after.floor_char_boundary(KEY_OPENS.len()));
    [tail.unwrap_or_default(), head.unwrap_or_default()].concat().contains(KEY_OPENS)
}

/// True when the words at a seam can be parts of a value, or a label and its value. Most seams are between sentences.
fn can_be_crossed(before: &str, after: &str) -> bool {
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let first = after.split(char::is_whitespace).next().unwrap_or_default();
    let may_be_part = |word: &str| {
        word.len() >= LONG_WORD_BYTES || word.contains('@') || word.chars().any(char::is_numeric)
    };
    may_be_part(last)
        || may_be_part(first)
        || last.ends_with([':', '=', '：'])
        || are_plain_words(before.rsplit(char::is_whitespace), after.split(char::is_whitespace))
}

/// True for words as passphrases are made of on both sides. Sentences end with a full stop and begin with a capital.
fn are_plain_words<'t>(before: impl Iterator<Item = &'t str>, after: impl Iterator<Item = &'t str>) -> bool {
    let is_plain =
        |word: &&str| (2..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
    let (before, after) = (
        before.take(WORDS_MIN).take_while(is_plain).count(),
        after.take(WORDS_MIN).take_while(is_plain).count(),
    );
    before > 0 && after > 0 && before + after >= WORDS_MIN
}

impl Seam<'_> {
    fn look(
        &self,
        segments: &[Segment<'_>],
        (finder, terms): (&dyn Finder, Option<&ExactTerms>),
        between: &str,
        found: &mut [Arc<[Finding]>],
    ) -> Result<(), DetectError> {
        let mut text = String::new();
        let mut places = Vec::with_capacity(self.pieces.len());
        for (nth, (_, _, piece)) in self.pieces.iter().enumerate() {
            if nth > 0 {
                text.push_str(between);
            }
            let start = text.len();
            text.push_str(piece);
            places.push(ByteSpan::new(start, text.len()));
        }
        let role = self.pieces.first().and_then(|(index, _, _)| segments.get(*index)).map(|first| first.role);
        let Some(role) = role else { return Ok(()) };
        for finding in finder.findings(&Input { text: &text, key: None, role, terms })?.iter() {
            let parts = self.parts(&places, finding.span);
            if self.counts(finding, &parts, &text, &places, found) {
                for (nth, (index, span)) in parts.iter().enumerate() {
                    put(found, *index, part(finding, *span, (nth, parts.len())));
                }
            }
        }
        Ok(())
    }

    /// The parts of a span of the joined text: index of the segment and span in it.
    fn parts(&self, places: &[ByteSpan], span: ByteSpan) -> Vec<(usize, ByteSpan)> {
        let both = places.iter().zip(&self.pieces);
        both.filter(|(place, _)| place.overlaps(span))
            .map(|(place, (index, offset, _))| {
                let start = span.start.max(place.start) - place.start + offset;
                let end = span.end.min(place.end) - place.start + offset;
                (*index, ByteSpan::new(start, end))
            })
            .collect()
    }

    /// True for a finding that is no accident of joining, and that the segments alone do not show.
    fn counts(
        &self,
        finding: &Finding,
        parts: &[(usize, ByteSpan)],
        text: &str,
        places: &[ByteSpan],
        found: &[Arc<[Finding]>],
    ) -> bool {
        let Some(value) = finding.span.of(text) else { return false };
        let Some(behind) = places.get(self.before).map(|place| place.start) else { return false };
        let known = |&(index, span): &(usize, ByteSpan)| {
            let own = found.get(index).into_iter().flat_map(|own| own.iter());
            own.filter(move |own| own.span.overlaps(span))
        };
        if finding.span.start >= behind {
            // The label stands before the seam, the value behind it.
            let is_labelled = finding.class() == DataClass::Credential
                || (finding.evidence.validator.is_some() && finding.evidence.context.is_some());
            return self.is_adjacent
                && is_labelled
                && finding.span.start <= behind + LABELLED_BYTES_MAX
                && parts.iter().all(|part| known(part).next().is_none());
        }
        if finding.span.end <= behind {
            return false;
        }
        if value.starts_with(KEY_OPENS) && finding.class() == DataClass::Credential {
            return true;
        }
        let is_number = self.is_adjacent
            && (is_one_number(finding, value, behind) || is_labelled_code(finding, value, behind));
        if !is_number && !has_a_shape(finding, value) {
            return false;
        }
        parts.iter().all(|part| {
            known(part).all(|own| {
                let is_whole = own.entity == finding.entity && own.evidence.validator.is_some();
                (self.is_adjacent && goes_on(finding, value, behind))
                    || (is_number && is_hyphenated(finding, value, behind))
                    || (!is_whole && finding.evidence.validator.is_some())
            })
        })
    }
}

/// True for what is a value by its own shape, so that ordinary words that happen to meet are none.
fn has_a_shape(finding: &Finding, value: &str) -> bool {
    let chars = value.chars().filter(|c| c.is_alphanumeric()).count();
    if &*finding.evidence.recognizer == EXACT_TERM {
        return true;
    }
    let is_checked = finding.evidence.validator.is_some() && chars >= VALUE_CHARS_MIN;
    match finding.class() {
        DataClass::Credential => chars >= VALUE_CHARS_MIN,
        DataClass::Contact => {
            value.contains('@')
                || value.contains("://")
                || value.starts_with('+')
                || is_encoded(finding)
                || is_checked
        }
        DataClass::GovernmentId | DataClass::Financial | DataClass::Health => is_checked,
        DataClass::Technical => is_checked && chars >= TECHNICAL_CHARS_MIN,
        _ => false,
    }
}

/// True for a number of somebody that both sides of the seam are digits of. Without a check its recognizer has seen a label.
fn is_one_number(finding: &Finding, value: &str, behind: usize) -> bool {
    let evidence = &finding.evidence;
    let is_somebodys =
        matches!(finding.class(), DataClass::GovernmentId | DataClass::Financial | DataClass::Health)
            || (evidence.validator.is_some()
                && evidence.context.is_some()
                && finding.class() != DataClass::Contact);
    let has_digit = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    is_somebodys
        && value.chars().filter(|c| c.is_alphanumeric()).count() >= VALUE_CHARS_MIN
        && cut(finding, value, behind).is_some_and(|(head, tail)| has_digit(head) && has_digit(tail))
}

/// True for a code of capitals and digits with a label, as a plate or a postal code: words beside it are none.
fn is_labelled_code(finding: &Finding, value: &str, behind: usize) -> bool {
    let is_code =
        |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '/');
    finding.evidence.context.is_some()
        && value.chars().all(is_code)
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_uppercase())
        && value.chars().filter(|c| c.is_alphanumeric()).count() >= CODE_CHARS_MIN
        && cut(finding, value, behind).is_some()
}

/// Both sides of a value that goes on at the seam.
fn cut<'v>(finding: &Finding, value: &'v str, behind: usize) -> Option<(&'v str, &'v str)> {
    let (head, tail) = value.split_at_checked(behind.saturating_sub(finding.span.start))?;
    let goes_on =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | '/' | ','));
    (goes_on(head.chars().next_back()) && goes_on(tail.chars().next())).then_some((head, tail))
}

/// True where a hyphen or slash at the seam says that a number goes on.
fn is_hyphenated(finding: &Finding, value: &str, behind: usize) -> bool {
    let halves = value.split_at_checked(behind.saturating_sub(finding.span.start));
    halves.is_some_and(|(head, tail)| head.ends_with(['-', '/']) || tail.starts_with(['-', '/']))
}

fn is_encoded(finding: &Finding) -> bool {
    finding
        .evidence
        .steps
        .iter()
        .any(|(step, _)| step.starts_with("form: base64") || step.starts_with("form: hex"))
}

/// True when what stands behind the seam looks like the rest of a credential, not like the next word.
fn goes_on(finding: &Finding, value: &str, behind: usize) -> bool {
    let rest = value.get(behind.saturating_sub(finding.span.start)..).unwrap_or_default();
    finding.class() == DataClass::Credential
        && rest.len() >= CREDENTIAL_PIECE_BYTES_MIN
        && rest.bytes().any(|byte| byte.is_ascii_digit())
        && rest.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn part(finding: &Finding, span: ByteSpan, (nth, count): (usize, usize)) -> Finding {
    let mut part = Finding { span, ..finding.clone() };
    let step = if count > 1 {
        format!("part {} of {count}, joined with its neighbours", nth + 1)
    } else {
        "label in the part before".to_owned()
    };
    part.evidence.steps.push((step.into(), finding.score));
    part
}

/// Adds a finding to those of a segment; what it overlaps becomes one with it.
fn put(found: &mut [Arc<[Finding]>], index: usize, mut new: Finding) {
    let Some(own) = found.get_mut(index) else { return };
    if own.iter().any(|own| own.span.contains(new.span)) {
        return;
    }
    let mut all: Vec<Finding> = Vec::with_capacity(own.len() + 1);
    for known in own.iter() {
        if known.span.overlaps(new.span) {
            let (start, end) = (new.span.start.min(known.span.start), new.span.end.max(known.span.end));
            new.span = ByteSpan::new(start, end);
        } else {
            all.push(known.clone());
        }
    }
    all.push(new);
    all.sort_by_key(|finding| finding.span);
    *own = all.into();
}
