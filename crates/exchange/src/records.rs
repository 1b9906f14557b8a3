//! What is known of an exchange so far, and the records made of it.

use std::collections::BTreeMap;
use std::time::Duration;

use detect::NamesAsked;
use ledger::{Digest, Intent, Name, Question, Record};
use policy::Candidate as Asked;
use registry::Day;
use types::{DataClass, DeploymentId, Refusal, Verdict};
use wire::{DialectId, Request};

use crate::decide::Shape;
use crate::exchange::{Settings, is_observed};
use crate::inspect::Found;
use crate::{Clock, Incoming, Refused, RefusedEarly, question};

/// So much of the digest of weights stands in a record.
pub const MODEL_HEX_DIGITS: usize = 16;

/// What is known of an exchange; grows with the steps. Holds names, counts and digests only.
#[derive(Debug)]
pub(crate) struct Noted {
    pub(crate) id: types::ExchangeId,
    pub(crate) app: types::AppName,
    pub(crate) dialect: DialectId,
    pub(crate) observed: bool,
    /// Monotonic time of arrival.
    pub(crate) started: Duration,
    /// Which call to a provider this is, from 1 on.
    pub(crate) attempt: u32,
    /// True once the intent record is written: from then on the exchange has an outcome, no refusal.
    pub(crate) intent_written: bool,
    arrived_unix_ms: u64,
    environment: types::Environment,
    route: &'static str,
    policy: Digest,
    configuration: Digest,
    request_bytes_in: u64,
    model_asked: Option<Name>,
    /// How readily names were looked for, and by which weights.
    names: Option<(Name, Name)>,
    entities: BTreeMap<Name, u64>,
    classes: BTreeMap<DataClass, u64>,
    opaque: BTreeMap<DataClass, u64>,
    /// What policy was asked.
    question: Option<Question>,
    /// What the request said to narrow the app's declaration.
    narrowed: Vec<Name>,
}

impl Noted {
    pub(crate) fn of<C: Clock>(incoming: &Incoming, settings: &Settings, clock: &C) -> Self {
        let now = clock.unix_ms();
        Self {
            id: incoming.id.clone(),
            app: incoming.app.name.clone(),
            dialect: incoming.route.dialect,
            observed: is_observed(&incoming.app, now),
            started: clock.monotonic(),
            attempt: 1,
            intent_written: false,
            arrived_unix_ms: now,
            environment: incoming.app.environment,
            route: incoming.route.path,
            policy: Digest(settings.policy.digest()),
            configuration: Digest(settings.configuration),
            request_bytes_in: incoming.body.len() as u64,
            model_asked: None,
            names: None,
            entities: BTreeMap::new(),
            classes: BTreeMap::new(),
            opaque: BTreeMap::new(),
            question: None,
            narrowed: incoming.narrowed.iter().map(Name::new).collect(),
        }
    }

    /// Notes what was found.
    pub(crate) fn found(&mut self, request: &Request<'_>, found: &Found) {
        self.entities =
            found.entities.iter().map(|(name, count)| (Name::new(name), u64::from(*count))).collect();
        self.classes = found.classes.iter().map(|(class, count)| (*class, u64::from(*count))).collect();
        for part in request.opaque() {
            *self.opaque.entry(part.class).or_default() += 1;
        }
    }

    /// The day on which it is decided: that of its arrival, for all attempts.
    pub(crate) fn day(&self) -> Day {
        Day::of_unix_ms(self.arrived_unix_ms)
    }

    /// Notes what policy is asked.
    pub(crate) fn asked(
        &mut self,
        incoming: &Incoming,
        (asked, candidates): (&[Asked], &[route::Candidate]),
        (behind, tried): (&[DeploymentId], &[DeploymentId]),
        shape: Shape,
    ) {
        let providers: Vec<&str> = candidates.iter().map(|candidate| candidate.provider.as_str()).collect();
        self.question = Some(question::kept(incoming, (asked, &providers), (behind, tried), shape));
    }

    /// Notes the model that was asked for.
    pub(crate) fn model(&mut self, model: &str) {
        self.model_asked = Some(Name::from_caller(model));
    }

    /// Notes what was asked of names.
    pub(crate) fn names(&mut self, asked: Option<(NamesAsked, [u8; 32])>) {
        let short =
            |model: [u8; 32]| Digest(model).hex().as_str().chars().take(MODEL_HEX_DIGITS).collect::<String>();
        self.names = asked.map(|(asked, model)| (Name::new(asked.word()), Name::new(short(model))));
    }

    /// The intent record: what is about to leave. It takes the question along: an attempt that follows asks anew, and no refusal does
    /// that does not come from policy.
    pub(crate) fn intent(
        &mut self,
        candidate: &route::Candidate,
        verdict: &Verdict,
        bytes_out: usize,
    ) -> Record {
        Record::Intent(Intent {
            exchange: self.id.clone(),
            time_ms: self.arrived_unix_ms,
            app: self.app.clone(),
            environment: self.environment,
            dialect: Name::new(self.dialect.name()),
            route: Name::new(self.route),
            provider: Name::new(&candidate.provider),
            deployment: candidate.deployment.clone(),
            model_asked: self.model_asked.clone(),
            model_sent: Some(Name::from_caller(&candidate.model)),
            mode: self.mode(),
            names: self.names.as_ref().map(|(asked, _)| asked.clone()),
            names_model: self.names.as_ref().map(|(_, model)| model.clone()),
            attempt: self.attempt,
            entities: self.entities.clone(),
            classes: self.classes.clone(),
            treatments: verdict.treatments.clone(),
            opaque: self.opaque.clone(),
            question: self.question.take(),
            reasons: self.reasons(&verdict.reasons),
            policy: self.policy,
            configuration: self.configuration,
            request_bytes_in: self.request_bytes_in,
            request_bytes_out: bytes_out as u64,
            sealed: None,
            subjects: Vec::new(),
        })
    }

    /// The refusal record: nothing left.
    pub(crate) fn refusal(&self, refused: &Refused) -> Record {
        let status = refused.shape(&self.id).status;
        let mut record =
            ledger::Refusal::new(self.id.clone(), self.arrived_unix_ms, Name::new(refused.code()), status);
        record.app = Some(self.app.clone());
        record.environment = Some(self.environment);
        record.dialect = Some(Name::new(self.dialect.name()));
        record.route = Some(Name::new(self.route));
        record.model_asked.clone_from(&self.model_asked);
        record.mode = self.mode();
        record.entities.clone_from(&self.entities);
        record.classes.clone_from(&self.classes);
        record.opaque.clone_from(&self.opaque);
        if let Refused::Policy(Refusal { reasons, .. }) = refused {
            record.question.clone_from(&self.question);
            record.reasons = self.reasons(reasons);
        }
        record.policy = Some(self.policy);
        record.configuration = Some(self.configuration);
        record.request_bytes_in = self.request_bytes_in;
        Record::Refusal(record)
    }

    /// The policies that decided, each once, with the law they cite; and what the request said to narrow the question.
    fn reasons(&self, reasons: &[types::Reason]) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        for reason in reasons {
            let name = match &reason.law {
                Some(law) => Name::new(format!("{} ({law})", reason.policy)),
                None => Name::new(&reason.policy),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.extend(self.narrowed.iter().cloned());
        names
    }

    fn mode(&self) -> ledger::Mode {
        if self.observed { ledger::Mode::Observe } else { ledger::Mode::Protect }
    }
}

/// The record of a refusal in front of the exchange.
pub(crate) fn refused_early(early: &RefusedEarly, now_unix_ms: u64) -> Record {
    let code = early.shape.code.as_deref().unwrap_or("refused");
    let mut record = ledger::Refusal::new(early.id.clone(), now_unix_ms, Name::new(code), early.shape.status);
    record.app.clone_from(&early.app);
    record.environment = early.environment;
    record.dialect = Some(Name::new(early.dialect.name()));
    Record::Refusal(record)
}
