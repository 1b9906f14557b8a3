//! `strategy`: how deployments that policy finds equal are ordered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an app orders deployments that may equally have a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StrategyName {
    /// As they are listed.
    #[default]
    Listed,
    /// By chance, each with its weight.
    Weighted,
    /// By how fast they answered lately.
    Latency,
    /// By price.
    Cost,
}

impl StrategyName {
    /// The same, as the router says it.
    pub(crate) const fn strategy(self) -> route::Strategy {
        match self {
            Self::Listed => route::Strategy::Listed,
            Self::Weighted => route::Strategy::Weighted,
            Self::Latency => route::Strategy::Latency,
            Self::Cost => route::Strategy::Cost,
        }
    }
}
