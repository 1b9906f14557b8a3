//! Table tests: question → expected verdict, in TOML files that a person can read.
//!
//! `cases/policy/*.toml` are those of the law, written by hand from its text; `cordon policy test` runs an operator's own against the
//! operator's configuration. The format stands in `cases/policy/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use registry::{Day, Doubt, Handling, Standing};
use serde::Deserialize;
use types::{AppName, DataClass, DeploymentId, Environment, Treatment, Verdict};

use crate::{
    Candidate, CedarEngine, Decision, Declared, Exception, Level, Meters, OwnFile, Policies, PolicyEngine,
    Question, Table,
};

/// Most cases of a file.
const CASES_MAX: usize = 5_000;

/// A case, and what is wrong with the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Name of the case.
    pub name: String,
    /// What differs, one line each; empty where the case passes.
    pub wrong: Vec<String>,
}

/// What cases are run against.
pub struct Base<'a> {
    /// The policies; a file may replace treatments and denied jurisdictions and add exceptions and policies.
    pub policies: &'a Policies,
    /// What an app declares where the case says nothing.
    pub declared: &'a dyn Fn(&AppName) -> Declared,
}

/// Runs the cases of a file.
///
/// # Errors
/// One line on why the file cannot be run.
pub fn run(text: &str, base: &Base<'_>) -> Result<Vec<Outcome>, String> {
    let file: FileForm = toml::from_str(text).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        let before = text.get(..place).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        format!("line {line}: {}", error.message().split_whitespace().collect::<Vec<_>>().join(" "))
    })?;
    if file.case.len() > CASES_MAX {
        return Err(format!("there are more than {CASES_MAX} cases"));
    }
    let engine = file.engine(base.policies)?;
    file.case.iter().map(|case| case.outcome(&engine, base)).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    #[serde(rename = "about")]
    _about: Option<String>,
    preset: Option<String>,
    #[serde(default)]
    treatments: BTreeMap<String, String>,
    deny: Option<BTreeSet<String>>,
    cedar: Option<String>,
    #[serde(default)]
    exception: Vec<ExceptionForm>,
    #[serde(default)]
    case: Vec<CaseForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionForm {
    name: String,
    until: i32,
    what: BTreeSet<String>,
    #[serde(default)]
    apps: BTreeSet<String>,
    #[serde(default)]
    classes: BTreeSet<String>,
    #[serde(default)]
    deployments: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseForm {
    name: String,
    #[serde(default = "default_app")]
    app: String,
    environment: Option<String>,
    #[serde(default)]
    declared: Option<DeclaredForm>,
    #[serde(default)]
    day: i32,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    tools: bool,
    handling_floor: Option<String>,
    found: BTreeMap<String, u32>,
    to: Vec<DeploymentForm>,
    expect: BTreeMap<String, String>,
    sent_to: Option<String>,
    #[serde(default)]
    because: Vec<String>,
    #[serde(default)]
    not_because: Vec<String>,
}

fn default_app() -> String {
    "default".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(crate) struct DeclaredForm {
    subjects: Option<BTreeSet<String>>,
    purpose: Option<BTreeSet<String>>,
    audience: Option<BTreeSet<String>>,
    legal_basis: Option<String>,
    consent: bool,
    art9_exception: Option<String>,
    dpia_approved: bool,
    programmes: BTreeSet<String>,
    important: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeploymentForm {
    id: Option<String>,
    like: String,
    provider: Option<String>,
    may_train: Option<bool>,
    may_control: Option<bool>,
    dpa: Option<bool>,
    clauses: Option<bool>,
    assessed_transfer: Option<bool>,
    baa: Option<bool>,
    covered_person: Option<bool>,
    reach: Option<BTreeSet<String>>,
    adequate: Option<bool>,
    #[serde(default)]
    forbidden: BTreeSet<String>,
    handling: Option<String>,
    quarantined: Option<bool>,
    #[serde(default)]
    doubt: BTreeMap<String, String>,
    #[serde(default)]
    meters: BTreeMap<String, u64>,
}

impl FileForm {
    fn engine(&self, base: &Policies) -> Result<CedarEngine, String> {
        let mut policies = base.clone();
        let has_own_table = self.preset.is_some() || !self.treatments.is_empty();
        if has_own_table {
            let preset = self.preset.as_deref().unwrap_or("standard");
            let table = Table::preset(preset).map_err(|error| error.to_string())?;
            let table = self.treatments.iter().try_fold(table, |table, (class, treatment)| {
                table.changed(class, treatment).map_err(|error| error.to_string())
            })?;
            policies.tables.clear();
            policies.other_apps = table;
        }
        if let Some(denied) = &self.deny {
            policies.denied.clone_from(denied);
        }
        if let Some(text) = &self.cedar {
            policies.files.push(OwnFile { name: "cedar".to_owned(), text: text.clone() });
        }
        for form in &self.exception {
            policies.exceptions.push(Exception {
                name: form.name.clone(),
                who: "the case".to_owned(),
                why: "the case".to_owned(),
                until: Day(form.until),
                what: form.what.clone(),
                apps: form.apps.iter().map(AppName::new).collect(),
                classes: classes(&form.classes)?,
                deployments: form.deployments.iter().map(DeploymentId::new).collect(),
            });
        }
        CedarEngine::new(&policies).map_err(|fault| fault.to_string())
    }
}

impl CaseForm {
    fn outcome(&self, engine: &CedarEngine, base: &Base<'_>) -> Result<Outcome, String> {
        let of = |what: String| format!("case `{}`: {what}", self.name);
        let app = AppName::new(&self.app);
        let declared = match &self.declared {
            Some(form) => form.declared().map_err(of)?,
            None => (base.declared)(&app),
        };
        let found = self
            .found
            .iter()
            .map(|(name, count)| Ok((class(name)?, *count)))
            .collect::<Result<BTreeMap<_, _>, String>>()
            .map_err(of)?;
        let candidates =
            self.to.iter().map(DeploymentForm::candidate).collect::<Result<Vec<_>, String>>().map_err(of)?;
        let environment = self.environment.as_deref().unwrap_or("prod");
        let question = Question {
            app: &app,
            environment: Environment::from_name(environment)
                .ok_or_else(|| of(format!("no environment `{environment}`")))?,
            classes: &found,
            candidates: &candidates,
            declared: &Arc::new(declared),
            day: Day(self.day),
            handling_floor: handling(self.handling_floor.as_deref().unwrap_or("D")).map_err(of)?,
            stream: self.stream,
            tools: self.tools,
        };
        let decision = engine.decide(&question).map_err(|error| of(error.to_string()))?;
        Ok(Outcome { name: self.name.clone(), wrong: self.wrong(&decision).map_err(of)? })
    }

    /// What differs from what is expected.
    fn wrong(&self, decision: &Decision) -> Result<Vec<String>, String> {
        let mut wrong = Vec::new();
        let (verdict, reasons) = match decision {
            Decision::Send(verdict) => (Some(verdict), &verdict.reasons),
            Decision::Refuse(refusal) => (None, &refusal.reasons),
        };
        let got_to = verdict.map_or("refused", |verdict| verdict.deployment.as_str());
        if let Some(sent_to) = &self.sent_to
            && sent_to != got_to
        {
            wrong.push(format!("sent to: expected {sent_to}, got {got_to}"));
        }
        for (name, expected) in &self.expect {
            let class = class(name)?;
            let expected =
                Treatment::from_name(expected).ok_or_else(|| format!("no treatment `{expected}`"))?;
            let got = treatment(decision, verdict, class);
            if got != Some(expected) {
                let got = got.map_or("nothing is said of it", Treatment::name);
                wrong.push(format!("{class}: expected {expected}, got {got}"));
            }
        }
        let ids: BTreeSet<&str> = reasons.iter().map(|reason| reason.policy.as_str()).collect();
        let shown = || ids.iter().copied().collect::<Vec<_>>().join(", ");
        for id in self.because.iter().filter(|id| !ids.contains(id.as_str())) {
            wrong.push(format!("because of {id}: not among the reasons: {}", shown()));
        }
        for id in self.not_because.iter().filter(|id| ids.contains(id.as_str())) {
            wrong.push(format!("not because of {id}: among the reasons: {}", shown()));
        }
        Ok(wrong)
    }
}

/// The treatment of a class; of a refused request `refuse` for the classes that may not leave.
fn treatment(decision: &Decision, verdict: Option<&Verdict>, class: DataClass) -> Option<Treatment> {
    match (decision, verdict) {
        (_, Some(verdict)) => verdict.treatments.get(&class).copied(),
        (Decision::Refuse(refusal), None) if refusal.classes.contains(&class) => Some(Treatment::Refuse),
        _ => None,
    }
}

impl DeclaredForm {
    pub(crate) fn declared(&self) -> Result<Declared, String> {
        Ok(Declared {
            subjects: self.subjects.clone(),
            purpose: self.purpose.clone(),
            audience: self.audience.clone(),
            legal_basis: self.legal_basis.clone(),
            consent: self.consent.then(|| "on file".to_owned()),
            art9_exception: self.art9_exception.clone(),
            dpia_approved: self.dpia_approved,
            programmes: self.programmes.clone(),
            important: classes(&self.important)?,
        })
    }
}

impl DeploymentForm {
    pub(crate) fn candidate(&self) -> Result<Candidate, String> {
        let provider = self.provider.as_deref().unwrap_or("acme");
        let mut standing = match self.like.as_str() {
            "unknown" => Standing::unknown(provider),
            "own" => Standing::own(provider),
            "processor" => processor(provider),
            other => return Err(format!("like = \"{other}\": there are unknown, own, processor")),
        };
        for (key, doubt) in &self.doubt {
            let doubt = match doubt.as_str() {
                "unknown" => Doubt::Unknown,
                "stale" => Doubt::Stale,
                "conflict" => Doubt::Conflict,
                other => return Err(format!("`{other}` is no doubt: there are unknown, stale, conflict")),
            };
            fold(&mut standing, key)?;
            standing.doubtful.insert(key.clone(), doubt);
        }
        let set = |place: &mut bool, value: Option<bool>| *place = value.unwrap_or(*place);
        set(&mut standing.may_train, self.may_train);
        set(&mut standing.may_control, self.may_control);
        set(&mut standing.dpa, self.dpa);
        set(&mut standing.clauses, self.clauses);
        set(&mut standing.assessed_transfer, self.assessed_transfer);
        set(&mut standing.baa, self.baa);
        set(&mut standing.covered_person, self.covered_person);
        set(&mut standing.adequate, self.adequate);
        set(&mut standing.quarantined, self.quarantined);
        if let Some(reach) = &self.reach {
            standing.reach.clone_from(reach);
        }
        if let Some(letter) = &self.handling {
            standing.handling = handling(letter)?;
        }
        standing.forbidden = classes(&self.forbidden)?;
        let meters =
            self.meters.iter().map(|(meter, percent)| (meter.clone(), Level::of_percent(*percent))).collect();
        Ok(Candidate {
            deployment: DeploymentId::new(self.id.as_deref().unwrap_or("there")),
            standing: Arc::new(standing),
            meters: Arc::new(Meters(meters)),
        })
    }
}

/// A processor by contract that trains nothing, in the United States, without clauses, assessment or associate agreement.
fn processor(provider: &str) -> Standing {
    Standing {
        on_premises: false,
        clauses: false,
        assessed_transfer: false,
        baa: false,
        zero_retention: false,
        retention_days: Some(30),
        reach: BTreeSet::from(["US".to_owned()]),
        adequate: false,
        handling: Handling::C,
        ..Standing::own(provider)
    }
}

/// A fact in doubt stands at its fail-closed value, as the registry folds it.
fn fold(standing: &mut Standing, key: &str) -> Result<(), String> {
    match key {
        "training.default" => standing.may_train = true,
        "dpa.role" => standing.may_control = true,
        "dpa.available" => {
            standing.dpa = false;
            standing.may_control = true;
        }
        "transfer.mechanism" => standing.clauses = false,
        "transfer.dpf_certified" => standing.adequate = false,
        "hipaa.baa" => standing.baa = false,
        "entity.us_covered_person" => standing.covered_person = true,
        "location.storage" | "location.processing" | "location.remote_access" | "entity.hq_country" => {
            standing.reach.insert("GLOBAL".to_owned());
            standing.adequate = false;
        }
        other => return Err(format!("no deciding fact is called `{other}`")),
    }
    Ok(())
}

fn handling(letter: &str) -> Result<Handling, String> {
    match letter {
        "A" => Ok(Handling::A),
        "B" => Ok(Handling::B),
        "C" => Ok(Handling::C),
        "D" => Ok(Handling::D),
        other => Err(format!("handling is A, B, C or D, not `{other}`")),
    }
}

pub(crate) fn class(name: &str) -> Result<DataClass, String> {
    DataClass::from_name(name).ok_or_else(|| format!("there is no data class `{name}`"))
}

fn classes(names: &BTreeSet<String>) -> Result<BTreeSet<DataClass>, String> {
    names.iter().map(|name| class(name)).collect()
}
