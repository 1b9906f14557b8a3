//! Labelled documents: JSON lines `{id, source, lang, text, spans: [{start, end, label}]}`, offsets in code points, end
//! exclusive.
//!
//! A `sources.json` beside the files says for each source which labels it annotates: `labels` exhaustively (a finding of such a
//! label without a span is a false alarm), `recall_only` in part (counted where it is annotated, never a false alarm). Any other
//! label is not looked at there. A source that is not named annotates exhaustively what labels occur in its file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use testkit::Trouble;

/// A span and its label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
pub(crate) struct Span {
    /// First code point.
    pub(crate) start: usize,
    /// First code point after it.
    pub(crate) end: usize,
    /// What it is.
    pub(crate) label: String,
}

impl Span {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// What a source annotates.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Annotation {
    /// Exhaustively.
    #[serde(default)]
    pub(crate) labels: BTreeSet<String>,
    /// In part.
    #[serde(default)]
    recall_only: BTreeSet<String>,
}

/// A labelled document.
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) lang: String,
    pub(crate) text: String,
    pub(crate) spans: Vec<Span>,
    pub(crate) annotation: Arc<Annotation>,
    /// File and line, for errors.
    place: String,
}

impl Document {
    /// Length in code points.
    pub(crate) fn chars(&self) -> usize {
        self.text.chars().count()
    }

    /// Complains about spans that do not lie in the text.
    pub(crate) fn holds(&self, spans: &[Span], place: &str) -> Result<(), Trouble> {
        let chars = self.chars();
        match spans.iter().find(|span| span.start >= span.end || span.end > chars) {
            None => Ok(()),
            Some(span) => Err(Trouble::new(format!(
                "{place}: the span {}..{} of `{}` does not lie in its text of {chars} code points",
                span.start, span.end, self.id
            ))),
        }
    }
}

#[derive(Deserialize)]
struct Row {
    id: String,
    source: String,
    lang: String,
    text: String,
    spans: Vec<Span>,
}

/// Which documents are wanted; an empty list wants all.
pub(crate) struct Choice<'a> {
    pub(crate) languages: &'a [String],
    pub(crate) sources: &'a [String],
}

impl Choice<'_> {
    fn wants(&self, document: &Document) -> bool {
        let is_in = |list: &[String], name: &str| list.is_empty() || list.iter().any(|item| item == name);
        is_in(self.languages, &document.lang) && is_in(self.sources, &document.source)
    }
}

/// Reads all documents of these files and folders.
pub(crate) fn read(paths: &[PathBuf], choice: &Choice<'_>) -> Result<Vec<Document>, Trouble> {
    let mut documents = Vec::new();
    for path in files(paths)? {
        documents.extend(file(&path)?);
    }
    let mut places: BTreeMap<&str, &str> = BTreeMap::new();
    for document in &documents {
        if let Some(other) = places.insert(&document.id, &document.place) {
            return Err(Trouble::new(format!(
                "{}: the id `{}` stands in {other} already",
                document.place, document.id
            )));
        }
    }
    documents.retain(|document| choice.wants(document));
    if documents.is_empty() {
        return Err(Trouble::new(
            "no document is left to look at: are --lang and --source those of the data?",
        ));
    }
    Ok(documents)
}

/// The files named, and all `*.jsonl` below the folders named, in order.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let before = found.len();
        let mut folders = vec![path.clone()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder)
                .map_err(|error| Trouble::from(error).during(&folder.display().to_string()))?;
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "jsonl") {
                    found.push(path);
                }
            }
        }
        if found.len() == before {
            return Err(Trouble::new(format!("{}: no file `*.jsonl` in it", path.display())));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn file(path: &Path) -> Result<Vec<Document>, Trouble> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Trouble::from(error).during(&shown))?;
    let mut rows = Vec::new();
    for (number, line) in (1_usize..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("{shown}:{number}");
        let row: Row = serde_json::from_str(line).map_err(|error| Trouble::from(error).during(&place))?;
        rows.push((row, place));
    }
    let mut annotations = annotations(path)?;
    let labels: BTreeSet<String> =
        rows.iter().flat_map(|(row, _)| &row.spans).map(|span| span.label.clone()).collect();
    let everything = Arc::new(Annotation { labels, recall_only: BTreeSet::new() });
    let mut documents = Vec::with_capacity(rows.len());
    for (row, place) in rows {
        let annotation = annotations.entry(row.source.clone()).or_insert_with(|| Arc::clone(&everything));
        let document = Document {
            id: row.id,
            source: row.source,
            lang: row.lang,
            text: row.text,
            spans: row.spans,
            annotation: Arc::clone(annotation),
            place,
        };
        document.holds(&document.spans, &document.place)?;
        documents.push(document);
    }
    Ok(documents)
}

/// What `sources.json` in the same folder says; members that begin with `_` are remarks.
fn annotations(path: &Path) -> Result<BTreeMap<String, Arc<Annotation>>, Trouble> {
    let path = path.with_file_name("sources.json");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(BTreeMap::new()) };
    let shown = path.display().to_string();
    let read = |error: serde_json::Error| Trouble::from(error).during(&shown);
    let table: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).map_err(read)?;
    let mut found = BTreeMap::new();
    for (source, value) in table {
        if !source.starts_with('_') {
            let annotation: Annotation = serde_json::from_value(value)
                .map_err(|error| Trouble::from(error).during(&format!("{shown}: {source}")))?;
            let both = annotation.labels.intersection(&annotation.recall_only).next();
            if let Some(label) = both {
                return Err(Trouble::new(format!(
                    "{shown}: {source}: {label} is in `labels` and in `recall_only`"
                )));
            }
            found.insert(source, Arc::new(annotation));
        }
    }
    Ok(found)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A document of a source that annotates these labels exhaustively.
    pub(crate) fn document(text: &str, labels: &[&str], spans: &[(usize, usize, &str)]) -> Document {
        Document {
            id: "a".to_owned(),
            source: "test".to_owned(),
            lang: "en".to_owned(),
            text: text.to_owned(),
            spans: spans.iter().map(|span| self::span(*span)).collect(),
            annotation: Arc::new(Annotation {
                labels: labels.iter().map(|label| (*label).to_owned()).collect(),
                recall_only: BTreeSet::new(),
            }),
            place: "test:1".to_owned(),
        }
    }

    pub(crate) fn span((start, end, label): (usize, usize, &str)) -> Span {
        Span { start, end, label: label.to_owned() }
    }

    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("cordon-eval-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        folder
    }

    const ALL: Choice<'_> = Choice { languages: &[], sources: &[] };

    #[test]
    fn sources_say_what_they_annotate_and_others_what_occurs() {
        let lines = concat!(
            r#"{"id":"1","source":"named","lang":"en","text":"é Joe","spans":[{"start":2,"end":5,"label":"PERSON","type":"x"}]}"#,
            "\n\n",
            r#"{"id":"2","source":"other","lang":"de","text":"nichts","spans":[]}"#,
        );
        let sources = r#"{"_about":"x","named":{"labels":["EMAIL"],"recall_only":["PERSON"]}}"#;
        let folder = folder("sources", &[("data.jsonl", lines), ("sources.json", sources)]);
        let documents = read(std::slice::from_ref(&folder), &ALL).unwrap();
        let german =
            read(&[folder.join("data.jsonl")], &Choice { languages: &["de".to_owned()], sources: &[] });
        std::fs::remove_dir_all(&folder).unwrap();
        let labels = |at: usize| documents[at].annotation.labels.iter().cloned().collect::<Vec<_>>();
        assert_eq!((labels(0), labels(1)), (vec!["EMAIL".to_owned()], vec!["PERSON".to_owned()]));
        assert_eq!(german.unwrap().len(), 1);
    }

    #[test]
    fn mistakes_name_file_and_line() {
        let good =
            r#"{"id":"1","source":"s","lang":"en","text":"né","spans":[{"start":0,"end":2,"label":"A"}]}"#;
        for (name, line, says) in [
            ("long", good.replace("\"end\":2", "\"end\":3"), "data.jsonl:2: the span 0..3 of `2`"),
            ("torn", good.replace("]}", ""), "data.jsonl:2: "),
            ("twice", good.to_owned(), "data.jsonl:2: the id `1` stands in"),
        ] {
            let second = if name == "twice" { line } else { line.replace("\"1\"", "\"2\"") };
            let folder = folder(name, &[("data.jsonl", &format!("{good}\n{second}\n"))]);
            let error = read(std::slice::from_ref(&folder), &ALL).err().unwrap().to_string();
            std::fs::remove_dir_all(&folder).unwrap();
            assert!(error.contains(says), "{error}");
        }
    }
}
