//! The environment of the process: the only place that reads it.

use std::path::PathBuf;

use types::Environment;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Variables that belong to Cordon and hold secrets; no child process gets them.
pub(crate) const OWN_SECRETS: [&str; 2] = ["CORDON_ROOT_KEY", "CORDON_ROOT_KEY_FILE"];

/// Reads a variable. Empty counts as not set.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// True when a variable is set and not empty.
pub(crate) fn is_set(name: &str) -> bool {
    variable(name).map(Zeroizing::new).is_some()
}

/// A variable that holds a secret. Zeroed when dropped.
pub(crate) fn secret(name: &str) -> Option<Zeroizing<String>> {
    variable(name).map(Zeroizing::new)
}

/// `CORDON_CONFIG`.
pub(crate) fn config() -> Option<PathBuf> {
    variable("CORDON_CONFIG").map(PathBuf::from)
}

/// `ORT_DYLIB_PATH`.
#[cfg(feature = "onnx")]
pub(crate) fn onnx_library() -> Option<PathBuf> {
    variable("ORT_DYLIB_PATH").map(PathBuf::from)
}

/// `NO_COLOR`.
pub(crate) fn no_colour() -> bool {
    is_set("NO_COLOR")
}

/// `CORDON_ENVIRONMENT`.
///
/// # Errors
/// When it names no environment.
pub(crate) fn environment() -> Result<Option<Environment>, Failure> {
    variable("CORDON_ENVIRONMENT")
        .map(|name| {
            Environment::from_name(&name).ok_or_else(|| {
                Failure::Usage(
                    "CORDON_ENVIRONMENT names no environment: it is dev, staging or prod".to_owned(),
                )
            })
        })
        .transpose()
}
