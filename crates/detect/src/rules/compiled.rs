//! Recognizers in the form in which they run.

use std::collections::HashMap;
use std::sync::Arc;

use regex_automata::meta::Regex;
use regex_automata::{Input, PatternID, PatternSet};
use types::Entity;

use crate::check::Check;
use crate::context::Reach;
use crate::edges::Edge;
use crate::known::position::Cues;
use crate::named::fields::label::FieldWords;
use crate::named::public::PublicNames;
use crate::read::Reader;
use crate::read::names::NameWords;
use crate::rules::automata::Lazy;
use crate::rules::matcher::Matcher;
use crate::scan::Scanners;
use crate::vocabulary::Vocabulary;

/// All recognizers of a detector.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) entities: Vec<Entity>,
    /// Index into `entities` for each name and each short label.
    pub(crate) labels: HashMap<String, usize>,
    pub(crate) recognizers: Vec<Recognizer>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) numbers: Option<RegexSet>,
    /// Patterns whose value may stand anywhere.
    pub(crate) anywhere: Vec<Anywhere>,
    pub(crate) scanners: Scanners,
    pub(crate) names: NameWords,
    pub(crate) fields: FieldWords,
    pub(crate) cues: Cues,
    pub(crate) public: PublicNames,
}

/// What the patterns of one recognizer share.
#[derive(Debug)]
pub(crate) struct Recognizer {
    pub(crate) id: Arc<str>,
    pub(crate) entity: Entity,
    pub(crate) has_context: bool,
    pub(crate) reach: Reach,
    pub(crate) has_against: bool,
    pub(crate) score_min: f32,
}

/// One way to find values.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Index of its recognizer.
    pub(crate) recognizer: usize,
    pub(crate) name: Arc<str>,
    pub(crate) regex: Option<Matcher>,
    pub(crate) reader: Option<Reader>,
    pub(crate) check: Option<Check>,
    pub(crate) edge: Edge,
    pub(crate) score: f32,
    pub(crate) context_required: bool,
    pub(crate) from_key: bool,
    /// True when keywords lead to its values: they are context by themselves.
    pub(crate) has_keywords: bool,
    pub(crate) window_bytes: usize,
}

/// A regex that runs over the whole text.
#[derive(Debug)]
pub(crate) struct Anywhere {
    pub(crate) regex: Regex,
    /// The group that is the value.
    pub(crate) group: usize,
    /// Index of the pattern.
    pub(crate) pattern: usize,
}

/// Many regexes tried at once from one place; `patterns` holds the index of the pattern of each.
#[derive(Debug)]
pub(crate) struct RegexSet {
    pub(crate) automaton: Lazy,
    pub(crate) patterns: Vec<usize>,
}

impl RegexSet {
    /// Number of regexes.
    pub(crate) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// The regexes that match from the start of `search` on.
    pub(crate) fn matching(&self, search: &Input<'_>, matching: &mut PatternSet) {
        matching.clear();
        let mut cache = self.automaton.caches.get();
        let automaton = &self.automaton.automaton;
        // A byte that the automaton does not know stood in the way: all regexes are tried.
        if automaton.try_which_overlapping_matches(&mut cache, search, matching).is_err() {
            for id in automaton_patterns(self.len()) {
                matching.insert(id);
            }
        }
    }
}

fn automaton_patterns(count: usize) -> impl Iterator<Item = PatternID> {
    (0..count).filter_map(|index| PatternID::new(index).ok())
}

impl Rules {
    /// The pattern of this index and its recognizer.
    pub(crate) fn pattern(&self, index: usize) -> Option<(&Pattern, &Recognizer)> {
        let pattern = self.patterns.get(index)?;
        Some((pattern, self.recognizers.get(pattern.recognizer)?))
    }
}
