//! `cordon-trainer`: from labelled text to the weights of the tagger, the same weights on each run.
//!
//! A development tool beside the product: it reads files, takes minutes, and stops at the first mistake in its data. Tokens and
//! features are those of `detect`, so that training and use cannot drift apart. `cargo xtask train` calls it.
#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::needless_range_loop,
    reason = "a development tool: an index beyond its bounds is a mistake here and must stop it"
)]

mod card;
mod corpus;
mod crf;
mod data;
mod explore;
mod list;
mod network;
mod random;
mod score;
mod train;
mod tune;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use detect::tagger::Weights;

use crate::list::List;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Trouble(String);

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
    /// Write the weights and their card into this folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Do not train: take these weights.
    #[arg(long)]
    weights: Option<PathBuf>,
    /// Another value for a key of `[training]`.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Train both families on one in so many documents and set them side by side.
    #[arg(long, value_name = "N")]
    families: Option<usize>,
    /// Do not choose biases.
    #[arg(long)]
    untuned: bool,
    #[command(flatten)]
    explore: explore::Options,
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
    if let Some(every) = arguments.families {
        train::families(
            &list,
            &train::tables(&list, &arguments.data, &parts.training)?,
            &parts,
            every,
            |line| tell(&line),
        );
        return Ok(());
    }
    let mut weights = match &arguments.weights {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| Trouble::file(path, &error))?;
            Weights::from_bytes(&bytes).map_err(|error| Trouble::file(path, &error))?
        }
        None => {
            let tables = train::tables(&list, &arguments.data, &parts.training)?;
            train::train(&list, tables, &parts.training, |line| tell(&line))
        }
    };
    if arguments.explore.run(&weights, &parts.tuning)? {
        return Ok(());
    }
    if !arguments.untuned {
        tune::tune(&mut weights, &list.training, &parts.tuning, |line| tell(&line));
    }
    let bytes = weights.bytes();
    let card = card::card(&list, &weights, &bytes, &parts);
    match &arguments.out {
        Some(folder) => {
            let write = |name: &str, bytes: &[u8]| {
                let path = folder.join(name);
                std::fs::write(&path, bytes).map_err(|error| Trouble::file(&path, &error))
            };
            std::fs::create_dir_all(folder).map_err(|error| Trouble::file(folder, &error))?;
            write("weights.bin", &bytes)?;
            write("card.md", card.as_bytes())?;
        }
        None => tell(&card),
    }
    Ok(())
}
