//! Segments → findings: every segment of a request, within a time limit, and values that were found once are found
//! wherever they stand again.
//!
//! The second pass closes a gap that context leaves: `my password is …` is found by its context, the same string in a
//! command further down has none. Values that are split over neighbouring segments are found by `seams`, last, because a
//! part of a value is no value that is looked for elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use detect::{ExactTerms, Input};
use types::{ByteSpan, DataClass, Entity, Evidence, Finding, Original, Role, Segment, SegmentKind};

use crate::{AppVault, Clock, ExchangeLimits, Finder, Refused, seams};

/// Values worth looking for again: shorter ones are ordinary words too often.
const REPEATED_BYTES_MIN: usize = 6;
/// Most values of the second pass.
const REPEATED_VALUES_MAX: usize = 512;

/// What was found in a request.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Findings of each segment, in the order of the segments.
    pub(crate) by_segment: Vec<Arc<[Finding]>>,
    /// Entity name → number of findings.
    pub(crate) entities: BTreeMap<String, u32>,
    /// Data class → number of findings; opaque parts counted too.
    pub(crate) classes: BTreeMap<DataClass, u32>,
}

impl Found {
    /// Number of all findings.
    pub(crate) fn total(&self) -> usize {
        self.by_segment.iter().map(|findings| findings.len()).sum()
    }

    fn add(&mut self, findings: Arc<[Finding]>) {
        for finding in findings.iter() {
            *self.entities.entry(finding.entity.name().to_owned()).or_default() += 1;
            *self.classes.entry(finding.class()).or_default() += 1;
        }
        self.by_segment.push(findings);
    }
}

/// Finds everything in the segments of a request.
pub(crate) fn findings_in<C: Clock>(
    segments: &[Segment<'_>],
    opaque: &[wire::OpaquePart],
    (finder, vault): (&dyn Finder, &AppVault),
    limits: &ExchangeLimits,
    clock: &C,
) -> Result<Found, Refused> {
    let deadline = clock.monotonic() + limits.detect;
    let mut first = Vec::with_capacity(segments.len());
    let mut total = 0;
    for segment in segments {
        in_time(clock, deadline, limits.detect)?;
        let input = Input {
            text: &segment.text,
            key: segment.key.as_deref(),
            role: segment.role,
            terms: vault.terms.as_deref(),
        };
        let findings = finder.findings(&input).map_err(Refused::Detection)?;
        total += findings.len();
        if total > limits.findings_max {
            return Err(Refused::TooManyFindings { limit: limits.findings_max });
        }
        first.push(findings);
    }
    if let Some(again) = repeated(segments, &first)? {
        for (segment, findings) in segments.iter().zip(&mut first) {
            in_time(clock, deadline, limits.detect)?;
            if let Some(more) = with_repeats(segment, findings, &again)? {
                *findings = more;
            }
        }
    }
    if segments.len() > 1 {
        let all = segments.iter().zip(&first).flat_map(|(segment, findings)| {
            findings.iter().map(move |finding| (segment.text.as_ref(), finding))
        });
        if let Some(known) = finder.known_names(&mut { all }) {
            for (segment, findings) in segments.iter().zip(&mut first) {
                in_time(clock, deadline, limits.detect)?;
                if may_hold_known_names(segment) {
                    add_sorted(findings, known.beside(&segment.text, findings));
                }
            }
        }
    }
    seams::add(segments, (finder, vault.terms.as_deref()), &mut first, || {
        in_time(clock, deadline, limits.detect)
    })?;
    total = first.iter().map(|findings| findings.len()).sum();
    if total > limits.findings_max {
        return Err(Refused::TooManyFindings { limit: limits.findings_max });
    }
    let mut found = Found::default();
    for findings in first {
        found.add(findings);
    }
    for part in opaque {
        *found.classes.entry(part.class).or_default() += 1;
    }
    Ok(found)
}

fn in_time<C: Clock>(clock: &C, deadline: Duration, limit: Duration) -> Result<(), Refused> {
    if clock.monotonic() > deadline {
        return Err(Refused::DetectionTimedOut { limit });
    }
    Ok(())
}

/// False where names are those of things, and under a signature: what the provider signed came from it, and a word there that is
/// a part of a name would turn the next turn into a refusal.
fn may_hold_known_names(segment: &Segment<'_>) -> bool {
    segment.role != Role::Definition && segment.kind != SegmentKind::Signed
}

/// Adds findings that overlap none of those there.
fn add_sorted(findings: &mut Arc<[Finding]>, more: Vec<Finding>) {
    if more.is_empty() {
        return;
    }
    let mut all: Vec<Finding> = findings.iter().cloned().chain(more).collect();
    all.sort_by_key(|finding| finding.span);
    *findings = all.into();
}

/// The values to look for again, if there are any.
fn repeated(segments: &[Segment<'_>], found: &[Arc<[Finding]>]) -> Result<Option<ExactTerms>, Refused> {
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
    if values.is_empty() || segments.len() < 2 {
        return Ok(None);
    }
    let terms = values.into_iter().map(|(value, entity)| (entity.clone(), Original::new(value)));
    ExactTerms::new(terms).map(Some).map_err(Refused::Detection)
}

fn worth_repeating(finding: &Finding, value: &str) -> bool {
    let long = value.len() >= REPEATED_BYTES_MIN;
    match finding.class() {
        DataClass::Person => long && (value.contains(' ') || !value.is_ascii()),
        DataClass::Credential => {
            long && value.bytes().any(|byte| !byte.is_ascii_alphabetic()) && !value.contains('\n')
        }
        DataClass::GovernmentId | DataClass::Financial | DataClass::Contact => long,
        _ => false,
    }
}

fn with_repeats(
    segment: &Segment<'_>,
    findings: &Arc<[Finding]>,
    again: &ExactTerms,
) -> Result<Option<Arc<[Finding]>>, Refused> {
    let mut more: Vec<Finding> = Vec::new();
    for (span, entity) in again.spans(&segment.text) {
        if !findings.iter().any(|finding| finding.span.overlaps(span)) {
            more.push(repeat(span, entity));
        }
    }
    if more.is_empty() {
        return Ok(None);
    }
    more.extend(findings.iter().cloned());
    more.sort_by_key(|finding| finding.span);
    Ok(Some(more.into()))
}

fn repeat(span: ByteSpan, entity: Entity) -> Finding {
    let evidence = Evidence {
        recognizer: "repeated_value".into(),
        pattern: "found_elsewhere_in_the_request".into(),
        steps: vec![("repeated".into(), 1.0)],
        ..Evidence::default()
    };
    Finding { span, entity, score: 1.0, evidence }
}
