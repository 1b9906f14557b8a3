//! Recognizers in the form in which they run.

use std::collections::HashMap;
use std::sync::Arc;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::Cache;
use regex_automata::meta::Regex;
use regex_automata::util::pool::PoolGuard;
use regex_automata::{Anchored, Input};
use types::Entity;

use crate::check::Check;
use crate::context::Reach;
use crate::edges::Edge;
use crate::known::position::Cues;
use crate::named::address::Addresses;
use crate::named::company::CompanyForms;
use crate::named::cued::CueWords;
use crate::named::eponym::Eponyms;
use crate::named::fields::label::FieldWords;
use crate::named::gathered::ListLabels;
use crate::named::public::PublicNames;
use crate::read::Reader;
use crate::read::names::NameWords;
use crate::rules::automata::{Lazy, MakeCache};
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
    pub(crate) cued: CueWords,
    pub(crate) gathered: ListLabels,
    pub(crate) eponyms: Eponyms,
    pub(crate) addresses: Addresses,
    pub(crate) companies: CompanyForms,
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
    /// What searches one text from many places.
    pub(crate) fn search(&self) -> SetSearch<'_> {
        let words = self.patterns.len().div_ceil(64);
        SetSearch { set: self, cache: self.automaton.caches.get(), matching: vec![0; words] }
    }
}

/// Searches of one text: the states that its thread has built are fetched once.
pub(crate) struct SetSearch<'r> {
    set: &'r RegexSet,
    cache: PoolGuard<'r, Cache, MakeCache>,
    /// A bit for each regex.
    matching: Vec<u64>,
}

impl SetSearch<'_> {
    /// Finds the regexes that match from `start` on and end at `end` at the latest.
    pub(crate) fn run(&mut self, text: &str, start: usize, end: usize) {
        self.matching.fill(0);
        // A byte that the automaton does not know stood in the way: all regexes are tried.
        if self.step(text, start, end).is_none() {
            self.matching.fill(u64::MAX);
        }
    }

    /// The indexes of the patterns whose regexes match, in order.
    pub(crate) fn matching(&self) -> impl Iterator<Item = usize> {
        let bits = self.matching.iter().zip((0usize..).step_by(64)).flat_map(|(word, first)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let next = left.trailing_zeros();
                left &= left.checked_sub(1)?;
                Some(first + usize::try_from(next).ok()?)
            })
        });
        bits.filter_map(|bit| self.set.patterns.get(bit).copied())
    }

    /// Not with `try_which_overlapping_matches`, which asks for each pattern of each state anew: numbers match dozens of
    /// patterns, and most states have the patterns of the one before.
    fn step(&mut self, text: &str, start: usize, end: usize) -> Option<()> {
        let automaton = &self.set.automaton.automaton;
        let search = Input::new(text).range(start..end).anchored(Anchored::Yes);
        let mut state = automaton.start_state_forward(&mut self.cache, &search).ok()?;
        for byte in text.as_bytes().get(start..end)? {
            state = automaton.next_state(&mut self.cache, state, *byte).ok()?;
            if state.is_tagged() {
                if state.is_match() {
                    self.take(state);
                } else if state.is_dead() {
                    return Some(());
                } else if state.is_quit() {
                    return None;
                }
            }
        }
        // A match is told by the byte behind it.
        state = match text.as_bytes().get(end) {
            Some(byte) => automaton.next_state(&mut self.cache, state, *byte).ok()?,
            None => automaton.next_eoi_state(&mut self.cache, state).ok()?,
        };
        if state.is_match() {
            self.take(state);
        }
        (!state.is_quit()).then_some(())
    }

    fn take(&mut self, state: LazyStateID) {
        let automaton = &self.set.automaton.automaton;
        for at in 0..automaton.match_len(&self.cache, state) {
            let pattern = automaton.match_pattern(&self.cache, state, at).as_usize();
            if let Some(word) = self.matching.get_mut(pattern / 64) {
                *word |= 1 << (pattern % 64);
            }
        }
    }
}

impl Rules {
    /// The pattern of this index and its recognizer.
    pub(crate) fn pattern(&self, index: usize) -> Option<(&Pattern, &Recognizer)> {
        let pattern = self.patterns.get(index)?;
        Some((pattern, self.recognizers.get(pattern.recognizer)?))
    }
}
