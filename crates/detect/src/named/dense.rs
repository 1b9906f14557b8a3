//! What belongs to a name or address beside what the tagger took of it: the house of a Japanese address, a given name before a family
//! name; and what does not: a styled letter beside a name.

use types::ByteSpan;

use super::lists::Word;
use crate::tagger::{Label, TaggedSpan};

/// Longest name of a house with the number of the flat, in characters.
const HOUSE_CHARS_MAX: usize = 18;

/// Longest given name that is looked at before a family name, in bytes.
const GIVEN_BYTES_MAX: usize = 32;

/// Most initials before a name.
const INITIALS_MAX: usize = 3;

/// What is no initial: `M. Duval` is Monsieur Duval, and titles stay outside of a name.
const FRENCH_TITLE: char = 'M';

/// Katakana that a name of a house has at least.
const KATAKANA_MIN: usize = 2;

/// The span of a tagged address, the house and flat behind its number included: `…5番11号 パーク松原269`.
pub(crate) fn whole_address(text: &str, tagged: &TaggedSpan) -> ByteSpan {
    let span = tagged.span;
    let Some(value) = span.of(text).filter(|_| tagged.label == Label::Address && !text.is_ascii()) else {
        return span;
    };
    let rest = text.get(span.end..).unwrap_or_default();
    let is_kana = |c: char| matches!(c, '\u{30A1}'..='\u{30FC}');
    let is_letter =
        |c: char| is_kana(c) || matches!(c, '\u{3041}'..='\u{3096}' | '々' | '\u{4E00}'..='\u{9FFF}');
    // The house may have begun within what was taken.
    let begun: Vec<char> = value.chars().rev().take_while(|c| is_letter(*c)).collect();
    let ends_with_number =
        value.ends_with(['号', '番', '地']) || value.ends_with(|c: char| c.is_ascii_digit());
    let apart = rest.starts_with([' ', '\u{3000}']);
    if !(ends_with_number && apart || begun.iter().filter(|c| is_kana(**c)).count() > 0) {
        return span;
    }
    let inner = rest.trim_start_matches([' ', '\u{3000}']);
    let gap = rest.len() - inner.len();
    let name: String = inner.chars().take(HOUSE_CHARS_MAX).take_while(|c| is_letter(*c)).collect();
    let behind = inner.get(name.len()..).unwrap_or_default();
    let digits = behind.bytes().take(5).take_while(u8::is_ascii_digit).count();
    let kana = name.chars().chain(begun.iter().copied().filter(|_| gap == 0)).filter(|c| is_kana(*c)).count();
    if !(1..=4).contains(&digits) || kana < KATAKANA_MIN || gap > 3 {
        return span;
    }
    let flat = behind.get(digits..).unwrap_or_default();
    let room = ["号室", "号"].iter().find(|room| flat.starts_with(**room)).map_or(0, |room| room.len());
    ByteSpan::new(span.start, span.end + gap + name.len() + digits + room)
}

/// The span of a tagged person, a known given name right before it included: in a line of another script the tagger sees little of
/// names in Latin letters.
pub(crate) fn whole_person(text: &str, tagged: &TaggedSpan, known: &dyn Fn(&str) -> Word) -> ByteSpan {
    let span = with_initials(text, tagged);
    let head = text.get(crate::edges::floor(text, span.start.saturating_sub(GIVEN_BYTES_MAX))..span.start);
    let Some(head) = head.filter(|_| tagged.label == Label::Person).and_then(|head| head.strip_suffix(' '))
    else {
        return span;
    };
    let given = head.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let is_title = given.starts_with(char::is_uppercase) && given.chars().skip(1).all(char::is_lowercase);
    let is_family = span.of(text).is_some_and(|name| name.starts_with(char::is_uppercase));
    if !is_title
        || !is_family
        || given.chars().count() < 2
        || head.len() == given.len() && span.start > GIVEN_BYTES_MAX
    {
        return span;
    }
    let word = known(given);
    if !word.is_first || word.is_ordinary || word.is_place {
        return span;
    }
    ByteSpan::new(span.start - given.len() - 1, span.end)
}

/// The span of a tagged person, initials right before it included: `J. McIlhenny`, `A. B. Quill`.
fn with_initials(text: &str, tagged: &TaggedSpan) -> ByteSpan {
    let span = tagged.span;
    if tagged.label != Label::Person
        || !span.of(text).is_some_and(|name| name.starts_with(char::is_uppercase))
    {
        return span;
    }
    let mut start = span.start;
    for _ in 0..INITIALS_MAX {
        let mut before = text.get(..start).unwrap_or_default().chars().rev();
        let is_initial = before.next() == Some(' ')
            && before.next() == Some('.')
            && before.next().is_some_and(|c| c.is_ascii_uppercase() && c != FRENCH_TITLE)
            && before.next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '"' | ',' | ';' | ':'));
        if !is_initial {
            break;
        }
        start -= 3;
    }
    ByteSpan::new(start, span.end)
}

/// A span of the text as given without single styled letters at its ends (`𝔉 Zoë Nakashima`), which the normal form has made
/// initials of. A name that is styled as a whole stays whole.
pub(crate) fn without_styled_ends(text: &str, span: ByteSpan) -> ByteSpan {
    let Some(value) = span.of(text).filter(|value| !value.is_ascii()) else { return span };
    let words: Vec<&str> = value.split(' ').collect();
    let is_alone = |word: &&str| {
        let mut chars = word.chars();
        chars.next().is_some_and(is_styled) && chars.next().is_none()
    };
    let first = words.iter().take_while(|word| is_alone(word)).count();
    let last = words.iter().rev().take_while(|word| is_alone(word)).count();
    let kept = words.get(first..words.len().saturating_sub(last)).unwrap_or_default();
    if kept.is_empty() || kept.iter().any(|word| word.chars().any(is_styled)) {
        return span;
    }
    let bytes = |words: &[&str]| words.iter().map(|word| word.len() + 1).sum::<usize>();
    let start = span.start + bytes(words.get(..first).unwrap_or_default());
    let end = span.end - bytes(words.get(words.len() - last..).unwrap_or_default());
    ByteSpan::new(start, end)
}

/// Letters in a style of their own, which are no letters of words: mathematical, letterlike, enclosed.
const fn is_styled(c: char) -> bool {
    matches!(c, '\u{1D400}'..='\u{1D7FF}' | '\u{2100}'..='\u{214F}' | '\u{2460}'..='\u{24FF}' | '\u{1F130}'..='\u{1F189}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_of_a_japanese_address_belongs_to_it() {
        for (text, taken, whole) in [
            (
                "住所は滋賀県香取市太田1丁目26番11号 四区シャルム940です。",
                "滋賀県香取市太田1丁目26番11号",
                "滋賀県香取市太田1丁目26番11号 四区シャルム940",
            ),
            (
                "滋賀県香取市太田1丁目2番1号 四区シャルム94号室",
                "滋賀県香取市太田1丁目2番1号 四区シ",
                "滋賀県香取市太田1丁目2番1号 四区シャルム94号室",
            ),
            (
                "滋賀県香取市太田1-2-3 パークハイツ203",
                "滋賀県香取市太田1-2-3",
                "滋賀県香取市太田1-2-3 パークハイツ203",
            ),
            ("滋賀県香取市太田1-2-3 受付番号203", "滋賀県香取市太田1-2-3", "滋賀県香取市太田1-2-3"),
            ("滋賀県香取市太田1-2-3です。テスト203", "滋賀県香取市太田1-2-3", "滋賀県香取市太田1-2-3"),
        ] {
            let start = text.find(taken).unwrap();
            let span = ByteSpan::new(start, start + taken.len());
            let tagged = TaggedSpan { span, label: Label::Address, score: 0.9 };
            assert_eq!(whole_address(text, &tagged).of(text), Some(whole), "{text}");
        }
    }

    #[test]
    fn initials_before_a_name_belong_to_it() {
        for (text, taken, whole) in [
            ("Apologies: J. McIlhenny", "McIlhenny", "J. McIlhenny"),
            ("by A. B. Quill (A. C. Quill", "Quill", "A. B. Quill"),
            ("in the U.S. Quill", "Quill", "Quill"),
            ("é. Quill", "Quill", "Quill"),
            ("joindre M. Duval", "Duval", "Duval"),
            ("J. quill", "quill", "quill"),
        ] {
            let start = text.find(taken).unwrap();
            let span = ByteSpan::new(start, start + taken.len());
            let tagged = TaggedSpan { span, label: Label::Person, score: 0.9 };
            assert_eq!(whole_person(text, &tagged, &|_| Word::default()).of(text), Some(whole), "{text}");
        }
    }

    #[test]
    fn a_known_given_name_before_a_name_belongs_to_it() {
        let known = |word: &str| Word {
            is_first: ["Zoë", "Paris", "Will"].contains(&word),
            is_place: word == "Paris",
            is_ordinary: word == "Will",
            ..Word::default()
        };
        for (text, taken, whole) in [
            ("été る F Zoë Nakashima", "Nakashima", "Zoë Nakashima"),
            ("Zoë Nakashima", "Nakashima", "Zoë Nakashima"),
            ("Will Nakashima come", "Nakashima", "Nakashima"),
            ("in Paris Nakashima sang", "Nakashima", "Nakashima"),
            ("zoë, Nakashima", "Nakashima", "Nakashima"),
        ] {
            let start = text.find(taken).unwrap();
            let tagged = TaggedSpan {
                span: ByteSpan::new(start, start + taken.len()),
                label: Label::Person,
                score: 0.9,
            };
            assert_eq!(whole_person(text, &tagged, &known).of(text), Some(whole), "{text}");
        }
    }

    #[test]
    fn a_styled_letter_beside_a_name_is_no_initial() {
        for (value, kept) in [
            ("𝔉 Zoë Nakashima", "Zoë Nakashima"),
            ("Zoë Nakashima 𝔊", "Zoë Nakashima"),
            ("F Zoë Nakashima", "F Zoë Nakashima"),
            ("𝔉 𝔊", "𝔉 𝔊"),
            ("𝔉 𝔑𝔬𝔯𝔞", "𝔉 𝔑𝔬𝔯𝔞"),
            ("Zoë", "Zoë"),
        ] {
            assert_eq!(without_styled_ends(value, ByteSpan::new(0, value.len())).of(value), Some(kept));
        }
    }
}
