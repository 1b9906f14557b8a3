//! An engine that knows treatments tables and nothing else: no law, no facts. For looking into files (`scan`, `redact`) and for tests.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use types::{AppName, DataClass, DeploymentId, Reason, Verdict};

use crate::choice::best;
use crate::{Decision, PolicyEngine, PolicyError, Question, Table};

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
        let table = self
            .tables
            .get(question.app)
            .or(self.other_apps.as_ref())
            .ok_or_else(|| PolicyError::NoPolicy(question.app.clone()))?;
        let verdicts = question.candidates.iter().map(|candidate| {
            Ok(verdict_of(table, &candidate.deployment, candidate.standing.on_premises, question.classes))
        });
        best(verdicts, question.classes)
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
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
            denied: None,
            law: None,
            facts: Vec::new(),
        });
    }
    verdict
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use registry::{Day, Handling, Standing};
    use types::{Environment, Treatment};

    use super::*;
    use crate::Candidate;

    fn ask(preset: &str, classes: &[(DataClass, u32)], candidates: &[(&str, bool)]) -> Decision {
        let app = AppName::new("a");
        let engine = TableEngine::new(BTreeMap::from([(app.clone(), Table::preset(preset).expect("loads"))]));
        let classes = classes.iter().copied().collect();
        let candidates: Vec<_> = candidates
            .iter()
            .map(|(id, own)| {
                let standing = if *own { Standing::own(id) } else { Standing::unknown(id) };
                Candidate::new(DeploymentId::new(id), Arc::new(standing))
            })
            .collect();
        let question = Question {
            app: &app,
            environment: Environment::Dev,
            classes: &classes,
            candidates: &candidates,
            declared: &Arc::default(),
            day: Day(0),
            handling_floor: Handling::D,
            stream: false,
            tools: false,
        };
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
