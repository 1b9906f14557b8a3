//! Strings that are known only once a text was read, looked for in it or in another text.
//!
//! Promises: linear time, whatever the strings and the text; where strings overlap, the leftmost one counts, of those the longest:
//! ones that repeat within themselves would stand at every byte. An automaton for all of them is the last resort: making it costs
//! more than reading a short text does.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use types::ByteSpan;

/// Bytes of a string that are looked for before it is compared, and places for each in the table of all of them.
const HEAD_BYTES: usize = 4;
const PLACES_A_HEAD: usize = 32;
/// So many strings are looked for one by one.
const EACH_MAX: usize = 12;
/// How many times the text may be read in comparing.
const COMPARED_TIMES: usize = 16;

/// Where these strings, none of them empty, stand in a text: index of the string and span, in order, not overlapping.
pub(crate) fn places(text: &str, strings: &[&str]) -> Vec<(usize, ByteSpan)> {
    let each = if strings.len() <= EACH_MAX { places_of_each(text, strings) } else { None };
    each.or_else(|| places_by_heads(text, strings)).unwrap_or_else(|| places_by_automaton(text, strings))
}

/// Index of a string and span.
type Places = Vec<(usize, ByteSpan)>;

/// Places of few strings, each looked for by itself, which looks at many bytes at once. `None` where they stand so often that it
/// would cost more than an automaton.
fn places_of_each(text: &str, list: &[&str]) -> Option<Places> {
    let bytes = text.as_bytes();
    let mut left = 64 + bytes.len() / 64;
    let mut all = Vec::new();
    for (index, value) in list.iter().enumerate() {
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

/// Places of strings, looked for by their first bytes. `None` where that would cost more than an automaton: ones that are
/// too short, or many that begin alike.
fn places_by_heads(text: &str, list: &[&str]) -> Option<Places> {
    let bytes = text.as_bytes();
    let mut heads = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
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
            let value = list.get(*index)?.as_bytes();
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

fn places_by_automaton(text: &str, list: &[&str]) -> Places {
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(list);
    let Ok(automaton) = automaton else { return Vec::new() };
    let places = automaton.find_iter(text);
    places.map(|hit| (hit.pattern().as_usize(), ByteSpan::new(hit.start(), hit.end()))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_ways_find_the_same_places(
            list in proptest::collection::vec("[ab]{4,7}|[aé一]{2,5}bb", 1..9),
            text in "[ab]{0,40}|[abé一]{0,40}",
        ) {
            let mut list = list;
            list.sort_unstable();
            list.dedup();
            let list: Vec<&str> = list.iter().map(String::as_str).collect();
            let found = places_by_automaton(&text, &list);
            prop_assert_eq!(places_of_each(&text, &list), Some(found.clone()));
            prop_assert_eq!(places_by_heads(&text, &list), Some(found.clone()));
            prop_assert_eq!(places(&text, &list), found);
        }
    }

    #[test]
    fn strings_that_begin_alike_do_not_cost_more_than_an_automaton() {
        let strings: Vec<String> = (0..500).map(|n| format!("{}{n}", "1-".repeat(1000))).collect();
        let list: Vec<&str> = strings.iter().map(String::as_str).collect();
        assert_eq!(places_by_heads(&"1-".repeat(100_000), &list), None);
    }
}
