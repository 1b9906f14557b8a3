//! App keys: how they look, how they are told apart from typing errors, and how they are compared.
//!
//! ```text
//! cdn_prod_ 43 characters: 256 random bits in base 62 │ 5 check characters
//! ```
//!
//! The check characters tell a mistyped or cut key from an unknown one without a look-up, and give secret scanners
//! something to hold on to. They are the first 8 bytes of SHA-256 over everything before them, modulo 62^5, in base 62,
//! and keep nothing secret.
//!
//! Of a key only `HMAC-SHA-256(derived key, whole key)` is kept. A slow password hash is not needed: there are 256
//! random bits to guess.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use types::{AppKey, AppName, Environment};
use zeroize::Zeroize;

use crate::keys::{AppKeyId, AppKeyRecord};
use crate::root_key::{DerivedKey, RootKey};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 62^43 is just above 2^256.
const RANDOM_CHARS: usize = 43;
const CHECK_CHARS: usize = 5;
const CHECK_RANGE: u64 = 62u64.pow(5);

/// Why a text is not an app key. Says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppKeyError {
    /// It does not begin like one.
    #[error("this is not an app key of Cordon: those begin with `cdn_dev_`, `cdn_staging_` or `cdn_prod_`")]
    NotOurs,
    /// It begins like one but is cut, mistyped or changed.
    #[error("this app key is mistyped or cut: copy it again as it was shown when it was created")]
    Mistyped,
}

/// A new app key from 32 random bytes.
pub fn mint_app_key(environment: Environment, mut random: [u8; 32]) -> AppKey {
    let mut text = format!("cdn_{}_", environment.name());
    text.reserve_exact(RANDOM_CHARS + CHECK_CHARS);
    for _ in 0..RANDOM_CHARS {
        text.push(digit(u64::from(divide(&mut random))));
    }
    random.zeroize();
    let mut check = check_of(&text);
    for _ in 0..CHECK_CHARS {
        text.push(digit(check % 62));
        check /= 62;
    }
    AppKey::new(text)
}

/// The environment that an app key says it is of; an error where it cannot be an app key. A key that passes may still
/// be unknown.
pub fn check_app_key(key: &AppKey) -> Result<Environment, AppKeyError> {
    let text = key.expose();
    let (environment, rest) = text
        .strip_prefix("cdn_")
        .and_then(|rest| rest.split_once('_'))
        .and_then(|(environment, rest)| Some((Environment::from_name(environment)?, rest)))
        .ok_or(AppKeyError::NotOurs)?;
    let is_shaped =
        rest.len() == RANDOM_CHARS + CHECK_CHARS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let (checked, check) = text.split_at_checked(text.len().saturating_sub(CHECK_CHARS)).unwrap_or_default();
    let mut number = check_of(checked);
    let is_right = check.chars().all(|character| {
        let expected = digit(number % 62);
        number /= 62;
        character == expected
    });
    if is_shaped && is_right { Ok(environment) } else { Err(AppKeyError::Mistyped) }
}

/// The keyed hash of an app key. Compared in constant time, never printed.
#[derive(Clone, Copy)]
pub struct KeyHash(pub [u8; 32]);

impl PartialEq for KeyHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyHash {}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(..)")
    }
}

/// Hashes app keys under a key of this state directory.
#[derive(Debug, Clone)]
pub struct AppKeyHasher {
    key: DerivedKey,
}

impl AppKeyHasher {
    /// The hasher of this state directory.
    pub fn new(root: &RootKey) -> Self {
        Self { key: root.derive("app-key-hash") }
    }

    /// The hash that is kept of `key`.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    pub fn hash(&self, key: &AppKey) -> KeyHash {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose()).expect("a key of 32 bytes");
        mac.update(key.expose().as_bytes());
        KeyHash(mac.finalize().into_bytes().into())
    }

    /// The id under which a key with this hash is kept.
    pub fn id(&self, hash: &KeyHash) -> AppKeyId {
        // The hash is keyed, so its beginning tells nothing of the key. 64 bits: no two of a million keys share an id.
        let mut id = String::from("key_");
        for byte in hash.0.iter().take(8) {
            for nibble in [byte >> 4, byte & 15] {
                id.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        AppKeyId::new(id)
    }

    /// What is kept of a new key.
    pub fn record(
        &self,
        key: &AppKey,
        app: AppName,
        created_ms: u64,
        expires_ms: Option<u64>,
    ) -> Result<AppKeyRecord, AppKeyError> {
        let environment = check_app_key(key)?;
        let hash = self.hash(key);
        let end = key.expose().get(key.expose().len().saturating_sub(4)..).unwrap_or_default();
        Ok(AppKeyRecord {
            id: self.id(&hash),
            app,
            environment,
            hash,
            hint: format!("cdn_{}_…{end}", environment.name()),
            created_ms,
            expires_ms,
            revoked_ms: None,
            last_used_ms: None,
        })
    }

    /// True where `key` is the one that `record` was made of. In constant time.
    pub fn is_key_of(&self, key: &AppKey, record: &AppKeyRecord) -> bool {
        self.hash(key) == record.hash
    }
}

/// Divides a big-endian number by 62 in place; gives the remainder.
fn divide(number: &mut [u8; 32]) -> u8 {
    let mut rest = 0u16;
    for byte in number.iter_mut() {
        let step = rest << 8 | u16::from(*byte);
        *byte = u8::try_from(step / 62).unwrap_or_default();
        rest = step % 62;
    }
    u8::try_from(rest).unwrap_or_default()
}

fn digit(number: u64) -> char {
    let at = usize::try_from(number).unwrap_or_default();
    ALPHABET.get(at).copied().map_or('0', char::from)
}

fn check_of(text: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let number = digest.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    number % CHECK_RANGE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: u8) -> [u8; 32] {
        Sha256::digest([seed]).into()
    }

    #[test]
    fn every_minted_key_passes_the_check_and_is_of_its_environment() {
        for environment in Environment::ALL {
            for seed in 0..50 {
                let key = mint_app_key(environment, random(seed));
                assert_eq!(check_app_key(&key), Ok(environment));
            }
        }
        for bytes in [[0; 32], [255; 32]] {
            let key = mint_app_key(Environment::Dev, bytes);
            assert_eq!(key.expose().len(), "cdn_dev_".len() + 48);
            assert_eq!(check_app_key(&key), Ok(Environment::Dev));
        }
    }

    #[test]
    fn different_random_bytes_give_different_keys() {
        let mut keys: Vec<_> =
            (0..=255).map(|seed| mint_app_key(Environment::Prod, random(seed)).expose().to_owned()).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 256);
    }

    #[test]
    fn one_changed_character_is_a_typing_error() {
        let key = mint_app_key(Environment::Staging, random(1));
        let start = "cdn_staging_".len();
        for at in start..key.expose().len() {
            let mut text = key.expose().to_owned().into_bytes();
            text[at] = if text[at] == b'x' { b'y' } else { b'x' };
            let changed = AppKey::new(String::from_utf8(text).unwrap());
            assert_eq!(check_app_key(&changed), Err(AppKeyError::Mistyped), "at {at}");
        }
        let environment = AppKey::new(key.expose().replace("staging", "prod"));
        assert_eq!(check_app_key(&environment), Err(AppKeyError::Mistyped));
    }

    #[test]
    fn what_is_no_app_key_is_said_to_be_none() {
        for text in ["", "cdn_", "cdn_dev", "cdn_test_abc", "not-a-key", "CDN_DEV_abc", "é", "cdn_é_é"] {
            assert_eq!(check_app_key(&AppKey::new(text)), Err(AppKeyError::NotOurs), "{text}");
        }
        for text in ["cdn_dev_", "cdn_dev_é", "cdn_prod_ééééé", "cdn_dev_0"] {
            assert_eq!(check_app_key(&AppKey::new(text)), Err(AppKeyError::Mistyped), "{text}");
        }
    }

    #[test]
    fn only_the_same_key_under_the_same_root_key_matches() {
        let hasher = AppKeyHasher::new(&RootKey::new([1; 32]));
        let key = mint_app_key(Environment::Dev, random(1));
        let record = hasher.record(&key, AppName::new("billing"), 5, None).unwrap();
        assert!(hasher.is_key_of(&key, &record));
        assert!(!hasher.is_key_of(&mint_app_key(Environment::Dev, random(2)), &record));
        assert!(!AppKeyHasher::new(&RootKey::new([2; 32])).is_key_of(&key, &record));
        assert_eq!(hasher.id(&hasher.hash(&key)), record.id);
    }

    #[test]
    fn what_is_kept_of_a_key_does_not_hold_it() {
        let hasher = AppKeyHasher::new(&RootKey::new([1; 32]));
        let key = mint_app_key(Environment::Dev, random(1));
        let shown =
            format!("{hasher:?} {:?}", hasher.record(&key, AppName::new("billing"), 5, None).unwrap());
        let random_part: String = key.expose().chars().skip("cdn_dev_".len()).take(8).collect();
        assert!(!shown.contains(&random_part), "{shown}");
        assert!(shown.contains("KeyHash(..)") && shown.contains("DerivedKey(..)"));
    }
}
