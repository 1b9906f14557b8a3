//! Reads files and assesses their documents on all processors.
//!
//! One thread reads, the others parse, search and count. What waits between them is bounded, so that memory does not grow with the log.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use policy::{Board, Counted, Declared};
use registry::Day;
use types::AppName;

use super::documents::{Documents, Piece};
use super::inputs::{Input, open};
use super::line::{self, Line};
use super::recipient::Recipients;
use super::tally::Tally;
use crate::dry::Dry;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::world::MonotonicClock;

/// So many bytes of documents are handed over at once, and at most so many documents.
const BATCH_BYTES: usize = 1 << 20;
const BATCH_DOCUMENTS: usize = 512;
/// Most threads that search.
const THREADS_MAX: usize = 16;
/// How often progress is shown.
const PROGRESS: Duration = Duration::from_millis(500);

/// What documents are assessed with.
pub(crate) struct Bench<'a> {
    /// Searches requests.
    pub(crate) dry: &'a Dry,
    /// Knows recipients.
    pub(crate) recipients: &'a Recipients<'a>,
    /// Counts people for the law.
    pub(crate) board: &'a Board,
    /// The app that they are read as.
    pub(crate) app: &'a AppName,
    /// What it declares.
    pub(crate) declared: &'a Declared,
    /// The day.
    pub(crate) day: Day,
    /// Longest document, in bytes.
    pub(crate) document_bytes_max: usize,
}

/// What came of all files.
pub(crate) struct Done {
    /// What was counted.
    pub(crate) tally: Tally,
    /// Files that could not be read, with why.
    pub(crate) unread: Vec<(String, String)>,
    /// The exit code that follows from those.
    pub(crate) exit: Option<Exit>,
    /// Bytes of the files, as they lie on the disk.
    pub(crate) bytes: u64,
    /// False where a part of the counts was lost, so that nothing may be said.
    pub(crate) is_whole: bool,
}

/// A document on its way: number of its file, and itself.
type Job = (usize, Piece);

/// Assesses files.
pub(crate) fn all(inputs: &[Input], bench: &Bench<'_>, output: &Output) -> Done {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, THREADS_MAX);
    let (send, receive) = sync_channel::<Vec<Job>>(threads * 2);
    // The threads hold all there is of it: where none is left, sending fails instead of waiting.
    let receive = Arc::new(Mutex::new(receive));
    let mut done = Done { tally: Tally::default(), unread: Vec::new(), exit: None, bytes: 0, is_whole: true };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let receive = Arc::clone(&receive);
                scope.spawn(move || worked(&receive, bench))
            })
            .collect();
        drop(receive);
        read(inputs, bench, (send, output), &mut done);
        for worker in workers {
            match worker.join() {
                Ok(tally) => done.tally.join(tally),
                // A fault of ours: what this thread had counted is missing.
                Err(_) => done.is_whole = false,
            }
        }
    });
    done
}

fn read(
    inputs: &[Input],
    bench: &Bench<'_>,
    (send, output): (SyncSender<Vec<Job>>, &Output),
    done: &mut Done,
) {
    let clock = MonotonicClock::start();
    let (mut shown, mut has_shown) = (clock.since_start(), false);
    let total: u64 = inputs.iter().map(|input| input.bytes).sum();
    let read = Arc::new(AtomicU64::new(0));
    let mut batch: Vec<Job> = Vec::new();
    let mut batch_bytes = 0;
    'files: for (number, input) in inputs.iter().enumerate() {
        let counted = Arc::clone(&read);
        let opened = open(input, move |bytes| {
            counted.fetch_add(bytes, Ordering::Relaxed);
        });
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => {
                unread(done, input, &error);
                continue;
            }
        };
        let mut documents = Documents::new(opened.reader, opened.layout, bench.document_bytes_max);
        loop {
            let piece = match documents.next_piece() {
                Ok(None) => break,
                Ok(Some(piece)) => piece,
                Err(error) => {
                    unread(done, input, &error);
                    break;
                }
            };
            batch_bytes += if let Piece::Whole(_, bytes) = &piece { bytes.len() } else { 0 };
            batch.push((number, piece));
            if batch_bytes >= BATCH_BYTES || batch.len() >= BATCH_DOCUMENTS {
                batch_bytes = 0;
                if send.send(std::mem::take(&mut batch)).is_err() {
                    done.is_whole = false;
                    break 'files;
                }
            }
            let now = clock.since_start();
            if now.saturating_sub(shown) >= PROGRESS {
                shown = now;
                has_shown = true;
                let file = format!("file {} of {}", number + 1, inputs.len());
                output.progress(&progress(read.load(Ordering::Relaxed), total, &file));
            }
        }
    }
    if !batch.is_empty() && send.send(batch).is_err() {
        done.is_whole = false;
    }
    if has_shown {
        output.progress("");
    }
    done.bytes = read.load(Ordering::Relaxed);
}

fn unread(done: &mut Done, input: &Input, error: &std::io::Error) {
    let why = match error.kind() {
        std::io::ErrorKind::PermissionDenied => "this user may not read it".to_owned(),
        std::io::ErrorKind::UnexpectedEof => "it is cut off: the rest is missing".to_owned(),
        _ => error.to_string(),
    };
    done.unread.push((input.name.clone(), why));
    done.exit = Some(Exit::Unavailable);
}

fn progress(read: u64, total: u64, file: &str) -> String {
    let (megabytes, of) = (read >> 20, total >> 20);
    match (read * 100).checked_div(total) {
        Some(percent) => format!("{megabytes} of {of} MiB, {} %, {file}", percent.min(100)),
        None => format!("{megabytes} MiB, {file}"),
    }
}

/// One thread: takes batches until there are no more.
fn worked(receive: &Mutex<Receiver<Vec<Job>>>, bench: &Bench<'_>) -> Tally {
    let mut tally = Tally::default();
    loop {
        let batch = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(batch) = batch else { return tally };
        for (file, piece) in batch {
            match piece {
                Piece::Whole(line, bytes) => bench.document((file, line), &bytes, &mut tally),
                Piece::TooLong(line) => tally.broken(file, line, bench.too_long()),
                Piece::Cut(line) => {
                    tally.broken(file, line, "it is cut off: its JSON does not end".to_owned());
                }
            }
        }
    }
}

impl Bench<'_> {
    fn document(&self, (file, line): (usize, u64), bytes: &[u8], tally: &mut Tally) {
        let logged = match line::read(bytes) {
            Line::Request(logged) => logged,
            Line::Answer => return tally.answer(),
            Line::Empty(why) => return tally.empty(file, line, why),
            Line::Unknown(why) => return tally.broken(file, line, why),
        };
        let surveyed = match self.dry.survey(logged.route, logged.body.as_bytes()) {
            Ok(surveyed) => surveyed,
            Err(failure) => return tally.broken(file, line, said(&failure)),
        };
        let to = self.recipients.of(&logged.hints);
        let classes = surveyed.classes.keys().copied().collect();
        self.board.count(&Counted {
            app: self.app.as_str(),
            recipient: Some(to.id.as_str()).filter(|_| !to.is_own),
            day: self.day,
            found: &classes,
            // As it went: everything in clear.
            leaving: &classes,
            regions: self.declared.subjects.as_ref(),
            subjects: &surveyed.subjects,
        });
        tally.request(file, to, &surveyed);
    }

    fn too_long(&self) -> String {
        format!("it is longer than {} bytes (server.body_bytes_max)", self.document_bytes_max)
    }
}

/// What a refusal says; it holds places and names of settings, no text of the request.
fn said(failure: &Failure) -> String {
    failure.to_string()
}
