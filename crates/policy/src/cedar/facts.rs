//! Questions in the words of the schema: the app, the deployment and what is asked, as Cedar takes them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cedar_policy::{Context, Entity, RestrictedExpression};
use registry::law::Law;
use registry::{Doubt, Standing};
use types::{DataClass, DeploymentId, Environment};

use super::schema::Vocabulary;
use crate::{AUDIENCES, Candidate, Declared, Exception, PolicyError, Question};

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
pub(super) struct Asked<'a, 'e> {
    pub(super) class: DataClass,
    pub(super) found: &'a [DataClass],
    pub(super) clear: &'a [DataClass],
    /// The exceptions in force that cover it.
    pub(super) covering: Vec<&'e Exception>,
}

impl Asked<'_, '_> {
    /// Names of the exceptions.
    pub(super) fn exceptions(&self) -> impl Iterator<Item = &str> {
        self.covering.iter().map(|exception| exception.name.as_str())
    }

    /// Ids of the rules that they lift.
    fn lifted(&self) -> BTreeSet<&str> {
        self.covering.iter().flat_map(|exception| exception.what.iter().map(String::as_str)).collect()
    }
}

const fn failed<E>(_: &E) -> PolicyError {
    PolicyError::Engine("a question could not be put into the words of the schema")
}

/// One thing that policies see of a deployment.
#[derive(Debug)]
pub(super) enum Seen<'a> {
    Flag(bool),
    Number(i64),
    Texts(BTreeSet<&'a str>),
    Numbers(BTreeMap<&'a str, i64>),
}

impl Seen<'_> {
    fn expression(&self) -> Result<RestrictedExpression, PolicyError> {
        match self {
            Self::Flag(is_so) => Ok(flag(*is_so)),
            Self::Number(many) => Ok(number(*many)),
            Self::Texts(all) => Ok(texts(all)),
            Self::Numbers(all) => {
                let members = all.iter().map(|(name, many)| ((*name).to_owned(), number(*many)));
                RestrictedExpression::new_record(members).map_err(|error| failed(&error))
            }
        }
    }
}

impl Facts<'_> {
    /// The app of a question.
    pub(super) fn app(
        &self,
        name: &str,
        environment: Environment,
        declared: &Declared,
    ) -> Result<Entity, PolicyError> {
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

    /// All that policies see of a deployment, by the names of the schema.
    pub(super) fn seen<'b>(&'b self, candidate: &'b Candidate) -> Vec<(&'static str, Seen<'b>)> {
        let standing = &candidate.standing;
        let level = |meter: &str| candidate.meters.0.get(meter).copied().unwrap_or_default();
        let meters = self.meters.iter().map(|meter| (meter.as_str(), level(meter).percent().into()));
        vec![
            ("on_premises", Seen::Flag(standing.on_premises)),
            ("may_train", Seen::Flag(standing.may_train)),
            ("may_control", Seen::Flag(standing.may_control)),
            ("dpa", Seen::Flag(standing.dpa)),
            ("clauses", Seen::Flag(standing.clauses)),
            ("assessed_transfer", Seen::Flag(standing.assessed_transfer)),
            ("baa", Seen::Flag(standing.baa)),
            ("zero_retention", Seen::Flag(standing.zero_retention)),
            ("retention_days", Seen::Number(standing.retention_days.map_or(-1, i64::from))),
            ("covered_person", Seen::Flag(standing.covered_person)),
            ("reach", Seen::Texts(reach(standing, self.jurisdictions))),
            ("reach_unknown", Seen::Flag(is_reach_unknown(standing))),
            ("adequate", Seen::Flag(standing.adequate)),
            ("forbidden", Seen::Texts(standing.forbidden.iter().map(|class| class.name()).collect())),
            ("handling", Seen::Number(rank(standing.handling))),
            ("quarantined", Seen::Flag(standing.quarantined)),
            ("doubtful", Seen::Texts(standing.doubtful.keys().map(String::as_str).collect())),
            ("meters", Seen::Numbers(meters.collect())),
        ]
    }

    /// The deployment of a candidate.
    pub(super) fn deployment(&self, candidate: &Candidate) -> Result<Entity, PolicyError> {
        let seen = self.seen(candidate);
        let mut attributes = HashMap::with_capacity(seen.len());
        for (name, seen) in &seen {
            attributes.insert((*name).to_owned(), seen.expression()?);
        }
        let parents = HashSet::from([self.words.provider(&candidate.standing.provider)]);
        Entity::new(self.words.deployment(candidate.deployment.as_str()), attributes, parents)
            .map_err(|error| failed(&error))
    }

    /// What is asked of one class.
    pub(super) fn context(
        &self,
        question: &Question<'_>,
        asked: &Asked<'_, '_>,
    ) -> Result<Context, PolicyError> {
        let names = |classes: &[DataClass]| texts(classes.iter().map(|class| class.name()));
        let pairs = [
            ("class".to_owned(), text(asked.class.name())),
            ("kind".to_owned(), text(self.law.kind(asked.class).name())),
            ("found".to_owned(), names(asked.found)),
            ("clear".to_owned(), names(asked.clear)),
            ("exceptions".to_owned(), texts(asked.exceptions())),
            ("lifted".to_owned(), texts(asked.lifted())),
            ("handling_floor".to_owned(), number(rank(question.handling_floor))),
            ("stream".to_owned(), flag(question.stream)),
            ("tools".to_owned(), flag(question.tools)),
        ];
        Context::from_pairs(pairs).map_err(|error| failed(&error))
    }
}

/// What may be reached from where: `GLOBAL`, and a reach that nobody stated, is every jurisdiction that a policy speaks of.
fn reach<'a>(standing: &'a Standing, jurisdictions: &'a BTreeSet<String>) -> BTreeSet<&'a str> {
    let mut reach: BTreeSet<&str> = standing.reach.iter().map(String::as_str).collect();
    if reach.contains(GLOBAL) || (reach.is_empty() && !standing.on_premises) {
        reach.insert(GLOBAL);
        reach.extend(jurisdictions.iter().map(String::as_str));
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
