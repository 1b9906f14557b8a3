//! What can go wrong when values are replaced.
//!
//! Restoring has no errors: what cannot be restored stays as the model wrote it, which leaks nothing.

use types::Fault;

/// Why no surrogate could be given. Names entities and limits, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VeilError {
    /// Every code that was tried is in use or was written by the caller.
    #[error(
        "give a surrogate to a value of {entity}: all {attempts} codes that were tried are taken; send fewer values in one request"
    )]
    CodesExhausted {
        /// Name of the entity.
        entity: String,
        /// How many codes were tried.
        attempts: u32,
    },
    /// The word of the entity cannot begin a surrogate.
    #[error(
        "give a surrogate to a value of {entity}: its word must be 1 to {length_max} letters A to Z; correct the recognizer file"
    )]
    WordUnfit {
        /// Name of the entity.
        entity: String,
        /// The longest word, in characters.
        length_max: usize,
    },
    /// A finding without text.
    #[error("give a surrogate to a value of {entity}: the value is empty")]
    ValueEmpty {
        /// Name of the entity.
        entity: String,
    },
    /// One request holds more values than a restore map may.
    #[error(
        "give a surrogate to a value of {entity}: one request may hold {values_max} different values; send fewer in one request"
    )]
    TooManyValues {
        /// Name of the entity.
        entity: String,
        /// The most values of one restore map.
        values_max: usize,
    },
}

impl VeilError {
    /// Whose fault it is. None of these passes by trying the same request again.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::WordUnfit { .. } => Fault::Operator,
            Self::CodesExhausted { .. } | Self::ValueEmpty { .. } | Self::TooManyValues { .. } => {
                Fault::Caller
            }
        }
    }
}
