//! Where a recognizer file is wrong.

use std::ops::Range;

/// A recognizer file that cannot be used: where, what, and what to do.
///
/// It shows text of the recognizer file (which an operator wrote), never text of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {what}; {hint}")]
pub struct RuleError {
    /// Name of the file.
    pub file: String,
    /// Line, from 1; 0 where no single place is at fault.
    pub line: usize,
    /// Column in characters, from 1; 0 where no single place is at fault.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl RuleError {
    /// An error at a place of a file, given as a range of bytes of its text.
    pub(crate) fn at(
        file: &super::RuleFile<'_>,
        place: &Range<usize>,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (line, column) = line_column(file.text, place.start);
        Self { file: file.name.to_owned(), line, column, what: what.into(), hint: hint.into() }
    }

    /// An error of the set of files as a whole.
    pub(crate) fn of_set(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { file: "recognizers".to_owned(), line: 0, column: 0, what: what.into(), hint: hint.into() }
    }
}

fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
