//! The app keys of a [`Sqlite`] store.

use rusqlite::{Connection, OptionalExtension, Row};
use store::{AppKeyId, AppKeyRecord, KeyHash, KeyStore, Pending, StoreError};
use types::{AppName, Environment};

use crate::errors::while_trying;
use crate::options::LIST_ROWS_MAX;
use crate::sqlite::{Failure, Sqlite, next_revision, revision};

const COLUMNS: &str = "id, app, environment, hash, hint, created_ms, expires_ms, revoked_ms, last_used_ms";

impl KeyStore for Sqlite {
    fn create(&self, key: AppKeyRecord) -> Pending<'_, ()> {
        self.change("create a key", move |transaction| {
            let created = transaction.execute(
                "INSERT INTO app_key (id, app, environment, hash, hint, created_ms, expires_ms, revoked_ms, last_used_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
                (
                    key.id.as_str(),
                    key.app.as_str(),
                    key.environment.name(),
                    key.hash.0,
                    &key.hint,
                    key.created_ms,
                    key.expires_ms,
                    key.revoked_ms,
                    key.last_used_ms,
                ),
            )?;
            if created == 0 {
                return Err(Failure::Store(StoreError::Exists { what: "key" }));
            }
            next_revision(transaction)
        })
    }

    fn find(&self, id: AppKeyId) -> Pending<'_, Option<AppKeyRecord>> {
        self.readers.ask(move |connection| find(connection, &id))
    }

    fn list(&self) -> Pending<'_, Vec<AppKeyRecord>> {
        self.readers.ask(list)
    }

    fn revoke(&self, id: AppKeyId, at_ms: u64) -> Pending<'_, bool> {
        self.change("revoke a key", move |transaction| {
            let revoked = transaction.execute(
                "UPDATE app_key SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL",
                (id.as_str(), at_ms),
            )?;
            next_revision(transaction)?;
            Ok(revoked == 1)
        })
    }

    fn touch(&self, id: &AppKeyId, at_ms: u64) {
        self.shared.touches.remember(id, at_ms);
    }

    fn revision(&self) -> Pending<'_, u64> {
        self.readers.ask(revision)
    }
}

fn find(connection: &Connection, id: &AppKeyId) -> Result<Option<AppKeyRecord>, StoreError> {
    let failed = while_trying("look up a key");
    let mut select = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM app_key WHERE id = ?1"))
        .map_err(&failed)?;
    select.query_row([id.as_str()], |row| Ok(read(row))).optional().map_err(&failed)?.transpose()
}

fn list(connection: &Connection) -> Result<Vec<AppKeyRecord>, StoreError> {
    let failed = while_trying("list the keys");
    let mut select = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM app_key ORDER BY created_ms, id LIMIT ?1"))
        .map_err(&failed)?;
    let keys = select.query_map([LIST_ROWS_MAX], |row| Ok(read(row))).map_err(&failed)?;
    keys.map(|key| key.map_err(&failed)?).collect()
}

/// A key, or an error where a column does not hold what it must: a key of an environment that nobody knows is none.
fn read(row: &Row<'_>) -> Result<AppKeyRecord, StoreError> {
    let failed = while_trying("read a key");
    let environment: String = row.get(2).map_err(&failed)?;
    let environment = Environment::from_name(&environment)
        .ok_or_else(|| StoreError::Damaged { what: "a key has an environment that does not exist".into() })?;
    Ok(AppKeyRecord {
        id: AppKeyId::new(row.get::<_, String>(0).map_err(&failed)?),
        app: AppName::new(row.get::<_, String>(1).map_err(&failed)?),
        environment,
        hash: KeyHash(row.get(3).map_err(&failed)?),
        hint: row.get(4).map_err(&failed)?,
        created_ms: row.get(5).map_err(&failed)?,
        expires_ms: row.get(6).map_err(&failed)?,
        revoked_ms: row.get(7).map_err(&failed)?,
        last_used_ms: row.get(8).map_err(&failed)?,
    })
}
