//! Some short texts, looked for together in a short one.
//!
//! Promises: one pass over the text, without regard to ASCII case; what is needed for it is made once, when it is first asked for.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Texts of which one is enough.
pub(crate) struct AnyOf {
    texts: &'static [&'static str],
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl AnyOf {
    /// These texts.
    pub(crate) const fn new(texts: &'static [&'static str]) -> Self {
        Self { texts, automaton: OnceLock::new() }
    }

    /// True when one of them stands in `text`.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let build = || {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).prefilter(false);
            builder.build(self.texts).ok()
        };
        match self.automaton.get_or_init(build) {
            Some(automaton) => automaton.is_match(text),
            None => {
                let lower = text.to_ascii_lowercase();
                self.texts.iter().any(|known| lower.contains(&known.to_ascii_lowercase()))
            }
        }
    }
}

/// True when the text begins with one of these, none of which is empty. Most are told by their first byte.
pub(crate) fn begins(text: &str, starts: &[&str]) -> bool {
    let first = text.as_bytes().first();
    first.is_some() && starts.iter().any(|start| start.as_bytes().first() == first && text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_texts_is_enough_in_any_case() {
        static WORDS: AnyOf = AnyOf::new(&["_here", "*****", "your-"]);
        assert!(WORDS.is_in("put_it_HERE"));
        assert!(WORDS.is_in("a*****"));
        assert!(!WORDS.is_in("your key here ****"));
        assert!(!WORDS.is_in(""));
    }

    #[test]
    fn a_text_begins_with_one_of_them_or_not() {
        assert!(begins("env(A)", &["ref+", "env(", "e"]));
        assert!(!begins("entry", &["env(", "enc["]));
        assert!(!begins("", &["env("]));
    }
}
