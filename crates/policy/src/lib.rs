//! Data classes × candidate deployments → a verdict with reasons.
//!
//! This crate sees classes, counts and facts, never text. It does no I/O and knows no clock. [`PolicyEngine`] is the face. Behind it
//! stands [`CedarEngine`]: the treatments table of each app compiled to permits, the law tables and the list of denied jurisdictions to
//! forbids, the operator's own Cedar files on top; one question per class and treatment. [`TableEngine`] knows tables only.
//!
//! Invariants, enumerated over the finite space whenever a set of policies is loaded (`cedar/invariants.rs`); a set that breaks one is
//! refused with the counterexample:
//! 1. A credential is never kept in clear, anywhere.
//! 2. Nothing that names a person or is sensitive is kept in clear towards a deployment that may train on it, may decide what it is
//!    used for, or may be reached from nobody knows where.
//! 3. A special category is neither kept nor pseudonymised towards a deployment that a denied jurisdiction may reach.
//! 4. A request without findings goes to the first deployment of the app's list, whatever is unknown.
//!
//! And: a class that the table does not name is refused, never kept (test `a_class_that_no_line_names_is_refused`); a policy that cannot
//! be evaluated refuses the request (test `a_policy_that_fails_refuses`).

pub mod cases;
mod cedar;
mod choice;
mod declared;
mod engine;
mod exception;
mod meters;
mod question;
pub mod risk;
mod table;

pub use cedar::{CedarEngine, OwnFile, Policies, PolicyFault, PolicyText};
pub use declared::{AUDIENCES, Declared, NarrowError, Narrowing};
pub use engine::TableEngine;
pub use exception::Exception;
pub use meters::{
    Board, Counted, Mark, Meter, MeterChange, MeterId, MeterKind, MeterView, Month, Per, SKETCH_BYTES,
    Sketch, SketchError, Window,
};
pub use question::{Candidate, Decision, Level, Meters, PolicyEngine, PolicyError, Question};
pub use registry::Day;
pub use table::{Section, Table, TableError, preset_names};
