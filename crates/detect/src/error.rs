//! What can go wrong when text is searched.

use types::Fault;

use crate::model::ModelFault;

/// Why no findings could be given. The caller must then treat the text as unread: nothing may be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DetectError {
    /// The text is longer than what is searched in one piece.
    #[error("search a text of {bytes} bytes: at most {bytes_max} are searched in one piece")]
    TextTooLong {
        /// Length of the text in bytes.
        bytes: usize,
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// Encodings are nested more deeply than they are undone.
    #[error(
        "search a text with encodings nested more than {depth_max} deep: what is in the innermost cannot be told"
    )]
    FormsTooDeep {
        /// The limit.
        depth_max: usize,
    },
    /// Undoing the encodings of a text makes more text than is searched.
    #[error("search a text whose encodings hold more than {bytes_max} bytes in all")]
    FormsTooLarge {
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// The bigger model has not read the text.
    #[error(transparent)]
    Model(ModelFault),
    /// An exact term is too short to be told from ordinary text.
    #[error(
        "use exact term {index} (counted from 1): it has {chars} characters in normal form, at least {chars_min} are needed"
    )]
    TermTooShort {
        /// Position in the list, from 1.
        index: usize,
        /// Its length in characters, in normal form.
        chars: usize,
        /// The least length in characters.
        chars_min: usize,
    },
    /// An exact term is longer than any value should be.
    #[error("use exact term {index} (counted from 1): it has {bytes} bytes, at most {bytes_max} are allowed")]
    TermTooLong {
        /// Position in the list, from 1.
        index: usize,
        /// Its length in bytes, in normal form.
        bytes: usize,
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// There are more exact terms than the automaton should hold.
    #[error("use a list of exact terms with {bytes} bytes in all: at most {bytes_max} are allowed")]
    TermsTooLarge {
        /// Sum of the lengths in bytes, in normal form.
        bytes: usize,
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// The automaton of the exact terms could not be built.
    #[error("build the automaton for {terms} exact terms: {reason}")]
    TermAutomaton {
        /// Number of terms.
        terms: usize,
        /// What the automaton builder said; holds sizes, no terms.
        reason: String,
    },
}

impl DetectError {
    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::TextTooLong { .. } | Self::FormsTooDeep { .. } | Self::FormsTooLarge { .. } => {
                Fault::Caller
            }
            Self::Model(fault) => fault.fault(),
            Self::TermTooShort { .. }
            | Self::TermTooLong { .. }
            | Self::TermsTooLarge { .. }
            | Self::TermAutomaton { .. } => Fault::Operator,
        }
    }
}
