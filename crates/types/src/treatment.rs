//! Treatments: what happens to the values of a class on their way out.

use std::fmt;

/// What happens to the values of one data class on the way to one deployment. Ordered from loose to strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Treatment {
    /// The value goes as it is.
    Keep,
    /// A surrogate goes; the answer gets the value back.
    Pseudonymise,
    /// A type word goes, one way; of an opaque part a note stays.
    Redact,
    /// The request is refused.
    Refuse,
}

impl Treatment {
    /// All treatments from loose to strict.
    pub const ALL: [Self; 4] = [Self::Keep, Self::Pseudonymise, Self::Redact, Self::Refuse];

    /// The name used in configuration and records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Pseudonymise => "pseudonymise",
            Self::Redact => "redact",
            Self::Refuse => "refuse",
        }
    }

    /// The treatment of this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|treatment| treatment.name() == name)
    }
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
