//! From a candidate to a finding: edges, check, context, score, with the evidence for each step.

use types::{ByteSpan, Evidence, Finding};

use crate::rules::compiled::{Pattern, Recognizer, Rules};

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
    /// True when the name of the JSON member introduced it.
    pub(crate) is_under_key: bool,
}

/// The finding of a candidate, its span still in the normal form; `None` when it does not hold.
pub(crate) fn finding(rules: &Rules, text: &str, key: Option<&str>, candidate: Candidate) -> Option<Finding> {
    let (pattern, recognizer) = rules.pattern(candidate.pattern)?;
    let span = candidate.span;
    let value = span.of(text).filter(|value| !value.is_empty())?;
    if pattern.reader.is_none() && !pattern.edge.holds(text, span.start, span.end) {
        return None;
    }
    if recognizer
        .against
        .as_ref()
        .is_some_and(|words| words.shortly_before(text, span.start, AGAINST_BYTES).is_some())
    {
        return None;
    }
    if recognizer.against.as_ref().zip(key).is_some_and(|(words, key)| words.in_name(key).is_some())
        && !candidate.is_under_key
    {
        return None;
    }
    // Context is cheaper than some checks, so a candidate that needs it and has none ends here.
    let context = if candidate.is_under_key { Some("key") } else { context(recognizer, text, key, span) };
    if pattern.context_required && context.is_none() {
        return None;
    }
    if pattern.check.is_some_and(|check| !(check.passes)(value)) {
        return None;
    }
    let (score, evidence) = weighed(pattern, recognizer, context);
    (score >= recognizer.score_min).then(|| Finding {
        span,
        entity: recognizer.entity.clone(),
        score,
        evidence,
    })
}

fn context<'r>(recognizer: &'r Recognizer, text: &str, key: Option<&str>, span: ByteSpan) -> Option<&'r str> {
    let words = recognizer.context.as_ref()?;
    key.and_then(|key| words.in_name(key))
        .or_else(|| words.near(text, span.start, span.end, recognizer.reach))
}

fn weighed(pattern: &Pattern, recognizer: &Recognizer, context: Option<&str>) -> (f32, Evidence) {
    let mut score = pattern.score;
    let mut steps = vec![("pattern".to_owned(), score)];
    let validator = pattern.check.map(|check| check.name.to_owned());
    if validator.is_some() {
        score = (score + CHECK_BONUS).min(1.0);
        steps.push(("check".to_owned(), score));
    }
    if context.is_some() {
        score = (score + CONTEXT_BONUS).min(1.0);
        steps.push(("context".to_owned(), score));
    }
    let evidence = Evidence {
        recognizer: recognizer.id.clone(),
        pattern: pattern.name.clone(),
        validator,
        context: context.map(str::to_owned),
        steps,
    };
    (score, evidence)
}
