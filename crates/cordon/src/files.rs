//! Files that hold secrets: read only where nobody else can, written so that nobody else will.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Largest file that is read as a secret, in bytes.
const SECRET_BYTES_MAX: u64 = 16 << 20;

/// Why a file with a secret is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileFault {
    /// It cannot be read.
    #[error("{what} `{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// What it holds.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others can read it.
    #[error("{what} `{}` can be read by others (mode {mode:04o}): chmod 600 it", path.display())]
    Open {
        /// What it holds.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It belongs to somebody else.
    #[error("{what} `{}` belongs to another user (uid {owner}): chown it to the user that runs cordon", path.display())]
    Foreign {
        /// What it holds.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// It is no file, too large, or not text.
    #[error("{what} `{}` is {why}", path.display())]
    Unfit {
        /// What it holds.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: &'static str,
    },
}

/// Reads a file that holds a secret: a regular file of ours (or of root) that no one else can read. `what` names it in messages.
///
/// # Errors
/// [`FileFault`].
pub(crate) fn read_secret(what: &'static str, path: &Path) -> Result<Zeroizing<String>, FileFault> {
    let unreadable = |source| FileFault::Unreadable { what, path: path.to_owned(), source };
    let unfit = |why| FileFault::Unfit { what, path: path.to_owned(), why };
    let file = fs::File::open(path).map_err(unreadable)?;
    // The opened file is looked at, not the path: nobody can exchange it in between.
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(unfit("no regular file"));
    }
    let mode = about.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(FileFault::Open { what, path: path.to_owned(), mode });
    }
    let is_foreign = own_uid().is_some_and(|own| about.uid() != own && about.uid() != 0);
    if is_foreign {
        return Err(FileFault::Foreign { what, path: path.to_owned(), owner: about.uid() });
    }
    if about.len() > SECRET_BYTES_MAX {
        return Err(unfit("too large to be one"));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(SECRET_BYTES_MAX).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// Writes a new file that only its owner can read, and makes it durable. It appears whole or not at all, and never takes the place
/// of another.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where there is one, or why it cannot be written.
pub(crate) fn write_new_secret(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", std::process::id()));
    let unfinished = PathBuf::from(unfinished);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let linked =
        file.write_all(text).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&unfinished, path));
    fs::remove_file(&unfinished)?;
    linked?;
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => fs::File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}

/// The user that this process runs as, where the system says so.
fn own_uid() -> Option<u32> {
    fs::metadata("/proc/self").ok().map(|about| about.uid())
}
