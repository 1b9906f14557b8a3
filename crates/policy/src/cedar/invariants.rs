//! What no set of policies may break, enumerated over the finite space when a set is loaded.
//!
//! A forbid wins over every permit, so whatever tables, exceptions and files say, a set cannot be looser than the generated forbids
//! under a permit of everything with all exceptions in force. That is asked first, for every class and combination of the facts that the
//! invariants speak of: the proof for all apps at once. Then each table is asked with its real policies at the corners of the space,
//! which holds slices and tables against the same promises.
//!
//! The proof is a good part of a start, so nothing is asked twice: forbids that cannot match are left out (fewer forbids can only be looser),
//! and deployments that differ in nothing that the others speak of have one ruling.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use registry::law::{Kind, Law};
use registry::{Doubt, Handling, Standing};
use types::{AppName, DataClass, DeploymentId, Environment, Treatment};

use super::facts::is_reach_unknown;
use super::known::Known;
use super::ruling::Judge;
use super::slices::Slices;
use super::spoken::Spoken;
use super::{CedarEngine, PolicyFault};
use crate::{Candidate, Day, Declared, PolicyError, Question, Table};

/// Tables that are asked at the corners; the proof covers the rest.
const TABLES_MAX: usize = 32;

/// How each class may be treated.
type Treatments = BTreeMap<DataClass, Treatment>;

/// Holds a loaded engine against all invariants.
pub(super) fn check(engine: &CedarEngine) -> Result<(), PolicyFault> {
    let laws = Laws { law: &engine.law, denied: &engine.denied };
    // Everything is declared and every exception is in force, for nobody's people: no law of a region binds.
    let declared = Arc::new(Declared {
        subjects: Some(BTreeSet::new()),
        consent: Some(String::new()),
        art9_exception: Some(String::new()),
        dpia_approved: true,
        programmes: engine.law.programmes(),
        ..Declared::default()
    });
    let classes = laws.spoken_of().into_iter().map(|class| (class, 1)).collect();
    let app = AppName::new("invariants");
    let question = Question {
        app: &app,
        environment: Environment::Dev,
        classes: &classes,
        candidates: &[],
        declared: &declared,
        day: Day(0),
        handling_floor: Handling::D,
        stream: false,
        tools: false,
    };
    let mut spoken = Spoken::of(&engine.facts(), &question).map_err(|error| unasked(&error))?;
    let everything = Known::generated(
        "everything",
        ("everything", "invariants"),
        &[],
        &super::known::ASKED,
        "@id(\"everything\") permit (principal, action, resource);".to_owned(),
    )?;
    let keeps_all = keeping_all()?;
    for on_premises in [true, false] {
        let binding: Vec<&Known> =
            engine.known.iter().filter(|known| engine.may_bind(known, on_premises)).collect();
        let slices = Slices::of(binding.iter().copied().chain([&everything]))?;
        let judge = engine.judge(&keeps_all, &slices);
        let mut ruled: BTreeMap<_, Treatments> = BTreeMap::new();
        for standing in laws.standings(on_premises) {
            let candidate = Candidate::new(DeploymentId::new("any"), Arc::new(standing));
            let mut seen = judge.facts.seen(&candidate);
            seen.retain(|(name, _)| binding.iter().any(|known| known.text.contains(name)));
            // What no forbid can tell apart is ruled alike.
            let seen = format!("{seen:?}");
            if let Some(treatments) = ruled.get(&seen) {
                laws.hold(treatments, &candidate.standing)?;
                continue;
            }
            let treatments = treatments(&judge, &question, &candidate, &mut spoken)?;
            laws.hold(&treatments, &candidate.standing)?;
            ruled.insert(seen, treatments);
        }
    }
    for (table, slices) in engine.tables.iter().take(TABLES_MAX) {
        let judge = engine.judge(table, slices);
        for standing in laws.corners() {
            let candidate = Candidate::new(DeploymentId::new("any"), Arc::new(standing));
            let treatments = treatments(&judge, &question, &candidate, &mut spoken)?;
            laws.hold(&treatments, &candidate.standing)?;
        }
    }
    engine.sends_what_holds_nothing()
}

/// How all classes that the invariants speak of may be treated towards one candidate.
fn treatments<'e>(
    judge: &Judge<'_, 'e>,
    question: &Question<'_>,
    candidate: &Candidate,
    spoken: &mut Spoken<'e>,
) -> Result<Treatments, PolicyFault> {
    let verdict = judge.ruling(question, candidate, spoken).map_err(|error| unasked(&error))?;
    Ok(verdict.treatments)
}

fn unasked(error: &PolicyError) -> PolicyFault {
    PolicyFault::internal(&format!("the invariants cannot be asked: {error}"))
}

impl CedarEngine {
    /// True for a forbid of the law that can match in the proof.
    fn may_bind(&self, known: &Known, on_premises: bool) -> bool {
        known.is_forbid()
            && self.law_ids.contains(&known.id)
            && !known.is_regional
            && !(on_premises && known.is_elsewhere)
    }

    fn judge<'a, 'e: 'a>(&'e self, table: &'a Table, slices: &'a Slices) -> Judge<'a, 'e> {
        Judge {
            facts: self.facts(),
            table,
            slices,
            exceptions: self.exceptions.iter().collect(),
            has_own_permits: true,
        }
    }

    /// Invariant 4.
    fn sends_what_holds_nothing(&self) -> Result<(), PolicyFault> {
        let app = AppName::new("invariants");
        let candidates = [Candidate::new(DeploymentId::new("any"), Arc::new(Standing::unknown("any")))];
        let question = Question {
            app: &app,
            environment: Environment::Dev,
            classes: &std::collections::BTreeMap::new(),
            candidates: &candidates,
            declared: &Arc::default(),
            day: Day(0),
            handling_floor: Handling::A,
            stream: false,
            tools: false,
        };
        match crate::PolicyEngine::decide(self, &question) {
            Ok(crate::Decision::Send(verdict)) if verdict.deployment.as_str() == "any" => Ok(()),
            _ => Err(PolicyFault::internal(
                "invariant 4 does not hold: a request without findings does not go to the first deployment",
            )),
        }
    }
}

struct Laws<'a> {
    law: &'a Law,
    denied: &'a BTreeSet<String>,
}

impl Laws<'_> {
    /// The classes that the invariants speak of.
    fn spoken_of(&self) -> Vec<DataClass> {
        let mut all =
            [Kind::Secret, Kind::Identifier, Kind::Sensitive].map(|kind| self.law.of_kind(kind)).concat();
        all.extend(
            self.law
                .classes("special_category")
                .iter()
                .filter(|class| !all.contains(class))
                .copied()
                .collect::<Vec<_>>(),
        );
        all
    }

    /// Refuses treatments that break an invariant towards a deployment.
    fn hold(&self, treatments: &Treatments, standing: &Standing) -> Result<(), PolicyFault> {
        for (class, treatment) in treatments {
            if let Some(broken) = self.broken(*class, *treatment, standing) {
                return Err(PolicyFault::internal(&format!(
                    "invariant {broken} does not hold: `{class}` may be treated with `{treatment}` towards a deployment {}",
                    shown(standing)
                )));
            }
        }
        Ok(())
    }

    /// The number of the invariant that a treatment breaks.
    fn broken(&self, class: DataClass, treatment: Treatment, standing: &Standing) -> Option<u8> {
        let kind = self.law.kind(class);
        if class == DataClass::Credential && treatment == Treatment::Keep {
            return Some(1);
        }
        let is_unsure = standing.may_train || standing.may_control || is_reach_unknown(standing);
        if matches!(kind, Kind::Identifier | Kind::Sensitive)
            && treatment == Treatment::Keep
            && is_unsure
            && !standing.on_premises
        {
            return Some(2);
        }
        let is_special = self.law.classes("special_category").contains(&class);
        let is_denied = standing.reach.iter().any(|place| self.denied.contains(place) || place == "GLOBAL")
            && !self.denied.is_empty();
        if is_special && is_denied && treatment <= Treatment::Pseudonymise {
            return Some(3);
        }
        None
    }

    /// Every combination of the facts that the invariants speak of, each with all other facts at their best.
    fn standings(&self, on_premises: bool) -> Vec<Standing> {
        let mut all = Vec::new();
        let denied = self.denied.iter().next().cloned().unwrap_or_else(|| "CN".to_owned());
        for (may_train, may_control) in [(false, false), (false, true), (true, false), (true, true)] {
            for (place, is_unclassified) in
                [("IS", false), (denied.as_str(), false), ("GLOBAL", false), ("GLOBAL", true), ("", false)]
            {
                let mut standing = Standing::own("any");
                standing.on_premises = on_premises;
                standing.may_train = may_train;
                standing.may_control = may_control;
                standing.quarantined = is_unclassified;
                standing.reach =
                    Some(place.to_owned()).filter(|place| !place.is_empty()).into_iter().collect();
                all.push(standing.clone());
                standing.doubtful.insert("location.storage".to_owned(), Doubt::Unknown);
                all.push(standing);
            }
        }
        all
    }

    /// One fact bad at a time, and all.
    fn corners(&self) -> Vec<Standing> {
        let mut all = self.standings(false);
        all.retain(|standing| {
            let bad = [
                standing.may_train,
                standing.may_control,
                is_reach_unknown(standing),
                standing.reach.contains("GLOBAL"),
            ];
            bad.iter().filter(|bad| **bad).count() == 1
        });
        all.push(Standing::unknown("any"));
        all
    }
}

/// A table that would keep everything, so that nothing is refused for want of a line.
fn keeping_all() -> Result<Table, PolicyFault> {
    Table::preset("open").map_err(|error| PolicyFault::internal(&error.to_string()))
}

fn shown(standing: &Standing) -> String {
    let is = |name: &str, flag: bool| format!("{name} {}", if flag { "yes" } else { "no" });
    let reach: Vec<&str> = standing.reach.iter().map(String::as_str).collect();
    format!(
        "({}; {}; {}; {}; reach: {})",
        is("on premises", standing.on_premises),
        is("may train", standing.may_train),
        is("may decide itself", standing.may_control),
        is("reach unknown", is_reach_unknown(standing)),
        if reach.is_empty() { "not stated".to_owned() } else { reach.join(", ") }
    )
}
