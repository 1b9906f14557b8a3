//! `environment`: which environment is meant where none is named.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::Environment;

/// An environment, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum EnvironmentName {
    /// Development.
    Dev,
    /// Staging.
    Staging,
    /// Production.
    Prod,
}

impl EnvironmentName {
    /// The environment.
    pub(crate) const fn environment(self) -> Environment {
        match self {
            Self::Dev => Environment::Dev,
            Self::Staging => Environment::Staging,
            Self::Prod => Environment::Prod,
        }
    }
}
