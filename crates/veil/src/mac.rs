//! Everything that is derived from a scope key: scopes, and the numbers behind surrogates.
//!
//! Promises: a scope and a number tell nothing about what they were made of without the key; parts cannot be shifted
//! against each other, because each is preceded by its length; scopes and numbers can never meet, because each use has
//! its own label. Leaves to others: which parts make a scope, and how a number becomes a surrogate.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use types::{Scope, ScopeKey};
use zeroize::Zeroizing;

const SCOPE_LABEL: &[u8] = b"cordon scope v1";
const VALUE_LABEL: &[u8] = b"cordon surrogate v1";
/// The block of SHA-256; a shorter HMAC key is filled up with zeros to it (RFC 2104, section 2).
const BLOCK_BYTES: usize = 64;

/// The scope of these parts, in this order: HMAC-SHA-256 over a label and each part with its length before it.
///
/// ```
/// use types::ScopeKey;
/// let key = ScopeKey::new([7; 32]);
/// assert_eq!(cordon_veil::scope_from(&key, &[b"app", b"turn"]), cordon_veil::scope_from(&key, &[b"app", b"turn"]));
/// assert_ne!(cordon_veil::scope_from(&key, &[b"app", b"turn"]), cordon_veil::scope_from(&key, &[b"appt", b"urn"]));
/// ```
pub fn scope_from(key: &ScopeKey, parts: &[&[u8]]) -> Scope {
    let mut mac = keyed(key);
    part(&mut mac, SCOPE_LABEL);
    for bytes in parts {
        part(&mut mac, bytes);
    }
    Scope(mac.finalize().into_bytes().into())
}

/// A source of numbers for the values of one scope.
pub(crate) struct Keyed(Hmac<Sha256>);

/// What a value is known by inside a veil, so that no second copy of it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ValueId([u8; 32]);

impl Keyed {
    /// The source for a scope.
    pub(crate) fn new(key: &ScopeKey, scope: Scope) -> Self {
        let mut mac = keyed(key);
        part(&mut mac, VALUE_LABEL);
        part(&mut mac, &scope.0);
        Self(mac)
    }

    /// The id of a value (in normal form) of an entity.
    pub(crate) fn value(&self, entity: &str, normal: &str) -> ValueId {
        let mut mac = self.0.clone();
        part(&mut mac, entity.as_bytes());
        part(&mut mac, normal.as_bytes());
        ValueId(mac.finalize().into_bytes().into())
    }

    /// A number for the value: its own with attempt 0, an unrelated one with each further attempt.
    pub(crate) fn number(&self, value: ValueId, attempt: u32) -> u128 {
        if attempt == 0 {
            return leading(value.0);
        }
        let mut mac = self.0.clone();
        part(&mut mac, &value.0);
        part(&mut mac, &attempt.to_le_bytes());
        leading(mac.finalize().into_bytes().into())
    }
}

fn keyed(key: &ScopeKey) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0_u8; BLOCK_BYTES]);
    for (to, from) in block.iter_mut().zip(key.expose()) {
        *to = *from;
    }
    Hmac::new((&*block).into())
}

fn part(mac: &mut Hmac<Sha256>, bytes: &[u8]) {
    mac.update(&(bytes.len() as u64).to_le_bytes());
    mac.update(bytes);
}

fn leading(digest: [u8; 32]) -> u128 {
    digest.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_that_of_plain_hmac() {
        let key = [9_u8; 32];
        let mut plain = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let mut ours = keyed(&ScopeKey::new(key));
        plain.update(b"text");
        ours.update(b"text");
        assert_eq!(plain.finalize().into_bytes(), ours.finalize().into_bytes());
    }

    #[test]
    fn parts_cannot_be_shifted_against_each_other() {
        let key = ScopeKey::new([1; 32]);
        let all = [
            scope_from(&key, &[b"ab", b"c"]),
            scope_from(&key, &[b"a", b"bc"]),
            scope_from(&key, &[b"abc"]),
            scope_from(&key, &[b"abc", b""]),
            scope_from(&key, &[]),
            scope_from(&ScopeKey::new([2; 32]), &[b"ab", b"c"]),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(all.iter().skip(index + 1).all(|other| other != one));
        }
    }
}
