//! Literals, keywords, words and endings of all patterns in one automaton: the one pass that reads every byte.
//!
//! Promises: gives each place where such a text of a pattern stands, in the case and with the boundaries that its kind asks
//! for. One automaton holds all kinds, without regard to ASCII case; a literal is then compared as written. Two automata
//! would mean two passes.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use crate::context::cases;
use crate::edges;

/// The automaton and what each of its words triggers.
#[derive(Debug)]
pub(crate) struct Triggers {
    automaton: Option<AhoCorasick>,
    words: Vec<Word>,
    /// The texts as written, for those whose case counts.
    literals: Vec<String>,
}

#[derive(Debug)]
struct Word {
    kind: Kind,
    patterns: Vec<usize>,
}

/// What a text says about where the value stands.
#[derive(Debug, PartialEq, Eq, Hash, Clone, Copy)]
pub(crate) enum Kind {
    /// The value begins with it. In the case as written, with any neighbours.
    Literal,
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

/// Collects words before the automaton is built.
#[derive(Debug, Default)]
pub(crate) struct TriggersBuilder {
    texts: Vec<String>,
    words: Vec<Word>,
    known: HashMap<(String, Kind), usize>,
}

impl TriggersBuilder {
    /// `text` leads to values of `pattern`.
    pub(crate) fn add(&mut self, text: &str, kind: Kind, pattern: usize) {
        if kind == Kind::Literal {
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

    /// The automaton over all words. Contiguous and not full: with thousands of words in many scripts the full one needs a
    /// kilobyte for each of its states, twenty megabytes in all, leaves the caches and is no faster.
    pub(crate) fn build(self) -> Result<Triggers, BuildError> {
        let automaton = if self.texts.is_empty() {
            None
        } else {
            Some(
                AhoCorasick::builder()
                    .ascii_case_insensitive(true)
                    .kind(Some(AhoCorasickKind::ContiguousNFA))
                    .build(&self.texts)?,
            )
        };
        let words = self.words;
        Ok(Triggers { automaton, words, literals: self.texts })
    }
}

impl Triggers {
    /// Calls `found` for each hit with the indexes of the patterns to try.
    pub(crate) fn each(&self, text: &str, mut found: impl FnMut(Hit, &[usize])) {
        let Some(automaton) = &self.automaton else { return };
        for hit in automaton.find_overlapping_iter(text) {
            let index = hit.pattern().as_usize();
            let Some(word) = self.words.get(index) else { continue };
            let holds = match word.kind {
                Kind::Literal => {
                    text.get(hit.start()..hit.end()) == self.literals.get(index).map(String::as_str)
                }
                Kind::Keyword | Kind::Ending => {
                    edges::is_name_part_start(text, hit.start()) && edges::is_name_part_end(text, hit.end())
                }
                Kind::Word => edges::is_word_start(text, hit.start()) && edges::is_word_end(text, hit.end()),
            };
            if holds {
                found(Hit { start: hit.start(), end: hit.end(), kind: word.kind }, &word.patterns);
            }
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
