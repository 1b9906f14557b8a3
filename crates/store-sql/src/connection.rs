//! Connections: how SQLite is set up for writing and for reading.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use store::{Durability, StoreError};

use crate::errors::while_trying;
use crate::options::Options;

/// Marks the file as a store of Cordon: `CRDN`.
pub(crate) const APPLICATION_ID: i32 = 0x4352_444e;

/// A connection that may write. The file exists already.
pub(crate) fn writing(path: &Path, options: &Options) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(while_trying("open the store"))?;
    let set_up = || {
        // The time limit comes first: changing the journal mode takes a lock.
        connection.busy_timeout(options.busy)?;
        let mode: String =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        // What is removed is overwritten.
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // The log is written back where its errors are seen (`write_back.rs`).
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        connection.set_prepared_statement_cache_capacity(32);
        set_durability(&connection, options.durability)?;
        Ok(mode)
    };
    let mode = set_up().map_err(while_trying("set up the store"))?;
    if mode != "wal" {
        let detail = "its file system cannot share memory between programs: use a local disk".into();
        return Err(StoreError::Io { what: "set up the store", detail });
    }
    Ok(connection)
}

/// Sets what the next commits promise. `NORMAL` in WAL mode: the commit is in the page cache of the kernel, which
/// outlives the process; `FULL`: it is synced.
pub(crate) fn set_durability(connection: &Connection, durability: Durability) -> rusqlite::Result<()> {
    let level = match durability {
        Durability::Disk => "FULL",
        Durability::Process => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", level)
}

/// A connection that may only read.
pub(crate) fn reading(path: &Path, options: &Options) -> Result<Connection, StoreError> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(while_trying("open the store for reading"))?;
    let set_up = || {
        connection.busy_timeout(options.busy)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(())
    };
    set_up().map_err(while_trying("set up the store for reading"))?;
    Ok(connection)
}
