//! The detector: text to findings, the order of the steps.
//!
//! normal form → candidates (triggers, numbers, scanners, key name) → judged one by one (edges, check, context, score) →
//! exact terms → surrogates left out → merged → further places of the same values → back to the original text.

use std::collections::HashSet;

use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input as Search, PatternSet};
use sha2::{Digest as _, Sha256};
use types::{ByteSpan, Entity, Finding, Role};

use crate::error::DetectError;
use crate::judge::{self, Candidate};
use crate::normal::Normal;
use crate::numbers;
use crate::rules::compiled::{Pattern, RegexSet, Rules};
use crate::rules::{BUILTIN, RuleError, RuleFile, load};
use crate::scan::{Budget, Run};
use crate::terms::ExactTerms;
use crate::{echo, examples, merge};

/// Longest text that is searched in one piece, in bytes. Far above any request limit; it keeps memory bounded should a
/// caller have none.
pub const TEXT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A set of recognizers, ready to search. Immutable; share it between threads.
#[derive(Debug)]
pub struct Detector {
    rules: Rules,
    /// The words of all entities, to know surrogates by.
    words: HashSet<String>,
    version: [u8; 32],
}

/// A text to search, and what is known about it.
#[derive(Debug, Clone, Copy)]
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

impl<'a> Input<'a> {
    /// A text of a user, without key and exact terms.
    pub const fn of(text: &'a str) -> Self {
        Self { text, key: None, role: Role::User, terms: None }
    }
}

impl Detector {
    /// The detector with the recognizers that are shipped.
    ///
    /// # Errors
    /// Only if the shipped files are wrong, which a test of this crate rules out.
    pub fn builtin() -> Result<Self, RuleError> {
        Self::new(BUILTIN)
    }

    /// A detector with the recognizers of these files; take [`BUILTIN`] with them to keep the shipped ones.
    ///
    /// # Errors
    /// The first mistake, with file, line and column: syntax, unknown keys and names, an example that is not found, a
    /// counter-example that is.
    pub fn new(files: &[RuleFile<'_>]) -> Result<Self, RuleError> {
        let detector = Self::unproven(files)?;
        examples::hold(&detector, files)?;
        Ok(detector)
    }

    /// A detector whose examples have not been tried.
    pub(crate) fn unproven(files: &[RuleFile<'_>]) -> Result<Self, RuleError> {
        let rules = load::load(files)?;
        let words = rules.entities.iter().map(|entity| entity.word().to_owned()).collect();
        Ok(Self { rules, words, version: digest(files) })
    }

    /// All entities, in the order of the files.
    pub fn entities(&self) -> &[Entity] {
        &self.rules.entities
    }

    /// The entity of this name, short label or word.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.rules.labels.get(name).and_then(|index| self.rules.entities.get(*index))
    }

    /// Digest of the recognizer files: another set has another version.
    pub const fn version(&self) -> [u8; 32] {
        self.version
    }

    /// The findings in a text: sorted, not overlapping, spans on character boundaries of the text as given.
    ///
    /// The same input always gives the same findings.
    ///
    /// # Errors
    /// [`DetectError::TextTooLong`].
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
        if input.text.len() > TEXT_BYTES_MAX {
            return Err(DetectError::TextTooLong { bytes: input.text.len(), bytes_max: TEXT_BYTES_MAX });
        }
        let normal = Normal::of(input.text);
        let text = normal.text();
        let mut found = Vec::new();
        let key = input.key.map(|key| Normal::of(key).text().to_owned());
        self.each_candidate(text, key.as_deref(), input.role, &mut |candidate| {
            found.extend(judge::finding(&self.rules, text, key.as_deref(), candidate));
        });
        if let Some(terms) = input.terms {
            terms.find(text, &mut found);
        }
        let mut merged = merge::merged(merge::without_surrogates(text, found, &self.words));
        let echoes = echo::echoes(text, &merged);
        if !echoes.is_empty() {
            merged.extend(merge::without_surrogates(text, echoes, &self.words));
            merged = merge::merged(merged);
        }
        for finding in &mut merged {
            finding.span = normal.original(finding.span);
        }
        Ok(merge::merged(merged))
    }

    /// Every place at which a pattern may have a value.
    fn each_candidate(&self, text: &str, key: Option<&str>, role: Role, emit: &mut dyn FnMut(Candidate)) {
        self.under_key(text, key, role, emit);
        self.at_triggers(text, emit);
        self.at_numbers(text, emit);
        self.anywhere(text, emit);
        for (run, kinds) in self.rules.scanners.iter() {
            if let Run::OverText(scan) = run {
                scan(text, &self.rules.names, &mut |kind, span| emit_kind(kinds, kind, span, emit));
            }
        }
    }

    /// Values whose keyword is the name of the JSON member around the text. Names in tool definitions are names of things.
    fn under_key(&self, text: &str, key: Option<&str>, role: Role, emit: &mut dyn FnMut(Candidate)) {
        let Some(key) = key else { return };
        let mut tried = Vec::new();
        self.rules.triggers.each_at_end(key, |patterns| {
            for index in patterns {
                if !tried.contains(index) {
                    tried.push(*index);
                }
            }
        });
        for index in tried {
            let Some((pattern, _)) = self.rules.pattern(index) else { continue };
            if !pattern.from_key || (role == Role::Definition && pattern.reader.is_some()) {
                continue;
            }
            let span = match pattern.reader {
                Some(reader) => reader.whole(text, &self.rules.names),
                None => self.value_after(text, 0, pattern),
            };
            if let Some(span) = span {
                emit(Candidate { pattern: index, span, is_under_key: true });
            }
        }
    }

    fn at_triggers(&self, text: &str, emit: &mut dyn FnMut(Candidate)) {
        // Where the last value of each pattern ended: what stands inside a value is not read again.
        let mut resume = vec![0usize; self.rules.patterns.len()];
        self.rules.triggers.each(text, |hit, patterns| {
            for index in patterns {
                let (Some((pattern, _)), Some(resume)) = (self.rules.pattern(*index), resume.get_mut(*index))
                else {
                    continue;
                };
                if hit.start < *resume || (!hit.is_keyword && !pattern.edge.may_start(text, hit.start)) {
                    continue;
                }
                let at = if hit.is_keyword { hit.end } else { hit.start };
                if let Some(span) = self.value_after(text, at, pattern) {
                    *resume = span.end;
                    emit(Candidate { pattern: *index, span, is_under_key: false });
                }
            }
        });
    }

    /// The value of a pattern whose regex is to match at `at`.
    fn value_after(&self, text: &str, at: usize, pattern: &Pattern) -> Option<ByteSpan> {
        let regex = pattern.regex.as_ref()?;
        let end = at.saturating_add(pattern.window_bytes).min(text.len());
        let search = Search::new(text).range(at..end).anchored(Anchored::Yes);
        if let Some(reader) = pattern.reader {
            let introduction = regex.search(&search)?;
            return reader.value_at(text, introduction.end(), &self.rules.names);
        }
        if pattern.group == 0 {
            return regex.search(&search).map(|found| ByteSpan::new(found.start(), found.end()));
        }
        let mut slots: [Option<NonMaxUsize>; SLOTS] = [None; SLOTS];
        regex.search_slots(&search, &mut slots)?;
        let slot = |index: usize| slots.get(index).copied().flatten().map(NonMaxUsize::get);
        Some(ByteSpan::new(slot(pattern.group * 2)?, slot(pattern.group * 2 + 1)?))
    }

    fn at_numbers(&self, text: &str, emit: &mut dyn FnMut(Candidate)) {
        let scanners: Vec<_> = self
            .rules
            .scanners
            .iter()
            .filter_map(|(run, kinds)| match run {
                Run::AtNumber(scan) => Some((scan, kinds)),
                Run::OverText(_) => None,
            })
            .collect();
        let mut resumes = vec![0usize; scanners.len()];
        let mut matching = self.rules.numbers.as_ref().map(|set| PatternSet::new(set.regex.pattern_len()));
        let mut budget = Budget::of(text);
        let mut skip_to = 0;
        for word in numbers::Words::of(text) {
            if word.start < skip_to {
                continue;
            }
            if let Some(end) = numbers::uuid_end(text, word) {
                skip_to = end;
                continue;
            }
            if !numbers::is_promising(text, word) {
                continue;
            }
            for ((scan, kinds), resume) in scanners.iter().zip(&mut resumes) {
                if word.start >= *resume {
                    *resume =
                        scan(text, word, &mut budget, &mut |kind, span| emit_kind(kinds, kind, span, emit));
                }
            }
            if let (Some(set), Some(matching)) = (&self.rules.numbers, &mut matching) {
                for start in numbers::starts(text, word).into_iter().flatten() {
                    self.numbers_at(text, start, set, matching, emit);
                }
            }
        }
    }

    fn numbers_at(
        &self,
        text: &str,
        start: usize,
        set: &RegexSet,
        matching: &mut PatternSet,
        emit: &mut dyn FnMut(Candidate),
    ) {
        let end = start.saturating_add(NUMBER_WINDOW_BYTES).min(text.len());
        matching.clear();
        set.regex.which_overlapping_matches(
            &Search::new(text).range(start..end).anchored(Anchored::Yes),
            matching,
        );
        for id in matching.iter() {
            let Some(index) = set.patterns.get(id.as_usize()) else { continue };
            let Some((pattern, _)) = self.rules.pattern(*index) else { continue };
            if let Some(span) = self.value_after(text, start, pattern) {
                emit(Candidate { pattern: *index, span, is_under_key: false });
            }
        }
    }

    fn anywhere(&self, text: &str, emit: &mut dyn FnMut(Candidate)) {
        for index in &self.rules.anywhere {
            let Some((Pattern { regex: Some(regex), group, .. }, _)) = self.rules.pattern(*index) else {
                continue;
            };
            let mut at = 0;
            let mut slots: [Option<NonMaxUsize>; SLOTS] = [None; SLOTS];
            while at <= text.len() && regex.search_slots(&Search::new(text).range(at..), &mut slots).is_some()
            {
                let slot = |index: usize| slots.get(index).copied().flatten().map(NonMaxUsize::get);
                let (Some(start), Some(end)) = (slot(0), slot(1)) else { break };
                if let (Some(start), Some(end)) = (slot(group * 2), slot(group * 2 + 1)) {
                    emit(Candidate { pattern: *index, span: ByteSpan::new(start, end), is_under_key: false });
                }
                at = if end > start {
                    end
                } else {
                    end + crate::edges::after(text, end).map_or(1, char::len_utf8)
                };
                slots = [None; SLOTS];
            }
        }
    }
}

/// Room for the groups of a regex: 16 of them.
const SLOTS: usize = 32;

/// How far a pattern for identifiers may look, in bytes: the longest has 34 characters and as many separators.
const NUMBER_WINDOW_BYTES: usize = 96;

fn emit_kind(kinds: &[(&'static str, usize)], kind: &str, span: ByteSpan, emit: &mut dyn FnMut(Candidate)) {
    for (known, pattern) in kinds {
        if *known == kind {
            emit(Candidate { pattern: *pattern, span, is_under_key: false });
        }
    }
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
