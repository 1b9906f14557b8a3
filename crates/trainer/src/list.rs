//! The data list: what a model is trained from, with checksum, licence and notice of each file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Trouble;

/// A data list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Name of the model.
    pub(crate) name: String,
    /// What the weights may be used under.
    pub(crate) licence: String,
    /// How to train.
    #[serde(default)]
    pub(crate) training: Training,
    /// Labelled documents.
    #[serde(default, rename = "source")]
    pub(crate) sources: Vec<Source>,
    /// Names and places.
    #[serde(default, rename = "gazetteer")]
    pub(crate) gazetteers: Vec<Lists>,
    /// Classes of words that are used alike.
    #[serde(default)]
    pub(crate) classes: Vec<Classes>,
}

/// How to train.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Training {
    /// Bits of the row number.
    pub(crate) bits: u32,
    /// How often all is read.
    pub(crate) epochs: usize,
    /// First step of AdaGrad.
    pub(crate) rate: f32,
    /// Share of the features that are left out, other ones each time.
    pub(crate) dropout: f32,
    /// What pulls weights to nought at each step.
    pub(crate) decay: f32,
    /// What a name taken for none costs more than the other way, in training.
    pub(crate) miss: f32,
    /// Share of the documents that are also read in lower case, and in capitals.
    pub(crate) lower: f32,
    /// See `lower`.
    pub(crate) upper: f32,
    /// Where the numbers begin that look random.
    pub(crate) seed: u64,
    /// Share of the documents kept out for validation, in percent.
    pub(crate) validation: u64,
    /// Over-redaction that the balanced knob may cause in any language, as a share of the characters.
    pub(crate) over: f64,
    /// Share of the documents without names that it may hit.
    pub(crate) hits: f64,
    /// What a document hit weighs against a leak.
    pub(crate) hit: f64,
    /// Steps that the chosen bias of each label is moved by, up for fewer leaks: Latin, Han, Kana, Hangul.
    pub(crate) looser: [[i16; 4]; 4],
}

impl Default for Training {
    fn default() -> Self {
        Self {
            bits: 19,
            epochs: 2,
            rate: 0.06,
            dropout: 0.3,
            decay: 0.0,
            miss: 0.0,
            lower: 0.15,
            upper: 0.05,
            seed: 1,
            validation: 20,
            over: 0.015,
            hits: 0.02,
            hit: 0.5,
            looser: [[0; 4]; 4],
        }
    }
}

impl Training {
    /// Takes other values for some keys, written as `key=value`.
    pub(crate) fn set(&mut self, values: &[String]) -> Result<(), Trouble> {
        let mut table = toml::Table::try_from(&*self).map_err(|error| Trouble(error.to_string()))?;
        for value in values {
            table.extend(value.parse::<toml::Table>().map_err(|error| Trouble(error.to_string()))?);
        }
        *self = table.try_into().map_err(|error| Trouble(error.to_string()))?;
        Ok(())
    }
}

/// Documents of one source in a file of JSON lines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// The source, as the documents name it.
    pub(crate) name: String,
    /// The file, from the folder of the data on.
    pub(crate) file: PathBuf,
    /// Its checksum.
    #[serde(default)]
    pub(crate) sha256: String,
    /// Only these languages; all when empty.
    #[serde(default)]
    pub(crate) languages: Vec<String>,
    /// Licence of the text.
    pub(crate) licence: String,
    /// Who made it and where it is from.
    #[serde(default)]
    pub(crate) notice: String,
    /// Labels that are annotated wherever they occur. Of others nothing is known where nothing is marked.
    pub(crate) labels: Vec<String>,
    /// How often a document counts in training.
    #[serde(default = "one")]
    pub(crate) times: usize,
    /// What the documents are for.
    #[serde(default)]
    pub(crate) part: Part,
    /// Read each document also in lower case and in capitals, now and then.
    #[serde(default = "yes")]
    pub(crate) recase: bool,
}

/// What documents are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// A share is kept out for validation, by template or text.
    #[default]
    Split,
    /// All for training.
    Training,
    /// All for validation.
    Validation,
}

/// A file of names or places: lines of kind, tab, entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lists {
    /// The file, from the folder of the data on.
    pub(crate) file: PathBuf,
    /// Its checksum.
    #[serde(default)]
    pub(crate) sha256: String,
    /// Licence.
    pub(crate) licence: String,
    /// Who made it and where it is from.
    #[serde(default)]
    pub(crate) notice: String,
    /// Kinds to take, with the number that they get in the table.
    pub(crate) kinds: std::collections::BTreeMap<String, usize>,
}

/// A file of classes: lines of word, tab, number.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Classes {
    /// The set that they belong to; a word has one class of each set.
    #[serde(default)]
    pub(crate) set: usize,
    /// The file, from the folder of the data on.
    pub(crate) file: PathBuf,
    /// Its checksum.
    #[serde(default)]
    pub(crate) sha256: String,
    /// Licence.
    pub(crate) licence: String,
    /// Who made it and where it is from.
    #[serde(default)]
    pub(crate) notice: String,
}

const fn one() -> usize {
    1
}

const fn yes() -> bool {
    true
}

impl List {
    /// Reads a list.
    pub(crate) fn read(path: &Path) -> Result<Self, Trouble> {
        let text = std::fs::read_to_string(path).map_err(|error| Trouble::file(path, &error))?;
        toml::from_str(&text).map_err(|error| Trouble::file(path, &error))
    }
}

/// Reads a file of the list and holds it against its checksum. A list without checksums is for experiments.
pub(crate) fn read(data: &Path, file: &Path, sha256: &str) -> Result<String, Trouble> {
    let path = data.join(file);
    let bytes = std::fs::read(&path).map_err(|error| Trouble::file(&path, &error))?;
    if !sha256.is_empty() && hex(&Sha256::digest(&bytes)) != sha256 {
        return Err(Trouble::file(&path, &"the checksum is not that of the data list"));
    }
    String::from_utf8(bytes).map_err(|error| Trouble::file(&path, &error))
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
