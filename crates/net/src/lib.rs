//! Outgoing HTTP: the only crate that dials.
//!
//! [`Pinned`] is the client for providers. It is told scheme, host and port by the caller's configuration, never by a
//! request, and goes nowhere else: no redirects, no proxies from the environment, no retries of a request that may have
//! been read, no decompression beyond a bound. Certificates are always checked.
//!
//! Invariants:
//! - A call reaches exactly the target that it names (test `a_redirect_is_given_back_and_not_followed`).
//! - There is no switch that turns certificate checks off (tests in `tests/certificates.rs`).
//! - A body is decoded piece by piece, and never to more than the bound (test `a_bomb_stops_at_the_bound`).

mod body;
mod fault;
mod pinned;
mod target;

pub use body::{Decoded, Encoding};
pub use fault::NetFault;
pub use pinned::{OutRequest, Pinned, PinnedAnswer, PinnedOptions, PinnedOptionsError};
pub use target::Target;
