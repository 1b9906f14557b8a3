//! What a leak test does not expect to be caught, with the reason: `cases/leak/by_design.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

const LIST: &str = include_str!("../../../../cases/leak/by_design.toml");

/// The list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByDesign {
    /// The groups, each with one reason.
    group: Vec<Group>,
}

/// What cannot be caught for one reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// Why not.
    reason: String,
    /// Carrier → entities.
    carriers: BTreeMap<String, Vec<String>>,
}

impl ByDesign {
    /// The list as it is shipped.
    ///
    /// # Errors
    /// Only if the file is wrong, which a test rules out.
    pub(crate) fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(LIST)
    }

    /// Why a value of this entity is not expected to be caught in this carrier.
    pub(crate) fn reason(&self, carrier: &str, entity: &str) -> Option<&str> {
        let holds = |group: &&Group| {
            group.carriers.get(carrier).is_some_and(|entities| entities.iter().any(|name| name == entity))
        };
        self.group.iter().find(holds).map(|group| group.reason.as_str())
    }

    /// All pairs of carrier and entity.
    #[cfg(test)]
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let groups = self.group.iter().flat_map(|group| &group.carriers);
        groups.flat_map(|(carrier, entities)| {
            entities.iter().map(move |entity| (carrier.as_str(), entity.as_str()))
        })
    }
}
