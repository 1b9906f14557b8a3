//! The face of the crate: records have one spelling, trees are those of RFC 6962, tampering is named.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
)]

mod golden;
mod proofs;
mod python;
mod samples;
mod spelling;
mod verification;
