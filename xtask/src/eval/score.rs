//! One document: what was found of what is annotated, counted.
//!
//! - A span is found *strictly* when a prediction has its start, end and label, *partly* when one of its label overlaps it.
//! - A prediction is counted when the source annotates its label exhaustively: only then can it be a false alarm.
//! - A character is leaked when it lies in an annotated span and in no prediction, whatever the label: it would have been replaced.
//! - A character is over-redacted when it lies in a counted prediction and in no annotated span.
//! - A document is clean when nothing is annotated in it, and hit when something counted is found there all the same.

use std::collections::BTreeMap;

use super::data::{Document, Span};
use super::labels::{Labels, Tier};
use super::predictions::Prediction;

/// Sums that a figure is computed from. What they count stands in [`Sums`].
pub(crate) const FIELDS: usize = 14;

/// Counts of one document, or of one label in it; adds up.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Sums {
    /// Annotated spans.
    pub(crate) spans: u64,
    /// Those found strictly, and those found at least partly.
    pub(crate) strict: u64,
    pub(crate) partial: u64,
    /// Predictions counted.
    pub(crate) counted: u64,
    /// Those that are strictly right, and those that are at least partly.
    pub(crate) counted_strict: u64,
    pub(crate) counted_partial: u64,
    /// Annotated characters by tier, and those leaked.
    pub(crate) chars: [u64; 3],
    pub(crate) leaked: [u64; 3],
    /// Characters outside the annotated spans, and those over-redacted.
    pub(crate) plain: u64,
    pub(crate) over: u64,
}

impl Sums {
    /// As a row for the bootstrap.
    pub(crate) fn row(&self) -> [u64; FIELDS] {
        let [c0, c1, c2] = self.chars;
        let [l0, l1, l2] = self.leaked;
        [
            self.spans,
            self.strict,
            self.partial,
            self.counted,
            self.counted_strict,
            self.counted_partial,
            c0,
            c1,
            c2,
            l0,
            l1,
            l2,
            self.plain,
            self.over,
        ]
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.spans += other.spans;
        self.strict += other.strict;
        self.partial += other.partial;
        self.counted += other.counted;
        self.counted_strict += other.counted_strict;
        self.counted_partial += other.counted_partial;
        for (sum, value) in self.chars.iter_mut().zip(other.chars) {
            *sum += value;
        }
        for (sum, value) in self.leaked.iter_mut().zip(other.leaked) {
            *sum += value;
        }
        self.plain += other.plain;
        self.over += other.over;
    }
}

/// In which way something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Nothing touches an annotated span.
    Missed,
    /// Something touches it, under another label.
    OtherLabel,
    /// It is found with its label and other edges.
    Edges,
    /// A counted prediction where nothing is annotated.
    FalseAlarm,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::OtherLabel => "other label",
            Self::Edges => "other edges",
            Self::FalseAlarm => "false alarm",
        }
    }
}

/// One thing that went wrong.
#[derive(Debug, Clone)]
pub(crate) struct Slip {
    pub(crate) kind: Kind,
    /// Label of the data; empty for a false alarm.
    pub(crate) wanted: String,
    /// Label found; empty when missed.
    pub(crate) found: String,
    /// What found it.
    pub(crate) recognizer: String,
    /// Where, in code points.
    pub(crate) place: (usize, usize),
}

/// The result of one document.
pub(crate) struct Outcome {
    pub(crate) sums: Sums,
    pub(crate) by_label: BTreeMap<String, Sums>,
    /// Whether the document is clean, and if so, whether it was hit.
    pub(crate) clean: Option<bool>,
    pub(crate) slips: Vec<Slip>,
}

/// Scores the predictions of a document.
pub(crate) fn score(labels: &Labels, document: &Document, predictions: &[Prediction]) -> Outcome {
    let is_counted = |prediction: &&Prediction| document.annotation.labels.contains(&prediction.span.label);
    let counted: Vec<&Prediction> = predictions.iter().filter(is_counted).collect();
    let mut outcome =
        Outcome { sums: Sums::default(), by_label: BTreeMap::new(), clean: None, slips: Vec::new() };
    let chars = document.chars();
    let covered = cover(chars, predictions.iter().map(|prediction| &prediction.span));
    for span in &document.spans {
        let leaked = inside(&covered, span).filter(|is_covered| !**is_covered).count();
        let tier = labels.tier(&span.label);
        let sums = outcome.by_label.entry(span.label.clone()).or_default();
        sums.spans += 1;
        sums.add_chars(tier, span.end.saturating_sub(span.start), leaked);
        let is_partial =
            |prediction: &&Prediction| prediction.span.label == span.label && prediction.span.overlaps(span);
        if predictions.iter().any(|prediction| prediction.span == *span) {
            sums.strict += 1;
            sums.partial += 1;
        } else if let Some(prediction) = predictions.iter().find(is_partial) {
            sums.partial += 1;
            outcome.slips.push(slip(Kind::Edges, Some(span), Some(prediction)));
        } else {
            let touching = predictions.iter().find(|prediction| prediction.span.overlaps(span));
            let kind = if touching.is_some() { Kind::OtherLabel } else { Kind::Missed };
            outcome.slips.push(slip(kind, Some(span), touching));
        }
    }
    for prediction in &counted {
        let sums = outcome.by_label.entry(prediction.span.label.clone()).or_default();
        sums.counted += 1;
        sums.counted_strict += u64::from(document.spans.contains(&prediction.span));
        let touching = || document.spans.iter().filter(|span| span.overlaps(&prediction.span));
        sums.counted_partial += u64::from(touching().any(|span| span.label == prediction.span.label));
        if touching().next().is_none() {
            outcome.slips.push(slip(Kind::FalseAlarm, None, Some(prediction)));
        }
    }
    for sums in outcome.by_label.values() {
        outcome.sums.add(sums);
    }
    if !document.annotation.labels.is_empty() {
        let annotated = cover(chars, document.spans.iter());
        let wrongly = cover(chars, counted.iter().map(|prediction| &prediction.span));
        let over =
            wrongly.iter().zip(&annotated).filter(|(is_found, is_annotated)| **is_found && !**is_annotated);
        outcome.sums.over = over.count() as u64;
        outcome.sums.plain = annotated.iter().filter(|is_annotated| !**is_annotated).count() as u64;
        outcome.clean = document.spans.is_empty().then_some(!counted.is_empty());
    }
    outcome
}

impl Sums {
    fn add_chars(&mut self, tier: Tier, chars: usize, leaked: usize) {
        for ((sum, lost), of) in self.chars.iter_mut().zip(&mut self.leaked).zip(Tier::ALL) {
            if of == tier {
                *sum += chars as u64;
                *lost += leaked as u64;
            }
        }
    }
}

/// Which characters lie in one of these spans.
fn cover<'a>(chars: usize, spans: impl Iterator<Item = &'a Span>) -> Vec<bool> {
    let mut covered = vec![false; chars];
    for span in spans {
        for is_covered in covered.iter_mut().take(span.end).skip(span.start) {
            *is_covered = true;
        }
    }
    covered
}

fn inside<'a>(covered: &'a [bool], span: &Span) -> impl Iterator<Item = &'a bool> {
    covered.iter().take(span.end).skip(span.start)
}

fn slip(kind: Kind, wanted: Option<&Span>, found: Option<&Prediction>) -> Slip {
    let place = wanted.or(found.map(|found| &found.span)).map_or((0, 0), |span| (span.start, span.end));
    Slip {
        kind,
        wanted: wanted.map(|span| span.label.clone()).unwrap_or_default(),
        found: found.map(|found| found.span.label.clone()).unwrap_or_default(),
        recognizer: found.map(|found| found.recognizer.clone()).unwrap_or_default(),
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::{document, span};
    use super::*;

    fn check(document: &Document, found: &[(usize, usize, &str)]) -> Outcome {
        let predictions: Vec<Prediction> =
            found.iter().map(|at| Prediction { span: span(*at), recognizer: "r".to_owned() }).collect();
        score(&Labels::load().unwrap(), document, &predictions)
    }

    fn kinds(outcome: &Outcome) -> Vec<Kind> {
        outcome.slips.iter().map(|slip| slip.kind).collect()
    }

    #[test]
    fn a_span_is_found_strictly_partly_or_under_another_label() {
        let document =
            document("Joe Doe, joe@x.org, 123", &["PERSON", "EMAIL"], &[(0, 7, "PERSON"), (9, 18, "EMAIL")]);
        let strict = check(&document, &[(0, 7, "PERSON"), (9, 18, "EMAIL")]).sums;
        assert_eq!((strict.spans, strict.strict, strict.partial, strict.counted), (2, 2, 2, 2));
        let partly = check(&document, &[(0, 3, "PERSON")]);
        assert_eq!((partly.sums.strict, partly.sums.partial, partly.sums.counted_strict), (0, 1, 0));
        assert_eq!((partly.sums.chars, partly.sums.leaked), ([9, 7, 0], [9, 4, 0]));
        assert_eq!(kinds(&partly), [Kind::Edges, Kind::Missed]);
        let other = check(&document, &[(9, 18, "PERSON")]);
        assert_eq!((other.sums.leaked, other.sums.counted_partial), ([0, 7, 0], 0));
        assert_eq!(kinds(&other), [Kind::Missed, Kind::OtherLabel]);
    }

    #[test]
    fn only_labels_that_are_annotated_exhaustively_can_be_false_alarms() {
        let document = document("call 555 or 666", &["PHONE"], &[]);
        let none = check(&document, &[(5, 8, "URL")]);
        assert_eq!((none.sums.counted, none.sums.over, none.clean), (0, 0, Some(false)));
        let one = check(&document, &[(5, 8, "PHONE")]);
        assert_eq!((one.sums.counted, one.sums.over, one.sums.plain, one.clean), (1, 3, 15, Some(true)));
        assert_eq!(kinds(&one), [Kind::FalseAlarm]);
    }

    #[test]
    fn what_is_annotated_in_part_counts_for_recall_and_never_as_a_false_alarm() {
        let document = document("born 1990, 1991", &[], &[(5, 9, "DATE")]);
        let outcome = check(&document, &[(5, 9, "DATE"), (11, 15, "DATE")]);
        assert_eq!((outcome.sums.strict, outcome.sums.counted, outcome.sums.over), (1, 0, 0));
        assert_eq!((outcome.clean, outcome.sums.plain), (None, 0));
    }

    #[test]
    fn characters_and_not_bytes_are_counted() {
        let document = document("ééé 王小明", &["PERSON"], &[(4, 7, "PERSON")]);
        let outcome = check(&document, &[(4, 6, "PERSON")]);
        assert_eq!((outcome.sums.chars, outcome.sums.leaked, outcome.sums.plain), ([0, 3, 0], [0, 1, 0], 4));
    }
}
