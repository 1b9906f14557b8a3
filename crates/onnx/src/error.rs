//! Why a model is not taken.

use std::io;
use std::path::PathBuf;

/// Why a model is not taken. All of them are for the operator: a file or a setting has to change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file is not there or cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is larger than such a file may be.
    #[error("`{}` is larger than {bytes_max} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        bytes_max: u64,
    },
    /// `labels.json` is wrong.
    #[error("labels.json is wrong: {reason}")]
    Labels {
        /// Why.
        reason: String,
    },
    /// There is no licence text.
    #[error("the file with the licence text, `{}`, says nothing: a model is not used without its licence", path.display())]
    NoLicence {
        /// The file.
        path: PathBuf,
    },
    /// `tokenizer.json` is wrong.
    #[error("tokenizer.json is wrong: {reason}")]
    Tokenizer {
        /// Why.
        reason: String,
    },
    /// The library of the runtime.
    #[error("the ONNX runtime `{}` cannot be used: {reason}", path.display())]
    Library {
        /// The library.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// `model.onnx` cannot be run.
    #[error("model.onnx cannot be run: {reason}")]
    Model {
        /// Why, as the runtime says it: an operator, an opset, an input.
        reason: String,
    },
    /// The labels are not those of the model.
    #[error("model.onnx gives {outputs} outputs for a token, and labels.json has {labels} labels")]
    LabelCount {
        /// Number of labels.
        labels: usize,
        /// Number of outputs of a token.
        outputs: usize,
    },
    /// The tokenizer is not that of the model.
    #[error("model.onnx does not know token {id}, the last of tokenizer.json: {reason}")]
    Vocabulary {
        /// The greatest number of a token.
        id: u32,
        /// What the runtime says.
        reason: String,
    },
    /// The window is longer than what the model reads.
    #[error(
        "model.onnx does not read windows of {tokens} tokens (window_tokens in labels.json, with those around): {reason}"
    )]
    Window {
        /// Tokens of a window, with those that the tokenizer adds.
        tokens: usize,
        /// What the runtime says.
        reason: String,
    },
    /// It does not find what it should.
    #[error(
        "example {index} (counted from 1) of labels.json is not found as {entity}: labels, tokenizer and model do not belong \
         together, or the example is too hard"
    )]
    Example {
        /// Position in the list, from 1.
        index: usize,
        /// The entity that it should be found as.
        entity: String,
    },
    /// It takes more memory than it may.
    #[error(
        "the model takes {bytes} bytes of memory, more than the {bytes_max} of detection.model.memory_max"
    )]
    Memory {
        /// What it takes, in bytes.
        bytes: u64,
        /// The limit in bytes.
        bytes_max: u64,
    },
    /// Its thread cannot be started.
    #[error("the thread of the model cannot be started: {source}")]
    Thread {
        /// Why.
        source: io::Error,
    },
}
