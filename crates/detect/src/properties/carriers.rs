//! What a value is carried in stays well formed when the value is replaced.

use std::fmt::Write as _;

use super::{BUILT, check_spans, choice_and_text, replaced};
use crate::Input;

/// A text written into a carrier, its findings replaced: the carrier is still one. The first byte chooses the carrier.
pub fn carriers(data: &[u8]) {
    let (choice, text) = choice_and_text(data);
    let carriers: [Carrier; 5] = [
        (json_plain, is_json_string),
        (json_escaped, is_json_string),
        (percent, is_percent),
        (entities, is_entities),
        (quoted_cell, is_quoted_cell),
    ];
    let Some((write, holds)) = carriers.get(choice % carriers.len()) else { return };
    let carried = write(&text);
    assert!(holds(&carried), "the carrier is wrong from the start");
    let Ok(found) = BUILT.findings(&Input::of(&carried)) else { return };
    check_spans(&carried, &found);
    let (after, _) = replaced(&carried, &found);
    assert!(holds(&after), "carrier {} is broken", choice % carriers.len());
}

/// How a text is written, and what holds for all that is written so.
type Carrier = (fn(&str) -> String, fn(&str) -> bool);

const JSON_START: &str = "{\"note\":\"";
const JSON_END: &str = "\"}";

fn json_plain(text: &str) -> String {
    let mut out = String::from(JSON_START);
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => push(&mut out, format_args!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + JSON_END
}

fn json_escaped(text: &str) -> String {
    let mut out = String::from(JSON_START);
    for unit in text.encode_utf16() {
        push(&mut out, format_args!("\\u{unit:04x}"));
    }
    out + JSON_END
}

/// One object with one string: no quote, control character or half escape in it.
fn is_json_string(text: &str) -> bool {
    let Some(body) = text.strip_prefix(JSON_START).and_then(|rest| rest.strip_suffix(JSON_END)) else {
        return false;
    };
    let mut chars = body.chars();
    let mut high = false;
    while let Some(c) = chars.next() {
        let mut unit = 0;
        match c {
            '"' => return false,
            c if c < ' ' => return false,
            '\\' => match chars.next() {
                Some('u') => {
                    let digits: Option<Vec<u32>> =
                        (0..4).map(|_| chars.next().and_then(|digit| digit.to_digit(16))).collect();
                    let Some(digits) = digits else { return false };
                    unit = digits.iter().fold(0, |unit, digit| unit << 4 | digit);
                }
                Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {}
                _ => return false,
            },
            _ => {}
        }
        if high != (0xDC00..0xE000).contains(&unit) {
            return false;
        }
        high = (0xD800..0xDC00).contains(&unit);
    }
    !high
}

fn percent(text: &str) -> String {
    let mut out = String::from("q=");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            push(&mut out, format_args!("%{byte:02X}"));
        }
    }
    out
}

/// Every percent sign has its two digits, and what is decoded is text.
fn is_percent(text: &str) -> bool {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return false };
        out.push(u8::try_from(high << 4 | low).unwrap_or_default());
    }
    std::str::from_utf8(&out).is_ok()
}

fn entities(text: &str) -> String {
    let mut out = String::from("<p>");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            push(&mut out, format_args!("&#{};", u32::from(c)));
        }
    }
    out + "</p>"
}

/// No half entity, and the element is closed.
fn is_entities(text: &str) -> bool {
    let Some(body) = text.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")) else {
        return false;
    };
    body.split('&').skip(1).all(|part| {
        let digits = part.strip_prefix('#').and_then(|part| part.split_once(';')).map(|(digits, _)| digits);
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    }) && !body.contains(['<', '>'])
}

fn quoted_cell(text: &str) -> String {
    format!("id,note,day\n1,\"{}\",Monday\n", text.replace('"', "\"\""))
}

/// The quotes around the cell and the cells beside it still stand, and quotes in it are doubled.
fn is_quoted_cell(text: &str) -> bool {
    let inside = text.strip_prefix("id,note,day\n1,\"").and_then(|rest| rest.strip_suffix("\",Monday\n"));
    inside.is_some_and(|inside| !inside.replace("\"\"", "").contains('"'))
}

fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).unwrap_or_default();
}
