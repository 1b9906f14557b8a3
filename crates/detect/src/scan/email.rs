//! E-mail addresses, and handles of social networks, found from their `@`.

use types::ByteSpan;

use crate::edges;
use crate::read::names::NameWords;
use crate::scan::Emit;

/// Longest local part (RFC 5321, 4.5.3.1.1) and longest domain (RFC 1035, 2.3.4), in bytes. Longer ones are no addresses,
/// and reading stops there.
const LOCAL_BYTES_MAX: usize = 64;
const DOMAIN_BYTES_MAX: usize = 255;

/// Endings of files that no top-level domain has: `Knob@3x.png` is a file.
const FILE_ENDINGS: &[&str] = &[
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "ico",
    "bmp",
    "css",
    "scss",
    "less",
    "js",
    "mjs",
    "cjs",
    "jsx",
    "ts",
    "tsx",
    "json",
    "html",
    "htm",
    "xml",
    "yml",
    "yaml",
    "toml",
    "lock",
    "txt",
    "pdf",
    "csv",
    "log",
    "map",
    "mp3",
    "wav",
    "ttf",
    "woff",
    "exe",
    "dll",
    "jar",
    "class",
    "tar",
    "gz",
    "tgz",
    "local",
    "localhost",
    "internal",
    "service",
    "target",
    "timer",
    "socket",
];

/// Longest handle, in bytes (YouTube allows 30 characters, Mastodon more).
const HANDLE_BYTES_MAX: usize = 32;

/// Reports each address as `address`, and `@name` as `handle`.
pub(crate) fn scan(text: &str, _: &NameWords, emit: &mut Emit<'_>) {
    let mut resume = 0;
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        if at < resume {
            continue;
        }
        if let Some(span) = address_at(text, at) {
            resume = span.end;
            emit("address", span);
        } else if let Some(span) = handle_at(text, at) {
            resume = span.end;
            emit("handle", span);
        }
    }
}

/// The handle that begins with the `@` at `at`: not the scope of a package, an annotation with arguments or a mention of a host.
fn handle_at(text: &str, at: usize) -> Option<ByteSpan> {
    let before = edges::before(text, at);
    if before.is_some_and(|c| {
        (c.is_alphanumeric() && !edges::is_unspaced(c)) || matches!(c, '@' | '/' | '.' | '_' | '-')
    }) {
        return None;
    }
    if is_annotation(text, at) {
        return None;
    }
    let run = text.as_bytes().get(at + 1..)?.iter().take(HANDLE_BYTES_MAX + 1);
    let length = run.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
    let name = text.get(at + 1..at + 1 + length)?.trim_end_matches('.');
    let end = at + 1 + name.len();
    let is_name = (2..=HANDLE_BYTES_MAX).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.bytes().any(|b| b.is_ascii_alphabetic());
    (is_name && !matches!(edges::byte(text, end), b'@' | b'/' | b'(' | b'-' | b':'))
        .then_some(ByteSpan::new(at, end))
}

/// True where programs have the sign: alone on an indented line, in a comment for documentation, before a list in Perl.
fn is_annotation(text: &str, at: usize) -> bool {
    let before = text.get(edges::floor(text, at.saturating_sub(ANNOTATION_BYTES))..at).unwrap_or_default();
    let line = before.rfind('\n').and_then(|line| before.get(line + 1..));
    let is_first = line.is_some_and(|line| {
        let mark = line.trim_start_matches([' ', '\t']);
        mark.len() < line.len() && matches!(mark, "" | "* " | "/// " | "// ")
    });
    let word = before.trim_end_matches(' ').rsplit([' ', '\n', '\t']).next().unwrap_or_default();
    is_first
        || before.ends_with(['{', '(', '\\'])
        || ["my", "our", "return", "local", "push", "=item", "foreach"].contains(&word)
}

/// How far back programs are told from prose.
const ANNOTATION_BYTES: usize = 24;

/// The address around the `@` at `at`.
pub(crate) fn address_at(text: &str, at: usize) -> Option<ByteSpan> {
    let start = local_start(text, at)?;
    let end = domain_end(text, at + 1)?;
    (!is_user_of_url(text, start) && !is_remote(text, start, end)).then_some(ByteSpan::new(start, end))
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() && !edges::is_unspaced(c)
        || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '&' | '~' | '!' | '#' | '$')
}

/// Endings that are told from words such as the `min` of `logo@2x.min.png`.
fn is_usual_end(top: &str) -> bool {
    let country = top.len() == 2 && top.bytes().all(|b| b.is_ascii_lowercase());
    country
        || ["com", "org", "net", "edu", "gov", "info", "biz", "dev", "app", "example", "io"].contains(&top)
}

fn is_domain(c: char) -> bool {
    matches!(c, '.' | '-') || (c.is_alphanumeric() && !edges::is_unspaced(c))
}

fn local_start(text: &str, at: usize) -> Option<usize> {
    let mut start = at;
    for c in text.get(..at)?.chars().rev() {
        if !is_local(c) {
            break;
        }
        start -= c.len_utf8();
        if at - start > LOCAL_BYTES_MAX {
            return None;
        }
    }
    if edges::byte(text, start.wrapping_sub(1)) == b'\\'
        && matches!(edges::byte(text, start), b'n' | b't' | b'r')
    {
        start += 1;
    }
    let local = text.get(start..at)?;
    let trimmed = local.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '+');
    let last = trimmed.chars().next_back()?;
    (last != '.').then_some(at - trimmed.len())
}

fn domain_end(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let limit = edges::floor(rest, DOMAIN_BYTES_MAX);
    let run = rest.get(..limit)?;
    let length = run.find(|c: char| !is_domain(c)).unwrap_or(run.len());
    let mut domain = run.get(..length)?;
    // Behind an address a file ending or a sentence without a space may follow: `a@b.org.html`.
    let mut is_trimmed = false;
    loop {
        domain = domain.trim_end_matches(['.', '-']);
        let (labels, top) = domain.rsplit_once('.')?;
        let letters = top.chars().all(char::is_alphabetic) || top.starts_with("xn--");
        let good_labels = labels
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        let is_end =
            if is_trimmed { is_usual_end(top) } else { letters && (2..=24).contains(&top.chars().count()) };
        if is_end && good_labels && !FILE_ENDINGS.contains(&top.to_ascii_lowercase().as_str()) {
            return Some(from + domain.len());
        }
        is_trimmed = true;
        domain = labels;
    }
}

/// True when what looks like an address is the end of `user:password@host` in a URL: that is another recognizer's.
fn is_user_of_url(text: &str, start: usize) -> bool {
    let from = edges::floor(text, start.saturating_sub(160));
    let before = text.get(from..start).unwrap_or_default();
    let word =
        before.rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')).next().unwrap_or("");
    word.rfind("://").is_some_and(|scheme| {
        let rest = word.get(scheme + 3..).unwrap_or_default();
        !rest.contains(['/', '?', '#']) && rest.contains(':')
    })
}

/// True for `git@host:path`, the address of a repository.
fn is_remote(text: &str, start: usize, end: usize) -> bool {
    text.get(start..end).is_some_and(|address| address.starts_with("git@")) && edges::byte(text, end) == b':'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        scan(text, &NameWords::default(), &mut |kind, span| {
            if kind == "address" {
                found.push(span.of(text).unwrap());
            }
        });
        found
    }

    #[test]
    fn addresses_are_found_whole() {
        for (text, address) in [
            ("Mail joe.o'neil+x@mail.example.co.uk.", "joe.o'neil+x@mail.example.co.uk"),
            ("<joe@tidewick.org>", "joe@tidewick.org"),
            ("'joe@tidewick.org'", "joe@tidewick.org"),
            ("联系zoe@tidewick.org吧", "zoe@tidewick.org"),
            (r"a\njoe@tidewick.org\n", "joe@tidewick.org"),
            ("müller@bücher.de", "müller@bücher.de"),
            ("joe@tidewick.org.jar", "joe@tidewick.org"),
        ] {
            assert_eq!(found(text), [address], "{text}");
        }
    }

    #[test]
    fn other_uses_of_the_sign_are_none() {
        for text in [
            "Knob@3x.png",
            "logo@2x.min.png",
            "a @ b.com",
            "@user",
            "x@y",
            "git@github.com:a/b",
            "pkg@1.2.3",
            "postgres://u:p@db.example.com/x",
            "import a from '@x/y.js'",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
