//! Data classes × candidate deployments → a verdict with reasons.
//!
//! This crate sees classes and counts, never text. It does no I/O and knows no clock. [`PolicyEngine`] is the face; the
//! table engine here is its first implementation, and a Cedar engine takes its place behind the same face.
//!
//! Invariants:
//! - A credential is never kept in clear towards a deployment that is not the operator's own (test
//!   `no_preset_keeps_a_credential`, and [`Table::changed`] refuses such a line).
//! - A class that the table does not name is refused, never kept (test `a_class_that_no_line_names_is_refused`).
//! - Nothing found means nothing withheld: any candidate will do (test `a_request_without_findings_goes_to_the_first_candidate`).

mod engine;
mod meters;
mod table;

pub use engine::{Decision, PolicyEngine, PolicyError, Question, TableEngine};
pub use meters::{
    Board, Counted, Level, Mark, Meter, MeterId, MeterKind, MeterView, Month, SKETCH_BYTES, Sketch,
    SketchError, Window,
};
pub use table::{Table, TableError, preset_names};
