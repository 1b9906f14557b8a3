//! The text of a configuration file: where things stand in it, and how it may be shown.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::secrets;

/// A configuration file as text.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// Name of the file, for messages.
    pub(crate) name: String,
    text: String,
}

/// One step of a path into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The member of this name.
    Member(String),
    /// The element at this index.
    Element(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Self::Member(name.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Element(index)
    }
}

impl Document {
    /// A document of this name and text.
    pub(crate) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The text as it stands. Not to be shown: see [`Self::shown`].
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text with everything that could be a secret blotted out, of the same length.
    pub(crate) fn shown(&self) -> String {
        secrets::blotted(&self.text)
    }

    /// Where the value at a path stands; where the nearest thing above it stands if it is not there.
    pub(crate) fn span(&self, path: &[Step]) -> Option<Range<usize>> {
        let table = DeTable::parse(&self.text).ok()?;
        let mut span = None;
        let mut value = None;
        for (depth, step) in path.iter().enumerate() {
            let next = match (step, depth) {
                (Step::Member(name), 0) => table.get_ref().get(name.as_str()),
                (Step::Member(name), _) => value
                    .and_then(|value: &Spanned<DeValue<'_>>| value.get_ref().as_table()?.get(name.as_str())),
                (Step::Element(index), _) => {
                    value.and_then(|value: &Spanned<DeValue<'_>>| value.get_ref().as_array()?.get(*index))
                }
            };
            let Some(next) = next else { break };
            span = Some(next.span());
            value = Some(next);
        }
        span
    }
}

/// Line and column of a byte offset, both from 1; columns count characters.
pub(crate) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}
