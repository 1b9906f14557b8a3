//! Jurisdictions, the regions that stand for several of them (`registry/regions.toml`), and where the regions of clouds lie
//! (`registry/locations.toml`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

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

/// Region of a cloud → the country that it lies in.
static LOCATIONS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let clouds: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(include_str!("../../../registry/locations.toml")).unwrap_or_default();
    let countries = clouds.into_values().flatten();
    countries
        .flat_map(|(country, regions)| regions.into_iter().map(move |one| (one, country.clone())))
        .collect()
});

/// The country in which a region of a cloud lies, in any spelling: `SE` for `Sweden Central` and `swedencentral`.
///
/// # Examples
/// ```
/// assert_eq!(cordon_registry::country_of_location("Sweden Central"), Some("SE"));
/// assert_eq!(cordon_registry::country_of_location("Mare Crisium"), None);
/// ```
pub fn country_of_location(name: &str) -> Option<&'static str> {
    let plain = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    LOCATIONS.get(&plain.collect::<String>()).map(String::as_str)
}

/// True for a country code, `EU`, `EEA` and `GLOBAL`. `UK` is none: ISO 3166-1 says GB.
pub(crate) fn is_place(text: &str) -> bool {
    matches!(text, "EEA" | GLOBAL)
        || (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) && text != "UK")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_location_has_one_country() {
        let text = include_str!("../../../registry/locations.toml");
        let clouds: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(text).unwrap();
        let names: Vec<&String> = clouds.values().flat_map(BTreeMap::values).flatten().collect();
        assert_eq!(names.len(), LOCATIONS.len(), "none stands twice");
        for (name, country) in LOCATIONS.iter() {
            assert!(is_place(country) && country.len() == 2, "{country}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{name}");
        }
        assert_eq!(country_of_location("East US 2"), Some("US"));
    }
}
