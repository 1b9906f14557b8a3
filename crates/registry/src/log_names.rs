//! The names under which request logs of others call provider products (`registry/log_names.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{RegistryError, RegistryFile};

const BUILTIN: RegistryFile<'static> =
    RegistryFile { name: "registry/log_names.toml", text: include_str!("../../../registry/log_names.toml") };

/// What a name in a log stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogName {
    /// Registry id of the product.
    pub provider: String,
    /// True for a server that companies run themselves.
    pub is_own: bool,
}

/// All names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogNames(BTreeMap<String, LogName>);

impl LogNames {
    /// The names that ship with Cordon.
    ///
    /// # Errors
    /// Only if the shipped file is damaged; a test keeps it whole.
    pub fn builtin() -> Result<Self, RegistryError> {
        Self::load(BUILTIN)
    }

    fn load(file: RegistryFile<'_>) -> Result<Self, RegistryError> {
        let form: Form = toml::from_str(file.text).map_err(|error| RegistryError::Syntax {
            file: file.name.to_owned(),
            detail: error.to_string(),
        })?;
        let mut all = BTreeMap::new();
        for product in form.product {
            for name in product.names {
                let meant = LogName { provider: product.provider.clone(), is_own: product.own };
                if all.insert(name.clone(), meant).is_some() {
                    return Err(RegistryError::Provider {
                        file: file.name.to_owned(),
                        provider: product.provider,
                        detail: format!("`{name}` stands for another product too"),
                    });
                }
            }
        }
        Ok(Self(all))
    }

    /// What a name stands for, whatever its case.
    pub fn meant(&self, name: &str) -> Option<&LogName> {
        self.0.get(&name.to_ascii_lowercase())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "schema")]
    _schema: Schema,
    #[serde(rename = "retrieved")]
    _retrieved: String,
    product: Vec<Product>,
}

#[derive(Deserialize)]
enum Schema {
    #[serde(rename = "cordon.log-names/1")]
    One,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    provider: String,
    names: Vec<String>,
    #[serde(default)]
    own: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Facts;

    #[test]
    fn every_name_stands_for_a_product_of_which_something_is_known() {
        let (names, facts) = (LogNames::builtin().expect("loads"), Facts::builtin().expect("loads"));
        for (name, meant) in &names.0 {
            assert!(facts.profile(&meant.provider).is_some(), "{name}");
            assert_eq!(*name, name.to_ascii_lowercase());
        }
        assert_eq!(names.meant("Azure").map(|meant| meant.provider.as_str()), Some("azure-openai"));
        assert_eq!(names.meant("ollama").map(|meant| meant.is_own), Some(true));
        assert_eq!(names.meant("openrouter"), None);
    }

    #[test]
    fn a_name_for_two_products_is_refused() {
        let text = "schema = \"cordon.log-names/1\"\nretrieved = \"\"\n[[product]]\nprovider = \"a\"\nnames = [\"x\"]\n\
                    [[product]]\nprovider = \"b\"\nnames = [\"x\"]\n";
        let error = LogNames::load(RegistryFile { name: "x.toml", text }).expect_err("refused");
        assert!(error.to_string().contains("another product"), "{error}");
    }
}
