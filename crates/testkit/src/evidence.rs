//! Everything that the product wrote during tests, and the search in it for what must not be there.
//!
//! Each started gateway has a folder: `written/` (state directory, logs, metrics, exported records) and `secrets.txt`
//! (values and keys that were in play, one a line). After all tests one search goes over every file of every `written/`
//! for every secret of its folder, in the spellings in which a value can hide: as it is, JSON-escaped, percent-encoded,
//! base64 at each of three offsets, hexadecimal, UTF-16.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::Trouble;

/// Where something was found that must not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The file.
    pub file: PathBuf,
    /// Number of the secret in `secrets.txt`, from 1.
    pub line: usize,
    /// The spelling in which it was found.
    pub spelling: &'static str,
}

/// What a search went over.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Files read.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Secrets searched.
    pub secrets: usize,
    /// What was found.
    pub hits: Vec<Hit>,
}

/// Adds secrets to the list of a folder.
pub fn remember(folder: &Path, secrets: &[String]) -> Result<(), Trouble> {
    let mut file = fs::OpenOptions::new().create(true).append(true).open(folder.join("secrets.txt"))?;
    for secret in secrets.iter().filter(|secret| secret.chars().count() >= 4) {
        writeln!(file, "{}", secret.replace('\n', " "))?;
    }
    Ok(())
}

/// Searches all folders below `root`.
pub fn search(root: &Path) -> Result<Search, Trouble> {
    let mut result = Search::default();
    let mut lists = Vec::new();
    find(root, &|path| path.file_name().is_some_and(|name| name == "secrets.txt"), &mut lists)?;
    for list in lists {
        let Some(folder) = list.parent() else { continue };
        let text = fs::read_to_string(&list)?;
        let mut secrets: Vec<&str> = text.lines().collect();
        secrets.sort_unstable();
        secrets.dedup();
        result.secrets = result.secrets.saturating_add(secrets.len());
        let needles: Vec<(usize, &'static str, Vec<u8>)> = secrets
            .iter()
            .enumerate()
            .flat_map(|(at, secret)| {
                spellings(secret)
                    .into_iter()
                    .map(move |(spelling, bytes)| (at.saturating_add(1), spelling, bytes))
            })
            .collect();
        let mut files = Vec::new();
        find(&folder.join("written"), &|_| true, &mut files)?;
        for file in files {
            let Ok(bytes) = fs::read(&file) else { continue };
            result.files = result.files.saturating_add(1);
            result.bytes = result.bytes.saturating_add(bytes.len() as u64);
            result.hits.extend(occurring(&bytes, &needles).into_iter().map(|(line, spelling)| Hit {
                file: file.clone(),
                line,
                spelling,
            }));
        }
    }
    Ok(result)
}

/// All files below a folder; none when it does not exist.
fn find(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, wanted, found)?;
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

/// The spellings of a value in which it can hide in a file.
pub fn spellings(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&'static str, Vec<u8>)> = vec![("plain", value.as_bytes().to_vec())];
    let escaped: String = value
        .encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() && byte >= b' ' && byte != b'"' && byte != b'\\' => {
                char::from(byte).to_string()
            }
            _ => format!("\\u{unit:04x}"),
        })
        .collect();
    all.push(("JSON-escaped", escaped.into_bytes()));
    let json = serde_json::to_string(value).unwrap_or_default();
    all.push(("JSON", json.trim_matches('"').as_bytes().to_vec()));
    let percent: String = value
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    all.push(("percent", percent.into_bytes()));
    let hexadecimal: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    all.push(("hexadecimal", hexadecimal.into_bytes()));
    all.push(("UTF-16", value.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    // Below nine bytes what is left in the middle of base64 is too short to mean anything.
    if value.len() >= 9 {
        for offset in 0..3_usize {
            all.push(("base64", base64_core(value.as_bytes(), offset)));
        }
    }
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all.dedup_by(|a, b| a.1 == b.1);
    all
}

/// The characters of base64 that depend on `bytes` alone when it stands `offset` bytes behind a multiple of three.
fn base64_core(bytes: &[u8], offset: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<bool> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let skipped = offset.saturating_mul(8) % 6;
    let lead = if skipped == 0 { 0 } else { 6_usize.saturating_sub(skipped) };
    bits.get(lead..)
        .unwrap_or_default()
        .chunks_exact(6)
        .filter_map(|six| {
            let index = six.iter().fold(0_usize, |sum, bit| sum * 2 + usize::from(*bit));
            ALPHABET.get(index).copied()
        })
        .collect()
}

/// Which needles occur in `bytes`: one pass over the bytes, with the needles sorted into buckets by their first two bytes.
fn occurring(bytes: &[u8], needles: &[(usize, &'static str, Vec<u8>)]) -> Vec<(usize, &'static str)> {
    let mut buckets: std::collections::HashMap<[u8; 2], Vec<usize>> = std::collections::HashMap::new();
    for (at, (_, _, needle)) in needles.iter().enumerate() {
        if let Some(first) = needle.first_chunk::<2>() {
            buckets.entry(*first).or_default().push(at);
        }
    }
    let mut found = Vec::new();
    for (position, pair) in bytes.windows(2).enumerate() {
        let Some(candidates) = pair.first_chunk::<2>().and_then(|first| buckets.get(first)) else { continue };
        for candidate in candidates {
            if let Some((line, spelling, needle)) = needles.get(*candidate)
                && bytes.get(position..).is_some_and(|rest| rest.starts_with(needle))
            {
                found.push((*line, *spelling));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(value: &str, file: &[u8]) -> Vec<&'static str> {
        let needles: Vec<_> = spellings(value).into_iter().map(|(name, bytes)| (1, name, bytes)).collect();
        occurring(file, &needles).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn a_value_is_found_in_each_spelling() {
        let value = "Zoë <z@quill.invalid>";
        assert_eq!(spelled(value, "x Zoë <z@quill.invalid> y".as_bytes()), ["plain"]);
        assert_eq!(spelled(value, br"Zo\u00eb <z@quill.invalid>"), ["JSON-escaped"]);
        assert_eq!(spelled(value, b"q=Zo%C3%AB%20%3Cz%40quill.invalid%3E"), ["percent"]);
        assert!(spelled(value, b"Zo <z@quill.invalid>").is_empty());
    }

    #[test]
    fn base64_is_found_at_each_offset() {
        // base64 of "canary value", "xcanary value" and "xycanary value".
        for file in ["Y2FuYXJ5IHZhbHVl", "eGNhbmFyeSB2YWx1ZQ==", "eHljYW5hcnkgdmFsdWU="] {
            assert_eq!(spelled("canary value", file.as_bytes()), ["base64"], "{file}");
        }
    }
}
