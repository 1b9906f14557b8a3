//! The gateway over its face: real sockets, stores in memory, a provider that notes every byte.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod bodies;
mod client;
mod echo;
mod framing;
mod heads;
mod http2;
mod idle;
mod keys;
mod operations;
mod overload;
mod provider;
mod routes;
mod stores;
mod tls;
mod upstream;
mod world;
