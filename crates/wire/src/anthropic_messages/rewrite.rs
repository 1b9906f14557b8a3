//! What stays where a block of a message was dropped: a text block, which may stand in a message, in the result of a tool
//! and in a document.

use types::DataClass;

use crate::dialect::note;
use crate::json::text::quoted;

/// The block that stands in for one of this class.
pub(super) fn note_part(class: DataClass) -> String {
    format!(r#"{{"type":"text","text":{}}}"#, quoted(note(class)))
}
