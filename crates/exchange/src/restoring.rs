//! The text of the lanes of an answer: first past the guard, then restored.

use std::sync::Arc;

use types::Lane;
use veil::{RestoreMap, RestoreOptions, Restorer};
use wire::LaneText;

use crate::guard::Watch;
use crate::{App, Finder};

/// Guards and restores the lanes of one answer.
pub(crate) struct Restoring {
    restorer: Restorer,
    changes_text: bool,
    pub(crate) watch: Watch,
}

impl Restoring {
    pub(crate) fn new(map: Arc<RestoreMap>, app: &App, window: usize, finder: Arc<dyn Finder>) -> Self {
        let options = RestoreOptions { secrets_to_reader: app.secrets_to_reader };
        let changes_text = !map.is_empty() || app.guard != crate::Guard::Flag;
        Self {
            restorer: Restorer::new(map, options),
            changes_text,
            watch: Watch::new(app.guard, window, finder),
        }
    }

    /// True when the answer may hold surrogates that are restored, so that token lists no longer fit its text.
    pub(crate) fn changes_text(&self) -> bool {
        self.changes_text
    }

    /// How many surrogates were restored.
    pub(crate) fn restored(&self) -> u64 {
        self.restorer.counts().restored
    }
}

impl LaneText for Restoring {
    fn push(&mut self, lane: Lane, text: &str) -> String {
        let passed = self.watch.pass(lane, text);
        self.restorer.push(lane, &passed)
    }

    fn close(&mut self, lane: Lane) -> String {
        let held = self.watch.close(lane);
        let mut out = if held.is_empty() { String::new() } else { self.restorer.push(lane, &held) };
        out.push_str(&self.restorer.close(lane));
        out
    }
}
