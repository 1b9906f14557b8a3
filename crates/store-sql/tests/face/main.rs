//! The face of the crate: what a store promises, held against real files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod appends;
mod crash;
mod faults;
mod files;
mod keys;
mod lookups;
mod meters;
mod tampering;
mod terms;
mod versions;
mod world;
