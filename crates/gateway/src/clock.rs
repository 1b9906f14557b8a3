//! The clock of exchanges: wall time as handed in, monotonic time of the runtime.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use exchange::Clock;
use tokio::time::Instant;

/// Time, as exchanges see it.
#[derive(Clone)]
pub(crate) struct RuntimeClock {
    started: Instant,
    unix_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl RuntimeClock {
    pub(crate) fn new(unix_ms: Arc<dyn Fn() -> u64 + Send + Sync>) -> Self {
        Self { started: Instant::now(), unix_ms }
    }
}

impl Clock for RuntimeClock {
    fn unix_ms(&self) -> u64 {
        (self.unix_ms)()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}
