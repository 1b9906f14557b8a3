//! What every command starts from: where it prints, and which configuration holds.

use std::path::PathBuf;

use store_sql::Access;

use crate::config::load::{self, Loaded};
use crate::config::plan::{Plan, Surroundings};
use crate::failure::Failure;
use crate::output::Output;
use crate::state::State;
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

    /// The state directory of the configuration, opened beside a running gateway: to read it, or to manage keys and terms.
    ///
    /// # Errors
    /// Where it is not there or refused.
    pub(crate) fn state(&self, access: Access) -> Result<(Plan, State), Failure> {
        let loaded = self.loaded()?;
        let plan = self.planned(&loaded)?;
        let state = State::open(&plan.state_dir, access, loaded.config.ledger.durability.of_store())?;
        if let Some(path) = &state.new_root_key {
            self.output
                .note(&format!("Made a root key: {}. Keep a copy of it in a safe place.", path.display()));
        }
        Ok((plan, state))
    }

    /// The configuration, checked.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn planned(&self, loaded: &Loaded) -> Result<Plan, Failure> {
        let around = Surroundings {
            environment: variables::environment()?,
            now_unix_ms: world::now_unix_ms(),
            is_file: &std::path::Path::is_file,
            has_variable: &variables::is_set,
        };
        Ok(Plan::of(loaded, &around)?)
    }
}

/// Waits for a future of a command that needs no threads of its own.
///
/// # Errors
/// That of the future, or a runtime that cannot start.
pub(crate) fn wait<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Unavailable(format!("cannot start: {error}")))?
        .block_on(future)
}

/// Waits for a future that serves, with a thread per processor.
///
/// # Errors
/// That of the future, or a runtime that cannot start.
pub(crate) fn serving<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("cordon")
        .build()
        .map_err(|error| Failure::Unavailable(format!("cannot start: {error}")))?
        .block_on(future)
}
