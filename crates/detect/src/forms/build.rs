//! A form of a text, and how it is put together.
//!
//! Promises: changes are taken in order, overlapping ones dropped; a span of the form maps to a span of the text that covers
//! each change that it touches as a whole; memory is a small multiple of the form.

use types::{ByteSpan, DataClass, Finding};

use crate::edges;
use crate::terms::EXACT_TERM;

/// How much of the text stands around a change: more than context words reach (`context::Reach`).
const BEFORE_BYTES: usize = 160;
const AFTER_BYTES: usize = 96;
/// How shortly behind a change a value may begin that is told by it: a label that was written differently.
const TOLD_BYTES: usize = 64;
/// What stands between excerpts. No value has it.
const BREAK: &str = "\n\u{1}\n";
/// From this score on a finding without check is told by its own shape.
const SURE: f32 = 0.8;

/// A check that most numbers of some digits pass.
const SHAPE: &str = "labelled_id";
/// A check of country, bank and 97: nothing else passes it.
const UNMISTAKABLE: &str = "iban";

/// What a finding in a change must have to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// What it must have anywhere.
    Any,
    /// A check that it passed.
    Checked,
    /// A check that it passed, and context or a check that hardly anything else passes.
    Sure,
    /// A check that it passed, and context or a check that nothing else passes.
    InContext,
}

/// Another form of a text.
pub(crate) struct Form {
    text: String,
    runs: Vec<Run>,
    marks: Vec<Mark>,
    breaks: Vec<u32>,
}

/// From `form` on the text stands at `original`, byte for byte up to the next run; a `changed` run stands as a whole for
/// `original..original_end`. Texts are shorter than 4 GiB (`TEXT_BYTES_MAX`).
#[derive(Debug, Clone, Copy)]
struct Run {
    form: u32,
    original: u32,
    original_end: u32,
    is_changed: bool,
}

/// Where the form differs from its text.
#[derive(Debug, Clone, Copy)]
struct Mark {
    start: u32,
    end: u32,
    kind: &'static str,
    trust: Trust,
}

impl Form {
    /// The form.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The span of the text that a span of the form stands for.
    pub(crate) fn original(&self, span: ByteSpan) -> ByteSpan {
        let at = |form: usize| {
            self.runs.get(self.runs.partition_point(|run| wide(run.form) <= form).wrapping_sub(1))
        };
        let start = at(span.start).map_or(span.start, |run| {
            if run.is_changed {
                wide(run.original)
            } else {
                wide(run.original) + (span.start - wide(run.form))
            }
        });
        let end = at(span.end.saturating_sub(1)).map_or(span.end, |run| {
            if run.is_changed {
                wide(run.original_end)
            } else {
                wide(run.original) + (span.end - wide(run.form))
            }
        });
        ByteSpan::new(start, end.max(start))
    }

    /// True when the form differs from its text within `span`. What stands beside a change was there before.
    pub(crate) fn is_changed(&self, span: ByteSpan) -> bool {
        self.touched(span).any(|mark| {
            let is_inside = wide(mark.start) < span.end && wide(mark.end) > span.start;
            is_inside && (mark.start < mark.end || wide(mark.start) > span.start)
        })
    }

    fn touched(&self, span: ByteSpan) -> impl Iterator<Item = &Mark> {
        let first = self.marks.partition_point(|mark| wide(mark.end) < span.start);
        self.marks
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(move |mark| wide(mark.start) <= span.end)
    }

    /// The kind of change that a finding comes from; `None` when the finding does not count.
    pub(crate) fn kind_of(&self, span: ByteSpan, finding: &Finding) -> Option<&'static str> {
        let after = self.breaks.partition_point(|at| wide(*at) <= span.start);
        if self.breaks.get(after).is_some_and(|at| wide(*at) < span.end) {
            return None;
        }
        let mut kind = None;
        for mark in self.touched(span) {
            if !holds(mark.trust, finding) {
                return None;
            }
            kind = kind.or(Some(mark.kind));
        }
        kind.or_else(|| {
            let before = self.marks.partition_point(|mark| wide(mark.end) < span.start);
            let told = self.marks.get(before.checked_sub(1)?)?;
            let is_near = wide(told.end) + TOLD_BYTES >= span.start && told.trust == Trust::Any;
            is_near.then_some(told.kind)
        })
    }
}

fn holds(trust: Trust, finding: &Finding) -> bool {
    let evidence = &finding.evidence;
    let is_checked = evidence.validator.is_some()
        || &*evidence.recognizer == EXACT_TERM
        || (finding.score >= SURE && finding.class() == DataClass::Credential);
    let has_context = evidence.context.is_some() || &*evidence.recognizer == EXACT_TERM;
    match trust {
        Trust::Any => true,
        Trust::Checked => is_checked,
        // Cards and accounts: issuer, length and check digits.
        Trust::Sure => {
            is_checked && (has_context || (finding.class() == DataClass::Financial && finding.score >= SURE))
        }
        Trust::InContext => {
            is_checked
                && evidence.validator != Some(SHAPE)
                && (has_context || evidence.validator == Some(UNMISTAKABLE))
        }
    }
}

fn wide(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Puts a form together from changes in the order of the text.
pub(crate) struct FormBuilder<'t> {
    text: &'t str,
    is_new: &'t dyn Fn(ByteSpan) -> bool,
    form: Form,
    /// Up to where the text stands in the form.
    at: usize,
}

impl<'t> FormBuilder<'t> {
    /// A builder of a form of `text`, of which only the spans that `is_new` tells may be changed.
    pub(crate) fn of(text: &'t str, is_new: &'t dyn Fn(ByteSpan) -> bool) -> Self {
        let form = Form { text: String::new(), runs: Vec::new(), marks: Vec::new(), breaks: Vec::new() };
        Self { text, is_new, form, at: 0 }
    }

    /// The text.
    pub(crate) const fn text(&self) -> &'t str {
        self.text
    }

    /// True when something in `span` was not seen before. A pass asks for the whole of what it would change.
    pub(crate) fn is_new(&self, span: ByteSpan) -> bool {
        (self.is_new)(span)
    }

    /// `new` stands for `span` as a whole.
    pub(crate) fn change(&mut self, span: ByteSpan, new: &str, kind: &'static str, trust: Trust) {
        if span.end <= span.start || (span.start < self.at && !self.form.marks.is_empty()) {
            return;
        }
        let from = self.window_start(span.start);
        if self.form.marks.is_empty() {
            self.same(from, span.start);
        } else if from > self.at + AFTER_BYTES {
            self.same(self.at, edges::floor(self.text, self.at + AFTER_BYTES));
            self.form.breaks.push(narrow(self.form.text.len() + 1));
            self.form.text.push_str(BREAK);
            self.same(from, span.start);
        } else {
            self.same(self.at, span.start);
        }
        let start = self.form.text.len();
        self.form.runs.push(Run {
            form: narrow(start),
            original: narrow(span.start),
            original_end: narrow(span.end),
            is_changed: true,
        });
        self.form.text.push_str(new);
        let end = narrow(self.form.text.len());
        match self.form.marks.last_mut() {
            Some(last) if wide(last.end) == start && last.kind == kind && last.trust == trust => {
                last.end = end
            }
            _ => self.form.marks.push(Mark { start: narrow(start), end, kind, trust }),
        }
        self.at = span.end;
    }

    /// Where the excerpt around a change begins: between words, if there is a place.
    fn window_start(&self, start: usize) -> usize {
        let from = edges::floor(self.text, start.saturating_sub(BEFORE_BYTES));
        if from == 0 {
            return 0;
        }
        let before = self.text.get(from..start).unwrap_or_default();
        before.find(char::is_whitespace).map_or(from, |space| from + space)
    }

    fn same(&mut self, from: usize, to: usize) {
        let Some(part) = self.text.get(from..to).filter(|part| !part.is_empty()) else { return };
        self.form.runs.push(Run {
            form: narrow(self.form.text.len()),
            original: narrow(from),
            original_end: narrow(to),
            is_changed: false,
        });
        self.form.text.push_str(part);
    }

    /// The form; `None` when nothing was changed.
    pub(crate) fn finish(mut self) -> Option<Form> {
        if self.form.marks.is_empty() {
            return None;
        }
        self.same(self.at, edges::floor(self.text, self.at.saturating_add(AFTER_BYTES)));
        Some(self.form)
    }
}
