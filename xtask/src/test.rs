//! `cargo xtask test`: everything that must hold, in one command, in an order that fails early.
//!
//! Format, lints, tidy, documentation, licences; then all Rust tests; then the product with its real binary: exchanges
//! as data, kill -9, many apps, official clients in private virtual environments, a bigger model, and at the end a search of everything
//! that was written for what must not be there. Each step says what it does; what is skipped says why. The last line is
//! `N passed, N failed`, with `, N skipped` where something was.

mod checks;
mod licences;
mod model;
mod product;
mod python;
mod suites;
mod tally;

use clap::Args;
use testkit::Trouble;

use self::tally::Tally;
use crate::output;
use crate::workspace::Workspace;

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Leave out what takes minutes: licences, documentation, clients in Python.
    #[arg(long)]
    quick: bool,
    /// Only tests with this text in their name; the checks of the sources are left out. `demo`, `model` and `python` are the
    /// steps of these names alone.
    filter: Option<String>,
}

impl Options {
    /// True when one step of the product tests is meant, not tests by their name.
    fn is_one_step(&self) -> bool {
        self.filter.as_deref().is_some_and(|filter| product::STEPS.contains(&filter))
    }
}

/// Runs it; true when nothing failed.
pub(crate) fn run(options: &Options) -> Result<bool, Trouble> {
    let workspace = Workspace::load()?;
    let mut tally = Tally::default();
    if options.filter.is_none() {
        checks::run(&workspace, &mut tally, options.quick)?;
        licences::run(&workspace, &mut tally, options.quick)?;
    }
    if !options.is_one_step() {
        suites::run(&workspace, &mut tally, options.filter.as_deref())?;
    }
    product::run(&workspace, &mut tally, options)?;
    output::heading("result");
    for failure in tally.failures() {
        output::line(&format!("failed: {failure}"));
    }
    for skip in tally.skips() {
        output::line(&format!("skipped: {skip}"));
    }
    output::line(&tally.summary());
    Ok(tally.is_good())
}
