//! Source code around a name: what the tagger takes for one in it is mostly an identifier.
//!
//! Names stand in the strings and comments of a program, not between them. So a span on a line of code counts there only, and a
//! span that is a piece of an identifier (`reduce_arena`, `Z: Zeroize`, `RegexLexer`) counts nowhere. Promises: a bounded look
//! at one line; lines of prose, records and logs are no code.

use types::ByteSpan;

use crate::edges;
use crate::read::names::has_name_prefix;

/// So far a line is looked at, before and behind a span.
const LINE_BYTES_MAX: usize = 400;

/// Signs that hardly stand anywhere but in code.
const SIGNS: [&str; 19] = [
    "::", "->", "=>", "==", "!=", "&&", "||", "();", "()", "){", ") {", "];", "};", "+=", "</", "/>", "<<",
    ":=", "${",
];

/// Words that lines of code begin with.
const STARTS: [&str; 44] = [
    "fn",
    "pub",
    "impl",
    "use",
    "let",
    "mod",
    "struct",
    "enum",
    "trait",
    "match",
    "def",
    "class",
    "import",
    "from",
    "elif",
    "if",
    "for",
    "while",
    "return",
    "raise",
    "yield",
    "assert",
    "const",
    "var",
    "function",
    "export",
    "static",
    "public",
    "private",
    "protected",
    "void",
    "package",
    "namespace",
    "using",
    "#include",
    "#define",
    "my",
    "sub",
    "switch",
    "case",
    "try",
    "catch",
    "func",
    "type",
];

/// True for a span of the tagger, or a part of a name, that is a piece of a program.
pub(crate) fn is_code(text: &str, span: ByteSpan) -> bool {
    is_identifier(text, span) || (is_line_of_code(text, span) && !is_quoted_or_remark(text, span))
}

/// A piece of a longer identifier or path, or a word with humps.
fn is_identifier(text: &str, span: ByteSpan) -> bool {
    let Some(value) = span.of(text) else { return false };
    let before = text.get(edges::floor(text, span.start.saturating_sub(2))..span.start).unwrap_or_default();
    let after = text.get(span.end..edges::floor(text, span.end + 2)).unwrap_or_default();
    let is_lower = !value.chars().any(char::is_uppercase);
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    // `victoria-charts`: in names with a hyphen in lower case all of it is the name.
    let is_kebab = is_lower
        && ((after.starts_with('-') && after.ends_with(is_part))
            || (before.ends_with('-') && before.starts_with(is_part)));
    let is_glued = is_kebab
        || before.ends_with(['_', '$', '\\'])
        || before.ends_with("::")
        || before.ends_with("->")
        || (before.ends_with('.')
            && before.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ')'))
        || after.starts_with(['_', '[', '{'])
        || after.starts_with("::")
        || after.starts_with("->")
        || after.starts_with("()")
        || after.starts_with("!(")
        || (after.starts_with('.') && after.ends_with(|c: char| c.is_ascii_lowercase() || c == '_'));
    // `\n` in a string of source text is white space.
    let is_after_escape = edges::is_after_escape(text, span.start);
    if is_glued && !is_after_escape {
        return true;
    }
    value.is_ascii() && !value.contains(' ') && has_humps(value)
}

/// `RegexLexer`, `getName`, `utf8Name`; not `McDonald`, `O'Neil`, `Anne-Marie`.
fn has_humps(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_hump = bytes
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    (is_hump && !has_name_prefix(word)) || word.contains('_')
}

/// True where the line around the span looks like code.
fn is_line_of_code(text: &str, span: ByteSpan) -> bool {
    let from = edges::floor(text, span.start.saturating_sub(LINE_BYTES_MAX));
    let to = edges::floor(text, span.end.saturating_add(LINE_BYTES_MAX));
    let start = text.get(from..span.start).and_then(|head| head.rfind('\n')).map_or(from, |at| from + at + 1);
    let end = text.get(span.end..to).and_then(|tail| tail.find('\n')).map_or(to, |at| span.end + at);
    let Some(line) = text.get(start..end).map(str::trim) else { return false };
    // Addresses in angle brackets and links are no markup of a program.
    if SIGNS.iter().any(|sign| line.contains(sign)) && !line.starts_with('<') {
        return true;
    }
    let first = line.split([' ', '(']).next().unwrap_or_default();
    let calls = line.match_indices('(').any(|(at, _)| {
        line.get(..at).is_some_and(|head| head.ends_with(|c: char| c.is_ascii_lowercase() || c == '_'))
    });
    let ends = line.ends_with([';', '{', '}', '(', ':']);
    let is_statement = STARTS.contains(&first) && (calls || ends || line.contains(" = "));
    is_statement || (calls && ends) || (line.ends_with(';') && line.contains(" = "))
}

/// True within quotation marks of the line, or behind a sign that begins a remark.
fn is_quoted_or_remark(text: &str, span: ByteSpan) -> bool {
    let from = edges::floor(text, span.start.saturating_sub(LINE_BYTES_MAX));
    let Some(head) = text.get(from..span.start) else { return false };
    let head = head.rfind('\n').and_then(|at| head.get(at + 1..)).unwrap_or(head);
    let trimmed = head.trim_start();
    if trimmed.starts_with(['#', '*', ';', '%'])
        && !trimmed.starts_with("#include")
        && !trimmed.starts_with("#define")
        || ["//", "/*", "-- ", "<!--", "# "].iter().any(|sign| head.contains(sign) && !head.contains("://"))
    {
        return true;
    }
    let mut open = None;
    let mut previous = ' ';
    for c in head.chars() {
        match open {
            Some(mark) if c == mark && previous != '\\' => open = None,
            None if matches!(c, '"' | '`') || (c == '\'' && !previous.is_alphanumeric()) => open = Some(c),
            _ => {}
        }
        previous = c;
    }
    open.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str, part: &str) -> ByteSpan {
        let start = text.find(part).unwrap();
        ByteSpan::new(start, start + part.len())
    }

    #[test]
    fn identifiers_and_words_of_statements_are_code() {
        for (text, part) in [
            ("where\n    Z: Zeroize + serde::Serialize,", "Zeroize"),
            ("        elif re.match('#.*', word):", "elif"),
            ("            return (arena, start, stop())", "arena"),
            ("x = reduce_arena", "arena"),
            ("from pygments.lexer import RegexLexer, words", "RegexLexer"),
            ("let viking = Einar::new();", "Einar"),
            ("task_id: TaskID,", "TaskID"),
            ("\"name\": \"victoria-charts\"", "victoria"),
            ("user.martin.save();", "martin"),
        ] {
            assert!(is_code(text, span(text, part)), "{text}");
        }
    }

    #[test]
    fn strings_remarks_prose_and_records_are_none() {
        for (text, part) in [
            ("let user = User::new(\"Anna Weber\");", "Anna Weber"),
            ("greet('Anna');", "Anna"),
            ("x += 1; // ask Anna Weber about it", "Anna Weber"),
            ("# Author: Steven Bethard (maintainer)", "Steven Bethard"),
            ("Anna said: let's go (again);", "Anna"),
            ("if Anna calls, tell her (please) that I am out.", "Anna"),
            ("user=Anna city=Ulm status=200", "Anna"),
            ("Weber;Anna;Ulm;", "Anna"),
            ("{\"name\": \"Anna Weber\"}", "Anna Weber"),
            ("Dear McDonald, thank you", "McDonald"),
            ("Hi Anne-Marie O'Neil.", "Anne-Marie"),
            ("Call\\nAnna today", "Anna"),
        ] {
            assert!(!is_code(text, span(text, part)), "{text}");
        }
    }
}
