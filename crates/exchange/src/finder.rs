//! The seam to detection: one trait, so that a test can make detection fail or stall.

use std::sync::Arc;

use detect::{Cache, DetectError, Detector, Input, KnownNames};
use types::Finding;

/// Finds values in a segment.
pub trait Finder: Send + Sync {
    /// The findings of one segment, sorted, not overlapping.
    ///
    /// # Errors
    /// [`DetectError`]: the request is then refused.
    fn findings(&self, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError>;

    /// The names of people among the findings of all segments, each with its segment's text, to be looked for in the other
    /// ways in which people write them; `None` where names are not asked for.
    fn known_names<'a>(
        &self,
        _found: &mut dyn Iterator<Item = (&'a str, &'a Finding)>,
    ) -> Option<KnownNames> {
        None
    }
}

/// The detector behind its findings cache, so that a conversation that is sent again whole costs what its last
/// message costs.
pub struct CachedFinder {
    detector: Arc<Detector>,
    cache: Cache,
}

impl CachedFinder {
    /// A finder over this detector and this cache.
    pub fn new(detector: Arc<Detector>, cache: Cache) -> Self {
        Self { detector, cache }
    }
}

impl Finder for CachedFinder {
    fn findings(&self, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
        self.cache.findings(&self.detector, input)
    }

    fn known_names<'a>(&self, found: &mut dyn Iterator<Item = (&'a str, &'a Finding)>) -> Option<KnownNames> {
        self.detector.known_names(found)
    }
}
