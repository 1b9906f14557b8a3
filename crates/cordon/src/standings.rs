//! How deployments stand, asked for each request and remembered for the day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use exchange::Standings;
use registry::law::{Law, Row};
use registry::{Adequacy, Day, Standing};
use route::Candidate;
use types::{DeploymentId, Environment};

use crate::config::plan::Plan;

/// Most standings that are remembered: deployments times models that were asked for. A full memory is emptied.
const REMEMBERED_MAX: usize = 1024;

/// Longest model name that is remembered, in bytes: longer ones are the caller's, and are looked up each time.
const MODEL_BYTES_MAX: usize = 128;

/// The fact that says whether a recipient is certified.
const CERTIFICATE: &str = "transfer.dpf_certified";

type Asked = (DeploymentId, Environment, String, Day);

/// Standings by the facts, accounts and deployments of a configuration.
pub(crate) struct PlanStandings {
    plan: Plan,
    adequacy: Adequacy,
    remembered: Mutex<HashMap<Asked, Arc<Standing>>>,
}

impl PlanStandings {
    /// Those of a plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        Self { plan: plan.clone(), adequacy: adequacy(&plan.policies.law), remembered: Mutex::default() }
    }

    fn looked_up(&self, candidate: &Candidate, environment: Environment, day: Day) -> Standing {
        let (deployment, model) = (&candidate.deployment, &candidate.model);
        match self.plan.standing(deployment, environment, model, &self.adequacy, day) {
            // Nothing leaves the process towards the built-in echo. It stands for somebody else all the same, so that it shows what
            // would go there.
            Some(standing) => Standing { on_premises: candidate.on_premises, ..standing },
            None => Standing::unknown(&candidate.provider),
        }
    }
}

impl Standings for PlanStandings {
    fn standing(&self, candidate: &Candidate, environment: Environment, day: Day) -> Arc<Standing> {
        let asked = (candidate.deployment.clone(), environment, candidate.model.clone(), day);
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(standing) = remembered.get(&asked) {
            return Arc::clone(standing);
        }
        let standing = Arc::new(self.looked_up(candidate, environment, day));
        if candidate.model.len() <= MODEL_BYTES_MAX {
            if remembered.len() >= REMEMBERED_MAX {
                remembered.clear();
            }
            remembered.insert(asked, Arc::clone(&standing));
        }
        standing
    }
}

/// The decisions of the law tables, as the registry folds facts against them.
pub(crate) fn adequacy(law: &Law) -> Adequacy {
    let code = |row: &Row| row.text("code").to_owned();
    let decided = law.rows("adequate").filter(|row| !row.flag("conditional")).map(code);
    // A decision on part of a country counts where a fact says who belongs to it.
    let certified = law.rows("adequate").filter(|row| row.text("certificate") == CERTIFICATE).map(code);
    Adequacy {
        countries: law.eea().map(str::to_owned).chain(decided).collect(),
        certified: certified.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adequacy_tells_the_certified_from_all() {
        let adequacy = adequacy(&Law::builtin().unwrap());
        assert!(adequacy.countries.contains("DE") && adequacy.countries.contains("GB"));
        assert!(adequacy.certified.contains("US") && !adequacy.countries.contains("US"));
        for other in ["CN", "CA", "JP"] {
            assert!(!adequacy.countries.contains(other) && !adequacy.certified.contains(other), "{other}");
        }
    }
}
