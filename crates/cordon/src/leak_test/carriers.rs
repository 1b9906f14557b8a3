//! The carriers of a leak test: how a value may be written or packed, and whether what came out is still well formed.
//!
//! A file, a page or a record holds a sentence, so the carriers that pack (base64, hex, JSON, CSV, …) hold the value with what
//! stands around it; the carriers that spell (escapes, invisible characters, …) change the value alone.

use std::fmt::Write as _;

use serde_json::Value;

use super::values::Sample;

/// A way to write or pack a value.
pub(crate) struct Carrier {
    /// Its name.
    pub(crate) name: &'static str,
    /// The messages, each with its parts; `None` where the value cannot be written like this.
    pub(crate) write: fn(&Sample) -> Option<Written>,
    /// True for a part that is well formed.
    pub(crate) is_well_formed: fn(&str) -> bool,
}

/// A value in its carrier.
pub(crate) struct Written {
    /// Messages of the user, each with its content parts.
    pub(crate) messages: Vec<Vec<String>>,
    /// The value as it stands there, in one piece or several: nothing of it may leave.
    pub(crate) pieces: Vec<String>,
}

fn any(_: &str) -> bool {
    true
}

macro_rules! carriers {
    ($($name:literal $write:expr, $is_well_formed:expr;)*) => {
        /// All carriers.
        pub(crate) const ALL: &[Carrier] = &[$(Carrier { name: $name, write: $write, is_well_formed: $is_well_formed }),*];
    };
}

carriers! {
    "plain" |s| spelled(s, s.value.clone()), any;
    "json" |s| packed(s, |text| format!("{{\"note\":{}}}", json(text))), |text| serde_json::from_str::<Value>(text).is_ok();
    "json in json" |s| packed(s, |text| {
        format!("{{\"log\":{}}}", json(&format!("{{\"note\":{}}}", json(text))))
    }), is_json_in_json;
    "base64" |s| run(s, "file: ", base64(s.text().as_bytes(), STANDARD), ""), any;
    "base64url" |s| run(s, "file: ", base64(s.text().as_bytes(), URL).trim_end_matches('=').to_owned(), ""), any;
    "hex" |s| run(s, "file: ", each_byte(&s.text(), ""), ""), any;
    "data url" |s| run(s, "see data:text/plain;base64,", base64(s.text().as_bytes(), STANDARD), " there"), any;
    "percent" |s| spelled(s, each_byte(&s.value, "%")), any;
    "html entities" |s| spelled(s, each_char(&s.value, |c, out| write!(out, "&#{};", u32::from(c)))), any;
    "unicode escapes" |s| spelled(s, each_unit(&s.value)), any;
    "quoted-printable" |s| spelled(s, each_byte(&s.value, "=")), any;
    "zero-width" |s| spelled(s, each_char(&s.value, |c, out| write!(out, "{c}\u{200b}"))), any;
    "full-width digits" full_width, any;
    "csv" |s| packed(s, |text| format!("id,note,end\n1,\"{}\",x\n", text.replace('"', "\"\""))), is_csv;
    "xml" |s| packed(s, |text| format!("<r><note>{}</note></r>", xml(text))), is_xml;
    "yaml" |s| packed(s, |text| format!("id: 1\nnote: {}\nend: x\n", json(text))), is_yaml;
    "code" in_code, is_code;
    "table" in_table, is_table;
    "table cells" in_cells, is_table;
    "two parts" |s| in_two(s, |head, tail| vec![vec![head, tail]]), any;
    "two messages" |s| in_two(s, |head, tail| vec![vec![head], vec![tail]]), any;
}

fn one(text: String, pieces: Vec<String>) -> Option<Written> {
    Some(Written { messages: vec![vec![text]], pieces })
}

/// The value written in another way, where it stands.
fn spelled(sample: &Sample, value: String) -> Option<Written> {
    one([sample.before.as_str(), &value, &sample.after].concat(), vec![value])
}

/// The whole text as one run that says nothing to the eye.
fn run(_: &Sample, before: &str, run: String, after: &str) -> Option<Written> {
    one([before, &run, after].concat(), vec![run])
}

/// The text in a structure that changes few of its characters; the value as it stands in it.
fn packed(sample: &Sample, pack: impl Fn(&str) -> String) -> Option<Written> {
    let (text, frame) = (pack(&sample.text()), pack(""));
    let alone = pack(&sample.value);
    let same = |(a, b): &(char, char)| a == b;
    let begin: usize = alone.chars().zip(frame.chars()).take_while(same).map(|(a, _)| a.len_utf8()).sum();
    let value = alone.get(begin..alone.len() - (frame.len() - begin))?;
    one(text, vec![value.to_owned()])
}

fn full_width(sample: &Sample) -> Option<Written> {
    let wide = |c: char| {
        c.to_digit(10)
            .and_then(|digit| char::from_u32(0xff10 + digit))
            .filter(|_| c.is_ascii_digit())
            .unwrap_or(c)
    };
    let value: String = sample.value.chars().map(wide).collect();
    (value != sample.value).then(|| spelled(sample, value)).flatten()
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

fn in_two(sample: &Sample, join: fn(String, String) -> Vec<Vec<String>>) -> Option<Written> {
    let (head, tail) = halves(&sample.value)?;
    let messages = join([&sample.before, head].concat(), [tail, &sample.after].concat());
    Some(Written { messages, pieces: vec![head.to_owned(), tail.to_owned()] })
}

fn in_code(sample: &Sample) -> Option<Written> {
    let (head, tail) = halves(&sample.value)?;
    let text = format!(
        "note = {} + {} # end",
        json(&[&sample.before, head].concat()),
        json(&[tail, &sample.after].concat())
    );
    one(text, vec![inner(head), inner(tail)])
}

fn in_table(sample: &Sample) -> Option<Written> {
    let text = format!("| 1 | {} | open |", sample.text());
    (!sample.text().contains(['|', '\n'])).then(|| one(text, vec![sample.value.clone()])).flatten()
}

/// A value of at least three groups, each in a cell of its own. A value cut in two over cells is one of `docs/limits.md`.
fn in_cells(sample: &Sample) -> Option<Written> {
    let groups: Vec<&str> = sample.value.split([' ', '-']).filter(|group| !group.is_empty()).collect();
    if groups.len() < 3 || sample.text().contains(['|', '\n']) {
        return None;
    }
    let text = format!("| {} | {} |", sample.before.trim(), groups.join(" | "));
    one(text, groups.into_iter().map(str::to_owned).collect())
}

fn json(text: &str) -> String {
    Value::from(text).to_string()
}

/// A text as it stands in a JSON string, without the quotes.
fn inner(text: &str) -> String {
    let quoted = json(text);
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648, with padding.
fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let shift = 8 * (3 - group.len());
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << shift;
        for place in 0..4 {
            let letter = alphabet.get(bits >> (18 - 6 * place) & 63).filter(|_| place <= group.len());
            out.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    out
}

fn each_byte(text: &str, before: &str) -> String {
    let upper = !before.is_empty();
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = if upper { write!(out, "{before}{byte:02X}") } else { write!(out, "{byte:02x}") };
        out
    })
}

fn each_char(text: &str, write: fn(char, &mut String) -> std::fmt::Result) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        let _ = write(c, &mut out);
        out
    })
}

fn each_unit(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut out, unit| {
        let _ = write!(out, "\\u{unit:04x}");
        out
    })
}

fn is_json_in_json(text: &str) -> bool {
    let outer: Option<Value> = serde_json::from_str(text).ok();
    let log = outer.as_ref().and_then(|outer| outer.get("log")).and_then(Value::as_str);
    log.is_some_and(|log| serde_json::from_str::<Value>(log).is_ok())
}

/// RFC 4180: two records of three fields.
fn is_csv(text: &str) -> bool {
    let (mut is_quoted, mut fields, mut records) = (false, 1, Vec::new());
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields += 1,
            '\n' if !is_quoted => records.push(std::mem::replace(&mut fields, 1)),
            _ => {}
        }
    }
    !is_quoted && records == [3, 3]
}

fn is_xml(text: &str) -> bool {
    let note = text.strip_prefix("<r><note>").and_then(|rest| rest.strip_suffix("</note></r>"));
    note.is_some_and(|note| {
        !note.contains(['<', '>'])
            && note
                .split('&')
                .skip(1)
                .all(|rest| rest.split_once(';').is_some_and(|(name, _)| matches!(name, "amp" | "lt" | "gt")))
    })
}

/// A double-quoted scalar of YAML 1.2 that JSON wrote is one of JSON.
fn is_yaml(text: &str) -> bool {
    let note = text.strip_prefix("id: 1\nnote: ").and_then(|rest| rest.strip_suffix("\nend: x\n"));
    note.is_some_and(|note| serde_json::from_str::<String>(note).is_ok())
}

fn is_code(text: &str) -> bool {
    let line = text.strip_prefix("note = ").and_then(|rest| rest.strip_suffix(" # end"));
    line.is_some_and(|line| {
        let mut literals = serde_json::Deserializer::from_str(line).into_iter::<String>();
        let Some(Ok(_)) = literals.next() else { return false };
        let rest = line.get(literals.byte_offset()..).unwrap_or_default().trim_start();
        rest.is_empty()
            || rest.strip_prefix('+').is_some_and(|rest| serde_json::from_str::<String>(rest).is_ok())
    })
}

fn is_table(text: &str) -> bool {
    text.starts_with("| ") && text.ends_with(" |") && text.lines().count() == 1
}
