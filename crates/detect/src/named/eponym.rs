//! Things that are called after people: "Kayser-Fleischer rings", "maladie de Crohn", "Waldorf salad". Nobody is meant.
//!
//! Promises: what the tagger took stays unless a word of things stands right beside it; a known given name stays, and so does
//! whoever has a title before or more than one word: patients have diseases too.

use std::collections::HashSet;

use types::ByteSpan;

use super::lists::Word;
use crate::edges;

/// Longest word or phrase beside a name, in bytes.
const BESIDE_BYTES_MAX: usize = 32;

/// Words beside things that are called after somebody; they come from `recognizers/names.toml`.
#[derive(Debug, Default)]
pub(crate) struct Eponyms {
    after: HashSet<String>,
    before: HashSet<String>,
    /// Dishes, breeds and plants, which are called after places.
    after_place: HashSet<String>,
    /// Names that things are called after, known given names among them.
    named: HashSet<String>,
}

impl Eponyms {
    /// The names of the lists.
    pub(crate) const LISTS: &str =
        "name_thing_after, name_thing_before, name_thing_after_place, name_eponyms";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        let set = match list {
            "name_thing_after" => &mut self.after,
            "name_thing_before" => &mut self.before,
            "name_thing_after_place" => &mut self.after_place,
            "name_eponyms" => &mut self.named,
            _ => return false,
        };
        set.extend(words.iter().map(|word| word.to_lowercase()));
        true
    }

    /// True for the name of a person, of one word, that names a thing.
    pub(super) fn is_thing(&self, text: &str, span: ByteSpan, known: &dyn Fn(&str) -> Word) -> bool {
        let Some(name) = span.of(text) else { return false };
        let is_one = !name.contains(' ') || name.starts_with("St ") || name.starts_with("St. ");
        is_one
            && (self.is_before(&self.after, text, span.end) || self.is_behind_thing(text, span.start))
            && (!known(name).is_first || self.named.contains(&name.to_lowercase()))
            && !is_behind_title(text, span.start)
    }

    /// True for the name of a place that names a dish, breed or plant.
    pub(super) fn is_thing_of_place(&self, text: &str, span: ByteSpan) -> bool {
        self.is_before(&self.after_place, text, span.end)
    }

    fn is_before(&self, things: &HashSet<String>, text: &str, end: usize) -> bool {
        let rest = text.get(end..edges::floor(text, end + BESIDE_BYTES_MAX)).unwrap_or_default();
        let rest = ["'s", "’s"].iter().find_map(|sign| rest.strip_prefix(sign)).unwrap_or(rest);
        let Some(rest) = rest.strip_prefix(' ') else { return false };
        let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        !word.is_empty() && things.contains(&word.to_lowercase())
    }

    fn is_behind_thing(&self, text: &str, start: usize) -> bool {
        let from = edges::floor(text, start.saturating_sub(BESIDE_BYTES_MAX));
        let Some(head) = text.get(from..start) else { return false };
        let head = head.trim_end_matches([' ', '\'', '’']);
        let ends = head.rmatch_indices(|c: char| !c.is_alphabetic()).take(3);
        let starts = ends.map(|(at, sign)| at + sign.len()).chain((from == 0).then_some(0));
        starts.filter_map(|at| head.get(at..)).any(|phrase| self.before.contains(&phrase.to_lowercase()))
    }
}

/// True right behind an abbreviated title.
fn is_behind_title(text: &str, start: usize) -> bool {
    let from = edges::floor(text, start.saturating_sub(BESIDE_BYTES_MAX));
    let head = text.get(from..start).unwrap_or_default().trim_end();
    let word = head.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let word = word.trim_start_matches(|c: char| !c.is_alphabetic());
    word.ends_with('.') && word.starts_with(char::is_uppercase)
        || ["Mr", "Mrs", "Ms", "Miss", "Dr", "Herr", "Herrn", "Frau", "Mme", "Madame"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_after_somebody_is_a_thing() {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut things = Eponyms::default();
        assert!(things.add("name_thing_after", &list(&["disease", "rings", "salad", "wort"])));
        assert!(things.add("name_thing_after_place", &list(&["salt"])));
        assert!(things.add("name_eponyms", &list(&["wilson"])));
        assert!(things.add("name_thing_before", &list(&["maladie de", "morbus"])));
        assert!(!things.add("name_unheard_of", &[]));
        let known = |word: &str| Word { is_first: ["Anna", "Wilson"].contains(&word), ..Word::default() };
        for (text, name, expected) in [
            ("Wilson's disease, late", "Wilson", true),
            ("Kayser-Fleischer rings", "Kayser-Fleischer", true),
            ("la maladie de Crohn", "Crohn", true),
            ("Morbus Bechterew", "Bechterew", true),
            ("a Waldorf salad.", "Waldorf", true),
            ("St John's wort", "St John", true),
            ("Anna's disease", "Anna", false),
            ("Mrs. Weber's disease", "Weber", false),
            ("Frau Weber disease", "Weber", false),
            ("Ada Weber's disease", "Ada Weber", false),
            ("Wilson has a disease", "Wilson", false),
            ("Wilson\ndisease", "Wilson", false),
        ] {
            let start = text.find(name).unwrap();
            let span = ByteSpan::new(start, start + name.len());
            assert_eq!(things.is_thing(text, span, &known), expected, "{text}");
        }
        assert!(things.is_thing_of_place("Maldon salt", ByteSpan::new(0, 6)));
        assert!(!things.is_thing_of_place("Maldon disease", ByteSpan::new(0, 6)));
    }
}
