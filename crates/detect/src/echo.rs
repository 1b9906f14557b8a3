//! Values that were found once and stand elsewhere in the same text without anything that would give them away there.
//!
//! A name after "Dear" comes back in the middle of a sentence, a password after "password is" in a command: leaving those
//! would leak what was just hidden. Promises: whole words only, written the same; linear time; a bounded number of values.

use aho_corasick::{AhoCorasick, MatchKind};
use std::cmp::Reverse;
use std::collections::BTreeSet;

use memchr::memmem::Finder;
use types::{ByteSpan, DataClass, Evidence, Finding};

use crate::edges;

/// Most distinct values that are looked for again; beyond it the first ones are.
const VALUES_MAX: usize = 2_000;
/// Shortest credential, and shortest name of one word, that is looked for again, in bytes: shorter ones are also words.
const CREDENTIAL_BYTES_MIN: usize = 8;
const NAME_BYTES_MIN: usize = 5;
/// Bytes of a value that are looked for before it is compared, and places for each in the table of all of them.
const HEAD_BYTES: usize = 4;
const PLACES_A_HEAD: usize = 32;
/// So many values are looked for one by one.
const EACH_MAX: usize = 12;
/// How many times the text may be read in comparing.
const COMPARED_TIMES: usize = 16;

/// The findings for further places of the values in `found`, which lie in `text`, but for those that `is_left` says.
pub(crate) fn echoes(text: &str, found: &[Finding], is_left: &dyn Fn(&Finding) -> bool) -> Vec<Finding> {
    let mut known = BTreeSet::new();
    let mut list: Vec<(&str, &Finding)> = Vec::new();
    for finding in found.iter().filter(|finding| !is_left(finding)) {
        let Some(value) = finding.span.of(text).filter(|value| is_telling(value, finding.class())) else {
            continue;
        };
        if list.len() < VALUES_MAX && known.insert(value) {
            list.push((value, finding));
        }
    }
    if list.is_empty() {
        return Vec::new();
    }
    list.sort_by_key(|(_, finding)| finding.span.start);
    let places = if list.len() <= EACH_MAX { places_of_each(text, &list) } else { None };
    let places =
        places.or_else(|| places_by_heads(text, &list)).unwrap_or_else(|| places_by_automaton(text, &list));
    places
        .into_iter()
        .filter(|(_, span)| edges::is_word_start(text, span.start) && edges::is_word_end(text, span.end))
        .filter_map(|(value, span)| {
            let (_, first) = list.get(value)?;
            (span != first.span).then(|| repeated(span, first))
        })
        .collect()
}

/// Where values stand: index of the value and span. The leftmost one, of those the longest, none overlapping: values that
/// repeat within themselves would stand at every byte.
type Places = Vec<(usize, ByteSpan)>;

/// Places of few values, each looked for by itself, which looks at many bytes at once. `None` where they stand so often that it
/// would cost more than an automaton.
fn places_of_each(text: &str, list: &[(&str, &Finding)]) -> Option<Places> {
    let bytes = text.as_bytes();
    let mut left = 64 + bytes.len() / 64;
    let mut all = Vec::new();
    for (index, (value, _)) in list.iter().enumerate() {
        let finder = Finder::new(value.as_bytes());
        let mut from = 0;
        while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
            left = left.checked_sub(1 + value.len() / 64)?;
            from += at;
            all.push((from, Reverse(value.len()), index));
            from += 1;
        }
    }
    all.sort_unstable();
    let mut resume = 0;
    let places = all.into_iter().filter_map(|(at, Reverse(length), index)| {
        let is_free = at >= resume;
        if is_free {
            resume = at + length;
        }
        is_free.then(|| (index, ByteSpan::new(at, at + length)))
    });
    Some(places.collect())
}

/// Places of values, looked for by their first bytes. `None` where that would cost more than an automaton: values that are
/// too short, or many that begin alike.
fn places_by_heads(text: &str, list: &[(&str, &Finding)]) -> Option<Places> {
    let bytes = text.as_bytes();
    let mut heads = Vec::with_capacity(list.len());
    for (index, (value, _)) in list.iter().enumerate() {
        let head = u32::from_le_bytes(*value.as_bytes().first_chunk()?);
        heads.push((head, Reverse(value.len()), index));
    }
    heads.sort_unstable();
    let mask = (heads.len() * PLACES_A_HEAD).next_power_of_two().max(1024) - 1;
    let mut known = vec![false; mask + 1];
    for (head, ..) in &heads {
        *known.get_mut(place_of(*head) & mask)? = true;
    }
    let mut compares_left = COMPARED_TIMES * bytes.len() / 64 + 1024;
    let mut places = Vec::new();
    let mut resume = 0;
    for (at, four) in bytes.array_windows::<HEAD_BYTES>().enumerate() {
        let head = u32::from_le_bytes(*four);
        if !known.get(place_of(head) & mask).is_some_and(|known| *known) || at < resume {
            continue;
        }
        let first = heads.partition_point(|(known, ..)| *known < head);
        for (_, Reverse(length), index) in heads.get(first..)?.iter().take_while(|(known, ..)| *known == head)
        {
            compares_left = compares_left.checked_sub(1 + length / 64)?;
            let value = list.get(*index)?.0.as_bytes();
            if bytes.get(at..at + length) == Some(value) {
                resume = at + length;
                places.push((*index, ByteSpan::new(at, resume)));
                break;
            }
        }
    }
    Some(places)
}

fn place_of(head: u32) -> usize {
    usize::try_from(head.wrapping_mul(0x9E37_79B1) >> 10).unwrap_or(0)
}

fn places_by_automaton(text: &str, list: &[(&str, &Finding)]) -> Places {
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(list.iter().map(|(value, _)| value.as_bytes()));
    let Ok(automaton) = automaton else { return Vec::new() };
    let places = automaton.find_iter(text);
    places.map(|hit| (hit.pattern().as_usize(), ByteSpan::new(hit.start(), hit.end()))).collect()
}

fn is_telling(value: &str, class: DataClass) -> bool {
    match class {
        DataClass::Person => value.contains(' ') || value.len() >= NAME_BYTES_MIN,
        DataClass::Credential => {
            let varied =
                value.bytes().any(|b| b.is_ascii_digit()) || value.bytes().any(|b| b.is_ascii_punctuation());
            (CREDENTIAL_BYTES_MIN..=4096).contains(&value.len()) && varied
        }
        _ => false,
    }
}

fn repeated(span: ByteSpan, first: &Finding) -> Finding {
    let evidence = Evidence {
        recognizer: first.evidence.recognizer.clone(),
        pattern: "repeated".into(),
        validator: None,
        context: None,
        steps: vec![("repeated".into(), first.score)],
    };
    Finding { span, entity: first.entity.clone(), score: first.score, evidence }
}

#[cfg(test)]
mod tests {
    use types::{Entity, EntityDef};

    use super::*;

    #[test]
    fn all_ways_find_the_same_places() {
        let entity = Entity::new(EntityDef { name: "A".into(), word: "A".into(), class: DataClass::Person });
        let finding =
            Finding { span: ByteSpan::new(0, 1), entity, score: 1.0, evidence: Evidence::default() };
        let list: Vec<(&str, &Finding)> =
            ["abcd", "abcdef", "bcdefg", "aaaaa", "é-öü", "xyzw1234"].map(|value| (value, &finding)).into();
        let texts =
            ["abcdefg abcd", "aaaaaaaaaaaaaab bcdefgbcdefg", "é-öü xé-öüé-öü xyzw123 xyzw1234", "abc", ""];
        for text in texts {
            let places = places_by_automaton(text, &list);
            assert_eq!(places_by_heads(text, &list).as_ref(), Some(&places), "{text}");
            assert_eq!(places_of_each(text, &list), Some(places), "{text}");
        }
    }

    #[test]
    fn values_that_begin_alike_do_not_cost_more_than_an_automaton() {
        let entity = Entity::new(EntityDef { name: "A".into(), word: "A".into(), class: DataClass::Person });
        let finding =
            Finding { span: ByteSpan::new(0, 1), entity, score: 1.0, evidence: Evidence::default() };
        let values: Vec<String> = (0..500).map(|n| format!("{}{n}", "1-".repeat(1000))).collect();
        let list: Vec<(&str, &Finding)> = values.iter().map(|value| (value.as_str(), &finding)).collect();
        assert_eq!(places_by_heads(&"1-".repeat(100_000), &list), None);
    }
}
