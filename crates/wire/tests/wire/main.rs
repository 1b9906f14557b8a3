//! The face of the crate, tested as its users see it: bytes in, bytes out.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where by itself")]

mod answers;
mod rewrite;
mod segments;
mod streams;
mod words;
