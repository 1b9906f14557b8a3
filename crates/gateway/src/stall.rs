//! Answers of which the caller takes nothing.
//!
//! Over HTTP/1 that is seen at the socket ([`crate::connection`]). Over HTTP/2 a caller can take everything from the socket and
//! still leave no room for one answer (RFC 9113, 5.2). So the body of each answer notes when it gave a piece that was not
//! followed by a wish for the next one, and the task of a stream whose piece lies there for too long is dropped, which
//! resets this stream and no other. An answer that waits for its provider has given nothing, and lives on.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::task::TaskTracker;

tokio::task_local! {
    static TAKING: Arc<Taking>;
}

/// Whether the caller takes what an answer gives.
#[derive(Debug, Default)]
pub(crate) struct Taking(Mutex<Option<Instant>>);

impl Taking {
    /// That of the HTTP/2 stream whose task this is; `None` on HTTP/1.
    pub(crate) fn of_task() -> Option<Arc<Self>> {
        TAKING.try_with(Arc::clone).ok()
    }

    /// The caller has room for the next piece.
    pub(crate) fn asked(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A piece was given.
    pub(crate) fn given(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Waits until a piece has lain there for so long.
    async fn stalled(&self, time: Duration) {
        loop {
            let given = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let due = given.unwrap_or_else(Instant::now) + time;
            if due <= Instant::now() {
                return;
            }
            sleep_until(due).await;
        }
    }
}

/// Runs the tasks of the HTTP library, one for each HTTP/2 stream: where a stop waits for them, and no longer than their
/// callers take their answers.
#[derive(Clone)]
pub(crate) struct Streams {
    pub(crate) tasks: TaskTracker,
    pub(crate) stall: Duration,
}

impl<F> hyper::rt::Executor<F> for Streams
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        let stall = self.stall;
        self.tasks.spawn(async move {
            let taking = Arc::new(Taking::default());
            tokio::select! {
                biased;
                _ = TAKING.scope(Arc::clone(&taking), future) => {}
                () = taking.stalled(stall) => {}
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_what_lies_there_counts() {
        let taking = Taking::default();
        let time = Duration::from_secs(60);
        let started = Instant::now();
        let take = async {
            for seconds in [59, 59, 600] {
                taking.given();
                tokio::time::sleep(Duration::from_secs(59)).await;
                taking.asked();
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
            taking.given();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = take => {}
            () = taking.stalled(time) => {}
        }
        assert_eq!(started.elapsed().as_secs(), 3 * 59 + 59 + 59 + 600 + 60);
    }
}
