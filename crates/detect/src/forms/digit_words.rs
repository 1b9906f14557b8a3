//! Words for numbers from 0 to 99 in the languages that people read numbers out in.
//!
//! Promises: telling a word from others costs a look into a small table; `six` and the like mean the same in all languages
//! that have them. Languages: English, German, French and Spanish with tens, Italian, Portuguese, Dutch and Polish digits;
//! Chinese, Japanese and Korean digits are characters.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Digits, spelled as they are and without their marks.
const DIGITS: &[(u8, &str)] = &[
    (0, "zero oh nought naught null zéro cero nul zerro"),
    (1, "one ein eins un une uno una um een één jeden"),
    (2, "two zwei zwo deux dos due dois duas twee dwa"),
    (3, "three drei trois tres tre três drie trzy"),
    (4, "four vier quatre cuatro quattro quatro cztery"),
    (5, "five fünf fuenf funf cinq cinco cinque vijf pięć piec fife"),
    (6, "six sechs seis sei zes sześć szesc meia"),
    (7, "seven sieben sept siete sette sete zeven siedem"),
    (8, "eight acht huit ocho otto oito osiem"),
    (9, "nine neun neuf nueve nove negen dziewięć dziewiec niner"),
];

/// From 10 to 19.
const TEENS: &[(u8, &str)] = &[
    (10, "ten zehn dix diez"),
    (11, "eleven elf onze once"),
    (12, "twelve zwölf zwoelf douze doce"),
    (13, "thirteen dreizehn treize trece"),
    (14, "fourteen vierzehn quatorze catorce"),
    (15, "fifteen fünfzehn fuenfzehn quinze quince"),
    (16, "sixteen sechzehn seize dieciséis dieciseis"),
    (17, "seventeen siebzehn diecisiete"),
    (18, "eighteen achtzehn dieciocho"),
    (19, "nineteen neunzehn diecinueve"),
];

const TENS: &[(u8, &str)] = &[
    (20, "twenty zwanzig vingt vingts veinte"),
    (30, "thirty dreißig dreissig trente treinta"),
    (40, "forty fourty vierzig quarante cuarenta"),
    (50, "fifty fünfzig fuenfzig cinquante cincuenta"),
    (60, "sixty sechzig soixante sesenta"),
    (70, "seventy siebzig septante setenta"),
    (80, "eighty achtzig huitante octante ochenta"),
    (90, "ninety neunzig nonante noventa"),
];

/// German writes ones and tens as one word, Spanish does in the twenties.
const GERMAN_ONES: [&str; 9] = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];
const GERMAN_TENS: [&str; 8] =
    ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
const SPANISH_TWENTIES: [&str; 12] = [
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
    "veintidos",
    "veintitres",
    "veintiseis",
];

/// Longest word, in bytes: `siebenunddreißig` and its like.
const WORD_BYTES_MAX: usize = 20;

struct Table {
    values: HashMap<String, u8>,
    /// A bit for each pair of first letters and length that a word has.
    shapes: Vec<u64>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut values = HashMap::new();
    for (value, words) in DIGITS.iter().chain(TEENS).chain(TENS) {
        for word in words.split(' ') {
            values.insert(word.to_owned(), *value);
        }
    }
    for (tens, name) in (20u8..).step_by(10).zip(GERMAN_TENS) {
        for (one, first) in (1u8..).zip(GERMAN_ONES) {
            let word = format!("{first}und{name}");
            values.insert(word.replace('ü', "ue").replace('ß', "ss"), tens + one);
            values.insert(word, tens + one);
        }
    }
    for (value, word) in (21u8..=29).chain([22, 23, 26]).zip(SPANISH_TWENTIES) {
        values.insert(word.to_owned(), value);
    }
    let mut shapes = vec![0u64; 26 * 26];
    for word in values.keys().map(String::as_str).chain(TIMES.iter().map(|(word, _)| *word)) {
        if let Some((pair, length)) = shape(word)
            && let Some(lengths) = shapes.get_mut(pair)
        {
            *lengths |= length;
        }
    }
    Table { values, shapes }
});

/// First two letters as an index, and the length as a bit; `None` for what the table does not sort.
fn shape(word: &str) -> Option<(usize, u64)> {
    let [first, second, ..] = word.as_bytes() else { return None };
    let letter = |b: u8| (b | 0x20).is_ascii_lowercase().then(|| usize::from((b | 0x20) - b'a'));
    Some((letter(*first)? * 26 + letter(*second)?, 1 << word.len().min(63)))
}

/// The number that a word stands for, in any case.
pub(super) fn value(word: &str) -> Option<u8> {
    if !(2..=WORD_BYTES_MAX).contains(&word.len()) {
        return None;
    }
    let table = &*TABLE;
    if let Some((pair, length)) = shape(word)
        && table.shapes.get(pair).is_some_and(|lengths| lengths & length == 0)
    {
        return None;
    }
    table.values.get(word).or_else(|| table.values.get(&word.to_lowercase())).copied()
}

/// True when a word of this beginning and length may be one for a number: told without reading it.
pub(super) fn may_be_word(first: u8, second: u8, length: usize) -> bool {
    // Letters beyond ASCII are not sorted.
    if first >= 0x80 || second >= 0x80 {
        return length <= WORD_BYTES_MAX;
    }
    let letter = |b: u8| usize::from((b | 0x20).wrapping_sub(b'a'));
    let lengths = SHAPES.get(letter(first) * 26 + letter(second)).copied().unwrap_or(0);
    lengths >> length.min(63) & 1 == 1
}

static SHAPES: LazyLock<Vec<u64>> = LazyLock::new(|| TABLE.shapes.clone());

/// Words that say how often the digit behind them stands.
const TIMES: &[(&str, usize)] = &[("double", 2), ("doppel", 2), ("doble", 2), ("triple", 3), ("treble", 3)];

/// How often the digit behind this word stands.
pub(super) fn times(word: &str) -> Option<usize> {
    TIMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, times)| *times)
}

/// A digit in Chinese, Japanese or Korean, as read out: also the forms for accounts and those for radio.
pub(super) const fn character(c: char) -> Option<char> {
    Some(match c {
        '零' | '〇' | '○' | '洞' | '영' | '공' => '0',
        '一' | '壹' | '幺' | '일' => '1',
        '二' | '贰' | '貳' | '两' | '兩' | '이' => '2',
        '三' | '叁' | '參' | '삼' => '3',
        '四' | '肆' | '사' => '4',
        '五' | '伍' | '오' => '5',
        '六' | '陆' | '陸' | '육' | '륙' => '6',
        '七' | '柒' | '拐' | '칠' => '7',
        '八' | '捌' | '팔' => '8',
        '九' | '玖' | '勾' | '구' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case() {
        for (word, expected) in [
            ("four", 4),
            ("FÜNF", 5),
            ("Einundzwanzig", 21),
            ("dreissig", 30),
            ("zéro", 0),
            ("veintinueve", 29),
            ("veintiseis", 26),
            ("quatorze", 14),
            ("neunundneunzig", 99),
        ] {
            assert_eq!(value(word), Some(expected), "{word}");
        }
        for word in ["phone", "fours", "o", "", "hundred", "und"] {
            assert_eq!(value(word), None, "{word}");
        }
    }
}
