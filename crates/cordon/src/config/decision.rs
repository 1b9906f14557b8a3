//! `[jurisdictions]`, `[policy]` and `[[exceptions]]`: what decides beside the treatments table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::date::LastDay;

/// Which jurisdictions may hold or reach the data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Jurisdictions {
    /// Countries (ISO 3166, two letters) that may not store, process, own or reach what a request holds: of a deployment that one
    /// of them may reach, everything found is redacted, so that another deployment wins where there is one. A reach that is
    /// not known counts as every country.
    #[schemars(example = ["CN"])]
    pub(crate) deny: Vec<String>,
}

/// Policies of your own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Policy {
    /// Files in Cedar; in the last part of a path `*` stands for any text. They can only make stricter: a `permit` counts under a
    /// named exception only. `docs/policies.md` teaches them, `cordon policy check` tries them.
    #[schemars(example = ["policies/*.cedar"])]
    pub(crate) files: Vec<String>,
}

/// A named exception: the one way to loosen a rule of the law tables, with who, why and until when. It shows in the reasons
/// of each verdict and record as `exception:NAME`, and never reaches secrets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    /// Its name.
    #[schemars(example = &"support-transfer")]
    pub(crate) name: String,
    /// Who answers for it.
    #[schemars(example = &"Dana Okafor, data protection officer")]
    pub(crate) who: String,
    /// Why.
    #[schemars(example = &"clauses signed on 2026-11-02, transfer assessment under way")]
    pub(crate) why: String,
    /// Its last day (UTC).
    #[schemars(example = &"2026-12-20")]
    pub(crate) until: LastDay,
    /// What it lifts: rules (`L1`, `L2`, `L5`, `L6`, `L10`), or permits of your policy files by their id.
    #[schemars(example = ["L1"])]
    pub(crate) what: Vec<String>,
    /// The apps it holds for. Left out: all.
    #[schemars(example = ["billing"])]
    pub(crate) apps: Option<Vec<String>>,
    /// The data classes it holds for. Left out: all but `credential`.
    #[schemars(example = ["contact"])]
    pub(crate) classes: Option<Vec<String>>,
    /// The deployments it holds for. Left out: all.
    #[schemars(example = ["openai"])]
    pub(crate) deployments: Option<Vec<String>>,
}
