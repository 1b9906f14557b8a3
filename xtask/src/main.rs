//! `cargo xtask`: the development commands. What CI runs is what a developer can run.
//!
//! - `cargo xtask test`: everything that must hold before a change is done, in one command.
//! - `cargo xtask tidy`: the structure of the workspace held against what is drawn and promised.
//! - `cargo xtask bench`: the numbers, direct and through Cordon in one run.
//! - `cargo xtask eval`: what the detector finds of what is annotated, and in ordinary text.
//! - `cargo xtask train`: the weights of the tagger, from a data list.
//!
//! It imports no product crate, so that it builds while the product does not. Only [`output`] prints.

mod bench;
mod eval;
mod output;
mod run;
mod test;
mod tidy;
mod train;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Development commands of Cordon.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Format, lints, tidy, documentation, licences, all tests, and the product with real clients.
    Test(test::Options),
    /// Import table, headers, names, ARCHITECTURE.md, unused dependencies.
    Tidy,
    /// Latency, throughput, streams, sessions, memory, start: direct and through Cordon.
    Bench(bench::Options),
    /// Detection on labelled documents and on ordinary text: F1, leaks, over-redaction, false alarms.
    Eval(eval::Options),
    /// Weights of the tagger from a data list; the same weights on each run.
    Train(train::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Test(options) => test::run(&options),
        Command::Tidy => tidy::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Eval(options) => eval::run(&options),
        Command::Train(options) => train::run(&options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            output::error(&trouble.to_string());
            ExitCode::from(2)
        }
    }
}
