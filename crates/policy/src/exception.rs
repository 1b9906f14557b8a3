//! Named exceptions: the one way to loosen a rule, with who, why and until when.

use std::collections::BTreeSet;

use registry::Day;
use types::{AppName, DataClass, DeploymentId};

/// An exception of the operator's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Exception {
    /// Its name; stands in verdicts and records as `exception:NAME`.
    pub name: String,
    /// Who answers for it.
    pub who: String,
    /// Why.
    pub why: String,
    /// Its last day (UTC).
    pub until: Day,
    /// What it lifts: ids of rules, or of permits in the operator's policy files.
    pub what: BTreeSet<String>,
    /// The apps it holds for; empty means all.
    pub apps: BTreeSet<AppName>,
    /// The classes it holds for; empty means all but `credential`, which no exception reaches.
    pub classes: BTreeSet<DataClass>,
    /// The deployments it holds for; empty means all.
    pub deployments: BTreeSet<DeploymentId>,
}

impl Exception {
    /// True where it counts for this app on this day.
    pub(crate) fn is_in_force(&self, app: &AppName, day: Day) -> bool {
        day <= self.until && (self.apps.is_empty() || self.apps.contains(app))
    }

    /// True where it speaks of this class towards this deployment.
    pub(crate) fn covers(&self, class: DataClass, deployment: &DeploymentId) -> bool {
        class != DataClass::Credential
            && (self.classes.is_empty() || self.classes.contains(&class))
            && (self.deployments.is_empty() || self.deployments.contains(deployment))
    }
}
