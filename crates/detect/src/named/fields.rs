//! Fields of structured text: `"first_name": "anna"`, `Wohnort: Ulm`, `<city>Lyon</city>`, columns, `user="Anna Weber"`.
//!
//! In records a name stands without the sentence that would give it away, and its label gives it away instead. Labels are
//! those of `recognizers/fields.toml` ([`label`]); whether the value is what its label says, [`value`] decides, with what the
//! fields beside it are about. Promises: linear time; a value of one line; nothing in the definitions of tools, where names are
//! those of things.

pub(crate) mod label;
mod value;

use std::ops::Range;

use types::ByteSpan;

use self::label::{Beside, FieldWords, Holds, Meaning};
use self::value::{Around, Form, VALUE_BYTES_MAX};
use super::lists::Word;
use crate::edges;
use crate::read::names::NameWords;
use crate::tables::Tables;

/// Longest label, in bytes.
const LABEL_BYTES_MAX: usize = 48;
/// How far fields stand beside each other: this many fields, this many bytes.
const BESIDE_FIELDS: usize = 12;
const BESIDE_BYTES: usize = 400;

/// A value that is what its label says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Valued {
    pub(crate) span: ByteSpan,
    pub(crate) holds: Holds,
    pub(crate) score: f32,
}

/// What values are compared with.
#[derive(Clone, Copy)]
pub(crate) struct Lists<'a> {
    pub(crate) fields: &'a FieldWords,
    pub(crate) names: &'a NameWords,
    pub(crate) known: &'a dyn Fn(&str) -> Word,
    /// False where organisations are not asked for.
    pub(crate) organizations: bool,
}

/// What the fields of a text hold.
#[derive(Debug, Default)]
pub(crate) struct InFields {
    /// Values that are what their labels say.
    pub(crate) values: Vec<Valued>,
    /// Values that are names of things: nobody and no place is meant, in order.
    pub(crate) things: Vec<ByteSpan>,
}

/// A label and where its value begins.
struct Field {
    label: ByteSpan,
    meaning: Meaning,
    /// Where the value begins, and whether it may be bare.
    value: usize,
    is_tag: bool,
    is_at_line_start: bool,
}

/// The values in `text`, which is in normal form and stands under a JSON member of this name, and in the cells of these tables.
pub(crate) fn values(text: &str, key: Option<&str>, tables: &Tables<'_>, lists: Lists<'_>) -> InFields {
    let mut found = InFields::default();
    if let Some(meaning) = key.and_then(|key| lists.fields.meaning(key)) {
        let span = trimmed(text, 0..text.len());
        lists.take(text, span, &meaning, (Form::Enclosed, meaning.beside), &mut found);
    }
    let fields = fields(text, lists.fields);
    for (at, field) in fields.iter().enumerate() {
        if field.meaning.holds.is_empty() {
            continue;
        }
        let Some((span, form)) = value_at(text, field) else {
            let beside = beside(text, &fields, at);
            for span in list_at(text, field) {
                lists.take(text, span, &field.meaning, (Form::Enclosed, beside), &mut found);
            }
            continue;
        };
        let beside = beside(text, &fields, at);
        lists.take(text, span, &field.meaning, (form, beside), &mut found);
    }
    in_tables(text, tables, lists, &mut found);
    found
}

impl Lists<'_> {
    fn take(
        &self,
        text: &str,
        span: ByteSpan,
        meaning: &Meaning,
        (form, beside): (Form, Option<Beside>),
        found: &mut InFields,
    ) {
        let Some(value) = span.of(text) else { return };
        let is_thing = beside == Some(Beside::Thing)
            && meaning.holds.iter().all(|holds| *holds == Holds::PersonMaybe)
            && !value.chars().any(|c| c.is_uppercase() || c.is_whitespace());
        if is_thing {
            found.things.push(span);
            return;
        }
        let around = Around { form, beside, fields: self.fields, names: self.names, known: self.known };
        for holds in &meaning.holds {
            if *holds == Holds::Organization && !self.organizations {
                continue;
            }
            if let Some(score) = around.score(*holds, value) {
                found.values.push(Valued { span, holds: *holds, score });
                return;
            }
        }
    }
}

/// All fields whose labels say something, in order.
fn fields(text: &str, words: &FieldWords) -> Vec<Field> {
    let mut fields = Vec::new();
    for at in memchr::memchr3_iter(b':', b'=', b'>', text.as_bytes()) {
        if let Some(field) = field_at(text, at, words) {
            fields.push(field);
        }
    }
    fields
}

/// The field whose label ends before the sign at `at`.
fn field_at(text: &str, at: usize, words: &FieldWords) -> Option<Field> {
    let sign = edges::byte(text, at);
    let next = edges::byte(text, at + 1);
    if sign != b'>'
        && (matches!(next, b':' | b'=' | b'/')
            || matches!(edges::byte(text, at.wrapping_sub(1)), b':' | b'=' | b'!' | b'<' | b'>'))
    {
        return None;
    }
    let from = edges::floor(text, at.saturating_sub(LABEL_BYTES_MAX + 4));
    let before = text.get(from..at)?;
    if sign == b'>' {
        let open = before.rfind('<')?;
        let tag = before.get(open + 1..)?;
        let name = tag.split([' ', '\n', '\t']).next().filter(|name| !name.is_empty())?;
        let name = name.rsplit(':').next()?;
        let start = from + open + 1;
        let meaning = words.meaning(name)?;
        return Some(Field {
            label: ByteSpan::new(start, at),
            meaning,
            value: at + 1,
            is_tag: true,
            is_at_line_start: false,
        });
    }
    let bare = before.trim_end_matches([' ', '\t', '*', '_']);
    let inner = bare.strip_suffix(['"', '\'', '`']);
    let is_quoted = inner.is_some();
    let inner = inner.map_or(bare, |inner| inner.trim_end_matches('\\'));
    let is_label = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '_' | '-' | '.' | '\'' | '’' | '/')
            || unicode_normalization::char::is_combining_mark(c)
    };
    let start = inner
        .rfind(|c: char| !is_label(c) || (is_quoted && c == '\''))
        .map_or(0, |at| at + edges::after(inner, at).map_or(1, char::len_utf8));
    let label = inner.get(start..)?.trim_start_matches([' ', '-', '.', '/']);
    if label.is_empty() || label.len() > LABEL_BYTES_MAX {
        return None;
    }
    // A label that is cut is none.
    if start == 0 && from > 0 {
        return None;
    }
    let meaning = words.meaning(label)?;
    let end = from + inner.len();
    let line = text.get(..end - label.len()).map(|head| {
        head.trim_end_matches([' ', '\t', '-', '*', '>', '|', '#', '"', '\'', '\\', '_', '•', '·', '`'])
    });
    let is_at_line_start = line.is_some_and(|head| head.is_empty() || head.ends_with('\n'));
    Some(Field {
        label: ByteSpan::new(end - label.len(), end),
        meaning,
        value: at + 1,
        is_tag: false,
        is_at_line_start,
    })
}

/// Where the value of a field stands, and how it is written.
fn value_at(text: &str, field: &Field) -> Option<(ByteSpan, Form)> {
    let limit = edges::floor(text, field.value.saturating_add(VALUE_BYTES_MAX + 8));
    let rest = text.get(field.value..limit)?;
    if field.is_tag {
        let length = rest.find('<')?;
        let end = rest.get(length..)?;
        let span = trimmed(text, field.value..field.value + length);
        return end.starts_with("</").then_some((span, Form::Enclosed));
    }
    let gap = rest.len() - rest.trim_start_matches([' ', '\t', '*']).len();
    let start = field.value + gap;
    let rest = rest.get(gap..)?;
    let escapes = rest.len() - rest.trim_start_matches('\\').len();
    if let Some(mark) = rest.get(escapes..)?.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = rest.get(escapes + 1..)?;
        let length = inner.find([mark, '\n'])?;
        let from = start + escapes + 1;
        if inner.get(length..)?.starts_with('\n') {
            return None;
        }
        let span = ByteSpan::new(
            from,
            from + length - inner.get(..length)?.len() + inner.get(..length)?.trim_end_matches('\\').len(),
        );
        return Some((trimmed(text, span.start..span.end), Form::Enclosed));
    }
    let mut length =
        rest.find(['\n', '\r', '\t', '|', ';', '<', '"', '{', '(', '[', '=']).unwrap_or(rest.len());
    let is_cut = length == rest.len() && limit < text.len();
    let sign = rest.get(length..).and_then(|rest| rest.chars().next());
    if is_cut || matches!(sign, Some('(' | '{' | '[' | '<')) && !rest.get(..length)?.ends_with(' ') {
        return None;
    }
    let mut form = if matches!(sign, None | Some('\n' | '\r')) { Form::Line } else { Form::Inline };
    if sign == Some('=') {
        // The next field of a log line: the value ends before its name.
        length = rest.get(..length)?.trim_end_matches(|c: char| !c.is_whitespace()).len();
    }
    for stop in ["  ", ", ", "，", "、", "。", ". "] {
        if let Some(at) = rest.get(..length)?.find(stop) {
            (length, form) = (at, Form::Inline);
        }
    }
    let kept = rest
        .get(..length)?
        .trim_end_matches([' ', '.', ',', '*', '_', '。', ')', '}', ']', '\'', '\\'])
        .len();
    if rest.get(kept..length)?.contains([')', '}', ']', ',', '\'', '\\']) {
        form = Form::Inline;
    }
    if !field.is_at_line_start {
        form = Form::Inline;
    }
    (kept > 0).then_some((ByteSpan::new(start, start + kept), form))
}

/// Most values of a list in brackets.
const LIST_MAX: usize = 16;

/// The values of a list in brackets: `"given": ["Lourdes", "Ana"]`.
fn list_at(text: &str, field: &Field) -> Vec<ByteSpan> {
    let mut values = Vec::new();
    let limit = edges::floor(text, field.value.saturating_add(VALUE_BYTES_MAX));
    let rest = text.get(field.value..limit).unwrap_or_default();
    let Some(inner) = rest.trim_start().strip_prefix('[') else { return values };
    let inner = inner.split(']').next().unwrap_or_default();
    let mut at = field.value + (rest.len() - rest.trim_start().len()) + 1;
    for (count, part) in inner.split('"').enumerate().take(2 * LIST_MAX) {
        if count % 2 == 1 {
            values.push(trimmed(text, at..at + part.len()));
        }
        at += part.len() + 1;
    }
    values
}

/// What the fields around the one at `at` are about.
fn beside(text: &str, fields: &[Field], at: usize) -> Option<Beside> {
    let own = fields.get(at)?;
    let (mut people, mut things) = (0, 0);
    let mut count = |other: &Field| match other.meaning.beside {
        Some(Beside::Person) => people += 1,
        Some(Beside::Thing) => things += 1,
        None => {}
    };
    for other in fields.iter().skip(at + 1).take(BESIDE_FIELDS) {
        if other.label.start > own.value + BESIDE_BYTES || !is_one_record(text, own.value..other.label.start)
        {
            break;
        }
        count(other);
    }
    for other in fields.iter().take(at).rev().take(BESIDE_FIELDS) {
        if other.value + BESIDE_BYTES < own.label.start || !is_one_record(text, other.value..own.label.start)
        {
            break;
        }
        count(other);
    }
    match people.cmp(&things) {
        std::cmp::Ordering::Greater => Some(Beside::Person),
        std::cmp::Ordering::Less => Some(Beside::Thing),
        std::cmp::Ordering::Equal => None,
    }
}

/// True where both ends of a piece of text belong to the same record: no bracket is left or entered for good, no empty line, no
/// next item of a list.
fn is_one_record(text: &str, between: Range<usize>) -> bool {
    let Some(piece) = text.get(between) else { return false };
    if piece.contains("\n\n") || piece.contains("\n- ") || piece.contains("\n[") {
        return false;
    }
    let mut depth = 0_i32;
    for byte in piece.bytes() {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Values in the columns of tables.
fn in_tables(text: &str, tables: &Tables<'_>, lists: Lists<'_>, found: &mut InFields) {
    for (index, table) in tables.tables.iter().enumerate() {
        let meanings: Vec<Option<Meaning>> = table
            .header
            .iter()
            .map(|label| label.of(text).and_then(|label| lists.fields.meaning(label)))
            .collect();
        if meanings.iter().flatten().all(|meaning| meaning.holds.is_empty())
            || crate::search::is_list(text, &table.header)
        {
            continue;
        }
        let about = |beside: Beside| {
            meanings.iter().flatten().filter(|meaning| meaning.beside == Some(beside)).count()
        };
        let beside = match about(Beside::Person).cmp(&about(Beside::Thing)) {
            std::cmp::Ordering::Greater => Some(Beside::Person),
            std::cmp::Ordering::Less => Some(Beside::Thing),
            std::cmp::Ordering::Equal => None,
        };
        let form = if table.is_sure { Form::Enclosed } else { Form::Inline };
        tables.each_cell(index, |column, cell| {
            if let Some(Some(meaning)) = meanings.get(column) {
                lists.take(text, cell, meaning, (form, beside), found);
            }
        });
    }
}

/// A range without the white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> ByteSpan {
    let piece = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (piece.len() - piece.trim_start().len());
    ByteSpan::new(start, start + piece.trim().len())
}
