//! Names in records: bounded and printable, so that no text of a request gets into the log through them.
//!
//! Two doors: [`Name::new`] for what the operator or this program named (policies, entities, routes, providers) and
//! [`Name::from_caller`] for what stood in a request (a model name). Both never fail: what is not a name becomes
//! `(unprintable)`, so that a strange name can neither stop an append nor be kept.

use std::fmt;
use std::sync::Arc;

/// A short printable name. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

/// Longest name, in characters. Real model and deployment names stay below 100.
pub(crate) const NAME_CHARS_MAX: usize = 128;

/// Longest run of digits in a name that a caller chose. Dates in model names have 8; card, account and telephone
/// numbers have more.
const CALLER_DIGITS_MAX: usize = 8;

const UNPRINTABLE: &str = "(unprintable)";

impl Name {
    /// A name that the operator or this program gave: 1 to 128 characters, no control characters. Anything else
    /// becomes `(unprintable)`.
    pub fn new(name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        Self(Arc::from(if is_name(name) { name } else { UNPRINTABLE }))
    }

    /// A name that stood in a request: 1 to 128 characters of `A-Z a-z 0-9 - _ . : / @`, among them a letter, no e-mail
    /// address and no more than 8 digits in a row. Anything else becomes `(unprintable)`.
    ///
    /// This keeps out what is plainly no name. It cannot tell a name from a password: who has findings for the text
    /// should ask them first.
    pub fn from_caller(name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        Self(Arc::from(if is_caller_name(name) { name } else { UNPRINTABLE }))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where the name given could not be kept.
    pub fn is_unprintable(&self) -> bool {
        self.as_str() == UNPRINTABLE
    }
}

/// True where `name` may stand in a record as it is.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(is_unseen)
}

/// Control characters, and those that change how the text around them is shown.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

fn is_caller_name(name: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/@".contains(&byte);
    let has_address =
        name.split_once('@').is_some_and(|(before, after)| !before.is_empty() && after.contains('.'));
    let has_number = name
        .split(|character: char| !character.is_ascii_digit())
        .any(|digits| digits.len() > CALLER_DIGITS_MAX);
    let has_letter = name.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_name(name) && name.bytes().all(is_known) && has_letter && !has_address && !has_number
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_model_names_are_kept() {
        for name in [
            "gpt-4o-mini-2024-07-18",
            "claude-3-5-sonnet-v2@20241022",
            "@cf/meta/llama-3.1-8b-instruct",
            "MiniMax-M2",
            "llama3:8b",
            "models/gemini-2.5-flash",
            "ft:gpt-4o-mini:acme::abc123",
        ] {
            assert_eq!(Name::from_caller(name).as_str(), name);
        }
    }

    #[test]
    fn what_looks_like_a_value_is_not_kept() {
        let long = "a".repeat(129);
        for name in [
            "",
            "ada@example.org",
            "my name is Ada",
            "4111111111111111",
            "x-415555012345",
            "123-45-6789",
            "415-555-0123",
            "+1-415-555-0123",
            "modèle",
            "a\nb",
            "a\u{202e}b",
            long.as_str(),
        ] {
            assert_eq!(Name::from_caller(name).as_str(), "(unprintable)", "{name:?}");
        }
    }

    #[test]
    fn the_operator_may_use_any_visible_text() {
        assert_eq!(Name::new("app:Köln Süd").as_str(), "app:Köln Süd");
        assert!(Name::new("a\u{200b}b").is_unprintable());
        assert!(Name::new("x".repeat(129)).is_unprintable());
        assert!(!Name::new("ü".repeat(128)).is_unprintable());
    }
}
