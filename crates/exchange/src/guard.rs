//! The response guard: personal data and secrets in an answer that the caller did not send.
//!
//! It sees the text of a lane before restoration, so what it finds did not come from the caller: the caller's values
//! stand there as surrogates. By default it counts (a bounded copy is scanned when the lane ends). To redact or to refuse
//! it holds a window back: a block of twice the window is scanned, its first half goes on. Blocks are cut by position
//! in the lane, so the result does not depend on how the provider cut its bytes. What cannot be searched (nested too deep, say) is
//! counted as such; where the guard redacts or refuses, the answer ends there.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use detect::Input;
use types::{Finding, Lane, LaneId, Role, Sink};

use crate::{Finder, Guard};

/// Most text that is kept for counting, over all lanes of an answer.
const COUNTED_BYTES_MAX: usize = 1 << 20;

/// What text counts as that could not be searched.
const UNREADABLE: &str = "UNREADABLE";

/// Watches the lanes of one answer.
pub(crate) struct Watch {
    guard: Guard,
    window: usize,
    finder: Arc<dyn Finder>,
    lanes: HashMap<LaneId, String>,
    counted_bytes: usize,
    /// Entity name → number of findings.
    pub(crate) found: BTreeMap<String, u32>,
    /// True once the guard refused the answer.
    pub(crate) stopped: bool,
}

impl Watch {
    pub(crate) fn new(guard: Guard, window: usize, finder: Arc<dyn Finder>) -> Self {
        Self {
            guard,
            window: window.max(64),
            finder,
            lanes: HashMap::new(),
            counted_bytes: 0,
            found: BTreeMap::new(),
            stopped: false,
        }
    }

    /// Takes text of a lane; gives what may go on.
    pub(crate) fn pass(&mut self, lane: Lane, text: &str) -> String {
        if lane.sink == Sink::Signed {
            return text.to_owned();
        }
        if self.guard == Guard::Flag {
            if self.counted_bytes < COUNTED_BYTES_MAX {
                self.counted_bytes += text.len();
                self.lanes.entry(lane.id).or_default().push_str(text);
            }
            return text.to_owned();
        }
        let mut held = self.lanes.remove(&lane.id).unwrap_or_default();
        held.push_str(text);
        let mut out = String::new();
        while held.len() >= 2 * self.window && !self.stopped {
            let block_end = boundary(&held, 2 * self.window);
            let (block, _) = held.split_at_checked(block_end).unwrap_or((&held, ""));
            let (passed, used) = self.cleared(block, boundary(block, self.window));
            out.push_str(&passed);
            held = held.split_off(used);
        }
        self.lanes.insert(lane.id, held);
        if self.stopped { String::new() } else { out }
    }

    /// The lane ended; gives what was held back.
    pub(crate) fn close(&mut self, lane: Lane) -> String {
        let Some(held) = self.lanes.remove(&lane.id) else { return String::new() };
        if self.guard == Guard::Flag {
            self.count_all(&held);
            return String::new();
        }
        let (out, _) = self.cleared(&held, held.len());
        if self.stopped { String::new() } else { out }
    }

    /// Lanes that never ended are counted too.
    pub(crate) fn finish(&mut self) {
        if self.guard == Guard::Flag {
            for (_, text) in std::mem::take(&mut self.lanes) {
                self.count_all(&text);
            }
        }
    }

    /// The first `upto` bytes of a block with new findings redacted, and how many bytes of the block that used up: a
    /// finding that crosses `upto` is taken whole, unless it touches the end of the block, where it may go on.
    fn cleared(&mut self, block: &str, upto: usize) -> (String, usize) {
        let Some(findings) = self.new_findings(block) else {
            self.count(UNREADABLE);
            self.stopped = true;
            return (String::new(), block.len());
        };
        let mut out = String::new();
        let mut at = 0;
        let mut end = upto;
        for finding in findings.iter() {
            if finding.span.start >= end {
                break;
            }
            if finding.span.end > end {
                if finding.span.end == block.len() && finding.span.start > 0 && end < block.len() {
                    end = finding.span.start;
                    break;
                }
                end = finding.span.end;
            }
            self.count(finding.entity.name());
            out.push_str(block.get(at..finding.span.start).unwrap_or_default());
            out.push_str(&veil::redaction(&finding.entity));
            at = finding.span.end;
            if self.guard == Guard::Refuse {
                self.stopped = true;
            }
        }
        out.push_str(block.get(at..end).unwrap_or_default());
        (out, end.max(at))
    }

    /// `None` for a text that cannot be searched.
    fn new_findings(&self, text: &str) -> Option<Vec<Finding>> {
        let input = Input { text, key: None, role: Role::Assistant, terms: None };
        let findings = self.finder.findings(&input).ok()?;
        let is_new = |finding: &&Finding| !finding.span.of(text).is_none_or(veil::looks_like_surrogate);
        Some(findings.iter().filter(is_new).cloned().collect())
    }

    fn count_all(&mut self, text: &str) {
        match self.new_findings(text) {
            Some(findings) => findings.iter().for_each(|finding| self.count(finding.entity.name())),
            None => self.count(UNREADABLE),
        }
    }

    fn count(&mut self, entity: &str) {
        *self.found.entry(entity.to_owned()).or_default() += 1;
    }
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while at > 0 && !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use detect::DetectError;
    use types::Lane;

    use super::*;

    struct Unable;

    impl Finder for Unable {
        fn findings(&self, _: &Input<'_>) -> Result<Arc<[Finding]>, DetectError> {
            Err(DetectError::TextTooLong { bytes: 1, bytes_max: 0 })
        }
    }

    #[test]
    fn what_cannot_be_searched_is_counted_and_ends_a_guarded_answer() {
        for (guard, passed) in [(Guard::Flag, "hello"), (Guard::Redact, ""), (Guard::Refuse, "")] {
            let mut watch = Watch::new(guard, 64, Arc::new(Unable));
            let id = LaneId { part: 0, channel: 0, index: 0 };
            let lane = Lane { id, sink: Sink::Reader, format: types::LaneFormat::Plain };
            let out = watch.pass(lane, "hello") + &watch.close(lane);
            assert_eq!(out, passed, "{guard:?}");
            assert_eq!(watch.stopped, guard != Guard::Flag);
            assert_eq!(watch.found, BTreeMap::from([(UNREADABLE.to_owned(), 1)]));
        }
    }
}
