//! How a deployment stands: the facts that decide about it, folded to what policy may rest on.
//!
//! Folding is where "unknown is the worst case" happens: a fact that is unknown, stale or in conflict stands here at its
//! fail-closed value, and its key stands in [`Standing::doubtful`], so that a verdict can say on what it rests.

use std::collections::{BTreeMap, BTreeSet};

use types::DataClass;

/// What decides about one deployment and one model on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Registry id of the provider.
    pub provider: String,
    /// True where the operator runs it: no third party gets the data.
    pub on_premises: bool,
    /// True unless it is certain that inputs and outputs train nothing (`training.default`, key metadata).
    pub may_train: bool,
    /// True unless the provider is a processor for the content by contract (`dpa.role`).
    pub may_control: bool,
    /// A data processing agreement is in force for this account.
    pub dpa: bool,
    /// Standard contractual clauses or an equal instrument are in force (`transfer.mechanism`, the operator's evidence).
    pub clauses: bool,
    /// A transfer impact assessment of the operator covers it.
    pub assessed_transfer: bool,
    /// A business associate agreement is in force for this account.
    pub baa: bool,
    /// Content is not stored after the answer, by a grant that is in force for this account and model.
    pub zero_retention: bool,
    /// Days that content stays; `None` where no number is stated.
    pub retention_days: Option<u32>,
    /// Counts as a covered person of 28 CFR 202.211 unless that is excluded.
    pub covered_person: bool,
    /// Every jurisdiction that stores, processes, owns or may reach the data: ISO 3166-1 alpha-2, or `GLOBAL`, which stands for all.
    pub reach: BTreeSet<String>,
    /// Every jurisdiction in [`Self::reach`] is in the EEA or adequate under GDPR art. 45 for this recipient.
    pub adequate: bool,
    /// Classes that the contract forbids to send (`restrict.content`).
    pub forbidden: BTreeSet<DataClass>,
    /// How good the data handling is, A best; a fallback may not land on a later letter.
    pub handling: Handling,
    /// The model has no entry in the catalogue: nobody has classified it.
    pub quarantined: bool,
    /// Keys of deciding facts that stand at their fail-closed value, with why.
    pub doubtful: BTreeMap<String, Doubt>,
}

/// Why a fact does not count as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// Nobody says so, or the key is missing.
    Unknown,
    /// Older than the key's greatest age.
    Stale,
    /// Two sources or two equally specific facts disagree.
    Conflict,
}

/// Data-handling class of a deployment, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handling {
    /// The operator's own premises.
    A,
    /// Processor by contract, no training, nothing kept.
    B,
    /// Processor by contract, no training, kept for a stated time.
    C,
    /// Anything else.
    D,
}

impl Handling {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
        }
    }
}

impl Standing {
    /// The standing of a deployment of which nothing is known: every fact at its fail-closed value.
    pub fn unknown(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            on_premises: false,
            may_train: true,
            may_control: true,
            dpa: false,
            clauses: false,
            assessed_transfer: false,
            baa: false,
            zero_retention: false,
            retention_days: None,
            covered_person: true,
            reach: BTreeSet::from(["GLOBAL".to_owned()]),
            adequate: false,
            forbidden: BTreeSet::new(),
            handling: Handling::D,
            quarantined: true,
            doubtful: BTreeMap::new(),
        }
    }

    /// The standing of a model on the operator's own premises.
    pub fn own(provider: &str) -> Self {
        Self {
            on_premises: true,
            may_train: false,
            may_control: false,
            dpa: true,
            clauses: true,
            assessed_transfer: true,
            baa: true,
            zero_retention: true,
            retention_days: Some(0),
            covered_person: false,
            reach: BTreeSet::new(),
            adequate: true,
            handling: Handling::A,
            quarantined: false,
            ..Self::unknown(provider)
        }
    }
}
