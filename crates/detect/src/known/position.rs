//! Whether a word that is also an ordinary one stands where a name does: "ask May", "Will said", "gave it to Rose".

use std::collections::HashSet;
use std::sync::Arc;

use types::ByteSpan;

use crate::edges;

/// Longest word that is looked at beside a name, in bytes.
const WORD_BYTES_MAX: usize = 24;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Title,
    Upper,
}

/// How a name is written, by its letters.
pub(super) fn case_of(text: &str) -> Case {
    let upper = text.chars().filter(|c| c.is_uppercase()).count();
    let lower = text.chars().filter(|c| c.is_lowercase()).count();
    match (upper, lower) {
        (0, _) => Case::Lower,
        (_, 0) => Case::Upper,
        _ => Case::Title,
    }
}

/// Words beside names; they come from the recognizer files.
#[derive(Debug, Default, Clone)]
pub(crate) struct Cues {
    /// Before a name: titles, salutations, verbs that are done to people.
    before: Arc<HashSet<String>>,
    /// Behind a name: verbs of saying and wanting.
    after: Arc<HashSet<String>>,
    /// Before a noun, never before a name.
    articles: Arc<HashSet<String>>,
    /// Names that are also words.
    also_words: Arc<HashSet<String>>,
    /// Months and days.
    calendar: Arc<HashSet<String>>,
    /// Family name and how it is written in Latin letters, as `王 Wang`.
    pinyin: Arc<Vec<(String, String)>>,
}

impl Cues {
    /// The names of the lists.
    pub(crate) const LISTS: &str =
        "name_cue_before, name_cue_after, name_articles, name_also_words, name_calendar, han_pinyin";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        if list == "han_pinyin" {
            let pairs = words.iter().filter_map(|pair| pair.split_once(' '));
            Arc::make_mut(&mut self.pinyin)
                .extend(pairs.map(|(han, latin)| (han.to_owned(), latin.to_owned())));
            return true;
        }
        let set = match list {
            "name_cue_before" => &mut self.before,
            "name_cue_after" => &mut self.after,
            "name_articles" => &mut self.articles,
            "name_also_words" => &mut self.also_words,
            "name_calendar" => &mut self.calendar,
            _ => return false,
        };
        Arc::make_mut(set).extend(words.iter().map(|word| word.to_lowercase()));
        true
    }

    /// True for a month or a day, in lower case.
    fn is_calendar(&self, word: &str) -> bool {
        self.calendar.contains(word)
    }

    /// True for a name that is also a word, in lower case.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.also_words.contains(word) || self.is_calendar(word)
    }

    /// How a family name is written in Latin letters.
    pub(super) fn latin(&self, han: &str) -> Option<&str> {
        self.pinyin.iter().find(|(known, _)| known == han).map(|(_, latin)| latin.as_str())
    }

    /// True where a capitalised word at `span` can only be a name.
    pub(super) fn is_name_here(&self, text: &str, span: ByteSpan) -> bool {
        let before = word_before(text, span.start);
        let after = word_after(text, span.end);
        let is_calendar = span.of(text).is_some_and(|word| self.is_calendar(&word.to_lowercase()));
        if before.is_some_and(|word| self.before.contains(&word.to_lowercase()))
            || after.is_some_and(|word| self.after.contains(word))
        {
            return true;
        }
        let rest = text.get(span.end..).unwrap_or_default();
        let has_possessive = ["'s ", "’s "].iter().any(|sign| rest.starts_with(sign));
        // In the middle of a sentence only names have a capital, but for months, places and the nouns of German.
        if is_calendar {
            return false;
        }
        let is_in_sentence =
            before.is_some_and(|word| word.chars().all(char::is_lowercase) && !self.articles.contains(word));
        is_in_sentence || has_possessive
    }
}

/// The word right before `at`, a space or a full stop and a space apart.
fn word_before(text: &str, at: usize) -> Option<&str> {
    let from = edges::floor(text, at.saturating_sub(WORD_BYTES_MAX));
    let head = text.get(from..at)?;
    let bare = head.strip_suffix(' ')?;
    let bare = bare
        .strip_suffix('.')
        .filter(|word| word.rsplit(' ').next().is_some_and(|word| word.len() <= 5))
        .unwrap_or(bare);
    bare.rsplit(|c: char| !c.is_alphabetic()).next().filter(|word| !word.is_empty())
}

/// The word right behind `at`.
fn word_after(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..edges::floor(text, at + WORD_BYTES_MAX))?.strip_prefix(' ')?;
    rest.split(|c: char| !c.is_alphabetic()).next().filter(|word| !word.is_empty())
}
