//! Whether anything goes on on a connection: a connection on which no request is open for some time is closed.
//!
//! Nobody is told when a request begins or ends, which would cost every request something: the timer looks when it is over,
//! and sleeps for what is left.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The open requests of a connection, and when the last one ended.
pub(crate) struct Activity {
    started: Instant,
    open: AtomicUsize,
    ended_ms: AtomicU64,
}

/// An open request: from its head until its answer was handed over or dropped.
pub(crate) struct OpenRequest(Arc<Activity>);

impl Activity {
    /// Of a connection that begins now.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { started: Instant::now(), open: AtomicUsize::new(0), ended_ms: AtomicU64::new(0) })
    }

    /// A request begins.
    pub(crate) fn open(self: &Arc<Self>) -> OpenRequest {
        self.open.fetch_add(1, Ordering::SeqCst);
        OpenRequest(Arc::clone(self))
    }

    /// True while a request is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst) > 0
    }

    /// Counts from now on, as if a request had just ended.
    pub(crate) fn touch(&self) {
        let elapsed_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.ended_ms.fetch_max(elapsed_ms, Ordering::SeqCst);
    }

    /// Waits until no request has been open for so long.
    pub(crate) async fn idle(&self, time: Duration) {
        loop {
            // The count first: what ends in between is then seen with its time.
            let since = if self.is_open() { Instant::now() } else { self.ended() };
            let due = since + time;
            if due <= Instant::now() {
                return;
            }
            sleep_until(due).await;
        }
    }

    fn ended(&self) -> Instant {
        self.started + Duration::from_millis(self.ended_ms.load(Ordering::SeqCst))
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.touch();
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(60);

    /// How long a connection lives whose requests are open from one second to another.
    async fn lived(requests: &'static [(u64, u64)]) -> u64 {
        let (activity, started) = (Activity::new(), Instant::now());
        let requests = async {
            for (from, to) in requests {
                sleep_until(started + Duration::from_secs(*from)).await;
                let _open = activity.open();
                sleep_until(started + Duration::from_secs(*to)).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = requests => {}
            () = activity.idle(TIME) => {}
        }
        started.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_counts_from_the_end_of_the_last_request() {
        assert_eq!(lived(&[]).await, 60);
        assert_eq!(lived(&[(0, 1)]).await, 61);
        assert_eq!(lived(&[(10, 1000)]).await, 1060);
        assert_eq!(lived(&[(10, 70), (100, 101), (150, 170)]).await, 230);
    }
}
