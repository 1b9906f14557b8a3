//! Questions in the words of the schema: the app, the deployment and what is asked, as Cedar takes them.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{Context, Entities, Entity, RestrictedExpression};
use registry::law::Law;
use registry::{Doubt, Standing};
use types::{DataClass, DeploymentId, Environment};

use super::schema::Vocabulary;
use crate::{AUDIENCES, Candidate, Declared, PolicyError, Question};

/// Stands for every jurisdiction in a standing.
const GLOBAL: &str = "GLOBAL";

/// What of a question does not change with the class.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// The words.
    pub(super) words: &'a Vocabulary,
    /// The tables.
    pub(super) law: &'a Law,
    /// Meters that the schema names.
    pub(super) meters: &'a BTreeSet<String>,
    /// Jurisdictions that any policy speaks of: what `GLOBAL` stands for.
    pub(super) jurisdictions: &'a BTreeSet<String>,
}

/// What changes with the class.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) class: DataClass,
    pub(super) found: &'a [DataClass],
    pub(super) clear: &'a [DataClass],
    /// Names of exceptions in force.
    pub(super) exceptions: Vec<&'a str>,
    /// Ids of the rules they lift.
    pub(super) lifted: BTreeSet<&'a str>,
}

const fn failed<E>(_: &E) -> PolicyError {
    PolicyError::Engine("a question could not be put into the words of the schema")
}

impl Facts<'_> {
    /// The app and the deployment of a question.
    pub(super) fn entities(
        &self,
        question: &Question<'_>,
        candidate: &Candidate,
    ) -> Result<Entities, PolicyError> {
        let app = self.app(question.app.as_str(), question.environment, question.declared)?;
        let deployment = self.deployment(candidate)?;
        Entities::from_entities([app, deployment], None).map_err(|error| failed(&error))
    }

    fn app(&self, name: &str, environment: Environment, declared: &Declared) -> Result<Entity, PolicyError> {
        let subjects = match &declared.subjects {
            Some(subjects) => texts(subjects),
            None => texts(self.law.bound_regions()),
        };
        let audience = match &declared.audience {
            Some(audience) => texts(audience),
            None => texts(AUDIENCES),
        };
        let attributes = HashMap::from([
            ("subjects".to_owned(), subjects),
            ("purpose".to_owned(), texts(declared.purpose.iter().flatten())),
            ("audience".to_owned(), audience),
            ("legal_basis".to_owned(), text(declared.legal_basis.as_deref().unwrap_or_default())),
            ("consent".to_owned(), flag(declared.consent.is_some())),
            ("art9_exception".to_owned(), flag(declared.art9_exception.is_some())),
            ("dpia_approved".to_owned(), flag(declared.dpia_approved)),
            ("programmes".to_owned(), texts(&declared.programmes)),
            ("important".to_owned(), texts(declared.important.iter().map(|class| class.name()))),
        ]);
        let parents = HashSet::from([self.words.env(environment.name())]);
        Entity::new(self.words.app(name), attributes, parents).map_err(|error| failed(&error))
    }

    fn deployment(&self, candidate: &Candidate) -> Result<Entity, PolicyError> {
        let standing = &candidate.standing;
        let reach = reach(standing, self.jurisdictions);
        let meters = self.meters.iter().map(|meter| {
            let level = candidate.meters.0.get(meter).copied().unwrap_or_default();
            (meter.clone(), number(level.percent().into()))
        });
        let meters = RestrictedExpression::new_record(meters).map_err(|error| failed(&error))?;
        let attributes = HashMap::from([
            ("on_premises".to_owned(), flag(standing.on_premises)),
            ("may_train".to_owned(), flag(standing.may_train)),
            ("may_control".to_owned(), flag(standing.may_control)),
            ("dpa".to_owned(), flag(standing.dpa)),
            ("clauses".to_owned(), flag(standing.clauses)),
            ("assessed_transfer".to_owned(), flag(standing.assessed_transfer)),
            ("baa".to_owned(), flag(standing.baa)),
            ("zero_retention".to_owned(), flag(standing.zero_retention)),
            ("retention_days".to_owned(), number(standing.retention_days.map_or(-1, i64::from))),
            ("covered_person".to_owned(), flag(standing.covered_person)),
            ("reach".to_owned(), texts(reach)),
            ("reach_unknown".to_owned(), flag(is_reach_unknown(standing))),
            ("adequate".to_owned(), flag(standing.adequate)),
            ("forbidden".to_owned(), texts(standing.forbidden.iter().map(|class| class.name()))),
            ("handling".to_owned(), number(rank(standing.handling))),
            ("quarantined".to_owned(), flag(standing.quarantined)),
            ("doubtful".to_owned(), texts(standing.doubtful.keys())),
            ("meters".to_owned(), meters),
        ]);
        let parents = HashSet::from([self.words.provider(&standing.provider)]);
        Entity::new(self.words.deployment(candidate.deployment.as_str()), attributes, parents)
            .map_err(|error| failed(&error))
    }

    /// What is asked of one class.
    pub(super) fn context(&self, question: &Question<'_>, asked: &Asked<'_>) -> Result<Context, PolicyError> {
        let names = |classes: &[DataClass]| texts(classes.iter().map(|class| class.name()));
        let pairs = [
            ("class".to_owned(), text(asked.class.name())),
            ("kind".to_owned(), text(self.law.kind(asked.class).name())),
            ("found".to_owned(), names(asked.found)),
            ("clear".to_owned(), names(asked.clear)),
            ("exceptions".to_owned(), texts(&asked.exceptions)),
            ("lifted".to_owned(), texts(&asked.lifted)),
            ("handling_floor".to_owned(), number(rank(question.handling_floor))),
            ("stream".to_owned(), flag(question.stream)),
            ("tools".to_owned(), flag(question.tools)),
        ];
        Context::from_pairs(pairs).map_err(|error| failed(&error))
    }
}

/// What may be reached from where: `GLOBAL`, and a reach that nobody stated, is every jurisdiction that a policy speaks of.
fn reach(standing: &Standing, jurisdictions: &BTreeSet<String>) -> BTreeSet<String> {
    let mut reach = standing.reach.clone();
    if reach.contains(GLOBAL) || (reach.is_empty() && !standing.on_premises) {
        reach.insert(GLOBAL.to_owned());
        reach.extend(jurisdictions.iter().cloned());
    }
    reach
}

/// True where a fact about the reach is in doubt, or where there is none.
pub(super) fn is_reach_unknown(standing: &Standing) -> bool {
    let is_nowhere = standing.reach.is_empty() || (standing.reach.contains(GLOBAL) && standing.quarantined);
    !standing.on_premises && (is_nowhere || standing.doubtful.keys().any(|key| is_about_reach(key)))
}

/// True for the facts that make up the reach.
fn is_about_reach(key: &str) -> bool {
    key.starts_with("location.") || key == "entity.hq_country"
}

/// Doubts that put everything else in doubt: nobody knows the provider, or whose the host is.
const ABOUT_ALL: [&str; 2] = ["provider", "endpoint.hosts"];

/// The facts among `keys` that are in doubt, as a reader wants them: `training.default is unknown`.
pub(super) fn doubts(standing: &Standing, keys: &str) -> Vec<String> {
    let nothing_known = standing.quarantined && standing.doubtful.is_empty() && !standing.on_premises;
    keys.split(',')
        .filter(|key| !key.is_empty())
        .chain(ABOUT_ALL.into_iter().filter(|key| !keys.is_empty() && standing.doubtful.contains_key(*key)))
        .filter_map(|key| match standing.doubtful.get(key) {
            Some(Doubt::Unknown) => Some(format!("{key} is unknown")),
            Some(Doubt::Stale) => Some(format!("{key} is stale")),
            Some(Doubt::Conflict) => Some(format!("{key} is in conflict")),
            None => nothing_known.then(|| format!("{key} is unknown")),
        })
        .collect()
}

/// Handling as a number: 0 is best.
pub(super) const fn rank(handling: registry::Handling) -> i64 {
    match handling {
        registry::Handling::A => 0,
        registry::Handling::B => 1,
        registry::Handling::C => 2,
        registry::Handling::D => 3,
    }
}

/// The deployment's name, for reasons.
pub(super) fn towards(class: DataClass, deployment: &DeploymentId) -> String {
    format!("{class} towards {deployment}")
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn texts<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> RestrictedExpression {
    RestrictedExpression::new_set(all.into_iter().map(|one| text(one.as_ref())))
}

fn flag(flag: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(flag)
}

fn number(number: i64) -> RestrictedExpression {
    RestrictedExpression::new_long(number)
}
