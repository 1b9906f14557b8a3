//! Who may import whom: our crates by the table, foreign crates by the lists of pure crates and sole users.

use cargo_metadata::DependencyKind;

use super::{Findings, Table};
use crate::workspace::{Workspace, short};

/// Holds the manifests against the table.
pub(super) fn check(workspace: &Workspace, table: &Table) -> Findings {
    let mut findings = Findings::default();
    let packages = workspace.packages();
    let ours: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    for package in &packages {
        let name = short(&package.name);
        let Some(allowed) = table.imports.get(name) else {
            findings.wrong.push(format!("crate `{name}` is not in [imports] of xtask/tidy.toml: add it"));
            continue;
        };
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            let is_for_tests = dependency.kind == DependencyKind::Development;
            if ours.contains(&used) {
                let used = short(used);
                // Tests may put together what the product keeps apart.
                if !is_for_tests && !allowed.iter().any(|other| other == used) {
                    findings.wrong.push(format!("`{name}` imports `{used}`, which the table does not allow"));
                }
                continue;
            }
            if is_for_tests {
                continue;
            }
            let is_pure = table.pure.crates.iter().any(|pure| pure == name);
            if is_pure && table.pure.never.iter().any(|never| never == used) {
                findings
                    .wrong
                    .push(format!("`{name}` does no I/O and depends on `{used}`: hand values in instead"));
            }
            if let Some(users) = table.only.get(used)
                && !users.iter().any(|user| user == name)
            {
                findings.wrong.push(format!("`{name}` depends on `{used}`, which only {users:?} may"));
            }
        }
    }
    for name in table.imports.keys() {
        if !packages.iter().any(|package| short(&package.name) == name) {
            findings.wrong.push(format!("[imports] of xtask/tidy.toml names `{name}`, which does not exist"));
        }
    }
    findings
}
