//! What is kept, without saying in which database: narrow traits, their records, and encryption at rest.
//!
//! | trait | keeps |
//! |---|---|
//! | [`LedgerStore`] | the records of the `ledger`, in order, durable before a receipt is given |
//! | [`KeyStore`] | app keys, as keyed hashes |
//! | [`TermStore`] | exact terms of apps, sealed |
//! | [`MeterStore`] | how many people's data went where, as bits that tell nobody |
//!
//! Beside them stand what makes their content unreadable to who only has the database: [`RootKey`], from which all other
//! keys are derived with separate labels, [`Sealer`] for what must come back, and [`AppKeyHasher`] for what must only
//! be compared. Another database is a crate of its own that implements the traits and passes the same tests.
//!
//! This crate leaves to others: SQL, files, time and randomness. Both of the latter are handed in.
//!
//! Invariants:
//! - No key and no opened value prints: `Debug` tells what they are (test `keys_do_not_print`).
//! - A root key never leaves except through [`RootKey::to_hex`], for the one file that holds it.
//! - Sealed bytes open only under the purpose, app and id they were sealed for (test
//!   `sealed_bytes_open_only_where_they_belong`).
//! - An app key is compared by its whole hash in constant time; the id by which it is looked up tells nothing of it.
//!
//! ```
//! use cordon_store::{AppKeyHasher, KeyState, RootKey, check_app_key, mint_app_key};
//! use types::{AppName, Environment};
//!
//! let hasher = AppKeyHasher::new(&RootKey::new([7; 32]));
//! let key = mint_app_key(Environment::Prod, [42; 32]); // shown once
//! let record = hasher.record(&key, AppName::new("billing"), 1_000, Some(9_000))?; // what is kept
//!
//! assert_eq!(check_app_key(&key)?, Environment::Prod); // a mistyped key ends here
//! assert_eq!(hasher.id(&hasher.hash(&key)), record.id); // how it is looked up
//! assert!(hasher.is_key_of(&key, &record) && record.state(1_500) == KeyState::Active);
//! # Ok::<(), cordon_store::AppKeyError>(())
//! ```

mod app_key;
mod error;
mod keys;
mod ledger_store;
mod meters;
mod root_key;
mod sealer;
mod terms;

use std::future::Future;
use std::pin::Pin;

pub use app_key::{AppKeyError, AppKeyHasher, KeyHash, check_app_key, mint_app_key};
pub use error::StoreError;
pub use keys::{AppKeyId, AppKeyRecord, KeyState, KeyStore};
pub use ledger::{Head, Receipt, Record};
pub use ledger_store::{Durability, LedgerStore, RecordQuery, StoredLeaf, StoredRecord, verify_ledger};
pub use meters::{MeterMonth, MeterStore};
pub use root_key::{DerivedKey, DerivedText, RootKey, RootKeyError};
pub use sealer::{NONCE_BYTES, Opened, SealContext, SealError, Sealer};
pub use terms::{TermRecord, TermStore};

/// What a store answers with, later.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;
