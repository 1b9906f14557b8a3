//! The drawing: the table of crates in ARCHITECTURE.md names the crates that exist, with the imports of the table.

use std::collections::BTreeSet;

use testkit::Trouble;

use super::{Findings, Table};
use crate::workspace::{Workspace, short};

/// Holds the table of crates in ARCHITECTURE.md against the workspace and `tidy.toml`.
pub(super) fn check(workspace: &Workspace, table: &Table) -> Result<Findings, Trouble> {
    let mut findings = Findings::default();
    let text = workspace.read("ARCHITECTURE.md")?;
    let drawn = rows(&text);
    if drawn.is_empty() {
        findings.wrong.push("ARCHITECTURE.md has no section `## Crates` with a table".to_owned());
        return Ok(findings);
    }
    for package in workspace.packages() {
        let name = short(&package.name);
        if !drawn.iter().any(|(drawn, _)| drawn == name) {
            findings.wrong.push(format!("ARCHITECTURE.md does not name the crate `{name}`"));
        }
    }
    let mut before = BTreeSet::new();
    for (name, imports) in &drawn {
        let Some(allowed) = table.imports.get(name) else {
            findings.wrong.push(format!("ARCHITECTURE.md names `{name}`, which does not exist"));
            continue;
        };
        let allowed: BTreeSet<String> = allowed.iter().cloned().collect();
        let drawn: BTreeSet<String> = match imports.as_str() {
            "–" | "-" => BTreeSet::new(),
            "all" | "all above" => before.clone(),
            list => list.split(',').map(|item| item.trim().trim_matches('`').to_owned()).collect(),
        };
        if drawn != allowed {
            findings.wrong.push(format!(
                "ARCHITECTURE.md draws the imports of `{name}` otherwise than xtask/tidy.toml: {:?}",
                drawn.symmetric_difference(&allowed).collect::<Vec<_>>()
            ));
        }
        before.insert(name.clone());
    }
    Ok(findings)
}

/// Name and imports of each row of the table of crates.
fn rows(text: &str) -> Vec<(String, String)> {
    let section = text.split_once("\n## Crates").map(|(_, after)| after).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let name = cells.first()?.trim_matches('`').to_owned();
            Some((name, (*cells.get(2)?).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_name_and_imports_of_the_section_alone() {
        let text = "x\n## Crates\n| crate | duty | imports |\n|---|---|---|\n| `a` | d | – | no |\n| – | – | – |\n| `b` | d | a | no |\n## Next\n| `c` | d | – |\n";
        assert_eq!(rows(text), [("a".into(), "–".into()), ("b".into(), "a".into())]);
    }
}
