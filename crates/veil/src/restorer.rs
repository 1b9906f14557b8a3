//! Surrogates → originals, lane by lane, as an answer streams in.
use std::sync::Arc;

use types::Lane;

use crate::RestoreMap;

/// What is restored where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestoreOptions {
    /// True: credentials are restored in text for the reader too, not only in arguments of tools that the client runs.
    pub secrets_to_reader: bool,
}

/// What was restored and what was left, over all lanes so far.
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
}

/// Restores the lanes of one answer.
pub struct Restorer {
    map: Arc<RestoreMap>,
    options: RestoreOptions,
    counts: RestoreCounts,
}

impl Restorer {
    /// Restores with this map.
    pub fn new(map: Arc<RestoreMap>, options: RestoreOptions) -> Self {
        Self { map, options, counts: RestoreCounts::default() }
    }
    /// Takes the next text of a lane in and gives what is certain of it.
    pub fn push(&mut self, _lane: Lane, text: &str) -> String {
        let _ = (&self.map, self.options);
        text.to_owned()
    }
    /// Ends a lane and gives what was held back of it.
    pub fn close(&mut self, _lane: Lane) -> String {
        String::new()
    }
    /// What was restored and what was left so far.
    pub const fn counts(&self) -> RestoreCounts {
        self.counts
    }
}
