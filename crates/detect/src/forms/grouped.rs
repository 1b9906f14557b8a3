//! Numbers in groups with other separators than usual, over cells and lines, and with letters that look like digits.
//!
//! `DK42.5089.9655.7139.53`, `4111_1111_1111_1111`, `| 4111 | 1111 | 1111 | 1111 |`, `4lll 1111 1111 1111`, `ВЕ71 0961…` with
//! Cyrillic letters. Promises: only what a check confirms counts, and over cells and lines only with a label, or what has a
//! check that nothing else passes: columns of numbers are everywhere.

use types::ByteSpan;

use super::build::{FormBuilder, Trust};
use crate::edges;
use crate::normal::confusables;
use crate::numbers;

/// Groups of a value, characters of a group, of one in a cell, and of all together.
const GROUPS: std::ops::RangeInclusive<usize> = 3..=12;
const GROUP_BYTES_MAX: usize = 6;
const CELL_BYTES_MAX: usize = 9;
/// Longest word in which letters may stand for digits.
const LOOK_ALIKE_BYTES_MAX: usize = 24;
const BYTES: std::ops::RangeInclusive<usize> = 9..=34;

/// Writes such numbers with spaces between the groups and with digits.
pub(super) fn undo(form: &mut FormBuilder<'_>) {
    let text = form.text();
    let is_ascii = text.is_ascii();
    let mut resume = 0;
    for word in numbers::Words::of(text) {
        if word.start < resume {
            continue;
        }
        if !is_ascii && let Some(end) = look_alike_letters(form, word) {
            resume = end;
            continue;
        }
        if let Some(end) = numbers::uuid_end(text, word).or_else(|| numbers::timestamp_end(text, word)) {
            resume = end;
            continue;
        }
        if word.len() > LOOK_ALIKE_BYTES_MAX {
            continue;
        }
        if let Some(end) = look_alike_digits(form, word).or_else(|| groups(form, word)) {
            resume = end;
        }
    }
}

/// A word of digits and letters that all look like Latin ones.
fn look_alike_letters(form: &mut FormBuilder<'_>, word: ByteSpan) -> Option<usize> {
    let text = form.text();
    let is_beside = |c: Option<char>| c.is_some_and(confusables::may_look_alike);
    if !is_beside(edges::before(text, word.start)) && !is_beside(edges::after(text, word.end)) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || confusables::latin(c).is_some();
    let before = text.get(edges::floor(text, word.start.saturating_sub(24))..word.start)?;
    let start = word.start - before.len()
        + before
            .rfind(|c| !is_part(c))
            .map_or(0, |at| at + edges::after(before, at).map_or(1, char::len_utf8));
    let rest = text.get(word.end..edges::floor(text, word.end + 40))?;
    let end = word.end + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let span = ByteSpan::new(start, end);
    if !edges::is_word_start(text, start) || !edges::is_word_end(text, end) || !form.is_new(span) {
        return Some(end);
    }
    for (at, c) in span.of(text)?.char_indices() {
        if let Some(latin) = confusables::latin(c) {
            let place = ByteSpan::new(start + at, start + at + c.len_utf8());
            form.change(place, latin.encode_utf8(&mut [0; 4]), "look-alike letters", Trust::Any);
        }
    }
    Some(end)
}

/// Digits among which are letters with their looks: `O` and `o` for 0, `l` and `I` for 1.
fn look_alike_digits(form: &mut FormBuilder<'_>, word: ByteSpan) -> Option<usize> {
    let text = form.text();
    let bytes = word.of(text)?.as_bytes();
    let digit = |b: u8| match b {
        b'O' | b'o' => Some("0"),
        b'l' | b'I' => Some("1"),
        _ => None,
    };
    let others = bytes.iter().filter(|b| !b.is_ascii_digit());
    let mut letters = others.map(|b| digit(*b).is_some()).peekable();
    if letters.peek().is_none() || !letters.all(|is_digit| is_digit) || !form.is_new(word) {
        return None;
    }
    for (at, b) in (word.start..).zip(bytes) {
        if let Some(digit) = digit(*b) {
            form.change(ByteSpan::new(at, at + 1), digit, "look-alike digits", Trust::Checked);
        }
    }
    Some(word.end)
}

/// What parts two groups: its end, whether it is unusual, whether it is that of cells and lines.
fn separator_at(text: &str, at: usize) -> Option<(usize, bool, bool)> {
    let rest = text.as_bytes().get(at..)?;
    let length = rest.iter().take(4).take_while(|b| !b.is_ascii_alphanumeric()).count();
    let separator = rest.get(..length).filter(|_| length <= 3)?;
    let (is_odd, is_cell) = match separator {
        b" " | b"-" => (false, false),
        b"." | b"_" | b"/" | b"*" | b"~" | b"--" | b"  " | b"   " | b" - " | b" . " | b" / " | b" _ "
        | b". " | b"- " => (true, false),
        b"|" | b" | " | b"\n" | b"\r\n" | b"\t" | b"," | b", " | b";" | b"; " | b" |" | b"| " => (true, true),
        _ => {
            // U+00B7 and U+2022, dots of print.
            let rest = text.get(at..)?;
            return ['·', '•']
                .iter()
                .find(|dot| rest.starts_with(**dot))
                .map(|dot| (at + dot.len_utf8(), true, false));
        }
    };
    Some((at + length, is_odd, is_cell))
}

/// Groups as long as each other, the last one perhaps shorter; those of American Express cards and of Social Security numbers.
fn is_usual_shape(lengths: &[usize]) -> bool {
    let Some((last, others)) = lengths.split_last() else { return false };
    let first = others.first().copied().unwrap_or(0);
    (first >= 2 && *last <= first && others.iter().all(|length| *length == first))
        || matches!(lengths, [4, 6, 5] | [3, 2, 4])
}

/// Reads groups from `word` on, and gives the end of what was read.
fn groups(form: &mut FormBuilder<'_>, word: ByteSpan) -> Option<usize> {
    let text = form.text();
    let is_group = |at: usize| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let length = rest
            .iter()
            .take(CELL_BYTES_MAX + 1)
            .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            .count();
        let ends = !rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
        ((1..=CELL_BYTES_MAX).contains(&length) && ends).then_some(length)
    };
    let first = is_group(word.start)
        .filter(|length| *length == word.len() && (*length > 1 || is_after_word(text, word.start)))?;
    // Most numbers stand alone.
    let (next, ..) = separator_at(text, word.start + first)?;
    is_group(next)?;
    let mut separators = Vec::new();
    let mut lengths = vec![first];
    let (mut end, mut bytes, mut cells, mut odd) = (word.start + first, first, 0, 0);
    while let Some((next, is_odd, is_cell)) = separator_at(text, end) {
        let Some(length) = is_group(next) else { break };
        if length == 4 && numbers::timestamp_end(text, ByteSpan::new(next, next + length)).is_some() {
            break;
        }
        if separators.len() >= *GROUPS.end() {
            // A column, not a value.
            return Some(end);
        }
        separators.push(ByteSpan::new(end, next));
        odd += usize::from(is_odd);
        cells += usize::from(is_cell);
        bytes += length;
        lengths.push(length);
        end = next + length;
    }
    let span = ByteSpan::new(word.start, end);
    let count = separators.len() + 1;
    let digits = span.of(text)?.bytes().filter(u8::is_ascii_digit).count();
    let is_usual =
        is_usual_shape(&lengths) && lengths.iter().all(|length| (1..=GROUP_BYTES_MAX).contains(length));
    // Of other shapes only what stands beside its label, all of it in cells.
    let is_labelled = cells > 0 && cells == separators.len() && is_after_word(text, word.start);
    let less = usize::from(is_labelled) * 2;
    if odd == 0
        || !GROUPS.contains(&count)
        || !BYTES.contains(&(bytes + less))
        || digits + less < 8
        || !(is_usual || is_labelled)
        || !form.is_new(span)
    {
        return if count > 2 { Some(end) } else { None };
    }
    let is_in_cells = cells > 0 && !(cells == 1 && odd == 1);
    let trust = if is_in_cells { Trust::InContext } else { Trust::Sure };
    if is_labelled && let Some(gap) = gap_before(text, word.start) {
        form.change(gap, " ", "grouped", trust);
    }
    let between = if is_usual { " " } else { "" };
    for separator in separators {
        if separator.of(text) != Some(between) {
            form.change(separator, between, "grouped", trust);
        }
    }
    Some(end)
}

/// What parts the cell that begins at `at` from the one before it, if it is a bar.
fn gap_before(text: &str, at: usize) -> Option<ByteSpan> {
    let before = text.get(edges::floor(text, at.saturating_sub(8))..at)?;
    let gap = before.len() - before.trim_end_matches([' ', '|', '\t']).len();
    let span = ByteSpan::new(at - gap, at);
    span.of(text)?.contains('|').then_some(span)
}

/// True where the cell before the one that begins at `at` ends with a word: a label.
fn is_after_word(text: &str, at: usize) -> bool {
    let is_between = |c: char| {
        c.is_whitespace() || matches!(c, '|' | ',' | ';' | '"' | '\'' | '*' | ':' | '.' | '#' | '°' | 'º')
    };
    let before = text.get(edges::floor(text, at.saturating_sub(16))..at).unwrap_or_default();
    before.trim_end_matches(is_between).ends_with(|c: char| c.is_alphabetic() || c == ')')
}
