//! Where the value of a password or key ends.
//!
//! A quoted value ends at its quotation mark, escapes included: the mark may be plain, escaped (JSON in a string) or
//! typographic. A bare value ends at white space, or at a separator behind which another member begins. What only stands for
//! a value (templates, type words, calls, samples) is none.

use types::ByteSpan;

use crate::edges;

use super::stand_ins::{is_code, is_prose, is_unspaced_words, stands_for_nothing};

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

struct Value<'t> {
    text: &'t str,
    span: ByteSpan,
    is_quoted: bool,
}

impl Value<'_> {
    /// Ends the value after `length` bytes.
    fn cut(&mut self, length: usize) {
        self.text = self.text.get(..length).unwrap_or(self.text);
        self.span.end = self.span.start + self.text.len();
    }
}

/// The value of a password assignment that begins at `at`.
pub(crate) fn password_at(text: &str, at: usize) -> Option<ByteSpan> {
    let value = value_at(text, at)?;
    if value.text.len() > LOOK_BYTES_MAX {
        return Some(value.span);
    }
    // `${DB_PASSWORD:?not set}` of a shell: what it says if there is no password.
    if value.text.starts_with('?') && text.get(..at).is_some_and(|before| before.ends_with(':')) {
        return None;
    }
    if value.text.len() < 4 || stands_for_nothing(value.text) || is_unspaced_words(value.text) {
        return None;
    }
    if !value.is_quoted && (is_code(text, value.span) || is_prose(text, value.span)) {
        return None;
    }
    Some(value.span)
}

/// The value of a key or token assignment that begins at `at`, if it looks like one to `is_value`.
pub(crate) fn key_at(text: &str, at: usize, is_value: fn(&str) -> bool) -> Option<ByteSpan> {
    bare_or_quoted_at(text, at, &['!', '?'], is_value)
}

/// The value of something that may be called a password for many reasons, as `pass`: must look like one.
pub(crate) fn mixed_password_at(text: &str, at: usize, is_value: fn(&str) -> bool) -> Option<ByteSpan> {
    bare_or_quoted_at(text, at, &[], is_value)
}

/// A value that looks like one to `is_value`; `signs` do not end it when it is bare.
fn bare_or_quoted_at(text: &str, at: usize, signs: &[char], is_value: fn(&str) -> bool) -> Option<ByteSpan> {
    if is_in_resource_name(text, at) {
        return None;
    }
    let mut value = value_at(text, at)?;
    if !value.is_quoted {
        value.cut(key_length(value.text, signs));
    }
    if value.text.len() > LOOK_BYTES_MAX {
        return Some(value.span);
    }
    if !value.is_quoted && (is_code(text, value.span) || is_option(value.text)) {
        return None;
    }
    if is_name_of_type(text, at) {
        return None;
    }
    is_value(value.text).then_some(value.span)
}

/// True for a path in small letters, an option of a command and another member: `PASS: ld-i386/pr19609`, `pass
/// --enable-gui=gtk3`, `UUID=2cda1e08-…`.
fn is_option(value: &str) -> bool {
    let name = value.split_once('=').map(|(name, _)| name);
    let is_path = value.contains('/') && !value.bytes().any(|b| b.is_ascii_uppercase());
    is_path
        || value.starts_with("--")
        || (value.starts_with('-') && name.is_some())
        || name
            .is_some_and(|name| name.len() >= 3 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_'))
            && !value.ends_with('=')
}

/// True behind the quoted name of a type, as `"AWS::KMS::Key": "`: what stands there is its digest. And behind the name of a token
/// against forged requests, which changes with each page.
fn is_name_of_type(text: &str, at: usize) -> bool {
    let before =
        text.get(edges::floor(text, at.saturating_sub(RESOURCE_NAME_BYTES_MAX))..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let name = line.rsplit([';', ',', '&', '{']).next().unwrap_or_default().to_ascii_lowercase();
    if ["csrf", "xsrf", "authenticity_token", "requestverification"].iter().any(|kind| name.contains(kind)) {
        return true;
    }
    let Some(name) = before.trim_end_matches([' ', ':', '=']).strip_suffix('"') else { return false };
    name.rsplit('"').next().is_some_and(|name| name.matches("::").count() >= 2)
}

/// Length of a bare key: up to what no key holds, without the punctuation of the sentence around it.
fn key_length(text: &str, signs: &[char]) -> usize {
    let end = text.find(|c: char| !c.is_ascii() || matches!(c, '<' | '>' | '`')).unwrap_or(text.len());
    let is_punctuation =
        |c: char| matches!(c, '.' | ',' | ';' | ':' | ')' | ']' | '}' | '\\') || signs.contains(&c);
    text.get(..end).unwrap_or_default().trim_end_matches(is_punctuation).len()
}

/// True within an Amazon resource name, as `arn:aws:secretsmanager:…:secret:app/db`: it says where a secret is kept.
fn is_in_resource_name(text: &str, at: usize) -> bool {
    let before =
        text.get(edges::floor(text, at.saturating_sub(RESOURCE_NAME_BYTES_MAX))..at).unwrap_or_default();
    let start = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '='))
        .map_or(0, |at| at + 1);
    before.get(start..).is_some_and(|word| word.starts_with("arn:"))
}

/// How far back the beginning of a resource name is looked for.
const RESOURCE_NAME_BYTES_MAX: usize = 128;

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
    // A word in capitals before a gap stands for the value, in the help of a command.
    if kept.chars().all(char::is_uppercase)
        && text.get(value.span.end..).is_some_and(|rest| rest.starts_with("  "))
    {
        return None;
    }
    let letters_only = kept.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’' || c == '-');
    let humps = kept.chars().skip(1).any(char::is_uppercase);
    if kept.len() < 4
        || (letters_only && !humps)
        || stands_for_nothing(kept)
        || is_unspaced_words(kept)
        || is_code(text, ByteSpan::new(value.span.start, value.span.start + kept.len()))
    {
        return None;
    }
    Some(ByteSpan::new(value.span.start, value.span.start + kept.len()))
}

/// A longer value is given as a whole without a look at what it is, so that no text is read again and again.
const LOOK_BYTES_MAX: usize = 1024;

fn value_at(text: &str, at: usize) -> Option<Value<'_>> {
    let at = at + prefix_length(text.get(at..)?);
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

/// Length of what stands before a string in a program and does not belong to it: the letter of a kind of string (`b'…'`), the mark
/// of a string around a quoted one (`"\"…\""`).
fn prefix_length(rest: &str) -> usize {
    let letters =
        rest.bytes().take(2).take_while(|b| matches!(b, b'b' | b'r' | b'u' | b'f' | b'B' | b'R')).count();
    let is_string = rest.get(letters..).is_some_and(|rest| rest.starts_with(['"', '\'']));
    if letters > 0 && is_string {
        return letters;
    }
    usize::from(rest.starts_with("\"\\\"") || rest.starts_with("'\""))
}

/// Length up to the closing mark; where there is none on the line, up to the end of the line or of the string or element around
/// it.
fn quoted_length(body: &str, close: &str) -> Option<usize> {
    let outer = close.strip_prefix('\\');
    let mut escaped = false;
    let mut outer_end = None;
    for (at, c) in body.char_indices() {
        let closes = |mark: &str| body.get(at..).is_some_and(|rest| rest.starts_with(mark));
        if !escaped && (closes(close) || outer.is_some_and(closes)) {
            return Some(at);
        }
        if c == '\n' {
            return Some(outer_end.unwrap_or(at));
        }
        let ends_outer = match c {
            '<' => edges::byte(body, at + 1) == b'/',
            '"' | '\'' | '`' => !escaped && !edges::byte(body, at + 1).is_ascii_alphanumeric(),
            _ => false,
        };
        if ends_outer && outer_end.is_none() {
            outer_end = Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    Some(outer_end.unwrap_or(body.len()))
}

fn bare_length(rest: &str) -> usize {
    for (at, c) in rest.char_indices() {
        let after = || rest.get(at + c.len_utf8()..).unwrap_or_default();
        let ends = match c {
            _ if c.is_whitespace() => true,
            '”' | '“' | '。' | '，' | '、' | '；' | '」' | '）' => true,
            // Inside a bare value a quotation mark may be its own: only one that nothing follows closes what is around it.
            '"' | '\'' | '`' => !after().starts_with(|next: char| next.is_alphanumeric()),
            '<' => after().starts_with('/') || after().starts_with("br"),
            '\\' => after().starts_with(['n', 'r', 't', '"', '\'', '\\']),
            '&' if ["quot;", "lt;", "gt;", "amp;", "#"].iter().any(|entity| after().starts_with(entity)) => {
                true
            }
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
        || trimmed.starts_with(edges::is_unspaced)
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
            ("p=abcd9\";", "abcd9"),
            ("p=ab'cd\"ef9 x", "ab'cd\"ef9"),
            ("p=abcd9</password>", "abcd9"),
            ("p=\"abcd9</password>", "abcd9"),
            ("p=\"ab</cd9\"", "ab</cd9"),
            ("p=\\\"inner7x\"}", "inner7x"),
            ("{\"note\":\"p='inner 7x\"}", "inner 7x"),
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
