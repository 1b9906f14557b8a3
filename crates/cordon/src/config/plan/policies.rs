//! The policy of all apps, those that the file does not name included.

use std::collections::{BTreeMap, BTreeSet};

use policy::{Decision, PolicyEngine, PolicyError, Question, Table, TableEngine};
use types::AppName;

/// Under this name stands the table of the apps that the file does not name. No app can have it.
pub(crate) const OTHER_APPS: &str = "(others)";

/// Decides by the table of the app, or by that of all others where the file does not name it.
pub(crate) struct AppsPolicy {
    named: BTreeSet<AppName>,
    others: AppName,
    engine: TableEngine,
}

impl AppsPolicy {
    /// A policy of these tables, and of this one for all others.
    pub(crate) fn new(named: impl Iterator<Item = (AppName, Table)>, others: &Table) -> Self {
        let mut tables: BTreeMap<AppName, Table> = named.collect();
        let names = tables.keys().cloned().collect();
        let pseudonym = AppName::new(OTHER_APPS);
        tables.insert(pseudonym.clone(), others.clone());
        Self { named: names, others: pseudonym, engine: TableEngine::new(tables) }
    }
}

impl PolicyEngine for AppsPolicy {
    fn decide(&self, question: &Question<'_>) -> Result<Decision, PolicyError> {
        let app = if self.named.contains(question.app) { question.app } else { &self.others };
        self.engine.decide(&Question { app, ..*question })
    }

    fn digest(&self) -> [u8; 32] {
        self.engine.digest()
    }
}

#[cfg(test)]
mod tests {
    use types::{DataClass, DeploymentId, Environment, Treatment};

    use super::*;

    fn check(app: &str, expected: Treatment) {
        let strict = Table::preset("standard").unwrap().changed("contact", "redact").unwrap();
        let policy =
            AppsPolicy::new([(AppName::new("billing"), strict)].into_iter(), &Table::preset("open").unwrap());
        let (app, classes) = (AppName::new(app), BTreeMap::from([(DataClass::Contact, 1)]));
        let candidates = [(DeploymentId::new("far"), false)];
        let question =
            Question { app: &app, environment: Environment::Dev, classes: &classes, candidates: &candidates };
        let Decision::Send(verdict) = policy.decide(&question).unwrap() else { panic!("{app} is refused") };
        assert_eq!(verdict.treatment(DataClass::Contact), expected);
    }

    #[test]
    fn an_app_that_the_file_does_not_name_has_what_holds_for_all() {
        check("billing", Treatment::Redact);
        check("other", Treatment::Keep);
    }
}
