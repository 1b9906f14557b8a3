//! What is wrong with a fact file: where, what, what to do.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong: one line, lower case, no full stop.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, " ({})", self.help) }
    }
}

/// Everything that is wrong with some files; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblems(pub Vec<FileProblem>);

impl fmt::Display for FileProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FileProblems {}

/// Gathers problems of one file.
#[derive(Debug)]
pub(crate) struct Finder<'a> {
    file: &'a str,
    text: &'a str,
    found: Vec<FileProblem>,
}

impl<'a> Finder<'a> {
    pub(crate) const fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// Something is wrong at a place of the text.
    pub(crate) fn add(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.found.push(FileProblem {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: message.into(),
            help: help.into(),
        });
    }

    /// What the TOML reader refuses, in one line.
    pub(crate) fn syntax(&mut self, error: &toml::de::Error) {
        let line = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        let (message, help) = match line.split_once(", expected ") {
            Some((what, expected)) if what.starts_with("unknown") => (
                what.replacen("unknown field", "unknown key", 1).replacen(
                    "unknown variant",
                    "unknown value",
                    1,
                ),
                format!("possible here: {}", expected.trim_start_matches("one of ")),
            ),
            _ => (line, String::new()),
        };
        self.add(error.span().unwrap_or(0..0), message, help);
    }

    /// The value, where nothing was wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Vec<FileProblem>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }
}
