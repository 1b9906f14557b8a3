//! The values of a leak test: one of each shipped entity, from the examples of its recognizers; or those of a text.

use std::collections::BTreeMap;

use detect::BUILTIN;
use exchange::PreviewFinding;
use serde::Deserialize;

/// How much of a text stands around a value of it, in bytes: as far as context words reach.
const AROUND_BYTES: usize = 80;

/// A value and the text around it.
#[derive(Clone)]
pub(crate) struct Sample {
    /// Name of its entity.
    pub(crate) entity: String,
    /// What stands before it.
    pub(crate) before: String,
    /// The value.
    pub(crate) value: String,
    /// What stands behind it.
    pub(crate) after: String,
}

impl Sample {
    /// All of it.
    pub(crate) fn text(&self) -> String {
        [self.before.as_str(), &self.value, &self.after].concat()
    }
}

/// One value of each entity that is shipped: the first example of the file that needs no JSON name.
pub(crate) fn shipped() -> Result<Vec<Sample>, toml::de::Error> {
    let mut samples: BTreeMap<String, Sample> = BTreeMap::new();
    for file in BUILTIN {
        for recognizer in toml::from_str::<File>(file.text)?.recognizer {
            let mut examples = recognizer.examples.iter().filter(|example| example.key.is_none());
            let sample = examples.find_map(|example| example.sample(&recognizer.entity));
            if let Some(sample) = sample {
                samples.entry(recognizer.entity).or_insert(sample);
            }
        }
    }
    Ok(samples.into_values().collect())
}

/// The values that were found in a text, each with what stands around it.
pub(crate) fn of_text(text: &str, found: &[PreviewFinding]) -> Vec<Sample> {
    let sample = |finding: &PreviewFinding| {
        let span = finding.span;
        let start = text.ceil_char_boundary(span.start.saturating_sub(AROUND_BYTES));
        let end = text.floor_char_boundary(span.end.saturating_add(AROUND_BYTES));
        Some(Sample {
            entity: finding.entity.clone(),
            before: text.get(start..span.start)?.to_owned(),
            value: span.of(text)?.to_owned(),
            after: text.get(span.end..end.max(span.end))?.to_owned(),
        })
    };
    found.iter().filter_map(sample).collect()
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    recognizer: Vec<Recognizer>,
}

#[derive(Deserialize)]
struct Recognizer {
    entity: String,
    #[serde(default)]
    examples: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    text: Text,
    find: Text,
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Whole(String),
    Joined(Vec<String>),
}

impl Text {
    fn text(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Joined(parts) => parts.concat(),
        }
    }
}

impl Example {
    fn sample(&self, entity: &str) -> Option<Sample> {
        let (text, value) = (self.text.text(), self.find.text());
        let (before, after) = text.split_once(&value)?;
        let (before, after) = (before.to_owned(), after.to_owned());
        (!after.contains(&value)).then_some(Sample { entity: entity.to_owned(), before, value, after })
    }
}
