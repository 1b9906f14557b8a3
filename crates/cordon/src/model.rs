//! The bigger model of a configuration, loaded once, and what is said of it.
//!
//! The feature `onnx` brings what runs one (`onnx`); without it a configuration that names a model is refused: what somebody
//! relies on is never left out in silence.

#[cfg(feature = "onnx")]
mod onnx;
#[cfg(not(feature = "onnx"))]
mod without;

use std::sync::Arc;

use detect::{Detector, Reads};
use serde_json::{Value, json};

#[cfg(feature = "onnx")]
use self::onnx::loaded_from;
#[cfg(not(feature = "onnx"))]
use self::without::loaded_from;
use crate::config::document::Step;
use crate::config::load::Loaded;
use crate::config::model::Run;
use crate::config::problem::{ConfigError, Problems};
use crate::failure::Failure;
use crate::names;

/// What there is to say of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// Its name.
    pub(crate) name: String,
    /// Name of its licence.
    pub(crate) licence: String,
    /// SHA-256 of `model.onnx`, in hexadecimal.
    pub(crate) model_sha256: String,
    /// SHA-256 of all its files, as it stands in records.
    pub(crate) sha256: String,
    /// What it reads.
    pub(crate) run: &'static str,
    /// Memory that it takes, in bytes, where the system says so.
    pub(crate) memory_bytes: Option<u64>,
}

/// A model, and what there is to say of it.
pub(crate) type Model = (Arc<dyn detect::Model>, About);

/// The detector with the model that a configuration names, if it names one.
///
/// # Errors
/// A model that does not fit, shown where it is named.
pub(crate) fn beside(detector: Detector, loaded: &Loaded) -> Result<Detector, Failure> {
    let Some((model, _)) = model(loaded)? else { return Ok(detector) };
    let reads = match loaded.config.detection.model.run {
        Run::Unsure => Reads::Unsure(names::tagger()?),
        Run::Always | Run::Off => Reads::Always,
    };
    Ok(detector.with_model(model, reads).map_err(|error| refused(loaded, &error.to_string()))?)
}

/// What there is to say of the model of a configuration, if there is one.
///
/// # Errors
/// As [`beside`].
pub(crate) fn about(loaded: &Loaded) -> Result<Option<About>, Failure> {
    Ok(model(loaded)?.map(|(_, about)| about))
}

fn model(loaded: &Loaded) -> Result<Option<Model>, Failure> {
    if !loaded.config.detection.model.is_on() {
        return Ok(None);
    }
    Ok(Some(loaded_from(loaded).map_err(|reason| refused(loaded, &reason))?))
}

fn refused(loaded: &Loaded, reason: &str) -> ConfigError {
    let mut problems = Problems::new(&loaded.document);
    let at: [Step; 3] = ["detection".into(), "model".into(), "path".into()];
    problems.error(
        &at,
        format!("the model cannot be used: {reason}"),
        "named here",
        "docs/how-to/add-a-model.md says what it needs; run = \"off\" goes on without it",
    );
    match problems.finish() {
        Ok(error) | Err(error) => error,
    }
}

impl About {
    /// One line for people.
    pub(crate) fn line(&self) -> String {
        let memory = match self.memory_bytes {
            Some(bytes) => format!(", {} MiB", bytes >> 20),
            None => String::new(),
        };
        format!(
            "{} ({}), reads {}, sha256 {}{memory}",
            self.name,
            self.licence,
            match self.run {
                "always" => "everything",
                _ => "where the tagger is not sure",
            },
            self.model_sha256.get(..16).unwrap_or_default()
        )
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "name": self.name,
            "licence": self.licence,
            "model_sha256": self.model_sha256,
            "sha256": self.sha256,
            "run": self.run,
            "memory_bytes": self.memory_bytes,
        })
    }
}
