//! What every command starts from: where it prints, and which configuration holds.

use std::path::PathBuf;

use crate::config::load::{self, Loaded};
use crate::config::plan::{Plan, Surroundings};
use crate::failure::Failure;
use crate::output::Output;
use crate::{variables, world};

/// What every command starts from.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// Where it prints.
    pub(crate) output: Output,
    /// The file that `--config` names.
    pub(crate) config: Option<PathBuf>,
}

impl Context {
    /// The configuration, read.
    ///
    /// # Errors
    /// Where it cannot be read or is refused.
    pub(crate) fn loaded(&self) -> Result<Loaded, Failure> {
        let named = self.config.clone().or_else(variables::config);
        Ok(load::load(load::find(named.as_deref()))?)
    }

    /// The configuration, checked.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn planned(&self, loaded: &Loaded) -> Result<Plan, Failure> {
        let around = Surroundings {
            environment: variables::environment()?,
            now_unix_ms: world::now_unix_ms(),
            has_variable: &variables::is_set,
        };
        Ok(Plan::of(loaded, &around)?)
    }
}
