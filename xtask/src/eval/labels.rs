//! Which label of the data an entity answers to, and the tier of each label: `cases/detect/labels.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use testkit::Trouble;

const FILE: &str = "cases/detect/labels.toml";
const TEXT: &str = include_str!("../../../cases/detect/labels.toml");

/// What leaking a value of a label would mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// Points at one person or opens something.
    Direct,
    /// Names of people, places and organisations.
    Names,
    /// Everything else.
    Rest,
}

impl Tier {
    pub(crate) const ALL: [Self; 3] = [Self::Direct, Self::Names, Self::Rest];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct identifiers",
            Self::Names => "names",
            Self::Rest => "the rest",
        }
    }
}

impl Tiers {
    fn name(&self, label: &str) -> bool {
        [&self.direct, &self.names, &self.rest].into_iter().flatten().any(|listed| listed == label)
    }
}

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Labels {
    version: u32,
    tiers: Tiers,
    entities: BTreeMap<String, String>,
    endings: Vec<Ending>,
    classes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tiers {
    direct: Vec<String>,
    names: Vec<String>,
    rest: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    ending: String,
    label: String,
}

impl Labels {
    /// Reads the table.
    pub(crate) fn load() -> Result<Self, Trouble> {
        let labels: Self = toml::from_str(TEXT).map_err(|error| Trouble::new(format!("{FILE}: {error}")))?;
        if labels.version != 1 {
            return Err(Trouble::new(format!("{FILE}: version {} is not known", labels.version)));
        }
        let endings = labels.endings.iter().map(|row| &row.label);
        let mut named = labels.entities.values().chain(endings).chain(labels.classes.values());
        match named.find(|label| !label.is_empty() && !labels.tiers.name(label)) {
            Some(label) => Err(Trouble::new(format!("{FILE}: the label `{label}` stands in no tier"))),
            None => Ok(labels),
        }
    }

    /// The label that an entity of this class answers to; `None` where the data have none.
    pub(crate) fn of(&self, entity: &str, class: &str) -> Option<&str> {
        self.lookup(entity, class).filter(|label| !label.is_empty())
    }

    fn lookup(&self, entity: &str, class: &str) -> Option<&str> {
        let by_ending =
            || self.endings.iter().find(|row| entity.ends_with(&row.ending)).map(|row| &row.label);
        self.entities.get(entity).or_else(by_ending).or_else(|| self.classes.get(class)).map(String::as_str)
    }

    /// The tier of a label; those that are not in the table count with the rest.
    pub(crate) fn tier(&self, label: &str) -> Tier {
        let stands_in = |list: &[String]| list.iter().any(|listed| listed == label);
        if stands_in(&self.tiers.direct) {
            Tier::Direct
        } else if stands_in(&self.tiers.names) {
            Tier::Names
        } else {
            Tier::Rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        entity: Vec<Entity>,
    }

    #[derive(Deserialize)]
    struct Entity {
        name: String,
        class: String,
    }

    #[test]
    fn every_shipped_entity_has_an_answer() {
        let labels = Labels::load().unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../recognizers");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let file: File = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for entity in file.entity {
                let label = labels.lookup(&entity.name, &entity.class);
                assert!(label.is_some(), "{} has no answer in {FILE}", entity.name);
                count += 1;
            }
        }
        assert!(count > 40);
    }

    #[test]
    fn a_name_goes_before_its_ending_and_its_ending_before_the_class() {
        let labels = Labels::load().unwrap();
        assert_eq!(labels.of("IT_FISCAL_CODE", "government_id"), Some("NATIONAL_ID"));
        assert_eq!(labels.of("XX_PASSPORT", "government_id"), Some("PASSPORT"));
        assert_eq!(labels.of("XX_NUMBER", "government_id"), Some("NATIONAL_ID"));
        assert_eq!(labels.of("CONFIDENTIAL_TERM", "confidential"), None);
    }
}
