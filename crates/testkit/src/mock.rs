//! A provider that records every request it gets and answers as it was told.
//!
//! It runs on a thread and a runtime of its own, so that a test cannot starve it and it cannot outlive its handle.
//! Answers are worked out as steps ([`answer`]) and then carried out ([`serve`]): the same script gives the same writes.

mod answer;
mod echo;
pub mod fast;
mod serve;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use serde_json::Value;
use tokio::sync::oneshot;

use crate::Trouble;
use crate::http1::Head;
use crate::marks::Marks;
use crate::script::Attempt;

/// How the mock answers.
#[derive(Debug, Clone, Default)]
pub enum Answers {
    /// A short fixed answer in the dialect of the path.
    #[default]
    Plain,
    /// The last user text comes back, in the dialect of the path, in pieces of so many characters when streamed.
    Echo {
        /// Characters a piece.
        piece_chars: usize,
    },
    /// This one to every request; it has no marks.
    Always(Box<Attempt>),
    /// One attempt after the other; after the last, as `Plain`.
    Script {
        /// The attempts.
        attempts: Vec<Attempt>,
        /// What their marks stand for.
        marks: Marks,
    },
}

/// A request as the mock got it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Request line and headers.
    pub head: Head,
    /// The body, out of its framing.
    pub body: Vec<u8>,
    /// All bytes, framing included.
    pub raw: Vec<u8>,
    /// When it was complete.
    pub at: Instant,
    /// When the other side closed the connection while the mock was answering.
    pub closed_at: Option<Instant>,
}

impl Call {
    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.head.word(1)
    }
}

#[derive(Default)]
struct State {
    answers: Answers,
    next_attempt: usize,
    calls: Vec<Call>,
    troubles: Vec<Trouble>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running mock provider. Stops when dropped.
pub struct MockProvider {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl MockProvider {
    /// Starts one on a free port of the loopback interface.
    pub fn start() -> Result<Self, Trouble> {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Starts one on this address.
    pub fn start_on(address: SocketAddr) -> Result<Self, Trouble> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    () = serve::accept(listener, for_thread) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its origin, e.g. `http://127.0.0.1:40001`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets how it answers from now on; forgets calls and troubles.
    pub fn answer(&self, answers: Answers) {
        let mut state = self.shared.state();
        state.answers = answers;
        state.next_attempt = 0;
        state.calls.clear();
        state.troubles.clear();
    }

    /// Starts the attempts over and keeps calls and what was learned: for a further run of the same script.
    pub fn rewind(&self) {
        self.shared.state().next_attempt = 0;
    }

    /// The requests so far.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// Number of requests so far.
    pub fn count(&self) -> usize {
        self.shared.state().calls.len()
    }

    /// What could not be answered as scripted.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.shared.state().troubles.clone()
    }

    /// The marks of the script with the surrogates learned so far.
    pub fn marks(&self) -> Marks {
        match &self.shared.state().answers {
            Answers::Script { marks, .. } => marks.clone(),
            _ => Marks::default(),
        }
    }
}

impl Drop for MockProvider {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
