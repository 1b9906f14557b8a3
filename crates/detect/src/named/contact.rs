//! Who a telephone number is of, in parentheses behind it: `919-555-0187 (JESSAMY)`.
//!
//! Promises: one or two capitalised words that are no ordinary ones; a word that no list knows has five letters at least, so that
//! `(EST)` and `(GMT)` stay.

use types::{ByteSpan, Finding};

use super::lists::Word;

/// Longest text between the parentheses, in bytes.
const BYTES_MAX: usize = 40;

/// Fewest letters of a word that no list knows.
const UNKNOWN_CHARS_MIN: usize = 5;

/// The entity of numbers that have owners.
const PHONE: &str = "PHONE_NUMBER";

/// The names behind the telephone numbers among these findings.
pub(super) fn owners(text: &str, found: &[Finding], known: &dyn Fn(&str) -> Word) -> Vec<ByteSpan> {
    let phones = found.iter().filter(|finding| finding.entity.name() == PHONE);
    phones.filter_map(|phone| owner(text, phone.span.end, known)).collect()
}

fn owner(text: &str, end: usize, known: &dyn Fn(&str) -> Word) -> Option<ByteSpan> {
    let rest = text.get(end..)?.strip_prefix(" (")?;
    let name = rest.get(..rest.find(')').filter(|length| *length <= BYTES_MAX)?)?;
    let words: Vec<&str> = name.split(' ').collect();
    let is_name = |word: &&str| {
        let known = known(word);
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
            && !known.is_ordinary
            && !known.is_place
            && (known.is_name() || letters >= UNKNOWN_CHARS_MIN)
    };
    let start = end + 2;
    (words.len() <= 2 && words.iter().all(is_name)).then(|| ByteSpan::new(start, start + name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_behind_a_number_is_its_owner() {
        let known = |word: &str| Word {
            is_first: word == "Ada",
            is_ordinary: ["Mobile", "OFFICE"].contains(&word),
            is_place: word == "Lisbon",
            ..Word::default()
        };
        for (behind, name) in [
            (" (JESSAMY)", Some("JESSAMY")),
            (" (Ada Quillfeather) rang", Some("Ada Quillfeather")),
            (" (Mobile)", None),
            (" (OFFICE)", None),
            (" (EST)", None),
            (" (Lisbon)", None),
            (" (see below)", None),
            (" (ext. 12)", None),
            (" (JESSAMY", None),
            (", JESSAMY", None),
        ] {
            let text = format!("919-555-0187{behind}");
            assert_eq!(owner(&text, 12, &known).and_then(|span| span.of(&text)), name, "{text}");
        }
    }
}
