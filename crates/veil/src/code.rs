//! Codes: the second half of a surrogate in word form.
//!
//! Promises: 4 to 12 characters of an alphabet without vowels (no words), without look-alikes (0/O, 1/I/L, 5/S, 8/B, U/V
//! apart) and without S (so that the S of a plural is never part of a code). Every code holds a letter and a digit, which
//! tells it from words and numbers that people write (`MY_HTTP`, `card 4242`): tolerant restore rests on that. Of the
//! 22⁴ = 234 256 shortest strings 166 000 are codes.

/// The characters of codes, in the order of their value.
pub(crate) const ALPHABET: &[u8; 22] = b"CDFGHJKMNPQRTVWX234679";
/// Length of a code in characters, unless it would collide.
pub(crate) const LENGTH_MIN: usize = 4;
/// The longest code in characters.
pub(crate) const LENGTH_MAX: usize = 12;

/// How codes are made. There is one way; tests make collisions likely with another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding {
    /// The characters, at least two; letters and digits.
    pub(crate) alphabet: &'static [u8],
    /// Length of a code that collides with nothing.
    pub(crate) length_min: usize,
    /// The longest code.
    pub(crate) length_max: usize,
    /// How many codes are tried for one value.
    pub(crate) attempts_max: u32,
}

impl Coding {
    /// The way of all surrogates. At 48 attempts a value is refused less than once in 10¹² even where half of all
    /// four-character codes are taken.
    pub(crate) const REAL: Self =
        Self { alphabet: ALPHABET, length_min: LENGTH_MIN, length_max: LENGTH_MAX, attempts_max: 48 };

    /// The code of this length that a number stands for, or `None` for the few numbers that stand for none.
    ///
    /// The characters are the digits of the number to the base of the alphabet, from the first place on at which the
    /// shortest code would hold a letter and a digit.
    pub(crate) fn code(&self, number: u128, length: usize) -> Option<String> {
        let base = self.alphabet.len() as u128;
        let mut rest = number;
        let mut digits = [0_u8; 28];
        for digit in &mut digits {
            let index = usize::try_from(rest % base).ok()?;
            *digit = *self.alphabet.get(index)?;
            rest /= base;
        }
        let start = digits.windows(self.length_min).position(is_mixed)?;
        let code = digits.get(start..start + length)?;
        std::str::from_utf8(code).ok().map(str::to_owned)
    }
}

/// True for a code in its own spelling.
pub(crate) fn is_code(text: &str) -> bool {
    (LENGTH_MIN..=LENGTH_MAX).contains(&text.len())
        && text.bytes().all(is_code_byte)
        && is_mixed(text.as_bytes())
}

/// True for the bytes of a code.
pub(crate) const fn is_code_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'C' | b'D'
            | b'F'
            | b'G'
            | b'H'
            | b'J'
            | b'K'
            | b'M'
            | b'N'
            | b'P'
            | b'Q'
            | b'R'
            | b'T'
            | b'V'
            | b'W'
            | b'X'
            | b'2'
            | b'3'
            | b'4'
            | b'6'
            | b'7'
            | b'9'
    )
}

fn is_mixed(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_digit) && bytes.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_alphabet_and_its_test_agree() {
        for byte in 0..=255 {
            assert_eq!(ALPHABET.contains(&byte), is_code_byte(byte));
        }
    }

    #[test]
    fn a_code_has_its_length_its_alphabet_and_a_letter_and_a_digit() {
        for code in ["7KQ2", "C2C2", "CDFGHJKMNPQ2"] {
            assert!(is_code(code), "{code}");
        }
        for text in ["", "7KQ", "CDFG", "2346", "7KQA", "7kq2", "7KQ1", "7KQ2 ", "CDFGHJKMNPQ2C"] {
            assert!(!is_code(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_number_stands_for_a_code_of_each_length(number: u128) {
            let longest = Coding::REAL.code(number, LENGTH_MAX);
            for length in LENGTH_MIN..=LENGTH_MAX {
                let code = Coding::REAL.code(number, length);
                prop_assert!(code.as_deref().is_none_or(is_code));
                if let (Some(code), Some(longest)) = (&code, &longest) {
                    prop_assert_eq!(code.len(), length);
                    prop_assert!(longest.starts_with(code.as_str()));
                }
            }
        }
    }
}
