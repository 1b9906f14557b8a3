//! The store in one SQLite file: opening, asking, closing.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use ledger::Tree;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use store::{Pending, RootKey, StoreError};
use tokio::sync::oneshot;

use crate::activity::{Activity, Counters};
use crate::errors::{is_fatal, refused, while_trying};
use crate::file::{self, WriterLock};
use crate::health::Health;
use crate::options::{Access, Options, READERS};
use crate::queue::{Job, Queue};
use crate::readers::Readers;
use crate::touches::Touches;
use crate::write_back::WriteBack;
use crate::writer::{Shared, Writer};
use crate::{check, connection, ledger_rows, migration};

/// A store in one SQLite file. Implements [`LedgerStore`](store::LedgerStore), [`KeyStore`](store::KeyStore) and
/// [`TermStore`](store::TermStore).
///
/// Dropping it writes what is queued and waits for that; a program that ends should [`flush`](store::LedgerStore::flush)
/// first, which says whether it worked.
pub struct Sqlite {
    pub(crate) access: Access,
    pub(crate) shared: Shared,
    pub(crate) readers: Readers,
    writer: Option<JoinHandle<()>>,
    _lock: Option<WriterLock>,
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("access", &self.access).finish_non_exhaustive()
    }
}

impl Sqlite {
    /// Opens the store at `path`, or makes it where there is none and `options.access` allows it. Blocks; takes some
    /// milliseconds, however long the ledger is.
    ///
    /// Refused where another program writes the ledger ([`StoreError::Locked`]), where `root` is not the root key of
    /// the store ([`StoreError::WrongRootKey`]), where the store is newer than this program ([`StoreError::TooNew`]) or
    /// does not fit itself ([`StoreError::Damaged`]).
    pub fn open(path: &Path, root: &RootKey, options: Options) -> Result<Arc<Self>, StoreError> {
        let shared = Shared {
            queue: Arc::new(Queue::new(&options)),
            health: Arc::new(Health::default()),
            touches: Arc::new(Touches::default()),
            counters: Arc::new(Counters::default()),
        };
        if options.access == Access::Read {
            if !path.exists() {
                return Err(StoreError::NotFound { path: path.display().to_string() });
            }
            let readers = Self::readers(path, root, &options)?;
            return Ok(Arc::new(Self { access: options.access, shared, readers, writer: None, _lock: None }));
        }

        let lock = (options.access == Access::Write).then(|| WriterLock::take(path)).transpose()?;
        file::prepare(path)?;
        let mut connection = connection::writing(path, &options)?;
        migration::bring_up_to_date(&mut connection, root)?;
        check::compare(&connection, root)?;
        let tree = match options.access {
            Access::Write => ledger_rows::load_tree(&connection)?,
            Access::Manage | Access::Read => Tree::new(),
        };
        let readers = Self::readers(path, root, &options)?;
        let write_back = WriteBack::start(connection::writing(path, &options)?, Arc::clone(&shared.health))?;
        let writer = Writer::new(connection, tree, options.durability, shared.clone(), write_back)?;
        let thread = std::thread::Builder::new()
            .name("cordon-write".into())
            .spawn(move || writer.run())
            .map_err(|error| StoreError::Io { what: "start the writer", detail: error.to_string() })?;
        Ok(Arc::new(Self { access: options.access, shared, readers, writer: Some(thread), _lock: lock }))
    }

    /// What the store has done since it was opened. Cheap.
    pub fn activity(&self) -> Activity {
        self.shared.counters.so_far(self.shared.queue.records())
    }

    fn readers(path: &Path, root: &RootKey, options: &Options) -> Result<Readers, StoreError> {
        let mut connections = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let connection = connection::reading(path, options)?;
            migration::require_current(&connection)?;
            check::compare(&connection, root)?;
            connections.push(connection);
        }
        Readers::start(connections)
    }

    /// Gives the writer a job, or says why not.
    pub(crate) fn push(&self, job: Job) -> Result<(), StoreError> {
        self.shared.health.check()?;
        if self.writer.is_none() {
            return Err(StoreError::ReadOnly);
        }
        self.shared.queue.push(job)
    }

    /// Gives the writer a job that somebody waits for.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        job: impl FnOnce(crate::queue::Waiter<T>) -> Job,
    ) -> Pending<'_, T> {
        let (waiter, answer) = oneshot::channel();
        let pushed = self.push(job(waiter));
        Box::pin(async move {
            pushed?;
            // Without an answer the writer has ended: then it has said why.
            answer
                .await
                .unwrap_or_else(|_| Err(self.shared.health.check().err().unwrap_or(StoreError::Closed)))
        })
    }

    /// Runs `work` in a transaction on the writer's connection.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Pending<'_, T> {
        self.wait_for(|waiter| {
            Job::Change(Box::new(move |connection| {
                let result = connection.map_err(Failure::Store).and_then(|connection| {
                    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                    let value = work(&transaction)?;
                    transaction.commit()?;
                    Ok(value)
                });
                let (answer, stop) = match result {
                    Ok(value) => (Ok(value), None),
                    Err(Failure::Store(error)) => (Err(error), None),
                    Err(Failure::Sql(error)) => {
                        let answer = refused(what, &error);
                        let stop = is_fatal(&error).then(|| answer.to_string());
                        (Err(answer), stop)
                    }
                };
                let _ = waiter.send(answer);
                stop
            }))
        })
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // The readers first: the last connection that closes writes the log back and removes it, which only the writer's
        // can do.
        self.readers.stop();
        self.shared.queue.close();
        if let Some(writer) = self.writer.take() {
            // A writer that ended by a panic has stopped the store already.
            let _ = writer.join();
        }
    }
}

/// Why a change did not happen.
pub(crate) enum Failure {
    /// The database says no.
    Sql(rusqlite::Error),
    /// It must not happen.
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// Counts a change of keys or terms, in the transaction of the change.
pub(crate) fn next_revision(transaction: &Transaction<'_>) -> Result<(), Failure> {
    transaction.execute("UPDATE revision SET number = number + 1", ())?;
    Ok(())
}

/// How often keys or terms changed.
pub(crate) fn revision(connection: &Connection) -> Result<u64, StoreError> {
    connection
        .prepare_cached("SELECT number FROM revision")
        .and_then(|mut select| select.query_row((), |row| row.get(0)))
        .map_err(while_trying("read the revision of keys and terms"))
}
