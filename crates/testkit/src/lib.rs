//! `testkit`: what tests and benchmarks of the product need on the other side of a socket.
//!
//! **Duty.** A mock provider that records and answers as a script says ([`MockProvider`]), a client that sees every byte
//! and when it came ([`client`]), a load generator ([`load`]), the real binary as a child process ([`Cordon`]), exchanges
//! as data ([`wire_case`]), and a search of everything that was written for what must not be there ([`evidence`]).
//!
//! **Place.** Below nothing of the product and above nothing: it knows the wire formats and the command line, and imports
//! no crate of ours. So it cannot share a mistake with what it tests.
//!
//! **Invariants.**
//! - Sockets are on loopback, files below one folder of the target directory.
//! - HTTP/1.1 is written and read here by hand: cuts of single bytes, resets and half-told bodies are the point, and a
//!   library would smooth them away.
//! - A child process ends with its handle; it is killed by its own id and no other.

pub mod client;
pub mod compression;
pub mod dialect;
pub mod evidence;
mod gateway;
pub mod histogram;
pub mod http1;
pub mod load;
pub mod marks;
mod mock;
pub mod process;
pub mod script;
pub mod sse;
mod trouble;
pub mod wire_case;

pub use gateway::{AppSpec, Cordon, CordonSpec, Term, binary, evidence_root};
pub use mock::fast;
pub use mock::{Answers, Call, MockProvider};
pub use trouble::Trouble;
