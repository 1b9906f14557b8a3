//! What a recognizer file may hold. The page of the crate explains each key; unknown keys are refused.

use serde::Deserialize;

use super::place::Placed;

/// A recognizer file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileRows {
    /// Version of the format; 1 now.
    pub(crate) version: Placed<u32>,
    #[serde(default)]
    pub(crate) entity: Vec<Placed<EntityRow>>,
    #[serde(default)]
    pub(crate) list: Vec<Placed<ListRow>>,
    #[serde(default)]
    pub(crate) recognizer: Vec<Placed<RecognizerRow>>,
}

/// An entity: name, word of its surrogates, data class.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntityRow {
    pub(crate) name: String,
    pub(crate) word: String,
    pub(crate) class: String,
    /// Short labels under which exact terms may name it.
    #[serde(default)]
    pub(crate) labels: Vec<String>,
}

/// A list of words that a reader or scanner uses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListRow {
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
}

/// A recognizer: patterns that find values of one entity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecognizerRow {
    pub(crate) id: String,
    pub(crate) entity: Placed<String>,
    #[serde(default)]
    pub(crate) context: Vec<String>,
    #[serde(default)]
    pub(crate) context_required: bool,
    /// How far before and behind a value a context word may stand, in bytes, instead of the usual reach.
    pub(crate) context_bytes: Option<(usize, usize)>,
    /// Words that, shortly before a candidate, speak against it.
    #[serde(default)]
    pub(crate) against: Vec<String>,
    /// Findings with a lower score are not reported.
    #[serde(default = "score_min")]
    pub(crate) score_min: f32,
    pub(crate) pattern: Vec<Placed<PatternRow>>,
    pub(crate) examples: Vec<Placed<ExampleRow>>,
    pub(crate) counter_examples: Vec<Placed<CounterRow>>,
}

fn score_min() -> f32 {
    0.5
}

/// How candidates are found and what they must look like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatternRow {
    pub(crate) name: String,
    /// The value begins with one of these texts.
    #[serde(default)]
    pub(crate) literals: Vec<String>,
    /// The value follows one of these words.
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    /// The value is one of these words or phrases, whole, in any case: a lexicon. No regex.
    #[serde(default)]
    pub(crate) words: Vec<String>,
    /// The value is one of these texts, whole and as written: an exact list. No regex.
    #[serde(default)]
    pub(crate) exact: Vec<String>,
    /// The value ends with one of these words or right before it; the regex matches up to the end of the word.
    #[serde(default)]
    pub(crate) endings: Vec<String>,
    /// The value begins with a word that holds a digit.
    #[serde(default)]
    pub(crate) numbers: bool,
    /// The value may stand anywhere: slower, for recognizers without literal, keyword or digit.
    #[serde(default)]
    pub(crate) anywhere: bool,
    /// A scanner in code finds the value.
    pub(crate) scanner: Option<Placed<String>>,
    pub(crate) regex: Option<Placed<String>>,
    /// The group of the regex that is the value; 0 is all of it.
    #[serde(default)]
    pub(crate) group: usize,
    pub(crate) reader: Option<Placed<String>>,
    pub(crate) check: Option<Placed<String>>,
    pub(crate) edge: Option<Placed<String>>,
    pub(crate) score: f32,
    #[serde(default)]
    pub(crate) context_required: bool,
    /// The name of the JSON member that holds the text counts as the keyword.
    #[serde(default)]
    pub(crate) from_key: bool,
    /// How far the regex may look, in bytes.
    pub(crate) window_bytes: Option<usize>,
}

/// A text and the value that must be found in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleRow {
    pub(crate) text: Parts,
    pub(crate) find: Parts,
    pub(crate) key: Option<String>,
}

/// A text in which the recognizer must find nothing.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum CounterRow {
    /// A text, or its parts.
    Text(Parts),
    /// A text under a JSON member name.
    Keyed {
        /// The text.
        text: Parts,
        /// The name.
        key: String,
    },
}

/// Text, or parts of it that are joined: so that no scanner of source code takes an example for a real key.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Parts {
    /// The whole text.
    Whole(String),
    /// Parts to be joined.
    Joined(Vec<String>),
}

impl Parts {
    /// The text.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Joined(parts) => parts.concat(),
        }
    }
}
