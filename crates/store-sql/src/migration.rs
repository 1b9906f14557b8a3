//! The version of the store: numbered SQL, each run once, in one transaction with the note that it ran.
//!
//! Why not a migration crate: they pin older versions of the driver, and this is all there is to it. A migration that was
//! run is never changed: its digest is kept and compared.

use ledger::Digest;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use store::{RootKey, StoreError};

use crate::check;
use crate::connection::APPLICATION_ID;
use crate::errors::while_trying;

struct Migration {
    number: u32,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, sql: include_str!("../migrations/0001_start.sql") },
    Migration { number: 2, sql: include_str!("../migrations/0002_meters.sql") },
];

/// The newest version that this program knows.
fn known() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// Brings the store up to date. Refuses what is not a store, is newer, or was made by another history. A new store is
/// bound to `root` in the transaction that makes it, so that there is never one that would take any key.
pub(crate) fn bring_up_to_date(connection: &mut Connection, root: &RootKey) -> Result<(), StoreError> {
    let failed = while_trying("bring the store up to date");
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&failed)?;
    if is_empty(&transaction).map_err(&failed)? {
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(&failed)?;
        transaction
            .execute_batch(
                "CREATE TABLE migration (number INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT;",
            )
            .map_err(&failed)?;
    }
    let found = version(&transaction)?;
    for migration in MIGRATIONS.iter().filter(|migration| migration.number > found) {
        transaction.execute_batch(migration.sql).map_err(&failed)?;
        transaction
            .execute(
                "INSERT INTO migration (number, digest) VALUES (?1, ?2)",
                (migration.number, Digest::of(migration.sql.as_bytes()).0),
            )
            .map_err(&failed)?;
    }
    if found == 0 {
        check::keep(&transaction, root)?;
    }
    transaction.commit().map_err(&failed)
}

/// Refuses a store that this program cannot read as it is.
pub(crate) fn require_current(connection: &Connection) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found < known() {
        return Err(StoreError::TooOld { found, known: known() });
    }
    Ok(())
}

/// The version of a store, after it was found to be one and its history to be ours.
fn version(connection: &Connection) -> Result<u32, StoreError> {
    let failed = while_trying("read the version of the store");
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(&failed)?;
    if application != APPLICATION_ID {
        return Err(StoreError::Damaged { what: "the file is not a store of Cordon".into() });
    }
    let found: u32 = connection
        .query_row("SELECT coalesce(max(number), 0) FROM migration", (), |row| row.get(0))
        .map_err(&failed)?;
    if found > known() {
        return Err(StoreError::TooNew { found, known: known() });
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.number <= found) {
        let digest: Option<[u8; 32]> = connection
            .query_row("SELECT digest FROM migration WHERE number = ?1", [migration.number], |row| row.get(0))
            .optional()
            .map_err(&failed)?;
        if digest != Some(Digest::of(migration.sql.as_bytes()).0) {
            let what = format!("step {} of its making is not the one of this program", migration.number);
            return Err(StoreError::Damaged { what });
        }
    }
    Ok(found)
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", (), |row| row.get(0))
}
