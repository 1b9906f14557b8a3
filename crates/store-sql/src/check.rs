//! The root key belongs to the store, or nothing is opened.
//!
//! The store keeps a key that is derived for nothing but this. It tells nothing of the root key or of other derived keys.
//! A new store gets it in the transaction that makes it; one without it is damaged, and not made again.

use rusqlite::{Connection, OptionalExtension};
use store::{KeyHash, RootKey, StoreError};

use crate::errors::while_trying;

const NAME: &str = "root_key_check";

/// Binds a new store to its root key.
pub(crate) fn keep(connection: &Connection, root: &RootKey) -> Result<(), StoreError> {
    connection
        .execute("INSERT INTO meta (name, value) VALUES (?1, ?2)", (NAME, root.derive("check").expose()))
        .map_err(while_trying("keep the check of the root key"))?;
    Ok(())
}

/// Refuses another root key than the one the store was made with.
pub(crate) fn compare(connection: &Connection, root: &RootKey) -> Result<(), StoreError> {
    let kept: Option<[u8; 32]> = connection
        .query_row("SELECT value FROM meta WHERE name = ?1", [NAME], |row| row.get(0))
        .optional()
        .map_err(while_trying("read the check of the root key"))?;
    let kept =
        kept.ok_or_else(|| StoreError::Damaged { what: "the check of the root key is missing".into() })?;
    // `KeyHash` compares in constant time.
    if KeyHash(kept) == KeyHash(*root.derive("check").expose()) {
        Ok(())
    } else {
        Err(StoreError::WrongRootKey)
    }
}
