//! The parts of `docs/detection.md` that are made by this command: what stands between two marks of a name.

use std::path::Path;
use std::process::Command;

use testkit::Trouble;

use crate::run;

/// The page, from the root of the workspace.
pub(crate) const PATH: &str = "docs/detection.md";

/// Complains when the page has no part of this name: known before long work, not after it.
pub(crate) fn has(path: &Path, name: &str) -> Result<(), Trouble> {
    let page = std::fs::read_to_string(path).map_err(|error| Trouble::from(error).during(PATH))?;
    replaced(&page, name, "").map(|_| ())
}

/// Replaces the part of this name, and dates it.
pub(crate) fn write(path: &Path, name: &str, part: &str) -> Result<(), Trouble> {
    let page = std::fs::read_to_string(path).map_err(|error| Trouble::from(error).during(PATH))?;
    let mut date = Command::new("date");
    date.arg("+%Y-%m-%d");
    let part = format!("Measured {}: {part}", run::quiet(date)?.lines.concat());
    let page = replaced(&page, name, &part)?;
    std::fs::write(path, page).map_err(|error| Trouble::from(error).during(PATH))
}

fn replaced(page: &str, name: &str, part: &str) -> Result<String, Trouble> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let missing = || {
        let begin = begin.trim_end();
        Trouble::new(format!("{PATH} has no part `{name}`: it would stand between {begin} and {end}"))
    };
    let (before, rest) = page.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}{}\n{end}{after}", part.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_of_the_name_is_replaced() {
        let page = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n<!-- y: begin -->\n<!-- y: end -->\n";
        let new = replaced(page, "x", "new\n").unwrap();
        assert_eq!(new, page.replace("old", "new"));
        assert!(replaced(page, "z", "").is_err());
    }
}
