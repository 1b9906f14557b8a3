//! Jurisdictions and the regions that stand for several of them (`registry/regions.toml`).

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{FileProblem, Finder};

/// Stands for every jurisdiction.
pub const GLOBAL: &str = "GLOBAL";

/// Region → the countries that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Regions(BTreeMap<String, BTreeSet<String>>);

impl Regions {
    pub(crate) fn load(file: &str, text: &str) -> Result<Self, Vec<FileProblem>> {
        let mut problems = Finder::new(file, text);
        match toml::from_str(text) {
            Ok(regions) => problems.finish(Self(regions)),
            Err(error) => {
                problems.syntax(&error);
                problems.finish(Self::default())
            }
        }
    }

    /// These places as single countries; what stands for all stays.
    pub fn countries<'p>(&self, places: impl IntoIterator<Item = &'p str>) -> BTreeSet<String> {
        let mut countries = BTreeSet::new();
        for place in places {
            match self.0.get(place) {
                Some(members) => countries.extend(members.iter().cloned()),
                None => {
                    countries.insert(place.to_owned());
                }
            }
        }
        countries
    }

    /// True where a country is a place or lies in it.
    pub(crate) fn has(&self, place: &str, country: &str) -> bool {
        place.eq_ignore_ascii_case(country)
            || self
                .0
                .get(place)
                .is_some_and(|members| members.iter().any(|one| one.eq_ignore_ascii_case(country)))
    }
}

/// True for a country code, `EU`, `EEA` and `GLOBAL`. `UK` is none: ISO 3166-1 says GB.
pub(crate) fn is_place(text: &str) -> bool {
    matches!(text, "EEA" | GLOBAL)
        || (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) && text != "UK")
}
