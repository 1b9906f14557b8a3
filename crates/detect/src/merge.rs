//! Overlapping findings become one; surrogates are left out.
//!
//! Promises: the result is sorted and does not overlap, and every byte that was found stays covered (but for surrogates): of
//! two findings that overlap by a word the union is kept, never one half. The union takes its name from the finding with the
//! more severe class, then the one that a check confirmed, then the higher score, then the longer one. An exact term that
//! holds the others names the union, and so does a value that a check confirmed (an IBAN) over a piece of it that happens to
//! pass another (twelve digits in it), unless the piece is a credential. A guess never names what a check has confirmed.

use std::cmp::Ordering;

use types::{ByteSpan, DataClass, Finding};

use crate::surrogate;
use crate::terms::EXACT_TERM;

/// Most losers of a union whose names are kept as evidence.
const LOSERS_MAX: usize = 4;

/// From this score on a checked finding is sure, and below the other an unchecked one is a guess (a label and some digits).
const SURE: f32 = 0.75;
const GUESS: f32 = 0.6;

/// Findings sorted by place, each overlap made one.
pub(crate) fn merged(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by(|a, b| {
        a.span
            .start
            .cmp(&b.span.start)
            .then(b.span.end.cmp(&a.span.end))
            .then_with(|| rank(b, a))
            .then_with(|| a.evidence.recognizer.cmp(&b.evidence.recognizer))
    });
    let mut out: Vec<Finding> = Vec::with_capacity(found.len());
    for finding in found {
        match out.last_mut() {
            Some(last) if last.span.overlaps(finding.span) => unite(last, finding),
            _ => out.push(finding),
        }
    }
    out
}

fn unite(last: &mut Finding, mut other: Finding) {
    let span = ByteSpan::new(last.span.start.min(other.span.start), last.span.end.max(other.span.end));
    if preference(&other, last) == Ordering::Greater {
        std::mem::swap(last, &mut other);
    }
    last.span = span;
    let same = last.entity == other.entity && last.evidence.recognizer == other.evidence.recognizer;
    if !same && last.evidence.steps.len() < LOSERS_MAX + 3 {
        last.evidence.steps.push((format!("over {}", other.evidence.recognizer).into(), last.score));
    }
}

/// Which of two overlapping findings names the union: the greater one.
fn preference(a: &Finding, b: &Finding) -> Ordering {
    let holds = |a: &Finding, b: &Finding| {
        let is_sure = &*a.evidence.recognizer == EXACT_TERM
            || (a.evidence.validator.is_some() && a.score >= b.score && b.class() != DataClass::Credential);
        is_sure && a.span.contains(b.span) && a.span.len() > b.span.len()
    };
    match (holds(a, b), holds(b, a)) {
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        _ => {}
    }
    let is_sure = |f: &Finding| f.evidence.validator.is_some() && f.score >= SURE;
    let is_guess =
        |f: &Finding| f.evidence.validator.is_none() && f.score < GUESS && f.class() != DataClass::Credential;
    match (is_sure(a) && is_guess(b), is_sure(b) && is_guess(a)) {
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        _ => {}
    }
    rank(a, b)
}

/// The last word of `preference`, and a total order, which that as a whole is not: a sort needs one.
fn rank(a: &Finding, b: &Finding) -> Ordering {
    severity(b.class())
        .cmp(&severity(a.class()))
        .then_with(|| a.evidence.validator.is_some().cmp(&b.evidence.validator.is_some()))
        .then_with(|| a.score.total_cmp(&b.score))
        .then_with(|| a.span.len().cmp(&b.span.len()))
}

/// Place of a class in the order of severity; 0 is the most severe.
fn severity(class: DataClass) -> usize {
    DataClass::ALL.iter().position(|known| *known == class).unwrap_or(usize::MAX)
}

/// The findings without the surrogates that they touch: what is left of a finding around one is kept if it holds a letter
/// or digit. An exact term stays if it holds the surrogate as a whole: then it is the company's own string.
pub(crate) fn without_surrogates(
    text: &str,
    found: Vec<Finding>,
    is_word: &dyn Fn(&str) -> bool,
) -> Vec<Finding> {
    let mut out = Vec::with_capacity(found.len());
    for finding in found {
        let touched = surrogate::touched_by(text, finding.span, is_word);
        if touched.is_empty() {
            out.push(finding);
            continue;
        }
        let is_term = &*finding.evidence.recognizer == EXACT_TERM;
        if is_term {
            if touched.iter().all(|surrogate| finding.span.contains(*surrogate)) {
                out.push(finding);
            }
            continue;
        }
        let mut at = finding.span.start;
        for surrogate in touched.iter().chain([&ByteSpan::new(finding.span.end, finding.span.end)]) {
            let piece = ByteSpan::new(at, surrogate.start.max(at));
            if piece.of(text).is_some_and(|piece| piece.chars().any(char::is_alphanumeric)) {
                out.push(Finding { span: piece, ..finding.clone() });
            }
            at = surrogate.end.max(at);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use types::{Entity, EntityDef, Evidence};

    use super::*;

    fn finding(start: usize, end: usize, name: &str, class: DataClass, score: f32) -> Finding {
        let entity = Entity::new(EntityDef { name: name.to_owned(), word: name.to_owned(), class });
        let evidence = Evidence { recognizer: name.into(), ..Evidence::default() };
        Finding { span: ByteSpan::new(start, end), entity, score, evidence }
    }

    #[test]
    fn many_findings_of_one_place_are_put_in_order() {
        // Each of these goes before the next, and the last before the first: a sure one, a guess of a severe class, neither.
        let kinds = [
            (DataClass::Location, 0.8, true),
            (DataClass::GovernmentId, 0.5, false),
            (DataClass::Person, 0.7, false),
        ];
        let order = [0, 2, 0, 1, 0, 1, 1, 1, 2, 1, 0, 0, 1, 0, 1, 1, 2, 0, 2, 1, 1, 2, 0, 2];
        let found = order.iter().enumerate().map(|(at, kind)| {
            let (class, score, is_checked) = kinds[*kind];
            let mut one = finding(0, 9, &format!("{}", at % 3), class, score);
            one.evidence.validator = is_checked.then_some("luhn");
            one
        });
        assert_eq!(merged(found.collect()).len(), 1);
    }

    #[test]
    fn an_overlap_becomes_the_union_under_the_more_severe_class() {
        let merged = merged(vec![
            finding(4, 9, "CONTACT", DataClass::Contact, 0.9),
            finding(0, 5, "PASSWORD", DataClass::Credential, 0.5),
            finding(20, 22, "X", DataClass::Person, 0.5),
        ]);
        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].span, ByteSpan::new(0, 9));
        assert_eq!(merged[0].entity.name(), "PASSWORD");
    }

    #[test]
    fn neighbours_stay_apart() {
        let merged = merged(vec![
            finding(0, 5, "A", DataClass::Person, 0.5),
            finding(5, 9, "A", DataClass::Person, 0.5),
        ]);
        assert_eq!(merged.len(), 2);
    }
}
