//! Licences, bans and sources of all dependencies, by `cargo deny` and `deny.toml`.
//!
//! The tool is installed privately below the build's folder when it is not there; without a network this says so and is
//! skipped. Advisories are not asked for: the database changes without a commit of ours, and a test that fails by itself
//! is no test. They are looked at when the lock file changes (`cargo deny check advisories`).

use std::path::PathBuf;
use std::process::Command;

use testkit::Trouble;

use super::checks::is_worth_showing;
use super::tally::Tally;
use crate::workspace::Workspace;
use crate::{output, run};

const VERSION: &str = "0.20.2";

/// Runs `cargo deny check licenses bans sources`.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally, is_quick: bool) -> Result<(), Trouble> {
    let name = "licences, bans and sources";
    if is_quick {
        tally.skip(name, "--quick");
        return Ok(());
    }
    output::heading(name);
    let Some(tool) = tool(workspace)? else {
        tally.skip(name, "cargo-deny is not installed and could not be (is there a network?)");
        return Ok(());
    };
    let mut command = Command::new(tool);
    command
        .args(["--workspace", "--all-features", "--locked", "check", "--show-stats"])
        .args(["licenses", "bans", "sources"])
        .current_dir(workspace.root());
    let done = run::watched(command, |_| true)?;
    output::line(&format!("{} {name} ({:.0} s)", if done.is_good { "ok  " } else { "FAIL" }, done.seconds));
    tally.count(name, done.is_good);
    Ok(())
}

fn tool(workspace: &Workspace) -> Result<Option<PathBuf>, Trouble> {
    if run::works("cargo-deny", &["--version"]) {
        return Ok(Some(PathBuf::from("cargo-deny")));
    }
    let root = workspace.target().join("tools");
    let program = root.join("bin/cargo-deny");
    if program.is_file() {
        return Ok(Some(program));
    }
    output::line(&format!("installing cargo-deny {VERSION} into {}", root.display()));
    let mut command = workspace.cargo(&["install", "--quiet", "--locked", "--root"]);
    command.arg(&root).arg(format!("cargo-deny@{VERSION}"));
    let done = run::watched(command, is_worth_showing)?;
    Ok(done.is_good.then_some(program))
}
