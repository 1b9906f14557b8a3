//! Literals, keywords, words and endings of all patterns: the pass that reads every byte.
//!
//! Promises: gives each place where such a text of a pattern stands, in the case and with the boundaries that its kind asks
//! for, by where it ends. Nearly all of them begin where a word does and are looked up there, without regard to ASCII case; a
//! literal is then compared as written. The few literals that may begin within a word have an automaton of their own.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, BuildError};

use crate::context::cases;
use crate::edges;
use crate::lexicon::Lexicon;

/// Hits that wait for others that begin behind them and end before them.
const WAITING_MAX: usize = 256;

/// All texts and what each of them triggers.
#[derive(Debug)]
pub(crate) struct Triggers {
    lexicon: Lexicon,
    words: Vec<Word>,
    /// The texts as written, for those whose case counts.
    texts: Vec<String>,
    /// Literals that may begin within a word, and the index of each among the words.
    inner: Option<AhoCorasick>,
    inner_words: Vec<usize>,
}

#[derive(Debug)]
struct Word {
    kind: Kind,
    patterns: Vec<usize>,
}

/// What a text says about where the value stands.
#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy)]
pub(crate) enum Kind {
    /// The value begins with it, where a word can begin. In the case as written.
    Literal,
    /// The value begins with it, with any neighbours. In the case as written.
    Inner,
    /// The value follows it. A whole word or part of a name.
    Keyword,
    /// It is the value. A whole word.
    Word,
    /// The value ends with it or right before it. A whole word or part of a name.
    Ending,
}

/// A place at which a pattern is to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Where the text begins.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// What it is.
    pub(crate) kind: Kind,
}

/// Collects words before they are made ready to be looked up.
#[derive(Debug, Default)]
pub(crate) struct TriggersBuilder {
    texts: Vec<String>,
    words: Vec<Word>,
    known: HashMap<(String, Kind), usize>,
}

impl TriggersBuilder {
    /// `text` leads to values of `pattern`.
    pub(crate) fn add(&mut self, text: &str, kind: Kind, pattern: usize) {
        if matches!(kind, Kind::Literal | Kind::Inner) {
            // What begins with a sign begins where a word can.
            let is_inner = text.starts_with(|first: char| !first.is_ascii() || first.is_ascii_alphanumeric());
            let kind = if is_inner { kind } else { Kind::Literal };
            self.add_form(text.to_owned(), kind, pattern);
            return;
        }
        for form in cases(text) {
            self.add_form(form, kind, pattern);
        }
    }

    fn add_form(&mut self, text: String, kind: Kind, pattern: usize) {
        let at = *self.known.entry((text.clone(), kind)).or_insert(self.words.len());
        match self.words.get_mut(at) {
            Some(word) if word.patterns.contains(&pattern) => {}
            Some(word) => word.patterns.push(pattern),
            None => {
                self.texts.push(text);
                self.words.push(Word { kind, patterns: vec![pattern] });
            }
        }
    }

    /// All words, ready to be looked up.
    pub(crate) fn build(self) -> Result<Triggers, BuildError> {
        let kinds = || self.words.iter().map(|word| word.kind);
        let inner_words: Vec<usize> =
            kinds().enumerate().filter(|(_, kind)| *kind == Kind::Inner).map(|(index, _)| index).collect();
        let inner = if inner_words.is_empty() {
            None
        } else {
            Some(AhoCorasick::new(inner_words.iter().filter_map(|index| self.texts.get(*index)))?)
        };
        // An empty text stands for one that is not looked up here.
        let lexicon = Lexicon::of(
            self.texts.iter().zip(kinds()).map(|(text, kind)| if kind == Kind::Inner { "" } else { text }),
        );
        Ok(Triggers { lexicon, words: self.words, texts: self.texts, inner, inner_words })
    }
}

impl Triggers {
    /// Calls `found` for each hit with the indexes of the patterns to try.
    pub(crate) fn each(&self, text: &str, mut found: impl FnMut(Hit, &[usize])) {
        if let Some(inner) = &self.inner {
            for hit in inner.find_overlapping_iter(text) {
                let word =
                    self.inner_words.get(hit.pattern().as_usize()).and_then(|index| self.words.get(*index));
                if let Some(word) = word {
                    found(Hit { start: hit.start(), end: hit.end(), kind: word.kind }, &word.patterns);
                }
            }
        }
        let mut tell = |(end, start, index): (usize, usize, usize)| {
            if let Some(word) = self.words.get(index) {
                found(Hit { start, end, kind: word.kind }, &word.patterns);
            }
        };
        // By end, of those with the same end the longest first.
        let mut waiting: Vec<(usize, usize, usize)> = Vec::new();
        let mut last_end = 0;
        self.lexicon.each(text, 0, text.len(), |start, end, index| {
            if !self.holds(text, start, end, index) {
                return;
            }
            if start >= last_end || waiting.len() >= WAITING_MAX {
                waiting.sort_unstable();
                let done = waiting.partition_point(|(end, ..)| *end <= start);
                waiting.drain(..done).for_each(&mut tell);
            }
            last_end = last_end.max(end);
            waiting.push((end, start, index));
        });
        waiting.sort_unstable();
        waiting.into_iter().for_each(tell);
    }

    /// True when a text has the case and the boundaries that it needs.
    fn holds(&self, text: &str, start: usize, end: usize, index: usize) -> bool {
        let Some(word) = self.words.get(index) else { return false };
        match word.kind {
            Kind::Literal | Kind::Inner => text.get(start..end) == self.texts.get(index).map(String::as_str),
            Kind::Keyword | Kind::Ending => edges::is_name_part_end(text, end),
            Kind::Word => edges::is_word_start(text, start) && edges::is_word_end(text, end),
        }
    }

    /// Calls `found` for each keyword that ends the name of a JSON member, as `password` does `db_password`.
    pub(crate) fn each_at_end(&self, name: &str, mut found: impl FnMut(&[usize])) {
        let trimmed = name.trim_end_matches(|c: char| !c.is_alphabetic());
        self.each(trimmed, |hit, patterns| {
            if hit.kind == Kind::Keyword && hit.end == trimmed.len() {
                found(patterns);
            }
        });
    }
}
