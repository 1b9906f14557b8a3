//! Names that were found, looked for again in the other ways in which people write them: `Anna Weber` as "Dr. Weber", "Anna",
//! "A. Weber", "WEBER, Anna", "anna weber", `@anna_weber`; 王小明 as 小明 and 小王; 田中太郎 as 田中さん; 김민수 as 민수 씨.
//!
//! A part of a name alone is a word like any other, so what stands in it decides: a part that is an ordinary word, a month or a
//! big city counts only with a capital in a place where a name stands (`position`). Initials alone count where the text gave
//! them in parentheses behind the name. Promises: whole words only; linear time; a bounded number of names; what is found depends
//! on the names given and the text alone.
//!
//! Names are compared in normal form; spans are those of the text as given.

mod elsewhere;
mod forms;
mod heads;
pub(crate) mod position;
pub(crate) mod words;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use types::{ByteSpan, Entity, Evidence, Finding};

use self::elsewhere::Ways;
use self::forms::Way;
use self::heads::Heads;
use self::position::{Case, case_of};
use self::words::Words;
use crate::named::{Names, code};
use crate::normal::Normal;
use crate::rules::compiled::Rules;
use crate::strings;

/// Most names that are looked for; beyond it the first ones are.
const NAMES_MAX: usize = 1_000;
/// Longest name, in bytes.
const NAME_BYTES_MAX: usize = 80;
/// Most words of a way to write a name.
const PHRASE_WORDS_MAX: usize = 5;
/// From this score on the tagger's names are worth looking for again.
const SCORE_MIN: f32 = 0.6;

/// The entity of people, and of their handles.
const PERSON: &str = "PERSON";
const USERNAME: &str = "USERNAME";

/// Names, and the ways to write them.
pub struct KnownNames {
    /// Ways by their words in lower case, one space between them.
    phrases: HashMap<String, Way>,
    /// The first words of all ways.
    firsts: HashSet<String>,
    handles: HashSet<String>,
    heads: Heads,
    dense: Vec<forms::Dense>,
    cues: position::Cues,
    person: Entity,
    username: Entity,
    /// By their words, where they are looked for in other texts.
    ways: OnceLock<Ways>,
    /// Of the detector that found the names.
    version: [u8; 32],
}

/// Says how many; the names are the callers'.
impl std::fmt::Debug for KnownNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownNames({} ways)", self.phrases.len())
    }
}

impl KnownNames {
    /// The names among these findings, each with the text it stands in. `None` where there is none.
    pub(crate) fn of<'a>(
        found: impl IntoIterator<Item = (&'a str, &'a Finding)>,
        (names, rules): (&Names, &Rules),
        version: [u8; 32],
    ) -> Option<Self> {
        let entity =
            |name: &str| rules.labels.get(name).and_then(|index| rules.entities.get(*index)).cloned();
        let mut collected = forms::Collected::default();
        let mut seen = HashSet::new();
        for (text, finding) in found {
            if finding.entity.name() != PERSON || finding.score < SCORE_MIN || is_derived(finding) {
                continue;
            }
            let Some(value) = finding.span.of(text).filter(|value| value.len() <= NAME_BYTES_MAX) else {
                continue;
            };
            let normal = Normal::of(value);
            let behind = text.get(finding.span.end..).unwrap_or_default();
            let initials = initials_behind(behind);
            if seen.len() < NAMES_MAX && (seen.insert(value) || initials.is_some()) {
                collected.add(normal.text(), initials, finding, names, rules);
            }
        }
        if collected.is_empty() {
            return None;
        }
        let firsts: HashSet<String> =
            collected.phrases.keys().map(|phrase| first(phrase).to_owned()).collect();
        let heads =
            Heads::of(firsts.iter().map(String::as_str), collected.handles.iter().map(String::as_str));
        Some(Self {
            phrases: collected.phrases,
            firsts,
            handles: collected.handles,
            heads,
            dense: collected.dense,
            cues: rules.cues.clone(),
            person: entity(PERSON)?,
            username: entity(USERNAME)?,
            ways: OnceLock::new(),
            version,
        })
    }

    /// The findings of these names in `text` beside those that are there, sorted, not overlapping.
    pub fn beside(&self, text: &str, found: &[Finding]) -> Vec<Finding> {
        let normal = Normal::of(text);
        let mut places: Vec<(ByteSpan, &'static str)> = Vec::new();
        self.spaced(normal.text(), &mut places);
        if !text.is_ascii() {
            self.dense(normal.text(), &mut places);
        }
        places.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut end = 0;
        let mut known = found;
        let mut out = Vec::new();
        for (span, how) in places {
            let span = normal.original(span);
            while let Some((first, rest)) = known.split_first()
                && first.span.end <= span.start
            {
                known = rest;
            }
            if span.start < end {
                continue;
            }
            end = span.end;
            // Of "Weber, Anna" the given name may be known already: the rest of it is a name all the same.
            out.extend(uncovered(text, span, known).into_iter().map(|part| self.finding(part, how)));
        }
        out
    }

    fn spaced(&self, text: &str, places: &mut Vec<(ByteSpan, &'static str)>) {
        let mut words = Words::of(text);
        let mut resume = 0;
        while let Some(word) = words.next() {
            if word.start < resume {
                continue;
            }
            if let Some(span) = self.handle_at(text, word) {
                places.push((span, "handle"));
                resume = span.end;
                continue;
            }
            let written = word.of(text).filter(|written| self.heads.may_begin(written));
            let Some(lower) = written.map(words::folded) else { continue };
            if !self.firsts.contains(&lower) {
                continue;
            }
            let mut phrase = lower;
            let mut best = None;
            let (mut last, mut ahead) = (word, words.clone());
            for _ in 0..PHRASE_WORDS_MAX {
                if let Some(way) = self.phrases.get(&phrase) {
                    let span = ByteSpan::new(word.start, last.end);
                    if self.stands(text, span, *way) {
                        best = Some((span, way.name()));
                    }
                }
                let Some(next) = ahead.next().filter(|next| words::are_neighbours(text, last, *next)) else {
                    break;
                };
                let Some(folded) = next.of(text).map(words::folded) else { break };
                phrase.push(' ');
                phrase.push_str(&folded);
                last = next;
            }
            if let Some((span, how)) = best {
                resume = span.end;
                places.push((span, how));
            }
        }
    }

    /// True where a way to write a name may be meant.
    fn stands(&self, text: &str, span: ByteSpan, way: Way) -> bool {
        let Some(value) = span.of(text) else { return false };
        let case = case_of(value);
        match way {
            Way::Full { is_ordinary } => !is_ordinary || case != Case::Lower,
            Way::Abbreviated => case != Case::Lower,
            Way::Initials => case == Case::Upper,
            Way::Part { .. } if code::is_code(text, span) => false,
            Way::Part { is_name, needs_cue } => match case {
                Case::Lower => is_name && !needs_cue && value.chars().count() >= 4,
                Case::Upper if value.chars().count() < 3 => false,
                Case::Title | Case::Upper => !needs_cue || self.cues.is_name_here(text, span),
            },
        }
    }

    /// A user name that is made from a name, with the digits behind it: `anna_weber`, `aweber7`.
    fn handle_at(&self, text: &str, word: ByteSpan) -> Option<ByteSpan> {
        if !self.heads.may_be_handle(text.as_bytes().get(word.start..)?) {
            return None;
        }
        let bare = words::handle_run(text, word)?;
        if !self.handles.contains(bare) {
            return None;
        }
        let run = words::run_at(text, word.start)?;
        let kept = run.of(text)?.trim_end_matches(['.', '_', '-']).len();
        Some(ByteSpan::new(run.start, run.start + kept))
    }

    fn dense(&self, text: &str, places: &mut Vec<(ByteSpan, &'static str)>) {
        let texts: Vec<&str> = self.dense.iter().map(|dense| dense.text.as_str()).collect();
        for (index, span) in strings::places(text, &texts) {
            if let Some(form) = self.dense.get(index)
                && form.stands(text, span)
            {
                places.push((ByteSpan::new(span.start, span.start + form.name_bytes), "part"));
            }
        }
    }

    fn finding(&self, span: ByteSpan, how: &'static str) -> Finding {
        let entity = if how == "handle" { &self.username } else { &self.person };
        let evidence = Evidence {
            recognizer: KNOWN_NAME.into(),
            pattern: how.into(),
            steps: vec![("known name".into(), SCORE_MIN)],
            ..Evidence::default()
        };
        Finding { span, entity: entity.clone(), score: SCORE_MIN, evidence }
    }
}

/// The first word of a way to write a name.
fn first(phrase: &str) -> &str {
    phrase.split(' ').next().unwrap_or_default()
}

/// What of a span no finding covers, without the signs around it. Findings are sorted and end behind its start.
fn uncovered(text: &str, span: ByteSpan, known: &[Finding]) -> Vec<ByteSpan> {
    let mut parts = Vec::new();
    let mut start = span.start;
    let within = known.iter().take_while(|known| known.span.start < span.end).map(|known| known.span);
    for taken in within.chain([ByteSpan::new(span.end, span.end)]) {
        if let Some(part) = text.get(start..taken.start.max(start)) {
            let inner = part.trim_start_matches(|c: char| !c.is_alphanumeric());
            let from = start + part.len() - inner.len();
            let kept = inner.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
            if kept > 0 {
                parts.push(ByteSpan::new(from, from + kept));
            }
        }
        start = start.max(taken.end);
    }
    parts
}

/// The recognizer that evidence names.
const KNOWN_NAME: &str = "known_name";

/// True for what was found because of another finding.
fn is_derived(finding: &Finding) -> bool {
    &*finding.evidence.recognizer == KNOWN_NAME || &*finding.evidence.pattern == "repeated"
}

/// True for the name of a person in one word, which is looked for again as a known name only: it may be a word.
pub(crate) fn is_one_word(text: &str, finding: &Finding) -> bool {
    finding.entity.name() == PERSON
        && finding
            .span
            .of(text)
            .is_some_and(|value| !value.contains(' ') && !value.chars().any(crate::edges::is_unspaced))
}

/// `(AW)` right behind a name.
fn initials_behind(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(" (")?;
    let length = rest.find(')').filter(|length| (2..=4).contains(length))?;
    rest.get(..length).filter(|initials| initials.bytes().all(|byte| byte.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock};

    use super::*;
    use crate::Detector;
    use crate::tagger::{Knob, Tagger, Weights};

    static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
        let weights = Weights::from_bytes(include_bytes!("../../../models/latin/weights.bin")).unwrap();
        Detector::builtin().unwrap().with_tagger(Arc::new(Tagger::new(weights, None)), Knob::Balanced)
    });

    /// What stands in a text of a name that was found elsewhere.
    fn check(name: &str, text: &str, expected: &[&str]) {
        let entity = DETECTOR.entity(PERSON).unwrap().clone();
        let evidence = Evidence { recognizer: "tagger".into(), ..Evidence::default() };
        let found = Finding { span: ByteSpan::new(0, name.len()), entity, score: 0.9, evidence };
        let known = DETECTOR.known_names([(name, &found)]);
        let beside = known.map(|known| known.beside(text, &[])).unwrap_or_default();
        let values: Vec<&str> = beside.iter().map(|finding| finding.span.of(text).unwrap()).collect();
        assert_eq!(values, expected, "{name}: {text}");
    }

    #[test]
    fn a_part_of_a_name_that_is_an_ordinary_word_is_no_name_in_lower_case() {
        check("letters river", "the river took the letters", &[]);
        check("Anna River", "the river, and what anna said of it", &["anna"]);
        check("Anna Grund", "aus diesem grund rief anna an", &["anna"]);
        check("Marta Luna", "la luna sale y marta no", &["marta"]);
        check("Julie Garde", "on garde le chien de julie", &["julie"]);
        check("Marta Terra", "na terra de marta", &["marta"]);
        check("Giulia Mare", "il mare di giulia", &["giulia"]);
        check("Sven Björk", "en björk och sven", &["sven"]);
        check("Karin Roos", "een roos voor karin", &["karin"]);
    }

    #[test]
    fn it_is_one_with_a_capital_where_a_name_stands() {
        check("Anna River", "ask River about it", &["River"]);
        check("Anna River", "River levels rise", &[]);
    }

    #[test]
    fn a_word_that_no_list_knows_is_a_name_in_lower_case_only_beside_one_that_a_list_does() {
        check("marta quillfeather", "write to quillfeather", &["quillfeather"]);
        check("governo qwertzling", "o governo disse, qwertzling", &[]);
        check("Governo Qwertzling", "write to qwertzling", &["qwertzling"]);
    }
}
