//! The root key, and what is derived from it.
//!
//! One secret of 32 bytes for a state directory. Nothing is done with it but deriving: HKDF-SHA-256 (RFC 5869) with a
//! label each, so that a derived key that gets out tells nothing of the others. The labels of apps stand under their own
//! prefix: no app name can spell the label of another key.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use types::{AppName, ScopeKey};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The secret of a state directory. Zeroed when dropped, never printed.
#[derive(Clone, ZeroizeOnDrop)]
pub struct RootKey([u8; 32]);

/// A key derived from the root key for one purpose. Zeroed when dropped, never printed.
#[derive(Clone, ZeroizeOnDrop)]
pub struct DerivedKey([u8; 32]);

/// The text is no root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a root key has 64 hexadecimal characters (32 random bytes); this text of {bytes} bytes is none")]
pub struct RootKeyError {
    /// Length of the text.
    pub bytes: usize,
}

impl RootKey {
    /// The root key of these bytes, which must come from a good source of randomness.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the text form: 64 hexadecimal characters; white space around them is ignored.
    pub fn parse(text: &str) -> Result<Self, RootKeyError> {
        let digits = text.trim();
        let mut bytes = [0u8; 32];
        let mut characters = digits.chars();
        for byte in &mut bytes {
            let pair = (
                characters.next().and_then(|c| c.to_digit(16)),
                characters.next().and_then(|c| c.to_digit(16)),
            );
            let (Some(high), Some(low)) = pair else { return Err(RootKeyError { bytes: text.len() }) };
            *byte = u8::try_from(high << 4 | low).unwrap_or_default();
        }
        if characters.next().is_some() {
            return Err(RootKeyError { bytes: text.len() });
        }
        let key = Self(bytes);
        bytes.zeroize();
        Ok(key)
    }

    /// The text form, for the one file that keeps it.
    pub fn to_hex(&self) -> DerivedText {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        DerivedText(text)
    }

    /// The key for `label`, e.g. `seal`, `app-key-hash`, `cache`, `check`.
    pub fn derive(&self, label: &str) -> DerivedKey {
        DerivedKey(self.expand("cordon/1/key/", label))
    }

    /// The key from which scopes and surrogates of an app are derived.
    pub fn scope_key(&self, app: &AppName) -> ScopeKey {
        ScopeKey::new(self.expand("cordon/1/scope/", app.as_str()))
    }

    #[expect(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8 160 bytes; 32 always fit")]
    fn expand(&self, prefix: &str, label: &str) -> [u8; 32] {
        let mut key = [0u8; 32];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand_multi_info(&[prefix.as_bytes(), label.as_bytes()], &mut key)
            .expect("32 bytes fit");
        key
    }
}

impl DerivedKey {
    /// The bytes, for a MAC or a cipher.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A text that is a key. Zeroed when dropped, never printed.
#[derive(ZeroizeOnDrop)]
pub struct DerivedText(String);

impl DerivedText {
    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

macro_rules! unprinted {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

unprinted!(RootKey, DerivedKey, DerivedText);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_different_labels_and_apps_differ() {
        let root = RootKey::new([7; 32]);
        let keys = [
            *root.derive("seal").expose(),
            *root.derive("check").expose(),
            *root.scope_key(&AppName::new("seal")).expose(),
            *root.scope_key(&AppName::new("billing")).expose(),
            *RootKey::new([8; 32]).derive("seal").expose(),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key));
        }
    }

    #[test]
    fn derivation_does_not_change() {
        // HKDF-SHA-256 without salt over 32 bytes 0x07, info `cordon/1/key/seal`, computed with Python's hmac module.
        let key = RootKey::new([7; 32]).derive("seal");
        assert_eq!(
            RootKey::new(*key.expose()).to_hex().expose(),
            "13574d0cd683274885b56272a5248a4ba1bcf3731b94bc9c7c726113906bd82c"
        );
    }

    #[test]
    fn the_text_form_comes_back() {
        let key = RootKey::new([0xab; 32]);
        let text = format!(" {}\n", key.to_hex().expose());
        assert_eq!(RootKey::parse(&text).unwrap().0, key.0);
        for bad in
            ["", "ab", &"ab".repeat(33), &"xy".repeat(32), &"é".repeat(32), &format!("{}a", "ab".repeat(31))]
        {
            assert_eq!(RootKey::parse(bad).unwrap_err(), RootKeyError { bytes: bad.len() });
        }
    }

    #[test]
    fn keys_do_not_print() {
        let root = RootKey::new([0xab; 32]);
        let shown = format!(
            "{root:?} {:?} {:?} {:?}",
            root.derive("seal"),
            root.to_hex(),
            root.scope_key(&AppName::new("a"))
        );
        assert_eq!(shown, "RootKey(..) DerivedKey(..) DerivedText(..) ScopeKey(..)");
    }
}
