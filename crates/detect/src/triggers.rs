//! Literals and keywords of all patterns in one automaton: the one pass that reads every byte.
//!
//! Promises: gives each place where a literal or keyword of a pattern stands, in the case and with the boundaries that its
//! kind asks for. One automaton holds both kinds, without regard to ASCII case; a literal is then compared as written. Two
//! automata would mean two passes.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use crate::context::cases;
use crate::edges;

/// The automaton and what each of its words triggers.
#[derive(Debug)]
pub(crate) struct Triggers {
    automaton: Option<AhoCorasick>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    kind: Kind,
    patterns: Vec<usize>,
}

#[derive(Debug, PartialEq, Eq, Hash, Clone)]
enum Kind {
    Literal(String),
    Keyword,
}

/// A place at which a pattern is to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Where the literal or keyword begins.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// True for a keyword: the value follows it. False for a literal: the value begins with it.
    pub(crate) is_keyword: bool,
}

/// Collects words before the automaton is built.
#[derive(Debug, Default)]
pub(crate) struct TriggersBuilder {
    texts: Vec<String>,
    words: Vec<Word>,
}

impl TriggersBuilder {
    /// The value of `pattern` begins with `literal`.
    pub(crate) fn literal(&mut self, literal: &str, pattern: usize) {
        self.add(literal.to_owned(), Kind::Literal(literal.to_owned()), pattern);
    }

    /// The value of `pattern` follows `keyword`.
    pub(crate) fn keyword(&mut self, keyword: &str, pattern: usize) {
        for form in cases(keyword) {
            self.add(form, Kind::Keyword, pattern);
        }
    }

    fn add(&mut self, text: String, kind: Kind, pattern: usize) {
        let known =
            self.texts.iter().zip(&mut self.words).find(|(known, word)| **known == text && word.kind == kind);
        if let Some((_, word)) = known {
            if !word.patterns.contains(&pattern) {
                word.patterns.push(pattern);
            }
            return;
        }
        self.texts.push(text);
        self.words.push(Word { kind, patterns: vec![pattern] });
    }

    /// The automaton over all words.
    pub(crate) fn build(self) -> Result<Triggers, BuildError> {
        let automaton = if self.texts.is_empty() {
            None
        } else {
            Some(
                AhoCorasick::builder()
                    .ascii_case_insensitive(true)
                    .kind(Some(AhoCorasickKind::DFA))
                    .build(&self.texts)?,
            )
        };
        Ok(Triggers { automaton, words: self.words })
    }
}

impl Triggers {
    /// Calls `found` for each hit with the indexes of the patterns to try.
    pub(crate) fn each(&self, text: &str, mut found: impl FnMut(Hit, &[usize])) {
        let Some(automaton) = &self.automaton else { return };
        for hit in automaton.find_overlapping_iter(text) {
            let Some(word) = self.words.get(hit.pattern().as_usize()) else { continue };
            let holds = match &word.kind {
                Kind::Literal(literal) => text.get(hit.start()..hit.end()) == Some(literal.as_str()),
                Kind::Keyword => {
                    edges::is_name_part_start(text, hit.start()) && edges::is_name_part_end(text, hit.end())
                }
            };
            if holds {
                let is_keyword = word.kind == Kind::Keyword;
                found(Hit { start: hit.start(), end: hit.end(), is_keyword }, &word.patterns);
            }
        }
    }

    /// Calls `found` for each keyword that ends the name of a JSON member, as `password` does `db_password`.
    pub(crate) fn each_at_end(&self, name: &str, mut found: impl FnMut(&[usize])) {
        let trimmed = name.trim_end_matches(|c: char| !c.is_alphabetic());
        self.each(trimmed, |hit, patterns| {
            if hit.is_keyword && hit.end == trimmed.len() {
                found(patterns);
            }
        });
    }
}
