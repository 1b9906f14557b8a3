//! The seam to detection: one trait, so that a test can make detection fail or stall.

use std::sync::Arc;

use detect::{Cache, DetectError, Detector, Input, KnownNames, NamesAsked, Seen};
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

    /// What is known of a text for values that were found elsewhere in a request.
    fn seen(&self, text: &str) -> Seen {
        Seen::of(text)
    }

    /// Keeps what is new of it for the next request, where anything is kept.
    fn keep(&self, _seen: &Seen) {}

    /// What is asked of names, and the digest of the weights; `None` where they are not asked for.
    fn names(&self) -> Option<(NamesAsked, [u8; 32])> {
        None
    }

    /// The same finder, asking this of names. `None` where it cannot.
    fn asking(&self, _asked: NamesAsked) -> Option<Arc<dyn Finder>> {
        None
    }

    /// The same without what takes long, for text that must not wait: answers on their way. `None`: nothing takes long.
    fn quick(&self) -> Option<Arc<dyn Finder>> {
        None
    }
}

/// The detector behind its findings cache, so that a conversation that is sent again whole costs what its last
/// message costs.
pub struct CachedFinder {
    detector: Arc<Detector>,
    /// The same detector asking otherwise of names, for apps that do.
    others: Vec<(NamesAsked, Arc<Detector>)>,
    cache: Arc<Cache>,
}

impl CachedFinder {
    /// A finder over this detector and this cache.
    pub fn new(detector: Arc<Detector>, cache: Cache) -> Self {
        Self { detector, others: Vec::new(), cache: Arc::new(cache) }
    }

    /// Adds a detector for apps that ask this of names.
    #[must_use]
    pub fn with(mut self, asked: NamesAsked, detector: Arc<Detector>) -> Self {
        self.others.push((asked, detector));
        self
    }
}

impl Finder for CachedFinder {
    fn findings(&self, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
        self.cache.findings(&self.detector, input)
    }

    fn known_names<'a>(&self, found: &mut dyn Iterator<Item = (&'a str, &'a Finding)>) -> Option<KnownNames> {
        self.detector.known_names(found)
    }

    fn seen(&self, text: &str) -> Seen {
        self.cache.seen(text)
    }

    fn keep(&self, seen: &Seen) {
        self.cache.keep(seen);
    }

    fn names(&self) -> Option<(NamesAsked, [u8; 32])> {
        self.detector.names()
    }

    fn asking(&self, asked: NamesAsked) -> Option<Arc<dyn Finder>> {
        let (_, detector) = self.others.iter().find(|(known, _)| *known == asked)?;
        let cache = Arc::clone(&self.cache);
        Some(Arc::new(Self { detector: Arc::clone(detector), others: Vec::new(), cache }))
    }

    fn quick(&self) -> Option<Arc<dyn Finder>> {
        self.detector.model_version()?;
        Some(Arc::new(QuickFinder(Arc::clone(&self.detector))))
    }
}

/// The detector without its bigger model. Answers are new each time: no cache.
struct QuickFinder(Arc<Detector>);

impl Finder for QuickFinder {
    fn findings(&self, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
        Ok(self.0.findings_without_model(input)?.into())
    }
}

#[cfg(test)]
mod tests {
    use detect::{Model, ModelFault, ModelLabel, ModelSpan, Reads};
    use types::ByteSpan;

    use super::*;

    #[derive(Debug)]
    struct Broken;

    impl Model for Broken {
        fn version(&self) -> [u8; 32] {
            [1; 32]
        }

        fn labels(&self) -> &[ModelLabel] {
            &[]
        }

        fn spans(&self, _text: &str, _pieces: &[ByteSpan]) -> Result<Vec<ModelSpan>, ModelFault> {
            Err(ModelFault::Failed { reason: "by plan".to_owned() })
        }
    }

    #[test]
    fn requests_need_the_model_and_answers_do_not_wait_for_it() {
        let detector = Detector::builtin().unwrap().with_model(Arc::new(Broken), Reads::Always).unwrap();
        let finder = CachedFinder::new(Arc::new(detector), Cache::new([7; 32], 1 << 20));
        let input = Input::of("write to joe@tidewick.org");
        assert!(matches!(finder.findings(&input), Err(DetectError::Model(_))));
        let quick = finder.quick().unwrap();
        assert_eq!(quick.findings(&input).unwrap().len(), 1);
    }

    #[test]
    fn without_a_model_there_is_nothing_to_leave_out() {
        let finder = CachedFinder::new(Arc::new(Detector::builtin().unwrap()), Cache::new([7; 32], 0));
        assert!(finder.quick().is_none());
    }
}
