//! How deployments stand, asked for each request and remembered for the day.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use exchange::{Place, Standings};
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
    places: BTreeMap<(DeploymentId, Environment), Place>,
    remembered: Mutex<HashMap<Asked, Arc<Standing>>>,
}

impl PlanStandings {
    /// Those of a plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            adequacy: adequacy(&plan.policies.law),
            places: places(plan),
            remembered: Mutex::default(),
        }
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

    fn place(&self, candidate: &Candidate, environment: Environment) -> Place {
        self.places.get(&(candidate.deployment.clone(), environment)).cloned().unwrap_or_default()
    }
}

/// The setting of an account that says where answers are made.
const GEO_SETTING: &str = "inference_geo=";

/// Where accounts and addresses say that answers are made. What runs on own premises or inside says nothing.
fn places(plan: &Plan) -> BTreeMap<(DeploymentId, Environment), Place> {
    let away = plan.deployments.iter().filter(|planned| !planned.route.on_premises && !planned.is_built_in);
    away.flat_map(|planned| {
        Environment::ALL.into_iter().map(move |environment| {
            let account = plan.account(&planned.route.provider, environment);
            let geo = account.settings.iter().find_map(|setting| setting.strip_prefix(GEO_SETTING));
            let region = geo.map(str::to_owned).or(account.region);
            let named = region.as_deref().map(str::to_ascii_uppercase);
            let countries = Arc::new(plan.facts.regions.countries(named.as_deref()));
            let mut hosts = planned.surfaces.values().filter_map(|surface| surface.origin.as_ref());
            let host = hosts.find_map(|origin| regional(&origin.host, &plan.facts.hosts(&planned.facts)));
            ((planned.route.id.clone(), environment), Place { region, countries, host })
        })
    })
    .collect()
}

/// The region of a host of which the provider has one without a region too: `eu` of `eu.api.openai.com` beside `api.openai.com`.
fn regional(host: &str, known: &[&str]) -> Option<String> {
    let (region, rest) = host.split_once('.')?;
    let is_region = (2..=8).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_region && known.contains(&host) && known.contains(&rest)).then(|| region.to_owned())
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
    fn a_host_has_a_region_where_the_provider_has_one_without() {
        let known = ["api.openai.com", "eu.api.openai.com", "us.api.openai.com"];
        assert_eq!(regional("eu.api.openai.com", &known), Some("eu".to_owned()));
        for other in ["api.openai.com", "cn.api.openai.com", "openai.com", "localhost"] {
            assert_eq!(regional(other, &known), None, "{other}");
        }
        // As the shipped facts name them.
        let facts = registry::Facts::builtin().unwrap();
        assert_eq!(regional("eu.api.openai.com", &facts.hosts("openai")), Some("eu".to_owned()));
    }

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
