//! What can go wrong at a store, whose fault it is, and whether trying again may help.

use ledger::RecordError;
use types::Fault;

/// What can go wrong at a store. Holds names and numbers, never what is kept.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Too much waits already; nothing was taken in.
    #[error("the store is busy: {waiting} records wait already, which is the limit")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// No space left where the store lies. Works again by itself when there is space.
    #[error("no space left for the store: free some, no restart is needed")]
    Full,
    /// Another program holds the store for a moment. Nothing was kept.
    #[error("the store is held by another program for longer than it may be")]
    Held,
    /// The store took itself out of service, because what it wrote may not be on the disk.
    #[error("the store has stopped: {reason}; check the disk, verify the ledger and start again")]
    Stopped {
        /// What happened.
        reason: String,
    },
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
    /// This program opened the store for reading or for managing keys only.
    #[error("the store was opened without the right to write the ledger")]
    ReadOnly,
    /// Another program writes this ledger.
    #[error(
        "another program writes the ledger in `{path}` already: stop it first, or give this one its own state directory"
    )]
    Locked {
        /// The file of the store.
        path: String,
    },
    /// There is no store.
    #[error("there is no store at `{path}`: start the gateway once, or name its state directory")]
    NotFound {
        /// Where it should be.
        path: String,
    },
    /// The root key is not the one the store was made with.
    #[error(
        "the root key does not belong to this store: give the one it was made with (CORDON_ROOT_KEY or `root.key`)"
    )]
    WrongRootKey,
    /// A newer program made the store.
    #[error("the store has version {found}, this program knows versions up to {known}: use a newer program")]
    TooNew {
        /// Version of the store.
        found: u32,
        /// Newest version that this program knows.
        known: u32,
    },
    /// An older program made the store, and it was opened for reading only.
    #[error(
        "the store has version {found}, older than {known}: start the gateway once, which brings it up to date"
    )]
    TooOld {
        /// Version of the store.
        found: u32,
        /// Version that this program reads.
        known: u32,
    },
    /// What the store holds contradicts itself.
    #[error("the store is damaged: {what}; restore a backup, or look at it with `cordon audit verify`")]
    Damaged {
        /// What does not fit.
        what: String,
    },
    /// The record has no spelling.
    #[error("the record cannot be kept: {0}")]
    Record(#[from] RecordError),
    /// Longer than what is kept of its kind.
    #[error("the {what} would be longer than {bytes_max} bytes, which is the limit")]
    TooLong {
        /// What kind of thing.
        what: &'static str,
        /// The limit.
        bytes_max: usize,
    },
    /// A thing of this id exists already.
    #[error("a {what} with this id exists already")]
    Exists {
        /// What kind of thing.
        what: &'static str,
    },
    /// The database or the file system refused.
    #[error("{what}: {detail}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What the database or the file system said.
        detail: String,
    },
}

impl StoreError {
    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Busy { .. }
            | Self::Full
            | Self::Held
            | Self::Stopped { .. }
            | Self::Closed
            | Self::Io { .. } => Fault::Us,
            Self::Record(_) | Self::Exists { .. } | Self::TooLong { .. } => Fault::Caller,
            Self::ReadOnly
            | Self::Locked { .. }
            | Self::NotFound { .. }
            | Self::WrongRootKey
            | Self::TooNew { .. }
            | Self::TooOld { .. }
            | Self::Damaged { .. } => Fault::Operator,
        }
    }

    /// True where the same call may succeed later without anybody changing anything but the load or the disk.
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Full | Self::Held | Self::Io { .. })
    }
}
