//! The files of a store: who may read them, and who holds the lock.
//!
//! The database and its lock file are made with mode 0600 before SQLite sees them; SQLite gives its side files (`-wal`,
//! `-shm`) the mode of the database. The lock is an advisory lock of the operating system: it ends with the process,
//! however that ends, so that no stale lock has to be cleared after a crash.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use store::StoreError;

const OWNER_ONLY: u32 = 0o600;

/// Holds the right to write the ledger until dropped.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock that lies beside the database, or says that another program has it.
    pub(crate) fn take(database: &Path) -> Result<Self, StoreError> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let file = private(&PathBuf::from(path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: database.display().to_string() }),
            Err(TryLockError::Error(error)) => {
                Err(StoreError::Io { what: "lock the store", detail: error.to_string() })
            }
        }
    }
}

/// Makes the database file where there is none, and takes it from the eyes of others where there is one.
pub(crate) fn prepare(database: &Path) -> Result<(), StoreError> {
    private(database).map(drop)
}

fn private(path: &Path) -> Result<File, StoreError> {
    let failed = |error: std::io::Error| StoreError::Io {
        what: "open the file of the store",
        detail: format!("{}: {error}", path.display()),
    };
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(OWNER_ONLY)
        .open(path)
        .map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode != OWNER_ONLY {
        file.set_permissions(Permissions::from_mode(OWNER_ONLY)).map_err(failed)?;
    }
    Ok(file)
}
