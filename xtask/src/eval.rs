//! `cargo xtask eval`: how well the detector finds what is annotated in labelled documents, and what it finds in ordinary text.
//!
//! Labelled documents are JSON lines, see [`data`]; what each figure means stands in [`mod@score`] and, for readers, in
//! `docs/detection.md`. Texts are given to the detector as they are. The detector runs in release.

mod clean;
mod confusion;
mod data;
mod detector;
mod figures;
mod interval;
mod labels;
mod page;
mod predictions;
mod report;
mod score;
mod table;

use std::path::{Path, PathBuf};

use clap::Args;
use testkit::Trouble;

use self::data::{Choice, Document};
use self::detector::Detector;
use self::figures::{Scores, scores};
use self::labels::Labels;
use self::predictions::Predicted;
use self::score::{Outcome, score};
use self::table::Table;
use crate::output;
use crate::workspace::Workspace;

/// What to evaluate.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    cargo xtask eval data/ --show 3\n  \
    cargo xtask eval data/ --names off\n  \
    cargo xtask eval data/ --predictions ours.jsonl\n  \
    cargo xtask eval data/ --lang en --compare Presidio=presidio.jsonl\n  \
    cargo xtask eval --clean ~/.cargo/registry/src /usr/share/doc")]
pub(crate) struct Options {
    /// Labelled documents: files, or folders with `*.jsonl`. With --clean: files and folders of any text.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Write what our detector finds to this file, one JSON object a line: id, spans with start, end, label.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["score", "clean"])]
    predictions: Option<PathBuf>,
    /// Score the predictions in this file, of any tool, instead of running our detector.
    #[arg(long, value_name = "FILE", conflicts_with = "clean")]
    score: Option<PathBuf>,
    /// Set the predictions of another tool beside ours.
    #[arg(long, value_name = "NAME=FILE", conflicts_with_all = ["score", "clean"], value_parser = named)]
    compare: Option<(String, PathBuf)>,
    /// What is asked of names, places and addresses in free text: off, precise, balanced or strict. Left out: balanced, as the product is delivered.
    #[arg(long, default_value = "balanced", value_parser = ["off", "precise", "balanced", "strict"], value_name = "KNOB")]
    names: String,
    /// Count findings in ordinary text and code.
    #[arg(long)]
    clean: bool,
    /// With --clean: read at most so many megabytes.
    #[arg(long, default_value_t = 1_000, value_name = "MB")]
    megabytes_max: u64,
    /// Only documents in these languages.
    #[arg(long, value_delimiter = ',', value_name = "LANG,…", conflicts_with = "clean")]
    lang: Vec<String>,
    /// Only documents of these sources.
    #[arg(long, value_delimiter = ',', value_name = "SOURCE,…", conflicts_with = "clean")]
    source: Vec<String>,
    /// Show so many examples of each thing that goes wrong, with their text.
    #[arg(long, default_value_t = 0, value_name = "N")]
    show: usize,
    /// For programs: everything as one JSON object.
    #[arg(long, conflicts_with_all = ["markdown", "write", "show"])]
    json: bool,
    /// Print the tables in Markdown.
    #[arg(long)]
    markdown: bool,
    /// Write the tables to docs/detection.md, between the marks of this name.
    #[arg(long, value_name = "NAME")]
    write: Option<String>,
    /// Threads; all cores when left out.
    #[arg(long)]
    threads: Option<usize>,
}

/// Evaluates and reports.
pub(crate) fn run(options: &Options) -> Result<bool, Trouble> {
    let workspace = Workspace::load()?;
    if let Some(name) = &options.write {
        page::has(&workspace.root().join(page::PATH), name)?;
    }
    if options.clean {
        clean(options, &workspace)?;
    } else {
        labelled(options, &workspace)?;
    }
    Ok(true)
}

fn labelled(options: &Options, workspace: &Workspace) -> Result<(), Trouble> {
    let labels = Labels::load()?;
    let documents =
        data::read(&options.paths, &Choice { languages: &options.lang, sources: &options.source })?;
    // Read before the detector is built and asked: a wrong file is told at once.
    let other = match options.score.as_deref().or(options.compare.as_ref().map(|(_, path)| path.as_path())) {
        Some(path) => Some(predictions::read(path, &documents)?),
        None => None,
    };
    let predicted = match (&options.score, &other) {
        (Some(_), Some(other)) => other.clone(),
        _ => predictions::ours(&options.detector(workspace)?, &labels, &documents)?,
    };
    if let Some(path) = &options.predictions {
        predictions::write(path, &documents, &predicted)?;
    }
    output::progress("scoring");
    let outcomes = outcomes(&labels, &documents, &predicted);
    let ours = scores(&labels, &documents, &outcomes);
    let groups = confusion::groups(&documents, &outcomes);
    let tables = match (&options.compare, &other) {
        (Some((name, _)), Some(other)) => {
            let theirs = their_scores(&labels, &documents, other);
            report::comparison(&ours, &theirs, name)
        }
        _ => report::tables(&ours).into_iter().chain([confusion::table(&groups)]).collect(),
    };
    output::progress("");
    let summary = format!("{} documents, {} annotated spans.", documents.len(), ours.all.spans);
    if options.json {
        output::line(&report::json(&ours, &groups).to_string());
        return Ok(());
    }
    options.print(workspace, &summary, &tables)?;
    if options.show > 0 {
        confusion::examples(&groups, options.show).iter().for_each(|line| output::line(line));
    }
    Ok(())
}

fn their_scores(labels: &Labels, documents: &[Document], predicted: &[Predicted]) -> Scores {
    scores(labels, documents, &outcomes(labels, documents, predicted))
}

fn outcomes(labels: &Labels, documents: &[Document], predicted: &[Predicted]) -> Vec<Outcome> {
    documents.iter().zip(predicted).map(|(document, found)| score(labels, document, found)).collect()
}

fn clean(options: &Options, workspace: &Workspace) -> Result<(), Trouble> {
    let detector = options.detector(workspace)?;
    let bytes_max = options.megabytes_max.saturating_mul(1_000_000);
    let corpus = clean::corpus(&detector, &options.paths, bytes_max, options.show)?;
    clean::holds_text(&corpus)?;
    if options.json {
        output::line(&corpus.json().to_string());
        return Ok(());
    }
    options.print(workspace, &corpus.summary(), &corpus.tables())?;
    if options.show > 0 {
        corpus.examples(options.show).iter().for_each(|line| output::line(line));
    }
    Ok(())
}

impl Options {
    fn detector(&self, workspace: &Workspace) -> Result<Detector, Trouble> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        Detector::build(workspace, self.threads.unwrap_or_else(cores), &self.names)
    }

    fn print(&self, workspace: &Workspace, summary: &str, tables: &[Table]) -> Result<(), Trouble> {
        let markdown = || {
            let tables: Vec<String> = tables.iter().map(Table::markdown).collect();
            format!("{summary}\n\n{}", tables.join("\n"))
        };
        if let Some(name) = &self.write {
            page::write(&workspace.root().join(page::PATH), name, &markdown())?;
            output::line(&format!("{}: the part `{name}` is written", page::PATH));
        } else if self.markdown {
            output::line(&markdown());
        } else {
            output::line(summary);
            tables.iter().for_each(|table| output::line(&table.text()));
        }
        Ok(())
    }
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), Path::new(path).to_owned()))
        }
        _ => Err("write it as NAME=FILE, such as Presidio=presidio.jsonl".to_owned()),
    }
}
