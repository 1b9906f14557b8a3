//! What the label of a field says: its words compared with the lists of `recognizers/fields.toml`.
//!
//! `customerFullName`, `customer_full_name` and "Customer full name" are the same words. The longest end of a label that a list
//! holds counts; the word before it says whose field it is: of a person ("customer name") or of a thing ("file name").

use std::collections::{HashMap, HashSet};

/// Most words of a label in a list, and most characters of one that is written without spaces.
const WORDS_MAX: usize = 5;
const CHARS_MAX: usize = 9;

/// Lists of labels beside those that begin with `field_p`.
const LABELS: [&str; 2] = ["field_organization", "field_address"];

/// What the value of a field may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Holds {
    /// A person.
    Person,
    /// A person, or a thing.
    PersonMaybe,
    /// A place.
    Place,
    /// A place, or the region of a machine.
    PlaceMaybe,
    /// A company or another organisation.
    Organization,
    /// A postal address.
    Address,
}

/// What a field beside others says about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// They are of a person.
    Person,
    /// They are of a thing.
    Thing,
}

/// The words of labels.
#[derive(Debug, Default)]
pub(crate) struct FieldWords {
    labels: HashMap<String, Vec<Holds>>,
    of_person: HashSet<String>,
    of_thing: HashSet<String>,
    beside_person: HashSet<String>,
    beside_thing: HashSet<String>,
    stand_ins: HashSet<String>,
    /// The last words of all labels: most labels of a text end with none of them.
    lasts: HashSet<String>,
}

impl FieldWords {
    /// The names of the lists.
    pub(crate) const LISTS: &str = "field_person, field_person_maybe, field_place, field_place_maybe, field_organization, field_address, \
         field_of_person, field_of_thing, field_beside_person, field_beside_thing, field_stand_in";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        let lower = words.iter().map(|word| word.to_lowercase());
        if list.starts_with("field_beside") || list.starts_with("field_p") || LABELS.contains(&list) {
            self.lasts.extend(words.iter().filter_map(|word| last_word(word)).map(str::to_lowercase));
        }
        let holds = match list {
            "field_person" => Holds::Person,
            "field_person_maybe" => Holds::PersonMaybe,
            "field_place" => Holds::Place,
            "field_place_maybe" => Holds::PlaceMaybe,
            "field_organization" => Holds::Organization,
            "field_address" => Holds::Address,
            _ => {
                match list {
                    "field_of_person" => self.of_person.extend(lower),
                    "field_of_thing" => self.of_thing.extend(lower),
                    "field_beside_person" => self.beside_person.extend(lower),
                    "field_beside_thing" => self.beside_thing.extend(lower),
                    "field_stand_in" => self.stand_ins.extend(lower),
                    _ => return false,
                }
                return true;
            }
        };
        for word in lower {
            let all = self.labels.entry(word).or_default();
            if !all.contains(&holds) {
                all.push(holds);
            }
        }
        true
    }

    /// What a label says; `None` for one that says nothing.
    pub(crate) fn meaning(&self, label: &str) -> Option<Meaning> {
        if label.is_ascii() && !self.lasts.contains(&last_word(label)?.to_ascii_lowercase()) {
            return None;
        }
        let words = words(label);
        let whole = words.join(" ");
        let beside = if self.beside_thing.contains(&whole) {
            Some(Beside::Thing)
        } else if ends(&words).any(|end| self.beside_person.contains(&end)) {
            Some(Beside::Person)
        } else {
            None
        };
        let holds = self.held(&words);
        (beside.is_some() || !holds.is_empty()).then_some(Meaning { holds, beside })
    }

    /// True for a text that no value is: a word that stands for nothing, a type, a label.
    pub(crate) fn is_stand_in(&self, value: &str) -> bool {
        let words = words(value);
        let whole = words.join(" ");
        self.stand_ins.contains(&whole) || self.stand_ins.contains(value) || self.labels.contains_key(&whole)
    }

    /// True for a word that stands for nothing; a label such as "an" may be a part of a name.
    pub(crate) fn is_stand_in_word(&self, word: &str) -> bool {
        self.stand_ins.contains(&word.to_lowercase())
    }

    fn held(&self, words: &[String]) -> Vec<Holds> {
        for count in (1..=words.len().min(WORDS_MAX)).rev() {
            let (before, end) = words.split_at(words.len() - count);
            let Some(holds) = self.labels.get(&end.join(" ")) else { continue };
            let owner = before.last();
            if owner.is_some_and(|word| self.of_person.contains(word)) {
                let of_person = |holds: &Holds| match holds {
                    Holds::PersonMaybe => Holds::Person,
                    other => *other,
                };
                return holds.iter().map(of_person).collect();
            }
            if owner.is_some_and(|word| self.of_thing.contains(word)) {
                return Vec::new();
            }
            // "the name" and "Please enter your name" are prose: before a label stands what it is of, or nothing.
            if before.len() > 2 {
                return Vec::new();
            }
            return holds.clone();
        }
        let [label] = words else { return Vec::new() };
        self.unspaced(label)
    }

    /// The longest end of a label without spaces, as in `患者姓名`.
    fn unspaced(&self, label: &str) -> Vec<Holds> {
        if label.is_ascii() {
            return Vec::new();
        }
        let starts: Vec<usize> = label.char_indices().map(|(at, _)| at).collect();
        let from = starts.len().saturating_sub(CHARS_MAX);
        let ends = starts.iter().skip(from.max(1)).filter_map(|at| label.get(*at..));
        // A single character ends many words that are no labels.
        let longer = ends.filter(|end| end.chars().nth(1).is_some());
        longer.filter_map(|end| self.labels.get(end)).next().cloned().unwrap_or_default()
    }
}

/// What a label says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// What its value may be.
    pub(crate) holds: Vec<Holds>,
    /// What it says about the fields beside it.
    pub(crate) beside: Option<Beside>,
}

/// The last word of a label in ASCII, from its hump on; of another label all of it.
fn last_word(label: &str) -> Option<&str> {
    if !label.is_ascii() {
        return Some(label);
    }
    let end = label.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    let bytes = end.as_bytes();
    let is_start = |at: &usize| match (at.checked_sub(1).and_then(|before| bytes.get(before)), bytes.get(*at))
    {
        (Some(before), Some(first)) => {
            !before.is_ascii_alphabetic() || (before.is_ascii_lowercase() && first.is_ascii_uppercase())
        }
        _ => true,
    };
    let start = (0..bytes.len()).rev().find(is_start)?;
    end.get(start..)
}

/// Ends of some words, the longest first.
fn ends(words: &[String]) -> impl Iterator<Item = String> {
    let from = words.len().saturating_sub(3);
    (from..words.len()).filter_map(|at| words.get(at..)).map(|end| end.join(" "))
}

/// The words of a label in lower case, humps and numbers apart.
fn words(label: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous = ' ';
    for c in label.chars() {
        let goes_on = c.is_alphabetic() || (matches!(c, '\'' | '’') && previous.is_alphabetic());
        let is_hump = c.is_uppercase() && previous.is_lowercase();
        if (!goes_on || is_hump) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if goes_on {
            word.extend(c.to_lowercase());
        }
        previous = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> FieldWords {
        let mut fields = FieldWords::default();
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert!(fields.add("field_person", &list(&["first name", "姓名"])));
        assert!(fields.add("field_person_maybe", &list(&["name"])));
        assert!(fields.add("field_of_person", &list(&["customer"])));
        assert!(fields.add("field_of_thing", &list(&["file"])));
        assert!(fields.add("field_beside_person", &list(&["email"])));
        assert!(!fields.add("field_unheard_of", &[]));
        fields
    }

    fn holds(label: &str) -> Vec<Holds> {
        fields().meaning(label).map(|meaning| meaning.holds).unwrap_or_default()
    }

    #[test]
    fn every_way_to_write_a_label_is_the_same_label() {
        for label in [
            "first name",
            "First Name",
            "firstName",
            "first_name",
            "FIRST-NAME",
            "billing_first_name",
            "患者姓名",
        ] {
            assert_eq!(holds(label), [Holds::Person], "{label}");
        }
    }

    #[test]
    fn the_word_before_says_whose_field_it_is() {
        assert_eq!(holds("name"), [Holds::PersonMaybe]);
        assert_eq!(holds("customerName"), [Holds::Person]);
        assert!(holds("file_name").is_empty());
        assert!(holds("filename").is_empty());
        assert!(holds("please tell us your name").is_empty());
    }

    #[test]
    fn fields_say_what_those_beside_them_are_of() {
        assert_eq!(fields().meaning("customer_email").unwrap().beside, Some(Beside::Person));
        assert_eq!(fields().meaning("first name").unwrap().beside, None);
        assert_eq!(fields().meaning("colour"), None);
    }
}
