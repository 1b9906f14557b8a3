//! The recognizer files that are shipped, as they stand in `recognizers/` at the root of the repository.

use super::RuleFile;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(RuleFile {
            name: concat!("recognizers/", $name),
            text: include_str!(concat!("../../../../recognizers/", $name)),
        }),*]
    };
}

/// The recognizer files that are shipped.
pub const BUILTIN: &[RuleFile<'static>] = files![
    "entities.toml",
    "contact.toml",
    "finance.toml",
    "government.toml",
    "government_europe.toml",
    "government_europe_west.toml",
    "government_europe_central.toml",
    "government_europe_north.toml",
    "government_europe_south.toml",
    "government_europe_east.toml",
    "government_eurasia.toml",
    "government_americas.toml",
    "government_brazil_mexico.toml",
    "government_latin_america.toml",
    "government_asia.toml",
    "government_southern_asia.toml",
    "government_middle_east.toml",
    "government_africa.toml",
    "government_oceania.toml",
    "technical.toml",
    "health.toml",
    "sensitive.toml",
    "vehicles.toml",
    "places.toml",
    "people.toml",
    "names.toml",
    "fields.toml",
    "addresses.toml",
    "public.toml",
    "passwords.toml",
    "keys.toml",
    "vendor_keys_cloud.toml",
    "vendor_keys_dev.toml",
    "vendor_keys_ops.toml",
    "vendor_keys_comms.toml",
    "vendor_keys_payments.toml",
    "vendor_keys_ai.toml",
    "vendor_keys_cn.toml",
];
