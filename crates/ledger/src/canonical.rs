//! Canonical JSON (RFC 8785), the part that records need: objects, arrays, strings, integers, booleans and null.
//!
//! [`ObjectWriter`] writes members that the caller gives in the order of their names; [`canonical`] spells a value of
//! unknown shape. Numbers with a fraction or beyond 2^53 - 1 do not occur in records and have no spelling here, so the
//! one hard part of RFC 8785 is not needed. Names sort by their UTF-16 code units, as the RFC says.

use std::cmp::Ordering;

use serde_json::Value;

/// The largest integer that every JSON reader keeps exactly: 2^53 - 1.
pub(crate) const INTEGER_MAX: u64 = (1 << 53) - 1;

/// The order of member names: by UTF-16 code units.
pub(crate) fn name_order(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        return left.cmp(right);
    }
    left.encode_utf16().cmp(right.encode_utf16())
}

/// Something that has a canonical spelling, appended to `out`.
pub(crate) trait Put {
    fn put(&self, out: &mut Vec<u8>);
}

/// Writes one object. The caller gives members in the order of their names.
pub(crate) struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> ObjectWriter<'a> {
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    pub(crate) fn member(&mut self, name: &str, value: &(impl Put + ?Sized)) -> &mut Self {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        name.put(self.out);
        self.out.push(b':');
        value.put(self.out);
        self
    }

    pub(crate) fn close(&mut self) {
        self.out.push(b'}');
    }
}

/// The canonical spelling of `value`, or `None` where it holds a number that records cannot hold.
pub(crate) fn canonical(value: &Value) -> Option<Vec<u8>> {
    if !is_exact(value) {
        return None;
    }
    let mut out = Vec::new();
    value.put(&mut out);
    Some(out)
}

fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.as_u64().is_some_and(|n| n <= INTEGER_MAX)
                || number.as_i64().is_some_and(|n| n.unsigned_abs() <= INTEGER_MAX)
        }
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

impl Put for Value {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(value) => value.put(out),
            Self::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Self::String(text) => text.as_str().put(out),
            Self::Array(items) => items.as_slice().put(out),
            Self::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by(|left, right| name_order(left.0, right.0));
                let mut object = ObjectWriter::open(out);
                for (name, value) in sorted {
                    object.member(name, value);
                }
                object.close();
            }
        }
    }
}

impl Put for str {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        let mut plain_from = 0;
        for (at, byte) in self.bytes().enumerate() {
            let short = match byte {
                b'"' | b'\\' => byte,
                0x08 => b'b',
                0x09 => b't',
                0x0a => b'n',
                0x0c => b'f',
                0x0d => b'r',
                0x00..=0x1f => b'u',
                _ => continue,
            };
            out.extend_from_slice(self.as_bytes().get(plain_from..at).unwrap_or_default());
            plain_from = at + 1;
            out.push(b'\\');
            out.push(short);
            if short == b'u' {
                out.extend_from_slice(format!("{byte:04x}").as_bytes());
            }
        }
        out.extend_from_slice(self.as_bytes().get(plain_from..).unwrap_or_default());
        out.push(b'"');
    }
}

impl Put for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Put for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        let mut digits = [0u8; 20];
        let mut rest = *self;
        let mut used = 0;
        for place in digits.iter_mut().rev() {
            *place = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
            used += 1;
            if rest == 0 {
                break;
            }
        }
        out.extend(digits.iter().skip(digits.len() - used));
    }
}

impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.put(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
}

impl<T: Put> Put for [T] {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (at, item) in self.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            item.put(out);
        }
        out.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let value: Value = serde_json::from_str(text).unwrap();
        let spelled = canonical(&value).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(spelled.as_deref(), expected);
    }

    #[test]
    fn members_sort_by_utf16_code_units() {
        // The example of RFC 8785, section 3.2.3, without its numbers.
        check(
            r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
                "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#,
            Some(
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\
                 \"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
            ),
        );
    }

    #[test]
    fn strings_escape_only_what_must_be_escaped() {
        check(
            r#"["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "\u0008\u0009\u000c\u000d\u001f\u007f"]"#,
            Some("[\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",\"\\b\\t\\f\\r\\u001f\u{7f}\"]"),
        );
    }

    #[test]
    fn numbers_that_readers_disagree_on_have_no_spelling() {
        check("[9007199254740991,-9007199254740991,0]", Some("[9007199254740991,-9007199254740991,0]"));
        for text in ["9007199254740992", "1.5", "1e3", "-9007199254740992", "1e400"] {
            let value: Result<Value, _> = serde_json::from_str(&format!("[{{\"a\":{text}}}]"));
            assert_eq!(value.ok().and_then(|value| canonical(&value)), None, "{text}");
        }
    }

    #[test]
    fn integers_are_written_as_the_standard_library_writes_them() {
        for number in [0, 7, 10, 99, 100, 12_345, INTEGER_MAX, u64::MAX] {
            let mut out = Vec::new();
            number.put(&mut out);
            assert_eq!(out, number.to_string().into_bytes());
        }
    }
}
