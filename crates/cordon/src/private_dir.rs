//! A temporary directory that only we can use, and that goes away with its handle.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::world;

/// A temporary directory.
#[derive(Debug)]
pub(crate) struct PrivateDir(PathBuf);

impl PrivateDir {
    /// Makes one below the system's own.
    ///
    /// # Errors
    /// Where that is not possible.
    pub(crate) fn new() -> Result<Self, Failure> {
        let base = std::env::temp_dir();
        let path = base.join(format!("cordon-{}", world::new_id()?));
        let failed = |source: io::Error| Failure::File { what: "cannot make", path: path.clone(), source };
        // Not recursive: an existing directory of this name would be somebody else's.
        DirBuilder::new().mode(0o700).create(&path).map_err(failed)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
