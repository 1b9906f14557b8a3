//! The one thread that runs a model, and the bounded queue in front of it.
//!
//! Whoever asks waits, no longer than was said; what is over the time is stopped and is an error. The queue is bounded in number,
//! each text in bytes, so that waiting costs no more memory than these allow. One thread, because a model is in memory once and
//! the runtime uses as many threads as it was given for each run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use detect::{ModelFault, ModelSpan};

use crate::reading::{Reader, Scorer, Unread};
use crate::stop::Stop;

/// Pieces of a text: where each begins, and the piece.
pub(crate) type Pieces = Vec<(usize, String)>;

/// A text to read.
struct Job {
    pieces: Pieces,
    stop: Arc<Stop>,
    answer: SyncSender<Result<Vec<ModelSpan>, Unread>>,
}

/// The way to the thread. It ends when this is dropped.
pub(crate) struct Worker {
    jobs: SyncSender<Job>,
    limit: Duration,
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives none.
    pub(crate) fn start<S: Scorer + 'static>(
        reader: Reader<S>,
        queue_max: usize,
        limit: Duration,
    ) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(queue_max.max(1));
        std::thread::Builder::new().name("cordon-model".to_owned()).spawn(move || work(reader, &queue))?;
        Ok(Self { jobs, limit })
    }

    /// The spans in these pieces, within the time.
    pub(crate) fn spans(&self, pieces: Pieces) -> Result<Vec<ModelSpan>, ModelFault> {
        let (answer, answered) = sync_channel(1);
        let stop = Arc::new(Stop::default());
        let job = Job { pieces, stop: Arc::clone(&stop), answer };
        let gone = || ModelFault::Failed { reason: "its thread ended".to_owned() };
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(ModelFault::Busy { waited: Duration::ZERO }),
            Err(TrySendError::Disconnected(_)) => return Err(gone()),
        }
        match answered.recv_timeout(self.limit) {
            Ok(Ok(spans)) => Ok(spans),
            Ok(Err(Unread::Failed(reason))) => Err(ModelFault::Failed { reason }),
            Ok(Err(Unread::Stopped)) | Err(RecvTimeoutError::Timeout) => {
                stop.ask();
                Err(if stop.is_begun() {
                    ModelFault::Late { limit: self.limit }
                } else {
                    ModelFault::Busy { waited: self.limit }
                })
            }
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

fn work<S: Scorer>(mut reader: Reader<S>, queue: &Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        if job.stop.is_asked() {
            continue;
        }
        job.stop.begin();
        // A panic of a tokenizer is one text that was not read, not the end of the thread.
        let read = catch_unwind(AssertUnwindSafe(|| reader.spans_of(&job.pieces, &job.stop)));
        let read = read.unwrap_or_else(|_| Err(Unread::Failed("it panicked".to_owned())));
        // Who asked may be gone.
        drop(job.answer.try_send(read));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::reading::tests::reader;

    const PLENTY: Duration = Duration::from_secs(60);

    fn piece(text: &str) -> Pieces {
        vec![(0, text.to_owned())]
    }

    #[test]
    fn pieces_are_read_with_the_offsets_of_the_text() {
        let worker = Worker::start(reader(3), 4, PLENTY).unwrap();
        let text = "Mr Ana\n\nof\nMr Kovac";
        let found = worker
            .spans(vec![(0, text.get(..6).unwrap().to_owned()), (11, text.get(11..).unwrap().to_owned())])
            .unwrap();
        let found: Vec<_> = found.iter().map(|found| found.span.of(text).unwrap()).collect();
        assert_eq!(found, ["Ana", "Kovac"]);
    }

    #[test]
    fn what_does_not_end_in_time_is_late_and_is_stopped() {
        let mut reader = reader(3);
        let gate = Arc::new(Barrier::new(2));
        let behind = Arc::clone(&gate);
        let mut is_first = true;
        reader.scorer.before = Box::new(move || {
            if std::mem::take(&mut is_first) {
                behind.wait();
            }
        });
        let limit = Duration::from_millis(20);
        let worker = Worker::start(reader, 4, limit).unwrap();
        assert_eq!(worker.spans(piece(&"reads of ".repeat(100))), Err(ModelFault::Late { limit }));
        gate.wait();
        // The thread is free for the next, within a time in which a machine under load gets to it.
        let worker = Worker { limit: PLENTY, ..worker };
        assert_eq!(worker.spans(piece("Mr Ana")).unwrap().len(), 1);
    }

    #[test]
    fn what_does_not_begin_in_time_and_what_finds_the_queue_full_is_refused_as_busy() {
        let mut reader = reader(3);
        let gate = Arc::new(Barrier::new(2));
        let (entered, behind) = (Arc::clone(&gate), Arc::clone(&gate));
        let mut is_first = true;
        reader.scorer.before = Box::new(move || {
            if std::mem::take(&mut is_first) {
                entered.wait();
                behind.wait();
            }
        });
        let worker = Arc::new(Worker::start(reader, 1, PLENTY).unwrap());
        std::thread::scope(|scope| {
            let first = Arc::clone(&worker);
            let first = scope.spawn(move || first.spans(piece("Mr Ana")));
            gate.wait();
            // The thread is held. One may wait; it does not begin in its time.
            let waited = Duration::from_millis(20);
            let impatient = Worker { jobs: worker.jobs.clone(), limit: waited };
            assert_eq!(impatient.spans(piece("Mr Ana")), Err(ModelFault::Busy { waited }));
            // It still stands in the queue, which is full with it.
            assert_eq!(worker.spans(piece("Mr Ana")), Err(ModelFault::Busy { waited: Duration::ZERO }));
            gate.wait();
            assert_eq!(first.join().unwrap().unwrap().len(), 1);
        });
    }

    #[test]
    fn a_panic_is_a_fault_of_one_text() {
        let mut reader = reader(3);
        let mut is_first = true;
        reader.scorer.before =
            Box::new(move || assert!(!std::mem::take(&mut is_first), "a test panics here"));
        let worker = Worker::start(reader, 1, PLENTY).unwrap();
        assert!(matches!(worker.spans(piece("Mr Ana")), Err(ModelFault::Failed { .. })));
        assert_eq!(worker.spans(piece("Mr Ana")).unwrap().len(), 1);
    }
}
