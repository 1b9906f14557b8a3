//! `cordon scan`: what a provider would see of files, without a gateway.

use std::path::PathBuf;

use clap::Args;
use exchange::PreviewFinding;
use serde_json::{Value, json};

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
            return Err(Failure::Usage("--show-values works on a terminal only".to_owned()));
        }
        let dry = Dry::new(self.inspecting.finding_question(context)?)?;
        let mut rows = Vec::new();
        let mut unread = None;
        for file in &self.files {
            let source = match Source::read(file, self.inspecting.kind) {
                Ok(source) => source,
                Err(failure) if self.files.len() > 1 => {
                    context.output.failure(&failure);
                    unread = Some(failure.exit());
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let preview = wait(dry.preview(source.route, source.body(None)))?;
            for finding in &preview.findings {
                context.output.object(&document(&source, finding));
                rows.push(self.row(&source, finding));
            }
        }
        let count = rows.len();
        if count > 0 {
            let mut headings = vec!["WHERE", "ENTITY", "CLASS", "SCORE", "BYTES"];
            if self.show_values {
                headings.push("VALUE");
            }
            context.output.line(&aligned(&headings, rows));
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

    fn row(&self, source: &Source, finding: &PreviewFinding) -> Vec<String> {
        let mut row = vec![
            where_shown(source, finding),
            finding.entity.clone(),
            finding.class.to_string(),
            format!("{:.2}", finding.score),
            finding.span.len().to_string(),
        ];
        if self.show_values {
            row.push(value(source, finding).unwrap_or_default());
        }
        row
    }
}

/// `notes.txt:3:10`, or `request.json /messages/0/content +12`.
pub(super) fn where_shown(source: &Source, finding: &PreviewFinding) -> String {
    match source.place(&finding.path, finding.span.start) {
        Place::Line(line, column) => format!("{}:{line}:{column}", source.name),
        Place::Path(path, start) => format!("{} {path} +{start}", source.name),
    }
}

/// The value of a finding in a text. In JSON the spans are those of decoded strings, which are not at hand here.
fn value(source: &Source, finding: &PreviewFinding) -> Option<String> {
    match source.place(&finding.path, finding.span.start) {
        Place::Line(..) => finding.span.of(&source.text).map(|value| value.escape_debug().to_string()),
        Place::Path(..) => {
            let body = source.body(None);
            let limits = wire::Limits { leaves_max: usize::MAX, ..wire::Limits::default() };
            let request =
                wire::Request::parse(source.route.dialect, source.route.endpoint, &body, &limits).ok()?;
            let mut at =
                (0..request.segments().len()).filter(|index| request.segment_path(*index) == finding.path);
            // Where two leaves share a path, which of them is meant cannot be told.
            let (only, None) = (at.next()?, at.next()) else { return None };
            let segment = request.segments().get(only)?;
            finding.span.of(&segment.text).map(|value| value.escape_debug().to_string())
        }
    }
}

/// A finding for programs.
pub(super) fn document(source: &Source, finding: &PreviewFinding) -> Value {
    let (line, column, path) = match source.place(&finding.path, finding.span.start) {
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
