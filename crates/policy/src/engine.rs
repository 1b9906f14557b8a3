//! The question put to policy, and the engine that answers it from treatments tables.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use types::{AppName, DataClass, DeploymentId, Environment, Reason, Refusal, Treatment, Verdict};

use crate::Table;

/// What policy is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The app that asks.
    pub app: &'a AppName,
    /// Its environment.
    pub environment: Environment,
    /// The classes found, with the number of findings of each; opaque parts are classes too.
    pub classes: &'a BTreeMap<DataClass, u32>,
    /// Deployments that could answer: id, and whether it is on the operator's own premises. In the app's order.
    pub candidates: &'a [(DeploymentId, bool)],
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The request may go.
    Send(Verdict),
    /// No candidate may get it.
    Refuse(Refusal),
}

/// Policy could not answer. Nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is no table for this app.
    #[error("no policy is loaded for app `{0}`")]
    NoPolicy(AppName),
    /// The engine itself failed.
    #[error("the policy engine failed: {0}")]
    Engine(&'static str),
}

/// Answers questions. Deterministic: the same question has the same answer under the same digest.
pub trait PolicyEngine: Send + Sync {
    /// Decides.
    ///
    /// # Errors
    /// [`PolicyError`]; the request is then refused.
    fn decide(&self, question: &Question<'_>) -> Result<Decision, PolicyError>;

    /// SHA-256 of everything that decides; stands in each record.
    fn digest(&self) -> [u8; 32];
}

/// Decides from one treatments table per app, and one for all others where it was given.
#[derive(Debug, Clone)]
pub struct TableEngine {
    tables: BTreeMap<AppName, Table>,
    other_apps: Option<Table>,
    digest: [u8; 32],
}

impl TableEngine {
    /// An engine over the tables of all apps.
    pub fn new(tables: BTreeMap<AppName, Table>) -> Self {
        let mut hash = Sha256::new();
        for (app, table) in &tables {
            hash.update(app.as_str());
            hash.update([0]);
            hash.update(table.digest());
        }
        Self { tables, other_apps: None, digest: hash.finalize().into() }
    }

    /// The same engine with a table for all apps that have none of their own.
    #[must_use]
    pub fn with_other_apps(mut self, table: Table) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.digest);
        hash.update(table.digest());
        self.digest = hash.finalize().into();
        self.other_apps = Some(table);
        self
    }
}

impl PolicyEngine for TableEngine {
    fn decide(&self, question: &Question<'_>) -> Result<Decision, PolicyError> {
        let table =
            self.tables.get(question.app).ok_or_else(|| PolicyError::NoPolicy(question.app.clone()))?;
        let mut best: Option<(Loss, Verdict)> = None;
        let mut refusal = Refusal { classes: Vec::new(), reasons: Vec::new() };
        for (deployment, on_premises) in question.candidates {
            let verdict = verdict_of(table, deployment, *on_premises, question.classes);
            let loss = Loss::of(&verdict, question.classes);
            if loss.refused > 0 {
                note_refusal(&mut refusal, verdict);
            } else if best.as_ref().is_none_or(|(least, _)| loss < *least) {
                best = Some((loss, verdict));
            }
        }
        Ok(match best {
            Some((_, verdict)) => Decision::Send(verdict),
            None => Decision::Refuse(refusal),
        })
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// What a verdict costs, compared in this order: refused, redacted, pseudonymised findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Loss {
    refused: u64,
    redacted: u64,
    pseudonymised: u64,
}

impl Loss {
    fn of(verdict: &Verdict, classes: &BTreeMap<DataClass, u32>) -> Self {
        let count = |wanted: Treatment| {
            classes
                .iter()
                .filter(|(class, _)| verdict.treatment(**class) == wanted)
                .map(|(_, count)| u64::from(*count))
                .sum()
        };
        Self {
            refused: count(Treatment::Refuse),
            redacted: count(Treatment::Redact),
            pseudonymised: count(Treatment::Pseudonymise),
        }
    }
}

fn verdict_of(
    table: &Table,
    deployment: &DeploymentId,
    on_premises: bool,
    classes: &BTreeMap<DataClass, u32>,
) -> Verdict {
    let mut verdict =
        Verdict { deployment: deployment.clone(), treatments: BTreeMap::new(), reasons: Vec::new() };
    for class in classes.keys() {
        let (treatment, line) = table.treatment(*class, on_premises);
        verdict.treatments.insert(*class, treatment);
        verdict.reasons.push(Reason {
            text: format!("{class} towards {deployment}: {treatment}"),
            policy: line,
            class: Some(*class),
            treatment,
            law: None,
        });
    }
    verdict
}

fn note_refusal(refusal: &mut Refusal, verdict: Verdict) {
    for reason in verdict.reasons.into_iter().filter(|reason| reason.treatment == Treatment::Refuse) {
        if let Some(class) = reason.class
            && !refusal.classes.contains(&class)
        {
            refusal.classes.push(class);
        }
        refusal.reasons.push(reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(preset: &str, classes: &[(DataClass, u32)], candidates: &[(&str, bool)]) -> Decision {
        let app = AppName::new("a");
        let engine = TableEngine::new(BTreeMap::from([(app.clone(), Table::preset(preset).expect("loads"))]));
        let classes = classes.iter().copied().collect();
        let candidates: Vec<_> = candidates.iter().map(|(id, own)| (DeploymentId::new(id), *own)).collect();
        let question =
            Question { app: &app, environment: Environment::Dev, classes: &classes, candidates: &candidates };
        engine.decide(&question).expect("answers")
    }

    fn sent_to(decision: &Decision) -> &str {
        match decision {
            Decision::Send(verdict) => verdict.deployment.as_str(),
            Decision::Refuse(_) => "refused",
        }
    }

    #[test]
    fn a_request_without_findings_goes_to_the_first_candidate() {
        assert_eq!(sent_to(&ask("standard", &[], &[("far", false), ("own", true)])), "far");
    }

    #[test]
    fn health_goes_to_the_own_premises_where_there_are_some() {
        let classes = [(DataClass::Health, 1), (DataClass::Person, 2)];
        assert_eq!(sent_to(&ask("standard", &classes, &[("far", false), ("own", true)])), "own");
        let Decision::Send(verdict) = ask("standard", &classes, &[("far", false)]) else { panic!("goes") };
        assert_eq!(verdict.treatment(DataClass::Health), Treatment::Redact);
        assert_eq!(verdict.treatment(DataClass::Person), Treatment::Pseudonymise);
    }

    #[test]
    fn an_image_is_refused_and_the_refusal_names_it() {
        let Decision::Refuse(refusal) = ask("standard", &[(DataClass::Image, 1)], &[("far", false)]) else {
            panic!("refused")
        };
        assert_eq!(refusal.classes, [DataClass::Image]);
    }

    #[test]
    fn a_class_that_no_line_names_is_refused() {
        let verdict =
            Verdict { deployment: DeploymentId::new("x"), treatments: BTreeMap::new(), reasons: Vec::new() };
        assert_eq!(verdict.treatment(DataClass::Person), Treatment::Refuse);
    }
}
