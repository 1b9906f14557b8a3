//! People of whom several are named in one form: behind a label ("Present: R. Okonjo (chair), P. van der Linden, Weber") and before
//! what they say ("Rhys: … Niamh: …").
//!
//! In such lists there is no sentence for the tagger to go by. Promises: behind a label from the list capitalised words, initials
//! and small words of names only, up to the first thing that is none; a speaker counts only where another one in the text is
//! known to be a person, never a label or an ordinary word. A bounded number of each.

use std::collections::HashSet;

use types::ByteSpan;

use super::fields::label::FieldWords;
use super::lists::Word;
use crate::edges;
use crate::read::names::{self, NameWords};

/// Longest label, remark behind a name, and speaker, in bytes.
const LABEL_BYTES_MAX: usize = 32;
const REMARK_BYTES_MAX: usize = 40;
const SPEAKER_BYTES_MAX: usize = 40;
/// So far beside a person another one is looked for.
const PAIR_BYTES_MAX: usize = 40;
/// Most names behind one label, and most speakers of a text that are looked at.
const NAMES_MAX: usize = 64;
const SPEAKERS_MAX: usize = 2_000;

/// What stands between two names, beside a comma and a semicolon.
const ANDS: [&str; 11] =
    [" and ", " und ", " et ", " y ", " e ", " en ", " i ", " oraz ", " & ", " sowie ", " / "];

/// Labels before lists of people; they come from `recognizers/names.toml`.
#[derive(Debug, Default)]
pub(crate) struct ListLabels {
    labels: HashSet<String>,
}

impl ListLabels {
    /// The name of the list.
    pub(crate) const LISTS: &str = "name_list_labels";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        if list != Self::LISTS {
            return false;
        }
        self.labels.extend(words.iter().map(|word| word.to_lowercase()));
        true
    }

    /// The people that stand behind these labels.
    pub(super) fn people(
        &self,
        text: &str,
        words: &NameWords,
        known: &dyn Fn(&str) -> Word,
    ) -> Vec<ByteSpan> {
        let mut found = Vec::new();
        for at in memchr::memchr_iter(b':', text.as_bytes()) {
            if self.is_label_before(text, at) {
                listed(text, at + 1, words, known, &mut found);
            }
        }
        found
    }

    /// True where a label ends at `at`, at the start of a line or sentence.
    fn is_label_before(&self, text: &str, at: usize) -> bool {
        let from = edges::floor(text, at.saturating_sub(LABEL_BYTES_MAX));
        let Some(head) = text.get(from..at) else { return false };
        let head = head.trim_end_matches([' ', '\u{a0}', '*']);
        let start = head.rfind(['\n', '.', '!', '?', ';', ':', '*', '|', '-']).map_or(0, |at| at + 1);
        if start == 0 && from > 0 {
            return false;
        }
        head.get(start..).is_some_and(|label| self.labels.contains(&label.trim_start().to_lowercase()))
    }
}

/// The names from `at` on, one behind the other.
fn listed(text: &str, at: usize, words: &NameWords, known: &dyn Fn(&str) -> Word, found: &mut Vec<ByteSpan>) {
    let mut at = at;
    for _ in 0..NAMES_MAX {
        at +=
            text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches([' ', '*', '\u{a0}']).len());
        let Some(name) = listed_name(text, at, words, known) else { break };
        found.push(name);
        let mut end = name.end;
        let rest = text.get(end..).unwrap_or_default();
        if rest.starts_with(" (") {
            match rest.find(')').filter(|length| *length <= REMARK_BYTES_MAX) {
                Some(length) => end += length + 1,
                None => break,
            }
        }
        let rest = text.get(end..).unwrap_or_default();
        let gap = ANDS.iter().find(|and| rest.starts_with(**and)).map(|and| and.len());
        let Some(gap) = gap.or(rest.starts_with([',', ';']).then_some(1)) else { break };
        at = end + gap;
        let rest = text.get(at..).unwrap_or_default();
        let inner = rest.trim_start_matches(' ');
        at += rest.len() - inner.len();
        // ", and".
        let and = ANDS.iter().find(|and| inner.starts_with(and.trim_start()));
        at += and.map_or(0, |and| and.trim_start().len());
    }
}

/// A name as it stands in such a list: with initials and small words, none of its words an ordinary one that is no name.
fn listed_name(text: &str, at: usize, words: &NameWords, known: &dyn Fn(&str) -> Word) -> Option<ByteSpan> {
    let start = after_small_word(text, at, words);
    let name = names::name_at(text, start, 1, words)?;
    let is_name = |word: &str| {
        let entry = known(word);
        word.ends_with('.')
            || words.particles.contains(&word.to_lowercase())
            || entry.is_first
            || entry.is_last
            || (!entry.is_ordinary && !entry.is_place)
    };
    // A place is a family name behind an initial or a small word: `Ten Hove`.
    let is_long = start > at || name.of(text)?.contains(' ');
    let is_place = |word: &str| is_long && known(word).is_place && !known(word).is_ordinary;
    let holds = name.of(text)?.split(' ').all(|word| is_name(word) || is_place(word));
    holds.then_some(ByteSpan::new(at, name.end))
}

/// Where a name with a small word before it goes on: `von Stetten`.
fn after_small_word(text: &str, at: usize, words: &NameWords) -> usize {
    let mut next = at;
    for _ in 0..3 {
        let rest = text.get(next..).unwrap_or_default();
        let Some(length) = rest.find(' ').filter(|length| (1..=6).contains(length)) else { break };
        let is_small = rest.get(..length).is_some_and(|word| words.particles.contains(&word.to_lowercase()));
        if !is_small {
            break;
        }
        next += length + 1;
    }
    next
}

/// The other one of two people: "Fatoumata et Rose", where one is known. A listed name only, written as the known one is.
pub(super) fn pairs(text: &str, people: &[ByteSpan], known: &dyn Fn(&str) -> Word) -> Vec<ByteSpan> {
    let mut found = Vec::new();
    for person in people {
        let Some(name) = person.of(text).filter(|name| !name.contains(edges::is_unspaced)) else { continue };
        let is_other = |word: &str| {
            let entry = known(word);
            let is_alike = word.starts_with(char::is_uppercase) == name.starts_with(char::is_uppercase);
            // In lower case an ordinary word is one.
            is_alike
                && word.chars().count() >= 3
                && entry.is_first
                && !entry.is_place
                && word.chars().skip(1).all(|c| !c.is_uppercase())
                && (!entry.is_ordinary || word.starts_with(char::is_uppercase))
        };
        let rest = text.get(person.end..edges::floor(text, person.end + PAIR_BYTES_MAX)).unwrap_or_default();
        if let Some(and) = ANDS.iter().find(|and| rest.starts_with(**and)) {
            let other = rest.get(and.len()..).unwrap_or_default();
            let other = other.split(|c: char| !c.is_alphabetic() && c != '-').next().unwrap_or_default();
            let start = person.end + and.len();
            // "and Red Hat": the tagger knew what it left.
            let behind = text.get(start + other.len()..).unwrap_or_default().strip_prefix(' ');
            let goes_on = behind.is_some_and(|rest| rest.starts_with(char::is_uppercase));
            if is_other(other) && !goes_on {
                found.push(ByteSpan::new(start, start + other.len()));
            }
        }
        let from = edges::floor(text, person.start.saturating_sub(PAIR_BYTES_MAX));
        let head = text.get(from..person.start).unwrap_or_default();
        if let Some(head) = ANDS.iter().find_map(|and| head.strip_suffix(*and)) {
            let other = head.rsplit(|c: char| !c.is_alphabetic() && c != '-').next().unwrap_or_default();
            if is_other(other) && (from == 0 || other.len() < head.len()) {
                found.push(ByteSpan::new(from + head.len() - other.len(), from + head.len()));
            }
        }
    }
    found
}

/// The speakers of a conversation that are not yet known, where another one is: `is_person` says of which it is.
pub(super) fn speakers(
    text: &str,
    fields: &FieldWords,
    words: &NameWords,
    known: &dyn Fn(&str) -> Word,
    is_person: &dyn Fn(ByteSpan) -> bool,
) -> Vec<ByteSpan> {
    let mut all = Vec::new();
    for at in memchr::memchr_iter(b':', text.as_bytes()) {
        if all.len() >= SPEAKERS_MAX {
            break;
        }
        all.extend(speaker_before(text, at));
    }
    let (people, others): (Vec<ByteSpan>, Vec<ByteSpan>) = all.into_iter().partition(|span| is_person(*span));
    if people.is_empty() {
        return Vec::new();
    }
    let is_speaker = |span: &ByteSpan| {
        let Some(name) = span.of(text) else { return false };
        let entry = known(name);
        let is_dense = name.chars().all(edges::is_unspaced);
        // In scripts without capitals one more word is as likely a heading.
        let is_alike = !is_dense || entry.is_first || name.chars().count() <= 3;
        is_alike
            && (entry.is_first || !entry.is_ordinary && !entry.is_place)
            && !words.stop.contains(&name.to_lowercase())
            && !fields.is_stand_in(name)
            && fields.meaning(name).is_none()
    };
    others.into_iter().filter(is_speaker).collect()
}

/// The word before the colon at `at`, where it begins a line or sentence, a time in brackets left out.
fn speaker_before(text: &str, at: usize) -> Option<ByteSpan> {
    if text.get(at + 1..)?.starts_with(|c: char| !c.is_whitespace()) {
        return None;
    }
    let from = edges::floor(text, at.saturating_sub(SPEAKER_BYTES_MAX));
    let head = text.get(from..at)?;
    let start = head
        .rfind(|c: char| !c.is_alphabetic() && !matches!(c, '-' | '\''))
        .map_or(0, |at| at + edges::after(head, at).map_or(1, char::len_utf8));
    let word = head.get(start..)?;
    let is_name = word.starts_with(|c: char| c.is_uppercase() || edges::is_unspaced(c))
        && word.chars().nth(1).is_some()
        && (word.chars().skip(1).any(char::is_lowercase) || word.chars().all(edges::is_unspaced));
    let before = head.get(..start)?.trim_end_matches([' ', '\t', '*', '>']);
    let begins = (before.is_empty() && from == 0)
        || before.ends_with(['\n', '.', '!', '?', ']'])
        || before.ends_with(|c: char| c.is_ascii_digit()) && before.contains(':');
    (is_name && begins).then_some(ByteSpan::new(from + start, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn names() -> NameWords {
        let mut names = NameWords::default();
        names.stop.extend(list(&["agent", "all"]));
        names.particles.extend(list(&["van", "der", "von", "le"]));
        names
    }

    fn known(word: &str) -> Word {
        Word {
            is_first: ["Rose", "ROSE", "Weber", "Venus"].contains(&word),
            is_ordinary: ["Rose", "Weber", "Opened", "Salat"].contains(&word),
            is_place: ["Lisbon", "Venus"].contains(&word),
            ..Word::default()
        }
    }

    #[test]
    fn names_behind_a_label_are_people() {
        let mut labels = ListLabels::default();
        assert!(labels.add("name_list_labels", &list(&["present", "anwesend waren", "présents"])));
        assert!(!labels.add("name_unheard_of", &[]));
        for (text, expected) in [
            (
                "MINUTES. Present: R. Okonjo (chair), P. van der Linden, S. Bhattacharya. Opened by all",
                vec!["R. Okonjo", "P. van der Linden", "S. Bhattacharya"],
            ),
            ("Anwesend waren: Weber, Nowicki und von Stetten.", vec!["Weber", "Nowicki", "von Stetten"]),
            ("Présents : N. Fournel, et Y. Le Goff", vec!["N. Fournel", "Y. Le Goff"]),
            ("Present: Rose, Lisbon, Quill", vec!["Rose"]),
            ("Present: Rose, Van Lisbon, Quill", vec!["Rose", "Van Lisbon", "Quill"]),
            ("Present: all of the team", vec![]),
            ("Present: true", vec![]),
            ("Not for the present: Okonjo", vec![]),
        ] {
            let found: Vec<&str> =
                labels.people(text, &names(), &known).into_iter().filter_map(|span| span.of(text)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_listed_name_beside_a_person_is_another_one() {
        for (text, person, expected) in [
            ("Fatoumata et Rose partent", "Fatoumata", vec!["Rose"]),
            ("Rose and Ines went", "Ines", vec!["Rose"]),
            ("Ines and Quill went", "Ines", vec![]),
            ("Ines and Rose Hat", "Ines", vec![]),
            ("Ines and ROSE went", "Ines", vec![]),
            ("Ines and Venus", "Ines", vec![]),
            ("ines and rose bushes", "ines", vec![]),
            ("Ines, Rose bushes", "Ines", vec![]),
            ("Ines and rose bushes", "Ines", vec![]),
        ] {
            let start = text.find(person).unwrap();
            let people = [ByteSpan::new(start, start + person.len())];
            let found: Vec<&str> =
                pairs(text, &people, &known).into_iter().filter_map(|span| span.of(text)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn who_speaks_beside_a_person_is_one() {
        let mut fields = FieldWords::default();
        assert!(fields.add("field_person_maybe", &list(&["owner"])));
        for (text, expected) in [
            ("Rhys: who has the key\nNiamh: me", vec!["Niamh"]),
            ("[09:21] Rhys: hi\n[09:22] Niamh: ho\n09:23 Arne: yes", vec!["Niamh", "Arne"]),
            ("Rhys: Salat. Arne: Grill. Salat: all", vec!["Arne"]),
            ("Rhys: hi\nAgent: yes\nOwner: x\nLisbon: rain", vec![]),
            ("Niamh: hi\nArne: yes", vec![]),
            ("Rhys: hi, see Niamh:x or std::Niamh: y", vec![]),
        ] {
            let is_person = |span: ByteSpan| span.of(text) == Some("Rhys");
            let found: Vec<&str> = speakers(text, &fields, &names(), &known, &is_person)
                .into_iter()
                .filter_map(|span| span.of(text))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
