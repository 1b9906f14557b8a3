//! Structures that a text is written into, and pieces of it in several.

use serde_json::Value;

use super::{Written, one};
use crate::leak_test::values::Sample;

/// The text in a structure that changes few of its characters; the value as it stands in it.
pub(super) fn packed(sample: &Sample, pack: impl Fn(&str) -> String) -> Option<Written> {
    let (text, frame) = (pack(&sample.text()), pack(""));
    let alone = pack(&sample.value);
    let same = |(a, b): &(char, char)| a == b;
    let begin: usize = alone.chars().zip(frame.chars()).take_while(same).map(|(a, _)| a.len_utf8()).sum();
    let value = alone.get(begin..alone.len() - (frame.len() - begin))?;
    one(text, vec![value.to_owned()])
}

/// Both halves of a value; at the separator next to the middle where it has one.
fn halves(value: &str) -> Option<(&str, &str)> {
    let middle = value.len() / 2;
    let separators =
        value.char_indices().filter(|(at, c)| *at > 0 && matches!(c, ' ' | '-')).map(|(at, _)| at);
    let at = separators
        .min_by_key(|at| at.abs_diff(middle))
        .filter(|at| at.abs_diff(middle) * 4 <= value.len())
        .unwrap_or_else(|| value.floor_char_boundary(middle));
    (at > 0 && at < value.len()).then(|| value.split_at(at))
}

/// Cut in two.
pub(super) fn in_two(sample: &Sample, join: fn(String, String) -> Vec<Vec<String>>) -> Option<Written> {
    let (head, tail) = halves(&sample.value)?;
    let messages = join([&sample.before, head].concat(), [tail, &sample.after].concat());
    Some(Written { messages, pieces: vec![head.to_owned(), tail.to_owned()] })
}

/// Cut in two literals with an operator between them.
pub(super) fn in_code(sample: &Sample, quote: char, operator: &str) -> Option<Written> {
    let (head, tail) = halves(&sample.value)?;
    let inner = |text: &str| {
        let text = Value::from(text).to_string();
        let inner = text.get(1..text.len() - 1).unwrap_or_default().to_owned();
        if quote == '"' { inner } else { inner.replace("\\\"", "\"").replace(quote, &format!("\\{quote}")) }
    };
    let (before, after) = (inner(&sample.before), inner(&sample.after));
    let (head, tail) = (inner(head), inner(tail));
    let text = format!("note = {quote}{before}{head}{quote}{operator}{quote}{tail}{after}{quote} # end");
    one(text, vec![head, tail])
}

/// In a cell of a row.
pub(super) fn in_table(sample: &Sample) -> Option<Written> {
    let text = format!("| 1 | {} | open |", sample.text());
    (!sample.text().contains(['|', '\n'])).then(|| one(text, vec![sample.value.clone()])).flatten()
}

/// A value of at least three groups, each in a cell of its own. A value cut in two over cells is one of `docs/limits.md`.
pub(super) fn in_cells(sample: &Sample) -> Option<Written> {
    let groups: Vec<&str> = sample.value.split([' ', '-']).filter(|group| !group.is_empty()).collect();
    if groups.len() < 3 || sample.text().contains(['|', '\n']) {
        return None;
    }
    let text = format!("| {} | {} |", sample.before.trim(), groups.join(" | "));
    one(text, groups.into_iter().map(str::to_owned).collect())
}

/// A JSON string.
pub(super) fn json(text: &str) -> String {
    Value::from(text).to_string()
}

/// A quoted cell (RFC 4180).
pub(super) fn csv(text: &str) -> String {
    format!("id,note,end\n1,\"{}\",x\n", text.replace('"', "\"\""))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The content of an element.
pub(super) fn xml(text: &str) -> String {
    format!("<r><note>{}</note></r>", escaped(text))
}

/// The value of an attribute.
pub(super) fn xml_attribute(text: &str) -> String {
    format!("<r note=\"{}\"/>", escaped(text).replace('"', "&quot;"))
}

/// Character data.
pub(super) fn cdata(text: &str) -> String {
    format!("<r><![CDATA[{}]]></r>", text.replace("]]>", "]] >"))
}

/// A double-quoted scalar.
pub(super) fn yaml(text: &str) -> String {
    format!("id: 1\nnote: {}\nend: x\n", json(text))
}

/// A row of a statement.
pub(super) fn sql(text: &str) -> String {
    format!("INSERT INTO notes (id, note, state) VALUES (1, '{}', 'open');", text.replace('\'', "''"))
}
