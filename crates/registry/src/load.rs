//! Loading and checking of registry files.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{KeyHeader, Origin, Provider, Surface};

/// A registry file: its name for messages, and its text.
#[derive(Debug, Clone, Copy)]
pub struct RegistryFile<'a> {
    /// Name shown in errors.
    pub name: &'a str,
    /// TOML text.
    pub text: &'a str,
}

/// The registry that ships with Cordon.
pub const BUILTIN: &[RegistryFile<'static>] = &[RegistryFile {
    name: "registry/providers.toml",
    text: include_str!("../../../registry/providers.toml"),
}];

/// Why a registry was refused.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Not TOML of the expected form. `detail` names line and column.
    #[error("{file} cannot be read: {detail}")]
    Syntax {
        /// File name.
        file: String,
        /// What the TOML reader says, with line and column.
        detail: String,
    },
    /// A provider that contradicts itself.
    #[error("{file}: provider `{provider}`: {detail}")]
    Provider {
        /// File name.
        file: String,
        /// Provider id.
        provider: String,
        /// What is wrong.
        detail: String,
    },
}

/// All known providers by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    providers: BTreeMap<String, Provider>,
}

impl Registry {
    /// The registry that ships with Cordon.
    ///
    /// # Errors
    /// Only if the shipped file is damaged; a test keeps it whole.
    pub fn builtin() -> Result<Self, RegistryError> {
        Self::load(BUILTIN)
    }

    /// Reads and checks files; a later file replaces providers of an earlier one.
    ///
    /// # Errors
    /// [`RegistryError`] with file, line and column, or the provider that is at fault.
    pub fn load(files: &[RegistryFile<'_>]) -> Result<Self, RegistryError> {
        let mut providers = BTreeMap::new();
        for file in files {
            let parsed: FileForm = toml::from_str(file.text).map_err(|error| RegistryError::Syntax {
                file: file.name.to_owned(),
                detail: error.to_string(),
            })?;
            for form in parsed.provider {
                let provider = form.checked(file.name)?;
                providers.insert(provider.id.clone(), provider);
            }
        }
        Ok(Self { providers })
    }

    /// The provider of this id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.get(id)
    }

    /// All providers, by id.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.providers.values()
    }

    /// Adds a provider of the operator's own, or replaces a shipped one.
    pub fn insert(&mut self, provider: Provider) {
        self.providers.insert(provider.id.clone(), provider);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    #[serde(default)]
    provider: Vec<ProviderForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderForm {
    id: String,
    name: String,
    key_variable: Option<String>,
    #[serde(default)]
    built_in: bool,
    #[serde(default)]
    on_premises: bool,
    models: Vec<String>,
    #[serde(default)]
    listed: Vec<String>,
    surfaces: BTreeMap<String, SurfaceForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurfaceForm {
    base_url: String,
    key: KeyHeader,
}

impl ProviderForm {
    fn checked(self, file: &str) -> Result<Provider, RegistryError> {
        let fault = |detail: String| RegistryError::Provider {
            file: file.to_owned(),
            provider: self.id.clone(),
            detail,
        };
        if self.surfaces.is_empty() {
            return Err(fault("has no surface, so it cannot be reached".to_owned()));
        }
        let mut surfaces = BTreeMap::new();
        for (dialect, form) in &self.surfaces {
            let origin = if self.built_in {
                None
            } else {
                Some(
                    Origin::parse(&form.base_url)
                        .map_err(|detail| fault(format!("surface `{dialect}`: {detail}")))?,
                )
            };
            surfaces.insert(dialect.clone(), Surface { origin, key: form.key });
        }
        Ok(Provider {
            id: self.id,
            name: self.name,
            key_variable: self.key_variable,
            built_in: self.built_in,
            on_premises: self.on_premises,
            models: self.models,
            listed: self.listed,
            surfaces,
            facts: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surface_has_exactly_one_origin() {
        let registry = Registry::builtin().expect("the shipped registry loads");
        for provider in registry.providers() {
            for surface in provider.surfaces.values() {
                assert_eq!(surface.origin.is_none(), provider.built_in, "{}", provider.id);
            }
        }
    }

    #[test]
    fn unknown_members_are_refused_with_their_line() {
        let text = "[[provider]]\nid = \"x\"\nname = \"x\"\nmodels = []\ncolour = 1\n[provider.surfaces]\n";
        let error =
            Registry::load(&[RegistryFile { name: "own.toml", text }]).expect_err("refused").to_string();
        assert!(
            error.contains("own.toml") && error.contains("line 5") && error.contains("colour"),
            "{error}"
        );
    }
}
