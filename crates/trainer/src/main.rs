//! `cordon-trainer`: from labelled text to the weights of the tagger, the same weights on each run.
//!
//! A development tool beside the product: it reads files, takes minutes, and stops at the first mistake in its data. Tokens and
//! features are those of `detect`, so that training and use cannot drift apart.
#![expect(
    clippy::indexing_slicing,
    reason = "a development tool: an index beyond its bounds is a mistake here and must stop it"
)]

mod corpus;
mod crf;
mod data;
mod list;
mod random;
mod score;
mod train;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use detect::tagger::{Knob, Tagger, Weights};

use crate::data::Document;
use crate::list::List;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(String);

impl Trouble {
    fn file(path: &Path, error: &dyn std::fmt::Display) -> Self {
        Self(format!("{}: {error}", path.display()))
    }

    fn line(path: &Path, line: usize, error: &dyn std::fmt::Display) -> Self {
        Self(format!("{}:{line}: {error}", path.display()))
    }
}

/// Trains the tagger.
#[derive(Parser)]
#[command(name = "cordon-trainer")]
struct Arguments {
    /// The data list.
    list: PathBuf,
    /// The folder that the files of the list lie in.
    #[arg(long, default_value = ".")]
    data: PathBuf,
    /// Write the weights to this file.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Do not train: take these weights.
    #[arg(long)]
    weights: Option<PathBuf>,
    /// Show figures for so many biases of the outside tag.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    sweep: Vec<f32>,
    /// Show what leaks when over-redaction reaches this share of the characters, by language.
    #[arg(long)]
    curve: Option<f64>,
    /// Another value for a key of `[training]`.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Measure how fast this text is read.
    #[arg(long)]
    speed: Option<PathBuf>,
    /// Show what goes wrong in documents of these sources.
    #[arg(long, value_delimiter = ',')]
    show: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            tell(&format!("error: {trouble}"));
            ExitCode::FAILURE
        }
    }
}

fn tell(text: &str) {
    // Nobody left to read is no reason to stop training.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let mut list = List::read(&arguments.list)?;
    list.training.set(&arguments.set)?;
    let parts = data::parts(&list, &arguments.data)?;
    tell(&format!(
        "{} documents for training, {} for tuning, {} for the report",
        parts.training.len(),
        parts.tuning.len(),
        parts.reporting.len()
    ));
    let weights = match &arguments.weights {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| Trouble::file(path, &error))?;
            Weights::from_bytes(&bytes).map_err(|error| Trouble::file(path, &error))?
        }
        None => {
            let tables = train::tables(&list, &arguments.data)?;
            train::train(&list, tables, &parts.training, |line| tell(&line))
        }
    };
    if let Some(path) = &arguments.out {
        std::fs::write(path, weights.bytes()).map_err(|error| Trouble::file(path, &error))?;
    }
    if let Some(path) = &arguments.speed {
        speed(&weights, path)?;
    }
    if let Some(over) = arguments.curve {
        curve(&weights, over, &parts.tuning);
    }
    for bias in &arguments.sweep {
        sweep(&weights, *bias, &parts.tuning);
    }
    Ok(())
}

fn sweep(weights: &Weights, bias: f32, documents: &[Document]) {
    let mut weights = weights.clone();
    let bias_units = (bias * weights.unit as f32).round() as i16;
    weights.biases = [[[bias_units; 4]; 4]; 3];
    let tagger = Tagger::new(weights.clone(), Some(weights));
    tell(&format!("bias {bias}"));
    for (name, counts) in score::table(&tagger, documents, Knob::Balanced, |document| {
        format!("{:4} {}", document.language, document.source)
    }) {
        let [person, location, organisation, address, all] = counts;
        tell(&format!(
            "  {name:24} P {:.3}/{:.3} L {:.3}/{:.3} O {:.3}/{:.3} A {:.3}/{:.3} all {:.3}/{:.3} over {:.4} (P {:.4} L {:.4} O {:.4} A {:.4}) clean hit {}/{}",
            person.f1(),
            person.leak(),
            location.f1(),
            location.leak(),
            organisation.f1(),
            organisation.leak(),
            address.f1(),
            address.leak(),
            all.f1(),
            all.leak(),
            all.over(),
            person.over(),
            location.over(),
            organisation.over(),
            address.over(),
            all.hit,
            all.clean,
        ));
    }
}

/// Leaks at the first bias that over-redacts more than `over`, between the biases on both sides of it.
fn curve(weights: &Weights, over: f64, documents: &[Document]) {
    let mut tables = Vec::new();
    for step in -4_i16..14 {
        let bias = f32::from(step) * 0.25;
        let mut weights = weights.clone();
        weights.biases = [[[(bias * weights.unit as f32).round() as i16; 4]; 4]; 3];
        let tagger = Tagger::new(weights.clone(), Some(weights));
        tables.push((
            bias,
            score::table(&tagger, documents, Knob::Balanced, |document| {
                let kind = if document.source.starts_with("own-") {
                    "own"
                } else if document.source.starts_with("gen") {
                    "gen"
                } else {
                    "ext"
                };
                format!("{kind} {}", document.language)
            }),
        ));
    }
    let names: Vec<String> = tables
        .iter()
        .flat_map(|(_, table)| table.keys().cloned())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    for name in names {
        let at = |step: usize| {
            tables.get(step).and_then(|(bias, table)| table.get(&name).map(|counts| (*bias, *counts)))
        };
        let beyond = (0..tables.len())
            .find(|step| at(*step).is_some_and(|(_, counts)| counts[4].over() > over))
            .unwrap_or(tables.len() - 1);
        let (Some((low, a)), Some((high, b))) = (at(beyond.saturating_sub(1)), at(beyond)) else { continue };
        let (from, to) = (a[4].over(), b[4].over());
        let share = if to > from { ((over - from) / (to - from)).clamp(0.0, 1.0) } else { 1.0 };
        let between = |of: &dyn Fn(&score::ByLabel) -> f64| of(&a) + share * (of(&b) - of(&a));
        let best = tables
            .iter()
            .filter_map(|(_, table)| table.get(&name))
            .map(|counts| counts[4].f1())
            .fold(0.0, f64::max);
        tell(&format!(
            "{name:8} bias {:5.2} leak P {:.3} L {:.3} O {:.3} A {:.3} all {:.3} clean hit {:.3} ({}) best F1 {best:.3}",
            f64::from(low) + share * f64::from(high - low),
            between(&|c| c[0].leak()),
            between(&|c| c[1].leak()),
            between(&|c| c[2].leak()),
            between(&|c| c[3].leak()),
            between(&|c| c[4].leak()),
            between(&|c| c[4].hits()),
            a[4].clean,
        ));
    }
}

/// The best of some runs over a text.
#[expect(clippy::disallowed_methods, reason = "how fast it is can only be measured")]
fn speed(weights: &Weights, path: &Path) -> Result<(), Trouble> {
    let text = std::fs::read_to_string(path).map_err(|error| Trouble::file(path, &error))?;
    let tagger = Tagger::new(weights.clone(), None);
    let mut best = f64::MAX;
    let mut found = 0;
    for _ in 0..5 {
        let begun = std::time::Instant::now();
        found = tagger.spans(&text, Knob::Balanced).len();
        best = best.min(begun.elapsed().as_secs_f64());
    }
    tell(&format!("{}: {:.2} MB/s, {found} spans", path.display(), text.len() as f64 / 1e6 / best));
    Ok(())
}
