//! What makes a difference: the policies with their law and facts, who could answer, what the app declares.

use std::collections::BTreeMap;

use ledger::{Declaration, Name};
use policy::{Candidate, Decision, PolicyEngine};
use types::{DataClass, DeploymentId, Reason, Treatment, Verdict};

use super::{Asked, Difference, What, names};
use crate::decide::Asking;
use crate::question::declaration;

/// Something that makes a difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A policy.
    Policy {
        /// Its id.
        policy: String,
        /// The law it cites.
        law: Option<String>,
        /// The facts in doubt that it rests on.
        facts: Vec<String>,
    },
    /// This deployment cannot answer: there is none of this name, or none for this app, model or dialect.
    NoCandidate(DeploymentId),
    /// This deployment could not answer then.
    NewCandidate(DeploymentId),
    /// Another order of those who could answer, or less that the one that is now chosen loses.
    Order,
    /// The app says something else of itself: the member that differs.
    Declared(&'static str),
}

/// The name of a reason as records hold it.
pub(super) fn named(reason: &Reason) -> Name {
    match &reason.law {
        Some(law) => Name::new(format!("{} ({law})", reason.policy)),
        None => Name::new(&reason.policy),
    }
}

/// What is known of a question whose answer differs.
pub(super) struct Causes<'a> {
    pub(super) asking: Asking<'a>,
    pub(super) policy: &'a dyn PolicyEngine,
    pub(super) known: &'a [Candidate],
    pub(super) asked: &'a Asked<'a>,
}

impl Causes<'_> {
    /// It was refused and would go.
    pub(super) fn allowed(&self, verdict: &Verdict) -> Difference {
        Difference {
            what: What::Allowed { deployment: verdict.deployment.clone() },
            because: [self.policies(&verdict.reasons, None, None), self.declared()].concat(),
            no_longer: self.no_longer(&verdict.reasons),
        }
    }

    /// It went and would be refused: one difference for each class that may not leave.
    pub(super) fn refused(&self, sent: &DeploymentId, refusal: &types::Refusal) -> Vec<Difference> {
        let classes: Vec<Option<DataClass>> = match refusal.classes.as_slice() {
            [] => vec![None],
            all => all.iter().copied().map(Some).collect(),
        };
        let difference = |class: Option<DataClass>| Difference {
            what: What::Refused { class, deployment: sent.clone() },
            because: [self.policies(&refusal.reasons, class, None), self.declared()].concat(),
            no_longer: Vec::new(),
        };
        classes.into_iter().map(difference).collect()
    }

    /// It went and would go; empty where nothing differs.
    pub(super) fn changed(
        &self,
        (sent, treatments): (&DeploymentId, &BTreeMap<DataClass, Treatment>),
        verdict: &Verdict,
    ) -> Vec<Difference> {
        let mut all = Vec::new();
        if *sent != verdict.deployment {
            all.push(Difference {
                what: What::Deployment { from: sent.clone(), to: verdict.deployment.clone() },
                because: self.moved((sent, treatments), &verdict.deployment),
                no_longer: Vec::new(),
            });
        }
        for (class, from, to) in self.other_treatments(treatments, verdict) {
            all.push(Difference {
                what: What::Treatment { class, deployment: verdict.deployment.clone(), from, to },
                because: [self.policies(&verdict.reasons, Some(class), Some(from)), self.declared()].concat(),
                no_longer: if to < from { self.no_longer(&verdict.reasons) } else { Vec::new() },
            });
        }
        all
    }

    /// Why somebody else would get it.
    fn moved(
        &self,
        (sent, treatments): (&DeploymentId, &BTreeMap<DataClass, Treatment>),
        to: &DeploymentId,
    ) -> Vec<Cause> {
        let mut causes = Vec::new();
        let place = self.known.iter().position(|candidate| candidate.deployment == *sent);
        match place.and_then(|place| self.known.get(place..=place)) {
            None => causes.push(Cause::NoCandidate(sent.clone())),
            // What the one that got it would get now.
            Some(only) => match self.asking.decision(self.policy, only) {
                Ok(Decision::Send(verdict)) => {
                    for (class, from, now) in self.other_treatments(treatments, &verdict) {
                        if now > from {
                            causes.extend(self.policies(&verdict.reasons, Some(class), Some(from)));
                        }
                    }
                }
                Ok(Decision::Refuse(refusal)) => causes.extend(self.policies(&refusal.reasons, None, None)),
                Err(_) => {}
            },
        }
        let was_asked = |id: &DeploymentId| {
            self.asked
                .question
                .is_none_or(|question| question.candidates.iter().any(|name| name.as_str() == id.as_str()))
        };
        if !was_asked(to) {
            causes.push(Cause::NewCandidate(to.clone()));
        }
        if causes.is_empty() {
            causes.push(Cause::Order);
        }
        causes.extend(self.declared());
        causes.sort();
        causes.dedup();
        causes
    }

    fn other_treatments(
        &self,
        then: &BTreeMap<DataClass, Treatment>,
        now: &Verdict,
    ) -> Vec<(DataClass, Treatment, Treatment)> {
        // A class without a treatment is refused.
        let of = |all: &BTreeMap<DataClass, Treatment>, class: &DataClass| {
            all.get(class).copied().unwrap_or(Treatment::Refuse)
        };
        let pair = |class: &DataClass| (*class, of(then, class), of(&now.treatments, class));
        self.asked.classes.keys().map(pair).filter(|(_, from, to)| from != to).collect()
    }

    /// The policies that decide about a class and do not stand in the record; where all do, those that deny what is looser. What denies
    /// only what is looser than the treatment of then makes no difference.
    fn policies(&self, reasons: &[Reason], class: Option<DataClass>, then: Option<Treatment>) -> Vec<Cause> {
        let about = |reason: &&Reason| {
            let is_beside = reason.denied.zip(then).is_some_and(|(denied, then)| denied < then);
            !is_beside && (class.is_none() || reason.class.is_none() || reason.class == class)
        };
        let about: Vec<&Reason> = reasons.iter().filter(about).collect();
        let new: Vec<&Reason> =
            about.iter().copied().filter(|reason| !self.asked.reasons.contains(&named(reason))).collect();
        // The first reason of a class says who permits, the others who denies.
        let chosen = if !new.is_empty() {
            new
        } else if about.len() > 1 {
            about.get(1..).unwrap_or_default().to_vec()
        } else {
            about
        };
        let mut causes: Vec<Cause> = chosen
            .into_iter()
            .map(|reason| Cause::Policy {
                policy: reason.policy.clone(),
                law: reason.law.clone(),
                facts: reason.facts.clone(),
            })
            .collect();
        causes.sort();
        causes.dedup();
        causes
    }

    /// Policies of the record that bind no more.
    fn no_longer(&self, reasons: &[Reason]) -> Vec<String> {
        let now = names(reasons);
        let is_said = |name: &str| name.starts_with("x-cordon-");
        let gone = self.asked.reasons.iter().filter(|name| !now.contains(name) && !is_said(name.as_str()));
        gone.map(|name| name.as_str().to_owned()).collect()
    }

    /// What the app says of itself that it did not say then.
    fn declared(&self) -> Vec<Cause> {
        let Some(question) = self.asked.question else { return Vec::new() };
        let (then, now) = (&question.declared, declaration(self.asking.declared));
        differing(then, &now).into_iter().map(Cause::Declared).collect()
    }
}

fn differing(then: &Declaration, now: &Declaration) -> Vec<&'static str> {
    let pairs = [
        ("subjects", then.subjects == now.subjects),
        ("purpose", then.purpose == now.purpose),
        ("audience", then.audience == now.audience),
        ("legal_basis", then.legal_basis == now.legal_basis),
        ("consent", then.consent == now.consent),
        ("art9_exception", then.art9_exception == now.art9_exception),
        ("dpia_approved", then.dpia_approved == now.dpia_approved),
        ("programmes", then.programmes == now.programmes),
        ("important_data", then.important == now.important),
    ];
    pairs.into_iter().filter(|(_, is_same)| !is_same).map(|(member, _)| member).collect()
}
