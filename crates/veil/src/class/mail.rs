//! E-mail addresses under a name that nobody can register: `.example` is reserved (RFC 2606, section 2).

use crate::code::ALPHABET;

const DOMAIN: &str = "@cordon.example";
const CODE_LENGTH: usize = 6;

/// 22⁶.
pub(crate) const SIZE: u64 = 113_379_904;

pub(crate) fn value(index: u64) -> Option<String> {
    let mut rest = index;
    let mut address = String::with_capacity(CODE_LENGTH + DOMAIN.len());
    for _ in 0..CODE_LENGTH {
        let digit = ALPHABET.get(usize::try_from(rest % ALPHABET.len() as u64).ok()?)?;
        address.push(char::from(digit.to_ascii_lowercase()));
        rest /= ALPHABET.len() as u64;
    }
    address.push_str(DOMAIN);
    Some(address)
}

pub(crate) fn is_of_ours(text: &str) -> bool {
    text.strip_suffix(DOMAIN).is_some_and(|code| {
        code.len() == CODE_LENGTH
            && code
                .bytes()
                .all(|byte| !byte.is_ascii_uppercase() && ALPHABET.contains(&byte.to_ascii_uppercase()))
    })
}
