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
/// Of the run only its first characters matter where it may be preceded by a separator; where the separator was dropped,
/// the word begins at most an entity's word before the code.
fn note(text: &[u8], start: usize, end: usize, words: &mut String) {
    let head = text.get(..start).unwrap_or_default();
    let letters = trailing(head, WORD_BYTES_MAX, |byte| byte.is_ascii_alphanumeric());
    let word = start - letters;
    let joined = head.get(..word).map_or(0, |before| trailing(before, SEPARATOR_BYTES_MAX, is_separator));
    let first = match joined {
        0 => 0,
        _ => head
            .get(..word - joined)
            .map_or(0, |before| trailing(before, WORD_BYTES_MAX, |byte| byte.is_ascii_alphanumeric())),
    };
    words.push(' ');
    let before = text.get(word - joined - first..word - joined).unwrap_or_default();
    let run = text.get(word..end.min(start + WORD_BYTES_MAX + LENGTH_MAX)).unwrap_or_default();
    words.extend(before.iter().chain(run).map(|byte| char::from(byte.to_ascii_uppercase())));
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
        fn a_spelling_is_seen_whatever_stands_around(before in "[ -~王]{0,60}", after in "[ -~王]{0,60}", sep in "_|\\\\_|-| |") {
            let text = format!("{before}PERSON{sep}7KQ2{after}");
            prop_assert!(Foreign::of([text.as_str()]).contains_spelling("PERSON", "7KQ2"), "{}", text);
        }
    }
}
