//! The structure of the workspace held against what is drawn and promised. Each check is one file; each finding is one
//! sentence that says where and what to do. Findings fail the command; notes are printed and do not.

mod architecture;
mod dependencies;
mod imports;
mod sources;

use std::collections::BTreeMap;

use serde::Deserialize;
use testkit::Trouble;

use crate::output;
use crate::workspace::Workspace;

/// `xtask/tidy.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    imports: BTreeMap<String, Vec<String>>,
    pure: Pure,
    only: BTreeMap<String, Vec<String>>,
    names: Names,
    duplicates: Duplicates,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Duplicates {
    names_max: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pure {
    crates: Vec<String>,
    never: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    never: Vec<String>,
}

/// What a check found.
#[derive(Default)]
struct Findings {
    wrong: Vec<String>,
    notes: Vec<String>,
}

/// The result of all checks.
pub(crate) struct Report {
    /// Name of each check and whether it holds.
    pub(crate) checks: Vec<(&'static str, bool)>,
}

/// Runs all checks; true when nothing is wrong.
pub(crate) fn run() -> Result<bool, Trouble> {
    let report = report(&Workspace::load()?)?;
    Ok(report.checks.iter().all(|(_, holds)| *holds))
}

/// Runs all checks and prints what they find.
pub(crate) fn report(workspace: &Workspace) -> Result<Report, Trouble> {
    let text = workspace.read("xtask/tidy.toml")?;
    let table: Table =
        toml::from_str(&text).map_err(|error| Trouble::new(format!("xtask/tidy.toml: {error}")))?;
    let results = [
        ("imports follow the table", imports::check(workspace, &table)),
        ("ARCHITECTURE.md names the crates and imports that exist", architecture::check(workspace, &table)?),
        ("sources have headers, good names and no loose ends", sources::check(workspace, &table)?),
        ("dependencies are used and do not multiply", dependencies::check(workspace, &table)?),
    ];
    let mut checks = Vec::new();
    for (name, findings) in results {
        for note in &findings.notes {
            output::line(&format!("   note: {note}"));
        }
        for wrong in &findings.wrong {
            output::line(&format!("   wrong: {wrong}"));
        }
        let holds = findings.wrong.is_empty();
        output::line(&format!("{} tidy: {name}", if holds { "ok  " } else { "FAIL" }));
        checks.push((name, holds));
    }
    Ok(Report { checks })
}
