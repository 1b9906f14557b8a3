//! Where an answer was made: what proves it, held against what the decision rested on.
//!
//! An answer proves its place by a member of its body, by a header, or by the regional host that gave it. What proves nothing claims
//! nothing. A proof that differs does not stop the answer, which is there already: it is a record, an alert line and a count.

use std::collections::BTreeSet;
use std::sync::Arc;

use ledger::{Name, Region};
use registry::{Standing, country_of_location};

/// Headers that say where an answer was made. `x-ms-region`: Azure OpenAI, in the words of Azure (`Sweden Central`).
const HEADERS: [&str; 1] = ["x-ms-region"];

/// The region that stands for any place.
const GLOBAL: &str = "global";

/// Where the account and the address of a deployment say that its answers are made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The region of the account.
    pub region: Option<String>,
    /// The countries that this region stands for, where it stands for some: those of the EU for `eu`.
    pub countries: Arc<BTreeSet<String>>,
    /// The region whose host is asked, where the provider has one host for each: `eu` of `eu.api.openai.com`.
    pub host: Option<String>,
}

/// What a decision rested on.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) place: Place,
    pub(crate) standing: Arc<Standing>,
}

impl Expected {
    /// What is proven, by the body, a header or the host, in this order.
    pub(crate) fn proven(
        &self,
        by_body: Option<&(&'static str, String)>,
        by_header: Option<&(&'static str, String)>,
    ) -> Option<Region> {
        let by_host = || self.place.host.as_ref().map(|host| ("host", host.clone()));
        let (by, proven) = by_body.or(by_header).cloned().or_else(by_host)?;
        let is_other = match &self.place.region {
            Some(region) => !is_in(&proven, region) && !self.lies_in_account(&proven),
            None => self.is_beyond_reach(&proven),
        };
        Some(Region {
            proven: Name::new(&proven),
            by: Name::new(by),
            expected: self.place.region.as_ref().map(Name::new),
            is_other,
        })
    }

    /// True for a region of a cloud in a country of the account's region: `Sweden Central` for `eu`.
    fn lies_in_account(&self, proven: &str) -> bool {
        country_of_location(proven).is_some_and(|country| self.place.countries.contains(country))
    }

    /// True for a place that the facts exclude: anywhere, or a country that is none of those that may reach the data.
    fn is_beyond_reach(&self, proven: &str) -> bool {
        let reach = &self.standing.reach;
        if reach.is_empty() || reach.contains("GLOBAL") {
            return false;
        }
        let code = country_of_location(proven).map_or_else(|| proven.to_ascii_uppercase(), str::to_owned);
        proven.eq_ignore_ascii_case(GLOBAL) || (code.len() == 2 && code != "EU" && !reach.contains(&code))
    }
}

/// What a header says, where one says it in plain words.
pub(crate) fn by_header(headers: &[(String, Vec<u8>)]) -> Option<(&'static str, String)> {
    HEADERS.into_iter().find_map(|name| {
        let (_, value) = headers.iter().find(|(known, _)| known == name)?;
        let value = std::str::from_utf8(value).ok()?.trim();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_');
        ((1..=64).contains(&value.len()) && value.bytes().all(is_plain)).then(|| (name, value.to_owned()))
    })
}

/// True where `proven` is `region`, or a part of it as `us-east-1` is of `us`. `Sweden Central` is `swedencentral`.
fn is_in(proven: &str, region: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let parts = |text: &str| -> Vec<String> { text.split(['-', '_']).map(str::to_ascii_lowercase).collect() };
    let (proven_parts, region_parts) = (parts(proven), parts(region));
    plain(proven) == plain(region) || proven_parts.starts_with(&region_parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(region: Option<&str>, host: Option<&str>, reach: &[&str]) -> Expected {
        let countries = match region {
            Some("eu") => ["IE", "SE"].map(str::to_owned).into(),
            _ => BTreeSet::new(),
        };
        let place = Place {
            region: region.map(str::to_owned),
            countries: Arc::new(countries),
            host: host.map(str::to_owned),
        };
        let reach = reach.iter().map(|code| (*code).to_owned()).collect();
        Expected { place, standing: Arc::new(Standing { reach, ..Standing::unknown("p") }) }
    }

    fn said(place: &str) -> Option<(&'static str, String)> {
        Some(("usage.inference_geo", place.to_owned()))
    }

    #[test]
    fn a_part_of_a_region_is_in_it_and_another_region_is_not() {
        for (proven, region, is_it) in [
            ("us", "us", true),
            ("US", "us", true),
            ("us-east-1", "us", true),
            ("us", "us-east-1", false),
            ("eu", "us", false),
            ("global", "us", false),
            ("usa", "us", false),
            ("Sweden Central", "swedencentral", true),
            ("East US", "swedencentral", false),
        ] {
            assert_eq!(is_in(proven, region), is_it, "{proven} {region}");
        }
    }

    #[test]
    fn what_is_proven_is_held_against_the_account_and_without_one_against_the_reach() {
        let other = |expected: Expected, place: &str| {
            expected.proven(said(place).as_ref(), None).map(|region| region.is_other)
        };
        assert_eq!(other(expected(Some("us"), None, &["US"]), "us"), Some(false));
        assert_eq!(other(expected(Some("us"), None, &["US"]), "global"), Some(true));
        assert_eq!(other(expected(None, None, &["US"]), "global"), Some(true));
        assert_eq!(other(expected(None, None, &["US", "IE"]), "eu"), Some(false), "the EU is no country");
        assert_eq!(other(expected(None, None, &["US"]), "cn"), Some(true));
        assert_eq!(other(expected(None, None, &["US"]), "East US 2"), Some(false));
        assert_eq!(other(expected(None, None, &["US"]), "North Europe"), Some(true));
        assert_eq!(
            other(expected(Some("eu"), None, &[]), "Sweden Central"),
            Some(false),
            "Sweden is in the EU"
        );
        assert_eq!(other(expected(Some("eu"), None, &[]), "UK South"), Some(true));
        assert_eq!(other(expected(None, None, &["GLOBAL"]), "cn"), Some(false), "nothing else was assumed");
        assert_eq!(expected(Some("us"), None, &[]).proven(None, None), None, "nothing is claimed");
    }

    #[test]
    fn the_body_is_believed_before_a_header_and_a_header_before_the_host() {
        let header = Some(("x-ms-region", "East US".to_owned()));
        let all = expected(Some("eu"), Some("eu"), &[]);
        let by = |region: Option<Region>| region.map(|region| (region.by.to_string(), region.is_other));
        assert_eq!(
            by(all.proven(said("eu").as_ref(), header.as_ref())),
            Some(("usage.inference_geo".into(), false))
        );
        assert_eq!(by(all.proven(None, header.as_ref())), Some(("x-ms-region".into(), true)));
        assert_eq!(by(all.proven(None, None)), Some(("host".into(), false)));
        let headers = |value: &[u8]| by_header(&[("x-ms-region".to_owned(), value.to_vec())]);
        assert_eq!(headers(b"East US"), header);
        assert_eq!((headers(b"a\nb"), headers(b""), headers(&[0xff])), (None, None, None));
    }
}
