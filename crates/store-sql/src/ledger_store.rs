//! The ledger of a [`Sqlite`] store.

use ledger::{Head, Receipt, Record};
use store::{LedgerStore, Pending, RecordQuery, StoreError, StoredLeaf, StoredRecord};

use crate::ledger_rows::{self, Row};
use crate::options::Access;
use crate::queue::Job;
use crate::sqlite::Sqlite;

impl Sqlite {
    fn row(&self, record: &Record) -> Result<Row, StoreError> {
        self.shared.health.check()?;
        if self.access != Access::Write {
            return Err(StoreError::ReadOnly);
        }
        Row::of(record)
    }
}

impl LedgerStore for Sqlite {
    fn append(&self, record: Record) -> Pending<'_, Receipt> {
        match self.row(&record) {
            Ok(row) => self.wait_for(|waiter| Job::Append(row, waiter)),
            Err(error) => Box::pin(async move { Err(error) }),
        }
    }

    fn append_later(&self, record: Record) -> Result<(), StoreError> {
        self.push(Job::AppendLater(self.row(&record)?))
    }

    fn recent(&self, query: RecordQuery) -> Pending<'_, Vec<StoredRecord>> {
        self.readers.ask(move |connection| ledger_rows::recent(connection, &query))
    }

    fn leaves(&self, from: u64, limit: u32) -> Pending<'_, Vec<StoredLeaf>> {
        self.readers.ask(move |connection| ledger_rows::leaves(connection, from, limit))
    }

    fn head(&self) -> Pending<'_, Head> {
        self.readers.ask(ledger_rows::head)
    }

    fn flush(&self) -> Pending<'_, ()> {
        self.wait_for(Job::Flush)
    }

    fn ready(&self) -> Result<(), StoreError> {
        self.shared.health.check()?;
        if self.access == Access::Write { Ok(()) } else { Err(StoreError::ReadOnly) }
    }
}
