//! The outcome of policy.

use std::collections::BTreeMap;

use crate::{DataClass, DeploymentId, Treatment};

/// Why a verdict says what it says. Holds ids, never text of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Id of the policy that decided, e.g. `preset:standard`, `app:billing`, `L8`.
    pub policy: String,
    /// The class it speaks of; `None` for the whole request.
    pub class: Option<DataClass>,
    /// The treatment it leads to.
    pub treatment: Treatment,
    /// The looser treatment that it denies; `None` for what permits.
    pub denied: Option<Treatment>,
    /// The law it cites, where there is one.
    pub law: Option<String>,
    /// Keys of the facts that it rests on and that are in doubt, with why: `training.default is unknown`.
    pub facts: Vec<String>,
    /// One sentence for people, lower case, no full stop.
    pub text: String,
}

/// Where the request goes, and what happens to each class of values on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The deployment that gets the request.
    pub deployment: DeploymentId,
    /// Treatment of each class that was found.
    pub treatments: BTreeMap<DataClass, Treatment>,
    /// The policies that decided.
    pub reasons: Vec<Reason>,
}

/// No candidate may get the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The classes that may not leave.
    pub classes: Vec<DataClass>,
    /// The policies that decided.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// The treatment of a class. A class the verdict does not know is refused: policy has not spoken of it.
    pub fn treatment(&self, class: DataClass) -> Treatment {
        self.treatments.get(&class).copied().unwrap_or(Treatment::Refuse)
    }
}
