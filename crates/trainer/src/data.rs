//! Labelled documents: read, cut into parts for training and for validation, and put into other cases.

use std::path::Path;

use detect::tagger::Label;
use serde::Deserialize;
use types::ByteSpan;

use crate::Trouble;
use crate::list::{List, Part, Source, read};

/// A document.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// Where it is from.
    pub(crate) source: String,
    /// Its language.
    pub(crate) language: String,
    /// The text.
    pub(crate) text: String,
    /// Everything annotated; `None` for what is no label of the tagger.
    pub(crate) spans: Vec<(ByteSpan, Option<Label>)>,
    /// Labels that are annotated wherever they occur.
    pub(crate) labels: [bool; 4],
    /// True when it may also be read in other cases.
    pub(crate) recase: bool,
    /// A number of its template or text, by which parts are cut.
    pub(crate) key: u64,
}

#[derive(Deserialize)]
struct Line {
    source: String,
    #[serde(default)]
    lang: String,
    template: Option<serde_json::Value>,
    text: String,
    spans: Vec<LineSpan>,
}

#[derive(Deserialize)]
struct LineSpan {
    start: usize,
    end: usize,
    label: String,
}

/// Documents for training, each as often as it counts, and for validation.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// For training.
    pub(crate) training: Vec<Document>,
    /// For choosing the biases.
    pub(crate) tuning: Vec<Document>,
    /// For the figures that are reported.
    pub(crate) reporting: Vec<Document>,
}

/// Reads all sources of a list.
pub(crate) fn parts(list: &List, data: &Path) -> Result<Parts, Trouble> {
    let mut parts = Parts::default();
    for source in &list.sources {
        let text = read(data, &source.file, &source.sha256)?;
        for (number, line) in (1..).zip(text.lines()) {
            let trouble = |error: &dyn std::fmt::Display| Trouble::line(&source.file, number, error);
            let line: Line = serde_json::from_str(line).map_err(|error| trouble(&error))?;
            let is_other = line.source != source.name
                || !(source.languages.is_empty() || source.languages.contains(&line.lang));
            if is_other {
                continue;
            }
            let document =
                document(source, line).ok_or_else(|| trouble(&"a span does not lie in the text"))?;
            let is_kept_out = match source.part {
                Part::Training => false,
                Part::Validation => true,
                Part::Split => document.key % 100 < list.training.validation,
            };
            if !is_kept_out {
                parts.training.extend(std::iter::repeat_n(document, source.times));
            } else if document.key / 100 % 2 == 0 {
                parts.tuning.push(document);
            } else {
                parts.reporting.push(document);
            }
        }
    }
    Ok(parts)
}

fn document(source: &Source, line: Line) -> Option<Document> {
    let mut offsets: Vec<usize> = line.text.char_indices().map(|(at, _)| at).collect();
    offsets.push(line.text.len());
    let mut spans = Vec::new();
    for span in &line.spans {
        let (start, end) = (*offsets.get(span.start)?, *offsets.get(span.end)?);
        spans.push((ByteSpan::new(start, end), label(&span.label)));
    }
    let template = line.template.map(|template| template.to_string());
    let mut labels = [false; 4];
    for (is_annotated, label) in labels.iter_mut().zip(Label::ALL) {
        *is_annotated = source.labels.iter().any(|name| name == label.name());
    }
    Some(Document {
        key: key(&line.source, template.as_deref().unwrap_or(&line.text)),
        source: line.source,
        recase: source.recase,
        language: line.lang,
        text: line.text,
        spans,
        labels,
    })
}

fn label(name: &str) -> Option<Label> {
    Label::ALL.into_iter().find(|label| label.name() == name)
}

/// A number of a text that any run and any machine gives alike.
fn key(source: &str, text: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in source.bytes().chain(text.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    }
    (hash ^ (hash >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
}

impl Document {
    /// The same document with each character mapped by `map`, which keeps their number.
    #[must_use]
    pub(crate) fn mapped(&self, map: impl Fn(char) -> char) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut places = vec![0; self.text.len() + 1];
        for (at, c) in self.text.char_indices() {
            if let Some(place) = places.get_mut(at) {
                *place = text.len();
            }
            text.push(map(c));
        }
        if let Some(place) = places.last_mut() {
            *place = text.len();
        }
        let moved = |at: usize| places.get(at).copied().unwrap_or_default();
        let spans = self
            .spans
            .iter()
            .map(|(span, label)| (ByteSpan::new(moved(span.start), moved(span.end)), *label));
        Self { spans: spans.collect(), text, ..self.clone() }
    }

    /// In lower case.
    pub(crate) fn lowered(&self) -> Self {
        self.mapped(|c| one(c, c.to_lowercase()))
    }

    /// In capitals.
    pub(crate) fn raised(&self) -> Self {
        self.mapped(|c| one(c, c.to_uppercase()))
    }
}

/// The other case of a character, where that is one character.
fn one(c: char, mut other: impl Iterator<Item = char>) -> char {
    match (other.next(), other.next()) {
        (Some(other), None) => other,
        _ => c,
    }
}
