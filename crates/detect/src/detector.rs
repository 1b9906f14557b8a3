//! The detector: text to findings, the order of the steps.
//!
//! normal form → candidates (triggers, numbers, scanners, key name) → judged one by one (edges, check, context, score) →
//! exact terms → the same on further forms of the text (encodings undone) → surrogates left out → merged → further places of
//! the same values → back to the original text.

use std::collections::HashSet;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use types::{ByteSpan, Entity, Finding, Role};

use crate::beside::Beside;
use crate::error::DetectError;
use crate::forms::{self, Budget, Path, Source};
use crate::judge::Judge;
use crate::known::{self, KnownNames};
use crate::model::{Model, Reads, UnknownEntity};
use crate::named::{Names, NamesAsked};
use crate::normal::Normal;
use crate::rules::compiled::Rules;
use crate::rules::{BUILTIN, RuleError, RuleFile, load};
use crate::tagger::Tagger;
use crate::terms::ExactTerms;
use crate::{echo, examples, merge, ordinary, search};

/// Longest text that is searched in one piece, in bytes. Far above any request limit; it keeps memory bounded should a
/// caller have none.
pub const TEXT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A set of recognizers, ready to search. Immutable; share it between threads. Clones share the recognizers.
#[derive(Debug, Clone)]
pub struct Detector {
    rules: Arc<Rules>,
    /// The words of all entities, to know surrogates by.
    words: Arc<HashSet<String>>,
    names: Option<Names>,
    beside: Option<Beside>,
    version: [u8; 32],
    /// The version without names and bigger model.
    plain_version: [u8; 32],
}

/// A text to search, and what is known about it.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The text.
    pub text: &'a str,
    /// Name of the JSON member, or label, around the text.
    pub key: Option<&'a str>,
    /// Who speaks.
    pub role: Role,
    /// Strings that the company never lets out.
    pub terms: Option<&'a ExactTerms>,
}

/// Says how long the text is, not what it says.
impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Input({} bytes, {:?})", self.text.len(), self.role)
    }
}

impl<'a> Input<'a> {
    /// A text of a user, without key and exact terms.
    pub const fn of(text: &'a str) -> Self {
        Self { text, key: None, role: Role::User, terms: None }
    }
}

impl Detector {
    /// The detector with the recognizers that are shipped.
    ///
    /// Their examples are tried by a test of this crate, not at each start.
    ///
    /// # Errors
    /// Only if the shipped files are wrong, which a test of this crate rules out.
    pub fn builtin() -> Result<Self, RuleError> {
        Self::unproven(BUILTIN)
    }

    /// A detector with the recognizers of these files; take [`BUILTIN`] with them to keep the shipped ones.
    ///
    /// # Errors
    /// The first mistake, with file, line and column: syntax, unknown keys and names, an example that is not found, a
    /// counter-example that is, a recognizer that is ambiguous, too slow or finds values in ordinary text.
    pub fn new(files: &[RuleFile<'_>]) -> Result<Self, RuleError> {
        let detector = Self::unproven(files)?;
        detector.failures(files)?.into_iter().next().map_or(Ok(detector), Err)
    }

    /// A detector whose examples have not been tried: to ask it for [`failures`](Self::failures).
    ///
    /// # Errors
    /// The first mistake in the form of the files.
    pub fn unproven(files: &[RuleFile<'_>]) -> Result<Self, RuleError> {
        let rules = load::load(files)?;
        let words = rules.entities.iter().map(|entity| entity.word().to_owned()).collect();
        let version = digest(files);
        Ok(Self {
            rules: Arc::new(rules),
            words: Arc::new(words),
            names: None,
            beside: None,
            version,
            plain_version: version,
        })
    }

    /// The same detector, which also asks a tagger for names, places and addresses in free text, and reads them in fields that
    /// say so. What it asked before is asked no more.
    #[must_use]
    pub fn with_tagger(mut self, tagger: Arc<Tagger>, asked: impl Into<NamesAsked>) -> Self {
        self.names = Names::of(tagger, asked.into(), &self.rules);
        self.versioned()
    }

    /// With the version that follows from recognizers, names and bigger model.
    fn versioned(mut self) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.plain_version);
        if let Some(names) = &self.names {
            hash.update(names.model());
            hash.update(names.asked.word());
            hash.update([u8::from(names.asked.organizations), u8::from(names.asked.keeps_public)]);
        }
        if let Some(beside) = &self.beside {
            let (version, reads) = beside.version();
            hash.update(b"model");
            hash.update(version);
            hash.update([reads]);
        }
        let is_plain = self.names.is_none() && self.beside.is_none();
        self.version = if is_plain { self.plain_version } else { hash.finalize().into() };
        self
    }

    /// What is asked of names, and the digest of the weights that find them.
    pub fn names(&self) -> Option<(NamesAsked, [u8; 32])> {
        self.names.as_ref().map(|names| (names.asked, names.model()))
    }

    /// The same detector, which also asks a bigger model, about what `reads` says. As with the tagger it reads the text as it
    /// stands.
    ///
    /// # Errors
    /// A label of the model that stands for no entity of the recognizer files.
    pub fn with_model(mut self, model: Arc<dyn Model>, reads: Reads) -> Result<Self, UnknownEntity> {
        self.beside = Some(Beside::of(model, reads, &self.rules)?);
        Ok(self.versioned())
    }

    /// Digest of the bigger model, if there is one.
    pub fn model_version(&self) -> Option<[u8; 32]> {
        self.beside.as_ref().map(|beside| beside.version().0)
    }

    /// What does not hold in files of this detector that are not shipped (a test proves those that are): examples,
    /// counter-examples, recognizers that are ambiguous, too slow or find values in ordinary text.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn failures(&self, files: &[RuleFile<'_>]) -> Result<Vec<RuleError>, RuleError> {
        let own: Vec<RuleFile<'_>> = files.iter().filter(|file| !load::is_shipped(file)).copied().collect();
        let mut failures = examples::failures(self, &own)?;
        if !own.is_empty() {
            failures.extend(ordinary::failures(self, &own)?);
        }
        Ok(failures)
    }

    /// All entities, in the order of the files.
    pub fn entities(&self) -> &[Entity] {
        &self.rules.entities
    }

    /// The entity of this name, short label or word.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.rules.labels.get(name).and_then(|index| self.rules.entities.get(*index))
    }

    /// Digest of the recognizer files, of the tagger and its knob, and of the bigger model: another set has another version.
    pub const fn version(&self) -> [u8; 32] {
        self.version
    }

    /// The findings in a text: sorted, not overlapping, spans on character boundaries of the text as given.
    ///
    /// The same input always gives the same findings.
    ///
    /// # Errors
    /// [`DetectError::TextTooLong`]; [`DetectError::FormsTooDeep`] and [`DetectError::FormsTooLarge`] where encodings are nested
    /// so that not all could be undone; [`DetectError::Model`] where a bigger model could not read the text.
    ///
    /// # Examples
    /// ```
    /// use cordon_detect::{Detector, Input};
    ///
    /// let detector = Detector::builtin()?;
    /// let findings = detector.findings(&Input::of("write to joe@tidewick.org"))?;
    /// assert_eq!(findings[0].entity.name(), "EMAIL_ADDRESS");
    /// assert_eq!(findings[0].span.of("write to joe@tidewick.org"), Some("joe@tidewick.org"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn findings(&self, input: &Input<'_>) -> Result<Vec<Finding>, DetectError> {
        self.found(input, self.beside.as_ref())
    }

    /// The findings without those of a bigger model: for text that may not wait for one.
    ///
    /// # Errors
    /// As [`findings`](Self::findings), but for the model.
    pub fn findings_without_model(&self, input: &Input<'_>) -> Result<Vec<Finding>, DetectError> {
        self.found(input, None)
    }

    fn found(&self, input: &Input<'_>, beside: Option<&Beside>) -> Result<Vec<Finding>, DetectError> {
        if input.text.len() > TEXT_BYTES_MAX {
            return Err(DetectError::TextTooLong { bytes: input.text.len(), bytes_max: TEXT_BYTES_MAX });
        }
        let normal = Normal::of(input.text);
        let text = normal.text();
        let key = input.key.map(|key| Normal::of(key).text().to_owned());
        let given = Given { key: key.as_deref(), role: input.role, terms: input.terms };
        let is_word =
            |word: &str| self.words.contains(word) || input.terms.is_some_and(|terms| terms.has_word(word));
        let mut found = self.as_it_stands(text, given);
        if let Some(names) = &self.names {
            names.find(text, (given.key, given.role), &self.rules, &mut found);
        }
        if let Some(beside) = beside {
            beside.find(text, &mut found).map_err(DetectError::Model)?;
        }
        let is_left =
            |text: &str, finding: &Finding| self.names.is_some() && known::is_one_word(text, finding);
        let mut found = with_echoes(text, found, &is_word, &is_left);
        for finding in &mut found {
            finding.span = normal.original(finding.span);
            if &*finding.evidence.recognizer == crate::named::RECOGNIZER {
                finding.span = crate::named::dense::without_styled_ends(input.text, finding.span);
            }
        }
        let mut in_forms = Vec::new();
        let source = Source { text: input.text, normal: &normal };
        let mut budget = Budget::of(input.text.len());
        let start = (source, Path::default());
        self.in_forms(start, &|_| true, given, &mut budget, &mut in_forms)?;
        let mut found = merge::merged(found);
        in_forms.retain(|finding| !is_known(&found, finding));
        if !in_forms.is_empty() {
            found.extend(in_forms);
            found = with_echoes(input.text, found, &is_word, &is_left);
        }
        if let Some(known) = self.known_names(found.iter().map(|finding| (input.text, finding))) {
            let more = known.beside(input.text, &found);
            if !more.is_empty() {
                found.extend(merge::without_surrogates(input.text, more, &is_word));
                found = merge::merged(found);
            }
        }
        if forms::keep_carriers_whole(input.text, &mut found) {
            found = merge::merged(found);
        }
        Ok(found)
    }

    /// The names of people among these findings, each with the text that it stands in, to be looked for in the other ways in which
    /// people write them. `None` without a tagger, and where there is no name.
    pub fn known_names<'a>(
        &self,
        found: impl IntoIterator<Item = (&'a str, &'a Finding)>,
    ) -> Option<KnownNames> {
        self.names.as_ref().and_then(|names| KnownNames::of(found, (names, &self.rules), self.version))
    }

    /// The findings in a text in normal form as it stands, not merged.
    fn as_it_stands(&self, text: &str, given: Given<'_>) -> Vec<Finding> {
        let words = self.rules.vocabulary.read(text);
        let mut judge = Judge::of(&self.rules, text, words.context, given.key);
        search::candidates(&self.rules, text, &words.triggers, (given.key, given.role), &mut judge);
        let mut found = judge.into_findings();
        if let Some(terms) = given.terms {
            terms.find(text, &mut found);
        }
        found
    }

    /// Adds the findings in further forms of a text; spans are those of the text as given.
    fn in_forms(
        &self,
        (source, path): (Source<'_>, Path),
        is_new: &dyn Fn(ByteSpan) -> bool,
        given: Given<'_>,
        budget: &mut Budget,
        found: &mut Vec<Finding>,
    ) -> Result<(), DetectError> {
        forms::each(source, path, is_new, budget, &mut |made, budget| {
            let form = made.form;
            let normal = Normal::of(form.text());
            let mut inside = self.as_it_stands(normal.text(), given);
            // What is escaped is prose all the same; what is spelled out or encoded is not.
            if let Some(names) = self.names.as_ref().filter(|_| made.is_escaped()) {
                names.find(normal.text(), (given.key, given.role), &self.rules, &mut inside);
            }
            for finding in &mut inside {
                finding.span = normal.original(finding.span);
            }
            let deeper = Source { text: form.text(), normal: &normal };
            self.in_forms((deeper, made.path), &|span| form.is_changed(span), given, budget, &mut inside)?;
            found.extend(inside.into_iter().filter_map(|finding| made.taken_back(finding)));
            Ok(())
        })
    }
}

/// True when the text as it stands gives this finding too, or one of its class around it: what is seen there is the simpler
/// reason.
fn is_known(found: &[Finding], finding: &Finding) -> bool {
    let after = found.partition_point(|known| known.span.start <= finding.span.start);
    let known = after.checked_sub(1).and_then(|at| found.get(at));
    known.is_some_and(|known| known.span.contains(finding.span) && known.class() == finding.class())
}

/// Surrogates left out, overlaps made one, further places of the values added.
fn with_echoes(
    text: &str,
    found: Vec<Finding>,
    is_word: &dyn Fn(&str) -> bool,
    is_left: &dyn Fn(&str, &Finding) -> bool,
) -> Vec<Finding> {
    let mut merged = merge::merged(merge::without_surrogates(text, found, is_word));
    let echoes = echo::echoes(text, &merged, &|finding| is_left(text, finding));
    if !echoes.is_empty() {
        merged.extend(merge::without_surrogates(text, echoes, is_word));
        merged = merge::merged(merged);
    }
    merged
}

/// What is known about a text and holds for its forms as well.
#[derive(Clone, Copy)]
struct Given<'a> {
    key: Option<&'a str>,
    role: Role,
    terms: Option<&'a ExactTerms>,
}

fn digest(files: &[RuleFile<'_>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for file in files {
        for part in [file.name, file.text] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().into()
}
