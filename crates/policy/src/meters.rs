//! Meters: how many distinct people's data went to a recipient within a legal window, without knowing who.
//!
//! A meter keeps one [`Sketch`] for each month: 131 072 bits, of which each subject sets one, chosen by a keyed digest.
//! Nothing in it can be traced to a person without the key, and two recipients' meters cannot be compared.
//!
//! Invariants:
//! - A meter never counts too few at an alarm: [`Meter::level`] goes by a bound five standard deviations above the estimate
//!   (test `an_alarm_is_never_late`).
//! - The count shown errs by at most one in a hundred up to 100 000 subjects, and rather upwards (test `a_count_errs_upwards_and_little`).
//! - No clock deletes anything: a clock that jumps ahead and comes back finds all that was counted (test
//!   `a_jumping_clock_loses_nothing`).

mod board;
mod kinds;
mod meter;
mod month;
mod sketch;

pub use board::{Board, Counted, MeterChange, MeterId, MeterKind, MeterView, Per};
pub use meter::{Mark, Meter, Window};
pub use month::Month;
pub use sketch::{SKETCH_BYTES, Sketch, SketchError};
