//! The door: listeners, routes, app keys, limits, the keyring, and the ports of an exchange over the real world.
//!
//! ```text
//!  bytes ─ listen ─ front ─┬ route ─ key ─ gate ─ body ──▶ exchange ──▶ upstream (net, keyring, echo)
//!                          │                                  │  └────▶ journal (ledger store)
//!                          └ refusal in the dialect's shape   └───────▶ vault (root key, terms)
//! ```
//!
//! [`Gateway::start`] opens two listeners: one for applications, one for operations (`/healthz`, `/readyz`,
//! `/metrics`). Each request goes the way that `front.rs` writes down once, step by step. What is decided here is decided
//! before the body is read wherever that is possible. The order of everything after that is the business of `exchange`.
//!
//! One function answers all application routes: the route table of `wire` is matched exactly, so there is no router, no
//! path normalisation and no layer in between; hyper is used directly.
//!
//! Invariants:
//! - A head of HTTP/1 that two readers could read differently is refused, and nothing after it is read (tests in
//!   `tests/heads.rs`, properties in `framing/tests.rs`).
//! - A path or method that is not in the route table is refused (test `what_is_no_route_is_refused`).
//! - No request is read without a valid app key (test `no_body_is_read_without_a_valid_key`).
//! - A provider key goes to the origin of its own surface only, and never to an app of another environment (tests in
//!   `tests/keys.rs`).
//! - A connection on which nothing is asked ends, and so does an answer of which nothing is taken (tests in
//!   `tests/idle.rs`).
//! - Nothing is sent while the head of the ledger does not verify (test
//!   `a_ledger_whose_head_does_not_verify_lets_nothing_out`).
//! - Bodies are bounded before and after decoding, in size and in time (tests in `tests/bodies.rs`).
//! - No log line and no metric holds a value, a query, a path or a header (everything that is said stands in
//!   `events.rs`).
//! - A reload is used whole or not at all: a request sees one set of [`Rules`] from its start to its end.

mod activity;
mod admin;
mod auth;
mod body;
mod budget;
mod canary;
mod clock;
mod connection;
mod echo;
mod error;
mod events;
mod forwarding;
mod framing;
mod front;
mod gate;
mod gateway;
mod head;
mod heavy;
mod ids;
mod journal;
mod keyring;
mod keys;
mod listen;
mod live;
mod meters;
mod models;
mod refusal;
mod reply;
mod running;
mod settings;
mod stall;
mod tls;
mod upstream;
mod vault;

pub use error::GatewayError;
pub use gateway::Gateway;
pub use running::Running;
pub use settings::{
    DeploymentSettings, Hooks, Observer, ProviderKeySettings, Rules, ServerLimits, ServerSettings, Stores,
    TlsFiles, VaultSource,
};
pub use tls::TlsError;
