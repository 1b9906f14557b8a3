//! A recorded question asked again, of other policies, facts or deployments: what would differ.
//!
//! A record holds what decides and does not follow from the configuration: the classes found, the declaration with what the request
//! narrowed, who was in trouble, the levels of the meters. The rest (treatments, law, facts, deployments, aliases, accounts) comes from
//! the configuration at hand, on the day of the record. Under the configuration that made a record the answer is the one that stands
//! in it (test `what_was_decided_is_decided_again`).
//!
//! Each attempt is a question of its own. What is asked of text, such as what is found, cannot be asked again: no text is kept.

mod cause;
mod difference;
mod tally;

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::{Intent, Mode, Name, Question, Record, Refusal};
use policy::{Board, Decision, Declared, Level, Meters, Narrowing, PolicyEngine, PolicyError};
use registry::{Day, Handling};
use route::{Candidate, Router, Strategy};
use types::{AppName, DataClass, DeploymentId, Environment, Treatment, Verdict};

use self::cause::{Causes, named};
use crate::considered::Considered;
use crate::decide::{Asking, Shape, standing, would_refuse};
use crate::exchange::once;
use crate::{App, Standings};

pub use self::cause::Cause;
pub use self::difference::{Difference, What};
pub use self::tally::{Group, Tally};

/// The code of the refusals that policy makes.
const POLICY_REFUSED: &str = "policy_refused";

/// What is asked.
#[derive(Clone, Copy)]
pub struct Replay<'a> {
    /// Policy.
    pub policy: &'a dyn PolicyEngine,
    /// How deployments stand.
    pub standings: &'a dyn Standings,
    /// Deployments.
    pub router: &'a Router,
    /// The meters as they are kept: for records that say nothing of them.
    pub meters: &'a Board,
    /// The apps that the configuration names.
    pub apps: &'a BTreeMap<AppName, App>,
    /// What holds for all others.
    pub other_apps: &'a App,
}

/// What came of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// Policy was not asked: an outcome, a refusal for another reason, a record of a newer program.
    NotAsked,
    /// The same verdict.
    Same,
    /// Another one.
    Differs(Vec<Difference>),
    /// The question cannot be asked.
    Cannot(Cannot),
}

/// Why a question cannot be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cannot {
    /// The record does not keep the name of the model, because it did not look like one.
    NoModel,
    /// Policy failed.
    PolicyFailed,
}

/// A record as a question.
struct Asked<'a> {
    app: &'a AppName,
    environment: Environment,
    dialect: &'a str,
    model: Option<&'a Name>,
    day: Day,
    observed: bool,
    classes: &'a BTreeMap<DataClass, u64>,
    reasons: &'a [Name],
    question: Option<&'a Question>,
    /// The verdict; `None` for a refusal.
    sent: Option<(&'a DeploymentId, &'a BTreeMap<DataClass, Treatment>)>,
}

impl<'a> Asked<'a> {
    fn of(record: &'a Record) -> Option<Self> {
        match record {
            Record::Intent(intent) => Some(Self::of_intent(intent)),
            Record::Refusal(refusal) if refusal.code.as_str() == POLICY_REFUSED => Self::of_refusal(refusal),
            _ => None,
        }
    }

    fn of_intent(intent: &'a Intent) -> Self {
        Self {
            app: &intent.app,
            environment: intent.environment,
            dialect: intent.dialect.as_str(),
            model: intent.model_asked.as_ref(),
            day: Day::of_unix_ms(intent.time_ms),
            observed: intent.mode == Mode::Observe,
            classes: &intent.classes,
            reasons: &intent.reasons,
            question: intent.question.as_ref(),
            sent: Some((&intent.deployment, &intent.treatments)),
        }
    }

    fn of_refusal(refusal: &'a Refusal) -> Option<Self> {
        Some(Self {
            app: refusal.app.as_ref()?,
            environment: refusal.environment?,
            dialect: refusal.dialect.as_ref()?.as_str(),
            model: refusal.model_asked.as_ref(),
            day: Day::of_unix_ms(refusal.time_ms),
            observed: false,
            classes: &refusal.classes,
            reasons: &refusal.reasons,
            question: refusal.question.as_ref(),
            sent: None,
        })
    }
}

/// Who could answer the question of a record now.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// All candidates, best first.
    pub candidates: Vec<Considered>,
    /// The environment of the app.
    pub environment: Environment,
    /// The day of the record.
    pub day: Day,
    /// The classes found.
    pub classes: BTreeMap<DataClass, u32>,
}

/// A question as it is asked now.
struct Prepared {
    candidates: Vec<Candidate>,
    known: Vec<policy::Candidate>,
    declared: Arc<Declared>,
    classes: BTreeMap<DataClass, u32>,
}

impl Prepared {
    fn asking<'a>(&'a self, asked: &Asked<'a>) -> Asking<'a> {
        Asking {
            app: asked.app,
            environment: asked.environment,
            declared: &self.declared,
            classes: &self.classes,
            day: asked.day,
            shape: shape(asked.question),
        }
    }
}

/// What policy says now.
enum Now {
    Sends(Verdict),
    Refuses(types::Refusal),
}

impl Replay<'_> {
    /// Asks the question of a record again.
    pub fn asked_again(&self, record: &Record) -> Replayed {
        let Some(asked) = Asked::of(record) else { return Replayed::NotAsked };
        let Some(model) = asked.model.filter(|model| !model.is_unprintable()) else {
            return Replayed::Cannot(Cannot::NoModel);
        };
        let prepared = match self.prepared(&asked, model.as_str()) {
            Ok(prepared) => prepared,
            Err(by) => return differs(vec![Difference::of(What::NotNarrowed { said: by.member() })]),
        };
        if prepared.candidates.is_empty() {
            let model = model.as_str().to_owned();
            let what = What::NoDeployment { model, deployment: asked.sent.map(|(sent, _)| sent.clone()) };
            return differs(vec![Difference::of(what)]);
        }
        let asking = prepared.asking(&asked);
        let known = &prepared.known;
        let now = match asking.decision(self.policy, known) {
            Ok(Decision::Send(verdict)) => Now::Sends(verdict),
            Ok(Decision::Refuse(refusal)) if asked.observed => Now::Sends(would_refuse(refusal, known)),
            Ok(Decision::Refuse(refusal)) => Now::Refuses(refusal),
            Err(PolicyError::NoPolicy(_) | PolicyError::Engine(_)) => {
                return Replayed::Cannot(Cannot::PolicyFailed);
            }
        };
        let causes = Causes { asking, policy: self.policy, known, asked: &asked };
        match (asked.sent, now) {
            (None, Now::Refuses(_)) => Replayed::Same,
            (None, Now::Sends(verdict)) => differs(vec![causes.allowed(&verdict)]),
            (Some((sent, _)), Now::Refuses(refusal)) => differs(causes.refused(sent, &refusal)),
            (Some(sent), Now::Sends(verdict)) => match causes.changed(sent, &verdict) {
                all if all.is_empty() => Replayed::Same,
                all => differs(all),
            },
        }
    }

    /// Who could answer the question of a record now, best first; `None` where policy was not asked, or cannot be asked again.
    pub fn considered(&self, record: &Record) -> Option<Recorded> {
        let asked = Asked::of(record)?;
        let model = asked.model.filter(|model| !model.is_unprintable())?;
        let prepared = self.prepared(&asked, model.as_str()).ok()?;
        let asking = prepared.asking(&asked);
        let candidates = Considered::all(&asking, self.policy, &prepared.candidates, &prepared.known).ok()?;
        Some(Recorded {
            candidates,
            environment: asked.environment,
            day: asked.day,
            classes: prepared.classes,
        })
    }

    /// The question as it is asked now; or what the request may not narrow any more.
    fn prepared(&self, asked: &Asked<'_>, model: &str) -> Result<Prepared, Narrowing> {
        let app = self.apps.get(asked.app).unwrap_or(self.other_apps);
        let declared = declared(&app.declared, asked)?;
        let candidates = self.candidates(app, asked, model);
        let known = standing(&candidates, (asked.environment, asked.day), self.standings, |candidate| {
            self.levels(candidate, asked)
        });
        let classes = asked.classes.iter().map(|(class, count)| (*class, small(*count))).collect();
        Ok(Prepared { candidates, known, declared, classes })
    }

    /// Who could answer now, in the order of now: what was in trouble then is behind the others, and where the order goes by chance or by
    /// what was measured, it is that of then.
    fn candidates(&self, app: &App, asked: &Asked<'_>, model: &str) -> Vec<Candidate> {
        let mut candidates = self.router.candidates(asked.dialect, model, &app.deployments, &app.aliases);
        let Some(question) = asked.question else {
            once(&mut candidates);
            return candidates;
        };
        let is_among = |all: &[Name], candidate: &Candidate| {
            all.iter().any(|name| name.as_str() == candidate.deployment.as_str())
        };
        candidates.retain(|candidate| !is_among(&question.tried, candidate));
        match app.strategy {
            Strategy::Listed => {}
            Strategy::Cost => route::by_price(&mut candidates),
            Strategy::Weighted | Strategy::Latency => candidates.sort_by_key(|candidate| {
                let is_it = |name: &Name| name.as_str() == candidate.deployment.as_str();
                question.candidates.iter().position(is_it).unwrap_or(usize::MAX)
            }),
        }
        candidates.sort_by_key(|candidate| is_among(&question.behind, candidate));
        once(&mut candidates);
        candidates
    }

    /// The levels of then; of a deployment that was no candidate then, those that are kept for that day.
    fn levels(&self, candidate: &Candidate, asked: &Asked<'_>) -> Meters {
        let was_asked = |question: &&Question| {
            question.candidates.iter().any(|name| name.as_str() == candidate.deployment.as_str())
        };
        let Some(question) = asked.question.filter(was_asked) else {
            return self.meters.levels(&candidate.provider, asked.app.as_str(), asked.day);
        };
        let levels = question.meters.iter().filter_map(|(name, percent)| {
            let (meter, recipient) = name.as_str().split_once('/')?;
            (recipient == candidate.provider).then(|| (meter.to_owned(), Level::of_percent(*percent)))
        });
        Meters(levels.collect())
    }
}

fn differs(all: Vec<Difference>) -> Replayed {
    Replayed::Differs(all)
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn shape(question: Option<&Question>) -> Shape {
    let floor = question.and_then(|question| question.handling_floor.as_ref());
    let known = |name: &Name| Handling::ALL.into_iter().find(|handling| handling.name() == name.as_str());
    Shape {
        stream: question.is_some_and(|question| question.stream),
        tools: question.is_some_and(|question| question.tools),
        floor: floor.and_then(known).unwrap_or(Handling::D),
    }
}

/// What the app says of itself now, narrowed as the request did; or what it may not narrow any more.
fn declared(app: &Arc<Declared>, asked: &Asked<'_>) -> Result<Arc<Declared>, Narrowing> {
    let said: Vec<(Narrowing, String)> =
        Narrowing::ALL.into_iter().filter_map(|by| Some((by, said(by, asked)?))).collect();
    if said.is_empty() {
        return Ok(Arc::clone(app));
    }
    let mut declared = app.as_ref().clone();
    for (by, words) in said {
        declared = declared.narrowed(by, &words).map_err(|_| by)?;
    }
    Ok(Arc::new(declared))
}

/// What the request said; of a record without a question, as it stands among the reasons.
fn said(by: Narrowing, asked: &Asked<'_>) -> Option<String> {
    let Some(question) = asked.question else {
        let words =
            |name: &Name| name.as_str().strip_prefix(by.header())?.strip_prefix('=').map(str::to_owned);
        return asked.reasons.iter().find_map(words);
    };
    if !question.narrowed.iter().any(|name| name.as_str() == by.member()) {
        return None;
    }
    let words = match by {
        Narrowing::Subjects => &question.declared.subjects,
        Narrowing::Purpose => &question.declared.purpose,
        Narrowing::Audience => &question.declared.audience,
    };
    let words: Vec<&str> = words.iter().flatten().map(Name::as_str).collect();
    Some(words.join(","))
}

/// The names of reasons as records hold them.
fn names(reasons: &[types::Reason]) -> Vec<Name> {
    reasons.iter().map(named).collect()
}
