//! `[registry]` and `[company]`: facts of your own about providers, and who you are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known of providers, on top of what ships.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Registry {
    /// Files with facts of your own, each with its evidence; in the last part of a path `*` stands for any text. They take the place
    /// of shipped facts of the same scope, and one that is wrong refuses the configuration whole. Answers that `cordon providers ask
    /// --import` recorded in the state directory are read too. `docs/how-to/provider-facts.md` shows how to write one.
    #[schemars(example = ["own-facts.toml"])]
    pub(crate) facts: Vec<String>,
}

/// Who you are: what contracts and letters to providers rest on.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Company {
    /// Your name, with which letters are signed.
    #[schemars(example = &"Tidewick GmbH")]
    pub(crate) name: Option<String>,
    /// The country in which you are established, two letters of ISO 3166-1. Which company of a provider is your contracting party,
    /// and which clauses hold, depends on it.
    #[schemars(example = &"DE")]
    pub(crate) country: Option<String>,
    /// Who receives answers of providers: name, function and e-mail address, as a letter ends with them.
    #[schemars(example = &"Ida Brandt, Data Protection Officer, privacy@tidewick.org")]
    pub(crate) contact: Option<String>,
}
