//! `cargo xtask train`: the weights of the tagger from a data list, by the crate `trainer`.
//!
//! The data is not part of the checkout, but for that of `--check`: `models/training.md` says where it comes from.

use std::path::{Path, PathBuf};

use clap::Args;
use testkit::Trouble;

use crate::output;
use crate::run::{quiet, watched};
use crate::workspace::Workspace;

/// What to train.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    cargo xtask train models/latin.toml --data ~/tagger-data --out models/latin\n  \
    cargo xtask train --check")]
pub(crate) struct Options {
    /// The data list.
    #[arg(required_unless_present = "check")]
    list: Option<PathBuf>,
    /// The folder that the files of the list lie in.
    #[arg(long, default_value = ".")]
    data: PathBuf,
    /// Write `weights.bin` and `card.md` into this folder.
    #[arg(long, required_unless_present = "check")]
    out: Option<PathBuf>,
    /// Train the small model of `models/check` and hold it against its checksum.
    #[arg(long, conflicts_with_all = ["list", "data", "out"])]
    check: bool,
}

/// Trains; with `--check` true when the weights came out as they should.
pub(crate) fn run(options: &Options) -> Result<bool, Trouble> {
    let workspace = Workspace::load()?;
    if options.check {
        return check(&workspace);
    }
    let (Some(list), Some(out)) = (&options.list, &options.out) else { return Ok(false) };
    let done = watched(trainer(&workspace, list, &options.data, out)?, |_| true)?;
    Ok(done.is_good)
}

fn check(workspace: &Workspace) -> Result<bool, Trouble> {
    let folder = workspace.root().join("models/check");
    let out = workspace.target().join("train-check");
    let done = quiet(trainer(workspace, &folder.join("list.toml"), &folder, &out)?)?;
    if !done.is_good {
        done.lines.iter().for_each(|line| output::error(line));
        return Ok(false);
    }
    let card = std::fs::read_to_string(out.join("card.md"))?;
    let expected = workspace.read("models/check/weights.sha256")?;
    let is_same = card.contains(expected.trim());
    if is_same {
        output::line(&format!("the small model is the same bit for bit: {}", expected.trim()));
    } else {
        output::error("the small model came out otherwise than models/check/weights.sha256 says");
    }
    Ok(is_same)
}

fn trainer(
    workspace: &Workspace,
    list: &Path,
    data: &Path,
    out: &Path,
) -> Result<std::process::Command, Trouble> {
    let mut command = workspace.cargo(&[
        "run",
        "--release",
        "--locked",
        "--quiet",
        "-p",
        "cordon-trainer",
        "--bin",
        "cordon-trainer",
        "--",
    ]);
    // The trainer starts in the root folder; paths are meant from here.
    let absolute =
        |path: &Path| std::path::absolute(path).map_err(|error| Trouble::from(error).during("the paths"));
    command.arg(absolute(list)?).arg("--data").arg(absolute(data)?).arg("--out").arg(absolute(out)?);
    Ok(command)
}
