//! Is a text random, as keys are, or made of words, as names of things are?
//!
//! Entropy alone does not tell: `moveConfluencePageToSpace` has as much of it as a key of the same length. What tells is how
//! the characters follow each other: words are runs of letters that can be spoken, keys switch between digits, upper and
//! lower case and are full of pairs that no word holds.

use std::sync::LazyLock;

use super::Checks;
use crate::any_of::{AnyOf, begins};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("random", is_random)];

/// Least length of a text whose randomness can be judged.
const CHARS_MIN: usize = 16;

/// True for text that a generator made: long enough, many different characters, digits and letters mixed, and not a row of
/// words, numbers or dates.
pub(crate) fn is_random(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    if text.len() < CHARS_MIN || !text.is_ascii() || is_filler(text) {
        return false;
    }
    // What costs most is asked last.
    if text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return text.bytes().any(|b| b.is_ascii_digit())
            && text.bytes().any(|b| b.is_ascii_alphabetic())
            && entropy(text) >= 2.8
            && !looks_structured(text);
    }
    let unlikely = unlikely_share(text);
    (unlikely >= 0.30 || (unlikely >= 0.15 && is_chopped(text)))
        && entropy(text) >= 3.2
        && !looks_structured(text)
}

/// True for text whose runs of one kind (a capital with the small letters behind it, digits) are short: in words and in the names
/// of programs they are four or five long, in random text of capitals, small letters and digits less than two.
pub(crate) fn is_chopped(text: &str) -> bool {
    let starts = |pair: &[u8]| match pair {
        [a, b] => {
            (a.is_ascii_digit() != b.is_ascii_digit()
                && a.is_ascii_alphanumeric()
                && b.is_ascii_alphanumeric())
                || (a.is_ascii_lowercase() && b.is_ascii_uppercase())
        }
        _ => false,
    };
    let runs = text.as_bytes().windows(2).filter(|pair| starts(pair)).count();
    let has_both = text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_lowercase());
    has_both && runs * 10 >= text.len() * 3
}

/// True for a shorter or plainer text that is still no word: eight characters or more with digits among letters, in an order
/// that no name has.
pub(crate) fn is_mixed(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (8..=512).contains(&text.len())
        && text.is_ascii()
        && letters >= 3
        && digits >= 2
        && !is_filler(text)
        && !looks_structured(text)
        && switches(text) >= 3
        && unlikely_share(text) >= 0.25
}

/// How often the text changes between digits and letters.
fn switches(text: &str) -> usize {
    let is_switch = |pair: &[u8]| match pair {
        [a, b] => {
            (a.is_ascii_digit() && b.is_ascii_alphabetic()) || (a.is_ascii_alphabetic() && b.is_ascii_digit())
        }
        _ => false,
    };
    text.as_bytes().windows(2).filter(|pair| is_switch(pair)).count()
}

/// Shannon entropy in bits a character.
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 128];
    let mut total = 0u32;
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
            total += 1;
        }
    }
    let total = f64::from(total.max(1));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / total)
        .map(|p| -p * p.log2())
        .sum()
}

/// The share of neighbouring characters that no word, number or identifier would put side by side: changes between digits
/// and letters, from upper to lower case in odd places, and pairs of letters that cannot be spoken.
fn unlikely_share(text: &str) -> f64 {
    let (mut unlikely, mut pairs) = (0u32, 0u32);
    let table = &*PAIRS;
    for [a, b] in text.as_bytes().array_windows() {
        let Some((both, odd)) = table.get(usize::from(*a)).filter(|_| b.is_ascii()) else { continue };
        pairs += u32::from(both >> b & 1 == 1);
        unlikely += u32::from(odd >> b & 1 == 1);
    }
    f64::from(unlikely) / f64::from(pairs.max(1))
}

/// For each ASCII character a bit for each one behind it: letters and digits behind a letter or digit, and which of those are
/// unlikely.
static PAIRS: LazyLock<[(u128, u128); 128]> = LazyLock::new(|| {
    std::array::from_fn(|first| {
        let first = u8::try_from(first).unwrap_or(0);
        let row = |holds: &dyn Fn(u8) -> bool| {
            (0..128u8).filter(|second| holds(*second)).fold(0u128, |row, second| row | 1 << second)
        };
        let is_pair = |second: u8| first.is_ascii_alphanumeric() && second.is_ascii_alphanumeric();
        (row(&is_pair), row(&|second| is_pair(second) && is_unlikely(first, second)))
    })
});

fn is_unlikely(a: u8, b: u8) -> bool {
    match (a, b) {
        (a, b) if a.is_ascii_digit() && b.is_ascii_alphabetic() => true,
        (a, b) if a.is_ascii_alphabetic() && b.is_ascii_digit() => true,
        (a, b) if a.is_ascii_uppercase() && b.is_ascii_uppercase() => !is_speakable(a, b),
        (a, b) if a.is_ascii_uppercase() && b.is_ascii_lowercase() => !is_speakable(a, b),
        (a, b) if a.is_ascii_lowercase() && b.is_ascii_uppercase() => false,
        (a, b) if a.is_ascii_lowercase() && b.is_ascii_lowercase() => !is_speakable(a, b),
        _ => false,
    }
}

/// A bit for each letter that often stands behind the letter of the row.
static SPEAKABLE: LazyLock<[u32; 26]> = LazyLock::new(|| {
    std::array::from_fn(|first| {
        let first = b'a' + u8::try_from(first).unwrap_or(0);
        (b'a'..=b'z').filter(|second| may_be_spoken(first, *second)).fold(0, |row, b| row | 1 << (b - b'a'))
    })
});

/// True when two letters often stand side by side.
fn is_speakable(a: u8, b: u8) -> bool {
    let place = |letter: u8| (letter | 0x20).wrapping_sub(b'a');
    SPEAKABLE
        .get(usize::from(place(a)))
        .is_some_and(|row| row.checked_shr(place(b).into()).unwrap_or(0) & 1 == 1)
}

/// True when one of two letters is a vowel, or the pair is a usual cluster.
fn may_be_spoken(a: u8, b: u8) -> bool {
    const CLUSTERS: &[&str] = &[
        "bl", "br", "ch", "ck", "cl", "cr", "ct", "dr", "ds", "ff", "fl", "fr", "ft", "gh", "gl", "gn", "gr",
        "ld", "lf", "lk", "ll", "lm", "lp", "ls", "lt", "lv", "mb", "mm", "mp", "ms", "nc", "nd", "nf", "ng",
        "nk", "nn", "ns", "nt", "nv", "ph", "pl", "pp", "pr", "ps", "pt", "rb", "rc", "rd", "rf", "rg", "rk",
        "rl", "rm", "rn", "rp", "rr", "rs", "rt", "rv", "sc", "sh", "sk", "sl", "sm", "sn", "sp", "ss", "st",
        "sw", "th", "tl", "tr", "ts", "tt", "tw", "wh", "wn", "wr", "ws", "xp", "xt", "ty", "ry", "ly", "ny",
        "my", "by", "gy", "dy", "cy", "py", "sy", "ys", "ym", "yp", "yn", "qu", "dm", "dd", "bs", "gg", "ks",
        "cs", "fy", "ky", "mn", "tp", "db", "sq", "ql", "js",
    ];
    let vowel = |c: u8| matches!(c, b'a' | b'e' | b'i' | b'o' | b'u');
    let rare = |c: u8| matches!(c, b'q' | b'j' | b'x' | b'z');
    if (vowel(a) || vowel(b)) && !(rare(a) || rare(b)) {
        return true;
    }
    CLUSTERS.iter().any(|cluster| cluster.as_bytes() == [a, b])
}

/// UUIDs, dates, paths, version numbers, hashes with a name before them.
fn looks_structured(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let uuid = text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let is_part = |part: &str| {
        let digits = part.bytes().rev().take_while(u8::is_ascii_digit).count();
        part.len() <= 3
            || digits <= 4 && part.bytes().take(part.len() - digits).all(|b| b.is_ascii_alphabetic())
    };
    // `ECDSA_SIG_set0`: words of letters with a number behind each at most.
    let identifier = text.len() <= 48 && text.matches('_').count() >= 2 && text.split('_').all(is_part);
    uuid || identifier
        || names_an_algorithm(text)
        || begins(
            &lower,
            &[
                "sha1-", "sha256-", "sha384-", "sha512-", "sha256:", "md5:", "h1:", "arn:aws", "pk_live_",
                "pk_test_", "http", "data:", "urn:",
            ],
        )
        || lower
            .strip_prefix("0x")
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b','))
}

static ALGORITHMS: AnyOf = AnyOf::new(&[
    "sha1", "sha224", "sha256", "sha384", "sha512", "pbkdf", "hmac", "aes128", "aes192", "aes256", "secp256",
    "secp384", "base64", "utf8", "s3v4", "x86-64",
]);

/// True for a name with that of an algorithm in it: `sha256sig1`, `pbeWithSHA1And40BitRC2`.
fn names_an_algorithm(text: &str) -> bool {
    text.len() <= ALGORITHM_NAME_BYTES_MAX && ALGORITHMS.is_in(text)
}

/// Longest name of that kind.
const ALGORITHM_NAME_BYTES_MAX: usize = 40;

/// One character over and over, or a run along the alphabet or the keyboard.
pub(crate) fn is_filler(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut seen = [0u64; 4];
    for byte in bytes {
        if let Some(seen) = seen.get_mut(usize::from(byte >> 6)) {
            *seen |= 1 << (byte & 63);
        }
    }
    let kinds: u32 = seen.iter().map(|seen| seen.count_ones()).sum();
    let steps = bytes.windows(2).filter(|pair| matches!(pair, [a, b] if b.wrapping_sub(*a) == 1)).count();
    kinds <= 2 || (bytes.len() >= 8 && steps * 4 >= bytes.len() * 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_text_is_told_from_words() {
        for key in [
            "QJFpA27wzz78lGvbChfIgavA8DiDs9wMXkHHo",
            "2_FPYl5OAKfO8eD4vob1WMOtqLUdcYz",
            "d481f170c4ff4bbabe7039c37ade3949",
            "kT7pWq2vLx9mN4bR",
        ] {
            assert!(is_random(key), "{key}");
        }
        for words in [
            "listCommentsInConfluencePage",
            "searchJiraIssuesUsingJql",
            "ops-eu-02-secret-id",
            "getInternalConfigurationProviderRegistryEntryByIdentifier",
            "3f9d0c71-b42e-4d06-9046-2297018e5a3c",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz",
            "1234567890123456",
            "application/x-www-form-urlencoded",
        ] {
            assert!(!is_random(words), "{words}");
        }
    }
}
