//! Log lines on their way to standard error.
//!
//! Whoever reads them may stop reading: a full pipe, a terminal that is held. That must not hold requests up, so a thread of its
//! own writes them, and beyond a bound they are dropped and counted. The ledger is what must not have gaps; the log may.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use crate::config::keeping::LogFormat;
use crate::failure::Failure;

/// Most lines that wait.
const LINES_MAX: usize = 4096;

/// How long the end of the program waits for the last lines.
const FLUSH: Duration = Duration::from_millis(500);

/// The one queue of this process, for [`flush`].
static QUEUE: OnceLock<SyncSender<Message>> = OnceLock::new();

enum Message {
    Line(Vec<u8>),
    /// Everything before it was written when this is answered.
    Flush(SyncSender<()>),
}

/// Takes log lines.
#[derive(Clone)]
pub(crate) struct LogLines {
    queue: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

/// One line, sent when it is dropped.
pub(crate) struct LogLine<'a> {
    lines: &'a LogLines,
    bytes: Vec<u8>,
}

impl LogLines {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub(crate) fn start(format: LogFormat) -> Result<Self, Failure> {
        let (queue, lines) = sync_channel(LINES_MAX);
        let dropped = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&dropped);
        std::thread::Builder::new()
            .name("cordon-log".into())
            .spawn(move || write(&lines, &counter, format))
            .map_err(|error| Failure::Unavailable(format!("cannot start the log: {error}")))?;
        let _ = QUEUE.set(queue.clone());
        Ok(Self { queue, dropped })
    }
}

/// Waits a moment for the lines that wait.
pub(crate) fn flush() {
    let Some(queue) = QUEUE.get() else { return };
    let (sender, written) = sync_channel(1);
    if queue.try_send(Message::Flush(sender)).is_ok() {
        let _ = written.recv_timeout(FLUSH);
    }
}

fn write(lines: &Receiver<Message>, dropped: &AtomicU64, format: LogFormat) {
    // Not one lock for all lines: other remarks go to standard error in between.
    for message in lines {
        match message {
            Message::Line(line) => {
                let _ = io::stderr().lock().write_all(&line);
            }
            Message::Flush(written) => {
                let _ = written.try_send(());
            }
        }
        let count = dropped.swap(0, Ordering::Relaxed);
        if count > 0 {
            let _ = match format {
                LogFormat::Json => writeln!(
                    io::stderr().lock(),
                    "{{\"level\":\"WARN\",\"message\":\"log lines dropped: nobody read them\",\"lines\":{count}}}"
                ),
                LogFormat::Human => {
                    writeln!(io::stderr().lock(), "WARN {count} log lines dropped: nobody read them")
                }
            };
        }
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = LogLine<'a>;

    fn make_writer(&'a self) -> LogLine<'a> {
        LogLine { lines: self, bytes: Vec::with_capacity(256) }
    }
}

impl Write for LogLine<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogLine<'_> {
    fn drop(&mut self) {
        let line = std::mem::take(&mut self.bytes);
        if !line.is_empty() && self.lines.queue.try_send(Message::Line(line)).is_err() {
            self.lines.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
