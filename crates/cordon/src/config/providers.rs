//! `[[providers]]`, `[[deployments]]` and `[[provider_keys]]`: who gets requests, where, and with which key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::date::LastDay;
use super::environment::EnvironmentName;

/// A provider of your own, or one of the shipped registry replaced.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// Its id; that of a shipped provider replaces it.
    #[schemars(example = &"house")]
    pub(crate) id: String,
    /// Name for people. Left out: the id.
    #[schemars(example = &"The model in our own house")]
    pub(crate) name: Option<String>,
    /// The provider whose facts hold for it, where it is one that Cordon knows at an address of your own: `azure-openai`, say. Left
    /// out: its own id. Its hosts must be among those that the facts name.
    #[schemars(example = &"azure-openai")]
    pub(crate) facts: Option<String>,
    /// Environment variable that usually holds its key.
    #[schemars(example = &"HOUSE_API_KEY")]
    pub(crate) key_variable: Option<String>,
    /// True when you run it on your own premises. The presets treat such deployments more loosely.
    #[serde(default)]
    #[schemars(example = true)]
    pub(crate) on_premises: bool,
    /// Names of models it serves, `*` standing for any text.
    #[schemars(example = ["llama-*"])]
    pub(crate) models: Vec<String>,
    /// Names of models that `/v1/models` shows.
    #[serde(default)]
    #[schemars(example = ["llama-4"])]
    pub(crate) listed: Vec<String>,
    /// Where each dialect is reached, and which header carries the key.
    #[schemars(example = house_surface())]
    pub(crate) surfaces: BTreeMap<String, Surface>,
}

/// Where one dialect of a provider is reached.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Surface {
    /// Base URL without the path of the dialect (`/v1/…`). The key of the provider is sent to this host and no other.
    #[schemars(example = &"https://llm.internal.example")]
    pub(crate) base_url: String,
    /// The header that carries the key: `bearer` (`authorization: Bearer …`), `x-api-key` or `none`.
    pub(crate) key: KeyHeaderName,
}

/// Which header carries the provider key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeyHeaderName {
    /// `authorization: Bearer …`
    Bearer,
    /// `x-api-key: …`
    XApiKey,
    /// No key is sent.
    None,
}

impl KeyHeaderName {
    /// The same, as the registry says it.
    pub(crate) const fn of_registry(self) -> registry::KeyHeader {
        match self {
            Self::Bearer => registry::KeyHeader::Bearer,
            Self::XApiKey => registry::KeyHeader::XApiKey,
            Self::None => registry::KeyHeader::None,
        }
    }
}

/// A deployment: who gets requests for which models. Without any, each provider that has a key is one, under its own id.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deployment {
    /// Its id, which apps, records and messages name.
    #[schemars(example = &"openai-eu")]
    pub(crate) id: String,
    /// The provider that runs it. Left out: the one whose id it has.
    #[schemars(example = &"openai")]
    pub(crate) provider: Option<String>,
    /// Another base URL for all its dialects, without their path (`/v1/…`). `https`, or `http` on loopback. Without a path
    /// of its own it keeps that of the provider's surface.
    #[schemars(example = &"https://eu.api.openai.example")]
    pub(crate) base_url: Option<String>,
    /// True: `base_url` may be `http` beyond loopback. Keys and requests are then readable on the way.
    #[serde(default)]
    #[schemars(example = false)]
    pub(crate) allow_plain_http: bool,
    /// The dialects it takes. Left out: all that the provider has.
    #[schemars(example = ["openai.chat"])]
    pub(crate) dialects: Option<Vec<String>>,
    /// The models it takes, `*` standing for any text. Left out: all that the provider has.
    #[schemars(example = ["gpt-*"])]
    pub(crate) models: Option<Vec<String>>,
    /// Other names for models: what apps ask for and what is sent.
    #[serde(default)]
    #[schemars(example = quality())]
    pub(crate) aliases: BTreeMap<String, String>,
    /// Its share where an app's `strategy` is `weighted`. 0: only when no other is left.
    #[serde(default = "one")]
    #[schemars(example = 3)]
    pub(crate) weight: u32,
    /// True when it runs on your own premises. Left out: as the provider says.
    #[schemars(example = false)]
    pub(crate) on_premises: Option<bool>,
    /// True for a model of your own that takes no key.
    #[serde(default)]
    #[schemars(example = false)]
    pub(crate) keyless: bool,
}

impl Deployment {
    /// The deployment of the provider with this id, as the provider is.
    pub(crate) fn named(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            provider: None,
            base_url: None,
            allow_plain_http: false,
            dialects: None,
            models: None,
            aliases: BTreeMap::new(),
            weight: 1,
            on_premises: None,
            keyless: false,
        }
    }
}

/// Where the key of a provider comes from. Several for one provider and environment allow rotation: the first active one
/// is used. Without any, the variables of all known providers (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, …) are read for the
/// environment at the top of the file.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderKeySource {
    /// The provider it is for.
    #[schemars(example = &"openai")]
    pub(crate) provider: String,
    /// The environment whose app keys may use it. Left out: the environment at the top of the file.
    #[schemars(example = &"prod")]
    pub(crate) environment: Option<EnvironmentName>,
    /// The environment variable that holds it.
    #[schemars(example = &"OPENAI_API_KEY")]
    pub(crate) from_env: Option<String>,
    /// The file that holds it, mode 0600 or 0400 and owned by the user that runs Cordon.
    #[schemars(with = "Option<String>", example = &"/run/secrets/openai")]
    pub(crate) from_file: Option<PathBuf>,
    /// False keeps it aside.
    #[serde(default = "yes")]
    #[schemars(example = true)]
    pub(crate) active: bool,
    /// The tier of its account, as the facts of the provider name it: `paid`. Left out: the one that the facts call undeclared, or none.
    /// `cordon providers show` lists the tiers, regions and settings that facts tell apart.
    #[schemars(example = &"paid")]
    pub(crate) tier: Option<String>,
    /// The region of its account or project.
    #[schemars(example = &"eu")]
    pub(crate) region: Option<String>,
    /// Other settings of its account that facts tell apart.
    #[serde(default)]
    #[schemars(example = ["inference_geo=us"])]
    pub(crate) settings: Vec<String>,
    /// What was agreed on with the provider for this account: `zero_retention`, `baa` (health data in the US), `dpa`, `clauses`
    /// (standard contractual clauses on file) and `assessment` (a transfer impact assessment of yours).
    #[serde(default)]
    #[schemars(example = grants())]
    pub(crate) grants: BTreeMap<GrantName, Grant>,
}

/// Something that may be agreed on with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantName {
    /// No content is kept after the answer.
    ZeroRetention,
    /// A business associate agreement.
    Baa,
    /// A data processing agreement.
    Dpa,
    /// Standard contractual clauses, or an equal instrument.
    Clauses,
    /// A transfer impact assessment.
    Assessment,
}

impl GrantName {
    /// The name in a file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ZeroRetention => "zero_retention",
            Self::Baa => "baa",
            Self::Dpa => "dpa",
            Self::Clauses => "clauses",
            Self::Assessment => "assessment",
        }
    }
}

/// What was agreed on, and the evidence.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    /// Number or name of the agreement.
    #[schemars(example = &"ZDR-2026-114")]
    pub(crate) id: String,
    /// The file that proves it; it must exist.
    #[schemars(with = "String", example = &"evidence/zdr.pdf")]
    pub(crate) evidence: PathBuf,
    /// The last day on which it counts. Left out: until you take it out.
    #[schemars(example = &"2027-03-31")]
    pub(crate) expires: Option<LastDay>,
}

const fn one() -> u32 {
    1
}

const fn yes() -> bool {
    true
}

fn house_surface() -> serde_json::Value {
    serde_json::json!({ "openai.chat": { "base_url": "https://llm.internal.example", "key": "bearer" } })
}

fn grants() -> serde_json::Value {
    serde_json::json!({ "zero_retention": { "id": "ZDR-2026-114", "evidence": "evidence/zdr.pdf", "expires": "2027-03-31" } })
}

fn quality() -> serde_json::Value {
    serde_json::json!({ "quality": "gpt-5" })
}
