//! One request from bytes to bytes: the order of the steps, fail closed, bounded.
//!
//! The order stands once, in `exchange.rs`, one call per step. The world outside is reached only through the ports of
//! `ports.rs` (`Upstream`, `Journal`, `Vault`) and a clock, so that a test can break each of them at any moment without
//! a socket, millions of times a minute. This crate knows no HTTP server, no SQL, no files and no environment.
//!
//! Invariants:
//! - No record, no egress: `Upstream::send` is called only after `Journal::append` gave a receipt for the intent (test
//!   `nothing_leaves_without_a_record`).
//! - Every exchange that got an intent record gets exactly one outcome record, also when the caller goes away (test
//!   `every_intent_has_one_outcome`).
//! - Whatever fails before egress refuses: there is no default verdict and no path around a step.
//! - Observe mode changes what is sent, never what is detected, decided and recorded.

pub use detect::{ExactTerms, exact_term_entity};
pub use veil::Forms;

mod answer;
mod considered;
mod conversations;
mod decide;
mod exchange;
mod face;
mod finder;
mod guard;
mod headers;
mod inspect;
mod outcome;
mod ports;
mod preview;
mod question;
mod records;
mod refused;
mod region;
mod replace;
mod replay;
mod restoring;
mod seams;
mod shared;
mod sieve;
mod stream;
mod subjects;
mod survey;
mod within;

pub use considered::{Considered, Lost};
pub use conversations::Conversations;
pub use decide::{NothingKnown, Standings};
pub use exchange::{Exchange, Settings};
pub use face::{App, ExchangeLimits, Guard, Incoming, Mode, OutBody, Outgoing};
pub use finder::{CachedFinder, Finder};
pub use ports::{
    Answer, AnswerBody, AppVault, Call, Clock, Journal, JournalFault, Ports, Upstream, UpstreamFault, Vault,
    VaultFault,
};
pub use preview::{Preview, PreviewFinding};
pub use records::MODEL_HEX_DIGITS;
pub use refused::{Refused, RefusedEarly};
pub use region::Place;
pub use replay::{Cannot, Cause, Difference, Group, Recorded, Replay, Replayed, Tally, What};
pub use sieve::Sieve;
pub use stream::AnswerStream;
pub use survey::Surveyed;
