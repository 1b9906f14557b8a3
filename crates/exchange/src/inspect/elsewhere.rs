//! Values that were found in one segment of a request, looked for in all of them; names of people also in the other ways in which
//! they are written.
//!
//! It closes a gap that context leaves: `my password is …` is found by its context, the same string in a command further down has
//! none. A conversation is sent again whole with each turn, so the finder keeps of each text what tells that nothing new can stand
//! in it ([`Seen`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use detect::{Repeats, Seen};
use types::{DataClass, Entity, Finding, Role, Segment, SegmentKind};

use crate::{Finder, Refused};

/// Values worth looking for again: shorter ones are ordinary words too often.
const REPEATED_BYTES_MIN: usize = 6;
/// Longer ones, such as large tokens, are looked for as what they are only: a search for exact strings takes none beyond this.
const REPEATED_BYTES_MAX: usize = 4096;
/// Most values that are looked for again.
const REPEATED_VALUES_MAX: usize = 512;

/// Adds to `found`, the findings of the segments, what stands in them of what was found elsewhere. Calls `each` before a segment.
pub(super) fn add(
    segments: &[Segment<'_>],
    finder: &dyn Finder,
    found: &mut [Arc<[Finding]>],
    each: impl Fn() -> Result<(), Refused>,
) -> Result<(), Refused> {
    let mut seen: Vec<Option<Seen>> = segments.iter().map(|_| None).collect();
    if let Some(repeats) = repeats(segments, found) {
        for ((segment, findings), seen) in segments.iter().zip(found.iter_mut()).zip(&mut seen) {
            each()?;
            let seen = seen.get_or_insert_with(|| finder.seen(&segment.text));
            let more = repeats.again(seen, &segment.text, findings).map_err(Refused::Detection)?;
            add_sorted(findings, &more);
        }
    }
    let all = segments
        .iter()
        .zip(&*found)
        .flat_map(|(segment, findings)| findings.iter().map(move |finding| (segment.text.as_ref(), finding)));
    if let Some(known) = finder.known_names(&mut { all }) {
        for ((segment, findings), seen) in segments.iter().zip(found.iter_mut()).zip(&mut seen) {
            each()?;
            if may_hold_known_names(segment) {
                let seen = seen.get_or_insert_with(|| finder.seen(&segment.text));
                let more = known.again(seen, &segment.text, findings);
                add_sorted(findings, &more);
            }
        }
    }
    for seen in seen.iter().flatten() {
        finder.keep(seen);
    }
    Ok(())
}

/// False where names are those of things, and under a signature: what the provider signed came from it, and a word there that is
/// a part of a name would turn the next turn into a refusal.
fn may_hold_known_names(segment: &Segment<'_>) -> bool {
    segment.role != Role::Definition && segment.kind != SegmentKind::Signed
}

/// Adds findings that overlap none of those there.
fn add_sorted(findings: &mut Arc<[Finding]>, more: &[Finding]) {
    if more.is_empty() {
        return;
    }
    let mut all: Vec<Finding> = findings.iter().chain(more).cloned().collect();
    all.sort_by_key(|finding| finding.span);
    *findings = all.into();
}

/// The values to look for again, if there are any.
fn repeats(segments: &[Segment<'_>], found: &[Arc<[Finding]>]) -> Option<Repeats> {
    let mut values: BTreeMap<&str, &Entity> = BTreeMap::new();
    for (segment, findings) in segments.iter().zip(found) {
        if segment.kind == SegmentKind::Signed {
            continue;
        }
        for finding in findings.iter() {
            if let Some(value) = finding.span.of(&segment.text)
                && worth_repeating(finding, value)
                && values.len() < REPEATED_VALUES_MAX
            {
                values.entry(value).or_insert(&finding.entity);
            }
        }
    }
    let values = values.into_iter().map(|(value, entity)| (entity.clone(), value));
    Some(Repeats::new(values)).filter(|repeats| !repeats.is_empty())
}

fn worth_repeating(finding: &Finding, value: &str) -> bool {
    let long = (REPEATED_BYTES_MIN..=REPEATED_BYTES_MAX).contains(&value.len());
    match finding.class() {
        DataClass::Person => long && (value.contains(' ') || !value.is_ascii()),
        DataClass::Credential => {
            long && value.bytes().any(|byte| !byte.is_ascii_alphabetic()) && !value.contains('\n')
        }
        DataClass::GovernmentId | DataClass::Financial | DataClass::Contact => long,
        _ => false,
    }
}
