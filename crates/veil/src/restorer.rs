//! Surrogates → originals, lane by lane, as an answer streams in.
//!
//! Promises: what a lane gives in all does not depend on how its text was cut; only surrogates of the map it was made with
//! are restored; nothing here fails. Text for the reader is restored except for credentials and inside of URLs; arguments of
//! tools that the client runs are restored throughout; arguments of tools that the provider runs and signed text go out as
//! they came, at once.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use types::{Lane, Sink};

use crate::RestoreMap;
use crate::lane::{LaneText, With};

/// How many lanes of one answer are restored at the same time. Text of further ones goes out as it came.
const LANES_MAX: usize = 4096;

/// What is restored where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestoreOptions {
    /// True: credentials are restored in text for the reader too, not only in arguments of tools that the client runs.
    pub secrets_to_reader: bool,
}

/// What was restored and what was left, in surrogates, over all lanes so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestoreCounts {
    /// Surrogates replaced by their originals.
    pub restored: u64,
    /// Left because they stood in a URL of text for the reader.
    pub left_in_url: u64,
    /// Left because they stand for a credential, in text for the reader.
    pub left_secret: u64,
    /// Left in arguments of a tool that the provider runs.
    pub left_provider_tool: u64,
    /// Left in text under a signature.
    pub left_signed: u64,
    /// Words in the form of a surrogate that the map does not know: invented, or of another scope.
    pub unknown: u64,
}

/// Restores the lanes of one answer.
pub struct Restorer {
    map: Arc<RestoreMap>,
    options: RestoreOptions,
    counts: RestoreCounts,
    lanes: HashMap<Lane, LaneText>,
}

impl Restorer {
    /// Restores with this map.
    pub fn new(map: Arc<RestoreMap>, options: RestoreOptions) -> Self {
        Self { map, options, counts: RestoreCounts::default(), lanes: HashMap::new() }
    }

    /// Takes the next text of a lane in, and gives what is certain of it: everything but an end that could still become
    /// a surrogate.
    pub fn push(&mut self, lane: Lane, text: &str) -> String {
        if self.map.is_empty() || (self.lanes.len() >= LANES_MAX && !self.lanes.contains_key(&lane)) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut with = With { map: &self.map, options: self.options, counts: &mut self.counts };
        self.lanes.entry(lane).or_insert_with(|| LaneText::new(lane)).push(text, &mut with, &mut out);
        if goes_out_as_it_came(lane) { text.to_owned() } else { out }
    }

    /// Ends a lane, and gives what was held back of it. A lane that goes on after its end begins anew.
    pub fn close(&mut self, lane: Lane) -> String {
        let mut out = String::new();
        let mut with = With { map: &self.map, options: self.options, counts: &mut self.counts };
        if let Some(text) = self.lanes.remove(&lane) {
            text.close(&mut with, &mut out);
        }
        if goes_out_as_it_came(lane) { String::new() } else { out }
    }

    /// What was restored and what was left so far.
    pub const fn counts(&self) -> RestoreCounts {
        self.counts
    }
}

/// Such lanes are followed for the counts only.
const fn goes_out_as_it_came(lane: Lane) -> bool {
    matches!(lane.sink, Sink::ProviderTool | Sink::Signed)
}

impl fmt::Debug for Restorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restorer")
            .field("map", &self.map)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
