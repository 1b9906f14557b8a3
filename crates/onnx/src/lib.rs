//! `onnx`: a bigger model beside the tagger, from a directory with `model.onnx`, `tokenizer.json` and `labels.json`.
//!
//! # Duty
//! [`OnnxModel::load`] takes in a model of the kind that gives a label to each token, proves that its parts belong together,
//! and then gives spans of texts through [`detect::Model`]. What the files say stands in [`labels`](crate#labelsjson); how it is run:
//! text → tokens (`tokens`) → windows that overlap (`windows`) → outputs (`session`, the ONNX runtime) → spans (`decode`). A
//! thread of its own does that (`worker`), behind a bounded queue, in bounded time.
//!
//! # Invariants
//! - A model that does not fit is refused when it is loaded, with the reason: every check is a variant of [`LoadError`].
//! - A text is read to its end or is an error; there is no third (tests of `reading` and `worker`).
//! - Offsets are those of the text that was handed in, on character boundaries (test `offsets_are_those_of_the_text_whatever_stands_around`).
//! - No error holds text, and nothing is printed.
//!
//! Not in the default build: the binary takes it in with the feature `onnx`. Why this runtime: `docs/decisions/0012-onnx-runtime.md`.
//! How to make such a directory: `docs/how-to/add-a-model.md`.

mod decode;
mod directory;
mod error;
mod labels;
mod memory;
mod reading;
mod session;
mod stop;
mod tokens;
mod windows;
mod worker;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use detect::{Model, ModelFault, ModelLabel, ModelSpan};
use types::ByteSpan;

use self::directory::Files;
pub use self::error::LoadError;
use self::labels::Labels;
use self::reading::Reader;
use self::session::Loaded;
use self::stop::Stop;
use self::tokens::Tokens;
use self::worker::Worker;

/// Most bytes of a text that a model reads at once: at the speed of a small model more than half a minute.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// How a model is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The directory with its files.
    pub directory: PathBuf,
    /// The library of the ONNX runtime, 1.17 or later.
    pub library: PathBuf,
    /// Entities that are wanted of it; empty: all that its labels stand for.
    pub entities: Vec<String>,
    /// How long one text may take, the time in the queue included.
    pub time: Duration,
    /// Threads for each run.
    pub threads: usize,
    /// Most texts that wait.
    pub queue_max: usize,
    /// Most memory that it may take, in bytes.
    pub memory_bytes_max: u64,
}

/// What a model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its name.
    pub name: String,
    /// Name of its licence.
    pub licence: String,
    /// SHA-256 of `model.onnx`.
    pub model_digest: [u8; 32],
    /// SHA-256 over the digests of `model.onnx`, `tokenizer.json` and `labels.json`.
    pub digest: [u8; 32],
    /// What it took when it was loaded, in bytes, where the system says so.
    pub memory_bytes: Option<u64>,
}

/// Makes room for a wait: calls what it is given, which blocks.
pub type Wait = Arc<dyn Fn(&mut dyn FnMut()) + Send + Sync>;

/// A model that reads texts.
pub struct OnnxModel {
    about: About,
    labels: Vec<ModelLabel>,
    worker: Worker,
    wait: Wait,
}

impl fmt::Debug for OnnxModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnnxModel").field("about", &self.about).finish_non_exhaustive()
    }
}

impl OnnxModel {
    /// Takes in a model, and proves it: it must read its longest window and its last token, stay within its memory, and find the
    /// examples of its labels. `wait` is told of each wait for its thread.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load(settings: &Settings, wait: Wait) -> Result<Self, LoadError> {
        let before = memory::resident_bytes();
        let files = Files::read(&settings.directory, settings.memory_bytes_max)?;
        let labels = Labels::read(&files.labels, &settings.entities)?;
        directory::check_licence(&settings.directory, &labels.licence.file)?;
        let tokens = Tokens::read(&files.tokenizer)?;
        let outputs = labels.outputs.len();
        let mut session = Loaded::of(&files.model, &settings.library, settings.threads, outputs)?;
        let (digest, model_digest) = (files.digest, files.model_digest);
        drop((files.model, files.tokenizer));
        let id = tokens.id_max();
        session.tried(vec![i64::from(id)], outputs).map_err(|reason| LoadError::Vocabulary { id, reason })?;
        let window = vec![i64::from(id); labels.window_tokens + tokens.around()];
        let length = window.len();
        session.tried(window, outputs).map_err(|reason| LoadError::Window { tokens: length, reason })?;
        let memory_bytes =
            memory::resident_bytes().zip(before).map(|(now, before)| now.saturating_sub(before));
        if let Some(bytes) = memory_bytes.filter(|bytes| *bytes > settings.memory_bytes_max) {
            return Err(LoadError::Memory { bytes, bytes_max: settings.memory_bytes_max });
        }
        let mut reader = Reader { tokens, labels, scorer: session };
        prove(&mut reader)?;
        let labels = &reader.labels;
        let about = About {
            name: labels.name.clone(),
            licence: labels.licence.name.clone(),
            model_digest,
            digest,
            memory_bytes,
        };
        let label = |kind: &labels::Kind| ModelLabel {
            name: Arc::clone(&kind.name),
            entity: Arc::clone(&kind.entity),
        };
        let labels = labels.kinds.iter().map(label).collect();
        let worker = Worker::start(reader, settings.queue_max, settings.time)
            .map_err(|source| LoadError::Thread { source })?;
        Ok(Self { about, labels, worker, wait })
    }

    /// What it is.
    pub fn about(&self) -> &About {
        &self.about
    }
}

/// The directory that `settings` name, as it stands on disk, without running it: the digest of its files.
///
/// # Errors
/// A file that cannot be read.
pub fn digest(directory: &Path, model_bytes_max: u64) -> Result<[u8; 32], LoadError> {
    Ok(Files::read(directory, model_bytes_max)?.digest)
}

/// The examples of the labels are found.
fn prove<S: reading::Scorer>(reader: &mut Reader<S>) -> Result<(), LoadError> {
    let examples = reader.labels.examples.clone();
    for (at, example) in examples.iter().enumerate() {
        let missed = || LoadError::Example { index: at + 1, entity: example.entity.clone() };
        let found = reader.spans(&example.text, &Stop::default()).map_err(|_| missed())?;
        let start = example.text.find(&example.find).unwrap_or_default();
        let wanted = ByteSpan::new(start, start + example.find.len());
        let is_it = |found: &ModelSpan| {
            let kind = reader.labels.kinds.get(found.label);
            found.span.contains(wanted) && kind.is_some_and(|kind| *kind.entity == *example.entity)
        };
        if !found.iter().any(is_it) {
            return Err(missed());
        }
    }
    Ok(())
}

impl Model for OnnxModel {
    fn version(&self) -> [u8; 32] {
        self.about.digest
    }

    fn labels(&self) -> &[ModelLabel] {
        &self.labels
    }

    fn spans(&self, text: &str, pieces: &[ByteSpan]) -> Result<Vec<ModelSpan>, ModelFault> {
        let bytes = pieces.iter().map(|piece| piece.len()).sum();
        if bytes > TEXT_BYTES_MAX {
            return Err(ModelFault::TooLong { bytes, bytes_max: TEXT_BYTES_MAX });
        }
        let pieces: Option<Vec<(usize, String)>> =
            pieces.iter().map(|piece| Some((piece.start, piece.of(text)?.to_owned()))).collect();
        let outside =
            || ModelFault::Failed { reason: "it was asked about what is no part of the text".to_owned() };
        let mut pieces = Some(pieces.ok_or_else(outside)?);
        let mut read = None;
        (self.wait)(&mut || read = pieces.take().map(|pieces| self.worker.spans(pieces)));
        read.unwrap_or_else(|| Err(ModelFault::Failed { reason: "it was not asked".to_owned() }))
    }
}
