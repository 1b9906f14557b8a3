//! From a candidate to a finding: edges, context, check, score, with the evidence for each step.

use std::sync::{Arc, LazyLock};

use types::{ByteSpan, Evidence, Finding};

use crate::context::{Says, Surroundings};
use crate::rules::compiled::{Pattern, Recognizer, Rules};
use crate::tables::Tables;
use crate::vocabulary::Hits;

/// What a passed check adds to the score.
const CHECK_BONUS: f32 = 0.3;
/// What a context word adds to the score.
const CONTEXT_BONUS: f32 = 0.35;
/// How shortly before a value a word that speaks against it must stand, in bytes.
const AGAINST_BYTES: usize = 24;

/// A place at which a pattern has a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// Index of the pattern.
    pub(crate) pattern: usize,
    /// The value, in the normal form.
    pub(crate) span: ByteSpan,
    /// True when the name of the JSON member or the header of the column introduced it.
    pub(crate) is_under_key: bool,
}

/// Judges the candidates of one text.
pub(crate) struct Judge<'d, 't> {
    rules: &'d Rules,
    text: &'t str,
    surroundings: Surroundings<'d, 't>,
    found: Vec<Finding>,
}

/// What stands as context where the name of the JSON member introduced a value.
static UNDER_KEY: LazyLock<Arc<str>> = LazyLock::new(|| "key".into());
/// What stands as context where a keyword of the pattern did; its score says so already.
static BY_KEYWORD: LazyLock<Arc<str>> = LazyLock::new(|| "keyword".into());

impl<'d, 't> Judge<'d, 't> {
    /// A judge for `text`, in which these context words stand, under a JSON member of this name. Both are in normal form.
    pub(crate) fn of(rules: &'d Rules, text: &'t str, context: Hits, key: Option<&str>) -> Self {
        Self {
            rules,
            text,
            surroundings: Surroundings::of(&rules.vocabulary, text, context, key),
            found: Vec::new(),
        }
    }

    /// The tables of the text.
    pub(crate) fn tables(&self) -> &Tables<'t> {
        self.surroundings.tables()
    }

    /// The findings, spans in the normal form, in the order of their candidates.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.found
    }

    /// Keeps the finding of a candidate, if it holds.
    pub(crate) fn candidate(&mut self, candidate: Candidate) {
        let finding = self.finding(candidate);
        self.found.extend(finding);
    }

    /// False when a pattern needs context and a value that begins at `start` and has at most `bytes` can have none.
    pub(crate) fn can_hold(
        &mut self,
        pattern: &Pattern,
        recognizer: &Recognizer,
        start: usize,
        bytes: usize,
    ) -> bool {
        if !pattern.context_required {
            return true;
        }
        let says = Says::For(pattern.recognizer);
        let mut reach = recognizer.reach;
        reach.after_bytes += bytes;
        self.surroundings.in_key(says).is_some()
            || self.surroundings.near_loosely(says, start, reach)
            || self.surroundings.in_column(says, start).is_some()
    }

    fn finding(&mut self, candidate: Candidate) -> Option<Finding> {
        let (pattern, recognizer) = self.rules.pattern(candidate.pattern)?;
        let span = candidate.span;
        let value = span.of(self.text).filter(|value| !value.is_empty())?;
        if pattern.reader.is_none() && !pattern.edge.holds(self.text, span.start, span.end) {
            return None;
        }
        // Context is cheaper than some checks, so a candidate that needs it and has none ends here.
        let context = self.context(&candidate, pattern, recognizer);
        if (pattern.context_required && context.is_none())
            || self.is_spoken_against(&candidate, pattern, recognizer)
        {
            return None;
        }
        if pattern.check.is_some_and(|check| !(check.passes)(value)) {
            return None;
        }
        let (score, mut evidence) = weighed(pattern, recognizer, context);
        if pattern.has_keywords && evidence.context.is_none() {
            evidence.context = Some(Arc::clone(&BY_KEYWORD));
        }
        let entity = recognizer.entity.clone();
        (score >= recognizer.score_min).then_some(Finding { span, entity, score, evidence })
    }

    fn context(
        &mut self,
        candidate: &Candidate,
        pattern: &Pattern,
        recognizer: &Recognizer,
    ) -> Option<Arc<str>> {
        if candidate.is_under_key {
            return Some(Arc::clone(&UNDER_KEY));
        }
        if !recognizer.has_context {
            return None;
        }
        let says = Says::For(pattern.recognizer);
        let (start, end) = (candidate.span.start, candidate.span.end);
        self.surroundings
            .in_key(says)
            .or_else(|| self.surroundings.in_column(says, start))
            .or_else(|| self.surroundings.near(says, start, end, recognizer.reach))
            .cloned()
    }

    fn is_spoken_against(
        &mut self,
        candidate: &Candidate,
        pattern: &Pattern,
        recognizer: &Recognizer,
    ) -> bool {
        let says = Says::Against(pattern.recognizer);
        let start = candidate.span.start;
        recognizer.has_against
            && ((!candidate.is_under_key
                && (self.surroundings.in_key(says).is_some()
                    || self.surroundings.in_column(says, start).is_some()))
                || self.surroundings.shortly_before(says, start, AGAINST_BYTES).is_some())
    }
}

fn weighed(pattern: &Pattern, recognizer: &Recognizer, context: Option<Arc<str>>) -> (f32, Evidence) {
    let mut score = pattern.score;
    let mut steps = Vec::with_capacity(3);
    steps.push(("pattern".into(), score));
    let validator = pattern.check.map(|check| check.name);
    if validator.is_some() {
        score = (score + CHECK_BONUS).min(1.0);
        steps.push(("check".into(), score));
    }
    if context.is_some() {
        score = (score + CONTEXT_BONUS).min(1.0);
        steps.push(("context".into(), score));
    }
    let evidence = Evidence {
        recognizer: Arc::clone(&recognizer.id),
        pattern: Arc::clone(&pattern.name),
        validator,
        context,
        steps,
    };
    (score, evidence)
}
