//! Sealing: encryption of what is kept and must come back (exact terms now, vaults later).
//!
//! AES-256-GCM-SIV (RFC 8452): a nonce that is used twice by mistake tells no more than that two plaintexts are equal.
//! Sealed bytes are bound to their purpose, app and id, so that who can write the database cannot move them elsewhere.
//!
//! ```text
//! version 1 │ key id, 4 bytes │ nonce, 12 bytes │ ciphertext and its check, 16 bytes longer than the plaintext
//! ```

use std::fmt;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Key, Nonce};
use types::AppName;
use zeroize::ZeroizeOnDrop;

use crate::root_key::{DerivedKey, RootKey};

/// Length of the nonce that the caller hands in.
pub const NONCE_BYTES: usize = 12;

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;

/// What sealed bytes are bound to.
#[derive(Debug, Clone, Copy)]
pub struct SealContext<'a> {
    /// What they are for, e.g. `term`.
    pub purpose: &'a str,
    /// Whose they are.
    pub app: &'a AppName,
    /// Which one, e.g. the id of the row that holds them.
    pub id: &'a str,
}

/// Why bytes cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Longer than the cipher takes (64 GiB).
    #[error("the value is too long to be sealed")]
    TooLong,
    /// Not sealed bytes of a version that this program knows.
    #[error("these are not sealed bytes of a version that this program knows")]
    Format,
    /// Sealed under another root key.
    #[error("these bytes were sealed under another root key")]
    OtherKey,
    /// Changed, or sealed for another purpose, app or id.
    #[error("the sealed bytes were changed, or belong to another purpose, app or id")]
    Changed,
}

/// An opened value. Zeroed when dropped, never printed.
#[derive(ZeroizeOnDrop)]
pub struct Opened(Vec<u8>);

impl Opened {
    /// The value. Every use of this is a place where it could leak.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} bytes)", self.0.len())
    }
}

/// Seals and opens under a key of this state directory.
#[derive(Clone)]
pub struct Sealer {
    key: DerivedKey,
    key_id: [u8; KEY_ID_BYTES],
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(..)")
    }
}

impl Sealer {
    /// The sealer of this state directory.
    pub fn new(root: &RootKey) -> Self {
        let named = root.derive("seal-key-id");
        let mut key_id = [0; KEY_ID_BYTES];
        for (place, byte) in key_id.iter_mut().zip(named.expose()) {
            *place = *byte;
        }
        Self { key: root.derive("seal"), key_id }
    }

    /// Seals `plain` for `context`. `nonce` is random, fresh for each call.
    pub fn seal(
        &self,
        context: SealContext<'_>,
        plain: &[u8],
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, SealError> {
        let bound = bound_to(context);
        let ciphertext = self
            .cipher()
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: &bound })
            .map_err(|_| SealError::TooLong)?;
        let mut sealed = Vec::with_capacity(1 + KEY_ID_BYTES + NONCE_BYTES + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.key_id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// Opens what was sealed for the same context.
    pub fn open(&self, context: SealContext<'_>, sealed: &[u8]) -> Result<Opened, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::Format)?;
        if *version != VERSION {
            return Err(SealError::Format);
        }
        let (key_id, rest) = rest.split_first_chunk::<KEY_ID_BYTES>().ok_or(SealError::Format)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Format)?;
        if *key_id != self.key_id {
            return Err(SealError::OtherKey);
        }
        let bound = bound_to(context);
        self.cipher()
            .decrypt(&Nonce::from(*nonce), Payload { msg: ciphertext, aad: &bound })
            .map(Opened)
            .map_err(|_| SealError::Changed)
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&Key::<Aes256GcmSiv>::from(*self.key.expose()))
    }
}

/// Each part with its length before it, so that no two contexts have the same bytes.
fn bound_to(context: SealContext<'_>) -> Vec<u8> {
    let mut bound = vec![VERSION];
    for part in [context.purpose, context.app.as_str(), context.id] {
        bound.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bound.extend_from_slice(part.as_bytes());
    }
    bound
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&RootKey::new([3; 32]))
    }

    fn check_opens(app: &str, id: &str, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let app = AppName::new(app);
        sealer().open(SealContext { purpose, app: &app, id }, sealed).map(|opened| opened.expose().to_vec())
    }

    fn sealed(plain: &[u8], nonce: u8) -> Vec<u8> {
        let app = AppName::new("billing");
        sealer().seal(SealContext { purpose: "term", app: &app, id: "t1" }, plain, [nonce; 12]).unwrap()
    }

    #[test]
    fn sealed_bytes_open_only_where_they_belong() {
        let sealed = sealed(b"Project Heron", 1);
        assert_eq!(check_opens("billing", "t1", "term", &sealed), Ok(b"Project Heron".to_vec()));
        assert_eq!(check_opens("billing", "t2", "term", &sealed), Err(SealError::Changed));
        assert_eq!(check_opens("billin", "gt1", "term", &sealed), Err(SealError::Changed));
        assert_eq!(check_opens("support", "t1", "term", &sealed), Err(SealError::Changed));
        assert_eq!(check_opens("billing", "t1", "vault", &sealed), Err(SealError::Changed));
        let app = AppName::new("billing");
        let other = Sealer::new(&RootKey::new([4; 32]));
        let opened = other.open(SealContext { purpose: "term", app: &app, id: "t1" }, &sealed);
        assert_eq!(opened.unwrap_err(), SealError::OtherKey);
    }

    #[test]
    fn the_plaintext_cannot_be_seen_and_the_nonce_changes_everything() {
        let (one, two) = (sealed(b"Project Heron", 1), sealed(b"Project Heron", 2));
        assert!(!one.windows(5).any(|window| window == b"Heron"));
        assert_ne!(one[17..], two[17..]);
        assert_eq!(format!("{:?}", Opened(one)), "Opened(46 bytes)");
    }

    proptest! {
        #[test]
        fn any_bytes_come_back_and_any_change_is_found(plain: Vec<u8>, nonce: u8, at: usize, bit in 0..8u8) {
            let mut sealed = sealed(&plain, nonce);
            prop_assert_eq!(check_opens("billing", "t1", "term", &sealed), Ok(plain));
            let at = at % sealed.len();
            sealed[at] ^= 1 << bit;
            prop_assert!(check_opens("billing", "t1", "term", &sealed).is_err());
        }

        #[test]
        fn no_bytes_from_outside_open_or_panic(sealed: Vec<u8>) {
            prop_assert!(check_opens("billing", "t1", "term", &sealed).is_err());
        }
    }
}
