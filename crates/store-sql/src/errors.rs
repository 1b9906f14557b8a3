//! From what SQLite says to what a store says.

use rusqlite::{Error, ErrorCode, ffi};
use store::StoreError;

/// The error of a store for an error of SQLite while trying `what`.
pub(crate) fn refused(what: &'static str, error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Held,
        Some(ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { what: "the database file is malformed".into() }
        }
        Some(ErrorCode::NotADatabase) => StoreError::Damaged { what: "the file is not a database".into() },
        _ => StoreError::Io { what, detail: told(error) },
    }
}

/// Lets `refused` be used with `map_err`.
pub(crate) fn while_trying(what: &'static str) -> impl Fn(Error) -> StoreError {
    move |error| refused(what, &error)
}

/// True where the disk may not hold what it said it holds: nothing may be acknowledged after that.
///
/// After a failed sync the kernel may drop the pages and report the next sync as good, so trying again proves nothing.
pub(crate) fn is_fatal(error: &Error) -> bool {
    let is_failed_sync = error.sqlite_error().is_some_and(|inner| {
        [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC, ffi::SQLITE_IOERR_CLOSE]
            .contains(&inner.extended_code)
    });
    let is_damaged =
        matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
    is_failed_sync || is_damaged
}

/// What the error says, without values: statements have parameters, so texts of SQLite name tables and columns only.
fn told(error: &Error) -> String {
    match error {
        Error::SqliteFailure(inner, message) => match message {
            Some(message) => format!("{message} (code {})", inner.extended_code),
            None => inner.to_string(),
        },
        Error::InvalidColumnType(at, name, kind) => format!("column {at} ({name}) holds a {kind}"),
        Error::IntegralValueOutOfRange(at, _) => format!("column {at} is out of range"),
        Error::QueryReturnedNoRows => "a row that must be there is missing".into(),
        _ => "the database answered in a way that does not fit".into(),
    }
}
