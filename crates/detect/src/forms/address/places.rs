//! Where an address with other signs may be: told by bytes and by one search for all words.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::LABEL_BYTES_MAX;

/// The words that lead to a look, without what their forms in upper and lower case have apart. Few enough for a search of many
/// bytes at once; brackets and the sign itself are looked for by byte.
const LEADS: &[&str] = &[
    " at ",
    " AT ",
    " At ",
    " ät ",
    " dot ",
    " DOT ",
    " Dot ",
    " punkt ",
    " Punkt ",
    " PUNKT ",
    " point ",
    " Point ",
    " POINT ",
    " punto ",
    " Punto ",
    " PUNTO ",
    " ponto ",
    " PONTO ",
    " punt ",
    " kropka ",
    " точка ",
    "_at_",
    "_AT_",
    "-at-",
    "-AT-",
    "*at*",
    "_dot_",
    "_DOT_",
    "-dot-",
    "-DOT-",
    "arroba",
    "ARROBA",
    "Arroba",
    "arobas",
    "AROBAS",
    "Arobas",
    "klammeraff",
    "Klammeraff",
    "KLAMMERAFF",
    "chiocciola",
    "apenstaart",
    "małpa",
    "at-sign",
    "at sign",
    "小老鼠",
    "艾特",
    "圈a",
    "圈A",
    "アット",
    "골뱅이",
    "собака",
    "ドット",
];

static WORDS: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(LEADS));

/// Where words of addresses may be, in order.
pub(super) fn places(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut places: Vec<usize> = match WORDS.as_ref() {
        Some(words) => {
            words.find_iter(bytes).map(|lead| lead.start()).filter(|at| may_be_sign(bytes, *at)).collect()
        }
        // No such search on this machine.
        None => LEADS.iter().flat_map(|lead| memchr::memmem::find_iter(bytes, lead)).collect(),
    };
    places.extend(memchr::memchr_iter(b'@', bytes).filter(|at| may_be_spaced(bytes, *at)));
    places.extend(memchr::memchr3_iter(b'[', b'(', b'{', bytes).filter(|at| {
        let inner = at + 1 + usize::from(byte(at + 1) == b' ');
        matches!(byte(inner) | 0x20, b'a' | b'd' | b'p' | b'@' | b'.' | 0xC3 | 0xE3)
            && is_closed(bytes, inner)
    }));
    places.extend(
        memchr::memchr_iter(b'<', bytes)
            .filter(|at| matches!(byte(at + 1) | 0x20, b'a' | b'd') && is_closed(bytes, at + 1)),
    );
    places.sort_unstable();
    places
}

/// False for the sign in an address as it is usually written.
fn may_be_spaced(bytes: &[u8], at: usize) -> bool {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let rest = bytes.get(at + 1..).unwrap_or_default();
    if !rest.first().is_some_and(is_part) || !bytes.get(at.wrapping_sub(1)).is_some_and(is_part) {
        return true;
    }
    let length = rest.iter().take(2 * LABEL_BYTES_MAX).take_while(|b| is_part(b)).count();
    match rest.get(length..) {
        Some([b' ', next, ..]) => {
            matches!(next | 0x20, b'd' | b'p' | b'k' | b'[' | b'{' | b'(' | b'.') || *next >= 0x80
        }
        Some([next, ..]) => matches!(next, b'[' | b'(' | b'{' | b'<') || *next >= 0x80,
        _ => false,
    }
}

/// False for ` at ` before a word that no dot follows, in whatever way it is written: the most frequent of all leads.
fn may_be_sign(bytes: &[u8], place: usize) -> bool {
    let Some([b' ', a, t, b' ', rest @ ..]) = bytes.get(place..) else { return true };
    if !(a.eq_ignore_ascii_case(&b'a') && t.eq_ignore_ascii_case(&b't')) {
        return true;
    }
    let length =
        rest.iter().take(LABEL_BYTES_MAX).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    match rest.get(length..) {
        Some([b' ', next, ..]) => !next.is_ascii_alphanumeric() || matches!(next | 0x20, b'd' | b'p' | b'k'),
        Some([b'.', next, ..]) => next.is_ascii_alphanumeric(),
        Some([next, ..]) => !matches!(next, b',' | b';' | b'\n' | b'!' | b'?' | b':'),
        _ => false,
    }
}

/// True when a bracket closes shortly behind `at`.
fn is_closed(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let close = rest.iter().take(9).position(|b| matches!(b, b']' | b')' | b'}' | b'>'));
    close.is_some_and(|close| {
        rest.iter().take(close).all(|b| b.is_ascii_alphabetic() || !b.is_ascii_alphanumeric())
    })
}
