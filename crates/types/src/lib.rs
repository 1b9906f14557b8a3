//! The nouns that cross seams between Cordon's crates.
//!
//! This crate does nothing: it names things, and makes what must not be printed unprintable. Every other crate imports
//! it; it imports none of ours. The vocabulary is that of `ARCHITECTURE.md`.
//!
//! Invariants:
//! - [`Original`] and the key types have no `Display`, no `Serialize`, and a `Debug` that tells their kind and length only
//!   (test `secrets_do_not_print`).
//! - Offsets in a [`ByteSpan`] are byte offsets into UTF-8 text and always lie on character boundaries of it.

mod app;
mod entity;
mod fault;
mod finding;
mod lane;
mod scope;
mod secret;
mod segment;
mod span;
mod treatment;
mod verdict;

pub use app::{AppName, DeploymentId, Environment, ExchangeId};
pub use entity::{DataClass, Entity, EntityDef};
pub use fault::Fault;
pub use finding::{Evidence, Finding};
pub use lane::{Lane, LaneFormat, LaneId, Sink};
pub use scope::{Scope, ScopeKey};
pub use secret::{AppKey, Original, ProviderKey};
pub use segment::{OpaqueClass, Role, Segment, SegmentKind};
pub use span::ByteSpan;
pub use treatment::Treatment;
pub use verdict::{Reason, Refusal, Verdict};
