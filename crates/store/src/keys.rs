//! App keys, kept: never the key, only a keyed hash.

use std::fmt;
use std::sync::Arc;

use types::{AppName, Environment};

use crate::{KeyHash, Pending};

/// Names an app key without telling anything of it. Derived from its keyed hash, so that a key that is presented can be
/// looked up.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppKeyId(Arc<str>);

impl AppKeyId {
    /// The id of this text, as a person typed it or the database keeps it.
    pub fn new(id: impl AsRef<str>) -> Self {
        Self(Arc::from(id.as_ref()))
    }

    /// The text, e.g. `key_0123456789abcdef`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AppKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AppKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is kept of an app key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppKeyRecord {
    /// Its id.
    pub id: AppKeyId,
    /// The app it authenticates.
    pub app: AppName,
    /// The environment it belongs to.
    pub environment: Environment,
    /// The keyed hash of the key.
    pub hash: KeyHash,
    /// What a person recognises it by: its beginning and its last four characters, e.g. `cdn_dev_…x7Qa`.
    pub hint: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// From when on it is not valid any more, in milliseconds since 1970.
    pub expires_ms: Option<u64>,
    /// When it was revoked, in milliseconds since 1970.
    pub revoked_ms: Option<u64>,
    /// When it was last used, in milliseconds since 1970; up to some seconds late.
    pub last_used_ms: Option<u64>,
}

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// It may.
    Active,
    /// It expired.
    Expired,
    /// It was revoked.
    Revoked,
}

impl AppKeyRecord {
    /// Whether the key may be used at `now_ms`, in milliseconds since 1970. Revoked is for ever, whatever the clock
    /// says.
    pub const fn state(&self, now_ms: u64) -> KeyState {
        match (self.revoked_ms, self.expires_ms) {
            (Some(_), _) => KeyState::Revoked,
            (None, Some(expires_ms)) if expires_ms <= now_ms => KeyState::Expired,
            (None, _) => KeyState::Active,
        }
    }
}

/// Keeps app keys.
pub trait KeyStore: Send + Sync {
    /// Keeps a new key. [`StoreError::Exists`](crate::StoreError::Exists) where its id is taken.
    fn create(&self, key: AppKeyRecord) -> Pending<'_, ()>;

    /// The key of this id.
    fn find(&self, id: AppKeyId) -> Pending<'_, Option<AppKeyRecord>>;

    /// All keys, the oldest first, revoked and expired ones included.
    fn list(&self) -> Pending<'_, Vec<AppKeyRecord>>;

    /// Revokes a key. True where it was active or expired before; false where there is none or it was revoked already,
    /// whose time then stays.
    fn revoke(&self, id: AppKeyId, at_ms: u64) -> Pending<'_, bool>;

    /// Remembers that a key was used. Cheap: kept in memory and written with the next group. The latest time wins.
    fn touch(&self, id: &AppKeyId, at_ms: u64);

    /// A number that changes whenever keys or terms change, also by another program (`cordon keys revoke`): who keeps
    /// them in memory asks for it, say each half second, and lists again when it is another one. Uses do not change it.
    fn revision(&self) -> Pending<'_, u64>;
}
