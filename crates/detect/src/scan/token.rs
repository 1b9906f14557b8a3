//! Tokens with a beginning that somebody chose and a random rest, as `acme_live_…`: keys of vendors without a rule, also
//! where nothing names them.

use types::ByteSpan;

use crate::check::shapes;
use crate::edges;
use crate::scan::{Budget, Emit};

/// Shortest run of letters and digits that is looked at, and longest token.
const RUN_CHARS_MIN: usize = 16;
const TOKEN_CHARS_MAX: usize = 256;
/// Longest beginning.
const HEAD_CHARS_MAX: usize = 28;

/// Reports `token`.
pub(crate) fn at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    let joint = edges::byte(text, word.start.wrapping_sub(1));
    if word.start == 0 || word.len() < RUN_CHARS_MIN || !matches!(joint, b'_' | b'-') {
        return word.end;
    }
    let bytes = text.as_bytes();
    let is_part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let before = bytes.get(..word.start).unwrap_or_default();
    let head = before.iter().rev().take(HEAD_CHARS_MAX + 1).take_while(is_part).count();
    let rest = bytes.get(word.end..).unwrap_or_default();
    let tail = rest.iter().take(TOKEN_CHARS_MAX).take_while(is_part).count();
    let end = word.end + tail;
    let span = ByteSpan::new(word.start - head, end);
    let stands_alone =
        !matches!(edges::byte(text, span.start.wrapping_sub(1)), b'/' | b'.' | b'#' | b'@' | b'%')
            || span.start == 0;
    if head <= HEAD_CHARS_MAX
        && stands_alone
        && !is_digest(text, span.start)
        && !is_in_path(text, end)
        && span.of(text).is_some_and(shapes::is_unlabelled_key)
    {
        emit("token", span);
        return end;
    }
    word.end
}

/// True behind the name of a hash: `sha256=…`, as in records of packages.
fn is_digest(text: &str, start: usize) -> bool {
    let before = text.as_bytes().get(..start).unwrap_or_default();
    [b"sha1".as_slice(), b"sha256", b"sha384", b"sha512", b"md5"].iter().any(|name| {
        before.split_last().is_some_and(|(sign, rest)| matches!(sign, b'=' | b':') && rest.ends_with(name))
    })
}

/// True when a path or the name of a file goes on behind.
fn is_in_path(text: &str, end: usize) -> bool {
    match edges::byte(text, end) {
        b'/' => true,
        b'.' => edges::byte(text, end + 1).is_ascii_alphanumeric(),
        _ => false,
    }
}
