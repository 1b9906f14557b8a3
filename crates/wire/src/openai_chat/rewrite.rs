//! What stays where a part of a message was dropped: a text part, which every role may send.

use types::DataClass;

use crate::dialect::note;
use crate::json::text::quoted;

/// The part that stands in for one of this class.
pub(super) fn note_part(class: DataClass) -> String {
    format!(r#"{{"type":"text","text":{}}}"#, quoted(note(class)))
}
