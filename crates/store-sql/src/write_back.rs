//! Writing the log back: beside the writer, so that appends do not wait for it.
//!
//! What was committed stands in the write-ahead log until it is written into the database file, which costs writes all
//! over the file and two syncs. A thread of its own does the bulk of that while groups go on being committed. What comes
//! in meanwhile keeps the log from starting anew, so the writer does the small rest itself, between two groups.
//!
//! Not left to SQLite's own trigger, which runs inside the commit and swallows errors of the sync.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use store::StoreError;

use crate::errors::{is_fatal, refused};
use crate::events;
use crate::health::Health;

/// How much of the log stands in the database file after writing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// Pages in the log.
    pub(crate) pages: u64,
    /// Pages of it that stand in the database file.
    pub(crate) done: u64,
}

/// Writes back what no reader needs in the log any more. A failed sync stops the store.
pub(crate) fn write_back(connection: &Connection, health: &Health) -> Option<Written> {
    let result = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |row| {
        let count = |column| row.get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or(0));
        let is_held = row.get::<_, i64>(0)? != 0;
        let written = Written { pages: count(1)?, done: count(2)? };
        // Another program is writing back: the counts say nothing.
        Ok((!is_held).then_some(written))
    });
    result.unwrap_or_else(|error| {
        let answer = refused("write the log back", &error);
        if is_fatal(&error) {
            health.stop(&answer.to_string());
        }
        events::write_back_failed(&answer);
        None
    })
}

/// The thread that does the bulk.
pub(crate) struct WriteBack {
    wanted: Option<SyncSender<()>>,
    is_asked: bool,
    is_done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl WriteBack {
    /// Starts the thread, with a writing connection of its own.
    pub(crate) fn start(connection: Connection, health: Arc<Health>) -> Result<Self, StoreError> {
        let (wanted, asked) = sync_channel(1);
        let is_done = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&is_done);
        let thread = std::thread::Builder::new()
            .name("cordon-back".into())
            .spawn(move || work(&connection, &asked, &done, &health))
            .map_err(|error| StoreError::Io {
                what: "start a thread of the store",
                detail: error.to_string(),
            })?;
        Ok(Self { wanted: Some(wanted), is_asked: false, is_done, thread: Some(thread) })
    }

    /// Asks for the bulk to be written back, if that is not asked already. False where the thread has ended.
    pub(crate) fn ask(&mut self) -> bool {
        if self.is_asked {
            return true;
        }
        self.is_asked = self.wanted.as_ref().is_some_and(|wanted| wanted.try_send(()).is_ok());
        self.is_asked
    }

    /// True once after the bulk was written back.
    pub(crate) fn take_done(&mut self) -> bool {
        let is_done = self.is_done.swap(false, Ordering::AcqRel);
        self.is_asked &= !is_done;
        is_done
    }
}

impl Drop for WriteBack {
    fn drop(&mut self) {
        self.wanted = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(connection: &Connection, asked: &Receiver<()>, done: &AtomicBool, health: &Health) {
    while asked.recv().is_ok() {
        // The second time writes what came while the first wrote; it is short, and makes the rest shorter still.
        write_back(connection, health);
        write_back(connection, health);
        done.store(true, Ordering::Release);
    }
}
