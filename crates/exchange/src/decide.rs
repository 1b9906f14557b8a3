//! The question to policy: what was found, who could answer and how each of them stands today, what the app says of itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::{Candidate as Asked, Day, Decision, Question};
use registry::{Handling, Standing};
use route::Candidate;
use types::{DataClass, DeploymentId, Environment, Role, Treatment, Verdict};
use wire::Request;

use crate::{App, Clock, Exchange, Ports, Refused};

/// How deployments stand.
pub trait Standings: Send + Sync {
    /// How a candidate stands for the provider key of this environment, on this day.
    fn standing(&self, candidate: &Candidate, environment: Environment, day: Day) -> Arc<Standing>;
}

/// Nothing is known of anybody; what the operator runs is trusted.
#[derive(Debug, Clone, Copy, Default)]
pub struct NothingKnown;

impl Standings for NothingKnown {
    fn standing(&self, candidate: &Candidate, _: Environment, _: Day) -> Arc<Standing> {
        Arc::new(if candidate.on_premises {
            Standing::own(&candidate.provider)
        } else {
            Standing::unknown(&candidate.provider)
        })
    }
}

/// What a request is, apart from what was found in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) stream: bool,
    pub(crate) tools: bool,
    /// The worst data handling that is good enough.
    pub(crate) floor: Handling,
}

impl Shape {
    pub(crate) fn of(request: &Request<'_>, floor: Handling) -> Self {
        Self {
            stream: request.facts().stream,
            tools: request.segments().iter().any(|segment| segment.role == Role::Definition),
            floor,
        }
    }
}

/// A verdict, and how well the deployment that it names handles data: a retry may not land on a worse one.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
    pub(crate) handling: Handling,
}

impl<P: Ports> Exchange<P> {
    pub(crate) fn verdict(
        &self,
        app: &App,
        classes: &BTreeMap<DataClass, u32>,
        candidates: &[Candidate],
        shape: Shape,
        observed: bool,
    ) -> Result<Decided, Refused> {
        let day = Day::of_unix_ms(self.ports.clock().unix_ms());
        let asked: Vec<Asked> = candidates
            .iter()
            .map(|candidate| Asked {
                deployment: candidate.deployment.clone(),
                standing: self.settings.standings.standing(candidate, app.environment, day),
                meters: Arc::new(self.settings.meters.levels(&candidate.provider, day)),
            })
            .collect();
        let question = Question {
            app: &app.name,
            environment: app.environment,
            classes,
            candidates: &asked,
            declared: &app.declared,
            day,
            handling_floor: shape.floor,
            stream: shape.stream,
            tools: shape.tools,
        };
        let verdict = match self.settings.policy.decide(&question).map_err(Refused::PolicyFailed)? {
            Decision::Send(verdict) => verdict,
            Decision::Refuse(refusal) if observed => would_refuse(refusal, candidates),
            Decision::Refuse(refusal) => return Err(Refused::Policy(refusal)),
        };
        let chosen = asked.iter().find(|asked| asked.deployment == verdict.deployment);
        // A deployment that was not among the candidates is refused by who asks; till then it is the worst.
        let handling = chosen.map_or(Handling::D, |asked| asked.standing.handling);
        Ok(Decided { verdict, handling })
    }
}

/// In observe mode a refusal is recorded as what would have happened, and the first candidate gets the request.
fn would_refuse(refusal: types::Refusal, candidates: &[Candidate]) -> Verdict {
    let deployment =
        candidates.first().map_or_else(|| DeploymentId::new(""), |first| first.deployment.clone());
    let treatments = refusal.classes.iter().map(|class| (*class, Treatment::Refuse)).collect();
    Verdict { deployment, treatments, reasons: refusal.reasons }
}
