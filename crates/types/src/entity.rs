//! Entities (what kind of value) and data classes (what law and policy speak of).

use std::fmt;
use std::sync::Arc;

/// What law and policy speak of. Each entity belongs to exactly one.
///
/// The names are those of the configuration (`[treatments] health = "redact"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DataClass {
    /// Passwords, keys, tokens: what opens something.
    Credential,
    /// Numbers that a state gave to a person.
    GovernmentId,
    /// Accounts, cards, wallets.
    Financial,
    /// Anything about the health of a person.
    Health,
    /// Measurements of a body that identify a person.
    Biometric,
    /// Beliefs, origin, orientation and the like (GDPR article 9 without health).
    Special,
    /// Data about children.
    Child,
    /// Names of people.
    Person,
    /// E-mail addresses, telephone numbers, handles.
    Contact,
    /// Where somebody is or lives.
    Location,
    /// Addresses of machines and identifiers of devices.
    Technical,
    /// What the company itself calls confidential: exact terms, labels.
    Confidential,
    /// Opaque: pictures.
    Image,
    /// Opaque: sound.
    Audio,
    /// Opaque: files.
    Document,
    /// Opaque: what the provider encrypted.
    Encrypted,
}

impl DataClass {
    /// All classes, the most severe first. The order decides which of two overlapping findings names the union.
    pub const ALL: [Self; 16] = [
        Self::Credential,
        Self::GovernmentId,
        Self::Financial,
        Self::Health,
        Self::Biometric,
        Self::Special,
        Self::Child,
        Self::Person,
        Self::Contact,
        Self::Location,
        Self::Technical,
        Self::Confidential,
        Self::Image,
        Self::Audio,
        Self::Document,
        Self::Encrypted,
    ];

    /// The name used in configuration, records and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::GovernmentId => "government_id",
            Self::Financial => "financial",
            Self::Health => "health",
            Self::Biometric => "biometric",
            Self::Special => "special",
            Self::Child => "child",
            Self::Person => "person",
            Self::Contact => "contact",
            Self::Location => "location",
            Self::Technical => "technical",
            Self::Confidential => "confidential",
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Encrypted => "encrypted",
        }
    }

    /// The class of this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// True for the classes of parts that detectors cannot read.
    pub const fn is_opaque(self) -> bool {
        matches!(self, Self::Image | Self::Audio | Self::Document | Self::Encrypted)
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The definition behind an [`Entity`]; comes from the recognizer files.
#[derive(Debug, PartialEq, Eq)]
pub struct EntityDef {
    /// Name as Presidio gives it where it has one, e.g. `EMAIL_ADDRESS`.
    pub name: String,
    /// The word a surrogate begins with, upper-case letters only, e.g. `EMAIL`.
    pub word: String,
    /// The data class of its values.
    pub class: DataClass,
}

/// The type of a value, e.g. `EMAIL_ADDRESS`. Cheap to clone; equal when the names are equal.
#[derive(Clone)]
pub struct Entity(Arc<EntityDef>);

impl Entity {
    /// An entity with this definition.
    pub fn new(def: EntityDef) -> Self {
        Self(Arc::new(def))
    }

    /// The name, e.g. `EMAIL_ADDRESS`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The word its surrogates begin with, e.g. `EMAIL`.
    pub fn word(&self) -> &str {
        &self.0.word
    }

    /// The data class of its values.
    pub fn class(&self) -> DataClass {
        self.0.class
    }
}

impl PartialEq for Entity {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Entity {}

impl PartialOrd for Entity {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entity {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name().cmp(other.name())
    }
}

impl std::hash::Hash for Entity {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_found_by_its_name() {
        for class in DataClass::ALL {
            assert_eq!(DataClass::from_name(class.name()), Some(class));
        }
    }
}
