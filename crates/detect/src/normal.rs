//! The normal form that matching sees, and the way back to the original text.
//!
//! Promises: NFKC-folded text without zero-width and bidi characters, with every decimal digit as an ASCII digit, every
//! dash as `-`, no marks hung on ASCII characters, and look-alike letters of other scripts as Latin ones in words that hold
//! Latin letters; a span of the normal form maps to a span of the original on character boundaries that covers all that was
//! folded into it. Text that folding would not change (all ASCII, most prose) is borrowed, not copied.
//! Leaves to others: whatever is written in another way than character by character (encodings, words for digits): `forms`.
//!
//! The map is a list of runs in which both texts advance together. A list of offsets per byte was the other choice: simpler,
//! but four bytes a byte, also where nothing was folded for pages.

pub(crate) mod confusables;
mod digits;
mod mixed;

use std::borrow::Cow;

use crate::edges;
use mixed::{Mixed, has_mixed_words};
use types::ByteSpan;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfkc_quick};

/// Longest base character with combining marks that is folded as one; what hangs on further starts anew. Unicode's
/// stream-safe format allows 30 marks.
const CLUSTER_CHARS_MAX: usize = 32;

/// Text in normal form.
#[derive(Clone)]
pub(crate) struct Normal<'a> {
    text: Cow<'a, str>,
    runs: Vec<Run>,
}

/// From `normal` on, the original stands at `original`, byte for byte, up to the next run; a `folded` run stands as a whole
/// for `original..original_end`.
#[derive(Debug, Clone, Copy)]
struct Run {
    normal: usize,
    original: usize,
    original_end: usize,
    folded: bool,
}

impl<'a> Normal<'a> {
    /// The normal form of `text`.
    pub(crate) fn of(text: &'a str) -> Self {
        if text.is_ascii() || is_unchanged(text) {
            return Self { text: Cow::Borrowed(text), runs: Vec::new() };
        }
        let mut builder = Builder { text: String::with_capacity(text.len()), ..Builder::default() };
        let mut mixed = has_mixed_words(text).then(|| Mixed::of(text));
        let mut base = 0;
        let mut chars = text.chars().peekable();
        let mut bulk_from = 0;
        while let Some(first) = chars.next() {
            let at = base;
            if at >= bulk_from && first.is_ascii() {
                let (plain_end, ascii_end) = plain_ascii(text, at);
                bulk_from = ascii_end;
                if plain_end > at {
                    builder.same_run(text, at, plain_end);
                    base = plain_end;
                    chars = text.get(base..).unwrap_or_default().chars().peekable();
                    continue;
                }
            }
            let mut end = at + first.len_utf8();
            builder.is_mixed = mixed.as_mut().is_some_and(|mixed| mixed.at(at, first));
            let stays = is_plain(first) || (!builder.is_mixed && is_stable(first));
            if stays && chars.peek().is_none_or(|next| !is_joining(first, *next)) {
                builder.same(at, end, first);
                base = end;
                continue;
            }
            if is_invisible(first) {
                builder.skip();
                base = end;
                continue;
            }
            let mut marks = 0;
            while let Some(next) = chars.peek().copied() {
                if !is_joining(first, next) || marks + 1 >= CLUSTER_CHARS_MAX {
                    break;
                }
                end += next.len_utf8();
                marks += 1;
                chars.next();
            }
            builder.cluster(text, at, end, first, marks);
            base = end;
        }
        builder.finish()
    }

    /// The same text with every run of white space folded into one space: so that a term is found across a line break.
    pub(crate) fn with_single_spaces(text: &'a str) -> Self {
        let mut builder = Builder::default();
        let mut spaces = false;
        for (at, character) in text.char_indices() {
            let end = at + character.len_utf8();
            if !character.is_whitespace() {
                builder.same(at, end, character);
                spaces = false;
            } else if spaces {
                builder.skip();
            } else {
                spaces = true;
                if character == ' ' {
                    builder.same(at, end, character);
                } else {
                    builder.folded(at, end, " ");
                }
            }
        }
        builder.finish()
    }

    /// The text in normal form.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The span of the original that a span of the normal form stands for.
    pub(crate) fn original(&self, span: ByteSpan) -> ByteSpan {
        if self.runs.is_empty() || span.is_empty() {
            return span;
        }
        let start = self.run_at(span.start).map_or(span.start, |run| run.start_of(span.start));
        let last = span.end.saturating_sub(1);
        let end = self.run_at(last).map_or(span.end, |run| run.end_of(span.end));
        ByteSpan::new(start, end.max(start))
    }

    fn run_at(&self, normal: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.normal <= normal);
        self.runs.get(after.checked_sub(1)?)
    }
}

impl Run {
    fn start_of(&self, normal: usize) -> usize {
        if self.folded { self.original } else { self.original + (normal - self.normal) }
    }

    fn end_of(&self, normal_end: usize) -> usize {
        if self.folded { self.original_end } else { self.original + (normal_end - self.normal) }
    }
}

#[derive(Default)]
struct Builder {
    text: String,
    runs: Vec<Run>,
    /// Where the original goes on if the next character continues the last run.
    joined_at: Option<usize>,
    /// True inside a word of several scripts.
    is_mixed: bool,
}

impl Builder {
    /// A character that stays as it is.
    fn same(&mut self, at: usize, end: usize, character: char) {
        if self.joined_at != Some(at) {
            self.runs.push(Run { normal: self.text.len(), original: at, original_end: end, folded: false });
        }
        self.text.push(character);
        self.joined_at = Some(end);
    }

    /// Characters that stay as they are.
    fn same_run(&mut self, text: &str, at: usize, end: usize) {
        if self.joined_at != Some(at) {
            self.runs.push(Run { normal: self.text.len(), original: at, original_end: end, folded: false });
        }
        self.text.push_str(text.get(at..end).unwrap_or_default());
        self.joined_at = Some(end);
    }

    /// A character that leaves nothing behind.
    fn skip(&mut self) {
        self.joined_at = None;
    }

    /// Text that stands for `at..end` as a whole.
    fn folded(&mut self, at: usize, end: usize, text: &str) {
        if !text.is_empty() {
            self.runs.push(Run { normal: self.text.len(), original: at, original_end: end, folded: true });
            self.text.push_str(text);
        }
        self.joined_at = None;
    }

    fn cluster(&mut self, text: &str, at: usize, end: usize, first: char, marks: usize) {
        if marks == 0
            && let Some(folded) = folded_alone(first)
        {
            self.folded(at, end, folded.encode_utf8(&mut [0; 4]));
            return;
        }
        let original = text.get(at..end).unwrap_or_default();
        let latin = |c: char| if self.is_mixed { confusables::latin(c).unwrap_or(c) } else { c };
        let mut folded: String = original.nfkc().filter(|c| !is_invisible(*c)).map(latin).collect();
        // A mark that composes with its letter makes another letter; one that stays beside it is paint.
        if marks > 0 && folded.starts_with(|first: char| first.is_ascii()) {
            folded.retain(|c| canonical_combining_class(c) == 0);
        }
        if marks == 0 && folded == original {
            self.same(at, end, first);
        } else {
            self.folded(at, end, &folded);
        }
    }

    fn finish<'a>(self) -> Normal<'a> {
        Normal { text: Cow::Owned(self.text), runs: self.runs }
    }
}

fn is_unchanged(text: &str) -> bool {
    let mut is_plain_only = true;
    let mut is_stable_only = true;
    let mut at = 0;
    while let Some(next) = next_beyond_ascii(text.as_bytes(), at) {
        let Some(c) = edges::after(text, next) else { return false };
        at = next + c.len_utf8();
        if is_plain(c) {
            continue;
        }
        is_plain_only = false;
        if is_stable(c) {
            continue;
        }
        is_stable_only = false;
        if is_invisible(c) || is_paint(c) || folded_alone(c).is_some() {
            return false;
        }
    }
    is_plain_only
        || ((is_stable_only || is_nfkc_quick(text.chars()) == IsNormalized::Yes) && !has_mixed_words(text))
}

/// Where the next byte beyond ASCII stands.
fn next_beyond_ascii(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let mut at = from;
    for eight in rest.chunks(8) {
        let beyond = eight.iter().fold(0, |all, b| all | b) & 0x80;
        if beyond != 0 {
            return Some(at + eight.iter().position(|b| !b.is_ascii())?);
        }
        at += eight.len();
    }
    None
}

/// How far ASCII text from `at` on stays as it is, and how far it goes. The word at its end, and the sign before it, may belong
/// together with what follows.
fn plain_ascii(text: &str, at: usize) -> (usize, usize) {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let mut length = 0;
    for block in rest.chunks(64) {
        if !block.is_ascii() {
            length += block.iter().take_while(|b| b.is_ascii()).count();
            break;
        }
        length += block.len();
    }
    if length == rest.len() {
        return (at + length, at + length);
    }
    let ascii = rest.get(..length).unwrap_or_default();
    let plain = ascii.iter().rposition(|b| !b.is_ascii_alphanumeric()).unwrap_or(0);
    (at + plain, at + length)
}

/// Marks of Latin script and signs to lay over others, which may hang on what they do not compose with.
const fn is_paint(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

/// True for characters that no folding touches unless a mark follows, told without a table.
fn is_plain(character: char) -> bool {
    matches!(character, '\0'..='\u{9F}' | '\u{C0}'..='\u{131}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// True for letters and signs of daily use that folding leaves alone by themselves, told without a table: in normal form
/// (Unicode Standard Annex 15), no mark, visible. Some are look-alikes of Latin letters.
fn is_stable(character: char) -> bool {
    matches!(character,
        '\u{134}'..='\u{13E}' | '\u{141}'..='\u{148}' | '\u{14A}'..='\u{17E}' | '\u{391}'..='\u{3A1}' | '\u{3A3}'..='\u{3CE}'
        | '\u{400}'..='\u{482}' | '\u{48A}'..='\u{52F}' | '\u{5D0}'..='\u{5EA}' | '\u{621}'..='\u{64A}' | '\u{904}'..='\u{939}'
        | '\u{E01}'..='\u{E30}' | '\u{1EA0}'..='\u{1EF9}' | '\u{2018}'..='\u{2022}' | '\u{20AC}' | '\u{3001}'..='\u{3002}'
        | '\u{3005}'..='\u{3011}')
}

/// True when `next` is folded together with `first`.
fn is_joining(first: char, next: char) -> bool {
    next >= '\u{300}'
        && !is_plain(next)
        && !is_stable(next)
        && (canonical_combining_class(next) != 0 || is_joining_vowel(first, next))
}

/// Hangul vowels and final consonants written as letters of their own compose with what stands before them.
fn is_joining_vowel(first: char, next: char) -> bool {
    matches!(first, '\u{1100}'..='\u{115F}' | '\u{AC00}'..='\u{D7A3}')
        && matches!(next, '\u{1160}'..='\u{11FF}')
}

/// Characters without width and those that only steer direction or shape: nothing that a reader would see is lost.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{20DD}'..='\u{20E0}' | '\u{20E2}'..='\u{20E4}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Dashes and digits that NFKC leaves alone; the full-width forms of ASCII, because they are frequent.
fn folded_alone(character: char) -> Option<char> {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0),
        '\u{3000}' | '\u{A0}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => Some('-'),
        _ => digits::decimal(character),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covered<'t>(text: &'t str, normal: &Normal<'_>, needle: &str) -> &'t str {
        let start = normal.text().find(needle).unwrap_or_else(|| panic!("{text:?} is {:?}", normal.text()));
        normal.original(ByteSpan::new(start, start + needle.len())).of(text).unwrap()
    }

    #[test]
    fn plain_text_is_not_copied() {
        for text in ["plain", "Straße, naïve, 中文", "été"] {
            assert!(matches!(Normal::of(text).text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn folded_text_maps_back_to_all_that_it_stands_for() {
        for (text, needle, original) in [
            ("a ４４ b", "44", "４４"),
            ("x1\u{200B}2\u{200B} y", "12", "1\u{200B}2"),
            ("Jose\u{301} x", "José", "Jose\u{301}"),
            ("+44\u{2011}20", "44-20", "44\u{2011}20"),
            ("٠١٢ y", "012", "٠١٢"),
            ("ﬁne x", "fi", "ﬁ"),
            ("ﬁne x", "f", "ﬁ"),
            ("раssword", "password", "раssword"),
            ("4\u{FE0F}\u{20E3}1\u{FE0F}\u{20E3}", "41", "4\u{FE0F}\u{20E3}1"),
            ("4\u{336}1\u{336}x", "41x", "4\u{336}1\u{336}x"),
        ] {
            let normal = Normal::of(text);
            assert_eq!(covered(text, &normal, needle), original);
        }
    }

    #[test]
    fn words_of_one_script_stay() {
        for text in ["Привет, это А123ВС77", "μm αβγ Ω", "Москва 2026"] {
            assert_eq!(Normal::of(text).text(), text);
        }
    }

    #[test]
    fn runs_of_white_space_become_one_space() {
        let text = "John \n  Smith";
        let normal = Normal::with_single_spaces(text);
        assert_eq!(normal.text(), "John Smith");
        assert_eq!(covered(text, &normal, "John Smith"), text);
    }

    #[test]
    fn ascii_in_bulk_keeps_the_map() {
        let text = "plain words, then e\u{301} and -\u{338}x; аbc dеf plain end";
        let normal = Normal::of(text);
        assert_eq!(normal.text(), "plain words, then é and -x; abc def plain end");
        for needle in ["plain words", "then", "and", "plain end"] {
            assert_eq!(covered(text, &normal, needle), needle);
        }
        assert_eq!(covered(text, &normal, "def plain"), "dеf plain");
    }

    #[test]
    fn stable_characters_stay_as_they_are() {
        for c in ('\0'..=char::MAX).filter(|c| is_stable(*c)) {
            let folded: String = std::iter::once(c).nfkc().collect();
            assert_eq!(folded, c.to_string());
            assert_eq!(canonical_combining_class(c), 0, "{c:?}");
            assert_eq!(is_nfkc_quick(std::iter::once(c)), IsNormalized::Yes, "{c:?}");
            assert!(!is_invisible(c) && !is_paint(c) && folded_alone(c).is_none() && !is_plain(c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn every_span_of_the_normal_form_maps_to_whole_characters(text in "(\\PC|[a\u{301}\u{200B}１ﬁ가ᅡ]){0,40}", from in 0usize..60, to in 0usize..60) {
            let normal = Normal::of(&text);
            if from < to && normal.text().get(from..to).is_some() {
                let span = normal.original(ByteSpan::new(from, to));
                prop_assert!(span.of(&text).is_some());
                prop_assert!(!span.is_empty());
            }
        }
    }
}
