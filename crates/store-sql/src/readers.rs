//! The readers: threads that answer queries, beside the writer and without ever holding it up.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use store::{Pending, StoreError};
use tokio::sync::oneshot;

use crate::options::JOBS_MAX;

type Query = Box<dyn FnOnce(&Connection) + Send>;

/// Threads with a reading connection each, and what waits for them.
#[derive(Debug)]
pub(crate) struct Readers {
    queries: Option<SyncSender<Query>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// One thread for each connection.
    pub(crate) fn start(connections: Vec<Connection>) -> Result<Self, StoreError> {
        let (sender, receiver) = sync_channel::<Query>(JOBS_MAX);
        let receiver = Arc::new(Mutex::new(receiver));
        let threads = connections.into_iter().map(|connection| {
            let receiver = Arc::clone(&receiver);
            std::thread::Builder::new()
                .name("cordon-read".into())
                .spawn(move || answer(&connection, &receiver))
                .map_err(|error| StoreError::Io { what: "start a reader", detail: error.to_string() })
        });
        let threads = threads.collect::<Result<_, _>>()?;
        Ok(Self { queries: Some(sender), threads })
    }

    /// Asks; the answer comes later. Refused at once where too much waits.
    pub(crate) fn ask<'a, T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Pending<'a, T> {
        let (answer, answered) = oneshot::channel();
        let asked = self.queries.as_ref().map(|queries| {
            queries.try_send(Box::new(move |connection| {
                // Nobody may be waiting any more.
                let _ = answer.send(query(connection));
            }))
        });
        let refused = match asked {
            Some(Ok(())) => None,
            Some(Err(TrySendError::Full(_))) => Some(StoreError::Busy { waiting: JOBS_MAX }),
            Some(Err(TrySendError::Disconnected(_))) | None => Some(StoreError::Closed),
        };
        Box::pin(async move {
            if let Some(error) = refused {
                return Err(error);
            }
            answered.await.map_err(|_| StoreError::Closed)?
        })
    }

    /// Answers what was asked, then ends.
    pub(crate) fn stop(&mut self) {
        self.queries = None;
        for thread in self.threads.drain(..) {
            // A reader that ended by a panic has nothing to put in order.
            let _ = thread.join();
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.stop();
    }
}

fn answer(connection: &Connection, queries: &Mutex<Receiver<Query>>) {
    loop {
        let next = queries.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(query) = next else { break };
        query(connection);
    }
}
