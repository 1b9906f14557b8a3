//! What an app asks of findings: a score per entity, and values that are allowed.
//!
//! It stands between the exchange and detection, so that each finding is counted, treated and recorded, or is none: in
//! messages, headers and answers alike. It only takes findings away that detection made; a threshold below that of the
//! recognizer changes nothing. Exact terms of the app are not asked for a score.

use std::collections::BTreeMap;
use std::sync::Arc;

use detect::{AllowList, DetectError, EXACT_TERM, Input, KnownNames, NamesAsked, Seen};
use types::Finding;

use crate::Finder;

/// What an app asks of findings.
#[derive(Debug, Clone, Default)]
pub struct Sieve {
    /// Entity name → the least score of a finding.
    pub thresholds: BTreeMap<String, f32>,
    /// Values that are not reported.
    pub allow: AllowList,
    /// What the app asks of names, where that is not what all ask.
    pub names: Option<NamesAsked>,
}

impl Sieve {
    /// True when every finding counts that the detector makes.
    pub fn is_empty(&self) -> bool {
        self.thresholds.is_empty() && self.allow.is_empty()
    }

    fn keeps(&self, finding: &Finding, text: &str) -> bool {
        if &*finding.evidence.recognizer == EXACT_TERM {
            return true;
        }
        let least = self.thresholds.get(finding.entity.name());
        least.is_none_or(|least| finding.score >= *least) && !self.allow.allows(finding, text)
    }
}

/// A finder of which an app takes what passes its sieve.
pub(crate) struct Sieved {
    finder: Arc<dyn Finder>,
    sieve: Arc<Sieve>,
}

/// The finder as an app asks it.
pub(crate) fn sieved(finder: &Arc<dyn Finder>, sieve: &Arc<Sieve>) -> Arc<dyn Finder> {
    within(asking(finder, sieve), sieve)
}

/// The same without what takes long, for answers.
pub(crate) fn sieved_quick(finder: &Arc<dyn Finder>, sieve: &Arc<Sieve>) -> Arc<dyn Finder> {
    let finder = asking(finder, sieve);
    within(finder.quick().unwrap_or(finder), sieve)
}

fn asking(finder: &Arc<dyn Finder>, sieve: &Sieve) -> Arc<dyn Finder> {
    sieve.names.and_then(|asked| finder.asking(asked)).unwrap_or_else(|| Arc::clone(finder))
}

fn within(finder: Arc<dyn Finder>, sieve: &Arc<Sieve>) -> Arc<dyn Finder> {
    if sieve.is_empty() { finder } else { Arc::new(Sieved { finder, sieve: Arc::clone(sieve) }) }
}

impl Finder for Sieved {
    fn findings(&self, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
        let findings = self.finder.findings(input)?;
        if findings.iter().all(|finding| self.sieve.keeps(finding, input.text)) {
            return Ok(findings);
        }
        Ok(findings.iter().filter(|finding| self.sieve.keeps(finding, input.text)).cloned().collect())
    }

    fn known_names<'a>(&self, found: &mut dyn Iterator<Item = (&'a str, &'a Finding)>) -> Option<KnownNames> {
        self.finder.known_names(found)
    }

    fn seen(&self, text: &str) -> Seen {
        self.finder.seen(text)
    }

    fn keep(&self, seen: &Seen) {
        self.finder.keep(seen);
    }

    fn names(&self) -> Option<(NamesAsked, [u8; 32])> {
        self.finder.names()
    }
}

#[cfg(test)]
mod tests {
    use detect::{Cache, Detector};

    use super::*;
    use crate::CachedFinder;

    /// Entities that are left of a text.
    fn check(sieve: Sieve, text: &str, expected: &[&str]) {
        let detector = Arc::new(Detector::builtin().unwrap());
        let finder: Arc<dyn Finder> = Arc::new(CachedFinder::new(detector, Cache::new([7; 32], 0)));
        let findings = sieved(&finder, &Arc::new(sieve)).findings(&Input::of(text)).unwrap();
        let entities: Vec<&str> = findings.iter().map(|finding| finding.entity.name()).collect();
        assert_eq!(entities, expected, "{text}");
    }

    fn least(entity: &str, score: f32) -> Sieve {
        Sieve { thresholds: BTreeMap::from([(entity.to_owned(), score)]), ..Sieve::default() }
    }

    #[test]
    fn a_threshold_takes_away_what_scores_less_and_nothing_else() {
        let text = "Desk: 259.735.7502x459, mail joe@tidewick.org";
        check(Sieve::default(), text, &["PHONE_NUMBER", "EMAIL_ADDRESS"]);
        check(least("PHONE_NUMBER", 0.99), text, &["EMAIL_ADDRESS"]);
        check(least("PHONE_NUMBER", 0.1), text, &["PHONE_NUMBER", "EMAIL_ADDRESS"]);
    }

    #[test]
    fn an_app_that_asks_otherwise_of_names_gets_the_detector_that_does() {
        let weights = |bytes: &[u8]| detect::tagger::Weights::from_bytes(bytes).unwrap();
        let spaced = weights(include_bytes!("../../../models/latin/weights.bin"));
        let tagger = Arc::new(detect::tagger::Tagger::new(spaced, None));
        let plain = Detector::builtin().unwrap();
        let strict = NamesAsked::from(detect::tagger::Knob::Strict);
        let asking = plain.clone().with_tagger(tagger, strict);
        let cached = CachedFinder::new(Arc::new(plain), Cache::new([7; 32], 1 << 20));
        let finder: Arc<dyn Finder> = Arc::new(cached.with(strict, Arc::new(asking)));
        let names = |names| {
            let finder = sieved(&finder, &Arc::new(Sieve { names, ..Sieve::default() }));
            let text = "Yesterday Marta Kowalczyk and Rajesh met in Lisbon.";
            let found = finder.findings(&Input::of(text)).unwrap().len();
            (finder.names().map(|(asked, _)| asked.word()), found > 0)
        };
        assert_eq!(names(None), (None, false));
        assert_eq!(names(Some(strict)), (Some("strict"), true));
    }

    #[test]
    fn an_allowed_value_is_not_reported_and_its_neighbour_is() {
        let mut sieve = Sieve::default();
        sieve.allow.allow("EMAIL_ADDRESS", "help@tidewick.org").unwrap();
        check(sieve, "help@tidewick.org, not ann@tidewick.org", &["EMAIL_ADDRESS"]);
    }
}
