//! What stands where a password or key belongs and is none: templates, type words, samples, expressions, sentences.

use types::ByteSpan;

use super::stand_in_words::{STAND_INS, THINGS};
use crate::any_of::{AnyOf, begins};
use crate::check::{keys, randomness, shapes};
use crate::edges;
use crate::surrogate;

/// True for what is written where a value belongs: templates, type words, samples, surrogates, nothing.
pub(crate) fn stands_for_nothing(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let template_starts = [
        "${",
        "&lt;",
        "&#x3c;",
        "&#60;",
        "<span",
        "<code",
        "<em>",
        "<strong",
        ", ",
        ");",
        "):",
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
        "file:",
        "arn:",
    ];
    let is_tag = (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('[') && value.ends_with(']'))
        || (value.starts_with('{') && value.ends_with('}'));
    let is_variable = value.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && (name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
                || name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    }) || (value.len() > 2 && value.starts_with('%') && value.ends_with('%'));
    let is_constant = value.len() > 8
        && value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        && ["PASSWORD", "SECRET", "TOKEN", "_KEY"].iter().any(|word| value.contains(word));
    let describes = value.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-' | b' '))
        && ["password", "passwd", "secret", "token"].iter().any(|word| value.contains(word));
    let is_sentence = value.contains(' ')
        && value.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ')
        && ["password", "passphrase", "secret", "token"].iter().any(|word| lower.contains(word));
    let is_numbered = ["value", "val", "foo", "bar"].iter().any(|word| {
        bare.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let is_number = lower
        .strip_prefix("0x")
        .is_some_and(|hex| hex.len() <= 8 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_escapes = ["\\x", "\\u", "\\U"].iter().any(|start| value.starts_with(start));
    let is_path = value.starts_with('/')
        && value.matches('/').count() >= 2
        && value.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'_' | b'.' | b'-'));
    is_constant
        || describes
        || is_number
        || is_sentence
        || is_numbered
        || is_escapes
        || is_path
        || is_pattern(value)
        || is_typeset(value)
        || bare.is_empty()
        || STAND_INS.contains(&bare)
        || begins(&lower, &template_starts)
        || is_tag
        || is_variable
        || value.ends_with("...")
        || value.ends_with('…')
        || (value.len() >= 3 && randomness::is_filler(value) && !value.bytes().any(|b| b.is_ascii_digit()))
        || value.contains("EXAMPLE")
        || SAMPLES.is_in(value)
        || surrogate::is_surrogate(value)
}

/// What samples say of themselves.
static SAMPLES: AnyOf = AnyOf::new(&["your_", "your-", "_here"]);

/// True for what describes values: a class of a regular expression, the places of a format, a variable with more behind it.
fn is_pattern(value: &str) -> bool {
    let is_class = value.contains('-')
        && ["[a-z", "[A-Z", "[0-9", "A-Za-z", "a-zA-Z", "a-z0-9"].iter().any(|class| value.contains(class));
    let is_format = value.strip_prefix('%').is_some_and(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '$');
        rest.starts_with(['s', 'd'])
            && !rest.get(1..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    });
    let is_variable = value.strip_prefix('$').is_some_and(|rest| {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && (name.starts_with(",$")
                || name.starts_with(",0x")
                || name.starts_with("::")
                || name.starts_with("->"))
    });
    is_class || is_format || is_variable || (value.starts_with('`') && value.ends_with('`'))
}

/// True for a regular expression: a backslash before a letter that JSON has no escape for, or before a sign.
fn is_regex(value: &str) -> bool {
    value.match_indices('\\').any(|(at, _)| {
        !matches!(
            edges::byte(value, at + 1),
            b'u' | b'n' | b'r' | b't' | b'/' | b'"' | b'\'' | b'\\' | b'=' | 0
        )
    })
}

/// True for the fingerprint of a key as OpenPGP writes it (RFC 9580, 5.5.4): 40 hexadecimal digits in capitals.
fn is_fingerprint(value: &str) -> bool {
    value.len() == 40 && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'A'..=b'F'))
}

/// True for words between the marks of a typesetter, as manuals have them: `\fIpassword\fR`, `locked\&` (groff).
fn is_typeset(value: &str) -> bool {
    let has_font = value.match_indices("\\f").any(|(at, _)| {
        value
            .get(at + 2..)
            .is_some_and(|rest| rest.starts_with(['B', 'I', 'R', 'P', 'C', '(', '[', '4', '5']))
    });
    has_font || value.ends_with("\\&") || value.starts_with("\\(")
}

/// True for text that can be a key: random, or at least no word and with letters and digits mixed.
pub(crate) fn is_key_value(text: &str) -> bool {
    let text = text.trim();
    let body = ["Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token "]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .unwrap_or(text);
    if body.contains(char::is_whitespace)
        || body.contains(',')
        || body.starts_with(')')
        || is_regex(body)
        || is_fingerprint(body)
        || keys::is_example(body)
        || stands_for_nothing(body)
        || is_file(body)
        || shapes::names_a_thing(body)
    {
        return false;
    }
    randomness::is_random(body)
        || is_password_like(body)
        || is_passphrase(body)
        || body.split(['.', ':', '_', '-']).any(randomness::is_random)
        || randomness::is_mixed(body)
}

/// True for text that can be the value of something that is called a secret: a key, but also a UUID or a passphrase.
pub(crate) fn is_secret_value(text: &str) -> bool {
    // Private keys of Ethereum are written as numbers of 32 bytes.
    let is_number = text.strip_prefix("0x").is_some_and(|hex| hex.len() == 64 && randomness::is_random(hex));
    is_key_value(text) || shapes::is_uuid(text) || is_number
}

/// True for three words or more with digits behind the last one, as password generators and people make them.
fn is_passphrase(text: &str) -> bool {
    let words = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - words.len();
    (1..=6).contains(&digits)
        && text.len() <= PASSPHRASE_BYTES_MAX
        && words.split('-').count() >= 3
        && words.split('-').all(|word| {
            (3..=12).contains(&word.len())
                && word.bytes().all(|b| b.is_ascii_alphabetic())
                && !THINGS.contains(&word.to_ascii_lowercase().as_str())
        })
}

/// Extensions of files that are named without their folder.
const EXTENSIONS: &[&str] = &[
    "gz", "bz2", "xz", "zst", "zip", "tgz", "tar", "jar", "war", "whl", "deb", "rpm", "iso", "img", "ova",
    "pem", "crt", "cer", "der", "json", "yaml", "yml", "toml", "xml", "html", "txt", "md", "csv", "log",
    "png", "jpg", "jpeg", "svg", "pdf", "docx", "xlsx", "pptx", "mp4", "js", "ts", "java", "exe", "dll",
    "bak", "sql",
];

/// True for the path of a file: from the root or a folder on, or with an extension.
fn is_file(text: &str) -> bool {
    let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_extension =
        (2..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_lowercase());
    (EXTENSIONS.contains(&extension) && !text.contains(['@', '!', '#', '$', '%', '^', '*']))
        || text.contains('/')
            && (text.starts_with(['~', '.'])
                || is_extension
                || (text.starts_with('/') && !randomness::is_random(text)))
}

/// True for what people type as a password: letters, digits and one of the signs that passwords are told to have.
fn is_password_like(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let has_cases =
        text.bytes().any(|b| b.is_ascii_uppercase()) && text.bytes().any(|b| b.is_ascii_lowercase());
    (8..=64).contains(&text.len())
        && (digits >= 2 || (digits == 1 && has_cases))
        // Pointers and references in programs.
        && !text.starts_with('&')
        && !text.ends_with('*')
        && letters >= 4
        && text.contains(['!', '@', '#', '$', '%', '^', '&', '*', '?', '+', '~'])
        && !text.contains(['/', ':', '(', '{', '=', '<', '\\', ','])
}

/// Names of encodings and hashes: sentences about passwords end with them.
static ENCODINGS: AnyOf = AnyOf::new(&[
    "base64", "base32", "utf-8", "sha1", "sha-", "sha2", "sha5", "md5", "pbkdf2", "argon2", "aes-",
]);

/// True for what people type as a password: letters with a digit or a sign among them, no address, file or encoding.
pub(crate) fn is_typed_by_people(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let has_sign = text.contains(['!', '@', '#', '$', '%', '^', '&', '*', '?', '+', '~', '_']);
    let is_member = text.contains('_') && digits == 0 && !text.bytes().any(|b| b.is_ascii_uppercase());
    (6..=64).contains(&text.len())
        && letters >= 3
        && (digits >= 1 || has_sign)
        && !is_member
        && !text.contains(['/', '(', '=', '<', '>', ','])
        && !ENCODINGS.is_in(text)
        && !is_file(text)
}

/// True for words of a script that puts no spaces between them: they tell about a password. No keyboard types them into one.
pub(crate) fn is_unspaced_words(text: &str) -> bool {
    text.contains(edges::is_unspaced) && !text.bytes().any(|b| b.is_ascii_alphanumeric())
}

/// True for text that is longer than a passphrase and has spaces: it speaks about a password.
pub(crate) fn is_paragraph(text: &str) -> bool {
    text.len() > PASSPHRASE_BYTES_MAX && text.contains(char::is_whitespace)
}

/// Longest passphrase with spaces, in bytes: ten long words.
const PASSPHRASE_BYTES_MAX: usize = 128;

/// True for expressions of a program: calls, members, subscripts, names of variables.
pub(crate) fn is_code(text: &str, value: ByteSpan) -> bool {
    let Some(body) = value.of(text) else { return true };
    if body.contains("=\"")
        || body.contains("='")
        || (body.starts_with(':')
            && body.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == ':')))
        || text.get(..value.start).is_some_and(|before| body.starts_with(':') && before.ends_with(':'))
    {
        return true;
    }
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
    let next = edges::byte(text, value.start + name_end);
    let head = body.get(..name_end).unwrap_or(body);
    let is_call = matches!(next, b'(' | b'[')
        && head.bytes().all(|b| !b.is_ascii_digit() || head.len() > 1)
        && looks_like_names(head);
    let is_path = head.len() == body.len()
        && (head.contains('.') || head.contains("::") || head.contains("->"))
        && looks_like_names(head)
        && !head.split('.').any(|part| part.len() >= RANDOM_PART_MIN && randomness::is_random(part));
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
    let is_reference = first == '&' && looks_like_names(rest);
    // Its end may lie behind a space: `Option<unsafe extern "C" fn()>`.
    let is_generic = first.is_ascii_uppercase()
        && body.split_once('<').is_some_and(|(name, rest)| {
            looks_like_names(name)
                && (!rest.contains('>') || body.trim_end_matches([',', ';', ')']).ends_with('>'))
        });
    let is_array = first == '[' && next_after(text, value) == b';' && looks_like_names(rest);
    let is_scalar = head.len() == body.len() && (head.ends_with("_t") || head.contains("::"));
    is_type
        || is_reference
        || is_generic
        || is_array
        || is_scalar
        || is_macro
        || is_member
        || is_call
        || is_path
        || names_itself
        || next == b'(' && (looks_like_names(head) || head.trim_start_matches('_').contains('_'))
        || (first == '(' && rest_is_constant(body))
}

/// The byte behind a value.
fn next_after(text: &str, value: ByteSpan) -> u8 {
    edges::byte(text, value.end)
}

/// Shortest random part that makes a dotted text a key and no path of a program.
const RANDOM_PART_MIN: usize = 20;

/// True for the name of a constant in brackets.
fn rest_is_constant(body: &str) -> bool {
    body.len() > 4 && body.bytes().skip(1).all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
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
pub(crate) fn is_prose(text: &str, value: ByteSpan) -> bool {
    let word = value.of(text).unwrap_or_default();
    let rest = text.get(value.end..).unwrap_or_default();
    // `ERROR_PASSWORD: WIN32_ERROR = 86`, `password: Buffer | None`: the type of what is declared.
    let is_name = word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    let is_union = [" | None", " | null", " | undefined", " | str", " | bytes"];
    if is_name && (rest.starts_with(" = ") || is_union.iter().any(|union| rest.starts_with(union))) {
        return true;
    }
    // The layout of a help text: `--password=PASS   set the password`.
    if word.chars().all(char::is_uppercase) && rest.starts_with("  ") {
        return true;
    }
    let humps =
        word.chars().zip(word.chars().skip(1)).filter(|(a, b)| a.is_lowercase() && b.is_uppercase()).count();
    if !word.chars().all(|c| c.is_alphabetic() || c == '_' || c == '\'')
        || (humps >= 3 && randomness::is_random(word))
    {
        return false;
    }
    let mut next = rest.chars();
    match next.next() {
        Some(' ') => next.next().is_some_and(|c| c.is_alphabetic() || c == '='),
        Some(';' | ')' | ',' | '(' | '[' | '=') => true,
        _ => false,
    }
}
