//! The fact files that a configuration names, and the recorded answers of the state directory: read with it, checked with it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use registry::{Day, Facts, RegistryFile};
use sha2::{Digest, Sha256};

use super::Config;
use super::document::Document;
use super::problem::{ConfigError, Problem, Problems};
use super::rule_files::{self, OwnRules};

/// Folder of the state directory for recorded answers.
pub(crate) const ANSWERS_FOLDER: &str = "facts";

/// Largest evidence file that is read for its hash, in bytes.
const EVIDENCE_BYTES_MAX: u64 = 64 << 20;

/// The fact files: those that the configuration names, then the recorded answers, by name.
///
/// # Errors
/// An entry without a file, or a file that cannot be read.
pub(super) fn read(config: &Config, base: &Path, document: &Document) -> Result<Vec<OwnRules>, ConfigError> {
    let mut files = rule_files::read(&config.registry.facts, base, document, &rule_files::FACTS)?;
    let folder = rooted(base, &config.state.dir).join(ANSWERS_FOLDER);
    if folder.is_dir() {
        // Like every path of the file it starts at the directory of the file.
        let entry = [config.state.dir.join(ANSWERS_FOLDER).join("*.toml").display().to_string()];
        // An empty folder is no fault: nothing was answered yet.
        let has_any = fs::read_dir(&folder).is_ok_and(|mut all| {
            all.any(|one| one.is_ok_and(|one| one.path().extension().is_some_and(|it| it == "toml")))
        });
        if has_any {
            files.extend(rule_files::read(&entry, base, document, &rule_files::FACTS)?);
        }
    }
    Ok(files)
}

fn rooted(base: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() || base.as_os_str().is_empty() { path.to_owned() } else { base.join(path) }
}

/// All facts: those that ship, and those of the files.
///
/// # Errors
/// What is wrong with a file, shown with its own text.
pub(super) fn facts(
    files: &[OwnRules],
    own_providers: &[(String, String)],
    today: Day,
) -> Result<Facts, ConfigError> {
    let shipped = |error: registry::FileProblems| {
        ConfigError::new(
            &Document::new("registry/", ""),
            vec![problem(None, error.to_string(), String::new())],
        )
    };
    let mut facts = Facts::builtin().map_err(shipped)?;
    for (id, name) in own_providers {
        facts.add_provider(id, name);
    }
    for file in files {
        let form = [RegistryFile { name: &file.name, text: &file.text }];
        facts = facts.with_own(&form, today).map_err(|found| refused(file, &found))?;
    }
    Ok(facts)
}

fn refused(file: &OwnRules, found: &registry::FileProblems) -> ConfigError {
    let document = Document::new(&file.name, file.text.clone());
    let problems = found.0.iter().map(|one| {
        let start = offset(&file.text, one.line, one.column);
        let rest = file.text.get(start..).unwrap_or_default();
        let length = rest.find('\n').unwrap_or(rest.len()).max(1).min(rest.len());
        problem(Some(start..start + length), one.message.clone(), one.help.clone())
    });
    ConfigError::new(&document, problems.collect())
}

fn problem(span: Option<std::ops::Range<usize>>, message: String, help: String) -> Problem {
    Problem {
        span,
        message,
        label: "here".to_owned(),
        help: Some(help).filter(|help| !help.is_empty()),
        is_warning: false,
    }
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}

/// Whether the evidence that fact files name is there and still what it was.
///
/// # Errors
/// A file that is not there, or another one.
pub(crate) fn check_evidence(files: &[OwnRules], base: &Path) -> Result<(), ConfigError> {
    for file in files {
        let document = Document::new(&file.name, file.text.clone());
        let mut problems = Problems::new(&document);
        for (index, source) in sources(&file.text).into_iter().enumerate() {
            let Some(name) = source.get("file").and_then(toml::Value::as_str) else { continue };
            let at = |member: &str| ["source".into(), index.into(), member.into()];
            let folder = file.path.parent().unwrap_or(base);
            let path = folder.join(name);
            match (hash_of(&path), source.get("sha256").and_then(toml::Value::as_str)) {
                (Err(why), _) => problems.error(
                    &at("file"),
                    format!("the evidence `{name}` cannot be read: {why}"),
                    "named here",
                    "the path starts at the directory of this file",
                ),
                (Ok(is), Some(was)) if !is.eq_ignore_ascii_case(was) => problems.error(
                    &at("sha256"),
                    format!("the evidence `{name}` is not what it was: its hash is {is}"),
                    "differs",
                    "look at what changed; then write down the new hash, or put the old file back",
                ),
                _ => {}
            }
        }
        problems.finish()?;
    }
    Ok(())
}

fn sources(text: &str) -> Vec<toml::Value> {
    let table: Result<toml::Table, _> = toml::from_str(text);
    let sources = table.ok().and_then(|table| table.get("source").cloned());
    sources.and_then(|sources| sources.as_array().cloned()).unwrap_or_default()
}

/// SHA-256 of a file, as hexadecimal digits.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn hash_of(path: &Path) -> std::io::Result<String> {
    let file = fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    let read = file.take(EVIDENCE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if read as u64 > EVIDENCE_BYTES_MAX {
        return Err(std::io::Error::other(format!("it is larger than {EVIDENCE_BYTES_MAX} bytes")));
    }
    Ok(digest(&bytes))
}

/// SHA-256, as hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
