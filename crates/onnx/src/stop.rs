//! How a reading is ended from another thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// What ends the run of a model that is under way.
type End = Box<dyn Fn() + Send>;

/// Shared by who waits for a reading and who does it.
#[derive(Default)]
pub(crate) struct Stop {
    is_begun: AtomicBool,
    is_asked: AtomicBool,
    run: Mutex<Option<End>>,
}

impl Stop {
    /// The reading began.
    pub(crate) fn begin(&self) {
        self.is_begun.store(true, Ordering::Release);
    }

    /// True once it began.
    pub(crate) fn is_begun(&self) -> bool {
        self.is_begun.load(Ordering::Acquire)
    }

    /// Asks for its end: before the next window, and of the one under way where the runtime can.
    pub(crate) fn ask(&self) {
        self.is_asked.store(true, Ordering::Release);
        if let Some(end) = self.run.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            end();
        }
    }

    /// True once it was asked for.
    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Acquire)
    }

    /// Does something that `end` ends.
    pub(crate) fn during<T>(&self, end: End, run: impl FnOnce() -> T) -> T {
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
        if self.is_asked() {
            // Asked for between the last look and now.
            self.ask();
        }
        let done = run();
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = None;
        done
    }
}
