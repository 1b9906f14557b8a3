//! Whether what came out of a carrier is still one.

use serde_json::Value;

/// Carriers that cannot break.
pub(super) fn any(_: &str) -> bool {
    true
}

pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok()
}

pub(super) fn is_json_in_json(text: &str) -> bool {
    let outer: Option<Value> = serde_json::from_str(text).ok();
    let log = outer.as_ref().and_then(|outer| outer.get("log")).and_then(Value::as_str);
    log.is_some_and(|log| serde_json::from_str::<Value>(log).is_ok())
}

/// RFC 4180: two records of three fields.
pub(super) fn is_csv(text: &str) -> bool {
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

/// JSON in the quoted cell.
pub(super) fn is_json_in_csv(text: &str) -> bool {
    let cell = text.strip_prefix("id,note,end\n1,\"").and_then(|rest| rest.strip_suffix("\",x\n"));
    is_csv(text) && cell.is_some_and(|cell| is_json(&cell.replace("\"\"", "\"")))
}

/// A literal that holds another carrier.
pub(super) fn is_in_literal(text: &str, is_well_formed: fn(&str) -> bool) -> bool {
    let literal = text.strip_prefix("data = ").and_then(|rest| rest.strip_suffix(';'));
    let inside = literal.and_then(|literal| serde_json::from_str::<String>(literal).ok());
    inside.is_some_and(|inside| is_well_formed(&inside))
}

/// No sign of markup, and no half reference.
fn is_character_data(text: &str) -> bool {
    let is_reference = |rest: &str| {
        rest.split_once(';').is_some_and(|(name, _)| matches!(name, "amp" | "lt" | "gt" | "quot"))
    };
    !text.contains(['<', '>']) && text.split('&').skip(1).all(is_reference)
}

pub(super) fn is_xml(text: &str) -> bool {
    let note = text.strip_prefix("<r><note>").and_then(|rest| rest.strip_suffix("</note></r>"));
    note.is_some_and(is_character_data)
}

pub(super) fn is_attribute(text: &str) -> bool {
    let note = text.strip_prefix("<r note=\"").and_then(|rest| rest.strip_suffix("\"/>"));
    note.is_some_and(|note| !note.contains('"') && is_character_data(note))
}

pub(super) fn is_cdata(text: &str) -> bool {
    let data = text.strip_prefix("<r><![CDATA[").and_then(|rest| rest.strip_suffix("]]></r>"));
    data.is_some_and(|data| !data.contains("]]>"))
}

/// A double-quoted scalar of YAML 1.2 that JSON wrote is one of JSON.
pub(super) fn is_yaml(text: &str) -> bool {
    let note = text.strip_prefix("id: 1\nnote: ").and_then(|rest| rest.strip_suffix("\nend: x\n"));
    note.is_some_and(|note| serde_json::from_str::<String>(note).is_ok())
}

/// Strings in which marks are doubled.
pub(super) fn is_insert(text: &str) -> bool {
    let start = "INSERT INTO notes (id, note, state) VALUES (1, '";
    let note = text.strip_prefix(start).and_then(|rest| rest.strip_suffix("', 'open');"));
    note.is_some_and(|note| !note.replace("''", "").contains('\''))
}

pub(super) fn is_code_block(text: &str) -> bool {
    text.starts_with("see\n```text\n") && text.ends_with("\n```\nthere")
}

/// Every percent sign has its two digits, and no field has become two.
pub(super) fn is_form(text: &str) -> bool {
    let note = text.strip_prefix("id=1&note=").and_then(|rest| rest.strip_suffix("&end=x"));
    let is_digits = |rest: &str| rest.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
    note.is_some_and(|note| !note.contains(['&', '=', ' ']) && note.split('%').skip(1).all(is_digits))
}

/// No tag without its other, and no half tag.
pub(super) fn is_marked_up(text: &str) -> bool {
    let rest = text.replacen("<b>", "", 1).replacen("</b>", "", 1);
    text.contains("<b>") == text.contains("</b>") && !rest.contains(['<', '>'])
}

pub(super) fn is_code(text: &str) -> bool {
    let line = text.strip_prefix("note = ").and_then(|rest| rest.strip_suffix(" # end"));
    line.is_some_and(|line| {
        let mut literals = serde_json::Deserializer::from_str(line).into_iter::<String>();
        let Some(Ok(_)) = literals.next() else { return false };
        let rest = line.get(literals.byte_offset()..).unwrap_or_default().trim_start();
        rest.is_empty()
            || rest.strip_prefix('+').is_some_and(|rest| serde_json::from_str::<String>(rest).is_ok())
    })
}

/// One literal, or two with the operator between them.
pub(super) fn is_joined(text: &str, quote: char, operator: &str) -> bool {
    let line = text.strip_prefix("note = ").and_then(|rest| rest.strip_suffix(" # end"));
    let behind = |rest: &str| {
        let mut chars = rest.strip_prefix(quote)?.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => drop(chars.next()?),
                '\n' => return None,
                c if c == quote => return Some(chars.as_str().trim_start().to_owned()),
                _ => {}
            }
        }
        None
    };
    line.and_then(behind).is_some_and(|rest| {
        let other = rest.strip_prefix(operator).map(str::trim_start);
        rest.is_empty() || other.and_then(behind).is_some_and(|rest| rest.is_empty())
    })
}

pub(super) fn is_table(text: &str) -> bool {
    text.starts_with("| ") && text.ends_with(" |") && text.lines().count() == 1
}
