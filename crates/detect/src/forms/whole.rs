//! Where a finding ends so that what carries it stays well formed: escapes go as a whole or stay, and what ends the element or string
//! around it stays.
//!
//! The digits and letters of an escape may look like those of the value beside it (`%202955839661`, `\u000djoe@…`), and what
//! reads to the next white space reads on over the end of an element (`KEY</p>`) or of a string (`KEY\""}`). Promises: an escape of
//! a letter or digit belongs to the value, every other stands beside it; an element of which one tag stands in a value
//! (`411<b>1</b>`) goes with the other where that stands beside it; nothing else of a finding changes.

use types::{ByteSpan, Finding};

use super::escapes;
use crate::edges;

/// Longest name of an element and longest tag, in bytes, and how many elements may end together.
const NAME_BYTES_MAX: usize = 32;
const TAG_BYTES_MAX: usize = 96;
const ELEMENTS_MAX: usize = 8;

/// Moves the edges of findings that would break a carrier, and says whether one moved. Findings may overlap then.
pub(crate) fn keep_carriers_whole(text: &str, found: &mut Vec<Finding>) -> bool {
    let mut is_moved = false;
    found.retain_mut(|finding| {
        let given = finding.span;
        finding.span = without_element_ends(text, without_half_escapes(text, given));
        finding.span = without_string_end(text, with_both_tags(text, finding.span));
        is_moved |= finding.span != given;
        !finding.span.is_empty()
    });
    is_moved
}

fn without_half_escapes(text: &str, span: ByteSpan) -> ByteSpan {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut start = span.start;
    if let Some((whole, c)) = escapes::around(text, start) {
        start = if is_part(c) { whole.start } else { whole.end };
    }
    let end = escapes::around(text, span.end);
    let end = end.map_or(span.end, |(whole, c)| if is_part(c) { whole.end } else { whole.start });
    ByteSpan::new(start, end.max(start))
}

/// Without the ends of elements that did not begin in it, and without the piece of one that it was cut in.
fn without_element_ends(text: &str, span: ByteSpan) -> ByteSpan {
    let Some(mut value) = span.of(text) else { return span };
    if let Some(at) = value.rfind('<')
        && let Some(tag) = text.get(span.start + at..).and_then(|rest| rest.strip_prefix("</"))
        && let Some(length) = tag.bytes().take(NAME_BYTES_MAX + 1).position(|b| b == b'>')
        && tag.get(..length).is_some_and(is_name)
        && at + "</>".len() + length > value.len()
    {
        value = value.get(..at).unwrap_or(value);
    }
    for _ in 0..ELEMENTS_MAX {
        let last = value.strip_suffix('>').and_then(|value| value.rsplit_once("</"));
        let Some((before, _)) = last.filter(|(before, name)| is_name(name) && !begins(before, name)) else {
            break;
        };
        value = before;
    }
    ByteSpan::new(span.start, span.start + value.len())
}

/// Without the mark that ends the string around it, and the brackets behind that: `\"a9b8\""}`.
fn without_string_end(text: &str, span: ByteSpan) -> ByteSpan {
    let Some(value) = span.of(text) else { return span };
    let kept = value.trim_end_matches(['}', ']', ')', ',', ';', ' ', '\t', '\r', '\n']);
    let Some(inside) = kept.strip_suffix('"').filter(|_| kept.len() < value.len()) else { return span };
    let mut marks = 0;
    let mut is_escaped = false;
    for byte in kept.bytes() {
        marks += usize::from(byte == b'"' && !is_escaped);
        is_escaped = byte == b'\\' && !is_escaped;
    }
    // The last one is no escaped one, and closes none that stands in the value.
    let escapes = inside.bytes().rev().take_while(|b| *b == b'\\').count();
    let is_end = marks % 2 == 1 && escapes % 2 == 0;
    if is_end { ByteSpan::new(span.start, span.start + inside.len()) } else { span }
}

/// With the other tags of elements that only begin or only end in it, where they stand beside it.
fn with_both_tags(text: &str, span: ByteSpan) -> ByteSpan {
    let Some(value) = span.of(text).filter(|value| value.contains('<')) else { return span };
    let ByteSpan { mut start, mut end } = span;
    let mut open = Vec::new();
    for tag in value.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0)) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |name| (true, name));
        let name = tag.split([' ', '/', '\n']).next().unwrap_or_default();
        if !is_name(name) || tag.ends_with('/') {
            continue;
        }
        if !is_end {
            open.push(name);
        } else if open.pop().is_none()
            && let Some(tag) = tag_before(text, start, name)
        {
            start = tag;
        }
    }
    for name in open.into_iter().rev().take(ELEMENTS_MAX) {
        let rest = text.get(end..).and_then(|rest| rest.strip_prefix("</")?.strip_prefix(name));
        if rest.is_some_and(|rest| rest.starts_with('>')) {
            end += name.len() + 3;
        }
    }
    ByteSpan::new(start, end)
}

/// Where the tag with this name begins that ends before `at`.
fn tag_before(text: &str, at: usize, name: &str) -> Option<usize> {
    let from = edges::floor(text, at.saturating_sub(TAG_BYTES_MAX));
    let before = text.get(from..at)?.strip_suffix('>')?;
    let start = before.rfind('<')?;
    before.get(start + 1..)?.starts_with(name).then_some(from + start)
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
}

/// True where an element of this name begins.
fn begins(text: &str, name: &str) -> bool {
    text.split('<').skip(1).any(|rest| rest.starts_with(name))
}

#[cfg(test)]
mod tests {
    use crate::{Detector, Input};

    #[test]
    fn an_escape_beside_a_value_stays_and_one_in_it_goes() {
        let detector = Detector::builtin().unwrap();
        for (text, values) in [
            (r#"{"note":"\u000djoe@tidewick.org"}"#, &["joe@tidewick.org"][..]),
            (r#"{"note":"a\tjoe@tidewick.org"}"#, &["joe@tidewick.org"]),
            ("q=UTR%202955839661", &["2955839661"]),
            ("q=%25e40b02dra66bf%40tidewick.org", &["e40b02dra66bf%40tidewick.org"]),
            ("?a/%0Ajoe@tidewick.org%0A", &["joe@tidewick.org"]),
            (r"x = b'\x0ajoe@tidewick.org'", &["joe@tidewick.org"]),
            (r"\u006aoe@tidewick.or\u0067", &[r"\u006aoe@tidewick.or\u0067"]),
            ("<p>curl -u joe:kT7pWq-44</p>", &["joe:kT7pWq-44"]),
            ("<p>card 4111 11<b>11 1111 1111</b></p>", &["4111 11<b>11 1111 1111</b>"]),
            ("<p>card <b>4111 11</b>11 1111 1111</p>", &["<b>4111 11</b>11 1111 1111"]),
            (r#"{"note":"password=\"\"kT7pWq2vLx9\"$kT7pWq\""}"#, &[r#"kT7pWq2vLx9\"$kT7pWq\""#]),
            ("<p>&#106;oe@tidewick.or&#103;</p>", &["&#106;oe@tidewick.or&#103;"]),
        ] {
            let found = detector.findings(&Input::of(text)).unwrap();
            let found: Vec<_> = found.iter().map(|finding| finding.span.of(text).unwrap()).collect();
            assert_eq!(found, values, "{text}");
        }
    }

    #[test]
    fn a_value_that_is_cut_within_the_end_of_its_element_ends_before_it() {
        let detector = Detector::builtin().unwrap();
        // Of a password on a command line 129 bytes are read at most.
        let value = format!("joe:{}", "kT7pWq-4".repeat(16));
        let text = format!("<p>curl -u {value}</p>");
        let found = detector.findings(&Input::of(&text)).unwrap();
        let found: Vec<_> = found.iter().map(|finding| finding.span.of(&text).unwrap()).collect();
        assert_eq!(found, [value.as_str()]);
    }
}
