//! Templates and lists, as they lie in `models/data` and beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Part;
use super::random::{Random, hash};
use super::template::Template;

/// A file or folder that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub(super) struct LibraryError {
    path: PathBuf,
    error: std::io::Error,
}

/// Lists that come from packages hold kinds of their own; here is what they are called in which language.
const GAZETTEERS: &[(&str, &str, &str, &str)] = &[
    ("ipadic", "ja_surname", "ja", "last"),
    ("ipadic", "ja_given", "ja", "first"),
    ("ipadic", "ja_place", "ja", "place"),
    ("ipadic", "ja_org", "ja", "known"),
    ("mecab_ko", "ko_person", "ko", "whole"),
    ("mecab_ko", "ko_place", "ko", "place"),
    ("ko_names", "ko_given", "ko", "first"),
    ("ko_names", "ko_person", "ko", "abroad"),
    ("ko_words", "ko_word", "ko", "word"),
    ("ja_words", "ja_word", "ja", "word"),
    ("zh_words", "zh_word", "zh", "word"),
    ("faker_words_en", "word", "en", "word"),
    ("faker_words_de", "word", "de", "word"),
    ("faker_words_fr", "word", "fr", "word"),
    ("faker_words_es", "word", "es", "word"),
    ("faker_words_it", "word", "it", "word"),
    ("faker_words_nl", "word", "nl", "word"),
    ("faker_words_pl", "word", "pl", "word"),
    ("zh_words", "zh_given", "zh", "first"),
    ("zh_words", "zh_person", "zh", "abroad"),
    ("ipadic", "ja_person", "ja", "abroad"),
    ("jionlp_places", "zh_place", "zh", "place"),
    ("jionlp_towns", "zh_town", "zh", "town"),
    ("geonames", "place", "any", "place"),
    ("faker_other", "first", "any", "first"),
    ("faker_other", "last", "any", "last"),
];

/// Lists that are nearly whole: a few hundred family names and signs of given names are those of everybody in China and Korea. A tagger
/// that never saw some of the commonest would miss millions; what it must cope with is unknown full names.
const CLOSED: &[(&str, &str)] = &[
    ("zh", "last"),
    ("zh", "common"),
    ("zh", "double"),
    ("zh", "given_char"),
    ("ko", "last"),
    ("ko", "double"),
];

/// Everything that sentences are made from.
#[derive(Debug, Default)]
pub(super) struct Library {
    templates: BTreeMap<String, Vec<Template>>,
    lists: BTreeMap<(String, String), Vec<String>>,
}

impl Library {
    /// Reads `data` (`templates/` and `names/`) and, where it is given, a folder of gazetteers as `build_gazetteers.py` and `word_lists.py` write
    /// them.
    pub(super) fn load(data: &Path, gazetteers: Option<&Path>) -> Result<Self, LibraryError> {
        let mut library = Self::default();
        for (language, text) in texts(&data.join("templates"))? {
            library.add_templates(&language, &text);
        }
        for (language, text) in texts(&data.join("names"))? {
            library.add_list(language.split('-').next().unwrap_or_default(), &text);
        }
        let Some(gazetteers) = gazetteers else { return Ok(library) };
        for (name, text) in texts(gazetteers)? {
            for (kind, entry) in entries(&text) {
                for (_, _, language, to) in GAZETTEERS.iter().filter(|g| g.0 == name && g.1 == kind) {
                    library.push(language, to, entry);
                }
            }
        }
        Ok(library)
    }

    /// Languages that have templates.
    pub(super) fn languages(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(String::as_str)
    }

    /// How many templates a language has.
    pub(super) fn size(&self, language: &str) -> usize {
        self.templates.get(language).map_or(0, Vec::len)
    }

    /// Adds templates, one a line; `## name` begins a group, other lines with `#` and empty lines are for the reader (`#! `, so that code can begin with `#`).
    pub(super) fn add_templates(&mut self, language: &str, text: &str) {
        let mut group = String::from("plain");
        let templates = self.templates.entry(language.to_owned()).or_default();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("## ") {
                group = name.split([' ', ':', ',']).next().unwrap_or_default().to_owned();
            } else if !line.trim().is_empty() && !line.starts_with("#! ") {
                templates.push(Template::parse(&format!("{language}/{group}"), line));
            }
        }
    }

    /// Adds `kind<TAB>entry` lines.
    pub(super) fn add_list(&mut self, language: &str, text: &str) {
        for (kind, entry) in entries(text) {
            self.push(language, kind, entry);
        }
    }

    /// Whether a list has an entry.
    pub(super) fn has(&self, language: &str, kind: &str) -> bool {
        self.lists.contains_key(&(language.to_owned(), kind.to_owned()))
    }

    fn push(&mut self, language: &str, kind: &str, entry: &str) {
        self.lists.entry((language.to_owned(), kind.to_owned())).or_default().push(entry.to_owned());
    }

    /// The templates of a part: one in eight is for validation.
    pub(super) fn templates(&self, language: &str, part: Part) -> Vec<&Template> {
        let all = self.templates.get(language).map(Vec::as_slice).unwrap_or_default();
        let validate = |t: &Template| hash(&t.id).is_multiple_of(8);
        all.iter().filter(|t| validate(t) == (part == Part::Validate)).collect()
    }

    /// An entry of a list: of names and places, one in ten is for validation alone; small lists are for both, and so are the lists of
    /// [`CLOSED`].
    pub(super) fn entry(&self, language: &str, kind: &str, part: Part, random: &mut Random) -> Option<&str> {
        let all = self.lists.get(&(language.to_owned(), kind.to_owned()))?;
        let kept_apart = all.len() >= 40 && !CLOSED.contains(&(language, kind));
        for _ in 0..200 {
            let entry = random.pick(all)?;
            if !kept_apart || hash(entry).is_multiple_of(10) == (part == Part::Validate) {
                return Some(entry);
            }
        }
        None
    }
}

fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t'))
}

/// The `.txt` files of a folder by name, in the order of their names.
fn texts(folder: &Path) -> Result<Vec<(String, String)>, LibraryError> {
    let trouble = |error| LibraryError { path: folder.to_owned(), error };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(trouble)? {
        paths.push(entry.map_err(trouble)?.path());
    }
    paths.sort();
    let mut found = Vec::new();
    for path in paths.into_iter().filter(|p| p.extension().is_some_and(|e| e == "txt")) {
        let text = fs::read_to_string(&path).map_err(|error| LibraryError { path: path.clone(), error })?;
        found.push((path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default(), text));
    }
    Ok(found)
}
