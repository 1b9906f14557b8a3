//! What happened in a stretch of the ledger, in a few lines: the end of `cordon run`.

use std::collections::BTreeMap;

use ledger::{Ending, Record};
use serde_json::{Value, json};
use store::LedgerStore;

use crate::failure::Failure;
use crate::state::StateError;

/// Records that are read at once.
const PAGE: u32 = 1000;

/// Counts over a stretch of the ledger. Holds names and numbers only.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Requests that left.
    pub(crate) exchanges: u64,
    /// Values protected, per entity.
    pub(crate) protected: BTreeMap<String, u64>,
    /// Values that left in clear because their treatment is `keep` or the app is observed, per entity.
    pub(crate) observed: u64,
    /// Requests of which nothing left, per code.
    pub(crate) refused: BTreeMap<String, u64>,
    /// Values put back into answers.
    pub(crate) restored: u64,
    /// Endings other than complete.
    pub(crate) endings: BTreeMap<&'static str, u64>,
    /// Findings in answers that the request did not send, per entity.
    pub(crate) guarded: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts the records from an index on.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub(crate) async fn of(store: &dyn LedgerStore, from: u64) -> Result<Self, Failure> {
        let mut tally = Self::default();
        let mut next = from;
        loop {
            let page = store.leaves(next, PAGE).await.map_err(StateError::Store)?;
            let Some(last) = page.last() else { return Ok(tally) };
            next = last.index.saturating_add(1).max(next.saturating_add(1));
            for leaf in &page {
                if let Ok(record) = Record::parse(&leaf.leaf) {
                    tally.add(&record);
                }
            }
        }
    }

    fn add(&mut self, record: &Record) {
        match record {
            Record::Intent(intent) => {
                self.exchanges += 1;
                for (entity, count) in &intent.entities {
                    if intent.mode == ledger::Mode::Observe {
                        self.observed += count;
                    } else {
                        *self.protected.entry(entity.as_str().to_owned()).or_default() += count;
                    }
                }
            }
            Record::Outcome(outcome) => {
                self.restored += outcome.restored;
                if outcome.ending != Ending::Complete {
                    *self.endings.entry(outcome.ending.name()).or_default() += 1;
                }
                for (entity, count) in &outcome.guard {
                    *self.guarded.entry(entity.as_str().to_owned()).or_default() += count;
                }
            }
            Record::Refusal(refusal) => {
                *self.refused.entry(refusal.code.as_str().to_owned()).or_default() += 1
            }
            _ => {}
        }
    }

    /// For people, a line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("exchanges  {}", self.exchanges)];
        lines.push(format!("found      {}", listed(&self.protected, "nothing")));
        lines.push(format!("restored   {} times in answers", self.restored));
        if self.observed > 0 {
            lines.push(format!(
                "OBSERVED   {} values left in clear: the app is in observe mode",
                self.observed
            ));
        }
        if !self.refused.is_empty() {
            lines.push(format!("refused    {}", listed(&self.refused, "nothing")));
        }
        if !self.guarded.is_empty() {
            lines.push(format!("in answers {} that no request sent", listed(&self.guarded, "nothing")));
        }
        if !self.endings.is_empty() {
            let endings = self.endings.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
            lines.push(format!("not whole  {}", listed(&endings, "nothing")));
        }
        lines
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "exchanges": self.exchanges,
            "found": self.protected,
            "restored": self.restored,
            "observed": self.observed,
            "refused": self.refused,
            "found_in_answers": self.guarded,
            "not_complete": self.endings,
        })
    }
}

fn listed(counts: &BTreeMap<String, u64>, none: &str) -> String {
    if counts.is_empty() {
        return none.to_owned();
    }
    counts.iter().map(|(name, count)| format!("{name} ×{count}")).collect::<Vec<_>>().join(", ")
}
