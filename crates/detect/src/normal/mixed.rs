//! Words that are written in Latin letters and in look-alikes of another script.
//!
//! Promises: text beyond ASCII costs a look at its letters, each word is read once. `А123ВС77` in Cyrillic letters only is a
//! word of one script and stays; forms look at it.

use unicode_normalization::char::canonical_combining_class;

use super::{confusables, is_invisible};

/// True when an ASCII letter or digit stands beside a letter that may be its look-alike, or may through invisible ones.
pub(super) fn has_mixed_words(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_ascii = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let mut at = 0;
    while let Some(next) = next_lead(bytes, at) {
        let Some(c) = text.get(next..).and_then(|rest| rest.chars().next()) else { return true };
        let end = next + c.len_utf8();
        if confusables::may_look_alike(c) {
            let before = text.get(..next).and_then(|before| before.chars().next_back());
            let behind = text.get(end..).and_then(|behind| behind.chars().next());
            let is_beside = is_ascii(next.wrapping_sub(1)) || is_ascii(end);
            if is_beside || before.is_some_and(is_invisible) || behind.is_some_and(is_invisible) {
                return true;
            }
        }
        at = end;
    }
    false
}

/// Where the next character of a block with look-alikes may begin: told by its first byte, many bytes at once.
fn next_lead(bytes: &[u8], from: usize) -> Option<usize> {
    // Of IPA; Greek, Cyrillic and Armenian; Cherokee and phonetic letters; Lisu.
    let is_lead = |b: u8| (0xC9..=0xCA).contains(&b) | (0xCD..=0xD6).contains(&b) | (b == 0xE1) | (b == 0xEA);
    let mut at = from;
    for block in bytes.get(from..)?.chunks(64) {
        if block.iter().fold(false, |any, b| any | is_lead(*b)) {
            return Some(at + block.iter().position(|b| is_lead(*b))?);
        }
        at += block.len();
    }
    None
}

/// Tells the words that are written in Latin letters and in look-alikes of another script.
pub(super) struct Mixed<'t> {
    text: &'t str,
    word_end: usize,
    is_mixed: bool,
}

impl<'t> Mixed<'t> {
    /// For the characters of `text`.
    pub(super) const fn of(text: &'t str) -> Self {
        Self { text, word_end: 0, is_mixed: false }
    }

    /// True when the character at `at` belongs to such a word. Asked for each character in order.
    pub(super) fn at(&mut self, at: usize, first: char) -> bool {
        if at < self.word_end {
            return self.is_mixed;
        }
        if !first.is_alphanumeric() {
            return false;
        }
        let rest = self.text.get(at..).unwrap_or_default();
        // Most words are ASCII to their end.
        let ascii = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if rest.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
            self.word_end = at + ascii;
            self.is_mixed = false;
            return false;
        }
        let goes_on = |c: char| c.is_alphanumeric() || is_invisible(c) || canonical_combining_class(c) != 0;
        let length = rest.find(|c: char| !goes_on(c)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        self.word_end = at + length;
        self.is_mixed = word.contains(|c: char| c.is_ascii_alphabetic())
            && word.contains(|c: char| confusables::latin(c).is_some());
        self.is_mixed
    }
}
