//! Load: the same request again and again, in a closed loop over kept connections or open at a rate.
//!
//! Open loop means that the time of a request counts from the moment at which it was due, not from the moment at which a
//! connection was free to send it: a stalled gateway cannot hide behind its own slowness.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Trouble;
use crate::histogram::Histogram;
use crate::http1::{BodyReader, Head};
use crate::mock::fast::unix_nanos;

/// What to send and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where to.
    pub address: SocketAddr,
    /// The whole request, head and body; with keep-alive.
    pub request: Vec<u8>,
    /// Connections at once.
    pub connections: usize,
    /// How long. The first tenth warms up and does not count.
    pub duration: Duration,
    /// Requests a second; `None` for a closed loop.
    pub rate: Option<f64>,
}

impl Plan {
    /// A request for this path with this app key and JSON body, in keep-alive form.
    pub fn request(address: SocketAddr, path: &str, key: &str, body: &str) -> Vec<u8> {
        format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nauthorization: Bearer {key}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Time of each request that counted.
    pub latency: Histogram,
    /// Time to the first event of each stream.
    pub first_event: Histogram,
    /// How long each event was on its way from the mock.
    pub event_delay: Histogram,
    /// Requests that counted.
    pub done: u64,
    /// All requests, those of the warm-up too.
    pub all: u64,
    /// Requests that did not end with status 200 or broke off.
    pub failed: u64,
    /// The time that counted.
    pub measured: Duration,
}

impl Outcome {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.measured.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// Runs a plan to its end.
pub async fn run(plan: &Plan) -> Result<Outcome, Trouble> {
    let begun = now();
    let warm = begun.checked_add(plan.duration / 10).unwrap_or(begun);
    let end = begun.checked_add(plan.duration).unwrap_or(begun);
    let mut tasks = JoinSet::new();
    for index in 0..plan.connections {
        tasks.spawn(connection(plan.clone(), index, begun, warm, end));
    }
    let mut total = Outcome::default();
    while let Some(joined) = tasks.join_next().await {
        let one = joined.map_err(|_| Trouble::new("a connection of the load generator panicked"))??;
        total.latency.absorb(&one.latency);
        total.first_event.absorb(&one.first_event);
        total.event_delay.absorb(&one.event_delay);
        total.done = total.done.saturating_add(one.done);
        total.all = total.all.saturating_add(one.all);
        total.failed = total.failed.saturating_add(one.failed);
    }
    total.measured = now().duration_since(warm);
    Ok(total)
}

async fn connection(
    plan: Plan,
    index: usize,
    begun: Instant,
    warm: Instant,
    end: Instant,
) -> Result<Outcome, Trouble> {
    let mut outcome = Outcome::default();
    let mut line = Line::open(plan.address).await?;
    let mut ticket = index as u64;
    loop {
        let due = match plan.rate {
            None => now(),
            Some(rate) => {
                let due = begun.checked_add(Duration::from_secs_f64(ticket as f64 / rate)).unwrap_or(end);
                ticket = ticket.saturating_add(plan.connections as u64);
                if due < end {
                    tokio::time::sleep_until(due.into()).await;
                }
                due
            }
        };
        if due >= end || now() >= end {
            return Ok(outcome);
        }
        let counts = due >= warm;
        let answered = line.exchange(&plan.request, counts.then_some(&mut outcome)).await;
        outcome.all = outcome.all.saturating_add(1);
        let is_good = matches!(answered, Ok(true));
        if counts {
            outcome.done = outcome.done.saturating_add(u64::from(is_good));
            outcome.latency.record(now().duration_since(due));
        }
        if !is_good {
            outcome.failed = outcome.failed.saturating_add(1);
            line = Line::open(plan.address).await?;
        }
    }
}

/// A kept connection.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: Vec<u8>,
}

impl Line {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self, Trouble> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8192), body: Vec::with_capacity(8192) })
    }

    /// Sends a request and reads its answer whole; true when the status is 200. Times of events go into `times`.
    pub async fn exchange(
        &mut self,
        request: &[u8],
        mut times: Option<&mut Outcome>,
    ) -> Result<bool, Trouble> {
        let sent = now();
        self.stream.write_all(request).await?;
        self.body.clear();
        let (head, at) = loop {
            if let Some(found) = Head::parse(&self.buffer)? {
                break found;
            }
            self.read().await?;
        };
        let is_stream = head.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
        let mut frame = BodyReader::of_answer(&head);
        let mut used = at;
        let (mut seen, mut had_event) = (0_usize, false);
        loop {
            let fresh = self.buffer.get(used..).unwrap_or_default();
            used = used.saturating_add(frame.push(fresh, &mut self.body)?);
            if is_stream && let Some(times) = times.as_deref_mut() {
                seen = note_events(&self.body, seen, &mut had_event, sent, times);
            }
            if frame.is_done() {
                break;
            }
            if used == self.buffer.len() {
                self.buffer.clear();
                used = 0;
            }
            self.read().await?;
        }
        self.buffer.drain(..used);
        Ok(head.word(1) == "200")
    }

    async fn read(&mut self) -> Result<(), Trouble> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(Trouble::new("the connection ended within an answer"));
        }
        Ok(())
    }
}

/// Takes the events that came since `seen` into account; gives the new offset.
fn note_events(body: &[u8], seen: usize, had_event: &mut bool, sent: Instant, times: &mut Outcome) -> usize {
    let mut at = seen;
    while let Some(length) = body.get(at..).and_then(|rest| rest.windows(2).position(|pair| pair == b"\n\n"))
    {
        let end = at.saturating_add(length).saturating_add(2);
        let event = body.get(at..end).unwrap_or_default();
        if let Some(written) = created(event) {
            times.event_delay.record(Duration::from_nanos(unix_nanos().saturating_sub(written)));
            if !*had_event {
                *had_event = true;
                times.first_event.record(now().duration_since(sent));
            }
        }
        at = end;
    }
    at
}

fn created(event: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"\"created\":";
    let at = event.windows(NAME.len()).position(|window| window == NAME)?;
    let digits = event.get(at.saturating_add(NAME.len())..)?;
    let digits: String =
        digits.iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    digits.parse().ok()
}

#[expect(clippy::disallowed_methods, reason = "a load generator measures time")]
fn now() -> Instant {
    Instant::now()
}
