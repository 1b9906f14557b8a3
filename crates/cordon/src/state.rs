//! The state directory: who may read it, the root key, the database.
//!
//! The root key comes from `CORDON_ROOT_KEY`, from the file that `CORDON_ROOT_KEY_FILE` names, or from `root.key` in the
//! directory. It is made once, when there is neither a key nor a database. From then on a missing key is an error: a new one could
//! not open what the old one sealed, and every app key would silently stop working.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use store::{Durability, RootKey, RootKeyError, StoreError};
use store_sql::{Access, Options, Sqlite};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, variables, world};

const ROOT_KEY_FILE: &str = "root.key";
const DATABASE_FILE: &str = "cordon.db";

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// The directory is missing.
    #[error("there is no state directory `{}`: start `cordon serve` once, or name another one (state.dir)", dir.display())]
    NoDirectory {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory cannot be made or made private.
    #[error("the state directory `{}` cannot be used: {source}", dir.display())]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read or write the directory.
    #[error(
        "others may use the state directory `{}` (mode {mode:04o}), and it cannot be changed: chmod 700 it, or name a \
         directory inside it (state.dir), which is then made private", dir.display()
    )]
    Shared {
        /// The directory.
        dir: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Two root keys are given.
    #[error("both CORDON_ROOT_KEY and CORDON_ROOT_KEY_FILE are set: set one of them")]
    TwoRootKeys,
    /// There is a database and no root key.
    #[error(
        "`{}` has a database but no root key: give the key it was made with (CORDON_ROOT_KEY, CORDON_ROOT_KEY_FILE, or \
         root.key from your backup). It is never made anew: a new key opens nothing that the old one sealed", dir.display()
    )]
    RootKeyMissing {
        /// The directory.
        dir: PathBuf,
    },
    /// What should be the root key is none.
    #[error("{origin}: {source}")]
    RootKey {
        /// Where it came from.
        origin: String,
        /// Why it is none.
        source: RootKeyError,
    },
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StateError {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::TwoRootKeys
            | Self::RootKeyMissing { .. }
            | Self::RootKey { .. }
            | Self::Shared { .. }
            | Self::Store(StoreError::WrongRootKey) => Exit::Usage,
            Self::Store(StoreError::Damaged { .. }) => Exit::Found,
            Self::NoDirectory { .. } | Self::Directory { .. } | Self::Store(_) => Exit::Unavailable,
        }
    }
}

/// An open state directory.
#[derive(Debug)]
pub(crate) struct State {
    /// The directory.
    pub(crate) dir: PathBuf,
    /// The root key.
    pub(crate) root: RootKey,
    /// The file of a root key that was made just now.
    pub(crate) new_root_key: Option<PathBuf>,
    /// The store.
    pub(crate) store: Arc<Sqlite>,
}

impl State {
    /// Opens a state directory; makes it where there is none and `access` is more than reading.
    ///
    /// # Errors
    /// [`StateError`] and what reading a key file can give.
    pub(crate) fn open(dir: &Path, access: Access, durability: Durability) -> Result<Self, Failure> {
        private_dir(dir, access != Access::Read)?;
        let (root, new_root_key) = root_key(dir, access != Access::Read)?;
        let options = Options { access, durability, ..Options::default() };
        let store = Sqlite::open(&dir.join(DATABASE_FILE), &root, options).map_err(StateError::Store)?;
        Ok(Self { dir: dir.to_owned(), root, new_root_key, store })
    }
}

/// The directory with mode 0700.
fn private_dir(dir: &Path, make: bool) -> Result<(), StateError> {
    let failed = |source| StateError::Directory { dir: dir.to_owned(), source };
    match fs::metadata(dir) {
        Ok(about) if about.is_dir() => {
            let mode = about.permissions().mode() & 0o7777;
            let shared = StateError::Shared { dir: dir.to_owned(), mode };
            if mode & 0o077 == 0 {
                Ok(())
            } else {
                fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(|_| shared)
            }
        }
        Ok(_) => Err(failed(io::Error::from(io::ErrorKind::NotADirectory))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && make => {
            DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(StateError::NoDirectory { dir: dir.to_owned() })
        }
        Err(error) => Err(failed(error)),
    }
}

/// The root key, and its file where it was made just now.
fn root_key(dir: &Path, make: bool) -> Result<(RootKey, Option<PathBuf>), Failure> {
    let parsed = |text: &str, origin: String| {
        RootKey::parse(text).map_err(|source| Failure::State(StateError::RootKey { origin, source }))
    };
    let named_file = variables::variable("CORDON_ROOT_KEY_FILE").map(PathBuf::from);
    match (variables::secret("CORDON_ROOT_KEY"), named_file) {
        (Some(_), Some(_)) => return Err(StateError::TwoRootKeys.into()),
        (Some(text), None) => return Ok((parsed(&text, "CORDON_ROOT_KEY".to_owned())?, None)),
        (None, Some(path)) => {
            let text = files::read_secret("the root key file", &path)?;
            return Ok((parsed(&text, path.display().to_string())?, None));
        }
        (None, None) => {}
    }
    let path = dir.join(ROOT_KEY_FILE);
    let kept = || {
        let text = files::read_secret("the root key file", &path)?;
        Ok((parsed(&text, path.display().to_string())?, None))
    };
    if path.exists() {
        return kept();
    }
    if dir.join(DATABASE_FILE).exists() || !make {
        return Err(StateError::RootKeyMissing { dir: dir.to_owned() }.into());
    }
    let root = RootKey::new(world::random()?);
    let text = Zeroizing::new(format!("{}\n", root.to_hex().expose()));
    match files::write_new_secret(&path, text.as_bytes()) {
        Ok(()) => Ok((root, Some(path))),
        // Another program was faster: its key is the one.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => kept(),
        Err(source) => Err(StateError::Directory { dir: dir.to_owned(), source }.into()),
    }
}
