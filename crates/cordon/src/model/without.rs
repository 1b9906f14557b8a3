//! A build without the feature `onnx`.

use super::Model;
use crate::config::load::Loaded;

/// There is none.
pub(super) fn loaded_from(_loaded: &Loaded) -> Result<Model, String> {
    Err("this Cordon was built without what runs one (the feature `onnx`)".to_owned())
}
