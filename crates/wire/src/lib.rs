//! Body bytes to segments and back in place; stream bytes to lanes and back; errors in the caller's dialect.
//!
//! This crate knows the providers' wire formats and nothing else: no entity, no policy, no socket. A body comes in as
//! bytes and goes out as bytes. In between stand [`Request`] (all strings of a request as segments), [`rewrite_answer`] and
//! [`StreamRewriter`] (all strings of an answer through their lanes), [`ROUTES`] (which paths exist at all) and
//! [`error_body`] (a refusal as the caller's client reads it).
//!
//! Invariants:
//! - **Scan by default.** Every string of a request is a segment unless the dialect's table says that it is structure, and
//!   it looks like structure (test `every_string_is_a_segment_or_listed_structure`).
//! - **In place.** What is not replaced is byte for byte the same (`without_edits_the_body_is_the_same`,
//!   `an_edit_changes_what_it_replaces_and_nothing_else`).
//! - **Signed text is never changed**, in neither direction (`signed_text_cannot_be_edited`,
//!   `signed_text_goes_on_as_it_came`).
//! - **Any cut of a stream gives the same bytes** (`every_cut_of_a_stream_gives_the_same_bytes`).
//! - **Nothing unread is passed on**: an event that is not JSON ends the stream (`an_event_that_is_not_json_is_a_fault`).
//! - Everything is bounded by [`Limits`] and [`StreamLimits`], takes linear time, and no error holds text of a body.
//!
//! A dialect is four files of one shape (`parse`, `rewrite`, `lanes`, `refusal`); see `docs/how-to/add-a-dialect.md`.

mod answer;
mod anthropic_messages;
mod dialect;
mod facts;
mod json;
mod lanes;
mod limits;
mod look;
mod malformed;
mod needs;
mod openai_chat;
#[cfg(any(test, feature = "properties"))]
pub mod properties;
mod refusal;
mod request;
mod routes;
mod shape;
mod stream;
mod texts;
mod walk;

pub use answer::{Answer, rewrite_answer};
pub use dialect::{DialectId, Endpoint};
pub use facts::{AnswerFacts, RequestFacts, Turn, Usage};
pub use lanes::LaneText;
pub use limits::{Limits, StreamLimits};
pub use malformed::{Malformed, MalformedReason, RewriteError, StreamFault};
pub use refusal::{ErrorKind, ErrorShape, error_body, error_event};
pub use request::{Edit, OpaquePart, Request};
pub use routes::{NoRoute, ROUTES, RouteSpec, resolve};
pub use stream::{StreamEnd, StreamRewriter};
