//! Dependencies: each of the workspace is used by a member, each of a member occurs in its sources.
//!
//! The second is a search for the crate's name as a word, so it can miss what only a macro uses: it is a note.

use std::collections::BTreeSet;

use cargo_metadata::DependencyKind;
use testkit::Trouble;

use super::{Findings, Table};
use crate::workspace::{Workspace, short};

/// Searches for what is declared and not used.
pub(super) fn check(workspace: &Workspace, table: &Table) -> Result<Findings, Trouble> {
    let mut findings = Findings::default();
    let twice = twice(&workspace.read("Cargo.lock")?)?;
    if twice.len() > table.duplicates.names_max {
        findings.wrong.push(format!(
            "Cargo.lock has {} crates in more than one version, more than the {} of xtask/tidy.toml: {}",
            twice.len(),
            table.duplicates.names_max,
            twice.join(", ")
        ));
    }
    let manifest: toml::Table = toml::from_str(&workspace.read("Cargo.toml")?)
        .map_err(|error| Trouble::new(format!("Cargo.toml: {error}")))?;
    let declared = manifest
        .get("workspace")
        .and_then(|table| table.get("dependencies"))
        .and_then(toml::Value::as_table)
        .ok_or_else(|| Trouble::new("Cargo.toml has no [workspace.dependencies]"))?;
    let mut used = BTreeSet::new();
    for package in workspace.packages() {
        for dependency in &package.dependencies {
            used.insert(dependency.rename.clone().unwrap_or_else(|| dependency.name.clone()));
            used.insert(dependency.name.clone());
        }
    }
    for name in declared.keys() {
        if !used.contains(name) {
            findings.notes.push(format!("[workspace.dependencies] `{name}` is used by no member"));
        }
    }
    let files = workspace.files()?;
    for package in workspace.packages() {
        let Some(folder) = package.manifest_path.parent() else { continue };
        let Ok(folder) = folder.as_std_path().strip_prefix(workspace.root()) else { continue };
        let mut sources = String::new();
        for file in files.iter().filter(|file| file.starts_with(folder)) {
            if file.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&workspace.read(&file.display().to_string())?);
            }
        }
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
            let word = if name == "iban_validate" { "iban".to_owned() } else { name.replace('-', "_") };
            if !occurs(&sources, &word) {
                findings.notes.push(format!(
                    "`{}` depends on `{name}` and its sources do not name it",
                    short(&package.name)
                ));
            }
        }
    }
    Ok(findings)
}

/// Names that a lock file has in more than one version.
fn twice(lock: &str) -> Result<Vec<String>, Trouble> {
    let lock: toml::Table =
        toml::from_str(lock).map_err(|error| Trouble::new(format!("Cargo.lock: {error}")))?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let mut names: Vec<&str> = packages
        .into_iter()
        .flatten()
        .filter_map(|package| package.get("name").and_then(toml::Value::as_str))
        .collect();
    names.sort_unstable();
    let mut found: Vec<String> =
        names.windows(2).filter(|pair| pair.first() == pair.last()).map(|pair| pair.concat()).collect();
    found.dedup();
    Ok(found.into_iter().map(|name| name.get(..name.len() / 2).unwrap_or_default().to_owned()).collect())
}

/// True when `word` occurs and no letter, digit or underscore stands beside it.
fn occurs(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at.saturating_add(word.len())..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_two_versions_are_named_once() {
        let package = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"1\"\n");
        let lock = ["a", "b", "b", "c", "c", "c"].map(package).concat();
        assert_eq!(twice(&lock).unwrap(), ["b", "c"]);
    }

    #[test]
    fn a_name_counts_as_a_word() {
        assert!(occurs("use http::Uri;", "http"));
        assert!(!occurs("use http_body::Body;", "http"));
    }
}
