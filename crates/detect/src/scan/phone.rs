//! Telephone numbers: groups of digits, then the numbering plans.
//!
//! With a country code the plan of the country decides. Without one only formats that nothing else has are taken (kind
//! `national`); everything else that could be dialled is `loose` and needs a label near it. Identifiers, dates, times, IP
//! addresses, measures and pieces of longer numbers are none.

use rlibphonenumber::enums::Region;
use types::ByteSpan;

use crate::check::phones;
use crate::edges::{self, Edge};
use crate::scan::{Budget, Emit};

/// Most groups of digits looked at from one place.
const GROUPS_MAX: usize = 8;
/// Fewest digits of a number that is worth a look, and most (ITU-T E.164 allows 15; `(0)` and `00` add three).
const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 18;
/// Most digits of a number without country code.
const LOOSE_DIGITS_MAX: usize = 13;

/// Regions whose national numbers are written with a leading 0, those with most digits' variety first: the first that
/// accepts a number ends the search.
const ZERO_REGIONS: &[Region] = &[
    Region::GB,
    Region::DE,
    Region::FR,
    Region::JP,
    Region::IT,
    Region::AU,
    Region::KR,
    Region::NL,
    Region::AT,
    Region::CH,
    Region::BE,
    Region::CN,
];

/// Groups of digits with what separates them.
struct Groups {
    start: usize,
    has_plus: bool,
    has_paren: bool,
    /// Digits and end of each group.
    groups: [(usize, usize); GROUPS_MAX],
    /// The separator before each group; empty before the first.
    separators: [&'static str; GROUPS_MAX],
    count: usize,
    /// True where another number stands before it, a space apart.
    is_in_row: bool,
}

/// Reports `international`, `international_shape`, `national` and `loose`.
pub(crate) fn at(text: &str, word: ByteSpan, budget: &mut Budget, emit: &mut Emit<'_>) -> usize {
    let Some(groups) = groups_at(text, word) else { return word.end };
    let all: usize = groups.groups().iter().map(|(digits, _)| digits).sum();
    if all < DIGITS_MIN || groups.groups().iter().all(|(digits, _)| *digits < 2) {
        return word.end;
    }
    let is_international =
        groups.has_plus || (all > 10 && text.get(word.start..).is_some_and(|rest| rest.starts_with("00")));
    let starts_with_zero = edges::byte(text, word.start) == b'0';
    let mut shape = None;
    let mut rest = all;
    for (last, (length, end)) in groups.groups().iter().enumerate().rev() {
        let digits = rest;
        rest -= length;
        let dashed = groups.separators(last).iter().filter(|separator| **separator == " - ").count();
        // Dashes between spaces part times and years, unless they stand between all groups of a number or behind an area code
        // whose number is too long for a time or a year: `0341 - 5532087`.
        let is_area = dashed == 1 && matches!(groups.lengths(1), ([3..=5, 6..=8, ..], 2)) && starts_with_zero;
        if (dashed > 0 && !is_area && (dashed < 3 || dashed < last))
            || !(DIGITS_MIN..=DIGITS_MAX).contains(&digits)
            || !stands_alone(text, groups.start, *end)
            || groups.separators(last).last().is_some_and(|last| last.ends_with('('))
        {
            continue;
        }
        let span = ByteSpan::new(groups.start, *end);
        let Some(number) = span.of(text) else { continue };
        if is_international {
            let dialled =
                number.strip_prefix("00").map_or_else(|| number.to_owned(), |rest| format!("+{rest}"));
            if !budget.take() || phones::is_international(&dialled) {
                let span = with_extension(text, span);
                emit("international", span);
                return span.end;
            }
            if shape.is_none() && phones::is_international_shape(&dialled) {
                shape = Some(span);
            }
        } else if is_other_thing(&groups, last, number)
            || is_measure(text, *end)
            || is_dump(text, &groups, last)
            || is_field(text, span)
        {
        } else if is_national(&groups, last, digits, number, budget)
            && !is_operand(text, &groups, last, number)
        {
            let span = with_extension(text, span);
            emit("national", span);
            return span.end;
        } else if shape.is_none() && digits <= LOOSE_DIGITS_MAX && !is_count(text, &groups, last, number) {
            shape = Some(span);
        }
    }
    let Some(span) = shape.map(|span| with_extension(text, span)) else { return word.end };
    if groups.has_plus {
        emit("international_shape", span);
        return span.end;
    }
    emit("loose", span);
    word.end
}

fn groups_at(text: &str, word: ByteSpan) -> Option<Groups> {
    let mut length = word.len();
    if length > DIGITS_MAX || !word.of(text)?.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let previous = |at: usize| edges::byte(text, at.wrapping_sub(1));
    let has_paren = previous(word.start) == b'(';
    let mut start = word.start - usize::from(has_paren);
    let has_plus = previous(start) == b'+';
    if has_plus {
        start -= 1;
        if edges::before(text, start).is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
    }
    // A piece of an identifier with a label, as `POL-4878-83189`, is none.
    let joins = matches!(previous(start), b'-' | b'#' | b'_' | b'$' | b'/');
    if !has_plus && joins && edges::byte(text, start.wrapping_sub(2)).is_ascii_alphanumeric() {
        return None;
    }
    let mut groups = Groups {
        start,
        has_plus,
        has_paren,
        groups: [(0, 0); GROUPS_MAX],
        separators: [""; GROUPS_MAX],
        count: 0,
        is_in_row: previous(start) == b' ' && edges::byte(text, start.wrapping_sub(2)).is_ascii_digit(),
    };
    let mut separator = "";
    let mut at = word.start;
    while let (Some(group), Some(before)) =
        (groups.groups.get_mut(groups.count), groups.separators.get_mut(groups.count))
    {
        at += length;
        *group = (length, at);
        *before = separator;
        groups.count += 1;
        let Some(next) = separator_at(text, at) else { break };
        // A stroke between spaces stands behind an area code, as in `0761 / 441 87 73`, or between two numbers.
        if next == " / " && (groups.count > 1 || edges::byte(text, word.start) != b'0') {
            break;
        }
        let digits = text.as_bytes().get(at + next.len()..)?.iter().take(DIGITS_MAX + 1);
        length = digits.take_while(|b| b.is_ascii_digit()).count();
        let is_open = next.ends_with('(') && edges::byte(text, at + next.len() + length) != b')';
        if length == 0 || length > DIGITS_MAX || is_open {
            break;
        }
        separator = next;
        at += next.len();
    }
    Some(groups)
}

/// What stands between groups.
fn separator_at(text: &str, at: usize) -> Option<&'static str> {
    let next = edges::byte(text, at + 1);
    match edges::byte(text, at) {
        b' ' if next == b'(' => Some(" ("),
        b' ' if next == b'-' && edges::byte(text, at + 2) == b' ' => Some(" - "),
        b' ' if next == b'/' && edges::byte(text, at + 2) == b' ' => Some(" / "),
        b' ' => Some(" "),
        b'-' if next == b'(' => Some("-("),
        b'-' => Some("-"),
        b'.' => Some("."),
        b'/' => Some("/"),
        b'(' => Some("("),
        b')' => Some(match next {
            b' ' => ") ",
            b'-' => ")-",
            b'/' => ")/",
            _ => ")",
        }),
        _ => None,
    }
}

impl Groups {
    fn groups(&self) -> &[(usize, usize)] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    /// Lengths of the groups up to and including the one of this index; 0 beyond.
    fn lengths(&self, last: usize) -> ([usize; GROUPS_MAX], usize) {
        let mut lengths = [0; GROUPS_MAX];
        for (length, (digits, _)) in lengths.iter_mut().zip(self.groups()).take(last + 1) {
            *length = *digits;
        }
        (lengths, last + 1)
    }

    fn separators(&self, last: usize) -> &[&'static str] {
        self.separators.get(1..=last).unwrap_or_default()
    }

    fn mixes_dots(&self, last: usize) -> bool {
        let separators = self.separators(last);
        separators.contains(&".") && separators.contains(&" ")
    }

    fn same_separator(&self, last: usize) -> Option<&'static str> {
        let (first, rest) = self.separators(last).split_first()?;
        rest.iter().all(|s| s == first).then_some(*first)
    }
}

/// Ways to write an extension.
const EXTENSIONS: &[&str] = &["x", " x", " ext ", " ext. ", " ext.", " extension ", "#"];

/// The end of the extension behind a number that ends at `end`, as in `555-0142x769`.
fn extension_end(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let mark = EXTENSIONS.iter().find(|mark| rest.starts_with(**mark))?;
    let digits = rest.bytes().skip(mark.len()).take(7).take_while(u8::is_ascii_digit).count();
    let end = end + mark.len() + digits;
    ((1..=6).contains(&digits) && edges::is_word_end(text, end)).then_some(end)
}

fn with_extension(text: &str, span: ByteSpan) -> ByteSpan {
    ByteSpan::new(span.start, extension_end(text, span.end).unwrap_or(span.end))
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let end = extension_end(text, end).unwrap_or(end);
    Edge::Number.holds(text, start, end)
}

/// Dates, times, IP addresses and decimal numbers.
fn is_other_thing(groups: &Groups, last: usize, number: &str) -> bool {
    let (lengths, count) = groups.lengths(last);
    let lengths = lengths.get(..count).unwrap_or_default();
    let separators = groups.separators(last);
    let separator = groups.same_separator(last);
    let is_date = matches!(separator, Some("-" | "/" | "."))
        && matches!(
            lengths,
            [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4] | [1 | 2, 1 | 2, 2] | [4, 4] | [4, 2] | [2, 4]
        );
    let is_date_with_more = lengths.len() > 3
        && matches!(lengths, [4, 2, 2, ..] | [2, 2, 4, ..])
        && matches!(separators, ["-", "-", ..] | ["/", "/", ..] | [".", ".", ..]);
    let is_ip = lengths.len() == 4
        && separator == Some(".")
        && number.split('.').all(|part| part.len() <= 3 && part.parse::<u8>().is_ok());
    // No decimal number begins with 0 and another digit: `030.8768801` is one of Berlin.
    let has_area = number.starts_with('0') && lengths.first().is_some_and(|first| *first >= 3);
    let is_decimal = lengths.len() == 2 && separator == Some(".") && !has_area;
    let is_day = lengths.len() == 1 && is_compact_day(number);
    let first = number.bytes().find(u8::is_ascii_digit);
    let is_one_digit = number.bytes().filter(u8::is_ascii_digit).all(|b| Some(b) == first);
    is_date || is_date_with_more || is_ip || is_decimal || is_day || is_one_digit
}

/// `20250614` and `25122023`.
fn is_compact_day(number: &str) -> bool {
    let part =
        |from: usize, to: usize| number.get(from..to).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    let is_year = |year: u32| (1900..=2100).contains(&year);
    let is_day = |month: u32, day: u32| (1..=12).contains(&month) && (1..=31).contains(&day);
    number.len() == 8
        && ((is_year(part(0, 4)) && is_day(part(4, 6), part(6, 8)))
            || (is_year(part(4, 8)) && (is_day(part(2, 4), part(0, 2)) || is_day(part(0, 2), part(2, 4)))))
}

/// True for a piece of a name such as `arn:aws:iam::111122223333:root`, of a time or of a fraction.
fn is_field(text: &str, span: ByteSpan) -> bool {
    let before = edges::byte(text, span.start.wrapping_sub(1));
    let first = edges::byte(text, span.start.wrapping_sub(2));
    (before == b':'
        && (first.is_ascii_digit() || (edges::byte(text, span.end) == b':' && first.is_ascii_graphic())))
        || (before == b'.' && !first.is_ascii_alphabetic())
}

/// True for a number that a program calculates with: behind an operator, the argument of a function, a multiple of 1024.
fn is_operand(text: &str, groups: &Groups, last: usize, number: &str) -> bool {
    if last > 0 {
        return false;
    }
    let before =
        text.get(edges::floor(text, groups.start.saturating_sub(3))..groups.start).unwrap_or_default();
    let sign = before.trim_end_matches(' ').bytes().next_back().unwrap_or(b' ');
    let is_call = is_argument(text, groups);
    let digits = number.trim_start_matches('(').parse::<u64>();
    matches!(sign, b'@' | b'=' | b'*' | b'/' | b'%' | b'^' | b'<' | b'>' | b'{')
        || (matches!(sign, b'+' | b'-') && before.ends_with(' '))
        || edges::byte(text, groups.start + number.len()) == b'*'
        || is_call
        || digits.is_ok_and(|number| number % 1024 == 0)
}

/// True for what stands in the parentheses of a function.
fn is_argument(text: &str, groups: &Groups) -> bool {
    let before = edges::byte(text, groups.start.wrapping_sub(1));
    groups.has_paren && (before.is_ascii_alphanumeric() || before == b'_')
}

/// True for a count, the number of an issue, a negative number, a row of numbers of one digit.
fn is_count(text: &str, groups: &Groups, last: usize, number: &str) -> bool {
    let (lengths, count) = groups.lengths(last);
    let lengths = lengths.get(..count).unwrap_or_default();
    let before =
        text.get(edges::floor(text, groups.start.saturating_sub(2))..groups.start).unwrap_or_default();
    let is_negative = before == " -" || before == "=-";
    let zeros = number.bytes().rev().take_while(|b| *b == b'0').count();
    let digits = number.trim_start_matches('(').parse::<u64>();
    (last == 0 && (is_negative || zeros >= 5 || digits.is_ok_and(|number| number % 1024 == 0)))
        || before.ends_with('#')
        || (last == 0 && is_argument(text, groups))
        || lengths.iter().filter(|length| **length == 1).count() > 1
        || (lengths.first() == Some(&1) && groups.separators(last).first() == Some(&"."))
}

/// Groups of one length with another such group of hexadecimal digits beside them: a table of characters or of bytes.
pub(crate) fn is_in_table(text: &str, start: usize, end: usize, length: usize) -> bool {
    let bytes = text.as_bytes();
    let is_group = |group: Option<&[u8]>| group.is_some_and(|group| group.iter().all(u8::is_ascii_hexdigit));
    let separates = |at: usize| matches!(edges::byte(text, at), b' ' | b'\n' | b'.' | b',');
    let is_before = start > length && separates(start - 1) && {
        let from = start - 1 - length;
        is_group(bytes.get(from..start - 1))
            && !edges::byte(text, from.wrapping_sub(1)).is_ascii_alphanumeric()
    };
    let is_behind = separates(end)
        && is_group(bytes.get(end + 1..end + 1 + length))
        && !edges::byte(text, end + 1 + length).is_ascii_alphanumeric();
    is_before || is_behind
}

/// Pairs of digits with another pair before or more than five in all: bytes written out, not a French number. And groups of
/// three or more of one length with another beside them.
fn is_dump(text: &str, groups: &Groups, last: usize) -> bool {
    let (lengths, count) = groups.lengths(last);
    let end = groups.groups().get(last).map_or(groups.start, |(_, end)| *end);
    if let Some((first, rest)) = lengths.get(..count).and_then(<[usize]>::split_first)
        && *first >= 3
        && !rest.is_empty()
        && rest.iter().all(|length| length == first)
        && !groups.has_plus
        && !groups.has_paren
        && is_in_table(text, groups.start, end, *first)
    {
        return true;
    }
    // Weights of a table of characters: `[*1667.0020.0002]`.
    if lengths.get(..count).is_some_and(|lengths| matches!(lengths, [4, 4, 4]))
        && groups.same_separator(last) == Some(".")
    {
        return true;
    }
    let is_pairs = groups.count > 3 && groups.groups().iter().take(4).all(|(digits, _)| *digits == 2);
    // The pair before must hold a digit: `le 01 42 68 53 12` is French.
    let before = text.as_bytes().get(groups.start.saturating_sub(4)..groups.start).unwrap_or_default();
    let pair_before = match before {
        [first, a, b, b' '] => {
            !first.is_ascii_alphanumeric()
                && a.is_ascii_hexdigit()
                && b.is_ascii_hexdigit()
                && (a.is_ascii_digit() || b.is_ascii_digit())
        }
        _ => false,
    };
    is_pairs && !groups.has_plus && (pair_before || groups.count > 5)
}

/// Units that make a count or a time of the number before them.
const UNITS: &[&str] = &[
    "ns", "us", "µs", "ms", "s", "sec", "seconds", "secs", "min", "minutes", "hours", "days", "b", "bytes",
    "kb", "mb", "gb", "kib", "mib", "gib", "bits", "hz", "tokens", "items", "rows", "users", "records",
    "times", "points", "km", "m", "usd", "eur", "gbp", "dollars", "euros", "requests", "lines", "files",
    "events",
];

fn is_measure(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    if !rest.starts_with(char::is_alphabetic) {
        return false;
    }
    let word: String =
        rest.chars().take(10).take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    UNITS.contains(&word.as_str())
}

/// National formats that hardly anything but a telephone number has.
fn is_national(groups: &Groups, last: usize, digits: usize, number: &str, budget: &mut Budget) -> bool {
    let (lengths, count) = groups.lengths(last);
    let lengths = lengths.get(..count).unwrap_or_default();
    let separator = groups.same_separator(last);
    let first = number.bytes().find(u8::is_ascii_digit).unwrap_or(b' ');
    let is_joined = matches!(separator, Some("-" | "."));
    let mut is_given_out = |regions: &[Region]| {
        regions.iter().any(|region| !budget.take() || phones::is_national(number, *region))
    };
    match lengths {
        [3, 3, 4] if (groups.has_paren || is_joined) && first > b'1' => is_nanp_shape(number),
        [1, 3, 3, 4] if first == b'1' && is_joined => is_given_out(&[Region::US]),
        [11] | [3, 4, 4] if first == b'1' => is_given_out(&[Region::CN]),
        [2, 4 | 5, 4] if groups.has_paren => is_given_out(&[Region::BR]),
        // German mobile numbers; other plans do not write four, four and four, and tables of characters do.
        [4, 4, 4] if first == b'0' => {
            number.starts_with("015") || number.starts_with("016") || number.starts_with("017")
        }
        // Dots: pairs, as in France, or groups that grow; `03.06.16.0001.01` is the number of a formula.
        [2..=18, _, _, _, ..] if separator == Some(".") && !lengths.iter().all(|length| *length == 2) => {
            matches!(lengths, [3, 3, 2, 2] | [2, 3, 2, 2] | [3, 2, 2, 2]) && is_given_out(ZERO_REGIONS)
        }
        // Five and four digits are a postal code.
        [5, 4] if separator == Some("-") => false,
        // Beside another number it is one of a row, and with spaces and dots a path of a picture.
        [2..=18, _, ..] if groups.is_in_row || groups.mixes_dots(last) => false,
        [2..=18, _, ..] if first == b'0' && (9..=12).contains(&digits) && !number.starts_with("00") => {
            is_given_out(ZERO_REGIONS)
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
