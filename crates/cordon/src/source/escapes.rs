//! Escapes such as `\u0040` in what is looked into as plain text: lines of JSON, logs with JSON in them, JSON that breaks off.
//!
//! In JSON that parses they are read with it. Everywhere else `joe\u0040…` is no address to a detector, and still one to whoever
//! reads the file with a parser. So the text is looked into a second time with its escapes read, and what is found there is
//! led back to the bytes of the file.

use types::ByteSpan;

/// Stands before a text with its escapes read, so that it is never taken for JSON itself.
const BEFORE: &str = "-\n";

/// A text with its escapes read.
pub(crate) struct Unescaped {
    /// The text.
    pub(crate) text: String,
    /// What was read, in its order.
    escapes: Vec<Escape>,
}

/// An escape in the file, and the character that it is in the text.
struct Escape {
    from: ByteSpan,
    to: ByteSpan,
}

impl Unescaped {
    /// A text with its escapes read; `None` where it has none.
    ///
    /// However many backslashes stand before the `u`: JSON in a string of JSON doubles them.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let before = Escape { from: ByteSpan::new(0, 0), to: ByteSpan::new(0, BEFORE.len()) };
        let mut read = Self { text: BEFORE.to_owned(), escapes: vec![before] };
        let mut taken = 0;
        for (at, _) in text.match_indices("\\u") {
            let Some((character, end)) = character(text, at + 2).filter(|_| at >= taken) else { continue };
            let between = text.get(taken..at).unwrap_or_default();
            let plain = between.trim_end_matches('\\');
            read.text.push_str(plain);
            let start = read.text.len();
            read.text.push(character);
            read.escapes.push(Escape {
                from: ByteSpan::new(taken + plain.len(), end),
                to: ByteSpan::new(start, read.text.len()),
            });
            taken = end;
        }
        read.text.push_str(text.get(taken..).unwrap_or_default());
        (taken > 0).then_some(read)
    }

    /// Where a span of this text stands in the file; `None` where no escape is in it.
    pub(crate) fn in_file(&self, span: ByteSpan) -> Option<ByteSpan> {
        let before_end = self.escapes.partition_point(|escape| escape.to.start < span.end);
        let last = self.escapes.get(before_end.checked_sub(1)?)?;
        if !last.to.overlaps(span) {
            return None;
        }
        let before_start = self.escapes.partition_point(|escape| escape.to.start <= span.start);
        let first = self.escapes.get(before_start.checked_sub(1)?)?;
        let start = match span.start.checked_sub(first.to.end) {
            Some(behind) => first.from.end + behind,
            None => first.from.start,
        };
        let end = last.from.end + span.end.saturating_sub(last.to.end);
        Some(ByteSpan::new(start, end))
    }
}

/// The character whose digits begin at `at`, and where its escape ends; the two halves of a pair are one.
fn character(text: &str, at: usize) -> Option<(char, usize)> {
    let unit = digits(text, at)?;
    let end = at + 4;
    if !(0xd800..0xdc00).contains(&unit) {
        return Some((char::from_u32(unit)?, end));
    }
    let rest = text.get(end..)?;
    let half = rest.trim_start_matches('\\');
    let at = end + (rest.len() - half.len()) + 1;
    let low = digits(text, at).filter(|low| half.starts_with('u') && (0xdc00..0xe000).contains(low))?;
    Some((char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00))?, at + 4))
}

fn digits(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text is read as `expected`, and each `value` of it stands in the file as `written`.
    fn check(text: &str, expected: &str, value: &str, written: Option<&str>) {
        let read = Unescaped::of(text).unwrap();
        assert_eq!(read.text, format!("{BEFORE}{expected}"));
        let start = read.text.find(value).unwrap();
        let span = read.in_file(ByteSpan::new(start, start + value.len()));
        assert_eq!(span.map(|span| span.of(text).unwrap()), written, "{text}");
    }

    #[test]
    fn values_with_escapes_are_led_back_to_how_they_are_written() {
        check(r"a joe\u0040b.c d", "a joe@b.c d", "joe@b.c", Some(r"joe\u0040b.c"));
        check(r"\u006aoe@b.\u0063", "joe@b.c", "joe@b.c", Some(r"\u006aoe@b.\u0063"));
        check(r"x\\\\u0040y\u00e9", "x@yé", "x@", Some(r"x\\\\u0040"));
        check(r"\ud83e\udd80!", "🦀!", "🦀", Some(r"\ud83e\udd80"));
        check(r"\\ud83e\\udd80\u0041", "🦀A", "A", Some(r"\u0041"));
        check(r"é\u0040ü", "é@ü", "@ü", Some(r"\u0040ü"));
        check(r"plain \u0040 plain", "plain @ plain", "plain", None);
        check(r"\u0040 behind", "@ behind", "behind", None);
        check(r"\ud83e \udd80 \u00 \u0041", r"\ud83e \udd80 \u00 A", r"\u00 A", Some(r"\u00 \u0041"));
    }

    #[test]
    fn text_without_escapes_is_not_read_twice() {
        for text in ["", "plain", r"C:\users\u", r"\u12", r"\uzzzz", r"\ud800", "\\u00\u{e9}\u{e9}"] {
            assert!(Unescaped::of(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_span_leads_to_a_piece_of_the_file_that_reads_the_same(
            text in r"([a\u{e9}u ]|\\{1,2}|\\u00[46][0-9a-f]|\\ud83e\\udd80){0,12}",
            from in any::<prop::sample::Index>(),
            to in any::<prop::sample::Index>(),
        ) {
            if let Some(read) = Unescaped::of(&text) {
                let ends: Vec<usize> = read.text.char_indices().map(|(at, _)| at).filter(|at| *at >= BEFORE.len()).chain([read.text.len()]).collect();
                let (from, to) = (ends[from.index(ends.len())], ends[to.index(ends.len())]);
                let span = ByteSpan::new(from.min(to), from.max(to));
                if let Some(there) = read.in_file(span) {
                    let again = Unescaped::of(there.of(&text).unwrap()).unwrap();
                    prop_assert_eq!(again.text.strip_prefix(BEFORE), span.of(&read.text));
                }
            }
        }
    }
}
