//! What can go wrong in a command, and what follows: exit code and message.

use std::io;
use std::path::PathBuf;

use crate::config::load::LoadError;
use crate::config::problem::ConfigError;
use crate::exit::Exit;
use crate::files::FileFault;
use crate::state::StateError;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The command line.
    #[error("{0}")]
    Usage(String),
    /// A file that is read or written.
    #[error("{what} `{}`: {source}", path.display())]
    File {
        /// What was tried, e.g. `cannot read`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that holds a secret and is not kept like one.
    #[error(transparent)]
    SecretFile(#[from] FileFault),
    /// The state directory.
    #[error(transparent)]
    State(#[from] StateError),
    /// A check failed, or what was asked for is not there.
    #[error("{0}")]
    Found(String),
    /// Something that is needed is not there.
    #[error("{0}")]
    Unavailable(String),
    /// Policy refuses.
    #[error("{0}")]
    Refused(String),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Load(LoadError::Refused(error))
    }
}

impl Failure {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::State(error) => error.exit(),
            Self::Found(_) => Exit::Found,
            Self::Load(_) | Self::Usage(_) | Self::SecretFile(_) => Exit::Usage,
            Self::File { .. } | Self::Unavailable(_) => Exit::Unavailable,
            Self::Refused(_) => Exit::Refused,
        }
    }

    /// The refused configuration, which shows itself with its text.
    pub(crate) const fn config(&self) -> Option<&ConfigError> {
        match self {
            Self::Load(LoadError::Refused(error)) => Some(error),
            _ => None,
        }
    }
}
