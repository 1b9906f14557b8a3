//! Whole words in the neighbourhood of a candidate that speak for it or against it.
//!
//! Promises: a word counts only whole (`lic` does not count in `public`), in any of its usual cases, within a bounded
//! neighbourhood of the same sentence, in the name of the JSON member that holds the text, or in the header of its column.
//! In what is surely a table, only the own cell and the own header speak: the cell beside it is about something else. The text
//! is read once, however many candidates stand there: the words of all recognizers are looked up together (`vocabulary`).

use std::sync::Arc;

use crate::edges;
use crate::lexicon::narrow;
use crate::tables::{Cell, Tables};
use crate::vocabulary::{Hit, Hits, Vocabulary};

/// How far from a value its label may stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Before the value, in bytes.
    pub(crate) before_bytes: usize,
    /// Behind the value, in bytes.
    pub(crate) after_bytes: usize,
}

impl Default for Reach {
    /// Covers a label, a colon and a few words; behind a value less is usual.
    fn default() -> Self {
        Self { before_bytes: 72, after_bytes: 28 }
    }
}

/// What a word says about the candidates of a recognizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// It speaks for them.
    For(usize),
    /// It speaks against them.
    Against(usize),
}

impl Says {
    /// As it is kept: small, so that many are compared at once.
    fn code(self) -> u32 {
        match self {
            Self::For(recognizer) => narrow(recognizer * 2),
            Self::Against(recognizer) => narrow(recognizer * 2 + 1),
        }
    }
}

/// The words of all recognizers.
#[derive(Debug)]
pub(crate) struct ContextWords {
    /// Each form of each word, in lower case.
    forms: Vec<String>,
    /// For each form the word as written in the recognizer file, and what it says, sorted.
    words: Vec<(Arc<str>, Box<[u32]>)>,
}

/// Collects words before they are made ready to be looked up.
#[derive(Debug, Default)]
pub(crate) struct ContextWordsBuilder {
    forms: std::collections::BTreeMap<String, (Arc<str>, Vec<u32>)>,
}

impl ContextWordsBuilder {
    /// `word` says something about a recognizer.
    pub(crate) fn add(&mut self, word: &str, says: Says) {
        // What speaks against a value is named in each form that does: `client token` is no word for what a `client_token` is.
        let forms = if matches!(says, Says::For(_)) { names(word) } else { cases(word) };
        for form in forms {
            let lower = form.to_ascii_lowercase();
            let entry = self.forms.entry(lower).or_insert_with(|| (word.into(), Vec::new()));
            if !entry.1.contains(&says.code()) {
                entry.1.push(says.code());
            }
        }
    }

    /// All words, ready to be looked up.
    pub(crate) fn build(self) -> ContextWords {
        let (forms, words) = self
            .forms
            .into_iter()
            .map(|(form, (word, mut all))| {
                all.sort_unstable();
                (form, (word, all.into_boxed_slice()))
            })
            .unzip();
        ContextWords { forms, words }
    }
}

impl ContextWords {
    /// The words to look up where words begin, by index; all count only whole.
    pub(crate) fn looked_up(&self) -> impl Iterator<Item = (&str, bool)> {
        self.forms.iter().map(|form| (form.as_str(), true))
    }

    /// True when a word that ends at `end` is whole.
    pub(crate) fn holds(text: &str, end: usize) -> bool {
        edges::is_name_part_end(text, end)
    }

    /// The word, as written in the recognizer file, if it says this.
    fn saying(&self, word: usize, says: Says) -> Option<&Arc<str>> {
        let (word, all) = self.words.get(word)?;
        says_it(all, says).then_some(word)
    }
}

/// True when `says` is among what a word says. A word such as `number` speaks for hundreds of recognizers.
fn says_it(all: &[u32], says: Says) -> bool {
    let code = says.code();
    if all.len() <= 8 { all.contains(&code) } else { all.binary_search(&code).is_ok() }
}

/// Longest label in the first of two columns, in bytes.
const ROW_LABEL_BYTES_MAX: usize = 96;

/// So much of the name of a JSON member is looked at, in bytes.
const KEY_BYTES: usize = 128;

/// The context words of one text.
#[derive(Debug)]
pub(crate) struct Surroundings<'d, 't> {
    words: &'d ContextWords,
    text: &'t str,
    hits: Hits,
    key: Hits,
    tables: Tables<'t>,
    /// The parts of the text that were looked at last, before and behind a value: of one number many patterns ask.
    looked_at: [Part; 2],
}

/// A part of a text, and which hits stand in it.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    from: usize,
    to: usize,
    hits: (usize, usize),
}

impl<'d, 't> Surroundings<'d, 't> {
    /// The surroundings in `text`, in which these context words stand, under a JSON member of this name.
    pub(crate) fn of(vocabulary: &'d Vocabulary, text: &'t str, hits: Hits, key: Option<&str>) -> Self {
        let key = key.map(|key| key.get(..edges::floor(key, KEY_BYTES)).unwrap_or_default());
        let key = key.map(|key| vocabulary.read(key).context).unwrap_or_default();
        Self {
            words: &vocabulary.context,
            text,
            hits,
            key,
            tables: Tables::of(text),
            looked_at: [Part::default(); 2],
        }
    }

    /// The tables of the text.
    pub(crate) fn tables(&self) -> &Tables<'t> {
        &self.tables
    }

    /// A word in the name of the JSON member that says this.
    pub(crate) fn in_key(&self, says: Says) -> Option<&'d Arc<str>> {
        self.key.all().iter().rev().find_map(|hit| self.words.saying(hit.word(), says))
    }

    /// A word that says this in the header of the column that `at` stands in.
    pub(crate) fn in_column(&mut self, says: Says, at: usize) -> Option<&'d Arc<str>> {
        let words = self.words;
        let cell = self.tables.cell_at(at)?;
        let label = *self.tables.tables.get(cell.table)?.header.get(cell.column)?;
        let hits = self.hits.between(label.start, label.end).iter().rev();
        hits.filter(|hit| hit.start() >= label.start).find_map(|hit| words.saying(hit.word(), says))
    }

    /// The part of the text whose words may speak about what begins at `at`.
    fn bounds(&mut self, at: usize) -> (usize, usize) {
        let cell = self.tables.cell_at(at);
        let sure = cell.filter(|cell| self.tables.tables.get(cell.table).is_some_and(|table| table.is_sure));
        sure.map_or((0, self.text.len()), |cell| (self.row_label_start(cell), cell.span.end))
    }

    /// Where the words about a cell begin: in a table of two columns, as `Field | Value`, the first cell says what stands in the
    /// second.
    fn row_label_start(&self, cell: Cell) -> usize {
        let is_second = self.tables.tables.get(cell.table).is_some_and(|table| {
            let mut labels = table.header.iter().enumerate().filter(|(_, label)| !label.is_empty());
            labels.next();
            labels.next().is_some_and(|(column, _)| column == cell.column) && labels.next().is_none()
        });
        if !is_second {
            return cell.span.start;
        }
        let from = edges::floor(self.text, cell.span.start.saturating_sub(ROW_LABEL_BYTES_MAX));
        let before = self.text.get(from..cell.span.start).unwrap_or_default();
        before.rfind('\n').map_or(cell.span.start, |line| from + line + 1)
    }

    /// A word in the same sentence near `start..end` that says this: the nearest before, else the nearest behind.
    pub(crate) fn near(
        &mut self,
        says: Says,
        start: usize,
        end: usize,
        reach: Reach,
    ) -> Option<&'d Arc<str>> {
        let (words, text) = (self.words, self.text);
        let (first, last) = self.bounds(start);
        let from = start.saturating_sub(reach.before_bytes).max(first);
        // Most neighbourhoods hold no word that says it: where sentences end is looked at only if one does.
        if let Some(hit) = self.last(says, from, start) {
            let between = text.get(hit.end()..start).unwrap_or_default();
            // `Tfno. 956…`: the full stop belongs to the label.
            if last_sentence_start(between.strip_prefix('.').unwrap_or(between)) == 0 {
                return words.saying(hit.word(), says);
            }
        }
        let hit = self.first(says, end, end.saturating_add(reach.after_bytes).min(last))?;
        let between = text.get(end..hit.start()).unwrap_or_default();
        (first_sentence_end(between) == between.len()).then(|| words.saying(hit.word(), says)).flatten()
    }

    /// False when no word within reach of `start` says this, sentences aside.
    pub(crate) fn near_loosely(&mut self, says: Says, start: usize, reach: Reach) -> bool {
        self.last(says, start.saturating_sub(reach.before_bytes), start).is_some()
            || self.first(says, start, start.saturating_add(reach.after_bytes)).is_some()
    }

    /// A word at most `bytes` before `start` that says this.
    pub(crate) fn shortly_before(&mut self, says: Says, start: usize, bytes: usize) -> Option<&'d Arc<str>> {
        let words = self.words;
        let (first, _) = self.bounds(start);
        let hit = self.last(says, start.saturating_sub(bytes).max(first), start)?;
        words.saying(hit.word(), says)
    }

    /// The last word within `from..to` that says this.
    fn last(&mut self, says: Says, from: usize, to: usize) -> Option<Hit> {
        let words = self.words;
        let mut hits = self.between(0, from, to).iter().rev();
        hits.find(|hit| hit.start() >= from && words.saying(hit.word(), says).is_some()).copied()
    }

    /// The first word within `from..to` that says this.
    fn first(&mut self, says: Says, from: usize, to: usize) -> Option<Hit> {
        let words = self.words;
        let mut hits = self.between(1, from, to).iter();
        hits.find(|hit| hit.start() >= from && words.saying(hit.word(), says).is_some()).copied()
    }

    /// The hits in a part of the text.
    fn between(&mut self, side: usize, from: usize, to: usize) -> &[Hit] {
        let hits = &self.hits;
        let Some(known) = self.looked_at.get_mut(side) else { return hits.between(from, to) };
        if (known.from, known.to) != (from, to) {
            *known = Part { from, to, hits: (hits.up_to(from), hits.up_to(to)) };
        }
        hits.all().get(known.hits.0..known.hits.1).unwrap_or_default()
    }
}

/// Where the last sentence of a text begins. A question does not end one: what follows answers it. A full stop ends a sentence only behind a word or number of four characters:
/// `No.`, `Tel.` and `Nr.` stand between label and value.
fn last_sentence_start(text: &str) -> usize {
    let mut start = 0;
    let mut word_chars = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let space_follows = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        let ends = matches!(c, '。' | '！')
            || (c == '!' && space_follows)
            || (c == '.' && word_chars >= 4 && space_follows);
        if ends {
            start = at + c.len_utf8();
        }
        word_chars = if c.is_alphanumeric() { word_chars + 1 } else { 0 };
    }
    start
}

/// Where the first sentence of a text ends.
fn first_sentence_end(text: &str) -> usize {
    let ends = |at: usize, c: char| {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        matches!(c, '。' | '！' | '？' | '\n')
            || (matches!(c, '.' | '!' | '?' | ';')
                && (rest.is_empty() || rest.starts_with(char::is_whitespace)))
    };
    text.char_indices().find(|(at, c)| ends(*at, *c)).map_or(text.len(), |(at, _)| at)
}

/// The forms of a word that automata without Unicode case folding need: as written, and for words with other letters than
/// ASCII also upper and title case.
pub(crate) fn cases(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    if !word.is_ascii() {
        let mut title = String::with_capacity(word.len());
        let mut chars = word.chars();
        title.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        title.push_str(chars.as_str());
        for form in [word.to_uppercase(), title] {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

/// Least length of the parts of a phrase that programs also write as one word. Shorter ones make other words: `i am`, `iam`.
const NAME_PART_BYTES_MIN: usize = 3;

/// The forms of a label: its [`cases`], and for a phrase of plain words those that names of fields take, as `tax number`
/// stands as `tax_number`, `tax-number` and `taxNumber`.
pub(crate) fn names(word: &str) -> Vec<String> {
    let mut forms = cases(word);
    let is_plain = word.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-'));
    let parts: Vec<&str> = word.split([' ', '-']).collect();
    let is_number = |part: &&&str| matches!(**part, "no" | "nr" | "id");
    let long = |part: &&&str| part.len() >= NAME_PART_BYTES_MIN;
    let Some((last, first)) = parts.split_last() else { return forms };
    if !is_plain || first.is_empty() || !first.iter().all(|part| long(&part)) {
        return forms;
    }
    if long(&last) || is_number(&last) {
        for joint in ["_", "-", ""] {
            let form = parts.join(joint);
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triggers::TriggersBuilder;

    fn near(word: &str, text: &str, value: &str) -> Option<String> {
        let mut builder = ContextWordsBuilder::default();
        builder.add(word, Says::For(0));
        builder.add("other", Says::For(1));
        let words = Vocabulary::of(TriggersBuilder::default(), builder).unwrap();
        let start = text.find(value).unwrap();
        let mut surroundings = Surroundings::of(&words, text, words.read(text).context, None);
        surroundings
            .near(Says::For(0), start, start + value.len(), Reach::default())
            .map(|word| word.to_string())
    }

    fn check(word: &str, text: &str, is_near: bool) {
        assert_eq!(near(word, text, "1234567"), is_near.then(|| word.to_owned()), "{text}");
    }

    #[test]
    fn only_whole_words_count() {
        check("lic", "a public 1234567", false);
        check("lic", "lic 1234567", true);
        check("phone", "userPhone: 1234567", true);
        check("身份证", "他的身份证号1234567", true);
        check("führerschein", "FÜHRERSCHEIN 1234567", true);
        check("tax number", "taxNumber: 1234567", true);
        check("tax number", "tax_number=1234567", true);
        check("steuer-id", "steuer_id;1234567", true);
        check("i am", "iam 1234567", false);
        check("lic", "other 1234567", false);
    }

    #[test]
    fn words_far_away_or_in_another_sentence_do_not_count() {
        check("ssn", &format!("ssn {} 1234567", "x ".repeat(60)), false);
        check("ssn", "the ssn is known. Call 1234567", false);
        check("ssn", "ssn no. 1234567", true);
        check("tfno", "Tfno. 1234567", true);
        check("ssn", "And your ssn?\nCaller: 1234567", true);
        check("ssn", "1234567 (ssn)", true);
        check("ssn", "1234567. The ssn", false);
    }

    #[test]
    fn in_a_table_of_two_columns_the_first_cell_is_a_label() {
        check("ssn", "| Field | Value |\n|---|---|\n| ssn | 1234567 |\n", true);
        check("ssn", "| Field | Value |\n|---|---|\n| ssn | 7 |\n| other | 1234567 |\n", false);
        check("ssn", "| Field | Value | x |\n|---|---|---|\n| ssn | 1234567 | y |\n", false);
    }

    #[test]
    fn words_are_found_wherever_they_stand() {
        for shift in 0..300 {
            let text = format!("{}phone 1234567", " ".repeat(shift));
            check("phone", &text, true);
        }
    }
}
