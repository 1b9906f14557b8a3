//! Record to leaf to tree to proof: the tamper-evident log, without saying where it is kept.
//!
//! A [`Record`] says what left, to whom and why, or why nothing left, without any original value. Its canonical bytes
//! ([`Record::leaf`], RFC 8785) are one leaf of an RFC 6962 Merkle tree. [`Tree`] is the state that an append needs,
//! [`Verifier`] recomputes everything and names the first bad record, [`inclusion_proof`] and [`consistency_proof`] are
//! what a third party needs. [`ExportLine`] is one line of the export, which a short Python program verifies
//! (`docs/how-to/verify-the-ledger.md`).
//!
//! This crate leaves to others: the database, durability, signing, time. It does no input or output.
//!
//! Invariants:
//! - A leaf has one spelling: `Record::parse(leaf)?.leaf()? == leaf`, also for records of versions and kinds this
//!   crate does not know (test `what_parses_is_spelled_one_way`).
//! - A leaf has at most [`LEAF_BYTES_MAX`] bytes: the limit of the C2SP entry bundle, so that tiles can come later
//!   without changing a leaf.
//! - Strings in a record are names ([`Name`] and the names of `types`), bounded in length, without control characters;
//!   a name that the caller chose passes [`Name::from_caller`].
//! - Numbers are integers that every JSON reader keeps exactly (at most 2^53 - 1).
//! - A member that version 1 does not have is an error. Until the first release members may be added that can be left out; what comes
//!   later raises `v`.
//!
//! ```
//! use cordon_ledger::{Claim, Name, Record, Refusal, Tree, leaf_hash, verify};
//! use types::ExchangeId;
//!
//! let refusal = Refusal::new(ExchangeId::new("ex-1"), 1_795_608_000_000, Name::new("unknown_key"), 401);
//! let leaf = Record::Refusal(refusal).leaf()?;
//! let mut tree = Tree::new();
//! tree.append(leaf_hash(&leaf));
//!
//! let claim = Claim { index: 0, leaf_hash: leaf_hash(&leaf), root: tree.root(), leaf, copies: None };
//! assert_eq!(verify([&claim], &[tree.head()]).first_bad, None);
//! # Ok::<(), cordon_ledger::RecordError>(())
//! ```

mod canonical;
mod digest;
mod export;
mod name;
mod proof;
mod record;
mod tree;
mod verify;

pub use digest::Digest;
pub use export::{ExportError, ExportLine};
pub use name::Name;
pub use proof::{consistency_holds, consistency_proof, inclusion_holds, inclusion_proof};
pub use record::{
    Kind, LEAF_BYTES_MAX, Mode, Other, Record, RecordError, VERSION, intent::Destination, intent::Intent,
    outcome::Ending, outcome::Outcome, outcome::Region, outcome::Usage, outcome::UsageSource,
    question::Declaration, question::Question, refusal::Refusal,
};
pub use tree::{Head, Receipt, Tree, leaf_hash, node_hash};
pub use verify::{Bad, BadReason, Claim, Copies, Verification, Verifier, verify};
