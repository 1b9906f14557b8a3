//! Source files: each begins with a header, has a name that says something, and leaves no loose end without a number.
//! Sizes are notes: a file or crate can be long for a reason.

use std::collections::BTreeMap;
use std::path::Path;

use testkit::Trouble;

use super::{Findings, Table};
use crate::workspace::Workspace;

/// Lines of a file beyond which a note asks whether it is still about one thing.
const FILE_LINES_LONG: usize = 400;

/// Share of all product lines beyond which a note asks for the wall inside a crate, in percent.
const CRATE_SHARE_MAX: usize = 25;

/// Reads all sources.
pub(super) fn check(workspace: &Workspace, table: &Table) -> Result<Findings, Trouble> {
    let mut findings = Findings::default();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for file in workspace.files()? {
        let shown = file.display().to_string();
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !["rs", "toml", "md", "py", "sh"].contains(&extension) {
            continue;
        }
        let text = workspace.read(&shown)?;
        for (at, line) in (1_usize..).zip(text.lines()) {
            if is_loose_end(line) {
                findings
                    .wrong
                    .push(format!("{shown}:{at}: a loose end without an issue number, such as (#12)"));
            }
        }
        if extension != "rs" {
            continue;
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if table.names.never.iter().any(|never| *never == name) {
            findings.wrong.push(format!("{shown}: the name says nothing: name the file after its one thing"));
        }
        if !text.starts_with("//!") {
            findings.wrong.push(format!("{shown}: does not begin with a header `//!`"));
        }
        if let Some(member) = product_crate(&file) {
            let count = product_lines(&text);
            let sum = lines.entry(member).or_default();
            *sum = sum.saturating_add(count);
            if count > FILE_LINES_LONG {
                findings.notes.push(format!("{shown}: {count} lines: is it still about one thing?"));
            }
        }
    }
    let all: usize = lines.values().sum();
    for (member, count) in lines {
        if count.saturating_mul(100) > all.saturating_mul(CRATE_SHARE_MAX) {
            findings.notes.push(format!(
                "crate `{member}` has {count} of {all} product lines: more than {CRATE_SHARE_MAX} %"
            ));
        }
    }
    Ok(findings)
}

/// The crate of a product file: below `crates/NAME/src`, the test kit left out.
fn product_crate(file: &Path) -> Option<String> {
    let parts: Vec<&str> = file.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        ["crates", name, "src", ..] if *name != "testkit" => Some((*name).to_owned()),
        _ => None,
    }
}

/// Lines up to the tests, which stand last.
fn product_lines(text: &str) -> usize {
    text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count()
}

/// A mark for later work without the number of its issue.
fn is_loose_end(line: &str) -> bool {
    // Put together here, so that this file does not find itself.
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")].iter().any(|mark| {
        line.match_indices(mark).any(|(at, _)| {
            let before = line.get(..at).unwrap_or_default().chars().next_back();
            let after = line.get(at.saturating_add(mark.len())..).unwrap_or_default();
            let is_word = before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                && after.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_');
            let has_number = after
                .split_once('#')
                .is_some_and(|(_, digits)| digits.starts_with(|c: char| c.is_ascii_digit()));
            is_word && !has_number
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loose_end_is_a_mark_without_a_number() {
        let mark = concat!("TO", "DO");
        assert!(is_loose_end(&format!("// {mark}: later")));
        assert!(is_loose_end(mark));
        assert!(!is_loose_end(&format!("// {mark} (#12): later")));
        assert!(!is_loose_end(&format!("let {mark}S = 1;")));
        assert!(!is_loose_end("clippy::todo"));
    }

    #[test]
    fn product_lines_end_where_tests_begin() {
        assert_eq!(product_lines("//! a\nfn b() {}\n#[cfg(test)]\nmod tests {\n}\n"), 2);
        assert_eq!(product_crate(Path::new("crates/wire/src/a/b.rs")), Some("wire".into()));
        assert_eq!(product_crate(Path::new("crates/wire/tests/b.rs")), None);
    }
}
