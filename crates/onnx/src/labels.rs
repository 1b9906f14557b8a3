//! `labels.json`: what the outputs of a model mean, and how it wants to be asked.
//!
//! ```json
//! {
//!   "version": 1,
//!   "name": "Example",
//!   "licence": { "name": "CC-BY-4.0", "file": "LICENSE" },
//!   "scheme": "BIO",
//!   "labels": ["O", "B-GIVEN", "I-GIVEN", "B-FAMILY", "I-FAMILY", "B-URL", "I-URL"],
//!   "entities": {
//!     "GIVEN": { "entity": "PERSON", "score_min": 0.5, "join": " " },
//!     "FAMILY": { "entity": "PERSON" },
//!     "URL": null
//!   },
//!   "window_tokens": 254,
//!   "overlap_tokens": 64,
//!   "examples": [{ "text": "My name is Ana Kovac.", "find": "Ana Kovac", "entity": "PERSON" }]
//! }
//! ```
//!
//! `labels` are those of the outputs, in their order. Each kind that occurs there (`GIVEN`) must stand in `entities`, with `null`
//! where it is not wanted: nothing is passed over because it was forgotten. `join`: characters that may stand between a span of
//! this kind and one of another kind of the same entity, so that both are one finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use crate::LoadError;

/// Most outputs of a token.
const LABELS_MAX: usize = 1024;
/// Least and greatest number of tokens in a window, without those that the tokenizer adds.
const WINDOW_TOKENS: std::ops::RangeInclusive<usize> = 16..=8192;
const EXAMPLES_MAX: usize = 64;

/// A checked `labels.json`.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// The model's name, for people.
    pub(crate) name: String,
    /// Name of the licence, and the file with its text.
    pub(crate) licence: Licence,
    /// What each output means; `None`: nothing that is wanted.
    pub(crate) outputs: Vec<Option<Output>>,
    /// What the model tells apart, of what is wanted.
    pub(crate) kinds: Vec<Kind>,
    /// Tokens of a window, without those that the tokenizer adds.
    pub(crate) window_tokens: usize,
    /// Tokens that neighbouring windows share.
    pub(crate) overlap_tokens: usize,
    /// What the model must find, to be taken.
    pub(crate) examples: Vec<Example>,
}

/// What an output means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    /// Index of the kind.
    pub(crate) kind: usize,
    /// Where in a span the token stands.
    pub(crate) place: Place,
}

/// Where in a span a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// First, of one or more.
    Begin,
    /// Anywhere, or anywhere but first.
    Inside,
    /// Last of several.
    End,
    /// The only one.
    Single,
}

/// What a model tells apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kind {
    /// As the model calls it.
    pub(crate) name: Arc<str>,
    /// The entity that it stands for.
    pub(crate) entity: Arc<str>,
    /// The least share, from 0 to 1, that a token must give to this kind.
    pub(crate) score_min: f32,
    /// Characters that may stand before a span of another kind of the entity that belongs to it.
    pub(crate) join: String,
}

/// The licence of a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Licence {
    /// Its name, e.g. `CC-BY-4.0`.
    pub(crate) name: String,
    /// The file with its text, in the directory.
    pub(crate) file: String,
}

/// What the model must find.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    /// The text.
    pub(crate) text: String,
    /// A part of it that one finding must cover.
    pub(crate) find: String,
    /// The entity of that finding.
    pub(crate) entity: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    name: String,
    licence: Licence,
    scheme: Scheme,
    labels: Vec<String>,
    entities: BTreeMap<String, Option<Wanted>>,
    window_tokens: usize,
    overlap_tokens: usize,
    examples: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    entity: String,
    #[serde(default = "half")]
    score_min: f32,
    #[serde(default)]
    join: String,
}

const fn half() -> f32 {
    0.5
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Scheme {
    Bio,
    Bioes,
    Io,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Bio => "BIO",
            Self::Bioes => "BIOES",
            Self::Io => "IO",
        }
    }
}

impl Labels {
    /// Reads the text of the file. Of the entities only these are wanted, where any are named.
    pub(crate) fn read(text: &str, wanted: &[String]) -> Result<Self, LoadError> {
        let file: File = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if file.version != 1 {
            return Err(wrong(format!("its version is {}, this reads version 1", file.version)));
        }
        if file.labels.is_empty() || file.labels.len() > LABELS_MAX {
            return Err(wrong(format!(
                "`labels` has {} entries: 1 to {LABELS_MAX} are possible",
                file.labels.len()
            )));
        }
        if !WINDOW_TOKENS.contains(&file.window_tokens) {
            let (least, most) = (WINDOW_TOKENS.start(), WINDOW_TOKENS.end());
            return Err(wrong(format!(
                "`window_tokens` is {}: {least} to {most} are possible",
                file.window_tokens
            )));
        }
        if file.overlap_tokens < 2 || file.overlap_tokens > file.window_tokens / 2 {
            return Err(wrong(format!(
                "`overlap_tokens` is {}: 2 to half of `window_tokens` are possible",
                file.overlap_tokens
            )));
        }
        let is_missing = |text: &str| text.trim().is_empty();
        if is_missing(&file.name) || is_missing(&file.licence.name) || is_missing(&file.licence.file) {
            return Err(wrong("`name`, `licence.name` and `licence.file` must say something".to_owned()));
        }
        if file.examples.is_empty() || file.examples.len() > EXAMPLES_MAX {
            return Err(wrong(format!(
                "`examples` has {} entries: 1 to {EXAMPLES_MAX} are possible; they prove that labels, tokenizer and model \
                 belong together",
                file.examples.len()
            )));
        }
        let kinds = kinds(&file.entities, wanted)?;
        let outputs = outputs(&file, &kinds)?;
        for example in &file.examples {
            if example.find.is_empty() || !example.text.contains(&example.find) {
                return Err(wrong("what an example is to `find` does not stand in its `text`".to_owned()));
            }
        }
        let is_wanted = |example: &Example| kinds.iter().any(|kind| *kind.entity == *example.entity);
        let is_known = |example: &Example| {
            file.entities.values().flatten().any(|wanted| wanted.entity == example.entity)
        };
        if let Some(example) = file.examples.iter().find(|example| !is_known(example)) {
            return Err(wrong(format!("an example is of `{}`, which no label stands for", example.entity)));
        }
        let examples = file.examples.iter().filter(|example| is_wanted(example)).cloned().collect();
        Ok(Self {
            name: file.name,
            licence: file.licence,
            outputs,
            kinds,
            window_tokens: file.window_tokens,
            overlap_tokens: file.overlap_tokens,
            examples,
        })
    }
}

fn kinds(entities: &BTreeMap<String, Option<Wanted>>, wanted: &[String]) -> Result<Vec<Kind>, LoadError> {
    for name in wanted {
        if !entities.values().flatten().any(|kind| kind.entity == *name) {
            return Err(wrong(format!(
                "no label stands for the entity `{name}`, which the configuration asks for"
            )));
        }
    }
    let kinds = entities.iter().filter_map(|(name, kind)| Some((name, kind.as_ref()?)));
    let kinds = kinds.filter(|(_, kind)| wanted.is_empty() || wanted.contains(&kind.entity));
    let kinds = kinds.map(|(name, kind)| {
        if !(0.05..=1.0).contains(&kind.score_min) {
            return Err(wrong(format!(
                "`score_min` of `{name}` is {}: 0.05 to 1 are possible",
                kind.score_min
            )));
        }
        if kind.join.chars().any(char::is_alphanumeric) {
            return Err(wrong(format!("`join` of `{name}` holds letters or digits")));
        }
        Ok(Kind {
            name: name.as_str().into(),
            entity: kind.entity.as_str().into(),
            score_min: kind.score_min,
            join: kind.join.clone(),
        })
    });
    let kinds: Vec<Kind> = kinds.collect::<Result<_, _>>()?;
    if kinds.is_empty() {
        return Err(wrong("`entities` says of no label what it stands for".to_owned()));
    }
    Ok(kinds)
}

fn outputs(file: &File, kinds: &[Kind]) -> Result<Vec<Option<Output>>, LoadError> {
    let mut seen = BTreeSet::new();
    let mut named = BTreeSet::new();
    let mut outputs = Vec::with_capacity(file.labels.len());
    for label in &file.labels {
        if !seen.insert(label) {
            return Err(wrong(format!("the label `{label}` stands twice in `labels`")));
        }
        if label == "O" {
            outputs.push(None);
            continue;
        }
        let (place, name) = place(file.scheme, label).ok_or_else(|| {
            wrong(format!("the label `{label}` does not fit the scheme {}", file.scheme.name()))
        })?;
        if !file.entities.contains_key(name) {
            return Err(wrong(format!(
                "`entities` does not say what `{name}` stands for: name an entity, or null where it is not wanted"
            )));
        }
        named.insert(name);
        let kind = kinds.iter().position(|kind| *kind.name == *name);
        outputs.push(kind.map(|kind| Output { kind, place }));
    }
    if !seen.contains(&"O".to_owned()) {
        return Err(wrong("`labels` has no `O`, for what is outside".to_owned()));
    }
    if let Some(name) = file.entities.keys().find(|name| !named.contains(name.as_str())) {
        return Err(wrong(format!("`entities` speaks of `{name}`, which no label names")));
    }
    Ok(outputs)
}

fn place(scheme: Scheme, label: &str) -> Option<(Place, &str)> {
    let (prefix, name) = match label.split_once('-') {
        Some((prefix, name)) if !name.is_empty() => (prefix, name),
        _ if scheme == Scheme::Io => return Some((Place::Inside, label)),
        _ => return None,
    };
    match (prefix, scheme) {
        ("I", _) => Some((Place::Inside, name)),
        ("B", Scheme::Bio | Scheme::Bioes) => Some((Place::Begin, name)),
        ("E", Scheme::Bioes) => Some((Place::End, name)),
        ("S", Scheme::Bioes) => Some((Place::Single, name)),
        (_, Scheme::Io) => Some((Place::Inside, label)),
        _ => None,
    }
}

fn wrong(reason: String) -> LoadError {
    LoadError::Labels { reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::tests::LABELS;

    /// Why the labels are refused with this in place of that.
    fn check(from: &str, to: &str, expected: &str) {
        assert!(LABELS.contains(from), "{from}");
        let refused = Labels::read(&LABELS.replace(from, to), &[]).unwrap_err().to_string();
        assert!(refused.contains(expected), "{from} → {to}: {refused}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check("\"version\": 1", "\"version\": 2", "version is 2");
        check("\"O\", ", "", "no `O`");
        check("\"O\", \"B-NAME\", \"I-NAME\"", "", "0 entries");
        check("\"I-NAME\"", "\"B-NAME\"", "stands twice");
        check("\"I-NAME\"", "\"E-NAME\"", "does not fit the scheme BIO");
        check("\"I-NAME\"", "\"NAME\"", "does not fit the scheme BIO");
        check("\"I-NAME\"", "\"I-NAMES\"", "does not say what `NAMES` stands for");
        check("{ \"entity\": \"PERSON\" }", "null", "says of no label");
        check("\"entities\": {", "\"entities\": { \"CITY\": null,", "`CITY`, which no label names");
        check("\"entity\": \"PERSON\" } }", "\"entity\": \"PERSON\", \"score_min\": 0 } }", "`score_min`");
        check("\"entity\": \"PERSON\" } }", "\"entity\": \"PERSON\", \"join\": \" a\" } }", "`join`");
        check("\"window_tokens\": 16", "\"window_tokens\": 15", "`window_tokens` is 15");
        check("\"overlap_tokens\": 8", "\"overlap_tokens\": 9", "`overlap_tokens` is 9");
        check("\"name\": \"Test\"", "\"name\": \" \"", "must say something");
        check("\"file\": \"LICENSE\"", "\"file\": \"\"", "must say something");
        check("\"find\": \"ana kovac\"", "\"find\": \"eva\"", "does not stand in its `text`");
        check(
            "\"find\": \"ana kovac\", \"entity\": \"PERSON\"",
            "\"find\": \"ana\", \"entity\": \"X\"",
            "an example is of `X`",
        );
        check("\"scheme\"", "\"schema\"", "schema");
        let examples = LABELS.find("[{ \"text\"").unwrap();
        check(LABELS.get(examples..LABELS.len() - 1).unwrap().trim_end(), "[]", "`examples` has 0");
    }

    #[test]
    fn schemes_are_read() {
        for (scheme, labels) in [
            ("BIOES", "\"O\", \"B-NAME\", \"I-NAME\", \"E-NAME\", \"S-NAME\""),
            ("IO", "\"O\", \"NAME\""),
            ("IO", "\"O\", \"I-NAME\""),
        ] {
            let text = LABELS
                .replace("\"BIO\"", &format!("\"{scheme}\""))
                .replace("\"O\", \"B-NAME\", \"I-NAME\"", labels);
            let read = Labels::read(&text, &[]).unwrap();
            assert!(
                read.outputs.iter().skip(1).all(|output| output.is_some_and(|output| output.kind == 0)),
                "{scheme}"
            );
        }
    }

    #[test]
    fn only_what_is_wanted_is_taken() {
        let wanted = ["PERSON".to_owned()];
        assert_eq!(Labels::read(LABELS, &wanted).unwrap().kinds.len(), 1);
        let refused = Labels::read(LABELS, &["LOCATION".to_owned()]).unwrap_err();
        assert!(refused.to_string().contains("`LOCATION`"), "{refused}");
    }
}
