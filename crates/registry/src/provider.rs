//! What is known of one provider product.

use std::collections::BTreeMap;

use crate::Origin;

/// Which header carries the provider key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyHeader {
    /// `authorization: Bearer …`
    Bearer,
    /// `x-api-key: …`
    XApiKey,
    /// No key is sent: a model of one's own, or the built-in echo.
    None,
}

/// How one dialect of a provider is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surface {
    /// Where it listens; `None` for a provider that is built in.
    pub origin: Option<Origin>,
    /// Which header carries the key.
    pub key: KeyHeader,
}

/// One provider product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Short name, e.g. `openai`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Environment variable that usually holds its key, e.g. `OPENAI_API_KEY`.
    pub key_variable: Option<String>,
    /// True for the echo provider: nothing leaves the process.
    pub built_in: bool,
    /// True when the operator runs it on premises.
    pub on_premises: bool,
    /// Model name patterns, `*` standing for any text.
    pub models: Vec<String>,
    /// Model names that `/v1/models` shows.
    pub listed: Vec<String>,
    /// Dialect name → how it is reached.
    pub surfaces: BTreeMap<String, Surface>,
    /// Id of the provider whose facts hold for it; `None`: its own.
    pub facts: Option<String>,
}

impl Provider {
    /// Id of the provider whose facts hold for it.
    pub fn facts_id(&self) -> &str {
        self.facts.as_deref().unwrap_or(&self.id)
    }
}
