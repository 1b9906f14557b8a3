//! The value written in another way, where it stands.

use super::{Written, one};
use crate::leak_test::values::Sample;

/// With this in place of the value.
pub(super) fn spelled(sample: &Sample, value: String) -> Option<Written> {
    one([sample.before.as_str(), &value, &sample.after].concat(), vec![value])
}

/// Each character as `write` writes it.
pub(super) fn each_char(text: &str, write: fn(char) -> String) -> String {
    text.chars().map(write).collect()
}

/// Each unit of UTF-16 as an escape.
pub(super) fn each_unit(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// The value where it is not the same as before.
fn other(sample: &Sample, value: String) -> Option<Written> {
    (value != sample.value).then(|| spelled(sample, value)).flatten()
}

/// With the digits of another script, which are in a row from this zero on.
pub(super) fn other_digits(sample: &Sample, zero: char) -> Option<Written> {
    let digit = |c: char| {
        let digit = c.to_digit(10).filter(|_| c.is_ascii_digit());
        digit.and_then(|digit| char::from_u32(u32::from(zero) + digit)).unwrap_or(c)
    };
    other(sample, sample.value.chars().map(digit).collect())
}

/// Between marks of direction, with one behind each character.
pub(super) fn bidi(sample: &Sample) -> Option<Written> {
    let inside = each_char(&sample.value, |c| format!("{c}\u{200e}"));
    spelled(sample, format!("\u{202d}{inside}\u{202c}"))
}

/// With a stroke (U+0336) over each letter and digit.
pub(super) fn combined(sample: &Sample) -> Option<Written> {
    let value = each_char(&sample.value, |c| {
        format!("{c}{}", if c.is_ascii_alphanumeric() { "\u{336}" } else { "" })
    });
    other(sample, value)
}

/// Latin letters and Cyrillic ones that look like them.
const LOOK_ALIKES: &[(char, char)] = &[
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('T', 'Т'),
    ('X', 'Х'),
];

/// One letter of each word that has several by one that looks like it.
pub(super) fn look_alikes(sample: &Sample) -> Option<Written> {
    let mut value = String::new();
    let mut is_done = false;
    let mut chars = sample.value.chars().peekable();
    while let Some(c) = chars.next() {
        let is_last = !chars.peek().is_some_and(|next| next.is_ascii_alphabetic());
        let other = LOOK_ALIKES.iter().find(|(latin, _)| *latin == c).filter(|_| !is_done && !is_last);
        is_done = c.is_ascii_alphabetic() && (is_done || other.is_some());
        value.push(other.map_or(c, |(_, other)| *other));
    }
    self::other(sample, value)
}

/// Between two signs of Markdown.
pub(super) fn between(sample: &Sample, sign: &str) -> Option<Written> {
    between_tags(sample, sign, sign)
}

/// Between two tags.
pub(super) fn between_tags(sample: &Sample, open: &str, close: &str) -> Option<Written> {
    let text = [sample.before.as_str(), open, &sample.value, close, &sample.after].concat();
    one(text, vec![sample.value.clone()])
}

/// True for numbers: digits in groups.
fn is_number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 7
        && value.parse::<std::net::Ipv4Addr>().is_err()
        && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'.' | b'/'))
}

/// The digits of a number with this between them.
pub(super) fn separated(sample: &Sample, between: &str) -> Option<Written> {
    let digits: Vec<_> = sample.value.chars().filter(char::is_ascii_digit).map(String::from).collect();
    is_number(&sample.value).then(|| spelled(sample, digits.join(between))).flatten()
}

/// Words for digits.
#[derive(Clone, Copy)]
pub(super) enum Words {
    English,
    German,
    French,
    Spanish,
    Chinese,
}

impl Words {
    const fn digits(self) -> ([&'static str; 10], &'static str) {
        match self {
            Self::English => {
                (["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], " ")
            }
            Self::German => {
                (["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"], " ")
            }
            Self::French => {
                (["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"], " ")
            }
            Self::Spanish => {
                (["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"], " ")
            }
            Self::Chinese => (["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"], ""),
        }
    }
}

/// A number read out digit by digit.
pub(super) fn digit_words(sample: &Sample, words: Words) -> Option<Written> {
    let (digits, between) = words.digits();
    let said =
        sample.value.chars().filter_map(|c| digits.get(usize::try_from(c.to_digit(10)?).ok()?).copied());
    let said: Vec<_> = said.collect();
    is_number(&sample.value).then(|| spelled(sample, said.join(between))).flatten()
}

/// An e-mail address with words for its signs.
pub(super) fn at_and_dot(sample: &Sample, at: &str, dot: &str) -> Option<Written> {
    let (local, domain) =
        sample.value.split_once('@').filter(|(local, _)| !local.contains([':', '/', ' ']))?;
    let value = format!("{local}{at}{}", domain.replace('.', dot));
    domain.contains('.').then(|| spelled(sample, value)).flatten()
}

/// With its second half between two tags.
pub(super) fn marked_up(sample: &Sample, open: &str, close: &str) -> Option<Written> {
    let middle = sample.value.floor_char_boundary(sample.value.len() / 2);
    let (head, tail) = sample.value.split_at_checked(middle).filter(|(head, _)| !head.is_empty())?;
    let is_joined = |c: char| c.is_ascii_alphanumeric();
    let is_within = head.ends_with(is_joined) && tail.starts_with(is_joined);
    (is_within && !sample.text().contains(['<', '&']))
        .then(|| spelled(sample, format!("{head}{open}{tail}{close}")))
        .flatten()
}
