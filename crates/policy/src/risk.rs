//! How risky an app is, and whether an impact assessment is due: from its traffic, its declaration, the facts about who gets the data, and
//! the meters.
//!
//! What a criterion asks, which purposes speak for it and from how many people on processing is large are data (`law/eu_gdpr.toml`,
//! `law/cn.toml`, `law/purposes.toml`), and so are the words of the reasons (`law/house.toml`). Here stands which of them holds. Nothing is guessed: what
//! neither traffic nor declaration can tell is said to be open, and counts strictly.
//!
//! Invariants:
//! - The same evidence under the same tables gives the same verdict (test `the_order_of_recipients_changes_nothing`).
//! - What is found without being declared never makes an app less risky (test `more_findings_never_lower_the_risk`).

mod reasons;
mod screening;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use registry::Standing;
use registry::law::{Kind, Law};
use types::{DataClass, Treatment};

pub use reasons::Reason;
pub use screening::{Answer, Criterion, Due, Screening, Trigger};

use crate::{Declared, Level};

/// What a verdict rests on. Counts and names only.
#[derive(Debug, Clone)]
pub struct Evidence<'a> {
    /// What the app says of itself.
    pub declared: &'a Declared,
    /// True where requests left as they were, because the app was observed.
    pub observed: bool,
    /// How many requests there were.
    pub requests: u64,
    /// How many findings, or parts that cannot be read, of each class.
    pub found: BTreeMap<DataClass, u64>,
    /// How many findings of each entity.
    pub entities: BTreeMap<String, u64>,
    /// What went to whom.
    pub recipients: Vec<Sent>,
    /// How far the meters are: those of the app, and those of the recipients.
    pub meters: Vec<Metered>,
}

/// What went to one recipient.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its name, for people.
    pub name: String,
    /// How it stands.
    pub standing: Arc<Standing>,
    /// How many requests it got.
    pub requests: u64,
    /// In how many of them a class went in which form.
    pub treated: BTreeMap<(DataClass, Treatment), u64>,
}

/// A meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metered {
    /// Its kind, e.g. `us_health`.
    pub kind: String,
    /// The recipient that it counts for; `None` where it counts for the app.
    pub recipient: Option<String>,
    /// About how many people.
    pub people: u64,
    /// From how many on the law binds.
    pub threshold: u64,
    /// How much of it is used up.
    pub level: Level,
    /// The law.
    pub law: String,
}

/// Higher or lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskLevel {
    /// Nothing raises it.
    Lower,
    /// Something does.
    Higher,
}

impl RiskLevel {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
        }
    }
}

/// The verdict on an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// Higher or lower.
    pub level: RiskLevel,
    /// Why; what raises it first.
    pub reasons: Vec<Reason>,
    /// Whether an impact assessment is due.
    pub screening: Screening,
}

impl Risk {
    /// The verdict that follows from evidence.
    pub fn of(law: &Law, evidence: &Evidence<'_>) -> Self {
        let screening = Screening::of(law, evidence);
        let reasons = reasons::all(law, evidence, &screening);
        let is_raised = reasons.iter().any(|reason| reason.raises);
        Self { level: if is_raised { RiskLevel::Higher } else { RiskLevel::Lower }, reasons, screening }
    }
}

impl Evidence<'_> {
    /// True where the law of a region could bind: the app names it, or says nothing.
    fn binds(&self, region: &str) -> bool {
        self.declared.subjects.as_ref().is_none_or(|subjects| subjects.contains(region))
    }

    /// How often a class was found.
    fn times(&self, class: DataClass) -> u64 {
        self.found.get(&class).copied().unwrap_or_default()
    }

    /// True where personal data were found, or something that nobody can read.
    fn holds_people(&self, law: &Law) -> bool {
        let is_personal = |class: &DataClass| {
            matches!(law.kind(*class), Kind::Identifier | Kind::Attribute | Kind::Sensitive)
        };
        self.found.iter().any(|(class, times)| *times > 0 && is_personal(class)) || self.is_unread(law)
    }

    /// True where parts could not be looked into. What the provider itself encrypted tells nothing new.
    fn is_unread(&self, law: &Law) -> bool {
        let is_hidden =
            |class: &DataClass| law.kind(*class) == Kind::Opaque && *class != DataClass::Encrypted;
        self.found.iter().any(|(class, times)| *times > 0 && is_hidden(class))
    }
}
