//! SQLite behind the traits of `store`: one file, one writer, a few readers.
//!
//! ```text
//!  append, append_later, keys, terms            recent, leaves, head, find, list
//!            │  bounded queue                              │  bounded queue
//!            ▼                                             ▼
//!     writer thread: group commit                  reader threads (2)
//!            │                                             │
//!            └──────────── cordon.db (WAL) ────────────────┘
//!                               ▲
//!                  write-back thread: log → file
//! ```
//!
//! Everything that waits when the writer is free goes into one transaction, so that one sync of the disk serves all.
//! Queries run beside it and never hold it up.
//!
//! Invariants:
//! - A receipt is given only after the commit that holds its record. The head in memory moves after the commit and not
//!   before (test `a_failed_group_leaves_the_head_where_it_was`).
//! - One process writes a ledger: the lock file is held as long as the store is open (test
//!   `a_second_writer_is_turned_away_and_let_in_afterwards`). Others may read it, and manage keys and terms, at the same time.
//! - After a failed sync nothing is acknowledged any more until the store was opened anew (`health.rs`).
//! - A root key that does not belong to the store is refused before anything is read or written.
//! - Every wait has a bound: queues by number and bytes, locks by time, answers by number and bytes.
//!
//! Why threads and not `spawn_blocking`: a database connection wants one owner, the writer must outlive any runtime that
//! is being shut down, and a group is gathered best by the thread that commits it.

//!
//! ```
//! use ledger::{Name, Record, Refusal};
//! use store::{LedgerStore, RootKey};
//! use cordon_store_sql::{Options, Sqlite};
//! use types::ExchangeId;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let state_dir = folder.path();
//! let root = RootKey::new([7; 32]);
//! let store = Sqlite::open(&state_dir.join("cordon.db"), &root, Options::default())?;
//! let refusal = Refusal::new(ExchangeId::new("ex-1"), 1_795_608_000_000, Name::new("unknown_key"), 401);
//! let receipt = store.append(Record::Refusal(refusal)).await?;
//! assert_eq!(receipt.index, 0);
//! assert_eq!(store.head().await?.size, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod activity;
mod check;
mod connection;
mod errors;
mod events;
#[cfg(test)]
mod failures;
mod file;
mod health;
mod keys;
mod ledger_rows;
mod ledger_store;
mod meters;
mod migration;
mod options;
mod queue;
mod readers;
mod sqlite;
mod terms;
mod touches;
mod write_back;
mod writer;

pub use activity::Activity;
pub use options::{Access, Options};
pub use sqlite::Sqlite;
