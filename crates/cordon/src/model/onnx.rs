//! A model for the ONNX runtime. The one that was loaded last is kept: commands ask several times, and a reload that changes nothing
//! about it keeps it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ledger::Digest;
use onnx::{OnnxModel, Settings, Wait};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::{About, Model};
use crate::config::load::Loaded;
use crate::config::plan::Plan;
use crate::variables;

/// A model, and what it was made of.
struct Kept {
    settings: Settings,
    digest: [u8; 32],
    model: Arc<OnnxModel>,
}

static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

/// The model that a configuration names.
pub(super) fn loaded_from(loaded: &Loaded) -> Result<Model, String> {
    let config = &loaded.config.detection.model;
    let library = match (config.library.as_str(), variables::onnx_library()) {
        ("", None) => {
            return Err("no ONNX runtime is named: set `library`, or ORT_DYLIB_PATH".to_owned());
        }
        ("", Some(path)) => path,
        (path, _) => Plan::path(loaded, Path::new(path)),
    };
    let settings = Settings {
        directory: Plan::path(loaded, Path::new(&config.path)),
        library,
        entities: config.entities.clone(),
        time: Duration::from_millis(config.time_ms.into()),
        threads: usize::try_from(config.threads).unwrap_or(1),
        queue_max: usize::try_from(config.queue_max).unwrap_or(1),
        memory_bytes_max: config.memory_max.0,
    };
    let model = kept_or_loaded(settings).map_err(|error| error.to_string())?;
    let about = model.about();
    let about = About {
        name: about.name.clone(),
        licence: about.licence.clone(),
        model_sha256: Digest(about.model_digest).hex(),
        sha256: Digest(about.digest).hex(),
        run: config.run.name(),
        memory_bytes: about.memory_bytes,
    };
    Ok((model, about))
}

fn kept_or_loaded(settings: Settings) -> Result<Arc<OnnxModel>, onnx::LoadError> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = kept.as_ref().filter(|kept| kept.settings == settings)
        && onnx::digest(&settings.directory, settings.memory_bytes_max)? == kept.digest
    {
        return Ok(Arc::clone(&kept.model));
    }
    let model = Arc::new(OnnxModel::load(&settings, waiting())?);
    *kept = Some(Kept { settings, digest: model.about().digest, model: Arc::clone(&model) });
    Ok(model)
}

/// Who waits for the model on a thread that serves others gives it up for that long.
fn waiting() -> Wait {
    Arc::new(|wait: &mut dyn FnMut()| {
        let serves =
            Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
        if serves { tokio::task::block_in_place(wait) } else { wait() }
    })
}
