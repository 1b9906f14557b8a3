//! What a leak test does not expect to be caught, with the reason: `cases/leak/by_design.toml`.

use serde::Deserialize;

use super::{Outcome, Row};

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
    /// What becomes of it.
    outcome: String,
    /// Why not.
    reason: String,
    /// What it is.
    pairs: Vec<Pairs>,
}

/// Entities in carriers, each in each.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairs {
    carriers: Vec<String>,
    entities: Vec<String>,
}

/// Stands for all entities.
const ALL: &str = "*";

impl ByDesign {
    /// The list as it is shipped.
    ///
    /// # Errors
    /// Only if the file is wrong, which a test rules out.
    pub(crate) fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(LIST)
    }

    /// Why this is not expected to be caught.
    pub(crate) fn reason(&self, row: &Row) -> Option<&str> {
        let group = self.group.iter().find(|group| group.outcome == row.outcome.name() && group.holds(row));
        group.map(|group| group.reason.as_str())
    }

    /// True for what stands in the list by its name, whatever becomes of it.
    #[cfg(test)]
    pub(crate) fn names(&self, row: &Row) -> bool {
        self.pairs().any(|(carrier, entity, _)| carrier == row.carrier && entity == row.entity)
    }

    /// All carriers, entities and outcomes.
    #[cfg(test)]
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.group.iter().flat_map(|group| {
            let pairs = group.pairs.iter();
            pairs.flat_map(|pairs| {
                let entities = pairs.entities.iter();
                entities.flat_map(|entity| {
                    let carriers = pairs.carriers.iter();
                    carriers.map(|carrier| (carrier.as_str(), entity.as_str(), group.outcome.as_str()))
                })
            })
        })
    }
}

impl Group {
    fn holds(&self, row: &Row) -> bool {
        let all = ALL.to_owned();
        self.pairs.iter().any(|pairs| {
            pairs.carriers.iter().any(|carrier| carrier == row.carrier)
                && (pairs.entities.contains(&row.entity)
                    || (row.outcome == Outcome::NotRestored && pairs.entities.contains(&all)))
        })
    }
}
