//! `cordon scan`: what a provider would see of files, without a gateway.
//!
//! What is found in a file is printed before the next one is read.

mod values;

use std::path::{Path, PathBuf};

use clap::Args;
use exchange::PreviewFinding;
use serde_json::{Value, json};

use self::values::Values;
use super::inspecting::Inspecting;
use crate::context::{Context, wait};
use crate::dry::Dry;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::source::{Place, Source};
use crate::table::aligned;

/// Find personal data and secrets in files.
///
/// Shows where each value stands, never the value. Ends with 1 when something was found, so that it can guard a commit or a
/// build.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// The files; `-` is standard input.
    ///
    /// Default: standard input. Example: cordon scan notes.txt request.json
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    inspecting: Inspecting,

    /// Show the values too; on a terminal only.
    ///
    /// Default: off. Example: cordon scan --show-values notes.txt
    #[arg(long)]
    show_values: bool,
}

impl Scan {
    /// Scans.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        if self.show_values && !context.output.is_terminal() {
            return Err(Failure::Usage(
                "--show-values works on a terminal only, not into a file or a pipe: leave it out here"
                    .to_owned(),
            ));
        }
        let dry = Dry::new(self.inspecting.finding_question(context)?)?;
        let mut count = 0;
        let mut unread = None;
        for file in &self.files {
            match self.found(context, &dry, file, count == 0) {
                Ok(found) => {
                    count += found.count;
                    if !found.is_taken {
                        // Whoever read has seen enough; there was something to print, so something was found.
                        return Ok(unread.unwrap_or(Exit::Found));
                    }
                }
                Err(failure) if self.files.len() > 1 => {
                    context.output.failure(&failure);
                    unread = Some(failure.exit());
                }
                Err(failure) => return Err(failure),
            }
        }
        let files =
            if self.files.len() == 1 { "1 file".to_owned() } else { format!("{} files", self.files.len()) };
        let tone = if count == 0 { Tone::Good } else { Tone::Doubtful };
        let found = match count {
            0 => format!("Nothing found in {files}."),
            1 => format!("1 finding in {files}."),
            _ => format!("{count} findings in {files}."),
        };
        context.output.note(&context.output.toned_note(tone, &found));
        Ok(unread.unwrap_or(if count == 0 { Exit::Done } else { Exit::Found }))
    }

    /// Scans one file and prints what was found, under a heading for the first.
    fn found(&self, context: &Context, dry: &Dry, file: &Path, is_first: bool) -> Result<Found, Failure> {
        let output = &context.output;
        let source = self.inspecting.source(context, file)?;
        let body = source.body(None);
        let findings = wait(dry.found(&source, body.clone()))?;
        let places = places(&source, &findings);
        let mut found = Found { count: findings.len(), is_taken: true };
        if findings.is_empty() {
            return Ok(found);
        }
        if output.is_json() {
            found.is_taken = findings.iter().zip(&places).all(|(finding, place)| {
                output.bytes(format!("{}\n", document(&source, finding, place)).as_bytes())
            });
            return Ok(found);
        }
        let paths = findings.iter().map(|finding| finding.path.as_str());
        let values = self.show_values.then(|| Values::new(&source, &body, paths));
        let mut headings = vec!["WHERE", "ENTITY", "CLASS", "SCORE", "BYTES"];
        headings.extend(self.show_values.then_some("VALUE"));
        let rows = findings.iter().zip(&places).map(|(finding, place)| {
            let mut row = row(&source, finding, place);
            row.extend(
                values.as_ref().map(|values| values.of(&finding.path, finding.span).unwrap_or_default()),
            );
            row
        });
        let table = aligned(&headings, rows);
        let shown =
            if is_first { Some(table.as_str()) } else { table.split_once('\n').map(|(_, rows)| rows) };
        found.is_taken = output.bytes(format!("{}\n", shown.unwrap_or_default()).as_bytes());
        Ok(found)
    }
}

/// What came of a file.
struct Found {
    count: usize,
    /// False where nobody takes more of what is printed.
    is_taken: bool,
}

fn row(source: &Source, finding: &PreviewFinding, place: &Place) -> Vec<String> {
    vec![
        where_shown(source, place),
        finding.entity.clone(),
        finding.class.to_string(),
        format!("{:.2}", finding.score),
        finding.span.len().to_string(),
    ]
}

/// Where findings stand, in their order.
pub(super) fn places(source: &Source, findings: &[PreviewFinding]) -> Vec<Place> {
    source.places(findings.iter().map(|finding| (finding.path.as_str(), finding.span.start)))
}

/// `notes.txt:3:10`, or `request.json /messages/0/content +12`.
pub(super) fn where_shown(source: &Source, place: &Place) -> String {
    match place {
        Place::Line(line, column) => format!("{}:{line}:{column}", source.name),
        Place::Path(path, start) => format!("{} {path} +{start}", source.name),
    }
}

/// A finding for programs.
pub(super) fn document(source: &Source, finding: &PreviewFinding, place: &Place) -> Value {
    let (line, column, path) = match place {
        Place::Line(line, column) => (Some(line), Some(column), None),
        Place::Path(path, _) => (None, None, Some(path)),
    };
    json!({
        "file": source.name,
        "line": line,
        "column": column,
        "path": path,
        "start": finding.span.start,
        "end": finding.span.end,
        "entity": finding.entity,
        "class": finding.class.name(),
        "score": (f64::from(finding.score) * 100.0).round() / 100.0,
    })
}
