//! Which form the surrogates of an entity have.

use std::collections::BTreeMap;

/// The form of a surrogate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// The entity's word and a code, `PERSON_7KQ2`. Never runs out, and restores most surely.
    #[default]
    Word,
    /// A value of the same class, for formats that something downstream checks. Ranges are small: when one is used up,
    /// and for entities and values without a range, the word form is given. Known are `EMAIL_ADDRESS`, `PHONE_NUMBER`,
    /// `CREDIT_CARD`, `IBAN_CODE`, `IP_ADDRESS` and `PERSON`.
    Class,
}

/// Entity name → form. An entity that is not named has [`Form::Word`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forms(BTreeMap<String, Form>);

impl Forms {
    /// These forms, and this one for the entity of this name.
    #[must_use]
    pub fn with(mut self, entity: impl Into<String>, form: Form) -> Self {
        self.0.insert(entity.into(), form);
        self
    }

    /// The form for the entity of this name.
    pub fn of(&self, entity: &str) -> Form {
        self.0.get(entity).copied().unwrap_or_default()
    }

    /// True when no entity is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
