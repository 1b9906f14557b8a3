//! The engine behind the face: treatments, law and the operator's own policies, all in Cedar.
//!
//! One question per class and treatment, what names a person first, from the loosest line of the table on; the first that is permitted
//! is the treatment, none refuses the candidate. Everything that decides is in one value, built whole or not at all, so that a reload
//! swaps one pointer and no request sees a mixed set.

mod cache;
mod classes;
mod facts;
mod invariants;
mod known;
mod laws;
mod own;
mod permits;
mod ruling;
mod schema;
mod slices;
mod spoken;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use registry::law::Law;
use sha2::{Digest, Sha256};
use types::{AppName, DataClass, Verdict};

use self::cache::{Cache, Key, Stands};
use self::facts::Facts;
use self::known::Known;
use self::ruling::Judge;
use self::schema::Vocabulary;
use self::slices::Slices;
use self::spoken::Spoken;
use crate::choice::best;
use crate::{Candidate, Decision, Exception, PolicyEngine, PolicyError, Question, Table};

/// Most policy files.
const FILES_MAX: usize = 64;

/// Largest policy file, in bytes.
const FILE_BYTES_MAX: usize = 1 << 20;

/// A policy file of the operator's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFile {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Everything that decides.
#[derive(Debug, Clone)]
pub struct Policies {
    /// The law tables.
    pub law: Law,
    /// The treatments of each app that the configuration names.
    pub tables: BTreeMap<AppName, Table>,
    /// The treatments of all other apps.
    pub other_apps: Table,
    /// Jurisdictions that may not hold or reach the data.
    pub denied: BTreeSet<String>,
    /// The operator's own policies.
    pub files: Vec<OwnFile>,
    /// Named exceptions.
    pub exceptions: Vec<Exception>,
}

/// Why a set of policies is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", self.place())]
pub struct PolicyFault {
    /// The file; `None` where no file is at fault.
    pub file: Option<Box<str>>,
    /// Byte offset in it.
    pub offset: Option<usize>,
    /// The exception at fault, by name; `None` where none is.
    pub exception: Option<Box<str>>,
    /// Line and column, from 1.
    pub line_column: Option<(usize, usize)>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl PolicyFault {
    fn internal(message: &str) -> Self {
        Self {
            file: None,
            offset: None,
            exception: None,
            line_column: None,
            message: message.to_owned(),
            help: String::new(),
        }
    }

    fn at(file: &OwnFile, offset: Option<usize>, message: &str, help: &str) -> Self {
        Self {
            file: Some(file.name.as_str().into()),
            offset,
            exception: None,
            line_column: Some(line_column(&file.text, offset.unwrap_or(0))),
            message: message.to_owned(),
            help: help.to_owned(),
        }
    }

    fn place(&self) -> String {
        match (&self.file, self.line_column) {
            (Some(file), Some((line, column))) => format!("{file}:{line}:{column}: "),
            (Some(file), None) => format!("{file}: "),
            (None, _) => String::new(),
        }
    }
}

/// Line and column of a byte offset, both from 1; columns count characters.
fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}

/// A policy as it is asked, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyText {
    /// Its name in verdicts.
    pub id: String,
    /// Where it comes from.
    pub from: String,
    /// Its text.
    pub text: String,
}

/// Decides by treatments, law and the operator's own policies.
pub struct CedarEngine {
    law: Law,
    words: Vocabulary,
    meters: BTreeSet<String>,
    jurisdictions: BTreeSet<String>,
    denied: BTreeSet<String>,
    exceptions: Vec<Exception>,
    /// Forbids of the law and the operator's own policies: what holds for every table.
    known: Vec<Known>,
    /// Ids of the generated forbids.
    law_ids: BTreeSet<String>,
    has_own_permits: bool,
    /// Each table once, with its slices.
    tables: Vec<(Table, Slices)>,
    apps: BTreeMap<AppName, usize>,
    other_apps: usize,
    permits: Vec<Known>,
    digest: [u8; 32],
    cache: Cache,
}

impl CedarEngine {
    /// An engine over these policies.
    ///
    /// # Errors
    /// [`PolicyFault`]: a file that is not Cedar, does not fit the schema or would loosen; a set that breaks an invariant.
    pub fn new(policies: &Policies) -> Result<Self, PolicyFault> {
        let law = policies.law.clone();
        check_files(&policies.files)?;
        let meters = law.meters();
        let words = Vocabulary::new(&meters)?;
        let forbids = laws::forbids(&law, &policies.denied)?;
        let law_ids: BTreeSet<String> = forbids.iter().map(|known| known.id.clone()).collect();
        let own = own::policies(&policies.files, &policies.exceptions, &law_ids, &words)?;
        check_exceptions(&policies.exceptions, &law, &own)?;
        let has_own_permits = own.iter().any(|known| !known.is_forbid());
        let jurisdictions = jurisdictions(&law, policies);
        let known: Vec<Known> = forbids.into_iter().chain(own).collect();
        let mut engine = Self {
            digest: digest(policies, &words.text),
            denied: policies.denied.clone(),
            exceptions: policies.exceptions.clone(),
            tables: Vec::new(),
            apps: BTreeMap::new(),
            other_apps: 0,
            permits: Vec::new(),
            cache: Cache::new(),
            law,
            words,
            meters,
            jurisdictions,
            known,
            law_ids,
            has_own_permits,
        };
        engine.other_apps = engine.table(&policies.other_apps)?;
        for (app, table) in &policies.tables {
            let place = engine.table(table)?;
            engine.apps.insert(app.clone(), place);
        }
        invariants::check(&engine)?;
        Ok(engine)
    }

    /// The place of a table, put in if it is new.
    fn table(&mut self, table: &Table) -> Result<usize, PolicyFault> {
        if let Some(place) = self.tables.iter().position(|(known, _)| known == table) {
            return Ok(place);
        }
        let permits = permits::permits(table, &self.law)?;
        let slices = Slices::of(permits.iter().chain(&self.known))?;
        self.permits.extend(permits);
        self.tables.push((table.clone(), slices));
        Ok(self.tables.len() - 1)
    }

    /// The schema as text.
    pub fn schema(&self) -> &str {
        &self.words.text
    }

    /// All policies: those of the law, the operator's own, and the permits of each table.
    pub fn texts(&self) -> Vec<PolicyText> {
        self.known
            .iter()
            .chain(&self.permits)
            .map(|known| PolicyText {
                id: known.id.clone(),
                from: known.from.clone(),
                text: known.text.clone(),
            })
            .collect()
    }

    /// How many policies hold for an app.
    pub fn count(&self, app: &AppName) -> usize {
        let (table, _) = self.rules_of(app);
        self.known.len() + permits::permits(table, &self.law).map_or(0, |permits| permits.len())
    }

    fn rules_of(&self, app: &AppName) -> (&Table, &Slices) {
        let place = self.apps.get(app).copied().unwrap_or(self.other_apps);
        // INVARIANT: places come from `table`, which never takes one away.
        let (table, slices) = self.tables.get(place).unwrap_or_else(|| self.first_table());
        (table, slices)
    }

    #[expect(clippy::indexing_slicing, reason = "`new` puts the table of all other apps in first")]
    fn first_table(&self) -> &(Table, Slices) {
        &self.tables[0]
    }

    /// Rules on one candidate. `spoken` is empty with the first one that is not known, and goes on to the next.
    fn ruling<'a>(
        &'a self,
        question: &'a Question<'_>,
        candidate: &Candidate,
        spoken: &mut Option<Spoken<'a>>,
    ) -> Result<Arc<Verdict>, PolicyError> {
        let exceptions: Vec<usize> = (0..self.exceptions.len())
            .filter(|place| {
                self.exceptions
                    .get(*place)
                    .is_some_and(|exception| exception.is_in_force(question.app, question.day))
            })
            .collect();
        let key = Key {
            app: question.app.clone(),
            environment: question.environment,
            classes: bits(question.classes.keys()),
            deployment: candidate.deployment.clone(),
            standing: Stands(Arc::clone(&candidate.standing)),
            declared: Arc::clone(question.declared),
            meters: Arc::clone(&candidate.meters),
            exceptions,
            handling_floor: question.handling_floor,
            stream: question.stream,
            tools: question.tools,
        };
        if let Some(known) = self.cache.get(&key) {
            return Ok(known);
        }
        let (table, slices) = self.rules_of(question.app);
        let spoken = match spoken {
            Some(spoken) => spoken,
            None => spoken.insert(Spoken::of(&self.facts(), question)?),
        };
        let judge = Judge {
            facts: self.facts(),
            table,
            slices,
            exceptions: key.exceptions.iter().filter_map(|place| self.exceptions.get(*place)).collect(),
            has_own_permits: self.has_own_permits,
        };
        let ruling = Arc::new(judge.ruling(question, candidate, spoken)?);
        self.cache.put(key, Arc::clone(&ruling));
        Ok(ruling)
    }

    fn facts(&self) -> Facts<'_> {
        Facts { words: &self.words, law: &self.law, meters: &self.meters, jurisdictions: &self.jurisdictions }
    }
}

/// Says how much decides; the policies themselves are shown by [`CedarEngine::texts`].
impl std::fmt::Debug for CedarEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "CedarEngine({} policies, {} tables)",
            self.known.len() + self.permits.len(),
            self.tables.len()
        )
    }
}

impl PolicyEngine for CedarEngine {
    fn decide(&self, question: &Question<'_>) -> Result<Decision, PolicyError> {
        if question.classes.is_empty() {
            let first = question.candidates.first().ok_or(PolicyError::Engine("no candidate"))?;
            return Ok(Decision::Send(Verdict {
                deployment: first.deployment.clone(),
                treatments: BTreeMap::new(),
                reasons: Vec::new(),
            }));
        }
        let mut spoken = None;
        let verdicts = question.candidates.iter().map(|candidate| {
            let ruling = self.ruling(question, candidate, &mut spoken);
            ruling.map(|ruling| ruling.as_ref().clone())
        });
        best(verdicts, question.classes)
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
    }

    fn rests_on(&self, policy: &str) -> BTreeSet<String> {
        let keys = self.known.iter().filter(|known| known.id == policy);
        keys.filter_map(|known| known.policy.annotation("facts"))
            .flat_map(|keys| keys.split(','))
            .filter(|key| !key.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn regions(&self) -> BTreeSet<String> {
        self.law.regions()
    }
}

fn bits<'a>(classes: impl Iterator<Item = &'a DataClass>) -> u32 {
    classes.fold(0, |bits, class| {
        let place = DataClass::ALL.iter().position(|known| known == class).unwrap_or(31);
        bits | 1 << place
    })
}

fn check_files(files: &[OwnFile]) -> Result<(), PolicyFault> {
    if files.len() > FILES_MAX {
        return Err(PolicyFault::internal(&format!(
            "{} policy files are named, at most {FILES_MAX} are read",
            files.len()
        )));
    }
    match files.iter().find(|file| file.text.len() > FILE_BYTES_MAX) {
        Some(file) => {
            Err(PolicyFault::at(file, None, &format!("it is larger than {FILE_BYTES_MAX} bytes"), ""))
        }
        None => Ok(()),
    }
}

fn check_exceptions(exceptions: &[Exception], law: &Law, own: &[Known]) -> Result<(), PolicyFault> {
    let liftable: BTreeSet<&str> =
        law.rules().iter().filter(|rule| rule.may_be_lifted).map(|rule| rule.id.as_str()).collect();
    for exception in exceptions {
        for what in &exception.what {
            let is_permit = own.iter().any(|known| known.id == *what && !known.is_forbid());
            if !liftable.contains(what.as_str()) && !is_permit {
                let all: Vec<&str> = liftable.iter().copied().collect();
                return Err(PolicyFault {
                    exception: Some(exception.name.as_str().into()),
                    help: format!(
                        "an exception lifts one of {}, or a permit of your own policy files that names it",
                        all.join(", ")
                    ),
                    ..PolicyFault::internal(&format!(
                        "the exception `{}` cannot lift `{what}`",
                        exception.name
                    ))
                });
            }
        }
    }
    Ok(())
}

/// Every jurisdiction that some policy can speak of, for what `GLOBAL` stands for.
fn jurisdictions(law: &Law, policies: &Policies) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = policies.denied.clone();
    all.extend(law.rows("country_of_concern").map(|row| row.text("code").to_owned()));
    all.extend(law.rows("adequate").map(|row| row.text("code").to_owned()));
    all.extend(law.eea().map(str::to_owned));
    all.extend(law.regions());
    for file in &policies.files {
        // Every text in quotation marks that looks like a country.
        let is_code = |text: &&str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        all.extend(file.text.split('"').filter(is_code).map(str::to_owned));
    }
    all
}

fn digest(policies: &Policies, schema: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut put = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(text);
    };
    put("cordon policies 1");
    put(schema);
    for table in policies.law.tables() {
        put(&table.name);
        put(&table.version);
    }
    for (app, table) in &policies.tables {
        put(app.as_str());
        put(&hex(&table.digest()));
    }
    put(&hex(&policies.other_apps.digest()));
    policies.denied.iter().for_each(|code| put(code));
    for file in &policies.files {
        put(&file.name);
        put(&file.text);
    }
    for exception in &policies.exceptions {
        put(&format!("{exception:?}"));
    }
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
