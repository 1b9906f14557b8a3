//! Whether the writer works, seen by everybody.
//!
//! Once stopped it stays so until the store is opened anew: opening verifies the head, which is the only way to know what
//! the disk really holds.

use std::sync::{OnceLock, atomic::AtomicBool, atomic::Ordering};

use store::StoreError;

use crate::events;

/// Whether the writer works.
#[derive(Debug, Default)]
pub(crate) struct Health {
    is_stopped: AtomicBool,
    reason: OnceLock<String>,
}

impl Health {
    /// An error where the writer has stopped.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if !self.is_stopped.load(Ordering::Acquire) {
            return Ok(());
        }
        Err(StoreError::Stopped { reason: self.reason.get().cloned().unwrap_or_default() })
    }

    /// Takes the writer out of service. The first reason stays.
    pub(crate) fn stop(&self, reason: &str) {
        if self.reason.set(reason.to_owned()).is_ok() {
            events::writer_stopped(reason);
        }
        self.is_stopped.store(true, Ordering::Release);
    }
}
