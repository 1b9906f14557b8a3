//! The writer: one thread that owns the writing connection and commits in groups.
//!
//! A group is everything that waited when the writer was free. Its rows, the new head and the use of keys are one
//! transaction; receipts go out after the commit. What a failed commit means depends on why:
//!
//! - no space, held by another, an error of the disk: the appends of this group are refused, outcomes are kept and tried
//!   again with the next group, the head stays where it was;
//! - a failed sync, a malformed file, a head that somebody else moved: the writer stops (`health.rs`).
//!
//! The write-ahead log is written back beside it (`write_back.rs`); the writer does the rest of that between two groups.

use std::collections::VecDeque;
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::{Receipt, Tree};
use rusqlite::hooks::Wal;
use rusqlite::{Connection, TransactionBehavior};
use store::{Durability, StoreError};

use crate::activity::Counters;
use crate::connection::set_durability;
use crate::errors::{is_fatal, refused, while_trying};
use crate::events;
use crate::health::Health;
use crate::ledger_rows::{self, Row};
use crate::options::{AGAIN, IDLE, LOG_PAGES_IDLE, LOG_PAGES_MAX, LOG_PAGES_STEP};
use crate::queue::{Change, Job, Queue, Taken, Waiter};
use crate::touches::{self, Touches};
use crate::write_back::{WriteBack, write_back};

/// What the writer thread owns.
pub(crate) struct Writer {
    connection: Connection,
    tree: Tree,
    durability: Durability,
    shared: Shared,
    /// Outcomes whose group failed.
    kept: Vec<Row>,
    /// How many waited for the last group.
    together: usize,
    /// How many pages the write-ahead log holds that are not written back; set by SQLite with each commit.
    log_pages: Arc<AtomicU64>,
    write_back: WriteBack,
    /// From how many pages on the log is written back under load.
    write_back_at: u64,
}

/// What the writer shares with those who ask.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) queue: Arc<Queue>,
    pub(crate) health: Arc<Health>,
    pub(crate) touches: Arc<Touches>,
    pub(crate) counters: Arc<Counters>,
}

/// Stops the store when the writer's thread ends in another way than by being closed. Nobody waits for ever then: what is
/// queued is dropped, and with it goes the promise of an answer.
struct Watch {
    shared: Shared,
    is_closed: bool,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.is_closed {
            self.shared.health.stop("the writer ended by an error in the program");
            self.shared.queue.abandon();
        }
    }
}

impl Writer {
    pub(crate) fn new(
        mut connection: Connection,
        tree: Tree,
        durability: Durability,
        shared: Shared,
        write_back: WriteBack,
    ) -> Result<Self, StoreError> {
        let log_pages = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&log_pages);
        let count = move |_: &mut Wal, pages: c_int| {
            counter.store(u64::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        let (kept, together, write_back_at) = (Vec::new(), 0, LOG_PAGES_MAX);
        connection.wal_hook(Some(count)).map_err(while_trying("set up the store"))?;
        Ok(Self {
            connection,
            tree,
            durability,
            shared,
            kept,
            together,
            log_pages,
            write_back,
            write_back_at,
        })
    }

    /// Works until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        let mut watch = Watch { shared: self.shared.clone(), is_closed: false };
        let queue = Arc::clone(&self.shared.queue);
        let mut jobs = VecDeque::new();
        loop {
            let idle = match (self.kept.is_empty(), self.log_pages() >= LOG_PAGES_IDLE) {
                (false, _) => Some(AGAIN),
                (true, true) => Some(IDLE),
                (true, false) => None,
            };
            match queue.take(self.together, idle, &mut jobs) {
                Taken::Jobs => self.work(&mut jobs),
                Taken::Idle => self.rest(),
                Taken::Closed => break,
            }
        }
        self.finish();
        watch.is_closed = true;
    }

    fn work(&mut self, jobs: &mut VecDeque<Job>) {
        let mut group = Vec::with_capacity(jobs.len());
        self.together = 0;
        while let Some(job) = jobs.pop_front() {
            match job {
                Job::Append(row, waiter) => group.push((row, Some(waiter))),
                Job::AppendLater(row) => group.push((row, None)),
                Job::Change(change) => {
                    let _ = self.commit_group(std::mem::take(&mut group), false);
                    self.change(change);
                }
                Job::Flush(waiter) => {
                    let result = self.commit_group(std::mem::take(&mut group), true);
                    // Nobody may be waiting any more.
                    let _ = waiter.send(result);
                }
            }
        }
        let _ = self.commit_group(group, false);
        let is_rest_due = self.write_back.take_done();
        if is_rest_due || (self.log_pages() >= self.write_back_at && !self.write_back.ask()) {
            self.write_log_back();
        }
    }

    fn rest(&mut self) {
        if !self.kept.is_empty() {
            let _ = self.commit_group(Vec::new(), false);
        }
        if self.log_pages() >= LOG_PAGES_IDLE {
            self.write_log_back();
        }
    }

    fn finish(&mut self) {
        let _ = self.commit_group(Vec::new(), true);
        if !self.kept.is_empty() {
            events::outcomes_lost(self.kept.len());
        }
        if self.shared.health.check().is_ok() {
            self.write_log_back();
        }
    }

    /// Commits a group together with what is kept from before, and answers those who wait: who gets the result here
    /// needs it only to tell it to somebody else.
    fn commit_group(
        &mut self,
        mut group: Vec<(Row, Option<Waiter<Receipt>>)>,
        with_all_touches: bool,
    ) -> Result<(), StoreError> {
        // Who does not wait any more has been refused already, and nothing leaves for it.
        let is_wanted =
            |waiter: &Option<Waiter<Receipt>>| waiter.as_ref().is_none_or(|waiter| !waiter.is_closed());
        for (row, _) in group.extract_if(.., |(_, waiter)| !is_wanted(waiter)) {
            self.shared.queue.release(1, row.leaf.len());
        }
        let waiting = group.iter().filter(|(_, waiter)| waiter.is_some()).count();
        self.together = self.together.max(waiting);

        let result = self.shared.health.check().and_then(|()| self.commit(&group, with_all_touches));
        match result {
            Ok(receipts) => {
                let kept = std::mem::take(&mut self.kept);
                let bytes =
                    kept.iter().chain(group.iter().map(|(row, _)| row)).map(|row| row.leaf.len()).sum();
                self.shared.queue.release(kept.len() + group.len(), bytes);
                self.shared.counters.committed(kept.len() + group.len());
                for ((_, waiter), receipt) in group.into_iter().zip(receipts) {
                    if let Some(waiter) = waiter {
                        let _ = waiter.send(Ok(receipt));
                    }
                }
                Ok(())
            }
            Err(error) => {
                self.refuse(group, &error);
                Err(error)
            }
        }
    }

    /// Receipts of the rows of `group`, after they are durable.
    fn commit(
        &mut self,
        group: &[(Row, Option<Waiter<Receipt>>)],
        with_all_touches: bool,
    ) -> Result<Vec<Receipt>, StoreError> {
        let due = self.shared.touches.due(with_all_touches);
        if self.kept.is_empty() && group.is_empty() && (due.is_empty() || !with_all_touches) {
            return Ok(Vec::new());
        }
        let rows = || self.kept.iter().chain(group.iter().map(|(row, _)| row));
        let mut tree = self.tree.clone();
        let mut committed = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let receipts = ledger_rows::append(&transaction, &mut tree, rows())?;
            touches::write(&transaction, &due)?;
            transaction.commit()?;
            Ok(receipts)
        };
        let mut receipts = match committed() {
            Ok(receipts) => receipts,
            Err(error) => return Err(self.after_failure("append to the ledger", &error)),
        };
        self.tree = tree;
        self.shared.touches.written(&due);
        Ok(receipts.split_off(self.kept.len()))
    }

    /// Refuses the appends of a group; keeps its outcomes unless nothing will be written any more.
    fn refuse(&mut self, group: Vec<(Row, Option<Waiter<Receipt>>)>, error: &StoreError) {
        let mut refused_count = 0;
        for (row, waiter) in group {
            match waiter {
                Some(waiter) => {
                    refused_count += 1;
                    self.shared.queue.release(1, row.leaf.len());
                    let _ = waiter.send(Err(error.clone()));
                }
                None => self.kept.push(row),
            }
        }
        self.shared.counters.failed();
        events::group_failed(error, refused_count, self.kept.len());
        if self.shared.health.check().is_err() && !self.kept.is_empty() {
            events::outcomes_lost(self.kept.len());
            let bytes = self.kept.iter().map(|row| row.leaf.len()).sum();
            self.shared.queue.release(self.kept.len(), bytes);
            self.kept.clear();
        }
    }

    /// Runs a change of keys or terms. It is always synced: a revoked key must not come back with the power.
    fn change(&mut self, change: Change) {
        if let Err(error) = self.shared.health.check() {
            change(Err(error));
            return;
        }
        let is_raised = self.durability == Durability::Process;
        if is_raised && let Err(error) = set_durability(&self.connection, Durability::Disk) {
            change(Err(refused("set up the store", &error)));
            return;
        }
        if let Some(reason) = change(Ok(&mut self.connection)) {
            self.shared.health.stop(&reason);
        }
        if is_raised && let Err(error) = set_durability(&self.connection, self.durability) {
            // The next commits promise more than they must: slower, not wrong.
            events::write_back_failed(&refused("set up the store", &error));
        }
    }

    /// The error for those who wait, after making sure that the next group starts from what is really there.
    fn after_failure(&mut self, what: &'static str, error: &rusqlite::Error) -> StoreError {
        let answer = refused(what, error);
        if is_fatal(error) {
            self.shared.health.stop(&answer.to_string());
        } else if !self.connection.is_autocommit() && self.connection.execute_batch("ROLLBACK").is_err() {
            self.shared.health.stop("a failed write could not be taken back");
        } else if ledger_rows::head(&self.connection).is_ok_and(|head| head != self.tree.head()) {
            self.shared.health.stop("the head of the ledger was moved by somebody else");
        }
        self.shared.health.check().err().unwrap_or(answer)
    }

    fn log_pages(&self) -> u64 {
        self.log_pages.load(Ordering::Relaxed)
    }

    fn write_log_back(&mut self) {
        let written = write_back(&self.connection, &self.shared.health);
        self.log_pages.store(0, Ordering::Relaxed);
        self.write_back_at = match written {
            Some(written) if written.pages == written.done => LOG_PAGES_MAX,
            // Somebody still reads an old state: the log cannot start anew yet.
            Some(written) => written.pages + LOG_PAGES_STEP,
            None => self.write_back_at + LOG_PAGES_STEP,
        };
    }
}
