//! What Cordon would have done with the requests of a log: the policy asked once for each way that they went.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use policy::risk::Sent;
use policy::{Board, Candidate, Day, Decision, Declared, PolicyEngine, PolicyError, Question};
use registry::{Adequacy, Doubt, Handling, Standing};
use types::{AppName, DataClass, DeploymentId, Environment, Reason, Treatment};

use super::recipient::UNKNOWN;
use super::tally::Way;
use crate::config::plan::Plan;
use crate::standings::adequacy;

/// Who decides, for whom.
pub(crate) struct Deciding<'a> {
    /// The configuration.
    pub(crate) plan: &'a Plan,
    /// The policy.
    pub(crate) engine: &'a dyn PolicyEngine,
    /// The app that the requests are read as.
    pub(crate) app: &'a AppName,
    /// What it declares.
    pub(crate) declared: &'a Arc<Declared>,
    /// The day.
    pub(crate) day: Day,
}

/// A sentence of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Because {
    /// Id of the policy.
    pub(crate) policy: String,
    /// The law; empty where there is none.
    pub(crate) law: String,
    /// What it says.
    pub(crate) text: String,
}

impl Because {
    /// The reason alone: beside a class, its recipient and its treatment the rest of the sentence is said already.
    pub(crate) fn short(&self) -> &str {
        match self.text.split_once(", because ") {
            Some((_, reason)) => reason,
            None => "as the table of the app says",
        }
    }
}

/// What would have been done with one class towards one recipient.
#[derive(Debug, Clone, Default)]
pub(crate) struct Treated {
    /// Treatment → requests.
    pub(crate) requests: BTreeMap<Treatment, u64>,
    /// The strictest treatment once everybody in the log is on the meters, where that is stricter.
    pub(crate) after: Option<Treatment>,
    /// Why.
    pub(crate) because: BTreeSet<Because>,
}

/// What would have been done.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// Recipient → class → what would have been done.
    pub(crate) treated: BTreeMap<String, BTreeMap<DataClass, Treated>>,
    /// Recipient → requests that would have been refused.
    pub(crate) refused: BTreeMap<String, u64>,
    /// Recipient → how it stands, the worst of its models.
    pub(crate) standings: BTreeMap<String, Arc<Standing>>,
    /// Recipient → facts in doubt.
    pub(crate) doubts: BTreeMap<String, BTreeMap<String, Doubt>>,
    /// What went to whom, as it was.
    pub(crate) as_it_was: Vec<Sent>,
    /// What would have gone to whom.
    pub(crate) with_cordon: Vec<Sent>,
}

/// What the policy says of one way.
struct Ruled {
    treatments: BTreeMap<DataClass, Treatment>,
    reasons: Vec<Reason>,
    is_refused: bool,
}

impl Deciding<'_> {
    /// Decides for all ways.
    ///
    /// # Errors
    /// A policy that cannot answer.
    pub(crate) fn all(&self, ways: &BTreeMap<Way, u64>, board: &Board) -> Result<Decided, PolicyError> {
        let adequacy = adequacy(&self.plan.policies.law);
        let mut decided = Decided::default();
        for (way, requests) in ways {
            let standing = Arc::new(self.standing(way, &adequacy));
            let first = self.ruled(way, &standing, None)?;
            let last = self.ruled(way, &standing, Some(board))?;
            let of = decided.treated.entry(way.recipient.clone()).or_default();
            for class in &way.classes {
                let treatment = first.of(*class);
                let treated = of.entry(*class).or_default();
                *treated.requests.entry(treatment).or_default() += requests;
                if last.of(*class) > treatment {
                    treated.after = treated.after.max(Some(last.of(*class)));
                }
                let said = first.reasons.iter().chain(&last.reasons);
                let said = said.filter(|reason| reason.class.is_none_or(|one| one == *class));
                treated.because.extend(said.map(|reason| Because {
                    policy: reason.policy.clone(),
                    law: reason.law.clone().unwrap_or_default(),
                    text: reason.text.clone(),
                }));
            }
            if first.is_refused {
                *decided.refused.entry(way.recipient.clone()).or_default() += requests;
            }
            let doubts = decided.doubts.entry(way.recipient.clone()).or_default();
            doubts.extend(standing.doubtful.iter().map(|(key, doubt)| (key.clone(), *doubt)));
            let kept = way.classes.iter().map(|class| (*class, Treatment::Keep));
            add(&mut decided.as_it_was, way, &standing, *requests, kept);
            let treated = way.classes.iter().map(|class| (*class, first.of(*class)));
            add(&mut decided.with_cordon, way, &standing, *requests, treated);
            let worst = decided.standings.entry(way.recipient.clone());
            let worst = worst.or_insert_with(|| Arc::clone(&standing));
            if standing.handling > worst.handling {
                *worst = standing;
            }
        }
        Ok(decided)
    }

    /// How the recipient of a way stands for its model: as a deployment of the configuration, or by the facts alone.
    fn standing(&self, way: &Way, adequacy: &Adequacy) -> Standing {
        if way.recipient == UNKNOWN {
            return Standing::unknown(UNKNOWN);
        }
        if way.is_own {
            return Standing::own(&way.recipient);
        }
        let plan = self.plan;
        let model = way.model.as_deref().unwrap_or_default();
        let facts = plan.registry.provider(&way.recipient);
        let account = plan.account(&way.recipient, plan.environment);
        plan.facts.standing(
            &registry::Recipient {
                provider: facts.map_or(way.recipient.as_str(), registry::Provider::facts_id),
                on_premises: false,
                model,
                // A host of the company's own configuration is no host that facts speak of.
                host: way.host.as_deref().filter(|host| self.is_of_facts(&way.recipient, host)),
                customer_region: plan.country.as_deref(),
                account: &account,
            },
            adequacy,
            self.day,
        )
    }

    fn is_of_facts(&self, recipient: &str, host: &str) -> bool {
        self.plan.facts.host(recipient, host) == registry::HostStanding::Own
    }

    fn ruled(
        &self,
        way: &Way,
        standing: &Arc<Standing>,
        board: Option<&Board>,
    ) -> Result<Ruled, PolicyError> {
        let levels = board.map(|board| board.levels(&way.recipient, self.app.as_str(), self.day));
        let candidate = Candidate {
            deployment: DeploymentId::new(&way.recipient),
            standing: Arc::clone(standing),
            meters: Arc::new(levels.unwrap_or_default()),
        };
        let classes: BTreeMap<DataClass, u32> = way.classes.iter().map(|class| (*class, 1)).collect();
        let question = Question {
            app: self.app,
            environment: self.environment(),
            classes: &classes,
            candidates: std::slice::from_ref(&candidate),
            declared: self.declared,
            day: self.day,
            handling_floor: Handling::D,
            stream: way.stream,
            tools: way.tools,
        };
        Ok(match self.engine.decide(&question)? {
            Decision::Send(verdict) => {
                Ruled { treatments: verdict.treatments, reasons: verdict.reasons, is_refused: false }
            }
            // One class that may not leave holds all of the request back.
            Decision::Refuse(refusal) => {
                Ruled { treatments: BTreeMap::new(), reasons: refusal.reasons, is_refused: true }
            }
        })
    }

    fn environment(&self) -> Environment {
        self.plan.environment
    }
}

impl Ruled {
    fn of(&self, class: DataClass) -> Treatment {
        self.treatments.get(&class).copied().unwrap_or(Treatment::Refuse)
    }
}

/// Adds what went one way to what went to the same recipient standing alike.
fn add(
    all: &mut Vec<Sent>,
    way: &Way,
    standing: &Arc<Standing>,
    requests: u64,
    treated: impl Iterator<Item = (DataClass, Treatment)>,
) {
    let alike = |sent: &&mut Sent| sent.name == way.recipient && sent.standing == *standing;
    let mut fresh = Sent {
        name: way.recipient.clone(),
        standing: Arc::clone(standing),
        requests: 0,
        treated: BTreeMap::new(),
    };
    let known = all.iter_mut().find(alike);
    let is_known = known.is_some();
    let sent = known.unwrap_or(&mut fresh);
    sent.requests += requests;
    for one in treated {
        *sent.treated.entry(one).or_default() += requests;
    }
    if !is_known {
        all.push(fresh);
    }
}
