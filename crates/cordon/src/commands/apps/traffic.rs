//! What the ledger says of each app: how many requests, what was found, what went to whom in which form.

use std::collections::BTreeMap;
use std::sync::Arc;

use exchange::Standings;
use ledger::{Intent, Mode, Record};
use policy::Day;
use policy::risk::Sent;
use route::Candidate;
use store::LedgerStore;
use types::{AppName, DataClass, DeploymentId, Environment, Treatment};

use crate::config::plan::Plan;
use crate::failure::Failure;
use crate::standings::PlanStandings;
use crate::state::StateError;

/// Records that are read at once.
const PAGE: u32 = 1000;

/// Who got something: the deployment, its provider, the model that was sent, where the app ran.
type To = (DeploymentId, String, String, Environment);

/// In how many requests a class went in which form.
type Treated = BTreeMap<(DataClass, Treatment), u64>;

/// The traffic of one app.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Requests that left.
    pub(super) requests: u64,
    /// Requests of which nothing left.
    pub(super) refused: u64,
    /// Requests that left as they were.
    pub(super) observed: u64,
    /// Class → findings.
    pub(super) found: BTreeMap<DataClass, u64>,
    /// Entity → findings.
    pub(super) entities: BTreeMap<String, u64>,
    /// The first and the last moment, in milliseconds since 1970.
    pub(super) between_unix_ms: Option<(u64, u64)>,
    /// Who got requests, how many, and in how many a class went in which form.
    to: BTreeMap<To, (u64, Treated)>,
}

/// The traffic of each app from a moment on.
///
/// # Errors
/// A store that cannot be read.
pub(super) async fn since(
    store: &dyn LedgerStore,
    from_unix_ms: u64,
) -> Result<BTreeMap<AppName, Traffic>, Failure> {
    let mut all: BTreeMap<AppName, Traffic> = BTreeMap::new();
    let mut next = 0;
    loop {
        let page = store.leaves(next, PAGE).await.map_err(StateError::Store)?;
        let Some(last) = page.last() else { return Ok(all) };
        next = last.index.saturating_add(1).max(next.saturating_add(1));
        for leaf in &page {
            match Record::parse(&leaf.leaf) {
                Ok(Record::Intent(intent)) if intent.time_ms >= from_unix_ms => {
                    all.entry(intent.app.clone()).or_default().add(&intent);
                }
                Ok(Record::Refusal(refusal)) if refusal.time_ms >= from_unix_ms => {
                    if let Some(app) = refusal.app {
                        all.entry(app).or_default().refused += 1;
                    }
                }
                _ => {}
            }
        }
    }
}

impl Traffic {
    fn add(&mut self, intent: &Intent) {
        let is_observed = intent.mode == Mode::Observe;
        let (first, last) = self.between_unix_ms.unwrap_or((intent.time_ms, intent.time_ms));
        self.between_unix_ms = Some((first.min(intent.time_ms), last.max(intent.time_ms)));
        if intent.attempt == 1 {
            self.requests += 1;
            self.observed += u64::from(is_observed);
            for (class, findings) in &intent.classes {
                *self.found.entry(*class).or_default() += findings;
            }
            for (entity, findings) in &intent.entities {
                *self.entities.entry(entity.as_str().to_owned()).or_default() += findings;
            }
        }
        let model = intent.model_sent.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default();
        let to = (intent.deployment.clone(), intent.provider.as_str().to_owned(), model, intent.environment);
        let (requests, treated) = self.to.entry(to).or_default();
        *requests += 1;
        for class in intent.classes.keys() {
            // A class of which the record says nothing is read as the worst.
            let said = intent.treatments.get(class).copied().unwrap_or(Treatment::Keep);
            let treatment = if is_observed { Treatment::Keep } else { said };
            *treated.entry((*class, treatment)).or_default() += 1;
        }
    }

    /// What went to whom, by provider and how it stands today. A deployment that is configured no more is read strictly.
    pub(super) fn sent(&self, plan: &Plan, standings: &PlanStandings, day: Day) -> Vec<Sent> {
        let mut all: Vec<Sent> = Vec::new();
        for ((deployment, provider, model, environment), (requests, treated)) in &self.to {
            let planned = plan.deployments.iter().find(|planned| planned.route.id == *deployment);
            let candidate = Candidate {
                deployment: deployment.clone(),
                provider: provider.clone(),
                on_premises: planned.is_some_and(|planned| planned.route.on_premises),
                model: model.clone(),
                weight: 1,
                price: None,
            };
            let standing = standings.standing(&candidate, *environment, day);
            let alike = |sent: &&mut Sent| sent.name == *provider && sent.standing == standing;
            match all.iter_mut().find(alike) {
                Some(sent) => {
                    sent.requests += requests;
                    for (one, count) in treated {
                        *sent.treated.entry(*one).or_default() += count;
                    }
                }
                None => all.push(Sent {
                    name: provider.clone(),
                    standing: Arc::clone(&standing),
                    requests: *requests,
                    treated: treated.clone(),
                }),
            }
        }
        all
    }
}
