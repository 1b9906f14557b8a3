//! Validators: what a value must satisfy beyond its shape.
//!
//! Each is a pure function from the text of a value, in normal form, to yes or no; none allocates more than a few dozen
//! bytes or looks further than the value. The rule behind each names its public source where it stands.

pub(crate) mod americas;
pub(crate) mod asia;
pub(crate) mod cards;
pub(crate) mod dates;
pub(crate) mod digits;
pub(crate) mod europe;
pub(crate) mod keys;
pub(crate) mod network;
pub(crate) mod phones;
pub(crate) mod randomness;
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

/// All validators that a recognizer file may name.
const CHECKS: &[(&str, Test)] = &[
    ("luhn", digits::luhn_text),
    ("card", cards::is_card),
    ("cn_bank_card", cards::is_cn_bank_card),
    ("iban", europe::is_iban),
    ("us_ssn", americas::is_us_ssn),
    ("us_itin", americas::is_us_itin),
    ("br_cpf", americas::is_br_cpf),
    ("br_cnpj", americas::is_br_cnpj),
    ("us_routing", americas::is_us_routing),
    ("uk_nhs", europe::is_uk_nhs),
    ("uk_nino", europe::is_uk_nino),
    ("de_tax_id", europe::is_de_tax_id),
    ("de_id_card", europe::is_de_id_card),
    ("fr_nir", europe::is_fr_nir),
    ("es_nif", europe::is_es_nif),
    ("it_fiscal_code", europe::is_it_fiscal_code),
    ("nl_bsn", europe::is_nl_bsn),
    ("pl_pesel", europe::is_pl_pesel),
    ("pl_nip", europe::is_pl_nip),
    ("cn_resident_id", asia::is_cn_resident_id),
    ("cn_resident_id_shape", asia::is_cn_resident_id_shape),
    ("hkid", asia::is_hkid),
    ("in_aadhaar", asia::is_in_aadhaar),
    ("in_pan", asia::is_in_pan),
    ("jp_my_number", asia::is_jp_my_number),
    ("kr_rrn", asia::is_kr_rrn),
    ("birth_date", dates::is_birth_date),
    ("ipv4", network::is_ipv4),
    ("ipv6", network::is_ipv6),
    ("mac", network::is_mac),
    ("base58check", wallets::is_base58check),
    ("bech32", wallets::is_bech32),
    ("github_crc", keys::is_github_key),
    ("jwt", keys::is_jwt),
    ("random", randomness::is_random),
    ("not_template", keys::is_not_template),
    ("username", keys::is_username),
];

/// The validator of this name.
pub(crate) fn by_name(name: &str) -> Option<Check> {
    CHECKS.iter().find(|(known, _)| *known == name).map(|(name, passes)| Check { name, passes: *passes })
}

/// The names of all validators, for the hint of an error.
pub(crate) fn names() -> String {
    CHECKS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
