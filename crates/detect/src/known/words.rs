//! The words of a text, one after the other, and how names are compared.

use types::ByteSpan;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::edges;

/// Longest gap between two words of a name: a comma or full stop and a space.
const GAP_BYTES_MAX: usize = 2;
/// Longest user name.
const RUN_BYTES_MAX: usize = 40;

/// Runs of letters of scripts that put spaces between words; apostrophes and hyphens within are part of one, a possessive is not.
#[derive(Clone)]
pub(crate) struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Words<'t> {
    /// Those of a text in normal form.
    pub(crate) const fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (!c.is_ascii() && (c.is_alphabetic() && !edges::is_unspaced(c) || is_combining_mark(c)))
}

impl Iterator for Words<'_> {
    type Item = ByteSpan;

    fn next(&mut self) -> Option<ByteSpan> {
        let bytes = self.text.as_bytes();
        // In ASCII, which most words are, no character needs to be put together.
        let signs =
            bytes.get(self.at..)?.iter().take_while(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic());
        let from = self.at + signs.count();
        let start = from + self.text.get(from..)?.find(is_letter)?;
        let letters = bytes.get(start..)?.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let mut end = start + letters;
        if bytes.get(end).is_none_or(|byte| byte.is_ascii() && !matches!(byte, b'\'' | b'-')) {
            self.at = end;
            return Some(ByteSpan::new(start, end));
        }
        let mut chars = self.text.get(start..)?.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if is_letter(c) {
                end = start + at + c.len_utf8();
                continue;
            }
            let goes_on =
                matches!(c, '\'' | '’' | '-') && chars.peek().is_some_and(|(_, next)| is_letter(*next));
            if !goes_on || is_possessive(self.text.get(start + at + c.len_utf8()..).unwrap_or_default(), c) {
                break;
            }
        }
        self.at = end;
        Some(ByteSpan::new(start, end))
    }
}

/// `'s` and nothing of the word behind it.
fn is_possessive(rest: &str, sign: char) -> bool {
    sign != '-' && rest.starts_with(['s', 'S']) && !rest.chars().nth(1).is_some_and(is_letter)
}

/// True for words of one name: a space, `. `, `, ` or a line break between them.
pub(super) fn are_neighbours(text: &str, left: ByteSpan, right: ByteSpan) -> bool {
    let Some(gap) = text.get(left.end..right.start) else { return false };
    !gap.is_empty()
        && gap.len() <= GAP_BYTES_MAX
        && (matches!(gap, " " | "\n" | ", ")
            || (gap.starts_with('.') && left.len() <= 2 && gap.trim_end().len() == 1))
}

/// A word in lower case, its marks taken off: `Zoë` and `ZOE` are the same.
pub(crate) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let lower = word.to_lowercase();
    lower.nfd().filter(|c| !is_combining_mark(*c)).map(|c| if c == '’' { '\'' } else { plain(c) }).collect()
}

/// Letters whose stroke is no mark.
const fn plain(c: char) -> char {
    match c {
        'ł' => 'l',
        'ø' => 'o',
        'đ' => 'd',
        'ı' => 'i',
        c => c,
    }
}

/// Shortest user name, in characters.
pub(super) const HANDLE_CHARS_MIN: usize = 5;

/// What may be a user name that begins with `word`, without the digits and signs at its end.
pub(crate) fn handle_run(text: &str, word: ByteSpan) -> Option<&str> {
    if !edges::byte(text, word.start).is_ascii_lowercase() {
        return None;
    }
    let value = run_at(text, word.start)?.of(text)?;
    let bare = value.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
    (bare.len() >= HANDLE_CHARS_MIN && !bare.bytes().any(|byte| byte.is_ascii_uppercase())).then_some(bare)
}

/// The run of letters, digits, `.`, `_` and `-` that begins at `at`; `None` where it began before.
pub(super) fn run_at(text: &str, at: usize) -> Option<ByteSpan> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if at > 0 && is_part(edges::byte(text, at - 1)) {
        return None;
    }
    let rest = text.as_bytes().get(at..)?;
    let length = rest.iter().take(RUN_BYTES_MAX + 1).take_while(|byte| is_part(**byte)).count();
    (length <= RUN_BYTES_MAX && edges::is_word_end(text, at + length))
        .then_some(ByteSpan::new(at, at + length))
}
