//! JSON as it stands in the bytes: where each value begins and ends, and what its strings say.
//!
//! Nothing here changes a byte. [`tape`] reads a text once and notes the place of every value; [`text`] goes between the
//! raw form of a string and what it says. Both are exact, so that a splice elsewhere leaves all other bytes alone.

pub(crate) mod tape;
pub(crate) mod text;

pub(crate) use tape::{Kind, NodeId, Tape};
