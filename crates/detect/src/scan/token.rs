//! Tokens with a beginning that somebody chose and a random rest, as `acme_live_…`: keys of vendors without a rule, also
//! where nothing names them.

use types::ByteSpan;

use crate::check::{keys, randomness, shapes};
use crate::edges;
use crate::scan::{Budget, Emit};

/// Shortest run of letters and digits that is looked at, and longest token.
const RUN_CHARS_MIN: usize = 16;
const TOKEN_CHARS_MAX: usize = 256;
/// Shortest word that counts without a beginning, beside a label.
const RANDOM_CHARS_MIN: usize = 20;
/// Longest beginning.
const HEAD_CHARS_MAX: usize = 28;

/// Reports `token`, and `random` for a word of capitals, small letters and digits that is as long without such a beginning.
pub(crate) fn at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    if word.len() < RUN_CHARS_MIN {
        return word.end;
    }
    let bytes = text.as_bytes();
    let is_part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let before = bytes.get(..word.start).unwrap_or_default();
    let head = before.iter().rev().take(HEAD_CHARS_MAX + 1).take_while(is_part).count();
    let rest = bytes.get(word.end..).unwrap_or_default();
    let tail = rest.iter().take(TOKEN_CHARS_MAX).take_while(is_part).count();
    let span = ByteSpan::new(word.start - head, word.end + tail);
    if head > HEAD_CHARS_MAX
        || tail >= TOKEN_CHARS_MAX
        || is_within_more(text, span)
        || is_digest(text, span.start)
    {
        return word.end;
    }
    let Some(token) = span.of(text) else { return word.end };
    if head > 0 && shapes::is_unlabelled_key(token) {
        emit("token", span);
        return span.end;
    }
    if word.len() >= RANDOM_CHARS_MIN
        && shapes::has_all_kinds(token)
        && !shapes::names_a_thing(token)
        && !keys::is_example(token)
        && randomness::is_random(token)
        && randomness::is_chopped(token)
        && !token.starts_with("MII")
    {
        emit("random", span);
        return span.end;
    }
    word.end
}

/// True for a piece of something longer: a path, an address, the name of a file, base 64 with other signs.
fn is_within_more(text: &str, span: ByteSpan) -> bool {
    let before = edges::byte(text, span.start.wrapping_sub(1));
    let is_continued =
        span.start > 0 && matches!(before, b'/' | b'.' | b'#' | b'@' | b'%' | b'+' | b'\\' | b'$');
    let after = edges::byte(text, span.end);
    let next = edges::byte(text, span.end + 1);
    is_continued
        || matches!(after, b'/' | b'+' | b'(' | b'!')
        || (matches!(after, b'.' | b':' | b'=') && next.is_ascii_alphanumeric())
}

/// True behind the name of a hash: `sha256=…`, as in records of packages.
fn is_digest(text: &str, start: usize) -> bool {
    let before = text.as_bytes().get(..start).unwrap_or_default();
    [b"sha1".as_slice(), b"sha256", b"sha384", b"sha512", b"md5"].iter().any(|name| {
        before.split_last().is_some_and(|(sign, rest)| matches!(sign, b'=' | b':') && rest.ends_with(name))
    })
}
