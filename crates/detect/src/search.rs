//! Candidates: every place at which a pattern may have a value.
//!
//! Four passes, each linear in the text: literals, keywords, words and endings; words that hold a digit; scanners over the text, patterns that
//! may stand anywhere; and the name of the JSON member. Regexes run anchored, where one of these leads, in a bounded window.

use regex_automata::Input as Search;
use regex_automata::util::primitives::NonMaxUsize;
use types::{ByteSpan, Role};

use crate::edges;
use crate::judge::{Candidate, Judge};
use crate::numbers;
use crate::read::Reader;
use crate::rules::compiled::{Anywhere, Pattern, Rules, SetSearch};
use crate::rules::matcher::{SLOTS, group};
use crate::scan::{AtNumber, Budget, Run};
use crate::triggers::{Kind, Place};
use crate::vocabulary::Hits;

/// How far a pattern for identifiers may look, in bytes: the longest has 34 characters and as many separators.
const NUMBER_WINDOW_BYTES: usize = 96;

/// Hands every candidate of `text`, in which these triggers stand, to the judge.
pub(crate) fn candidates(
    rules: &Rules,
    text: &str,
    triggers: &Hits,
    (key, role): (Option<&str>, Role),
    judge: &mut Judge<'_, '_>,
) {
    if let Some(key) = key {
        under_key(rules, text, key, role, judge);
    }
    under_headers(rules, text, role, judge);
    at_triggers(rules, text, triggers, judge);
    Numbers::of(rules, text).search(judge);
    anywhere(rules, text, judge);
    for (run, kinds) in rules.scanners.iter() {
        if let Run::OverText(scan) = run {
            scan(text, &rules.names, &mut |kind, span| take_kind(kinds, kind, span, judge));
        }
    }
}

/// Values whose keyword is the name of the JSON member around the text.
fn under_key(rules: &Rules, text: &str, key: &str, role: Role, judge: &mut Judge<'_, '_>) {
    for index in introduced_by(rules, key, role) {
        if let Some(span) = value_of(rules, text, index) {
            judge.candidate(Candidate { pattern: index, span, is_under_key: true });
        }
    }
}

/// Values whose keyword is the header of their column.
fn under_headers(rules: &Rules, text: &str, role: Role, judge: &mut Judge<'_, '_>) {
    let mut candidates = Vec::new();
    let tables = judge.tables();
    for (table, header) in tables.tables.iter().enumerate().map(|(index, table)| (index, &table.header)) {
        let patterns: Vec<Vec<usize>> = header
            .iter()
            .map(|label| label.of(text).filter(|label| is_label(label)).unwrap_or_default())
            .map(|label| introduced_by(rules, label, role))
            .collect();
        if patterns.iter().all(Vec::is_empty) || is_list(text, header) {
            continue;
        }
        tables.each_cell(table, |column, cell| {
            let Some(value) = cell.of(text) else { return };
            for index in patterns.get(column).into_iter().flatten() {
                if let Some(span) = value_of(rules, value, *index) {
                    let span = ByteSpan::new(cell.start + span.start, cell.start + span.end);
                    candidates.push(Candidate { pattern: *index, span, is_under_key: true });
                }
            }
        });
    }
    for candidate in candidates {
        judge.candidate(candidate);
    }
}

/// False for a piece of a sentence or of a program where the label of a column should stand.
fn is_label(label: &str) -> bool {
    label.split(' ').count() <= LABEL_WORDS_MAX
        && label.matches('(').count() == label.matches(')').count()
        && !label.contains(['"', '*'])
}

/// Most words of a label: `date of birth of child`.
const LABEL_WORDS_MAX: usize = 5;

/// True for a line of code or prose that looks like a header: it goes on behind its last comma and is indented or has spaces
/// behind its commas, or a string begins in it.
pub(crate) fn is_list(text: &str, header: &[ByteSpan]) -> bool {
    let (Some(first), Some(last)) = (header.first(), header.last()) else { return true };
    let is_indented = matches!(edges::byte(text, first.start.wrapping_sub(1)), b' ' | b'\t' | b'\'' | b'"');
    let is_spaced = header
        .iter()
        .skip(1)
        .any(|label| !label.is_empty() && edges::byte(text, label.start.wrapping_sub(1)) == b' ');
    let has_string =
        header.iter().any(|label| label.of(text).is_some_and(|label| label.matches('"').count() % 2 == 1));
    has_string
        || (last.is_empty()
            && edges::byte(text, last.start.wrapping_sub(1)) == b','
            && (is_indented || is_spaced))
}

/// The patterns whose keyword ends this name. Names in tool definitions are names of things.
fn introduced_by(rules: &Rules, name: &str, role: Role) -> Vec<usize> {
    let mut introduced = Vec::new();
    let name = name.trim_end_matches(|c: char| !c.is_alphabetic());
    let vocabulary = &rules.vocabulary;
    let at_end = vocabulary.read(name).triggers;
    for (place, patterns) in at_end.all().iter().filter_map(|hit| vocabulary.triggers.led_to(*hit)) {
        if place.kind != Kind::Keyword || place.end != name.len() {
            continue;
        }
        for index in patterns {
            let counts = rules.pattern(*index).is_some_and(|(pattern, _)| {
                pattern.from_key && !(role == Role::Definition && pattern.reader.is_some())
            });
            if counts && !introduced.contains(index) {
                introduced.push(*index);
            }
        }
    }
    introduced
}

/// The value of a pattern in a text that its keyword introduces as a whole.
fn value_of(rules: &Rules, text: &str, index: usize) -> Option<ByteSpan> {
    let (pattern, _) = rules.pattern(index)?;
    match pattern.reader {
        Some(reader) => reader.whole(text, &rules.names),
        None => value_after(text, 0, pattern, |_, _| None),
    }
}

/// Where the last value of each pattern ended: what stands inside a value is not read again. Few of the patterns have a value
/// in a text.
#[derive(Default)]
struct Ends {
    /// A bit for each pattern that has one.
    known: Vec<u64>,
    /// Pattern and end, by pattern.
    ends: Vec<(usize, usize)>,
}

impl Ends {
    fn of(&self, pattern: usize) -> usize {
        if self.known.get(pattern / 64).is_none_or(|word| word >> (pattern % 64) & 1 == 0) {
            return 0;
        }
        let at = self.ends.binary_search_by_key(&pattern, |(known, _)| *known);
        at.ok().and_then(|at| self.ends.get(at)).map_or(0, |(_, end)| *end)
    }

    fn set(&mut self, pattern: usize, end: usize) {
        match self.ends.binary_search_by_key(&pattern, |(known, _)| *known) {
            Ok(at) => {
                if let Some(known) = self.ends.get_mut(at) {
                    known.1 = end;
                }
            }
            Err(at) => {
                self.ends.insert(at, (pattern, end));
                if self.known.len() <= pattern / 64 {
                    self.known.resize(pattern / 64 + 1, 0);
                }
                if let Some(word) = self.known.get_mut(pattern / 64) {
                    *word |= 1 << (pattern % 64);
                }
            }
        }
    }
}

/// What readers said last: several patterns introduce the same value, as `key` and `api key` do.
#[derive(Default)]
struct Readings {
    last: [Option<(Reader, usize, Option<ByteSpan>)>; READINGS],
    next: usize,
}

/// So many readings are kept.
const READINGS: usize = 4;

impl Readings {
    fn read(&mut self, rules: &Rules, text: &str, at: usize, reader: Reader) -> Option<ByteSpan> {
        let same = self.last.iter().flatten().find(|(known, place, _)| *known == reader && *place == at);
        if let Some((_, _, value)) = same {
            return *value;
        }
        let value = reader.value_at(text, at, &rules.names);
        if let Some(slot) = self.last.get_mut(self.next % READINGS) {
            *slot = Some((reader, at, value));
        }
        self.next += 1;
        value
    }
}

fn at_triggers(rules: &Rules, text: &str, hits: &Hits, judge: &mut Judge<'_, '_>) {
    let mut ends = Ends::default();
    let mut readings = Readings::default();
    let mut at_place = |place: Place, patterns: &[usize]| {
        for index in patterns {
            let Some(pattern) = rules.patterns.get(*index) else { continue };
            // A word inside a phrase that is a word too: both count, their union is kept.
            if place.kind != Kind::Word && place.start < ends.of(*index) {
                continue;
            }
            let span = match place.kind {
                Kind::Literal | Kind::Inner if !pattern.edge.may_start(text, place.start) => None,
                Kind::Literal | Kind::Inner => value_after(text, place.start, pattern, |at, reader| {
                    readings.read(rules, text, at, reader)
                }),
                Kind::Keyword => {
                    value_after(text, place.end, pattern, |at, reader| readings.read(rules, text, at, reader))
                }
                Kind::Word => Some(ByteSpan::new(place.start, place.end)),
                Kind::Ending => value_before(text, place.end, pattern),
            };
            if let Some(span) = span {
                ends.set(*index, span.end);
                judge.candidate(Candidate { pattern: *index, span, is_under_key: false });
            }
        }
    };
    let triggers = &rules.vocabulary.triggers;
    triggers.each_inner(text, &mut at_place);
    for (place, patterns) in hits.all().iter().filter_map(|hit| triggers.led_to(*hit)) {
        at_place(place, patterns);
    }
}

/// The value of a pattern whose regex is to match up to `at`.
fn value_before(text: &str, at: usize, pattern: &Pattern) -> Option<ByteSpan> {
    let start = edges::floor(text, at.saturating_sub(pattern.window_bytes));
    let part = text.get(start..at)?;
    let span = pattern.regex.as_ref()?.value_at(part, 0, part.len())?;
    Some(ByteSpan::new(start + span.start, start + span.end))
}

/// The value of a pattern whose regex is to match at `at`; `read` gives the one that a reader sees behind the match.
fn value_after(
    text: &str,
    at: usize,
    pattern: &Pattern,
    read: impl FnOnce(usize, Reader) -> Option<ByteSpan>,
) -> Option<ByteSpan> {
    let regex = pattern.regex.as_ref()?;
    let end = at.saturating_add(pattern.window_bytes).min(text.len());
    let value = regex.value_at(text, at, end)?;
    match pattern.reader {
        Some(reader) => read(value.end, reader),
        None => Some(value),
    }
}

type Kinds = [(&'static str, usize)];

fn take_kind(kinds: &Kinds, kind: &str, span: ByteSpan, judge: &mut Judge<'_, '_>) {
    for (_, pattern) in kinds.iter().filter(|(known, _)| *known == kind) {
        judge.candidate(Candidate { pattern: *pattern, span, is_under_key: false });
    }
}

/// The pass over words that hold a digit.
struct Numbers<'r, 't> {
    rules: &'r Rules,
    text: &'t str,
    /// Scanner, who takes up its kinds, from where on it looks again.
    scanners: Vec<(AtNumber, &'r Kinds, usize)>,
    budget: Budget,
    /// All patterns for identifiers, once a word is worth it.
    set: Option<SetSearch<'r>>,
}

impl<'r, 't> Numbers<'r, 't> {
    fn of(rules: &'r Rules, text: &'t str) -> Self {
        let at_number = |(run, kinds)| match run {
            Run::AtNumber(scan) => Some((scan, kinds, 0)),
            Run::OverText(_) => None,
        };
        let scanners = rules.scanners.iter().filter_map(at_number).collect();
        Self { rules, text, scanners, budget: Budget::of(text), set: None }
    }

    fn search(&mut self, judge: &mut Judge<'_, '_>) {
        let mut skip_to = 0;
        for word in numbers::Words::of(self.text) {
            if word.start < skip_to || !numbers::is_promising(self.text, word) {
                continue;
            }
            if let Some(end) =
                numbers::uuid_end(self.text, word).or_else(|| numbers::timestamp_end(self.text, word))
            {
                skip_to = end;
                continue;
            }
            for (scan, kinds, resume) in &mut self.scanners {
                if word.start >= *resume {
                    *resume = scan(self.text, word, &mut self.budget, &mut |kind, span| {
                        take_kind(kinds, kind, span, judge)
                    });
                }
            }
            for start in numbers::starts(self.text, word).into_iter().flatten() {
                self.at_start(start, judge);
            }
        }
    }

    fn at_start(&mut self, start: usize, judge: &mut Judge<'_, '_>) {
        let Some(set) = &self.rules.numbers else { return };
        let search = self.set.get_or_insert_with(|| set.search());
        let end = start.saturating_add(NUMBER_WINDOW_BYTES).min(self.text.len());
        search.run(self.text, start, end);
        for index in search.matching() {
            let Some((pattern, recognizer)) = self.rules.pattern(index) else { continue };
            if !judge.can_hold(pattern, recognizer, start, NUMBER_WINDOW_BYTES) {
                continue;
            }
            let read = |at, reader: Reader| reader.value_at(self.text, at, &self.rules.names);
            if let Some(span) = value_after(self.text, start, pattern, read) {
                judge.candidate(Candidate { pattern: index, span, is_under_key: false });
            }
        }
    }
}

/// Patterns that neither literal, keyword nor digit leads to.
fn anywhere(rules: &Rules, text: &str, judge: &mut Judge<'_, '_>) {
    for Anywhere { regex, group: value, pattern } in &rules.anywhere {
        let mut at = 0;
        let mut slots: [Option<NonMaxUsize>; SLOTS] = [None; SLOTS];
        while at <= text.len() && regex.search_slots(&Search::new(text).range(at..), &mut slots).is_some() {
            let Some(whole) = group(&slots, 0) else { break };
            if let Some(span) = group(&slots, *value) {
                judge.candidate(Candidate { pattern: *pattern, span, is_under_key: false });
            }
            let next = edges::after(text, whole.end).map_or(1, char::len_utf8);
            at = if whole.is_empty() { whole.end + next } else { whole.end };
            slots = [None; SLOTS];
        }
    }
}
