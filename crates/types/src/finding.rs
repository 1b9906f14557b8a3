//! What detection found, and why it believes so.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{ByteSpan, DataClass, Entity};

/// A span of a segment that holds a value.
///
/// A finding never holds the value itself: only where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Where the value stands in the text of its segment.
    pub span: ByteSpan,
    /// What kind of value it is.
    pub entity: Entity,
    /// How sure the recognizer is, from 0 to 1.
    pub score: f32,
    /// Why: kept for `cordon explain` and for the record.
    pub evidence: Evidence,
}

impl Finding {
    /// The data class of the value.
    pub fn class(&self) -> DataClass {
        self.entity.class()
    }
}

/// Why a recognizer reported a finding. Holds names and numbers, never text of the segment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Id of the recognizer, e.g. `email`, or `exact_term`.
    pub recognizer: Arc<str>,
    /// Name of the pattern inside the recognizer.
    pub pattern: Arc<str>,
    /// Name of the validator that passed, e.g. `luhn`.
    pub validator: Option<&'static str>,
    /// Context word that raised the score, as written in the recognizer file.
    pub context: Option<Arc<str>>,
    /// Score steps in order: what changed it, and the score after it.
    pub steps: Vec<(Cow<'static, str>, f32)>,
}
