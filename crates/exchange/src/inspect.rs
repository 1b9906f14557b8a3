//! Segments → findings: every segment of a request, within a time limit, and values that were found once are found
//! wherever they stand again (`elsewhere`).
//!
//! Values that are split over neighbouring segments are found by `seams`, last, because a part of a value is no value that is
//! looked for elsewhere.

mod elsewhere;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use detect::Input;
use types::{DataClass, Finding, Segment};

use crate::shared::Helpers;
use crate::{AppVault, Clock, ExchangeLimits, Finder, Refused, seams, shared};

/// Who helps with requests of this process.
static HELPERS: Helpers = Helpers::new();
/// From so much text on a request is worth starting threads for, in bytes: some tens of milliseconds.
const SHARED_BYTES_MIN: usize = 256 << 10;

/// What was found in a request.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Findings of each segment, in the order of the segments.
    pub(crate) by_segment: Vec<Arc<[Finding]>>,
    /// Entity name → number of findings.
    pub(crate) entities: BTreeMap<String, u32>,
    /// Data class → number of findings; opaque parts counted too.
    pub(crate) classes: BTreeMap<DataClass, u32>,
}

impl Found {
    /// Number of all findings.
    pub(crate) fn total(&self) -> usize {
        self.by_segment.iter().map(|findings| findings.len()).sum()
    }

    fn add(&mut self, findings: Arc<[Finding]>) {
        for finding in findings.iter() {
            *self.entities.entry(finding.entity.name().to_owned()).or_default() += 1;
            *self.classes.entry(finding.class()).or_default() += 1;
        }
        self.by_segment.push(findings);
    }
}

/// Finds everything in the segments of a request.
pub(crate) fn findings_in<C: Clock>(
    segments: &[Segment<'_>],
    opaque: &[wire::OpaquePart],
    (finder, vault): (&dyn Finder, &AppVault),
    limits: &ExchangeLimits,
    clock: &C,
) -> Result<Found, Refused> {
    let bytes = segments.iter().map(|segment| segment.text.len()).sum();
    let limit = limits.detection_of(bytes);
    let deadline = clock.monotonic().saturating_add(limit);
    let in_time = || in_time(clock, deadline, limit);
    let total = AtomicUsize::new(0);
    let find = |segment: &Segment<'_>| {
        in_time()?;
        let input = Input {
            text: &segment.text,
            key: segment.key.as_deref(),
            role: segment.role,
            terms: vault.terms.as_deref(),
        };
        let findings = finder.findings(&input).map_err(Refused::Detection)?;
        if total.fetch_add(findings.len(), Ordering::Relaxed) + findings.len() > limits.findings_max {
            return Err(Refused::TooManyFindings { limit: limits.findings_max });
        }
        Ok(findings)
    };
    let helpers_max = if bytes < SHARED_BYTES_MIN { 0 } else { limits.helpers_max };
    let mut first = shared::each(segments, (&HELPERS, helpers_max), find)?;
    if segments.len() > 1 {
        elsewhere::add(segments, finder, &mut first, in_time)?;
    }
    seams::add(segments, (finder, vault.terms.as_deref()), &mut first, in_time)?;
    let total: usize = first.iter().map(|findings| findings.len()).sum();
    if total > limits.findings_max {
        return Err(Refused::TooManyFindings { limit: limits.findings_max });
    }
    let mut found = Found::default();
    for findings in first {
        found.add(findings);
    }
    for part in opaque {
        *found.classes.entry(part.class).or_default() += 1;
    }
    Ok(found)
}

fn in_time<C: Clock>(clock: &C, deadline: Duration, limit: Duration) -> Result<(), Refused> {
    if clock.monotonic() > deadline {
        return Err(Refused::DetectionTimedOut { limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::sync::atomic::AtomicU64;

    use detect::{Cache, DetectError, Detector};
    use types::{Role, ScopeKey, SegmentKind};

    use super::*;
    use crate::CachedFinder;

    /// A clock that goes on as a finder takes its time: so many milliseconds, and so many for each million bytes.
    struct Slow {
        now_ms: AtomicU64,
        text_ms: u64,
        mb_ms: u64,
    }

    impl Clock for Slow {
        fn unix_ms(&self) -> u64 {
            self.now_ms.load(Ordering::Relaxed)
        }

        fn monotonic(&self) -> Duration {
            Duration::from_millis(self.unix_ms())
        }

        fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
            std::future::ready(())
        }
    }

    impl Finder for Slow {
        fn findings(&self, input: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
            let took = self.text_ms + self.mb_ms * u64::try_from(input.text.len()).unwrap() / 1_000_000;
            self.now_ms.fetch_add(took, Ordering::Relaxed);
            Ok(Arc::default())
        }
    }

    fn segments(text: &str, count: usize) -> Vec<Segment<'_>> {
        let segment = || Segment { text: text.into(), role: Role::User, kind: SegmentKind::Text, key: None };
        (0..count).map(|_| segment()).collect()
    }

    fn found(
        segments: &[Segment<'_>],
        finder: &dyn Finder,
        clock: &Slow,
        limits: ExchangeLimits,
    ) -> Result<Found, Refused> {
        let vault = AppVault { key: ScopeKey::new([0; 32]), terms: None };
        findings_in(segments, &[], (finder, &vault), &limits, clock)
    }

    #[test]
    fn a_long_request_has_more_time_and_one_that_takes_longer_is_refused() {
        let text = "a".repeat(1_000_000);
        for (count, text_ms, mb_ms, limit_ms) in
            [(30, 0, 400, None), (30, 0, 700, Some(17_000)), (1, 0, 2400, None), (3, 2100, 100, Some(3500))]
        {
            let slow = Slow { now_ms: AtomicU64::new(5), text_ms, mb_ms };
            let result = found(&segments(&text, count), &slow, &slow, ExchangeLimits::default());
            let limit = result.err().map(|refused| match refused {
                Refused::DetectionTimedOut { limit } => limit.as_millis(),
                other => panic!("{other}"),
            });
            assert_eq!(limit, limit_ms, "{count} texts at {mb_ms} ms");
        }
    }

    #[test]
    fn helpers_find_what_one_thread_finds() {
        let text = format!("write to joe@tidewick.org {}", "or come by in the morning. ".repeat(1000));
        let mut segments = segments(&text, 12);
        segments[7].text = "IBAN DE89 3704 0044 0532 0130 00".into();
        let slow = Slow { now_ms: AtomicU64::new(0), text_ms: 0, mb_ms: 0 };
        let with = |helpers_max| {
            let detector = Arc::new(Detector::builtin().unwrap());
            let finder = CachedFinder::new(detector, Cache::new([7; 32], 0));
            let limits = ExchangeLimits { helpers_max, ..ExchangeLimits::default() };
            found(&segments, &finder, &slow, limits).unwrap().by_segment
        };
        let one = with(0);
        assert_eq!(one.iter().map(|findings| findings.len()).collect::<Vec<_>>(), [1; 12]);
        assert_eq!(with(3), one);
    }

    #[test]
    fn a_credential_of_thousands_of_bytes_refuses_no_request() {
        let detector = Arc::new(Detector::builtin().unwrap());
        let key: String = (0..6000_u32).map(|at| char::from(b'a' + (at * at % 23) as u8)).collect();
        let texts = [format!("api_key=\"{key}7\""), "what is it?".to_owned()];
        let segments = texts.map(|text| Segment {
            text: text.into(),
            role: Role::User,
            kind: SegmentKind::Text,
            key: None,
        });
        let finder = CachedFinder::new(detector, Cache::new([7; 32], 0));
        let slow = Slow { now_ms: AtomicU64::new(0), text_ms: 0, mb_ms: 0 };
        let found = found(&segments, &finder, &slow, ExchangeLimits::default()).unwrap().by_segment;
        assert!(found[0].iter().any(|finding| finding.span.len() > 4096), "{found:?}");
    }

    #[test]
    fn turns_of_a_conversation_give_the_same_in_any_order_whatever_is_kept() {
        let weights = |bytes: &[u8]| detect::tagger::Weights::from_bytes(bytes).unwrap();
        let tagger =
            detect::tagger::Tagger::new(weights(include_bytes!("../../../models/latin/weights.bin")), None);
        let detector =
            Detector::builtin().unwrap().with_tagger(Arc::new(tagger), detect::tagger::Knob::Balanced);
        let detector = Arc::new(detector);
        let filler = "so it goes, and nobody knows when it will end. ".repeat(8);
        let texts = [
            format!("Dear Mr Jonathan Whitfield, write to reader7@quillfen.org. {filler}"),
            format!(
                "then jonathan said READER7@QUILLFEN.ORG, and whitfield paid DE89370400440532013000. {filler}"
            ),
            format!("j.whitfield and Ingrid Haugland. {filler}"),
            format!("haugland has 'DE89 3704 0044 0532 0130 00', \\nreader7@quillfen.org {filler}"),
            "ask jonathan or Haugland".to_owned(),
        ];
        let segment = |text: &String| Segment {
            text: text.clone().into(),
            role: Role::User,
            kind: SegmentKind::Text,
            key: None,
        };
        let finder = |bytes| CachedFinder::new(Arc::clone(&detector), Cache::new([7; 32], bytes));
        let slow = Slow { now_ms: AtomicU64::new(0), text_ms: 0, mb_ms: 0 };
        let kept = finder(1 << 20);
        let turns: [&[usize]; 9] = [
            &[0, 1],
            &[0, 1, 2],
            &[0, 1, 2, 3],
            &[0, 1, 2, 3, 4],
            &[1, 3],
            &[4, 1],
            &[3, 0],
            &[0, 1, 2],
            &[1, 2],
        ];
        let mut total = 0;
        for turn in turns {
            let segments: Vec<Segment<'_>> = turn.iter().map(|at| segment(&texts[*at])).collect();
            let find = |finder: &CachedFinder| {
                found(&segments, finder, &slow, ExchangeLimits::default()).unwrap().by_segment
            };
            let anew = find(&finder(0));
            assert_eq!(find(&kept), anew, "{turn:?}");
            total += anew.iter().map(|findings| findings.len()).sum::<usize>();
        }
        assert!(total > 30, "{total}");
    }
}
