//! All Rust tests but those of the product, and the examples in the documentation.

use testkit::Trouble;

use super::checks::is_worth_showing;
use super::tally::{Counts, Tally};
use crate::workspace::Workspace;
use crate::{output, run};

/// Runs them.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally, filter: Option<&str>) -> Result<(), Trouble> {
    suite(workspace, tally, "tests", &["--workspace", "--exclude", "cordon-testkit"], filter, &[])?;
    suite(
        workspace,
        tally,
        "tests of the test kit",
        &["-p", "cordon-testkit", "--lib", "--bins"],
        filter,
        &[],
    )?;
    if filter.is_some() {
        return Ok(());
    }
    let name = "examples in the documentation";
    output::heading(name);
    let done =
        run::watched(workspace.cargo(&["test", "--locked", "--workspace", "--doc"]), is_worth_showing)?;
    finish(tally, name, &done, true);
    Ok(())
}

/// Runs tests with nextest where it is installed, else with `cargo test`.
pub(super) fn suite(
    workspace: &Workspace,
    tally: &mut Tally,
    name: &str,
    which: &[&str],
    filter: Option<&str>,
    environment: &[(&str, String)],
) -> Result<(), Trouble> {
    let has_nextest = run::works("cargo-nextest", &["nextest", "--version"]);
    let mut arguments: Vec<&str> = if has_nextest {
        vec!["nextest", "run", "--locked", "--no-fail-fast", "--no-tests=pass"]
    } else {
        vec!["test", "--locked", "--no-fail-fast"]
    };
    arguments.extend_from_slice(which);
    if !has_nextest && which.contains(&"--workspace") {
        arguments.extend_from_slice(&["--lib", "--bins", "--tests"]);
    }
    arguments.extend(filter);
    output::heading(&format!("{name}: cargo {}", arguments.join(" ")));
    let mut command = workspace.cargo(&arguments);
    command
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env("NEXTEST_STATUS_LEVEL", "slow")
        .env("NEXTEST_FINAL_STATUS_LEVEL", "slow")
        .env("NEXTEST_HIDE_PROGRESS_BAR", "1");
    let done = run::watched(command, is_worth_showing)?;
    finish(tally, name, &done, filter.is_none());
    Ok(())
}

fn finish(tally: &mut Tally, name: &str, done: &run::Done, skips_count: bool) {
    let counts = Counts::read(&done.lines, skips_count);
    match counts {
        Some(counts) => {
            tally.add(name, counts);
            if !done.is_good && counts.failed == 0 {
                tally.count(&format!("{name}: the runner failed"), false);
            }
        }
        // Nothing was run: either nothing is there, or it could not be built.
        None if done.is_good => output::line("no tests"),
        None => tally.count(&format!("{name}: could not be run"), false),
    }
    output::line(&format!("{} {name} ({:.0} s)", if done.is_good { "ok  " } else { "FAIL" }, done.seconds));
}
