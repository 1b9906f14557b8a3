//! Findings in ordinary text and code: how many in a megabyte, of which entity, by which recognizer.
//!
//! The corpus is whatever text lies below the folders named: sources of installed packages, licences, lock files. Files that are
//! not UTF-8, hold a zero byte or are too long are passed over, and so is a file whose text was read already, as licences are.
//! It is no clean corpus in the strict sense (authors sign with name and address): each entity that is found often has to be
//! looked at, with `--show N`.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::Trouble;

use super::confusion::excerpt;
use super::detector::{Detector, Found};
use super::table::Table;
use crate::output;

/// Longest file that is read; longer ones are data and not written by people.
const FILE_BYTES_MAX: u64 = 4 << 20;
/// Above this many findings in ten megabytes an entity has to be argued.
const ARGUED_FROM: f64 = 1.0;
/// Examples kept of each recognizer, spread over the corpus: where there are more files, every second, fourth, … is kept.
const EXAMPLES_MAX: usize = 128;

/// What was found in the corpus.
#[derive(Default)]
pub(crate) struct Corpus {
    files: u64,
    bytes: u64,
    repeated: u64,
    passed_over: u64,
    is_cut: bool,
    found: BTreeMap<(String, String), Row>,
}

#[derive(Default)]
struct Row {
    count: u64,
    files: u64,
    endings: BTreeMap<String, u64>,
    examples: Vec<String>,
    /// One file in so many gives an example.
    stride: u64,
}

struct Seen {
    bytes: u64,
    digest: u64,
    findings: Vec<(Found, String)>,
}

/// Reads at most `bytes_max` of text below these paths.
pub(crate) fn corpus(
    detector: &Detector,
    paths: &[PathBuf],
    bytes_max: u64,
    shown: usize,
) -> Result<Corpus, Trouble> {
    let mut corpus = Corpus::default();
    let listed = list(paths, bytes_max, &mut corpus)?;
    let seen = detector.each("files", listed.len(), |item, process| {
        let path = listed.get(item).ok_or_else(|| Trouble::new("no such file"))?;
        let Some(text) = text_of(path) else { return Ok(None) };
        let found = process.findings(&text).map_err(|trouble| trouble.during(&path.display().to_string()))?;
        let with_text = |found: Found| {
            let shown = if shown > 0 { excerpt(&text, found.start, found.end) } else { String::new() };
            (found, shown)
        };
        let findings = found.into_iter().map(with_text).collect();
        Ok(Some(Seen { bytes: text.len() as u64, digest: digest(&text), findings }))
    })?;
    let mut digests = HashSet::new();
    for (path, seen) in listed.iter().zip(seen) {
        match seen {
            None => corpus.passed_over += 1,
            Some(seen) if !digests.insert(seen.digest) => corpus.repeated += 1,
            Some(seen) => corpus.add(path, seen),
        }
    }
    Ok(corpus)
}

/// The files in order, as many as hold `bytes_max`; links are not followed.
fn list(paths: &[PathBuf], bytes_max: u64, corpus: &mut Corpus) -> Result<Vec<PathBuf>, Trouble> {
    let mut files = Vec::new();
    let mut bytes = 0_u64;
    let mut waiting: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    while let Some(path) = waiting.pop() {
        let during = |error: std::io::Error| Trouble::from(error).during(&path.display().to_string());
        let metadata = std::fs::symlink_metadata(&path).map_err(during)?;
        if metadata.is_dir() {
            let mut inside = Vec::new();
            for entry in std::fs::read_dir(&path).map_err(during)? {
                inside.push(entry.map_err(during)?.path());
            }
            inside.sort();
            waiting.extend(inside.into_iter().rev());
        } else if metadata.is_file() {
            if metadata.len() > FILE_BYTES_MAX {
                corpus.passed_over += 1;
                continue;
            }
            bytes += metadata.len();
            if bytes > bytes_max {
                corpus.is_cut = true;
                break;
            }
            files.push(path);
        }
    }
    Ok(files)
}

fn text_of(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    if bytes.contains(&0) {
        return None;
    }
    String::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty())
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Row {
    fn keep(&mut self, example: String) {
        self.stride = self.stride.max(1);
        if !self.files.is_multiple_of(self.stride) {
            return;
        }
        self.examples.push(example);
        if self.examples.len() > EXAMPLES_MAX {
            let mut at = 0_u64;
            self.examples.retain(|_| {
                at += 1;
                at.is_multiple_of(2)
            });
            self.stride *= 2;
        }
    }
}

impl Corpus {
    fn add(&mut self, path: &Path, seen: Seen) {
        self.files += 1;
        self.bytes += seen.bytes;
        let ending =
            path.extension().map_or("–".to_owned(), |ending| ending.to_string_lossy().into_owned());
        let mut here = HashSet::new();
        for (found, shown) in seen.findings {
            let key = (found.entity, found.recognizer);
            let row = self.found.entry(key.clone()).or_default();
            row.count += 1;
            if here.insert(key) {
                row.files += 1;
                *row.endings.entry(ending.clone()).or_default() += 1;
                if !shown.is_empty() {
                    row.keep(format!("  {}: {shown}", path.display()));
                }
            }
        }
    }

    fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }

    /// In a sentence.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{:.1} MB of text in {} files; {} files with a text that was read already, {} that are no text, empty or too long{}.",
            self.megabytes(),
            self.files,
            self.repeated,
            self.passed_over,
            if self.is_cut { "; cut off at --megabytes-max" } else { "" }
        )
    }

    /// By entity, and by recognizer within.
    pub(crate) fn tables(&self) -> Vec<Table> {
        let mut entities =
            Table::new("Findings by entity", &["entity", "findings", "per 10 MB", "to be argued"]);
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        for ((entity, _), row) in &self.found {
            *sums.entry(entity).or_default() += row.count;
        }
        let mut sums: Vec<(&str, u64)> = sums.into_iter().collect();
        sums.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (entity, count) in sums {
            let rate = self.rate(count);
            let argued = if rate > ARGUED_FROM { "yes" } else { "" };
            entities.row(vec![entity.to_owned(), count.to_string(), format!("{rate:.2}"), argued.to_owned()]);
        }
        let columns = ["recognizer", "entity", "findings", "per 10 MB", "files", "mostly in"];
        let mut recognizers = Table::new("Findings by recognizer", &columns);
        for ((entity, recognizer), row) in self.sorted() {
            let mut endings: Vec<(&String, &u64)> = row.endings.iter().collect();
            endings.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let endings: Vec<String> =
                endings.iter().take(3).map(|(ending, count)| format!("{ending} {count}")).collect();
            recognizers.row(vec![
                recognizer.clone(),
                entity.clone(),
                row.count.to_string(),
                format!("{:.2}", self.rate(row.count)),
                row.files.to_string(),
                endings.join(", "),
            ]);
        }
        vec![entities, recognizers]
    }

    fn sorted(&self) -> Vec<(&(String, String), &Row)> {
        let mut rows: Vec<_> = self.found.iter().collect();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.count));
        rows
    }

    fn rate(&self, count: u64) -> f64 {
        if self.bytes == 0 { 0.0 } else { 10.0 * count as f64 / self.megabytes() }
    }

    /// Up to `shown` examples of each recognizer, spread over what was kept, one of a file.
    pub(crate) fn examples(&self, shown: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for ((entity, recognizer), row) in self.sorted() {
            lines.push(format!("\n{entity} by {recognizer}: {} in {} files", row.count, row.files));
            let step = (row.examples.len() / shown.max(1)).max(1);
            lines.extend(row.examples.iter().step_by(step).take(shown).cloned());
        }
        lines
    }

    /// For programs; without text.
    pub(crate) fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .sorted()
            .into_iter()
            .map(|((entity, recognizer), row)| {
                json!({
                    "entity": entity, "recognizer": recognizer, "findings": row.count, "files": row.files,
                    "per_megabyte": self.rate(row.count) / 10.0, "endings": row.endings,
                })
            })
            .collect();
        json!({
            "bytes": self.bytes, "files": self.files, "repeated": self.repeated, "passed_over": self.passed_over,
            "is_cut": self.is_cut, "found": rows,
        })
    }
}

/// Complains when nothing was read: most often a wrong path.
pub(crate) fn holds_text(corpus: &Corpus) -> Result<(), Trouble> {
    if corpus.files == 0 {
        output::progress("");
        return Err(Trouble::new("no text was found below the paths named"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binaries_long_files_and_what_goes_beyond_the_bound_are_left_out() {
        let folder = std::env::temp_dir().join(format!("cordon-corpus-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("inner")).unwrap();
        std::fs::write(folder.join("a.txt"), "text").unwrap();
        std::fs::write(folder.join("b.bin"), [0_u8, 1]).unwrap();
        std::fs::write(folder.join("inner/c.txt"), [0xFF_u8; 9]).unwrap();
        let mut corpus = Corpus::default();
        let all = list(std::slice::from_ref(&folder), 100, &mut corpus).unwrap();
        let texts: Vec<bool> = all.iter().map(|path| text_of(path).is_some()).collect();
        let some = list(std::slice::from_ref(&folder), 5, &mut corpus).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((all.len(), texts), (3, vec![true, false, false]));
        assert!(some.len() == 1 && corpus.is_cut);
    }

    #[test]
    fn examples_are_spread_over_the_corpus() {
        let mut row = Row::default();
        for file in 1..=10_000_u64 {
            row.files = file;
            row.keep(file.to_string());
        }
        let kept: Vec<u64> = row.examples.iter().map(|example| example.parse().unwrap()).collect();
        assert!(kept.len() <= EXAMPLES_MAX && kept.len() > EXAMPLES_MAX / 2);
        assert!(kept.windows(2).all(|pair| pair[1] - pair[0] == row.stride), "{kept:?}");
    }

    #[test]
    fn rates_are_per_ten_megabytes() {
        let mut corpus = Corpus::default();
        let found = Found {
            start: 0,
            end: 1,
            entity: "IP_ADDRESS".to_owned(),
            class: "technical".to_owned(),
            recognizer: "ip".to_owned(),
        };
        let findings = vec![(found.clone(), String::new()), (found, "⟦1⟧".to_owned())];
        corpus.add(Path::new("a.rs"), Seen { bytes: 5_000_000, digest: 1, findings });
        assert!((corpus.rate(2) - 4.0).abs() < 1e-9);
        assert!(corpus.tables()[0].markdown().contains("| IP_ADDRESS | 2 | 4.00 | yes |"));
    }
}
