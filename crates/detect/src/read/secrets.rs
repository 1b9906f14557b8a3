//! Where the value of a password or key ends.
//!
//! A quoted value ends at its quotation mark, escapes included: the mark may be plain, escaped (JSON in a string) or
//! typographic. A bare value ends at white space, or at a separator behind which another member begins. What only stands for
//! a value (templates, type words, calls, samples) is none.

use types::ByteSpan;

use crate::check::{keys, randomness};
use crate::edges;
use crate::surrogate;

/// Quotation marks that open a value, and what closes it.
const QUOTES: &[(&str, &str)] = &[
    ("\\\"", "\\\""),
    ("\\'", "\\'"),
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("“", "”"),
    ("„", "“"),
    ("«", "»"),
    ("「", "」"),
    ("‘", "’"),
    ("&quot;", "&quot;"),
];

/// Words that declare or describe a value instead of being one, in lower case.
const STAND_INS: &[&str] = &[
    "string",
    "str",
    "none",
    "null",
    "nil",
    "true",
    "false",
    "undefined",
    "required",
    "optional",
    "password",
    "passwd",
    "pass",
    "passphrase",
    "passwort",
    "kennwort",
    "secret",
    "token",
    "apikey",
    "api_key",
    "value",
    "any",
    "text",
    "hidden",
    "varchar",
    "char",
    "bool",
    "boolean",
    "int",
    "integer",
    "number",
    "object",
    "bytes",
    "option",
    "optional",
    "vec",
    "list",
    "type",
    "const",
    "let",
    "var",
    "new",
    "self",
    "this",
    "super",
    "await",
    "async",
    "return",
    "if",
    "else",
    "for",
    "in",
    "is",
    "not",
    "and",
    "or",
    "the",
    "a",
    "an",
    "changeme",
    "todo",
    "tbd",
    "redacted",
    "removed",
    "masked",
    "hidden",
    "example",
    "sample",
    "test",
    "foo",
    "bar",
    "default",
    "empty",
    "unset",
    "n/a",
    "na",
    "yes",
    "no",
    "on",
    "off",
    "credential",
    "credentials",
    "basic",
    "bearer",
    "key",
    "keys",
    "env",
    "secretstr",
    "securestring",
    "field",
    "prompt",
    "input",
    "change",
    "reset",
    "forgot",
    "invalid",
    "wrong",
    "incorrect",
    "username",
    "user",
    "login",
    "email",
];

struct Value<'t> {
    text: &'t str,
    span: ByteSpan,
    is_quoted: bool,
}

/// The value of a password assignment that begins at `at`.
pub(crate) fn password_at(text: &str, at: usize) -> Option<ByteSpan> {
    let value = value_at(text, at)?;
    if value.text.len() > LOOK_BYTES_MAX {
        return Some(value.span);
    }
    if value.text.len() < 4 || stands_for_nothing(value.text) {
        return None;
    }
    if !value.is_quoted && (is_code(text, &value) || is_prose(text, &value)) {
        return None;
    }
    Some(value.span)
}

/// The value of a key or token assignment that begins at `at`.
pub(crate) fn key_at(text: &str, at: usize) -> Option<ByteSpan> {
    let value = value_at(text, at)?;
    if value.text.len() > LOOK_BYTES_MAX {
        return Some(value.span);
    }
    if !value.is_quoted && is_code(text, &value) {
        return None;
    }
    is_key_value(value.text).then_some(value.span)
}

/// The word after "my password is", without the punctuation behind it.
pub(crate) fn password_in_prose_at(text: &str, at: usize) -> Option<ByteSpan> {
    let value = value_at(text, at)?;
    if value.text.len() > LOOK_BYTES_MAX {
        return Some(value.span);
    }
    if value.is_quoted {
        return (value.text.len() >= 3
            && !stands_for_nothing(value.text)
            && !value.text.contains(['\n', '\r']))
        .then_some(value.span);
    }
    // A `!` or `?` at the end may be the password's: taking it in hides too much, leaving it out hides too little.
    let kept = value.text.trim_end_matches(['.', ',', ';', ':', '。', '，', '！', '？', '；', ')', '）']);
    let letters_only = kept.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’' || c == '-');
    let humps = kept.chars().skip(1).any(char::is_uppercase);
    if kept.len() < 4 || (letters_only && !humps) || stands_for_nothing(kept) || is_code(text, &value) {
        return None;
    }
    Some(ByteSpan::new(value.span.start, value.span.start + kept.len()))
}

/// True for text that is longer than a passphrase and has spaces: it speaks about a password.
pub(crate) fn is_paragraph(text: &str) -> bool {
    text.len() > PASSPHRASE_BYTES_MAX && text.contains(char::is_whitespace)
}

/// Longest passphrase with spaces, in bytes: ten long words.
const PASSPHRASE_BYTES_MAX: usize = 128;

/// True for text that can be a key: random, or at least no word and with letters and digits mixed.
pub(crate) fn is_key_value(text: &str) -> bool {
    let text = text.trim();
    let body = ["Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token "]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .unwrap_or(text);
    if body.contains(char::is_whitespace) || keys::is_example(body) || stands_for_nothing(body) {
        return false;
    }
    randomness::is_random(body)
        || is_password_like(body)
        || body.split(['.', ':', '_', '-']).any(randomness::is_random)
        || randomness::is_mixed(body)
}

/// True for what people type as a password: letters, digits and one of the signs that passwords are told to have.
fn is_password_like(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    (8..=64).contains(&text.len())
        && digits >= 2
        && letters >= 4
        && text.contains(['!', '@', '#', '$', '%', '^', '&', '*'])
        && !text.contains(['/', ':', '(', '{', '=', '<', '\\', ','])
}

/// True for what is written where a value belongs: templates, type words, samples, surrogates, nothing.
pub(crate) fn stands_for_nothing(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let template_starts = [
        "${",
        "$(",
        "{{",
        "{%",
        "<%",
        "%(",
        "%{",
        "#{",
        "@@",
        "env:",
        "env(",
        "enc[",
        "vault:",
        "!vault",
        "secretref:",
        "op://",
        "ref+",
    ];
    let is_tag = (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('[') && value.ends_with(']'))
        || (value.starts_with('{') && value.ends_with('}'));
    let is_variable = value.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    }) || (value.len() > 2 && value.starts_with('%') && value.ends_with('%'));
    let is_constant = value.len() > 8
        && value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        && ["PASSWORD", "SECRET", "TOKEN", "_KEY"].iter().any(|word| value.contains(word));
    let is_escapes = value.starts_with("\\x") || value.starts_with("\\u");
    is_constant
        || is_escapes
        || bare.is_empty()
        || STAND_INS.contains(&bare)
        || template_starts.iter().any(|start| lower.starts_with(start))
        || is_tag
        || is_variable
        || value.ends_with("...")
        || value.ends_with('…')
        || (value.len() > 3 && randomness::is_filler(value) && !value.bytes().any(|b| b.is_ascii_digit()))
        || lower.contains("your_")
        || lower.contains("your-")
        || lower.contains("_here")
        || surrogate::is_surrogate(value)
}

/// True for expressions of a program: calls, members, subscripts, names of variables.
fn is_code(text: &str, value: &Value<'_>) -> bool {
    let body = value.text;
    let mut chars = body.char_indices();
    let Some((_, first)) = chars.next() else { return true };
    if !(first.is_ascii_alphabetic()
        || first == '_'
        || first == '$'
        || first == '@'
        || first == '&'
        || matches!(first, '*' | '[' | '(' | '{'))
    {
        return false;
    }
    let name_end = chars
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '>' | '?')))
        .map_or(body.len(), |(at, _)| at);
    let next = edges::byte(text, value.span.start + name_end);
    let head = body.get(..name_end).unwrap_or(body);
    let is_call = matches!(next, b'(' | b'[')
        && head.bytes().all(|b| !b.is_ascii_digit() || head.len() > 1)
        && looks_like_names(head);
    let is_path = head.len() == body.len()
        && (head.contains('.') || head.contains("::") || head.contains("->"))
        && looks_like_names(head);
    let lower = body.to_ascii_lowercase();
    let names_itself = head.len() == body.len()
        && !body.bytes().any(|b| b.is_ascii_digit())
        && [
            "password",
            "passwd",
            "pwd",
            "secret",
            "token",
            "apikey",
            "api_key",
            "credential",
            "passphrase",
            "passwort",
            "_pass",
            "pass_",
        ]
        .iter()
        .any(|word| lower.contains(word));
    let rest = body.trim_start_matches(['*', '&', '[', '{', '_']);
    let is_type = rest.len() < body.len()
        && (rest.bytes().all(|b| {
            b.is_ascii_lowercase()
                || matches!(b, b'_' | b'.' | b'8' | b'1' | b'6' | b'3' | b'2' | b'4' | b'x')
        }) || first == '{');
    let is_macro = body
        .split_once('!')
        .is_some_and(|(name, rest)| looks_like_names(name) && rest.starts_with(['[', '(', '{', 'r']));
    let is_member = body.starts_with("(self.") || body.starts_with("[self.");
    is_type
        || is_macro
        || is_member
        || is_call
        || is_path
        || names_itself
        || next == b'(' && looks_like_names(head)
}

/// True for names of variables joined by dots: each begins with a letter and has few digits.
fn looks_like_names(path: &str) -> bool {
    path.split(['.', ':', '>', '?']).filter(|part| !part.is_empty()).all(|part| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_') && digits * 4 <= part.len()
    })
}

/// True for a lower-case word that a sentence goes on behind, as in "password: must have eight characters", and for a bare
/// name that ends a statement, as in `password = value;`.
fn is_prose(text: &str, value: &Value<'_>) -> bool {
    if !value.text.chars().all(|c| c.is_alphabetic() || c == '_' || c == '\'') {
        return false;
    }
    let rest = text.get(value.span.end..).unwrap_or_default();
    let mut next = rest.chars();
    match next.next() {
        Some(' ') => next.next().is_some_and(|c| c.is_alphabetic() || c == '='),
        Some(';' | ')' | ',' | '(' | '[' | '=') => true,
        _ => false,
    }
}

/// A longer value is given as a whole without a look at what it is, so that no text is read again and again.
const LOOK_BYTES_MAX: usize = 1024;

fn value_at(text: &str, at: usize) -> Option<Value<'_>> {
    let rest = text.get(at..)?;
    for (open, close) in QUOTES {
        if let Some(body) = rest.strip_prefix(open) {
            let start = at + open.len();
            let length = quoted_length(body, close)?;
            return Some(Value {
                text: body.get(..length)?,
                span: ByteSpan::new(start, start + length),
                is_quoted: true,
            });
        }
    }
    let length = bare_length(rest);
    (length > 0).then_some(())?;
    Some(Value { text: rest.get(..length)?, span: ByteSpan::new(at, at + length), is_quoted: false })
}

/// Length up to the closing mark; up to the end of the line where there is none on it.
fn quoted_length(body: &str, close: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        if !escaped && body.get(at..).is_some_and(|rest| rest.starts_with(close)) {
            return Some(at);
        }
        if c == '\n' {
            return Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    Some(body.len())
}

fn bare_length(rest: &str) -> usize {
    for (at, c) in rest.char_indices() {
        let after = || rest.get(at + c.len_utf8()..).unwrap_or_default();
        let ends = match c {
            _ if c.is_whitespace() => true,
            '"' | '\'' | '`' | '<' | '”' | '“' | '。' | '，' | '、' | '；' | '」' | '）' => true,
            '\\' => after().starts_with(['n', 'r', 't', '"', '\'', '\\']),
            ',' | ';' | '&' => ends_member(after()),
            ')' | '}' | ']' => at > 0 && !after().starts_with(|next: char| next.is_alphanumeric()),
            _ => false,
        };
        if ends {
            return at;
        }
    }
    rest.len()
}

/// True when what follows a separator is another member, white space or the end.
fn ends_member(rest: &str) -> bool {
    let trimmed = rest.trim_start_matches([' ', '\t']);
    if trimmed.len() < rest.len()
        || trimmed.is_empty()
        || trimmed.starts_with(['\n', '\r', '"', '\'', ')', '}', ']', '\\'])
    {
        return true;
    }
    let name =
        trimmed.chars().take(48).position(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')));
    name.is_some_and(|length| {
        length > 0 && trimmed.chars().nth(length).is_some_and(|c| matches!(c, '=' | ':'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Option<&str> {
        let at = text.find('=').map(|at| at + 1)?;
        password_at(text, at).and_then(|span| span.of(text))
    }

    #[test]
    fn values_end_where_they_end() {
        for (text, value) in [
            ("password=kT7#pWq2vLx9;Encrypt=True", "kT7#pWq2vLx9"),
            ("password=ab,c&d9 next", "ab,c&d9"),
            ("p=hunter22&user=x", "hunter22"),
            ("p='it\\'s 9 long' x", "it\\'s 9 long"),
            ("p=\"q\\\"7harbourTail\",", "q\\\"7harbourTail"),
            ("p=\\\"inner7x\\\",", "inner7x"),
            ("p=abc123xyz)", "abc123xyz"),
            ("DB_PASSWORD=hunter\n", "hunter"),
        ] {
            assert_eq!(password(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_stands_for_a_value_is_none() {
        for text in [
            "password=${DB_PASSWORD}",
            "p=<password>",
            "p=string",
            "p=null",
            "p=getpass.getpass()",
            "p=os.environ[\"X\"]",
            "p=config.password",
            "p=newPassword;",
            "p=\"\"",
            "p=****",
            "p=PASSWORD_7KQ2",
            "p={{ secret }}",
            "p=$SECRET",
            "p=sk-...",
            "p=YOUR_API_KEY_HERE",
        ] {
            assert_eq!(password(text), None, "{text}");
        }
    }
}
