//! Telephone numbers: groups of digits, then the numbering plans.
//!
//! With a country code the plan of the country decides. Without one only formats that nothing else has are taken (kind
//! `national`); everything else that could be dialled is `loose` and needs a label near it. Identifiers, dates, times, IP
//! addresses and pieces of longer numbers are none.

use rlibphonenumber::enums::Region;
use types::ByteSpan;

use crate::check::phones;
use crate::edges::{self, Edge};
use crate::scan::Emit;

/// Most groups of digits looked at from one place.
const GROUPS_MAX: usize = 8;
/// Fewest digits of a number that is worth a look, and most (ITU-T E.164 allows 15; `(0)` and `00` add three).
const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 18;

/// Regions whose national numbers are written with a leading 0.
const ZERO_REGIONS: &[Region] = &[
    Region::GB,
    Region::DE,
    Region::FR,
    Region::IT,
    Region::JP,
    Region::KR,
    Region::AU,
    Region::AT,
    Region::NL,
    Region::CH,
    Region::BE,
    Region::CN,
    Region::IE,
    Region::SE,
    Region::ZA,
    Region::IN,
];

/// Groups of digits with what separates them.
struct Groups {
    start: usize,
    has_plus: bool,
    has_paren: bool,
    /// Digits and end of each group.
    groups: Vec<(usize, usize)>,
    /// The separator before each group but the first.
    separators: Vec<&'static str>,
}

/// Reports `international`, `international_shape`, `national` and `loose`.
pub(crate) fn at(text: &str, word: ByteSpan, emit: &mut Emit<'_>) -> usize {
    let Some(groups) = groups_at(text, word) else { return word.end };
    let mut digits_so_far: Vec<usize> = Vec::with_capacity(groups.groups.len());
    let mut sum = 0;
    for (digits, _) in &groups.groups {
        sum += digits;
        digits_so_far.push(sum);
    }
    let is_international =
        groups.has_plus || (text.get(word.start..).is_some_and(|rest| rest.starts_with("00")) && sum > 10);
    let mut shape = None;
    for (count, digits) in digits_so_far.iter().enumerate().rev() {
        let Some((_, end)) = groups.groups.get(count) else { continue };
        if !(DIGITS_MIN..=DIGITS_MAX).contains(digits) || !Edge::Number.holds(text, groups.start, *end) {
            continue;
        }
        let span = ByteSpan::new(groups.start, *end);
        let Some(number) = span.of(text) else { continue };
        if is_international {
            let dialled =
                number.strip_prefix("00").map_or_else(|| number.to_owned(), |rest| format!("+{rest}"));
            if phones::is_international(&dialled) {
                emit("international", span);
                return *end;
            }
            if shape.is_none() && phones::is_international_shape(&dialled) {
                shape = Some(span);
            }
            continue;
        }
        if is_other_thing(&groups, count, number) || is_measure(text, *end) {
            continue;
        }
        if is_national(&groups, count, *digits, number) {
            emit("national", span);
            return *end;
        }
        if shape.is_none() && *digits <= 13 {
            shape = Some(span);
        }
    }
    let Some(span) = shape else { return word.end };
    if groups.has_plus {
        emit("international_shape", span);
        return span.end;
    }
    emit("loose", span);
    word.end
}

fn groups_at(text: &str, word: ByteSpan) -> Option<Groups> {
    if !word.of(text)?.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut start = word.start;
    let mut has_paren = false;
    let previous = |at: usize| edges::byte(text, at.wrapping_sub(1));
    if previous(start) == b'(' {
        start -= 1;
        has_paren = true;
    }
    let has_plus = previous(start) == b'+';
    if has_plus {
        start -= 1;
        if edges::before(text, start).is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
    }
    let mut groups = Vec::new();
    let mut separators = Vec::new();
    let mut at = word.start;
    while groups.len() < GROUPS_MAX {
        let length = text.get(at..)?.bytes().take(DIGITS_MAX + 1).take_while(u8::is_ascii_digit).count();
        if length == 0 || length > DIGITS_MAX {
            break;
        }
        at += length;
        groups.push((length, at));
        let rest = text.get(at..)?;
        let Some(separator) = SEPARATORS.iter().find(|s| rest.starts_with(**s)) else { break };
        if !edges::byte(text, at + separator.len()).is_ascii_digit() {
            break;
        }
        separators.push(*separator);
        at += separator.len();
    }
    (!groups.is_empty()).then_some(Groups { start, has_plus, has_paren, groups, separators })
}

/// What may stand between groups, the longest first.
const SEPARATORS: &[&str] = &[") ", ")-", " (", ")/", "-(", ")", "(", "-", ".", " ", "/"];

impl Groups {
    /// Lengths of the first groups, up to and including the one of this index.
    fn lengths(&self, last: usize) -> Vec<usize> {
        self.groups.iter().take(last + 1).map(|(digits, _)| *digits).collect()
    }

    fn separators(&self, last: usize) -> &[&'static str] {
        self.separators.get(..last).unwrap_or_default()
    }

    fn same_separator(&self, last: usize) -> Option<&'static str> {
        let (first, rest) = self.separators(last).split_first()?;
        rest.iter().all(|s| s == first).then_some(*first)
    }
}

/// Dates, IP addresses and decimal numbers.
fn is_other_thing(groups: &Groups, last: usize, number: &str) -> bool {
    let lengths = groups.lengths(last);
    let separator = groups.same_separator(last);
    let date = matches!(separator, Some("-" | "/" | "."))
        && matches!(
            lengths.as_slice(),
            [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4] | [1 | 2, 1 | 2, 2] | [4, 4] | [4, 2]
        );
    let date_then_time = matches!(lengths.as_slice(), [4, 2, 2, ..])
        && matches!(groups.separators(last), ["-", "-", ..] | ["/", "/", ..] | [".", ".", ..])
        && lengths.len() > 3;
    let ip = lengths.len() == 4 && separator == Some(".") && lengths.iter().all(|l| *l <= 3);
    let decimal = lengths.len() == 2 && separator == Some(".");
    date || date_then_time || ip || decimal || number.bytes().filter(u8::is_ascii_digit).all(|b| b == b'0')
}

/// Units that make a count or a time of the number before them.
const UNITS: &[&str] = &[
    "ns", "us", "µs", "ms", "s", "sec", "seconds", "secs", "min", "minutes", "hours", "days", "b", "bytes",
    "kb", "mb", "gb", "kib", "mib", "gib", "bits", "hz", "tokens", "items", "rows", "users", "records",
    "times", "points", "km", "m", "usd", "eur", "gbp", "dollars", "euros", "requests",
];

fn is_measure(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let length = rest
        .char_indices()
        .take(10)
        .find(|(_, c)| !c.is_alphabetic())
        .map_or(rest.len().min(10), |(at, _)| at);
    let word = rest.get(..length).unwrap_or_default();
    !word.is_empty() && UNITS.contains(&word.to_lowercase().as_str())
}

/// National formats that hardly anything but a telephone number has.
fn is_national(groups: &Groups, last: usize, digits: usize, number: &str) -> bool {
    let lengths = groups.lengths(last);
    let separator = groups.same_separator(last);
    let first = number.bytes().find(u8::is_ascii_digit).unwrap_or(b' ');
    match lengths.as_slice() {
        [3, 3, 4] if groups.has_paren || matches!(separator, Some("-" | ".")) => {
            phones::is_national(number, &[Region::US, Region::CA])
                || is_nanp_shape(number)
                || (first == b'0' && phones::is_national(number, ZERO_REGIONS))
        }
        [1, 3, 3, 4] if first == b'1' && separator.is_some_and(|s| s != " ") => {
            phones::is_national(number, &[Region::US])
        }
        [11] | [3, 4, 4] if first == b'1' => is_cn_mobile(number),
        [2, 4 | 5, 4] if groups.has_paren => phones::is_national(number, &[Region::BR]),
        [_, _, ..] if first == b'0' && (9..=12).contains(&digits) && !number.starts_with("00") => {
            phones::is_national(number, ZERO_REGIONS)
        }
        _ => false,
    }
}

/// Area and exchange of North America begin with 2 to 9. Areas that are not given out pass: people mistype, and fiction uses
/// them.
fn is_nanp_shape(number: &str) -> bool {
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
    digits.first().is_some_and(|d| *d >= b'2') && digits.get(3).is_some_and(|d| *d >= b'2')
}

/// A mobile number of China: 11 digits from 13 to 19.
fn is_cn_mobile(number: &str) -> bool {
    phones::is_national(number, &[Region::CN])
}
