//! Whether the value of a field looks like what its label says.
//!
//! A label alone proves nothing: packages, servers and tools have names, and forms have words where a value will stand. A
//! person's name is made of letters, begins with capitals or is a known name, and is no ordinary word, type or identifier. The
//! weaker the label, the more the value must show.

use super::label::{Beside, FieldWords, Holds};
use crate::edges;
use crate::named::lists::Word;
use crate::read::names::NameWords;

/// Longest value, in bytes, and most words of one.
pub(super) const VALUE_BYTES_MAX: usize = 120;
const NAME_WORDS_MAX: usize = 6;
const ADDRESS_WORDS_MAX: usize = 16;
/// Most characters of a Chinese, Japanese or Korean name, and of one in Katakana, which spells foreign names.
const DENSE_NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=6;
const KATAKANA_NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=16;

/// How sure a value under a label of people alone is, and one under a label of things too.
const SURE: f32 = 0.8;
const LIKELY: f32 = 0.6;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Between quotation marks, between tags, in a cell, or all of the text under the name of a member.
    Enclosed,
    /// Bare, filling the rest of its line.
    Line,
    /// Bare, with something behind it.
    Inline,
}

/// What decides beside the value.
pub(super) struct Around<'a> {
    pub(super) form: Form,
    pub(super) beside: Option<Beside>,
    pub(super) fields: &'a FieldWords,
    pub(super) names: &'a NameWords,
    pub(super) known: &'a dyn Fn(&str) -> Word,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// `Anna`, `O'Neil`, `McDonald`.
    Title,
    /// `ANNA`.
    Upper,
    /// `A.`, `J`.
    Initial,
    /// `anna`.
    Lower,
    /// `von`.
    Particle,
}

impl Around<'_> {
    /// How sure it is that `value` is what the label says; `None` where it is not.
    pub(super) fn score(&self, holds: Holds, value: &str) -> Option<f32> {
        if value.is_empty() || value.len() > VALUE_BYTES_MAX || self.fields.is_stand_in(value) {
            return None;
        }
        match holds {
            Holds::Person => self.person(value, true),
            Holds::PersonMaybe => self.person(value, false),
            Holds::Place => self.place(value, true),
            Holds::PlaceMaybe => self.place(value, false),
            Holds::Organization => self.organization(value),
            Holds::Address => self.address(value),
        }
    }

    fn person(&self, value: &str, is_sure: bool) -> Option<f32> {
        if value.chars().next().is_some_and(edges::is_unspaced) {
            return self.dense_person(value, is_sure);
        }
        let words: Vec<&str> = value.split(' ').map(|word| word.trim_end_matches(',')).collect();
        if words.len() > NAME_WORDS_MAX {
            return None;
        }
        let cases = words.iter().map(|word| self.case(word)).collect::<Option<Vec<Case>>>()?;
        let real = |case: &Case| matches!(case, Case::Title | Case::Upper | Case::Lower);
        let parts: Vec<(&str, Case)> =
            words.iter().copied().zip(cases).filter(|(_, case)| real(case)).collect();
        if parts.is_empty() || words.iter().any(|word| self.fields.is_stand_in_word(word)) {
            return None;
        }
        let known: Vec<Word> = parts.iter().map(|(word, _)| (self.known)(word)).collect();
        let names = known.iter().filter(|word| word.is_name()).count();
        let ordinary = known.iter().filter(|word| word.is_ordinary && !word.is_first).count();
        let is_lower = parts.iter().any(|(_, case)| *case == Case::Lower);
        let stopped = parts.iter().filter(|(word, _)| self.names.stop.contains(&word.to_lowercase())).count();
        let is_stopped = stopped > 0;
        let all_names = names == parts.len();
        if is_sure {
            let holds = if is_lower {
                all_names || (names > 0 && ordinary == 0) || (self.is_of_person() && ordinary == 0)
            } else {
                self.form != Form::Inline || names > 0 || parts.len() > 1
            };
            let is_prose = ordinary == parts.len() && names == 0 && !self.is_of_person() && is_lower;
            // `Văn An` is a name although "an" is a word; a form says "Please enter".
            let is_words = names == 0
                && parts.len() > 1
                && if self.form == Form::Enclosed && !is_lower { stopped == parts.len() } else { is_stopped };
            return (holds && !is_prose && !is_words).then_some(SURE);
        }
        if is_stopped || self.beside == Some(Beside::Thing) {
            return None;
        }
        let holds = match (self.is_of_person(), is_lower) {
            (true, false) => ordinary < parts.len() || known.iter().any(|word| word.is_first),
            (true, true) => all_names || (parts.len() > 1 && ordinary == 0 && self.form == Form::Enclosed),
            (false, false) if parts.len() > 1 => names > 0 && ordinary == 0,
            (false, false) => known.iter().all(|word| word.is_first && !word.is_ordinary && !word.is_place),
            (false, true) => {
                parts.len() > 1
                    && known.first().is_some_and(|word| word.is_first && !word.is_ordinary)
                    && all_names
            }
        };
        holds.then_some(LIKELY)
    }

    fn dense_person(&self, value: &str, is_sure: bool) -> Option<f32> {
        let chars: Vec<char> = value.chars().filter(|c| !matches!(c, ' ' | '·' | '・')).collect();
        let is_katakana = chars.iter().all(|c| matches!(c, '\u{30A0}'..='\u{30FF}'));
        let allowed = if is_katakana { KATAKANA_NAME_CHARS } else { DENSE_NAME_CHARS };
        if !chars.iter().all(|c| edges::is_unspaced(*c)) || !allowed.contains(&chars.len()) {
            return None;
        }
        let text: String = chars.iter().collect();
        if self.names.stop.contains(&text) {
            return None;
        }
        if is_sure {
            return Some(SURE);
        }
        let head: String = chars.iter().take(1).collect();
        let two: String = chars.iter().take(2).collect();
        let has_surname = self.names.han_surnames.contains(&head) || self.names.han_surnames.contains(&two);
        let is_name = has_surname && (2..=4).contains(&chars.len());
        let is_known = (self.known)(value).is_name() || (self.known)(&two).is_last;
        (self.beside != Some(Beside::Thing) && (self.is_of_person() && (is_name || is_known))
            || (is_name && is_known))
            .then_some(LIKELY)
    }

    fn place(&self, value: &str, is_sure: bool) -> Option<f32> {
        let known = (self.known)(value);
        if value.chars().next().is_some_and(edges::is_unspaced) {
            let count = value.chars().count();
            let is_plain = value.chars().all(|c| edges::is_unspaced(c) || c == ' ');
            return (is_plain && (2..=12).contains(&count) && (is_sure || known.is_place)).then_some(SURE);
        }
        let words: Vec<&str> = value.split(' ').map(|word| word.trim_end_matches(',')).collect();
        let cases = words.iter().map(|word| self.case(word)).collect::<Option<Vec<Case>>>()?;
        let is_lower = cases.iter().all(|case| matches!(case, Case::Lower | Case::Particle));
        let is_stopped = words.iter().all(|word| self.names.stop.contains(&word.to_lowercase()));
        if words.len() > NAME_WORDS_MAX || is_stopped || value.chars().count() < 2 {
            return None;
        }
        let holds = if is_sure {
            let is_known = known.is_place && !known.is_ordinary;
            is_known
                || (!known.is_ordinary && self.form != Form::Inline && (!is_lower || self.is_of_person()))
        } else {
            known.is_place && !known.is_ordinary && !is_lower && self.beside != Some(Beside::Thing)
        };
        holds.then_some(if is_sure { SURE } else { LIKELY })
    }

    fn organization(&self, value: &str) -> Option<f32> {
        let is_sign =
            |c: char| matches!(c, ' ' | '.' | ',' | '&' | '\'' | '’' | '-' | '+' | '·' | '(' | ')' | '・');
        let is_plain = value.chars().all(|c| c.is_alphanumeric() || is_mark(c) || is_sign(c));
        let has_capital = value.chars().any(|c| c.is_uppercase() || edges::is_unspaced(c));
        let is_word = value.chars().filter(|c| c.is_alphabetic()).count() >= 2;
        let is_stopped = value.split(' ').all(|word| self.names.stop.contains(&word.to_lowercase()));
        let holds = is_plain && has_capital && is_word && !is_stopped && value.split(' ').count() <= 10;
        (holds && self.form != Form::Inline && self.beside != Some(Beside::Thing)).then_some(LIKELY)
    }

    fn address(&self, value: &str) -> Option<f32> {
        let is_sign = |c: char| {
            matches!(
                c,
                ' ' | '.'
                    | ','
                    | '\''
                    | '’'
                    | '-'
                    | '/'
                    | '#'
                    | '&'
                    | '('
                    | ')'
                    | 'º'
                    | 'ª'
                    | '°'
                    | ';'
                    | '\n'
            )
        };
        if !value.chars().all(|c| c.is_alphanumeric() || is_mark(c) || is_sign(c))
            || self.form == Form::Inline
        {
            return None;
        }
        let dense = value.chars().filter(|c| edges::is_unspaced(*c)).count();
        if dense > 0 {
            return (dense >= 5 && dense * 2 >= value.chars().count()).then_some(SURE);
        }
        let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
        let is_word = |word: &&&str| word.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        let has_word = words.iter().any(|word| is_word(&word) && word.chars().any(char::is_uppercase));
        let has_number = words.iter().any(|word| word.chars().next().is_some_and(|c| c.is_ascii_digit()));
        let holds =
            (2..=ADDRESS_WORDS_MAX).contains(&words.len()) && has_word && (has_number || self.is_of_person());
        holds.then_some(LIKELY)
    }

    fn is_of_person(&self) -> bool {
        self.beside == Some(Beside::Person)
    }

    /// How a word of a name is written; `None` for what is no such word.
    fn case(&self, word: &str) -> Option<Case> {
        if self.names.particles.contains(&word.to_lowercase()) {
            return Some(Case::Particle);
        }
        let is_joint = |c: char| matches!(c, '\'' | '’' | '-' | '.' | '‐');
        if !word.chars().all(|c| (c.is_alphabetic() && !edges::is_unspaced(c)) || is_mark(c) || is_joint(c)) {
            return None;
        }
        let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
        let first = *letters.first()?;
        let upper = letters.iter().filter(|c| c.is_uppercase()).count();
        if word.starts_with(is_joint) && !word.starts_with(['\'', '’']) {
            return None;
        }
        // `e.g.`, `std.io` and `a.b` are no names; `J.R.` is.
        if word.trim_end_matches('.').contains('.') && letters.len() != upper {
            return None;
        }
        if letters.len() == 1 || (word.contains('.') && letters.len() == upper && upper <= 3) {
            return Some(Case::Initial);
        }
        if upper == 0 {
            // `my-package` is an identifier, `jean-luc` a name.
            let parts = word.split('-');
            let is_known = word.split('-').all(|part| (self.known)(part).is_name());
            return (parts.count() == 1 || is_known).then_some(Case::Lower);
        }
        if upper == letters.len() {
            return Some(Case::Upper);
        }
        let humps =
            letters.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_lowercase() && b.is_uppercase()));
        let is_name = humps.count() == 0
            || word.contains(['\'', '’', '-'])
            || crate::read::names::has_name_prefix(word);
        (first.is_uppercase() && is_name).then_some(Case::Title)
    }
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}
