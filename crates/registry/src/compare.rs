//! What is said of one key of one provider, for people: every scope, with its status, age and evidence.

use crate::fact::{Fact, Status};
use crate::{Day, Facts};

/// How sure something is, with its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standard {
    /// Known.
    Known,
    /// Likely.
    Likely,
    /// Read too long ago.
    Stale,
    /// Sources disagree.
    Conflict,
    /// Nobody says so.
    Unknown,
}

impl Standard {
    /// All, from the best to the worst.
    pub const ALL: [Self; 5] = [Self::Known, Self::Likely, Self::Stale, Self::Conflict, Self::Unknown];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Likely => "likely",
            Self::Stale => "stale",
            Self::Conflict => "conflict",
            Self::Unknown => "unknown",
        }
    }

    /// One sign for it.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Known => "✓",
            Self::Likely => "~",
            Self::Stale => "!",
            Self::Conflict => "≠",
            Self::Unknown => "?",
        }
    }

    /// What it means, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Known => "the provider's own document, or evidence of your own, says so",
            Self::Likely => "others report it, or it follows from other facts",
            Self::Stale => "read too long ago to count",
            Self::Conflict => "sources disagree; the less favourable reading is shown",
            Self::Unknown => "nobody says so; the worst case counts",
        }
    }
}

/// One thing that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// How sure it is.
    pub standard: Standard,
    /// The fact.
    pub fact: &'a Fact,
}

impl Facts {
    /// All that is said of a key, from the general to the specific. A fact of the operator's hides shipped ones of the same scope.
    /// Without a day nothing is too old.
    pub fn said(&self, provider: &str, key: &str, today: Option<Day>) -> Vec<Said<'_>> {
        let (Some(profile), Some(key)) = (self.profile(provider), self.schema.key(key)) else {
            return Vec::new();
        };
        let of_key = || profile.facts.iter().filter(|fact| fact.key == key.name);
        let is_hidden =
            |fact: &Fact| !fact.is_own && of_key().any(|other| other.is_own && other.scope == fact.scope);
        let differs = |fact: &Fact| {
            of_key().any(|other| {
                other.scope == fact.scope
                    && other.is_own == fact.is_own
                    && other.value.is_some()
                    && fact.value.is_some()
                    && other.value != fact.value
            })
        };
        let mut said: Vec<Said<'_>> = of_key()
            .filter(|fact| !is_hidden(fact))
            .map(|fact| {
                let standard = match fact.status {
                    Status::Unknown => Standard::Unknown,
                    _ if today.is_some_and(|today| fact.is_stale(key, today)) => Standard::Stale,
                    Status::Conflict => Standard::Conflict,
                    _ if differs(fact) => Standard::Conflict,
                    Status::Known => Standard::Known,
                    Status::Likely => Standard::Likely,
                };
                Said { standard, fact }
            })
            .collect();
        said.sort_by_key(|said| said.fact.scope.specificity());
        said
    }
}
