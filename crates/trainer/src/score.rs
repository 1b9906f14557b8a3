//! How well a tagger does on documents: leaks, over-redaction, false alarms, F1.

use std::collections::BTreeMap;

use detect::tagger::{Knob, Label, Tagger};
use types::ByteSpan;

use crate::data::Document;

/// Counts of a label, or of all.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    /// Annotated spans, those found exactly, and spans found.
    pub(crate) spans: u64,
    /// See `spans`.
    pub(crate) exact: u64,
    /// See `spans`.
    pub(crate) found: u64,
    /// Annotated characters, and those that lie in no span found, of whatever label.
    pub(crate) chars: u64,
    /// See `chars`.
    pub(crate) leaked: u64,
    /// Annotated characters that lie in no span found of their label.
    pub(crate) strayed: u64,
    /// Characters outside annotated spans, and those that lie in a span found.
    pub(crate) plain: u64,
    /// See `plain`.
    pub(crate) over: u64,
    /// Documents without a name, place, organisation, address; and those in which something is found.
    pub(crate) clean: u64,
    /// See `clean`.
    pub(crate) hit: u64,
}

impl Counts {
    /// Adds up.
    pub(crate) const fn add(&mut self, other: &Self) {
        self.spans += other.spans;
        self.exact += other.exact;
        self.found += other.found;
        self.chars += other.chars;
        self.leaked += other.leaked;
        self.strayed += other.strayed;
        self.plain += other.plain;
        self.over += other.over;
        self.clean += other.clean;
        self.hit += other.hit;
    }

    /// Share of annotated characters that leak.
    pub(crate) fn leak(&self) -> f64 {
        share(self.leaked, self.chars)
    }

    /// Share of annotated characters that are in no finding of their label.
    pub(crate) fn strayed(&self) -> f64 {
        share(self.strayed, self.chars)
    }

    /// Share of other characters that are redacted.
    pub(crate) fn over(&self) -> f64 {
        share(self.over, self.plain)
    }

    /// Share of clean documents that are hit.
    pub(crate) fn hits(&self) -> f64 {
        share(self.hit, self.clean)
    }

    /// Strict F1.
    pub(crate) fn f1(&self) -> f64 {
        share(2 * self.exact, self.spans + self.found)
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Counts of one document: by label, and of all labels at the end.
pub(crate) type ByLabel = [Counts; 5];

/// Scores one document.
pub(crate) fn score(tagger: &Tagger, document: &Document, knob: Knob) -> ByLabel {
    let found = tagger.spans(&document.text, knob);
    let found: Vec<(ByteSpan, Label)> = found.iter().map(|found| (found.span, found.label)).collect();
    of_found(document, &found)
}

/// Scores what was found in one document.
pub(crate) fn of_found(document: &Document, found: &[(ByteSpan, Label)]) -> ByLabel {
    let text = &document.text;
    let mut counts = [Counts::default(); 5];
    let (mut covered, mut marked) = (vec![false; text.len()], vec![false; text.len()]);
    let mut rightly = vec![false; text.len()];
    let fill = |bytes: &mut [bool], span: ByteSpan| bytes[span.start..span.end].fill(true);
    let position = |label: Label| Label::ALL.iter().position(|other| *other == label).unwrap_or(4);
    for (span, _) in found {
        fill(&mut covered, *span);
    }
    for (span, _) in &document.spans {
        fill(&mut marked, *span);
    }
    let is_char = |at: &usize| text.is_char_boundary(*at);
    for (span, label) in &document.spans {
        let Some(label) = *label else { continue };
        let mut one = Counts::default();
        // Exactness is counted where false alarms are.
        one.spans = u64::from(document.labels[position(label)]);
        one.exact = one.spans * u64::from(found.iter().any(|(other, of)| other == span && *of == label));
        rightly[span.start..span.end].fill(false);
        for (other, _) in found.iter().filter(|(other, of)| *of == label && other.overlaps(*span)) {
            fill(&mut rightly, *other);
        }
        for at in (span.start..span.end).filter(is_char) {
            one.chars += 1;
            one.leaked += u64::from(!covered[at]);
            one.strayed += u64::from(!rightly[at]);
        }
        counts[position(label)].add(&one);
        counts[4].add(&one);
    }
    let mut over = vec![false; text.len()];
    let mut is_hit = false;
    for (span, label) in found {
        let label = position(*label);
        // What a source does not annotate can be no false alarm.
        if !document.labels[label] {
            continue;
        }
        is_hit = true;
        counts[label].found += 1;
        counts[4].found += 1;
        for at in (span.start..span.end).filter(is_char) {
            counts[label].over += u64::from(!marked[at]);
            counts[4].over += u64::from(!marked[at] && !over[at]);
            over[at] = true;
        }
    }
    let plain = (0..text.len()).filter(|at| is_char(at) && !marked[*at]).count() as u64;
    counts.iter_mut().for_each(|counts| counts.plain = plain);
    if document.spans.iter().all(|(_, label)| label.is_none()) {
        for (label, counts) in counts.iter_mut().enumerate() {
            counts.clean = 1;
            counts.hit = u64::from(if label == 4 { is_hit } else { counts.found > 0 });
        }
    }
    counts
}

/// Counts of many documents by a name that `group` gives.
pub(crate) fn table(
    tagger: &Tagger,
    documents: &[Document],
    knob: Knob,
    group: impl Fn(&Document) -> String,
) -> BTreeMap<String, ByLabel> {
    let mut table: BTreeMap<String, ByLabel> = BTreeMap::new();
    for document in documents {
        let counts = score(tagger, document, knob);
        for (sum, counts) in table.entry(group(document)).or_default().iter_mut().zip(&counts) {
            sum.add(counts);
        }
    }
    table
}
