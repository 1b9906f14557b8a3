//! People whom the tagger overlooks and the word before them tells: "her husband Pádraig", "zia Pina", "MRS HUTCHINGS".
//!
//! The tagger knows names by what it learned; a name that no list has, in a sentence of a kind that it never saw, it leaves. But
//! kinship and trades say that a name follows. Promises: capitalised words only, right behind such a word on the same line; none
//! that is an ordinary word or a place. Words that stand before names of things too ("patient Portal", in German before any
//! noun) count only before a name that the lists know. One look at each capitalised word.

use std::collections::HashSet;

use types::ByteSpan;

use super::lists::Word;
use crate::edges;
use crate::read::names::{self, NameWords};

/// Longest word before a name, in bytes, and shortest name, in letters.
const CUE_BYTES_MAX: usize = 24;
const LETTERS_MIN: usize = 3;

/// Those that are written with a full stop.
const ABBREVIATED: [&str; 6] = ["mrs", "mr", "dr", "sra", "mme", "mlle"];

/// Words before names; they come from `recognizers/names.toml`.
#[derive(Debug, Default)]
pub(crate) struct CueWords {
    /// Kinship, trades and titles: a name follows.
    kin: HashSet<String>,
    /// Those that stand before other words too: a known name follows.
    roles: HashSet<String>,
}

impl CueWords {
    /// The names of the lists.
    pub(crate) const LISTS: &str = "name_kin, name_roles";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        let set = match list {
            "name_kin" => &mut self.kin,
            "name_roles" => &mut self.roles,
            _ => return false,
        };
        set.extend(words.iter().map(|word| word.to_lowercase()));
        true
    }

    /// The people in a text that words before them tell.
    pub(super) fn people(
        &self,
        text: &str,
        words: &NameWords,
        known: &dyn Fn(&str) -> Word,
    ) -> Vec<ByteSpan> {
        let mut found = Vec::new();
        let mut resume = 0;
        for at in memchr::memchr_iter(b' ', text.as_bytes()) {
            let quote = text.get(at + 1..).is_some_and(|rest| rest.starts_with(['"', '\'']));
            let start = at + 1 + usize::from(quote);
            if start < resume || !edges::after(text, start).is_some_and(char::is_uppercase) {
                continue;
            }
            let Some(cue) = word_before(text, at) else { continue };
            let lower = cue.to_lowercase();
            let is_kin = self.kin.contains(&lower);
            if !is_kin && !self.roles.contains(&lower) {
                continue;
            }
            let is_upper = cue.chars().nth(1).is_some() && !cue.chars().any(char::is_lowercase);
            // Words between quotation marks are one name or none. "Roommate Hygiene Rules" is a heading.
            let is_title = !is_upper && cue.starts_with(char::is_uppercase);
            let found_name =
                name_behind(text, start, (is_kin || quote, is_upper), words, known).filter(|found| {
                    let is_heading = is_title && is_before_capital(text, found.span.end);
                    found.is_known || (quote && found.words > 1) || (is_kin && !is_heading)
                });
            if let Some(span) = found_name.map(|found| found.span) {
                resume = span.end;
                found.push(span);
            }
        }
        found
    }
}

/// A name behind such a word.
struct Named {
    span: ByteSpan,
    words: usize,
    /// One of its words is on a list and no ordinary word.
    is_known: bool,
}

/// The name at `start`, in capitals behind a word in capitals. What follows its first word is a name by a list, or behind a word of
/// kinship at least no ordinary word.
fn name_behind(
    text: &str,
    start: usize,
    (is_kin, is_upper): (bool, bool),
    words: &NameWords,
    known: &dyn Fn(&str) -> Word,
) -> Option<Named> {
    let whole = names::name_at(text, start, 1, words)?;
    let mut named = Named { span: ByteSpan::new(start, start), words: 0, is_known: false };
    let mut end = start;
    for word in whole.of(text)?.split(' ') {
        end += word.len() + usize::from(end > start);
        if words.particles.contains(&word.to_lowercase()) {
            continue;
        }
        let entry = known(word);
        let is_listed = entry.is_first || entry.is_last;
        let is_first = named.words == 0;
        let is_written_so = is_upper != word.chars().any(char::is_lowercase);
        let is_word = (entry.is_ordinary && !(is_listed && is_first && is_kin && !is_upper))
            || (entry.is_place && !is_listed)
            || (!is_first && !is_kin && !is_listed);
        if !word.ends_with('.') && (!is_written_so || is_word) {
            break;
        }
        named.is_known |= entry.is_name();
        named.words += 1;
        named.span.end = end;
    }
    let letters = named.span.of(text)?.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= LETTERS_MIN).then_some(named)
}

/// True where the next word has a capital.
fn is_before_capital(text: &str, end: usize) -> bool {
    text.get(end..)
        .and_then(|rest| rest.strip_prefix(' '))
        .is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// The word that ends at `end`, its full stop left out.
fn word_before(text: &str, end: usize) -> Option<&str> {
    let from = edges::floor(text, end.saturating_sub(CUE_BYTES_MAX));
    let head = text.get(from..end)?;
    // The full stop of an abbreviation; behind another word a sentence ends.
    let short = head.strip_suffix('.').filter(|head| {
        let word = head.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        ABBREVIATED.contains(&word.to_lowercase().as_str())
    });
    let head = short.unwrap_or(head);
    let start = head
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + edges::after(head, at).map_or(1, char::len_utf8));
    // A word that is cut is none.
    let word = head.get(start..).filter(|word| !word.is_empty())?;
    let is_joined = head.get(..start).is_some_and(|head| head.ends_with(['-', '_', '.', '/', '\'']));
    (!is_joined && (start > 0 || from == 0)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut cues = CueWords::default();
        assert!(cues.add("name_kin", &list(&["husband", "zia", "mrs", "brother"])));
        assert!(cues.add("name_roles", &list(&["patient", "mann", "user", "freund"])));
        assert!(!cues.add("name_unheard_of", &[]));
        let mut names = NameWords::default();
        names.stop.extend(list(&["monday"]));
        names.particles.extend(list(&["von"]));
        let known = |word: &str| Word {
            is_first: ["Rose", "Cor", "DEREK", "Matthew"].contains(&word),
            is_ordinary: ["Rose", "Rooms", "Rules", "HANDLES", "Heute"].contains(&word),
            is_place: word == "Lisbon",
            ..Word::default()
        };
        cues.people(text, &names, &known).into_iter().filter_map(|span| span.of(text)).collect()
    }

    #[test]
    fn a_word_of_kinship_or_a_trade_tells_a_name() {
        for (text, names) in [
            ("Her husband Pádraig rowed.", vec!["Pádraig"]),
            ("zia Pina e lo zio", vec!["Pina"]),
            ("her brother Rose never met", vec!["Rose"]),
            ("her husband Ulf von Ahrens, and", vec!["Ulf von Ahrens"]),
            ("CALLED MRS HUTCHINGS, HER HUSBAND DEREK HANDLES IT", vec!["HUTCHINGS", "DEREK"]),
            ("mein Mann Cor ruft an", vec!["Cor"]),
            ("mein Mann Heute", vec![]),
            ("mein Mann Kartoffeln mag", vec![]),
            ("the patient Portal", vec![]),
            ("her husband Monday", vec![]),
            ("her husband Lisbon", vec![]),
            ("her husband pádraig", vec![]),
            ("her husband\nPádraig", vec![]),
            ("her husband. Pádraig_1", vec![]),
            ("the sub-husband Pádraig", vec![]),
            ("brother DCP", vec![]),
            ("Rooms Pádraig", vec![]),
            ("with the husband. Pádraig rowed", vec![]),
            ("CALLED MRS. HUTCHINGS", vec!["HUTCHINGS"]),
            ("Husband Hygiene Rules", vec![]),
            ("Husband Pádraig came", vec!["Pádraig"]),
            ("ihr Freund Matthew Liebeskummer", vec!["Matthew"]),
            ("user \"Hinnerk Voss\" is locked", vec!["Hinnerk Voss"]),
            ("user \"Settings\" is locked", vec![]),
        ] {
            assert_eq!(found(text), names, "{text}");
        }
    }
}
