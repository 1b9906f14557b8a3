//! Findings of texts that were searched before.
//!
//! Conversations are sent again whole with each turn, so most of a request has been searched already. Promises: what is kept
//! tells nothing about the text: spans and entities under a keyed digest; another recognizer set, other terms, another role
//! or key never share an entry; the size is bounded.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use types::{Finding, Role};

use crate::detector::{Detector, Input};
use crate::error::DetectError;

/// Shorter texts are searched anew: that costs less than the digest, where no bigger model is asked.
const TEXT_BYTES_MIN: usize = 256;

/// What an entry costs without its findings, and what a finding costs, in bytes: estimates with room to spare.
const ENTRY_BYTES: u32 = 160;
const FINDING_BYTES: u32 = 420;

/// A bounded cache of findings. Share it between threads.
pub struct Cache {
    key: [u8; 32],
    entries: moka::sync::Cache<[u8; 32], Arc<[Finding]>>,
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
            .weigher(|_, findings: &Arc<[Finding]>| {
                let count = u32::try_from(findings.len()).unwrap_or(u32::MAX);
                count.saturating_mul(FINDING_BYTES).saturating_add(ENTRY_BYTES)
            })
            .build();
        Self { key, entries }
    }

    /// The findings in a text, from the cache or searched now.
    ///
    /// # Errors
    /// As [`Detector::findings`]; an error is not kept.
    pub fn findings(&self, detector: &Detector, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
        let is_quick = input.text.len() < TEXT_BYTES_MIN && detector.model_version().is_none();
        let entry = if is_quick { None } else { self.entry_key(detector, input) };
        if let Some(known) = entry.as_ref().and_then(|entry| self.entries.get(entry)) {
            return Ok(known);
        }
        let findings: Arc<[Finding]> = detector.findings(input)?.into();
        if let Some(entry) = entry {
            self.entries.insert(entry, Arc::clone(&findings));
        }
        Ok(findings)
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
