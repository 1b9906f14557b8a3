//! The treatments table: a preset, changed line by line.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use types::{DataClass, Treatment};

const PRESETS: &str = include_str!("../../../policies/presets.toml");

/// What is wrong with a treatments table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No preset of this name.
    #[error("there is no preset `{0}`; there are: {1}")]
    NoPreset(String, String),
    /// No data class of this name.
    #[error("there is no data class `{0}`; there are: {1}")]
    NoClass(String, String),
    /// No treatment of this name.
    #[error("there is no treatment `{0}` for `{1}`; there are: keep, pseudonymise, redact, refuse")]
    NoTreatment(String, String),
    /// A line that would let a secret leave in clear.
    #[error(
        "`credential = \"keep\"` is not possible: a secret never leaves in clear; use pseudonymise, redact or refuse"
    )]
    CredentialKept,
    /// A surrogate cannot stand for an opaque part.
    #[error("`{0}` cannot be pseudonymised: what cannot be read can be kept, redacted or refused")]
    OpaquePseudonymised(DataClass),
    /// The shipped presets cannot be read.
    #[error("the shipped presets cannot be read: {0}")]
    Presets(String),
}

/// Where a line of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// At anybody else's.
    Elsewhere,
    /// At a provider whose contract covers the class: a processor that trains nothing, for an app with an approved impact
    /// assessment, while nothing stays in clear that names a person.
    Contract,
    /// On the operator's own premises.
    Own,
}

impl Section {
    /// All sections.
    pub const ALL: [Self; 3] = [Self::Elsewhere, Self::Contract, Self::Own];

    /// The name used in presets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::Contract => "contract",
            Self::Own => "own",
        }
    }
}

/// A treatment for each data class, elsewhere, under a contract and on the operator's own premises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    preset: String,
    elsewhere: BTreeMap<DataClass, Treatment>,
    contract: BTreeMap<DataClass, Treatment>,
    own: BTreeMap<DataClass, Treatment>,
    changed: BTreeMap<DataClass, Treatment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PresetForm {
    #[serde(rename = "about")]
    _about: String,
    elsewhere: BTreeMap<String, String>,
    #[serde(default)]
    contract: BTreeMap<String, String>,
    own: BTreeMap<String, String>,
}

/// Names of the presets, in alphabetical order.
pub fn preset_names() -> Vec<String> {
    presets().map(|all| all.into_keys().collect()).unwrap_or_default()
}

fn presets() -> Result<BTreeMap<String, PresetForm>, TableError> {
    toml::from_str(PRESETS).map_err(|error| TableError::Presets(error.to_string()))
}

impl Table {
    /// The table of a preset.
    ///
    /// # Errors
    /// [`TableError::NoPreset`].
    pub fn preset(name: &str) -> Result<Self, TableError> {
        let mut all = presets()?;
        let form = all
            .remove(name)
            .ok_or_else(|| TableError::NoPreset(name.to_owned(), preset_names().join(", ")))?;
        let lines = |lines: BTreeMap<String, String>| -> Result<BTreeMap<DataClass, Treatment>, TableError> {
            checked(lines.iter().map(|(class, treatment)| line(class, treatment)).collect::<Result<_, _>>()?)
        };
        Ok(Self {
            preset: name.to_owned(),
            elsewhere: lines(form.elsewhere)?,
            contract: lines(form.contract)?,
            own: lines(form.own)?,
            changed: BTreeMap::new(),
        })
    }

    /// The same table with one line changed, for every deployment.
    ///
    /// # Errors
    /// [`TableError`] when the class or treatment does not exist or the line is not possible.
    pub fn changed(mut self, class: &str, treatment: &str) -> Result<Self, TableError> {
        let (class, treatment) = line(class, treatment)?;
        self.changed.extend(checked(BTreeMap::from([(class, treatment)]))?);
        Ok(self)
    }

    /// The treatment of a class, and the name of the line that says so.
    pub fn treatment(&self, class: DataClass, on_premises: bool) -> (Treatment, String) {
        let section = if on_premises { Section::Own } else { Section::Elsewhere };
        self.line(class, section)
            .unwrap_or_else(|| (Treatment::Refuse, "no line names this class".to_owned()))
    }

    /// What the line of a class says in a section, and its name. A changed line holds in every section.
    pub fn line(&self, class: DataClass, section: Section) -> Option<(Treatment, String)> {
        if let Some(treatment) = self.changed.get(&class) {
            return Some((*treatment, format!("treatments.{class}")));
        }
        let lines = match section {
            Section::Elsewhere => &self.elsewhere,
            Section::Contract => &self.contract,
            Section::Own => &self.own,
        };
        lines.get(&class).map(|treatment| (*treatment, format!("preset:{}", self.preset)))
    }

    /// SHA-256 over all lines: two tables with one digest decide alike.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(format!("preset={}\n", self.preset));
        for (name, lines) in [
            ("elsewhere", &self.elsewhere),
            ("contract", &self.contract),
            ("own", &self.own),
            ("changed", &self.changed),
        ] {
            for (class, treatment) in lines {
                hash.update(format!("{name}.{class}={treatment}\n"));
            }
        }
        hash.finalize().into()
    }
}

fn line(class: &str, treatment: &str) -> Result<(DataClass, Treatment), TableError> {
    let known = DataClass::from_name(class).ok_or_else(|| {
        let names: Vec<&str> = DataClass::ALL.iter().map(|class| class.name()).collect();
        TableError::NoClass(class.to_owned(), names.join(", "))
    })?;
    let treatment = Treatment::from_name(treatment)
        .ok_or_else(|| TableError::NoTreatment(treatment.to_owned(), class.to_owned()))?;
    Ok((known, treatment))
}

fn checked(lines: BTreeMap<DataClass, Treatment>) -> Result<BTreeMap<DataClass, Treatment>, TableError> {
    for (class, treatment) in &lines {
        if *class == DataClass::Credential && *treatment == Treatment::Keep {
            return Err(TableError::CredentialKept);
        }
        if class.is_opaque() && *treatment == Treatment::Pseudonymise {
            return Err(TableError::OpaquePseudonymised(*class));
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_speaks_of_every_class() {
        for name in preset_names() {
            let table = Table::preset(&name).expect("loads");
            for class in DataClass::ALL {
                for own in [false, true] {
                    assert!(table.treatment(class, own).1.starts_with("preset:"), "{name} {class} {own}");
                }
            }
        }
    }

    #[test]
    fn no_preset_keeps_a_credential() {
        for name in preset_names() {
            let table = Table::preset(&name).expect("loads");
            assert_ne!(table.treatment(DataClass::Credential, false).0, Treatment::Keep);
            assert_ne!(table.treatment(DataClass::Credential, true).0, Treatment::Keep);
        }
        assert_eq!(
            Table::preset("open").expect("loads").changed("credential", "keep"),
            Err(TableError::CredentialKept)
        );
    }

    #[test]
    fn a_wrong_line_says_what_there_is() {
        let error = Table::preset("standard")
            .expect("loads")
            .changed("helth", "redact")
            .expect_err("refused")
            .to_string();
        assert!(error.contains("helth") && error.contains("health"), "{error}");
    }
}
