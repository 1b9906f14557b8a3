//! What is wrong with a configuration, and how it is shown: file, line, column, the text, and what to do.

use std::fmt;
use std::ops::Range;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity};
use serde_json::{Value, json};

use super::document::{Document, Step, line_column};

/// Width of messages, in columns.
const WIDTH: usize = 110;

/// One thing that is wrong, or worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where; `None` for the file as a whole.
    pub(crate) span: Option<Range<usize>>,
    /// What is wrong: one line, lower case, no full stop, no value that could be a secret.
    pub(crate) message: String,
    /// Two or three words for the place.
    pub(crate) label: String,
    /// What to do.
    pub(crate) help: Option<String>,
    /// True for what works but deserves a look.
    pub(crate) is_warning: bool,
}

/// Gathers problems of one document.
#[derive(Debug)]
pub(crate) struct Problems<'a> {
    document: &'a Document,
    all: Vec<Problem>,
}

/// A configuration that is refused; shows itself with the text around each problem.
#[derive(Debug, Clone)]
pub(crate) struct ConfigError {
    name: String,
    shown: String,
    /// What is wrong, in the order of the file.
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Problems<'a> {
    /// None so far.
    pub(crate) const fn new(document: &'a Document) -> Self {
        Self { document, all: Vec::new() }
    }

    /// Something is wrong at a path.
    pub(crate) fn error(
        &mut self,
        path: &[Step],
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        self.add(path, message.into(), label, help.into(), false);
    }

    /// Something at a path deserves a look.
    pub(crate) fn warning(
        &mut self,
        path: &[Step],
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) {
        self.add(path, message.into(), label, help.into(), true);
    }

    fn add(&mut self, path: &[Step], message: String, label: &str, help: String, is_warning: bool) {
        self.all.push(Problem {
            span: self.document.span(path),
            message,
            label: label.to_owned(),
            help: Some(help).filter(|help| !help.is_empty()),
            is_warning,
        });
    }

    /// All problems, where going on makes no sense.
    pub(crate) fn refused(mut self) -> ConfigError {
        self.all.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
        ConfigError::new(self.document, self.all)
    }

    /// The warnings, where nothing is wrong.
    ///
    /// # Errors
    /// All problems, where something is.
    pub(crate) fn finish(mut self) -> Result<ConfigError, ConfigError> {
        self.all.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
        let is_wrong = self.all.iter().any(|problem| !problem.is_warning);
        let report = ConfigError::new(self.document, self.all);
        if is_wrong { Err(report) } else { Ok(report) }
    }
}

impl ConfigError {
    /// Problems of a document.
    pub(crate) fn new(document: &Document, problems: Vec<Problem>) -> Self {
        Self { name: document.name.clone(), shown: document.shown(), problems }
    }

    /// For people.
    pub(crate) fn render(&self, colours: bool) -> String {
        let theme = if colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(WIDTH)
            .with_links(false)
            .without_syntax_highlighting()
            .with_break_words(false);
        let mut shown = String::new();
        for problem in &self.problems {
            let source = NamedSource::new(&self.name, self.shown.clone());
            if handler.render_report(&mut shown, &Shown { problem, source }).is_err() {
                shown.push_str(&problem.message);
                shown.push('\n');
            }
        }
        shown
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let problems = self.problems.iter().map(|problem| {
            let at = problem.span.as_ref().map(|span| line_column(&self.shown, span.start));
            json!({
                "file": self.name,
                "line": at.map(|(line, _)| line),
                "column": at.map(|(_, column)| column),
                "severity": if problem.is_warning { "warning" } else { "error" },
                "message": problem.message,
                "help": problem.help,
            })
        });
        Value::Array(problems.collect())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first =
            self.problems.iter().find(|problem| !problem.is_warning).or_else(|| self.problems.first());
        let Some(problem) = first else { return write!(f, "{}", self.name) };
        match &problem.span {
            Some(span) => {
                let (line, column) = line_column(&self.shown, span.start);
                write!(f, "{}:{line}:{column}: {}", self.name, problem.message)
            }
            None => write!(f, "{}: {}", self.name, problem.message),
        }
    }
}

impl std::error::Error for ConfigError {}

/// One problem in the form that miette shows.
struct Shown<'a> {
    problem: &'a Problem,
    source: NamedSource<String>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown(..)")
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(if self.problem.is_warning { Severity::Warning } else { Severity::Error })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display + 'b>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.problem.span.clone()?;
        let label = LabeledSpan::new(Some(self.problem.label.clone()), span.start, span.len());
        Some(Box::new(std::iter::once(label)))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.problem.span.is_some().then_some(&self.source as &dyn miette::SourceCode)
    }
}
