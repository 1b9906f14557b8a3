//! JSON as it stands in the bytes: where each value begins and ends, and what its strings say.
//!
//! Nothing here changes what a body says. [`tape`] reads a text once and notes the place of every value; [`text`] goes between the
//! raw form of a string and what it says. Both are exact, so that a splice elsewhere leaves all other bytes alone.

pub(crate) mod halves;
pub(crate) mod tape;
pub(crate) mod text;

pub(crate) use tape::{Kind, NodeId, Tape};

/// `text` with other text in place of some of its bytes. The ranges ascend and do not overlap.
pub(crate) fn spliced<'w>(
    text: &str,
    changes: impl Iterator<Item = (std::ops::Range<usize>, &'w str)> + Clone,
) -> Vec<u8> {
    let added: usize = changes.clone().map(|(_, with)| with.len()).sum();
    let mut out = Vec::with_capacity(text.len() + added);
    let bytes = text.as_bytes();
    let mut behind = 0;
    for (range, with) in changes {
        out.extend_from_slice(bytes.get(behind..range.start).unwrap_or_default());
        out.extend_from_slice(with.as_bytes());
        behind = range.end;
    }
    out.extend_from_slice(bytes.get(behind..).unwrap_or_default());
    out
}
