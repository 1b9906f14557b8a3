//! Findings of texts that were searched before.
//!
//! Conversations are sent again whole with each turn, so most of a request has been searched already: for what recognizers and
//! tagger find, and for what was found elsewhere in the conversation ([`Seen`]). Promises: what is kept tells nothing about the
//! text: spans and entities under a keyed digest, keyed hashes of words; another recognizer set, other terms, another role or key
//! never share an entry; the size is bounded.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use types::{Finding, Role};

use crate::again::{Kept, Seen};
use crate::detector::{Detector, Input};
use crate::error::DetectError;

/// Shorter texts are searched anew: that costs less than the digest, where neither names nor a bigger model are asked for.
const TEXT_BYTES_MIN: usize = 256;

/// What an entry costs without its findings, and what a finding costs, in bytes: estimates with room to spare.
const ENTRY_BYTES: u32 = 160;
const FINDING_BYTES: u32 = 420;

/// Stands in the digest that the words of a text are kept under where that of findings has the version of the recognizers.
const SEEN: &[u8] = &[0; 32];

/// A bounded cache of findings. Share it between threads.
pub struct Cache {
    key: [u8; 32],
    entries: moka::sync::Cache<[u8; 32], Held>,
}

#[derive(Clone)]
enum Held {
    /// The findings in a text.
    Found(Arc<[Finding]>),
    /// What is known of it for values that were found elsewhere.
    Seen(Arc<Kept>),
}

impl Held {
    /// About so many bytes.
    fn weight(&self) -> u32 {
        let (findings, bytes) = match self {
            Self::Found(findings) => (findings.len(), 0),
            Self::Seen(kept) => kept.size(),
        };
        let [findings, bytes] = [findings, bytes].map(|size| u32::try_from(size).unwrap_or(u32::MAX));
        findings.saturating_mul(FINDING_BYTES).saturating_add(bytes).saturating_add(ENTRY_BYTES)
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cache({} entries)", self.entries.entry_count())
    }
}

impl Cache {
    /// A cache that holds about `bytes_max` bytes; `key` is a secret of this process.
    pub fn new(key: [u8; 32], bytes_max: u64) -> Self {
        let entries = moka::sync::Cache::builder()
            .max_capacity(bytes_max)
            .weigher(|_, held: &Held| held.weight())
            .build();
        Self { key, entries }
    }

    /// The findings in a text, from the cache or searched now.
    ///
    /// # Errors
    /// As [`Detector::findings`]; an error is not kept.
    pub fn findings(&self, detector: &Detector, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
        let is_plain = detector.model_version().is_none() && detector.names().is_none();
        let is_quick = input.text.len() < TEXT_BYTES_MIN && is_plain;
        let entry = if is_quick { None } else { self.entry_key(detector, input) };
        if let Some(Held::Found(known)) = entry.as_ref().and_then(|entry| self.entries.get(entry)) {
            return Ok(known);
        }
        let findings: Arc<[Finding]> = detector.findings(input)?.into();
        if let Some(entry) = entry {
            self.entries.insert(entry, Held::Found(Arc::clone(&findings)));
        }
        Ok(findings)
    }

    /// What is known of a text for values that were found elsewhere: kept, or read now.
    pub fn seen(&self, text: &str) -> Seen {
        let key = if text.len() < TEXT_BYTES_MIN { None } else { self.text_key(text) };
        let Some(Held::Seen(kept)) = key.as_ref().and_then(|key| self.entries.get(key)) else {
            return Seen { key, secret: self.key, is_changed: true, ..Seen::of(text) };
        };
        Seen { key, secret: self.key, kept, is_changed: false }
    }

    /// Keeps what is new of a text.
    pub fn keep(&self, seen: &Seen) {
        if let Some(key) = seen.key.filter(|_| seen.is_changed) {
            self.entries.insert(key, Held::Seen(Arc::clone(&seen.kept)));
        }
    }

    /// The keyed digest of a text alone.
    fn text_key(&self, text: &str) -> Option<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(SEEN);
        mac.update(text.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }

    /// The keyed digest of everything that findings depend on; `None` means that the text is searched without the cache.
    fn entry_key(&self, detector: &Detector, input: &Input<'_>) -> Option<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        let role: u8 = match input.role {
            Role::System => 0,
            Role::User => 1,
            Role::Assistant => 2,
            Role::Tool => 3,
            Role::Definition => 4,
            Role::Metadata => 5,
        };
        let key = input.key.unwrap_or_default();
        mac.update(&detector.version());
        mac.update(&input.terms.map(crate::terms::ExactTerms::digest).unwrap_or_default());
        mac.update(&[role, u8::from(input.key.is_some()), u8::from(input.terms.is_some())]);
        mac.update(&u64::try_from(key.len()).ok()?.to_le_bytes());
        mac.update(key.as_bytes());
        mac.update(input.text.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }
}
