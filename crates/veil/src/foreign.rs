//! What the caller wrote, so that no surrogate is equal to any of it.
//!
//! Promises: a surrogate in word form that this lets pass does not occur in the texts in any of the spellings in which it
//! would be restored; a class-preserving one does not occur in them as it is. One pass over the texts, which looks at about
//! one byte in three; the texts are not copied, except for words that look like a code.
//!
//! Why not only the words around `_`: a surrogate is also restored from `PERSON 7KQ2` and `person7kq2`, so those must not
//! be words of the caller either.

use memchr::memmem;
use zeroize::Zeroizing;

use crate::code::{LENGTH_MAX, LENGTH_MIN, is_code_byte};

/// The longest entity word, in bytes.
pub(crate) const WORD_BYTES_MAX: usize = 40;

/// The texts of a request, as far as surrogates must keep clear of them.
pub struct Foreign<'t> {
    texts: Vec<&'t str>,
    /// Words that look like word and code, folded, each behind a blank.
    words: Zeroizing<String>,
}

impl<'t> Foreign<'t> {
    /// The texts that the caller wrote. What a model wrote does not belong here: it may hold surrogates of ours.
    pub fn of(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let texts: Vec<&str> = texts.into_iter().collect();
        let mut words = Zeroizing::new(String::new());
        for text in &texts {
            collect(text.as_bytes(), &mut words);
        }
        Self { texts, words }
    }

    /// True when this text occurs in the request as it is. For class-preserving values.
    pub fn contains(&self, value: &str) -> bool {
        let finder = memmem::Finder::new(value.as_bytes());
        self.texts.iter().any(|text| finder.find(text.as_bytes()).is_some())
    }

    /// True when this surrogate in word form occurs in the request in some spelling.
    pub(crate) fn contains_spelling(&self, word: &str, code: &str) -> bool {
        let folded = [word.as_bytes(), code.as_bytes()].concat();
        memmem::find(self.words.as_bytes(), &folded).is_some()
    }
}

impl std::fmt::Debug for Foreign<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Foreign({} texts)", self.texts.len())
    }
}

/// Appends the words around each run of at least [`LENGTH_MIN`] code characters.
///
/// A run of that length cannot avoid every `LENGTH_MIN`-th byte, so only those are looked at until one may be in a run.
fn collect(text: &[u8], words: &mut String) {
    let mut at = LENGTH_MIN - 1;
    while let Some(byte) = text.get(at) {
        if !is_folded_code(*byte) {
            at += LENGTH_MIN;
            continue;
        }
        let (before, from) = text.split_at_checked(at).unwrap_or((text, &[]));
        let start = at - trailing(before, LENGTH_MIN - 1, is_folded_code);
        let end = at + from.iter().take_while(|byte| is_folded_code(**byte)).count();
        if end - start >= LENGTH_MIN {
            note(text, start, end, words);
        }
        at = end + LENGTH_MIN;
    }
}

/// Notes the word that holds the run from `start` to `end`, with the word before it where a separator stands between.
///
/// Most runs are noted not at all: a code holds a letter and a digit; and as an entity's word holds letters only, what
/// stands before the run in its word does too, and is no longer than one.
fn note(text: &[u8], start: usize, end: usize, words: &mut String) {
    let run = text.get(start..end.min(start + WORD_BYTES_MAX + LENGTH_MAX)).unwrap_or_default();
    let before_run = text.get(..start).unwrap_or_default();
    let letters = trailing(before_run, WORD_BYTES_MAX, |byte| byte.is_ascii_alphabetic());
    let before_word = before_run.get(..start - letters).unwrap_or_default();
    let goes_back = before_word.last().is_some_and(u8::is_ascii_alphanumeric);
    if goes_back || !run.iter().any(u8::is_ascii_digit) || !run.iter().any(u8::is_ascii_alphabetic) {
        return;
    }
    words.push(' ');
    let separator = trailing(before_word, SEPARATOR_BYTES_MAX, is_separator);
    if let Some(first) = before_word.get(..before_word.len() - separator).filter(|_| separator > 0) {
        let from = first.len() - trailing(first, WORD_BYTES_MAX, |byte| byte.is_ascii_alphabetic());
        push_folded(words, first.get(from..).unwrap_or_default());
    }
    push_folded(words, before_run.get(start - letters..).unwrap_or_default());
    push_folded(words, run);
}

fn push_folded(words: &mut String, letters: &[u8]) {
    words.extend(letters.iter().map(|byte| char::from(byte.to_ascii_uppercase())));
}

/// The longest separator that a spelling may have, in bytes: escapes of several depths, and invisible characters.
const SEPARATOR_BYTES_MAX: usize = 24;

/// Generous: a separator is `_`, a blank or a hyphen, also escaped or not of ASCII. What is let in here too much costs a
/// longer code at worst.
fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b' ' | b'-' | b'\\') || !byte.is_ascii()
}

fn is_folded_code(byte: u8) -> bool {
    is_code_byte(byte.to_ascii_uppercase())
}

/// How many of the last `most` bytes belong to the run at the end.
fn trailing(bytes: &[u8], most: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().rev().take(most).take_while(|byte| belongs(**byte)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_in_any_spelling_and_place_is_foreign() {
        let spellings = [
            "PERSON_7KQ2",
            "person_7kq2",
            "PERSON\\_7KQ2",
            "PERSON7KQ2",
            "PERSON 7KQ2",
            "Person-7kq2",
            "PERSON_7KQ2M",
            "XPERSON_7KQ2",
            "MY_PERSON_7KQ2",
            "PERSON\u{2011}7KQ2",
            "PERSON_\u{200b}7KQ2",
        ];
        for spelling in spellings {
            for (before, after) in
                [("", ""), ("a ", " b"), ("王", "王"), ("x\n", "s"), ("123 ", "."), ("CDFG ", "CDFG")]
            {
                let text = format!("{before}{spelling}{after}");
                assert!(Foreign::of([text.as_str()]).contains_spelling("PERSON", "7KQ2"), "{text}");
            }
        }
        let far = "PERSON and 7KQ2, PERSON_7KQ, PERSON: 7KQ2, person_number";
        assert!(!Foreign::of([far]).contains_spelling("PERSON", "7KQ2"));
    }

    proptest! {
        #[test]
        fn a_spelling_is_seen_whatever_stands_around(
            before in "[ -~王]{0,60}",
            after in "[ -~王]{0,60}",
            separator in "_|\\\\_|-| |",
        ) {
            // In a longer word, it is restored only where the underscore tells it from the rest.
            let gap = if separator.is_empty() { " " } else { "" };
            let text = format!("{before}{gap}PERSON{separator}7KQ2{after}");
            prop_assert!(Foreign::of([text.as_str()]).contains_spelling("PERSON", "7KQ2"), "{}", text);
        }
    }
}
