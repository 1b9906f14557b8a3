//! Whole words in the neighbourhood of a candidate that speak for it or against it.
//!
//! Promises: a word counts only whole (`lic` does not count in `public`), in any of its usual cases, within a bounded
//! neighbourhood before and after, or in the name of the JSON member that holds the text. The search looks at the
//! neighbourhood of a candidate only: candidates are rarer than words.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use crate::edges;

/// How far from a value its label may stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Before the value, in bytes.
    pub(crate) before_bytes: usize,
    /// Behind the value, in bytes.
    pub(crate) after_bytes: usize,
}

impl Default for Reach {
    /// Covers a label, a colon and a few words; behind a value less is usual.
    fn default() -> Self {
        Self { before_bytes: 72, after_bytes: 28 }
    }
}

/// A set of words.
#[derive(Debug)]
pub(crate) struct WordSet {
    automaton: AhoCorasick,
    /// The word of each automaton pattern, as written in the recognizer file.
    words: Vec<String>,
}

impl WordSet {
    /// A set of these words, matched in lower, upper and title case.
    pub(crate) fn new(words: &[String]) -> Result<Self, BuildError> {
        let mut forms = Vec::new();
        let mut names = Vec::new();
        for word in words {
            for form in cases(word) {
                forms.push(form);
                names.push(word.clone());
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&forms)?;
        Ok(Self { automaton, words: names })
    }

    /// A word of the set that stands near `start..end`, the nearest before it if there are several.
    pub(crate) fn near<'s>(&'s self, text: &str, start: usize, end: usize, reach: Reach) -> Option<&'s str> {
        let from = edges::floor(text, start.saturating_sub(reach.before_bytes));
        let to = edges::floor(text, end.saturating_add(reach.after_bytes)).max(end);
        // Most neighbourhoods hold no word of the set: where sentences end is looked at only if one does.
        if let Some(hit) = self.hits(text, from, start).last() {
            let from = from + last_sentence_end(text.get(from..start).unwrap_or_default());
            if hit.start >= from {
                return Some(hit.word);
            }
        }
        let hit = self.hits(text, end, to).next()?;
        let to = end + first_sentence_end(text.get(end..to).unwrap_or_default());
        (hit.end <= to).then_some(hit.word)
    }

    /// A word of the set that stands at most `bytes` before `start`.
    pub(crate) fn shortly_before<'s>(&'s self, text: &str, start: usize, bytes: usize) -> Option<&'s str> {
        self.hits(text, edges::floor(text, start.saturating_sub(bytes)), start).last().map(|hit| hit.word)
    }

    /// A word of the set anywhere in a short text, such as the name of a JSON member.
    pub(crate) fn in_name<'s>(&'s self, name: &str) -> Option<&'s str> {
        self.hits(name, 0, edges::floor(name, 128)).last().map(|hit| hit.word)
    }

    /// Whole words of the set in `from..to`, by where they end.
    fn hits<'s, 't>(
        &'s self,
        text: &'t str,
        from: usize,
        to: usize,
    ) -> impl Iterator<Item = Hit<'s>> + use<'s, 't> {
        let part = text.get(from..to).unwrap_or_default();
        self.automaton.find_overlapping_iter(part).filter_map(move |found| {
            let (start, end) = (from + found.start(), from + found.end());
            let is_whole = edges::is_name_part_start(text, start) && edges::is_name_part_end(text, end);
            let word = self.words.get(found.pattern().as_usize())?;
            is_whole.then_some(Hit { start, end, word })
        })
    }
}

/// A word of a set where it stands.
struct Hit<'s> {
    start: usize,
    end: usize,
    word: &'s str,
}

/// Where the last sentence of a text begins. A full stop ends a sentence only behind a word or number of four characters: `No.`, `Tel.` and
/// `Nr.` stand between label and value.
fn last_sentence_end(text: &str) -> usize {
    let mut start = 0;
    let mut word_chars = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let space_follows = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(c, '。' | '！' | '？')
            || (matches!(c, '!' | '?') && space_follows)
            || (c == '.' && word_chars >= 4 && space_follows)
        {
            start = at + c.len_utf8();
        }
        word_chars = if c.is_alphanumeric() { word_chars + 1 } else { 0 };
    }
    start
}

/// Where the first sentence of a text ends.
fn first_sentence_end(text: &str) -> usize {
    text.char_indices()
        .find(|(at, c)| {
            let space_follows = text
                .get(at + c.len_utf8()..)
                .is_none_or(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
            matches!(c, '。' | '！' | '？' | '\n') || (matches!(c, '.' | '!' | '?' | ';') && space_follows)
        })
        .map_or(text.len(), |(at, _)| at)
}

/// The forms of a word that automata without Unicode case folding need: as written, and for words with other letters than
/// ASCII also upper and title case.
pub(crate) fn cases(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    if !word.is_ascii() {
        let mut title = String::with_capacity(word.len());
        let mut chars = word.chars();
        title.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        title.push_str(chars.as_str());
        for form in [word.to_uppercase(), title] {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(words: &[&str], text: &str, value: &str) -> Option<String> {
        let set = WordSet::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).unwrap();
        let start = text.find(value).unwrap();
        set.near(text, start, start + value.len(), Reach::default()).map(str::to_owned)
    }

    #[test]
    fn only_whole_words_count() {
        assert_eq!(near(&["lic"], "a public 1234567", "1234567"), None);
        assert_eq!(near(&["lic"], "lic 1234567", "1234567"), Some("lic".to_owned()));
        assert_eq!(near(&["phone"], "userPhone: 1234567", "1234567"), Some("phone".to_owned()));
        assert_eq!(near(&["身份证"], "他的身份证号1234567", "1234567"), Some("身份证".to_owned()));
        assert_eq!(near(&["größe"], "GRÖSSE 1", "1"), Some("größe".to_owned()));
        assert_eq!(near(&["führerschein"], "FÜHRERSCHEIN 1", "1"), Some("führerschein".to_owned()));
    }

    #[test]
    fn words_far_away_do_not_count() {
        let text = format!("ssn {} 1234567", "x ".repeat(60));
        assert_eq!(near(&["ssn"], &text, "1234567"), None);
    }
}
