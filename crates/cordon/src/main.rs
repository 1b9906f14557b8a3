//! Cordon: one door through which an application's requests leave for AI providers, protected.
//!
//! This crate is the binary. It has no logic of its own: it reads the command line, the environment and the configuration,
//! hands the crates below what they must not reach for themselves (time, randomness, ids, files, keys), and prints.
//!
//! | part | duty |
//! |---|---|
//! | `cli` | what can be typed |
//! | `commands` | one file per command |
//! | `config` | `cordon.toml`: read, checked, planned |
//! | `variables`, `world` | the only places that read the environment; the clock and randomness |
//! | `state` | the state directory and its root key |
//! | `output`, `exit`, `failure` | the only place that prints; the exit codes; what can go wrong |
//!
//! Invariants:
//! - Only `output` prints (held by lint), and nothing that it prints holds a value unless the user of `scan`,
//!   `redact` or `demo` asked for it.
//! - A secret comes from the environment or from a file that only its owner can read, never from the configuration
//!   (test `a_secret_is_refused_and_never_shown`).
//! - A state directory without its root key is refused, never given a new one (test
//!   `a_missing_or_wrong_root_key_is_refused`).

mod assess;
mod changes;
mod child;
mod cli;
mod commands;
mod config;
mod context;
mod demo;
mod door;
mod dry;
mod exit;
mod failure;
mod files;
mod keyring;
mod leak_test;
mod letter;
mod log_lines;
mod model;
mod moment;
mod names;
mod output;
mod policies;
mod private_dir;
mod recognizers;
mod setup;
mod sheet;
mod signals;
mod source;
mod standings;
mod state;
mod table;
mod tally;
mod telemetry;
mod terms;
mod variables;
mod world;

use std::process::ExitCode;

/// Small allocations per request are many and short-lived; measured elsewhere at a tenth less CPU than the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    world::quiet_panics();
    cli::run()
}
