//! Checks of the sources: format, lints, tidy, documentation.

use testkit::Trouble;

use super::tally::Tally;
use crate::workspace::Workspace;
use crate::{output, run, tidy};

/// Runs them.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally, is_quick: bool) -> Result<(), Trouble> {
    step(workspace, tally, "format", &["fmt", "--all", "--check"], &[])?;
    step(
        workspace,
        tally,
        "lints",
        &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
        &[],
    )?;
    output::heading("tidy");
    for (name, holds) in tidy::report(workspace)?.checks {
        tally.count(&format!("tidy: {name}"), holds);
    }
    if is_quick {
        tally.skip("documentation", "--quick");
        return Ok(());
    }
    step(
        workspace,
        tally,
        "documentation",
        &["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"],
        &[("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")],
    )
}

fn step(
    workspace: &Workspace,
    tally: &mut Tally,
    name: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<(), Trouble> {
    output::heading(&format!("{name}: cargo {}", arguments.join(" ")));
    let mut command = workspace.cargo(arguments);
    command.envs(environment.iter().copied());
    let done = run::watched(command, is_worth_showing)?;
    output::line(&format!("{} {name} ({:.0} s)", if done.is_good { "ok  " } else { "FAIL" }, done.seconds));
    tally.count(name, done.is_good);
    Ok(())
}

/// Leaves out the lines that only say what is being compiled.
pub(super) fn is_worth_showing(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    !["Compiling", "Checking", "Documenting", "Downloading", "Downloaded", "Fresh", "Blocking", "Generated"]
        .contains(&first)
}
