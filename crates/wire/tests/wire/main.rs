//! The face of the crate, tested as its users see it: bytes in, bytes out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails here says where by itself"
)]

mod rewrite;
mod segments;
mod streams;
mod words;
