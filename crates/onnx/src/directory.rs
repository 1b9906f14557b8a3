//! The files of a model, read with a bound, and their digest.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::LoadError;

const TOKENIZER_BYTES_MAX: u64 = 64 << 20;
const LABELS_BYTES_MAX: u64 = 1 << 20;
const LICENCE_BYTES_MAX: u64 = 1 << 20;

/// The files of a model, but for its licence.
pub(crate) struct Files {
    /// `model.onnx`.
    pub(crate) model: Vec<u8>,
    /// `tokenizer.json`.
    pub(crate) tokenizer: Vec<u8>,
    /// `labels.json`.
    pub(crate) labels: String,
    /// SHA-256 of `model.onnx`.
    pub(crate) model_digest: [u8; 32],
    /// SHA-256 of all three.
    pub(crate) digest: [u8; 32],
}

impl Files {
    /// Reads them.
    pub(crate) fn read(directory: &Path, model_bytes_max: u64) -> Result<Self, LoadError> {
        let labels = bounded(&directory.join("labels.json"), LABELS_BYTES_MAX)?;
        let labels = String::from_utf8(labels)
            .map_err(|_| LoadError::Labels { reason: "it is not UTF-8".to_owned() })?;
        let tokenizer = bounded(&directory.join("tokenizer.json"), TOKENIZER_BYTES_MAX)?;
        let model = bounded(&directory.join("model.onnx"), model_bytes_max)?;
        let model_digest = Sha256::digest(&model);
        let mut digest = Sha256::new();
        for part in [model_digest.as_slice(), &Sha256::digest(&tokenizer), &Sha256::digest(&labels)] {
            digest.update(part);
        }
        Ok(Self {
            model,
            tokenizer,
            labels,
            model_digest: model_digest.into(),
            digest: digest.finalize().into(),
        })
    }
}

/// True when there is a licence text; `name` is that of a file beside the model.
pub(crate) fn check_licence(directory: &Path, name: &str) -> Result<(), LoadError> {
    if Path::new(name).components().count() != 1 || name == ".." {
        return Err(LoadError::Labels {
            reason: "`licence.file` is not the name of a file beside it".to_owned(),
        });
    }
    let path = directory.join(name);
    let text = bounded(&path, LICENCE_BYTES_MAX)?;
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(LoadError::NoLicence { path });
    }
    Ok(())
}

fn bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |source: io::Error| LoadError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length > bytes_max {
        return Err(LoadError::TooLarge { path: path.to_owned(), bytes_max });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > bytes_max {
        return Err(LoadError::TooLarge { path: path.to_owned(), bytes_max });
    }
    Ok(bytes)
}
