//! One candidate: for each class found the loosest treatment that is permitted, and why no looser one is.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, Response};
use types::{DataClass, Reason, Treatment, Verdict};

use super::facts::{Asked, Facts, doubts, towards};
use super::known::ASKED;
use super::slices::Slices;
use super::spoken::Spoken;
use crate::{Candidate, Exception, PolicyError, Question, Section, Table};

/// Whose rules hold, and what they are asked with.
pub(super) struct Judge<'a, 'e> {
    pub(super) facts: Facts<'a>,
    pub(super) table: &'a Table,
    pub(super) slices: &'a Slices,
    /// Exceptions in force for the app.
    pub(super) exceptions: Vec<&'e Exception>,
    /// True where a permit of the operator's own is among the policies, so that the table does not say where to begin.
    pub(super) has_own_permits: bool,
}

/// A looser treatment that was denied.
struct Denied {
    treatment: Treatment,
    policy: String,
    law: Option<String>,
    because: String,
    facts: Vec<String>,
}

/// One candidate, as Cedar takes it.
struct There<'a> {
    candidate: &'a Candidate,
    app: EntityUid,
    deployment: EntityUid,
    entities: Entities,
}

impl<'e> Judge<'_, 'e> {
    /// Rules on one candidate. `spoken` is of the same question, and holds what its other candidates have made.
    pub(super) fn ruling(
        &self,
        question: &Question<'_>,
        candidate: &Candidate,
        spoken: &mut Spoken<'e>,
    ) -> Result<Verdict, PolicyError> {
        let deployment = self.facts.deployment(candidate)?;
        let app = spoken.app.clone();
        let there = There {
            candidate,
            app: app.uid(),
            deployment: deployment.uid(),
            entities: Entities::from_entities([app, deployment], None).map_err(|_| {
                PolicyError::Engine("a question could not be put into the words of the schema")
            })?,
        };
        let found: Vec<DataClass> = question.classes.keys().copied().collect();
        let mut order = found.clone();
        // What names a person first: later questions then know what stays in clear.
        order.sort_by_key(|class| (self.facts.law.kind(*class), *class));
        let mut clear = Vec::new();
        let mut verdict = Verdict {
            deployment: candidate.deployment.clone(),
            treatments: BTreeMap::new(),
            reasons: Vec::new(),
        };
        for class in order {
            let asked = self.asked(class, (&found, &clear), candidate);
            let context = spoken.context(&self.facts, &asked)?;
            let (treatment, reasons) = self.class(&there, &asked, context)?;
            if treatment == Treatment::Keep {
                clear.push(class);
            }
            verdict.treatments.insert(class, treatment);
            verdict.reasons.extend(reasons);
        }
        Ok(verdict)
    }

    fn asked<'b>(
        &self,
        class: DataClass,
        (found, clear): (&'b [DataClass], &'b [DataClass]),
        candidate: &Candidate,
    ) -> Asked<'b, 'e> {
        let covering = self.exceptions.iter().copied();
        let covering = covering.filter(|exception| exception.covers(class, &candidate.deployment)).collect();
        Asked { class, found, clear, covering }
    }

    fn class(
        &self,
        there: &There<'_>,
        asked: &Asked<'_, '_>,
        context: Context,
    ) -> Result<(Treatment, Vec<Reason>), PolicyError> {
        let (class, candidate) = (asked.class, there.candidate);
        let first = self.first(class, candidate);
        let mut denied: Vec<Denied> = Vec::new();
        let mut permitted = None;
        for treatment in ASKED.into_iter().filter(|treatment| *treatment >= first) {
            if class.is_opaque() && treatment == Treatment::Pseudonymise {
                continue;
            }
            let Some(set) = self.slices.set(class, treatment) else { continue };
            let response = self.asks(there, treatment, set, context.clone())?;
            match response.decision() {
                Decision::Allow => {
                    permitted = Some((treatment, named(&response, self.slices)));
                    break;
                }
                Decision::Deny => note(&mut denied, treatment, (&response, self.slices), candidate),
            }
        }
        let (treatment, by) = permitted.unwrap_or_else(|| {
            let (_, line) = self.table.treatment(class, candidate.standing.on_premises);
            (Treatment::Refuse, line)
        });
        Ok((treatment, reasons(candidate, asked, (treatment, by), denied)))
    }

    /// Where to begin: at the loosest line of the table. For what the table redacts or refuses the law is asked too, because who
    /// loses a value wants to know which law would have taken it.
    fn first(&self, class: DataClass, candidate: &Candidate) -> Treatment {
        if self.has_own_permits {
            return Treatment::Keep;
        }
        let sections: &[Section] = if candidate.standing.on_premises {
            &[Section::Own]
        } else {
            &[Section::Elsewhere, Section::Contract]
        };
        let loosest =
            sections.iter().filter_map(|section| self.table.line(class, *section)).map(|line| line.0).min();
        match loosest {
            Some(Treatment::Pseudonymise) => Treatment::Pseudonymise,
            _ => Treatment::Keep,
        }
    }

    fn asks(
        &self,
        there: &There<'_>,
        treatment: Treatment,
        set: &PolicySet,
        context: Context,
    ) -> Result<Response, PolicyError> {
        let action = self.facts.words.action(treatment);
        let action = action.ok_or(PolicyError::Engine("`refuse` is not asked for"))?;
        let (app, deployment) = (there.app.clone(), there.deployment.clone());
        let request = Request::new(app, action.clone(), deployment, context, None)
            .map_err(|_| PolicyError::Engine("a question could not be put into the words of the schema"))?;
        let response = Authorizer::new().is_authorized(&request, set, &there.entities);
        // INVARIANT: a policy that fails is skipped by Cedar, a forbid too, so any failure refuses (test `a_policy_that_fails_refuses`).
        if response.diagnostics().errors().next().is_some() {
            return Err(PolicyError::Engine("a policy could not be evaluated"));
        }
        Ok(response)
    }
}

/// Id of the policy that permits: the most specific where there are several.
fn named(response: &Response, slices: &Slices) -> String {
    let mut ids: Vec<&str> = response
        .diagnostics()
        .reason()
        .filter_map(|id| slices.note(id))
        .map(|note| note.id.as_str())
        .collect();
    ids.sort_unstable();
    let own = ids.iter().find(|id| !id.starts_with("preset:") && !id.starts_with("treatments."));
    own.or(ids.first()).map_or_else(String::new, |id| (*id).to_owned())
}

fn note(
    denied: &mut Vec<Denied>,
    treatment: Treatment,
    (response, slices): (&Response, &Slices),
    candidate: &Candidate,
) {
    let mut new: Vec<Denied> = Vec::new();
    for id in response.diagnostics().reason() {
        let Some(note) = slices.note(id) else { continue };
        let is_known = |had: &Denied| had.policy == note.id && had.law == note.law;
        if denied.iter().any(is_known) || new.iter().any(is_known) {
            continue;
        }
        let because = match note.because.as_str() {
            "" => "the operator's policy forbids it",
            text => text,
        };
        let facts = doubts(&candidate.standing, &note.facts);
        let (policy, law) = (note.id.clone(), note.law.clone());
        new.push(Denied { treatment, policy, law, because: because.to_owned(), facts });
    }
    new.sort_by(|one, other| (&one.policy, &one.law).cmp(&(&other.policy, &other.law)));
    denied.extend(new);
}

fn reasons(
    candidate: &Candidate,
    asked: &Asked<'_, '_>,
    (treatment, by): (Treatment, String),
    denied: Vec<Denied>,
) -> Vec<Reason> {
    let what = towards(asked.class, &candidate.deployment);
    let reason = |policy: String,
                  denied: Option<Treatment>,
                  (law, facts): (Option<String>, Vec<String>),
                  text: String| Reason {
        policy,
        class: Some(asked.class),
        treatment,
        denied,
        law,
        facts,
        text,
    };
    let mut reasons = vec![reason(by, None, (None, Vec::new()), format!("{what}: {treatment}"))];
    for Denied { treatment: not, policy, law, because, facts } in denied {
        let doubt = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
        let text = format!("{what}: {treatment}, not {not}, because {because}{doubt}");
        reasons.push(reason(policy, Some(not), (law, facts), text));
    }
    let loosened: BTreeSet<&str> = asked.exceptions().collect();
    if treatment < Treatment::Redact {
        for name in loosened {
            let text = format!("{what}: {treatment}, under the exception {name}");
            reasons.push(reason(format!("exception:{name}"), None, (None, Vec::new()), text));
        }
    }
    reasons
}
