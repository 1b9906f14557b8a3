//! The exact terms of a [`Sqlite`] store: sealed bytes, of which it knows nothing.

use rusqlite::Connection;
use store::{Pending, StoreError, TermRecord, TermStore};
use types::AppName;

use crate::errors::while_trying;
use crate::options::{LIST_ROWS_MAX, TERMS_BYTES_MAX};
use crate::sqlite::{Failure, Sqlite, next_revision};

impl TermStore for Sqlite {
    fn put(&self, term: TermRecord) -> Pending<'_, ()> {
        self.change("keep a term", move |transaction| {
            let others: usize = transaction.query_row(
                "SELECT coalesce(sum(length(sealed)), 0) FROM term WHERE app = ?1 AND id <> ?2",
                (term.app.as_str(), &term.id),
                |row| row.get(0),
            )?;
            if others.saturating_add(term.sealed.len()) > TERMS_BYTES_MAX {
                let (what, bytes_max) = ("list of terms of an app", TERMS_BYTES_MAX);
                return Err(Failure::Store(StoreError::TooLong { what, bytes_max }));
            }
            let kept = transaction.execute(
                "INSERT INTO term (id, app, label, sealed, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET label = ?3, sealed = ?4, created_ms = ?5 WHERE app = ?2",
                (&term.id, term.app.as_str(), &term.label, &term.sealed, term.created_ms),
            )?;
            if kept == 0 {
                return Err(Failure::Store(StoreError::Exists { what: "term" }));
            }
            next_revision(transaction)
        })
    }

    fn terms(&self, app: AppName) -> Pending<'_, Vec<TermRecord>> {
        self.readers.ask(move |connection| terms(connection, &app))
    }

    fn remove(&self, app: AppName, id: String) -> Pending<'_, bool> {
        self.change("remove a term", move |transaction| {
            let removed =
                transaction.execute("DELETE FROM term WHERE id = ?1 AND app = ?2", (&id, app.as_str()))?;
            next_revision(transaction)?;
            Ok(removed == 1)
        })
    }
}

fn terms(connection: &Connection, app: &AppName) -> Result<Vec<TermRecord>, StoreError> {
    let failed = while_trying("list the terms of an app");
    let mut select = connection
        .prepare_cached(
            "SELECT id, label, sealed, created_ms FROM term WHERE app = ?1 ORDER BY created_ms, id LIMIT ?2",
        )
        .map_err(&failed)?;
    let terms = select
        .query_map((app.as_str(), LIST_ROWS_MAX), |row| {
            Ok(TermRecord {
                id: row.get(0)?,
                app: app.clone(),
                label: row.get(1)?,
                sealed: row.get(2)?,
                created_ms: row.get(3)?,
            })
        })
        .map_err(&failed)?;
    terms.collect::<Result<_, _>>().map_err(&failed)
}
