//! The seam to a bigger model beside the tagger: what it must say, and what can go wrong when it is asked.
//!
//! This crate runs no such model. Whoever has one hands it in ([`Detector::with_model`](crate::Detector::with_model)); what it
//! finds is joined with everything else, and what it cannot read makes the text unread as a whole.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use types::{ByteSpan, Fault};

use crate::tagger::Tagger;

/// A model that marks spans of text.
pub trait Model: fmt::Debug + Send + Sync {
    /// Digest of everything that its spans depend on.
    fn version(&self) -> [u8; 32];

    /// What it tells apart; spans name them by their index.
    fn labels(&self) -> &[ModelLabel];

    /// The spans in each piece of a text, in its order; offsets are those of the text. Bounded in time: it waits for nothing
    /// longer than it was told when it was made.
    ///
    /// # Errors
    /// [`ModelFault`]: then nothing is known of the text.
    fn spans(&self, text: &str, pieces: &[ByteSpan]) -> Result<Vec<ModelSpan>, ModelFault>;
}

/// One kind of span that a model marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelLabel {
    /// As the model calls it, e.g. `GIVEN_NAME`.
    pub name: Arc<str>,
    /// Name of the entity that it stands for, e.g. `PERSON`.
    pub entity: Arc<str>,
}

/// A span that a model marked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelSpan {
    /// Where.
    pub span: ByteSpan,
    /// What, as an index into the model's labels.
    pub label: usize,
    /// How sure, from 0 to 1.
    pub score: f32,
}

/// Which parts of a text a model is asked about.
#[derive(Debug, Clone)]
pub enum Reads {
    /// All of it.
    Always,
    /// Lines in which this tagger is not sure, and those around personal data.
    Unsure(Arc<Tagger>),
}

/// Why a model has not read a text. Holds sizes and times, never text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFault {
    /// Others are before it.
    #[error("the model is busy with other requests: it did not begin within {} ms", waited.as_millis())]
    Busy {
        /// How long it was waited for; nothing when the queue was full.
        waited: Duration,
    },
    /// The text takes longer than one may.
    #[error(
        "the model did not read the text within {} ms (detection.model.time_ms): send less at once",
        limit.as_millis()
    )]
    Late {
        /// The limit.
        limit: Duration,
    },
    /// The text is longer than the model reads at once.
    #[error("the model reads at most {bytes_max} bytes of a text, this has {bytes}: send it in parts")]
    TooLong {
        /// What it would have to read, in bytes.
        bytes: usize,
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// It does not work.
    #[error("the model failed: {reason}")]
    Failed {
        /// Why, in general words.
        reason: String,
    },
}

impl ModelFault {
    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Busy { .. } | Self::Failed { .. } => Fault::Us,
            Self::Late { .. } | Self::TooLong { .. } => Fault::Caller,
        }
    }
}

/// A model says that it stands for an entity that the recognizer files do not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model's label `{label}` stands for `{entity}`, and there is no such entity")]
pub struct UnknownEntity {
    /// The label.
    pub label: String,
    /// The entity.
    pub entity: String,
}
