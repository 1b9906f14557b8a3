//! What holds for each app.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use detect::NamesAsked;
use exchange::Sieve;
use policy::{Declared, Table, TableError};
use registry::Registry;
use registry::law::Law;
use route::Aliases;
use types::{AppName, DataClass, DeploymentId};

use super::deployment::DeploymentPlan;
use super::{Surroundings, resolved};
use crate::config::Config;
use crate::config::apps::{App, GuardName};
use crate::config::document::Step;
use crate::config::problem::Problems;
use crate::config::routing::StrategyName;
use crate::config::treatments::{FormName, TreatmentName};

/// The app that exists without being named.
pub(crate) const DEFAULT_APP: &str = "default";

/// Longest name of an app or deployment, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Furthest last day of observe mode, in days from now.
const OBSERVE_DAYS_MAX: u64 = 30;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The entities for which a made-up value of the same kind exists.
const CLASS_FORMS: [&str; 6] =
    ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "PERSON"];

/// What holds for one app.
#[derive(Debug, Clone)]
pub(crate) struct AppPlan {
    /// Its treatments.
    pub(crate) table: Table,
    /// Name of the preset it starts from.
    pub(crate) preset: String,
    /// Forms of surrogates, per entity.
    pub(crate) forms: BTreeMap<String, FormName>,
    /// The deployments it may use; empty means all.
    pub(crate) deployments: Vec<DeploymentId>,
    /// Protected or observed.
    pub(crate) mode: ModePlan,
    /// True when secrets are restored in text for the reader too.
    pub(crate) secrets_to_reader: bool,
    /// What happens to data in answers that the request did not send.
    pub(crate) guard: GuardName,
    /// File of exact terms.
    pub(crate) terms_file: Option<PathBuf>,
    /// What it asks of findings.
    pub(crate) sieve: Arc<Sieve>,
    /// Its names for models.
    pub(crate) aliases: Arc<Aliases>,
    /// How it orders deployments that may equally have a request.
    pub(crate) strategy: StrategyName,
    /// What it asks of names.
    pub(crate) names: NamesAsked,
    /// What it says of itself.
    pub(crate) declared: Arc<Declared>,
}

/// What an app may name.
pub(super) struct Known<'a> {
    /// The registry, where deployments follow from the keys that there are.
    pub(super) by_keys: Option<&'a Registry>,
    /// The deployments.
    pub(super) deployments: &'a [DeploymentPlan],
    /// The law tables.
    pub(super) law: &'a Law,
}

/// Protected or observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModePlan {
    /// Everything found is treated.
    Protect,
    /// Observed until this moment, in milliseconds since 1970.
    Observe {
        /// The end.
        until_unix_ms: u64,
    },
}

/// Why a name cannot be one of an app or deployment, to follow "the name".
pub(crate) fn app_name_fault(name: &str) -> Option<&'static str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        Some("has 1 to 64 characters")
    } else if !name.bytes().all(is_plain) {
        Some("holds letters, digits, `-`, `_` and `.` only")
    } else if !name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric()) {
        Some("begins with a letter or a digit")
    } else {
        None
    }
}

/// The apps of the file and `default`; and what holds for all others. `None` where there is no table to start from.
pub(super) fn planned(
    config: &Config,
    known: &Known<'_>,
    base_dir: &Path,
    around: &Surroundings<'_>,
    problems: &mut Problems<'_>,
) -> Option<(BTreeMap<AppName, AppPlan>, AppPlan)> {
    let table = common_table(config, problems)?;
    check_forms(&config.surrogates, &["surrogates".into()], problems);
    let (detection, at) = (&config.detection, ["detection".into()]);
    let sieve = asked(Sieve::default(), (&detection.thresholds, &detection.allow), &at, problems);
    let others = AppPlan {
        table,
        preset: config.treatments.preset.clone(),
        forms: config.surrogates.clone(),
        deployments: Vec::new(),
        mode: ModePlan::Protect,
        secrets_to_reader: false,
        guard: GuardName::default(),
        terms_file: None,
        sieve: Arc::new(sieve),
        aliases: Arc::new(aliases(&config.aliases, known.deployments, &["aliases".into()], problems)),
        strategy: StrategyName::default(),
        names: detection.asked(),
        declared: Arc::default(),
    };
    let mut apps = BTreeMap::from([(AppName::new(DEFAULT_APP), others.clone())]);
    for (name, app) in &config.apps {
        let at: Vec<Step> = vec!["apps".into(), name.as_str().into()];
        if let Some(fault) = app_name_fault(name) {
            problems.error(&at, format!("the name of an app {fault}"), "this app", "");
        }
        let mut plan = one(app, &others, &at, problems);
        plan.deployments = known_deployments(app, (known.by_keys, known.deployments), &at, problems);
        if !app.aliases.is_empty() {
            let mut lists = config.aliases.clone();
            lists.extend(app.aliases.clone());
            plan.aliases = Arc::new(aliases(&lists, known.deployments, &below(&at, "aliases"), problems));
        }
        plan.strategy = app.strategy;
        plan.declared = Arc::new(super::declaration::declared(app, known.law, &at, problems));
        plan.mode = mode(app, around.now_unix_ms, &at, problems);
        plan.terms_file = app.terms_file.as_deref().map(|path| resolved(base_dir, path));
        apps.insert(AppName::new(name), plan);
    }
    Some((apps, others))
}

fn one(app: &App, others: &AppPlan, at: &[Step], problems: &mut Problems<'_>) -> AppPlan {
    let mut plan = others.clone();
    if let Some(preset) = &app.preset {
        match Table::preset(preset) {
            Ok(table) => (plan.table, plan.preset) = (table, preset.clone()),
            Err(error) => table_fault(&error, &below(at, "preset"), problems),
        }
    }
    let lines = below(at, "treatments");
    plan.table = with_lines(plan.table, app.treatments.lines(), &lines, problems);
    check_forms(&app.surrogates, &below(at, "surrogates"), problems);
    plan.forms.extend(app.surrogates.iter().map(|(entity, form)| (entity.clone(), *form)));
    let own = (&app.detection.thresholds, &app.detection.allow);
    let mut sieve = asked(others.sieve.as_ref().clone(), own, &below(at, "detection"), problems);
    plan.names = app.detection.asked(others.names);
    sieve.names = (plan.names != others.names).then_some(plan.names);
    plan.sieve = Arc::new(sieve);
    plan.secrets_to_reader = app.secrets_to_reader;
    plan.guard = app.answer_guard;
    plan
}

/// A sieve with these scores and values on top. That there are such entities is checked with the detector.
fn asked(
    mut sieve: Sieve,
    (thresholds, allow): (&BTreeMap<String, f32>, &BTreeMap<String, Vec<String>>),
    at: &[Step],
    problems: &mut Problems<'_>,
) -> Sieve {
    for (entity, score) in thresholds {
        if !(0.0..=1.0).contains(score) {
            problems.error(
                &below(&below(at, "thresholds"), entity),
                format!("the threshold of `{entity}` is no score"),
                "out of range",
                "scores lie between 0 and 1, as `cordon explain` shows them",
            );
        }
        sieve.thresholds.insert(entity.clone(), *score);
    }
    for (entity, texts) in allow {
        let path = below(&below(at, "allow"), entity);
        for (index, text) in texts.iter().enumerate() {
            if let Err(why) = sieve.allow.allow(entity, text) {
                problems.error(
                    &[path.as_slice(), &[index.into()]].concat(),
                    format!("this value of `{entity}` {why}"),
                    "cannot be allowed",
                    "a value as it is written, or a regex between slashes that matches all of it: /.*@lists\\.tidewick\\.org/",
                );
            }
        }
    }
    sieve
}

pub(super) fn below(at: &[Step], name: &str) -> Vec<Step> {
    [at, &[name.into()]].concat()
}

/// The table of `[treatments]`. Of a preset that does not exist the standard one takes the place, so that the rest can be
/// checked too.
fn common_table(config: &Config, problems: &mut Problems<'_>) -> Option<Table> {
    let at: Vec<Step> = vec!["treatments".into()];
    let table = match Table::preset(&config.treatments.preset) {
        Ok(table) => table,
        Err(error) => {
            table_fault(&error, &below(&at, "preset"), problems);
            Table::preset("standard").ok()?
        }
    };
    Some(with_lines(table, config.treatments.lines(), &at, problems))
}

fn with_lines(
    table: Table,
    lines: impl Iterator<Item = (DataClass, TreatmentName)>,
    at: &[Step],
    problems: &mut Problems<'_>,
) -> Table {
    lines.fold(table, |table, (class, line)| {
        match table.clone().changed(class.name(), line.treatment().name()) {
            Ok(changed) => changed,
            Err(error) => {
                table_fault(&error, &below(at, class.name()), problems);
                table
            }
        }
    })
}

fn table_fault(error: &TableError, at: &[Step], problems: &mut Problems<'_>) {
    let text = error.to_string();
    match text.split_once("; ") {
        Some((message, help)) => problems.error(at, message, "here", help),
        None => problems.error(at, text, "here", ""),
    }
}

fn check_forms(forms: &BTreeMap<String, FormName>, at: &[Step], problems: &mut Problems<'_>) {
    for (entity, form) in forms {
        if *form == FormName::Class && !CLASS_FORMS.contains(&entity.as_str()) {
            problems.error(
                &below(at, entity),
                format!("there is no form `class` for `{entity}`"),
                "not possible",
                format!("possible for: {}", CLASS_FORMS.join(", ")),
            );
        }
    }
}

fn known_deployments(
    app: &App,
    (by_keys, deployments): (Option<&Registry>, &[DeploymentPlan]),
    at: &[Step],
    problems: &mut Problems<'_>,
) -> Vec<DeploymentId> {
    let Some(names) = &app.deployments else { return Vec::new() };
    let path = below(at, "deployments");
    if names.is_empty() {
        problems.error(
            &path,
            "an empty list would leave the app without a deployment",
            "empty",
            "leave it out for all",
        );
    }
    for (index, name) in names.iter().enumerate() {
        if !deployments.iter().any(|deployment| deployment.route.id.as_str() == name) {
            let known: Vec<&str> =
                deployments.iter().map(|deployment| deployment.route.id.as_str()).collect();
            problems.error(
                &[path.as_slice(), &[index.into()]].concat(),
                format!("there is no deployment `{name}`"),
                "unknown",
                match by_keys.and_then(|registry| registry.provider(name)?.key_variable.as_ref()) {
                    Some(variable) => {
                        format!("it comes to be when {variable} is set; there are: {}", known.join(", "))
                    }
                    None => format!("there are: {}", known.join(", ")),
                },
            );
        }
    }
    names.iter().map(DeploymentId::new).collect()
}

fn aliases(
    lists: &BTreeMap<String, Vec<String>>,
    deployments: &[DeploymentPlan],
    at: &[Step],
    problems: &mut Problems<'_>,
) -> Aliases {
    let known = deployments.iter().map(|deployment| deployment.route.id.clone()).collect();
    Aliases::resolved(lists, &known).unwrap_or_else(|error| {
        let path = below(at, error.alias());
        problems.error(
            &path,
            error.to_string(),
            "here",
            "an alias lists DEPLOYMENT/MODEL and names of other aliases",
        );
        Aliases::default()
    })
}

fn mode(app: &App, now_unix_ms: u64, at: &[Step], problems: &mut Problems<'_>) -> ModePlan {
    let Some(day) = app.observe_until else { return ModePlan::Protect };
    let path = below(at, "observe_until");
    let until_unix_ms = day.end_unix_ms();
    if until_unix_ms <= now_unix_ms {
        problems.warning(
            &path,
            format!("observe mode ended on {day}: the app is protected"),
            "over",
            "leave observe_until out, or choose a later day",
        );
        return ModePlan::Protect;
    }
    if until_unix_ms > now_unix_ms + (OBSERVE_DAYS_MAX + 1) * DAY_MS {
        problems.error(
            &path,
            format!("observe mode may last at most {OBSERVE_DAYS_MAX} days from today"),
            "too far ahead",
            "while it lasts nothing is protected; choose an earlier day",
        );
    } else {
        problems.warning(
            &path,
            format!("nothing of this app is protected until the end of {day} (UTC)"),
            "observe mode",
            "",
        );
    }
    ModePlan::Observe { until_unix_ms }
}
