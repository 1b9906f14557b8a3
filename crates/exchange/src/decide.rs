//! The question to policy: what was found, who could answer and how each of them stands today, what the app says of itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::{Candidate as Asked, Day, Decision, Declared, Meters, PolicyEngine, PolicyError, Question};
use registry::{Handling, Standing};
use route::Candidate;
use types::{AppName, DataClass, DeploymentId, Environment, Role, Treatment, Verdict};
use wire::Request;

use crate::region::{Expected, Place};
use crate::{App, Exchange, Ports, Refused};

/// How deployments stand.
pub trait Standings: Send + Sync {
    /// How a candidate stands for the provider key of this environment, on this day.
    fn standing(&self, candidate: &Candidate, environment: Environment, day: Day) -> Arc<Standing>;

    /// Where its account and address say that its answers are made.
    fn place(&self, _candidate: &Candidate, _environment: Environment) -> Place {
        Place::default()
    }
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

/// A question, apart from who could answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) app: &'a AppName,
    pub(crate) environment: Environment,
    pub(crate) declared: &'a Arc<Declared>,
    pub(crate) classes: &'a BTreeMap<DataClass, u32>,
    pub(crate) day: Day,
    pub(crate) shape: Shape,
}

impl<'a> Asking<'a> {
    pub(crate) fn of(app: &'a App, classes: &'a BTreeMap<DataClass, u32>, day: Day, shape: Shape) -> Self {
        Self { app: &app.name, environment: app.environment, declared: &app.declared, classes, day, shape }
    }

    /// The answer of policy.
    pub(crate) fn decision(
        &self,
        policy: &dyn PolicyEngine,
        candidates: &[Asked],
    ) -> Result<Decision, PolicyError> {
        policy.decide(&Question {
            app: self.app,
            environment: self.environment,
            classes: self.classes,
            candidates,
            declared: self.declared,
            day: self.day,
            handling_floor: self.shape.floor,
            stream: self.shape.stream,
            tools: self.shape.tools,
        })
    }
}

/// Candidates as policy sees them: how each stands, and how far its meters are.
pub(crate) fn standing(
    candidates: &[Candidate],
    (environment, day): (Environment, Day),
    standings: &dyn Standings,
    meters: impl Fn(&Candidate) -> Meters,
) -> Vec<Asked> {
    let asked = |candidate: &Candidate| Asked {
        deployment: candidate.deployment.clone(),
        standing: standings.standing(candidate, environment, day),
        meters: Arc::new(meters(candidate)),
    };
    candidates.iter().map(asked).collect()
}

/// A verdict, and how the deployment that it names stands.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
    pub(crate) standing: Arc<Standing>,
}

impl Decided {
    /// How well it handles data: a retry may not land on a worse one.
    pub(crate) fn handling(&self) -> Handling {
        self.standing.handling
    }

    /// Where its answers should be made.
    pub(crate) fn expected(
        &self,
        candidate: &Candidate,
        environment: Environment,
        of: &dyn Standings,
    ) -> Expected {
        Expected { place: of.place(candidate, environment), standing: Arc::clone(&self.standing) }
    }
}

impl<P: Ports> Exchange<P> {
    /// Candidates as policy sees them on this day.
    pub(crate) fn standing(&self, app: &App, candidates: &[Candidate], day: Day) -> Vec<Asked> {
        let settings = &self.settings;
        standing(candidates, (app.environment, day), settings.standings.as_ref(), |candidate| {
            settings.meters.levels(&candidate.provider, app.name.as_str(), day)
        })
    }

    pub(crate) fn verdict(
        &self,
        asking: &Asking<'_>,
        asked: &[Asked],
        observed: bool,
    ) -> Result<Decided, Refused> {
        let decision =
            asking.decision(self.settings.policy.as_ref(), asked).map_err(Refused::PolicyFailed)?;
        let verdict = match decision {
            Decision::Send(verdict) => verdict,
            Decision::Refuse(refusal) if observed => would_refuse(refusal, asked),
            Decision::Refuse(refusal) => return Err(Refused::Policy(refusal)),
        };
        let chosen = asked.iter().find(|asked| asked.deployment == verdict.deployment);
        // A deployment that was not among the candidates is refused by who asks; till then it is the worst.
        let unknown = || Arc::new(Standing::unknown(""));
        let standing = chosen.map_or_else(unknown, |asked| Arc::clone(&asked.standing));
        Ok(Decided { verdict, standing })
    }
}

/// In observe mode a refusal is recorded as what would have happened, and the first candidate gets the request.
pub(crate) fn would_refuse(refusal: types::Refusal, candidates: &[Asked]) -> Verdict {
    let deployment =
        candidates.first().map_or_else(|| DeploymentId::new(""), |first| first.deployment.clone());
    let treatments = refusal.classes.iter().map(|class| (*class, Treatment::Refuse)).collect();
    Verdict { deployment, treatments, reasons: refusal.reasons }
}
