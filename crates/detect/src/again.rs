//! A text that is looked at again for what was found elsewhere: which words it holds, and what came of it the last time.
//!
//! In a conversation that is sent whole with each turn, old texts cannot hold new values but where the words of these stand in
//! them. So of each text the hashes of its words are kept ([`words_in`]), and of the values only those count whose word is among
//! them ([`Index`]): mostly none. Where the same ones counted the last time, with the same findings around, the same comes of it.
//!
//! Promises: a text that may hold a value is searched for it, so that what is found is what a search for all values finds (test
//! `what_is_kept_is_what_a_search_finds`); two words of one hash cost a search and change nothing else; hashes and digests are keyed.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use types::Finding;

use crate::edges;
use crate::known::words::{self, Words};
use crate::normal::Normal;

/// Of longer words only so many bytes count.
const WORD_BYTES_MAX: usize = 64;

/// Hashes of words are of this process alone.
static HASHES: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// The words of a text and what was found in it the last time.
#[derive(Clone)]
pub struct Seen {
    /// Where it is kept; `None` where it is not.
    pub(crate) key: Option<[u8; 32]>,
    /// The key of digests.
    pub(crate) secret: [u8; 32],
    pub(crate) kept: Arc<Kept>,
    /// True when there is something new to keep.
    pub(crate) is_changed: bool,
}

/// What is kept of a text.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    /// Sorted hashes of its words.
    pub(crate) words: Arc<[u32]>,
    answers: [Option<Answer>; 2],
}

/// What was asked, as a digest, and what was found beside the findings there.
#[derive(Clone)]
struct Answer {
    asked: [u8; 32],
    more: Arc<[Finding]>,
}

/// What is looked for again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sort {
    /// Values as they stand.
    Values,
    /// Names of people, in the ways in which they are written.
    Names,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seen({} words)", self.kept.words.len())
    }
}

impl Seen {
    /// A text that nothing is kept of.
    pub fn of(text: &str) -> Self {
        let kept = Kept { words: words_in(Normal::of(text).text()).into(), ..Kept::default() };
        Self { key: None, secret: [0; 32], kept: Arc::new(kept), is_changed: false }
    }

    /// What comes of a search for those of these items that may stand in the text: from the last time, or searched now.
    /// `items` gives what an item is in bytes; `search` takes the numbers of the items.
    pub(crate) fn answer<'i, E>(
        &mut self,
        (sort, index): (Sort, &Index),
        found: &[Finding],
        items: impl Fn(u32) -> Item<'i>,
        search: impl FnOnce(&[u32]) -> Result<Vec<Finding>, E>,
    ) -> Result<Arc<[Finding]>, E> {
        let relevant = index.relevant(&self.kept.words);
        if relevant.is_empty() {
            return Ok(Arc::default());
        }
        let asked = self.key.and_then(|_| digest(&self.secret, found, relevant.iter().map(|at| items(*at))));
        let answer = self.kept.answers.get(sort as usize).and_then(Option::as_ref);
        if let Some(answer) = answer.filter(|answer| Some(answer.asked) == asked) {
            return Ok(Arc::clone(&answer.more));
        }
        let more: Arc<[Finding]> = search(&relevant)?.into();
        if let Some(asked) = asked
            && let Some(slot) = Arc::make_mut(&mut self.kept).answers.get_mut(sort as usize)
        {
            *slot = Some(Answer { asked, more: Arc::clone(&more) });
            self.is_changed = true;
        }
        Ok(more)
    }
}

impl Kept {
    /// Findings and bytes of words that it holds.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.answers.iter().flatten().map(|answer| answer.more.len()).sum(), self.words.len() * 4)
    }
}

/// An item in bytes.
pub(crate) type Item<'i> = [&'i [u8]; 4];

fn digest<'i>(
    secret: &[u8; 32],
    found: &[Finding],
    items: impl Iterator<Item = Item<'i>>,
) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    let number = |mac: &mut Hmac<Sha256>, number: usize| mac.update(&(number as u64).to_le_bytes());
    number(&mut mac, found.len());
    for finding in found {
        number(&mut mac, finding.span.start);
        number(&mut mac, finding.span.end);
    }
    for part in items.flatten() {
        number(&mut mac, part.len());
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}

/// Items by a word that stands wherever they do.
#[derive(Default)]
pub(crate) struct Index {
    by_word: HashMap<u32, Vec<u32>>,
    /// Those without one.
    anywhere: Vec<u32>,
    /// A bit for the lowest bits of each word: most words of a text are none.
    bits: Vec<u64>,
}

/// Bits of an index, and of the number of one.
const INDEX_BITS: u32 = 16;

impl Index {
    /// Items by the hashes of their words.
    pub(crate) fn of(words: impl Iterator<Item = Option<u32>>) -> Self {
        let mut index = Self { bits: vec![0; 1 << (INDEX_BITS - 6)], ..Self::default() };
        for (item, word) in (0..).zip(words) {
            let Some(word) = word else {
                index.anywhere.push(item);
                continue;
            };
            index.by_word.entry(word).or_default().push(item);
            let (at, bit) = place(word);
            if let Some(bits) = index.bits.get_mut(at) {
                *bits |= bit;
            }
        }
        index
    }

    /// The items that may stand in a text of these words, in order.
    pub(crate) fn relevant(&self, words: &[u32]) -> Vec<u32> {
        let mut found = self.anywhere.clone();
        for word in words {
            let (at, bit) = place(*word);
            if self.bits.get(at).is_some_and(|bits| bits & bit != 0)
                && let Some(items) = self.by_word.get(word)
            {
                found.extend_from_slice(items);
            }
        }
        found.sort_unstable();
        found
    }
}

fn place(word: u32) -> (usize, u64) {
    let low = word & ((1 << INDEX_BITS) - 1);
    ((low >> 6) as usize, 1 << (low & 63))
}

/// The hash of a word in lower case: ASCII letters in any case are the same.
pub(crate) fn hash(word: &str) -> u32 {
    let mut lower = [0; WORD_BYTES_MAX];
    let mut length = 0;
    for (slot, byte) in lower.iter_mut().zip(word.bytes()) {
        *slot = byte.to_ascii_lowercase();
        length += 1;
    }
    HASHES.hash_one(lower.get(..length).unwrap_or_default()) as u32
}

/// Sorted hashes of the words of a text in normal form: of its runs of letters and digits, also without the letter of an escape
/// (`\nAnna`); of the words and user names that names are compared with; of two characters each of scripts without spaces.
pub(crate) fn words_in(text: &str) -> Vec<u32> {
    let mut hashes = Vec::with_capacity(text.len() / 5);
    each_run(text, |start, end| {
        hashes.extend(text.get(start..end).map(hash));
        if edges::is_after_escape(text, start + 1) {
            hashes.extend(text.get(start + 1..end).filter(|run| !run.is_empty()).map(hash));
        }
    });
    for word in Words::of(text) {
        let Some(bare) = word.of(text) else { continue };
        let is_run = bare.bytes().all(|byte| byte.is_ascii_alphabetic());
        // As such it is there, unless a digit stands beside it.
        let beside = [edges::byte(text, word.start.wrapping_sub(1)), edges::byte(text, word.end)];
        if !is_run || beside.iter().any(|byte| byte.is_ascii_digit() || !byte.is_ascii()) {
            hashes.push(hash(&words::folded(bare)));
        }
        if let Some(handle) = words::handle_run(text, word).filter(|handle| *handle != bare) {
            hashes.push(hash(handle));
        }
    }
    if !text.is_ascii() {
        let mut before = None;
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            let is_unspaced = edges::is_unspaced(c);
            if is_unspaced && let Some(pair) = before.and_then(|start: usize| text.get(start..end)) {
                hashes.push(hash(pair));
            }
            before = is_unspaced.then_some(at);
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Calls `run` with start and end of each run of characters that continue a word.
fn each_run(text: &str, mut run: impl FnMut(usize, usize)) {
    let mut start = None;
    let mut at = 0;
    while at < text.len() {
        let byte = edges::byte(text, at);
        let (goes_on, length) = if byte.is_ascii() {
            (byte.is_ascii_alphanumeric(), 1)
        } else {
            let Some(c) = edges::after(text, at) else { break };
            (edges::continues_word(c), c.len_utf8())
        };
        match (start, goes_on) {
            (None, true) => start = Some(at),
            (Some(begun), false) => {
                run(begun, at);
                start = None;
            }
            _ => {}
        }
        at += length;
    }
    if let Some(begun) = start {
        run(begun, text.len());
    }
}

/// The hash of a word that stands wherever this text stands as a whole: of its longest run of letters and digits, or of its first
/// two characters of a script without spaces. `None` where it has neither.
pub(crate) fn telling_word(text: &str) -> Option<u32> {
    let mut longest = "";
    each_run(text, |start, end| {
        let run = text.get(start..end).unwrap_or_default();
        if run.len() > longest.len() {
            longest = run;
        }
    });
    if !longest.is_empty() {
        return Some(hash(longest));
    }
    let mut pairs = text.char_indices().zip(text.chars().skip(1));
    let ((at, first), second) =
        pairs.find(|((_, first), second)| edges::is_unspaced(*first) && edges::is_unspaced(*second))?;
    text.get(at..at + first.len_utf8() + second.len_utf8()).map(hash)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use types::{ByteSpan, Evidence, Original};

    use super::*;
    use crate::tagger::{Knob, Tagger, Weights};
    use crate::{Cache, Detector, ExactTerms, Repeats};

    static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
        let weights = |bytes: &[u8]| Weights::from_bytes(bytes).unwrap();
        let spaced = weights(include_bytes!("../../../models/latin/weights.bin"));
        let dense = weights(include_bytes!("../../../models/cjk/weights.bin"));
        Detector::builtin().unwrap().with_tagger(Arc::new(Tagger::new(spaced, Some(dense))), Knob::Balanced)
    });

    const NAMES: [&str; 8] = [
        "Anna Weber",
        "王小明",
        "김민수",
        "田中太郎",
        "Zoë O'Neil",
        "Jean-Luc Picardo",
        "anna weber",
        "Łukasz",
    ];
    const VALUES: [&str; 9] = [
        "+49 30 901820",
        "DE89 3704 0044 0532 0130 00",
        "reader7@quillfen.org",
        "Anna Weber",
        "王小明 77",
        "王小明",
        "пароль7x",
        "a-b_c.d/7",
        "nAnna7",
    ];
    const PIECES: [&str; 44] = [
        "Anna Weber",
        "anna weber",
        "anna",
        "Weber",
        "anna_weber7",
        "aweber",
        "a.weber",
        "aweber'x",
        "\\nAnna",
        "\\nAnna Weber",
        "\\nAnna7",
        "Anna2",
        "WEBER, Anna",
        "A. Weber",
        "王小明",
        "小王来了",
        "王总",
        "김민수",
        "민수 씨",
        "田中さん",
        "Zoë",
        "zoe",
        "ZOE O'NEIL",
        "o'neil's",
        "Jean-Luc",
        "jean-luc_x",
        "Lukasz",
        "+49 30 901820",
        "+49  30\n901820",
        "reader7@quillfen.org",
        "READER7@QUILLFEN.ORG",
        "xreader7@quillfen.org",
        "DE89 3704 0044 0532 0130 00",
        "пароль7x",
        "a-b_c.d/7",
        "\u{200b}",
        "e\u{301}",
        "，",
        ".",
        "\n",
        " ",
        "  ",
        "-",
        "ａｎｎａ",
    ];

    fn person(text: &str) -> Finding {
        let entity = DETECTOR.entity("PERSON").unwrap().clone();
        let evidence = Evidence { recognizer: "tagger".into(), ..Evidence::default() };
        Finding { span: ByteSpan::new(0, text.len()), entity, score: 0.9, evidence }
    }

    /// What no cache knows of and no index leaves out.
    fn repeated(values: &[&str], text: &str, found: &[Finding]) -> Vec<ByteSpan> {
        let entity = DETECTOR.entity("PERSON").unwrap();
        let terms = values.iter().map(|value| (entity.clone(), Original::new(*value)));
        let spans = ExactTerms::new(terms).unwrap().spans(text).into_iter().map(|(span, _)| span);
        spans.filter(|span| !found.iter().any(|finding| finding.span.overlaps(*span))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn what_is_kept_is_what_a_search_finds(
            texts in proptest::collection::vec(proptest::collection::vec(0..PIECES.len(), 1..12), 1..4),
            turns in proptest::collection::vec((any::<u8>(), any::<u16>(), 0..4_usize, 0..9_usize), 1..12),
            is_long in any::<bool>(),
        ) {
            let texts: Vec<String> = texts
                .iter()
                .map(|pieces| {
                    let filler = if is_long { "so it goes. ".repeat(30) } else { String::new() };
                    pieces.iter().map(|piece| PIECES[*piece]).collect::<Vec<_>>().concat() + " " + &filler
                })
                .collect();
            let cache = Cache::new([7; 32], 1 << 20);
            for (names, values, text, found) in turns {
                let text = &texts[text % texts.len()];
                let start = text.get(..found).filter(|start| !start.is_empty());
                let found: Vec<Finding> = start.map(person).into_iter().collect();
                let mut seen = cache.seen(text);
                let names: Vec<(&str, Finding)> = (NAMES.into_iter().enumerate())
                    .filter(|(at, _)| names >> at & 1 == 1)
                    .map(|(_, name)| (name, person(name)))
                    .collect();
                if let Some(known) = DETECTOR.known_names(names.iter().map(|(name, one)| (*name, one))) {
                    prop_assert_eq!(&*known.again(&mut seen, text, &found), &*known.beside(text, &found));
                }
                let mut values: Vec<&str> =
                    VALUES.into_iter().enumerate().filter(|(at, _)| values >> at & 1 == 1).map(|(_, value)| value).collect();
                values.sort_unstable();
                let entity = DETECTOR.entity("PERSON").unwrap();
                let repeats = Repeats::new(values.iter().map(|value| (entity.clone(), *value)));
                let again = repeats.again(&mut seen, text, &found).unwrap();
                let again: Vec<ByteSpan> = again.iter().map(|finding| finding.span).collect();
                prop_assert_eq!(again, repeated(&values, text, &found));
                cache.keep(&seen);
            }
        }
    }

    #[test]
    fn a_text_that_was_searched_for_the_same_is_not_searched_again() {
        let cache = Cache::new([7; 32], 1 << 20);
        let text = format!("Anna Weber wrote. {}", "so it goes. ".repeat(40));
        let index = Index::of([telling_word("Weber")].into_iter());
        let mut searches = 0;
        let mut ask = |item: &str, found: &[Finding]| {
            let mut seen = cache.seen(&text);
            let search = |_: &[u32]| {
                searches += 1;
                Ok::<_, ()>(vec![person("Anna")])
            };
            let item = |_| [item.as_bytes(), &[], &[], &[]];
            let answer = seen.answer((Sort::Names, &index), found, item, search).unwrap();
            cache.keep(&seen);
            assert_eq!(answer.len(), 1);
            searches
        };
        assert_eq!(ask("Weber", &[]), 1);
        assert_eq!(ask("Weber", &[]), 1);
        assert_eq!(ask("weber as a part", &[]), 2);
        assert_eq!(ask("weber as a part", &[person("Anna")]), 3);
        let other = Index::of([telling_word("Kowalski")].into_iter());
        let none = cache.seen(&text).answer((Sort::Names, &other), &[], |_| [b"".as_slice(); 4], |_| Err(()));
        assert_eq!(none.unwrap().len(), 0);
    }
}
