//! Where a finding ends so that what carries it stays well formed: escapes go as a whole or stay, and the end of an element stays.
//!
//! The digits and letters of an escape may look like those of the value beside it (`%202955839661`, `\u000djoe@…`), and what
//! reads to the next white space reads on over the end of an element (`KEY</p>`). Promises: an escape of a letter or digit
//! belongs to the value, every other stands beside it; nothing else of a finding changes.

use types::{ByteSpan, Finding};

use super::escapes;

/// Longest name of an element, in bytes, and how many elements may end together.
const NAME_BYTES_MAX: usize = 32;
const ELEMENTS_MAX: usize = 8;

/// Moves the edges of findings that would break a carrier, and says whether one moved. Findings may overlap then.
pub(crate) fn keep_carriers_whole(text: &str, found: &mut Vec<Finding>) -> bool {
    let mut is_moved = false;
    found.retain_mut(|finding| {
        let given = finding.span;
        finding.span = without_element_ends(text, without_half_escapes(text, given));
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

/// Without the ends of elements that did not begin in it.
fn without_element_ends(text: &str, span: ByteSpan) -> ByteSpan {
    let Some(mut value) = span.of(text) else { return span };
    for _ in 0..ELEMENTS_MAX {
        let last = value.strip_suffix('>').and_then(|value| value.rsplit_once("</"));
        let Some((before, _)) = last.filter(|(before, name)| is_name(name) && !begins(before, name)) else {
            break;
        };
        value = before;
    }
    ByteSpan::new(span.start, span.start + value.len())
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
            ("?a/%0Ajoe@tidewick.org%0A", &["joe@tidewick.org"]),
            (r"x = b'\x0ajoe@tidewick.org'", &["joe@tidewick.org"]),
            (r"\u006aoe@tidewick.or\u0067", &[r"\u006aoe@tidewick.or\u0067"]),
            ("<p>curl -u joe:kT7pWq-44</p>", &["joe:kT7pWq-44"]),
            ("<p>&#106;oe@tidewick.or&#103;</p>", &["&#106;oe@tidewick.or&#103;"]),
        ] {
            let found = detector.findings(&Input::of(text)).unwrap();
            let found: Vec<_> = found.iter().map(|finding| finding.span.of(text).unwrap()).collect();
            assert_eq!(found, values, "{text}");
        }
    }
}
