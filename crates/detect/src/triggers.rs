//! Literals, keywords, words and endings of all patterns.
//!
//! Nearly all of them begin where a word does and are looked up there, without regard to ASCII case (`vocabulary`); here a
//! literal is then compared as written, and the boundaries are looked at that its kind asks for. The few literals that may
//! begin within a word have an automaton of their own.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, BuildError, Input, MatchKind};

use crate::context::{cases, names};
use crate::edges;
use crate::vocabulary::Hit;

/// Most texts that are looked for together within words.
const INNER_TEXTS_MAX: usize = 48;

/// All texts and what each of them triggers.
#[derive(Debug)]
pub(crate) struct Triggers {
    words: Vec<Word>,
    /// The texts as written, for those whose case counts.
    texts: Vec<String>,
    /// The words that may begin within a word, and what finds where one of them begins: searches for so few texts look at many
    /// bytes at once.
    inner: Vec<AhoCorasick>,
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

/// A place at which patterns are to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
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
        let forms = if kind == Kind::Keyword { names(text) } else { cases(text) };
        for form in forms {
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
        let mut heads: Vec<&str> =
            inner_words.iter().filter_map(|index| self.texts.get(*index)).map(String::as_str).collect();
        heads.sort_unstable();
        // What begins with another is found with it.
        heads.dedup_by(|longer, shorter| longer.starts_with(*shorter));
        let leftmost = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).to_owned();
        let inner: Vec<AhoCorasick> =
            heads.chunks(INNER_TEXTS_MAX).map(|heads| leftmost.build(heads)).collect::<Result<_, _>>()?;
        Ok(Triggers { words: self.words, texts: self.texts, inner, inner_words })
    }
}

impl Triggers {
    /// Number of the words.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The words to look up where words begin, by index, and whether they count only whole; empty where the automaton finds them.
    pub(crate) fn looked_up(&self) -> impl Iterator<Item = (&str, bool)> {
        self.texts.iter().zip(&self.words).map(|(text, word)| match word.kind {
            Kind::Inner => ("", false),
            Kind::Literal => (text.as_str(), false),
            Kind::Keyword | Kind::Word | Kind::Ending => (text.as_str(), true),
        })
    }

    /// Calls `found` for each place of a text that may begin within a word, with the indexes of the patterns to try.
    pub(crate) fn each_inner(&self, text: &str, mut found: impl FnMut(Place, &[usize])) {
        let mut starts: Vec<usize> = Vec::new();
        for inner in &self.inner {
            let mut at = 0;
            while let Some(hit) = inner.find(Input::new(text).range(at..)) {
                starts.push(hit.start());
                at = hit.start() + 1;
            }
        }
        starts.sort_unstable();
        for start in starts {
            let rest = text.get(start..).unwrap_or_default();
            for index in &self.inner_words {
                let (Some(word), Some(known)) = (self.words.get(*index), self.texts.get(*index)) else {
                    continue;
                };
                if rest.starts_with(known.as_str()) {
                    found(Place { start, end: start + known.len(), kind: word.kind }, &word.patterns);
                }
            }
        }
    }

    /// What a hit leads to: place and indexes of the patterns to try.
    pub(crate) fn led_to(&self, hit: Hit) -> Option<(Place, &[usize])> {
        let word = self.words.get(hit.word())?;
        Some((Place { start: hit.start(), end: hit.end(), kind: word.kind }, &word.patterns))
    }

    /// True when a text has the case and the boundaries that it needs.
    pub(crate) fn holds(&self, text: &str, start: usize, end: usize, index: usize) -> bool {
        let Some(word) = self.words.get(index) else { return false };
        match word.kind {
            Kind::Literal | Kind::Inner => text.get(start..end) == self.texts.get(index).map(String::as_str),
            Kind::Keyword | Kind::Ending => edges::is_name_part_end(text, end),
            Kind::Word => edges::is_word_start(text, start) && edges::is_word_end(text, end),
        }
    }
}
