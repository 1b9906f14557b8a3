//! The text of an answer, lane by lane.

use types::Lane;

/// Takes the text of lanes as it arrives and gives back what goes on to the caller.
///
/// The veil restores here; tests put their own in. The frame calls `push` with the pieces of a lane in order and `close`
/// once when the lane has ended. A lane may be opened again after it was closed: then it begins anew.
pub trait LaneText {
    /// The next piece of a lane. Gives what may go on now; a suffix may be held back until more is known.
    fn push(&mut self, lane: Lane, text: &str) -> String;

    /// The lane has ended. Gives what was held back.
    fn close(&mut self, lane: Lane) -> String;
}
