//! The shape of surrogates: a type word, an underscore and a short code, as `PERSON_7KQ2`.
//!
//! Text that has been through Cordon comes back with each turn of a conversation. A surrogate in it is never a value:
//! whatever stands around it, it is left alone, or it would be replaced again and never found in the restore map.
//!
//! The shape alone also fits `SUMMER_2024`, which may be somebody's password. So a word that no entity has needs a code that
//! only Cordon would write: without vowels, letters among it.

use types::ByteSpan;

/// Length of the code, in characters.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 4..=12;

/// True when `text` as a whole has the shape of a surrogate, whatever its word.
pub(crate) fn is_surrogate(text: &str) -> bool {
    parts(text).is_some_and(|(_, code)| is_telling(code))
}

/// True when the code is one that only Cordon would write.
fn is_telling(code: &str) -> bool {
    code.bytes().any(|b| b.is_ascii_alphabetic())
        && !code.bytes().any(|b| matches!(b, b'A' | b'E' | b'I' | b'O' | b'U'))
}

/// Word and code of a text with the shape of a surrogate; the underscore may be escaped, as Markdown does.
fn parts(text: &str) -> Option<(&str, &str)> {
    let (word, code) = text.rsplit_once('_')?;
    let word = word.strip_suffix('\\').unwrap_or(word);
    let shaped = word.len() >= 2
        && word.len() <= 32
        && word.bytes().all(|b| b.is_ascii_uppercase())
        && CODE_CHARS.contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    shaped.then_some((word, code))
}

/// The surrogates that `span` touches, in order. `is_word` knows the words of all entities.
pub(crate) fn touched_by(text: &str, span: ByteSpan, is_word: &dyn Fn(&str) -> bool) -> Vec<ByteSpan> {
    let bytes = text.as_bytes();
    // A surrogate that begins before the span reaches into it by at most its own length.
    let from = span.start.saturating_sub(48);
    let to = span.end.saturating_add(16).min(bytes.len());
    let near = bytes.get(from..to).unwrap_or_default();
    let mut found: Vec<ByteSpan> = Vec::new();
    for underscore in memchr::memchr_iter(b'_', near).map(|at| from + at) {
        let code_end = run_end(bytes, underscore + 1, |b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let mut word_end = underscore;
        if bytes.get(underscore.wrapping_sub(1)) == Some(&b'\\') {
            word_end -= 1;
        }
        let word_start = run_start(bytes, word_end, |b| b.is_ascii_uppercase());
        let Some((word, code)) = text.get(word_start..code_end).and_then(parts) else { continue };
        let stands_alone =
            !bytes.get(word_start.wrapping_sub(1)).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
                && !bytes.get(code_end).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let candidate = ByteSpan::new(word_start, code_end);
        if stands_alone && (is_word(word) || is_telling(code)) && candidate.overlaps(span) {
            found.push(candidate);
        }
    }
    found
}

fn run_end(bytes: &[u8], at: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take(33).take_while(|b| is_part(**b)).count()
}

fn run_start(bytes: &[u8], at: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(..at).unwrap_or_default();
    at - rest.iter().rev().take(33).take_while(|b| is_part(**b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_are_told_by_word_or_code() {
        let is_word = |word: &str| word == "PERSON";
        let touched = |text: &str| touched_by(text, ByteSpan::new(0, text.len()), &is_word).len();
        assert_eq!(touched("Dear PERSON_7KQ2, call PERSON_8888."), 2);
        assert_eq!(touched("PROJECT_X7K2 and PERSON\\_7KQ2"), 2);
        assert_eq!(touched("SUMMER_2024 DB_PASSWORD XPERSON_7kq2 PERSON_7KQ2_X"), 0);
    }
}
