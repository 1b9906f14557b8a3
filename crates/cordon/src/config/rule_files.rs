//! The recognizer, fact and policy files that a configuration names: found and read with it, so that what is checked is what
//! runs.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use detect::RuleFile;

use super::document::Document;
use super::problem::{ConfigError, Problems};

/// Largest recognizer file, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A kind of files that a configuration names.
pub(crate) struct Named {
    section: &'static str,
    member: &'static str,
    noun: &'static str,
    files_max: usize,
    fewer: &'static str,
}

/// `[detection] recognizers`.
pub(crate) const RECOGNIZERS: Named = Named {
    section: "detection",
    member: "recognizers",
    noun: "recognizer file",
    files_max: 256,
    fewer: "put several recognizers into one file",
};

/// `[policy] files`.
pub(crate) const POLICIES: Named = Named {
    section: "policy",
    member: "files",
    noun: "policy file",
    files_max: 64,
    fewer: "put several policies into one file",
};

/// `[registry] facts`.
pub(crate) const FACTS: Named = Named {
    section: "registry",
    member: "facts",
    noun: "fact file",
    files_max: 256,
    fewer: "put several facts into one file",
};

/// A recognizer, fact or policy file of the operator's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnRules {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its name, for messages: as the configuration names it.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

impl OwnRules {
    /// Reads one.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(crate) fn read(path: &Path, name: String) -> io::Result<Self> {
        let mut text = String::new();
        let read = fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
        if read as u64 > FILE_BYTES_MAX {
            return Err(io::Error::other(format!("it is larger than {FILE_BYTES_MAX} bytes")));
        }
        Ok(Self { path: path.to_owned(), name, text })
    }

    /// As the detector takes it.
    pub(crate) fn file(&self) -> RuleFile<'_> {
        RuleFile { name: &self.name, text: &self.text }
    }
}

/// The files that these entries name, in their order, those of one entry by name; each once.
///
/// # Errors
/// An entry without a file, or a file that cannot be read.
pub(super) fn read(
    entries: &[String],
    base: &Path,
    document: &Document,
    kind: &Named,
) -> Result<Vec<OwnRules>, ConfigError> {
    let mut problems = Problems::new(document);
    let mut all: Vec<OwnRules> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let at = [kind.section.into(), kind.member.into(), index.into()];
        match named_by(entry, base) {
            Err(why) => problems.error(
                &at,
                format!("`{entry}` names no {}: {why}", kind.noun),
                "no file",
                "paths start at the directory of this file; * stands for any text in the last part of a path",
            ),
            Ok(paths) => {
                for (path, name) in paths {
                    if all.iter().any(|rules| rules.path == path) {
                        continue;
                    }
                    match OwnRules::read(&path, name) {
                        Ok(rules) => all.push(rules),
                        Err(source) => problems.error(
                            &at,
                            format!("the {} `{}` cannot be read: {source}", kind.noun, path.display()),
                            "named here",
                            "make it a readable UTF-8 file, or take it out",
                        ),
                    }
                }
            }
        }
    }
    if all.len() > kind.files_max {
        let at = [kind.section.into(), kind.member.into()];
        let what = format!("{} {}s are named, at most {} are read", all.len(), kind.noun, kind.files_max);
        problems.error(&at, what, "too many", kind.fewer);
    }
    problems.finish().map(|_| all)
}

/// The files of one entry: path, and name for messages.
fn named_by(entry: &str, base: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let (dir, last) = entry.rsplit_once('/').map_or(("", entry), |(dir, last)| (dir, last));
    if dir.contains('*') {
        return Err("* may stand in the last part only".to_owned());
    }
    let Some((before, after)) = last.split_once('*') else {
        return Ok(vec![(base.join(entry), entry.to_owned())]);
    };
    if after.contains('*') {
        return Err("* may stand once".to_owned());
    }
    let dir_name = if entry.starts_with('/') && dir.is_empty() { "/" } else { dir };
    let folder = base.join(dir_name);
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let mut names: Vec<String> = fs::read_dir(&folder)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            name.len() >= before.len() + after.len()
                && name.starts_with(before)
                && name.ends_with(after)
                && !name.starts_with('.')
        })
        .collect();
    names.sort();
    if names.is_empty() {
        return Err("no file matches".to_owned());
    }
    let shown = |name: &str| if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
    Ok(names.iter().map(|name| (folder.join(name), shown(name))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_in_the_last_part() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("rules")).unwrap();
        for name in ["rules/b.toml", "rules/a.toml", "rules/notes.md", "rules/.c.toml", "own.toml"] {
            fs::write(dir.path().join(name), "version = 1\n").unwrap();
        }
        let names = |entry: &str| {
            let named = named_by(entry, dir.path());
            named.map(|files| files.into_iter().map(|(_, name)| name).collect::<Vec<_>>())
        };
        assert_eq!(names("rules/*.toml").unwrap(), ["rules/a.toml", "rules/b.toml"]);
        assert_eq!(names("own.toml").unwrap(), ["own.toml"]);
        assert_eq!(names("*.toml").unwrap(), ["own.toml"]);
        for entry in ["*/a.toml", "rules/*.*.toml", "rules/x*.toml", "none/*.toml"] {
            assert!(names(entry).is_err(), "{entry}");
        }
    }
}
