//! Provider facts: who they are, where they are reached, what they do with data, on which evidence; and what follows for a deployment.
//!
//! Two halves. [`Registry`] says how a provider is reached: hosts, dialects, key headers. [`Facts`] says what its documents promise:
//! values with scope, status, source and date, under a vocabulary that is data. [`Facts::standing`] folds them, with what is declared
//! of the account, to the one value that policy sees.
//!
//! Promises: a loaded file is checked whole, with file, line and column; a host is pinned per surface; the same facts, account and
//! day give the same standing; nobody's silence counts as a promise. There is no clock here and no HTTP: days and texts are handed in.
//!
//! Law tables stand in [`law`].
//!
//! Invariants:
//! - Every surface of a provider has an origin of its own, and nothing but that origin may get the provider's key
//!   (test `a_surface_has_exactly_one_origin`).
//! - A fact that is unknown, too old or in conflict counts as its fail-closed value (tests of `facts`).

mod account;
mod answers;
mod compare;
mod day;
mod fact;
mod facts;
mod fold;
pub mod law;
mod load;
mod log_names;
mod models;
mod origin;
mod pattern;
mod places;
mod problem;
mod provider;
mod questions;
mod read;
mod schema;
mod standing;

pub use account::{Account, Grant};
pub use answers::{Answers, DATE, REFERENCE, SIGNER};
pub use compare::{Said, Standard};
pub use day::Day;
pub use fact::{Asked, Basis, Fact, Scope, Source, SourceKind, Status, Value};
pub use facts::{Facts, HostStanding, Resolved};
pub use fold::{Adequacy, Recipient};
pub use load::{BUILTIN, Registry, RegistryError, RegistryFile};
pub use log_names::{LogName, LogNames};
pub use models::{Capability, Modality, Model, Price};
pub use origin::Origin;
pub use places::{GLOBAL, Regions, country_of_location};
pub use problem::{FileProblem, FileProblems};
pub use provider::{KeyHeader, Provider, Surface};
pub use questions::{Language, Open, Question, Questions, Section, Why, Words};
pub use read::Profile;
pub use schema::{InConflict, Key, Schema, Type, Worse};
pub use standing::{Doubt, Handling, Standing};
