//! Request logs that a company already has, assessed: which classes went to whom, what Cordon would have done, what is open.
//!
//! Steps: `inputs` (which files) → `documents` (one after the other, bounded) → `line` (what a document is) → `recipient` (who got it) → the
//! search of the gateway (`Dry::survey`) → `tally` (sums and sets) → `decided` (the policy, once for each way) → `report` → `terminal`, `html`,
//! `json`.
//!
//! Invariants:
//! - Nothing is kept, and no output holds a value of a log: what a log names (models, hosts, providers) shows as the registry calls it, or
//!   after a search of its own (test `no_output_holds_a_value_of_the_log`).
//! - The number of threads changes nothing: what is counted are sums and sets, and decisions come after all counting.

pub(crate) mod decided;
mod documents;
pub(crate) mod html;
pub(crate) mod inputs;
pub(crate) mod json;
mod line;
mod people;
mod questions;
pub(crate) mod recipient;
pub(crate) mod report;
pub(crate) mod tally;
pub(crate) mod terminal;
pub(crate) mod work;
