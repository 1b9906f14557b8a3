//! What surrogates and redactions look like.

use types::Entity;

use crate::class;
use crate::code::is_code;
use crate::foreign::WORD_BYTES_MAX;

/// The type word that stands, one way, for a value that is redacted.
///
/// ```
/// use types::{DataClass, Entity, EntityDef};
/// let email = EntityDef { name: "EMAIL_ADDRESS".into(), word: "EMAIL".into(), class: DataClass::Contact };
/// assert_eq!(cordon_veil::redaction(&Entity::new(email)), "[EMAIL]");
/// ```
pub fn redaction(entity: &Entity) -> String {
    format!("[{}]", entity.word())
}

/// True when the whole text has the shape of a surrogate, in word form or class-preserving, whether or not it is one.
///
/// Tight on purpose: in text of a model such a text is not taken for a value.
///
/// ```
/// assert!(cordon_veil::looks_like_surrogate("PERSON_7KQ2"));
/// assert!(!cordon_veil::looks_like_surrogate("PERSON_1"));
/// ```
pub fn looks_like_surrogate(text: &str) -> bool {
    let in_word_form = text.split_once('_').is_some_and(|(word, code)| is_word(word) && is_code(code));
    in_word_form || class::is_of_ours(text)
}

/// True for what an entity's word may be.
pub(crate) fn is_word(word: &str) -> bool {
    (1..=WORD_BYTES_MAX).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
}
