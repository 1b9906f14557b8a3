//! The gate: how many requests and how many bytes of bodies are held at once.
//!
//! Nobody queues here: who finds no place is refused at once, before the body is read, and told when to come again. That
//! keeps the time of those who are in as it was.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::refusal::Refusal;

/// Bodies are counted in pieces of this size; a counter of bytes would not fit its type.
const UNIT_BYTES: usize = 1 << 10;

/// Counts requests and bytes of bodies.
pub(crate) struct Gate {
    requests_max: usize,
    requests: Arc<Semaphore>,
    bodies: Arc<Semaphore>,
}

/// A place among the requests at once. Given back when dropped.
pub(crate) struct Place {
    _request: OwnedSemaphorePermit,
    body: Option<OwnedSemaphorePermit>,
    body_units: usize,
    bodies: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn new(concurrency_max: usize, bodies_bytes_max: usize) -> Self {
        let requests = concurrency_max.min(Semaphore::MAX_PERMITS);
        let bodies = (bodies_bytes_max / UNIT_BYTES).min(Semaphore::MAX_PERMITS);
        Self {
            requests_max: requests,
            requests: Arc::new(Semaphore::new(requests)),
            bodies: Arc::new(Semaphore::new(bodies)),
        }
    }

    /// How many requests are in.
    pub(crate) fn requests_open(&self) -> usize {
        self.requests_max.saturating_sub(self.requests.available_permits())
    }

    /// A place, or the refusal.
    pub(crate) fn enter(&self) -> Result<Place, Refusal> {
        let request = Arc::clone(&self.requests).try_acquire_owned().map_err(|_| Refusal::Overloaded)?;
        Ok(Place { _request: request, body: None, body_units: 0, bodies: Arc::clone(&self.bodies) })
    }
}

impl Place {
    /// Takes room for a body of at least this many bytes in all.
    pub(crate) fn grow_to(&mut self, bytes: usize) -> Result<(), Refusal> {
        let wanted = bytes.div_ceil(UNIT_BYTES);
        let more = wanted.saturating_sub(self.body_units);
        if more == 0 {
            return Ok(());
        }
        let count = u32::try_from(more).map_err(|_| Refusal::BodiesFull)?;
        let permit =
            Arc::clone(&self.bodies).try_acquire_many_owned(count).map_err(|_| Refusal::BodiesFull)?;
        match &mut self.body {
            Some(held) => held.merge(permit),
            None => self.body = Some(permit),
        }
        self.body_units = wanted;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_no_place_is_refused_and_a_place_is_given_back() {
        let gate = Gate::new(2, 10 * UNIT_BYTES);
        let (first, _second) = (gate.enter().unwrap(), gate.enter().unwrap());
        assert_eq!(gate.enter().err(), Some(Refusal::Overloaded));
        drop(first);
        let mut third = gate.enter().unwrap();
        third.grow_to(9 * UNIT_BYTES).unwrap();
        third.grow_to(10 * UNIT_BYTES - 1).unwrap();
        assert_eq!(third.grow_to(10 * UNIT_BYTES + 1), Err(Refusal::BodiesFull));
        drop(third);
        assert!(gate.enter().unwrap().grow_to(10 * UNIT_BYTES).is_ok());
    }
}
