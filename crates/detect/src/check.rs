//! Validators: what a value must satisfy beyond its shape.
//!
//! Each is a pure function from the text of a value, in normal form, to yes or no; none allocates more than a few dozen
//! bytes or looks further than the value. The rule behind each names its public source where it stands.

pub(crate) mod africa;
pub(crate) mod americas;
pub(crate) mod asia;
pub(crate) mod banks;
pub(crate) mod brazil;
pub(crate) mod cards;
pub(crate) mod compact;
pub(crate) mod dates;
pub(crate) mod devices;
pub(crate) mod digits;
pub(crate) mod eurasia;
pub(crate) mod europe;
pub(crate) mod europe_central;
pub(crate) mod europe_east;
pub(crate) mod europe_north;
pub(crate) mod europe_parts;
pub(crate) mod europe_south;
pub(crate) mod europe_vat;
pub(crate) mod europe_west;
pub(crate) mod keccak;
pub(crate) mod keys;
pub(crate) mod latin_america;
pub(crate) mod middle_east;
pub(crate) mod network;
pub(crate) mod oceania;
pub(crate) mod people;
pub(crate) mod phones;
pub(crate) mod randomness;
pub(crate) mod shapes;
pub(crate) mod southern_asia;
pub(crate) mod wallets;

/// What a validator does: yes or no for the text of a value.
pub(crate) type Test = fn(&str) -> bool;

/// A validator and its name.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    /// The name that recognizer files and evidence use.
    pub(crate) name: &'static str,
    /// The test.
    pub(crate) passes: Test,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Validators by name.
pub(crate) type Checks = &'static [(&'static str, Test)];

/// All validators that a recognizer file may name.
const CHECKS: &[Checks] = &[
    digits::CHECKS,
    cards::CHECKS,
    banks::CHECKS,
    devices::CHECKS,
    people::CHECKS,
    europe::CHECKS,
    europe_parts::CHECKS,
    europe_west::CHECKS,
    europe_central::CHECKS,
    europe_north::CHECKS,
    europe_south::CHECKS,
    europe_east::CHECKS,
    europe_vat::CHECKS,
    eurasia::CHECKS,
    americas::CHECKS,
    brazil::CHECKS,
    latin_america::CHECKS,
    asia::CHECKS,
    southern_asia::CHECKS,
    middle_east::CHECKS,
    africa::CHECKS,
    oceania::CHECKS,
    dates::CHECKS,
    network::CHECKS,
    wallets::CHECKS,
    keys::CHECKS,
    randomness::CHECKS,
    shapes::CHECKS,
];

fn all() -> impl Iterator<Item = &'static (&'static str, Test)> {
    CHECKS.iter().copied().flatten()
}

/// The validator of this name.
pub(crate) fn by_name(name: &str) -> Option<Check> {
    all().find(|(known, _)| *known == name).map(|(name, passes)| Check { name, passes: *passes })
}

/// The names of all validators, for the hint of an error.
pub(crate) fn names() -> String {
    all().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
