//! What waits for the writer: bounded, in order, and taken in groups.
//!
//! Why not a channel: the bounds are over records and bytes with a reserve for outcomes, and the writer wants to be woken
//! once for a group and not once for each of it. On two cores that is what makes groups full: with 64 that wait, waking
//! for the first would give groups of 1 and 63 in turn, two syncs instead of one.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ledger::Receipt;
use rusqlite::Connection;
use store::StoreError;
use tokio::sync::oneshot;

use crate::ledger_rows::Row;
use crate::options::{GROUP_BYTES_MAX, JOBS_MAX, Options};

/// Waits for the others of a group that came together last time; a little more than a task needs to come back.
const GATHER: Duration = Duration::from_micros(300);

/// How long outcomes wait for an append to share its sync.
const LINGER: Duration = Duration::from_millis(20);

/// Outcomes that do not wait any longer: as many are worth a sync of their own.
const LINGER_RECORDS: usize = 64;

/// Who waits for an answer.
pub(crate) type Waiter<T> = oneshot::Sender<Result<T, StoreError>>;

/// A change of keys or terms: runs on the writer's connection, or is told why it cannot.
/// Gives the reason where the writer must stop after it.
pub(crate) type Change = Box<dyn FnOnce(Result<&mut Connection, StoreError>) -> Option<String> + Send>;

/// What the writer does.
pub(crate) enum Job {
    /// Appends a record and tells the waiter.
    Append(Row, Waiter<Receipt>),
    /// Appends a record; nobody waits.
    AppendLater(Row),
    /// Changes keys or terms.
    Change(Change),
    /// Tells the waiter when everything before is durable.
    Flush(Waiter<()>),
}

/// What the writer got.
pub(crate) enum Taken {
    /// Jobs, in order.
    Jobs,
    /// Nothing for a while.
    Idle,
    /// Nothing, and nothing will come.
    Closed,
}

/// What waits for the writer.
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    records_max: usize,
    bytes_max: usize,
    group_records_max: usize,
}

/// When the writer wants to be woken.
#[derive(Clone, Copy, Default)]
enum Wake {
    /// Not at all: it is at work.
    #[default]
    Never,
    /// By any job.
    Any,
    /// When this many wait for an answer, or much has come together.
    Waiting(usize),
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Jobs that somebody waits for.
    waiting: usize,
    /// Records and bytes that are queued, or were taken and are not durable yet.
    records: usize,
    bytes: usize,
    wake: Wake,
    is_closed: bool,
}

impl State {
    fn wakes(&self) -> bool {
        match self.wake {
            Wake::Never => false,
            Wake::Any => true,
            Wake::Waiting(count) => self.waiting >= count || self.jobs.len() >= count.max(LINGER_RECORDS),
        }
    }
}

impl Queue {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            state: Mutex::new(State::default()),
            arrived: Condvar::new(),
            records_max: options.queue_records_max,
            bytes_max: options.queue_bytes_max,
            group_records_max: options.group_records_max.max(1),
        }
    }

    /// Takes a job in, or says why not.
    pub(crate) fn push(&self, job: Job) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.is_closed {
            return Err(StoreError::Closed);
        }
        let is_full = match &job {
            Job::Append(row, _) => !self.has_room(&state, row, 1),
            Job::AppendLater(row) => !self.has_room(&state, row, 2),
            Job::Change(_) | Job::Flush(_) => state.jobs.len() >= self.records_max * 2 + JOBS_MAX,
        };
        if is_full {
            return Err(StoreError::Busy { waiting: state.records });
        }
        if let Job::Append(row, _) | Job::AppendLater(row) = &job {
            state.records += 1;
            state.bytes += row.leaf.len();
        }
        state.waiting += usize::from(!matches!(job, Job::AppendLater(_)));
        state.jobs.push_back(job);
        let wakes = state.wakes();
        if wakes {
            // Once is enough: each further call would be a system call.
            state.wake = Wake::Never;
        }
        drop(state);
        if wakes {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Waits for jobs and takes a group of them. `together` is how many waited together last time; after `idle` without
    /// a job it says so, where there is an `idle`.
    pub(crate) fn take(&self, together: usize, idle: Option<Duration>, jobs: &mut VecDeque<Job>) -> Taken {
        let mut state = self.state();
        if state.jobs.is_empty() && !state.is_closed {
            state = self.wait(state, Wake::Any, idle);
        }
        if state.waiting == 0
            && state.jobs.len() < LINGER_RECORDS
            && !state.jobs.is_empty()
            && !state.is_closed
        {
            state = self.wait(state, Wake::Waiting(1), Some(LINGER));
        }
        let together = together.min(self.group_records_max);
        while state.waiting > 0 && state.waiting < together && !state.is_closed {
            let before = state.waiting;
            state = self.wait(state, Wake::Waiting(together), Some(GATHER));
            if state.waiting == before {
                break;
            }
        }
        if state.jobs.is_empty() {
            return if state.is_closed { Taken::Closed } else { Taken::Idle };
        }
        let mut bytes = 0;
        while jobs.len() < self.group_records_max && bytes < GROUP_BYTES_MAX {
            let Some(job) = state.jobs.pop_front() else { break };
            if let Job::Append(row, _) | Job::AppendLater(row) = &job {
                bytes += row.leaf.len();
            }
            state.waiting -= usize::from(!matches!(job, Job::AppendLater(_)));
            jobs.push_back(job);
        }
        Taken::Jobs
    }

    /// Gives room back when records are durable or were refused.
    pub(crate) fn release(&self, records: usize, bytes: usize) {
        let mut state = self.state();
        state.records = state.records.saturating_sub(records);
        state.bytes = state.bytes.saturating_sub(bytes);
    }

    /// How many records wait, or are being committed.
    pub(crate) fn records(&self) -> usize {
        self.state().records
    }

    /// Takes nothing more in. What waits is still done.
    pub(crate) fn close(&self) {
        self.state().is_closed = true;
        self.arrived.notify_one();
    }

    /// Takes nothing more in and drops what waits.
    pub(crate) fn abandon(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let jobs = std::mem::take(&mut state.jobs);
        drop(state);
        drop(jobs);
    }

    fn has_room(&self, state: &State, row: &Row, share: usize) -> bool {
        state.records < self.records_max * share && state.bytes + row.leaf.len() <= self.bytes_max * share
    }

    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        wake: Wake,
        limit: Option<Duration>,
    ) -> MutexGuard<'a, State> {
        state.wake = wake;
        let mut state = match limit {
            Some(limit) => self.arrived.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner).0,
            None => self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner),
        };
        state.wake = Wake::Never;
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
