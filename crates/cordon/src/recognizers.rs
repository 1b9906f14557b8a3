//! The detector of a configuration: the shipped recognizers and those of its files, and what is said of entities checked
//! against them.

use std::sync::{Arc, OnceLock};

use detect::{BUILTIN, Detector, NamesAsked, RuleError, RuleFile};

use crate::config::document::{Document, Step};
use crate::config::load::Loaded;
use crate::config::problem::{ConfigError, Problem, Problems};
use crate::config::rule_files::OwnRules;
use crate::failure::Failure;
use crate::{model, names};
use types::DataClass;

/// The shipped files and these.
pub(crate) fn with_shipped(own: &[OwnRules]) -> Vec<RuleFile<'_>> {
    BUILTIN.iter().copied().chain(own.iter().map(OwnRules::file)).collect()
}

/// The detector of a configuration, with the warnings that follow from it.
///
/// # Errors
/// A recognizer file that is refused, or an entity that the configuration names and nobody knows.
pub(crate) fn detector(loaded: &Loaded) -> Result<(Arc<Detector>, ConfigError), Failure> {
    let own = if loaded.rules.is_empty() {
        None
    } else {
        let made = Detector::new(&with_shipped(&loaded.rules));
        Some(made.map_err(|error| refused(&loaded.rules, &[error]))?)
    };
    let detector = own.map_or_else(shipped, |own| Ok(Arc::new(own)))?;
    let detector = asking(&detector, loaded.config.detection.asked())?;
    let detector = match loaded.config.detection.model.is_on() {
        true => Arc::new(model::beside(detector.as_ref().clone(), loaded)?),
        false => detector,
    };
    let warnings = check_entities(loaded, &detector)?;
    Ok((detector, warnings))
}

/// The detector with the shipped recognizers only, made once.
fn shipped() -> Result<Arc<Detector>, Failure> {
    static SHIPPED: OnceLock<Arc<Detector>> = OnceLock::new();
    if let Some(detector) = SHIPPED.get() {
        return Ok(Arc::clone(detector));
    }
    let detector = builtin()?;
    Ok(Arc::clone(SHIPPED.get_or_init(|| Arc::new(detector))))
}

fn builtin() -> Result<Detector, Failure> {
    Detector::builtin()
        .map_err(|error| Failure::Unavailable(format!("the shipped recognizers cannot be read: {error}")))
}

/// The same detector, asking this of names.
///
/// # Errors
/// Only if the shipped weights are wrong.
pub(crate) fn asking(detector: &Arc<Detector>, asked: NamesAsked) -> Result<Arc<Detector>, Failure> {
    if asked.knob.is_none() && detector.names().is_none() {
        return Ok(Arc::clone(detector));
    }
    Ok(Arc::new(detector.as_ref().clone().with_tagger(names::tagger()?, asked)))
}

/// Mistakes of one recognizer file, shown with its text; those of the file of the first of them.
pub(crate) fn refused(own: &[OwnRules], errors: &[RuleError]) -> Failure {
    let first = errors.first();
    match first.and_then(|error| own.iter().find(|rules| rules.name == error.file)) {
        Some(rules) => shown(rules, errors).into(),
        None => Failure::Usage(first.map_or_else(String::new, ToString::to_string)),
    }
}

/// The mistakes of one file, shown with its text.
pub(crate) fn shown(rules: &OwnRules, errors: &[RuleError]) -> ConfigError {
    let document = Document::new(rules.name.clone(), rules.text.clone());
    let of_file = errors.iter().filter(|error| error.file == rules.name);
    ConfigError::new(&document, of_file.map(|error| problem(&rules.text, error)).collect())
}

fn problem(text: &str, error: &RuleError) -> Problem {
    let line = text.split_inclusive('\n').take(error.line.saturating_sub(1));
    let line_start: usize = line.map(str::len).sum();
    let rest = text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
    let column = rest.char_indices().nth(error.column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    Problem {
        span: (error.line > 0).then_some(line_start + column..line_start + rest.len()),
        message: error.what.clone(),
        label: "here".to_owned(),
        help: Some(error.hint.clone()).filter(|hint| !hint.is_empty()),
        is_warning: false,
    }
}

/// Thresholds and allowed values speak of entities that there are; of those that open something, with care.
fn check_entities(loaded: &Loaded, detector: &Detector) -> Result<ConfigError, ConfigError> {
    let mut problems = Problems::new(&loaded.document);
    let common = &loaded.config.detection;
    let common_at: Vec<Step> = vec!["detection".into()];
    let mut all = vec![(common_at, &common.thresholds, &common.allow)];
    for (name, app) in &loaded.config.apps {
        let at: Vec<Step> = vec!["apps".into(), name.as_str().into(), "detection".into()];
        all.push((at, &app.detection.thresholds, &app.detection.allow));
    }
    for (at, thresholds, allow) in all {
        let path = |table: &str, entity: &str| [at.as_slice(), &[table.into(), entity.into()]].concat();
        for entity in thresholds.keys() {
            match class_of(detector, entity) {
                None => unknown(&path("thresholds", entity), entity, &mut problems),
                Some(DataClass::Credential) => problems.warning(
                    &path("thresholds", entity),
                    format!("secrets of the entity `{entity}` that score less leave as they are"),
                    "of the class credential",
                    "leave it out: what opens something should not be missed",
                ),
                Some(_) => {}
            }
        }
        for (entity, texts) in allow {
            match class_of(detector, entity) {
                None => unknown(&path("allow", entity), entity, &mut problems),
                Some(DataClass::Credential)
                    if texts.iter().any(|text| text.starts_with('/') && text.ends_with('/')) =>
                {
                    problems.error(
                        &path("allow", entity),
                        format!("a pattern cannot allow secrets of the entity `{entity}`"),
                        "of the class credential",
                        "list the single values that open nothing",
                    );
                }
                Some(_) => {}
            }
        }
    }
    problems.finish()
}

/// The class of an entity by its full name; short labels do not count, findings are not named so.
fn class_of(detector: &Detector, entity: &str) -> Option<DataClass> {
    detector.entities().iter().find(|known| known.name() == entity).map(types::Entity::class)
}

fn unknown(at: &[Step], entity: &str, problems: &mut Problems<'_>) {
    problems.error(
        at,
        format!("there is no entity `{entity}`"),
        "unknown",
        "`cordon recognizers list` shows the entities; findings are named so in `cordon explain`",
    );
}
