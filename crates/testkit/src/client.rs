//! A client that sends exactly the bytes it is given and keeps every byte it gets, with the time at which it came.
//!
//! One connection per request. It reads while it writes, so that an early refusal is seen while a large body is still on
//! its way.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::http1::{BodyReader, Head, chunk};
use crate::{Trouble, sse};

/// When the client goes away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Leave {
    /// When the answer has ended.
    #[default]
    AtEnd,
    /// After so many events.
    AfterEvents(usize),
    /// After this long.
    After(Duration),
}

/// A request.
#[derive(Debug, Clone)]
pub struct Ask {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers beside `host`, `connection` and those of the framing.
    pub headers: Vec<(String, String)>,
    /// The body, in its content encoding.
    pub body: Vec<u8>,
    /// True: chunked framing instead of a content-length.
    pub is_chunked: bool,
    /// When to go away.
    pub leave: Leave,
    /// How long to wait for the end at most.
    pub patience: Duration,
}

impl Ask {
    /// A JSON request with these credentials as `authorization: Bearer`.
    pub fn post(path: &str, key: &str, body: &Value) -> Self {
        Self {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("authorization".to_owned(), format!("Bearer {key}")),
            ],
            body: body.to_string().into_bytes(),
            is_chunked: false,
            leave: Leave::AtEnd,
            patience: Duration::from_secs(60),
        }
    }

    /// A request without a body and credentials.
    pub fn get(path: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            is_chunked: false,
            leave: Leave::AtEnd,
            patience: Duration::from_secs(10),
        }
    }

    fn bytes(&self, host: SocketAddr) -> Vec<u8> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = head.into_bytes();
        if self.is_chunked {
            bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
            for part in self.body.chunks(16 * 1024) {
                bytes.extend_from_slice(&chunk(part));
            }
            bytes.extend_from_slice(b"0\r\n\r\n");
        } else {
            if !self.body.is_empty() || self.method == "POST" {
                bytes.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
            }
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

/// How the answer ended on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As its framing says.
    Orderly,
    /// Before that.
    Broken,
    /// The client went away.
    Left,
    /// The client's patience ended.
    TooLong,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Got {
    /// Status line and headers.
    pub head: Head,
    /// The body, out of its framing, in its content encoding.
    pub body: Vec<u8>,
    /// All bytes.
    pub raw: Vec<u8>,
    /// Length of the body after each read, and when.
    pub arrivals: Vec<(usize, Duration)>,
    /// How it ended.
    pub ended: Ended,
    /// From the first byte sent to the end.
    pub took: Duration,
    /// When the client closed the connection.
    pub closed_at: Instant,
}

impl Got {
    /// HTTP status; 0 when none came.
    pub fn status(&self) -> u16 {
        self.head.word(1).parse().unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// True when the body is a stream of events.
    pub fn is_events(&self) -> bool {
        self.head.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"))
    }

    /// The events of the body.
    pub fn events(&self) -> Vec<sse::Event> {
        if self.is_events() { sse::events(&self.body) } else { Vec::new() }
    }

    /// When the body had grown to this length.
    pub fn arrival_of(&self, length: usize) -> Duration {
        self.arrivals.iter().find(|(had, _)| *had >= length).map(|(_, at)| *at).unwrap_or(self.took)
    }
}

/// Sends a request and reads the answer.
pub async fn ask(address: SocketAddr, ask: &Ask) -> Result<Got, Trouble> {
    send(address, &ask.bytes(address), ask.leave, ask.patience).await
}

/// Sends these bytes on a connection of their own and reads one answer.
pub async fn send(
    address: SocketAddr,
    bytes: &[u8],
    leave: Leave,
    patience: Duration,
) -> Result<Got, Trouble> {
    let begun = now();
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut reader, mut writer) = stream.into_split();
    let mut reading = Reading::new(begun, leave);
    let deadline = match leave {
        Leave::After(duration) => duration.min(patience),
        _ => patience,
    };
    let timer = tokio::time::sleep(deadline);
    tokio::pin!(timer);
    let writing = writer.write_all(bytes);
    tokio::pin!(writing);
    let mut is_written = false;
    let ended = loop {
        tokio::select! {
            result = &mut writing, if !is_written => {
                // A refused body may break the connection for writing; the answer still counts.
                is_written = true;
                let _ = result;
            }
            read = reader.read_buf(&mut reading.raw) => {
                if let Some(ended) = reading.took_in(read.ok())? {
                    break ended;
                }
            }
            () = &mut timer => {
                break if matches!(leave, Leave::After(_)) { Ended::Left } else { Ended::TooLong };
            }
        }
    };
    drop((reader, writer));
    let closed_at = now();
    Ok(Got {
        head: reading.head.unwrap_or_default(),
        body: reading.body,
        raw: reading.raw,
        arrivals: reading.arrivals,
        ended,
        took: closed_at.duration_since(begun),
        closed_at,
    })
}

struct Reading {
    begun: Instant,
    leave: Leave,
    raw: Vec<u8>,
    used: usize,
    head: Option<Head>,
    frame: Option<BodyReader>,
    body: Vec<u8>,
    arrivals: Vec<(usize, Duration)>,
}

impl Reading {
    const fn new(begun: Instant, leave: Leave) -> Self {
        Self {
            begun,
            leave,
            raw: Vec::new(),
            used: 0,
            head: None,
            frame: None,
            body: Vec::new(),
            arrivals: Vec::new(),
        }
    }

    /// Takes what was read into account; `read` is `None` after an error and 0 at the end.
    fn took_in(&mut self, read: Option<usize>) -> Result<Option<Ended>, Trouble> {
        let more = read.is_some_and(|bytes| bytes > 0);
        if self.head.is_none()
            && let Some((head, at)) = Head::parse(&self.raw)?
        {
            self.frame = Some(BodyReader::of_answer(&head));
            self.head = Some(head);
            self.used = at;
        }
        let Some(frame) = &mut self.frame else {
            return Ok(if more { None } else { Some(Ended::Broken) });
        };
        let fresh = self.raw.get(self.used..).unwrap_or_default();
        self.used = self.used.saturating_add(frame.push(fresh, &mut self.body)?);
        if more {
            self.arrivals.push((self.body.len(), now().duration_since(self.begun)));
        }
        if frame.is_done() || (read == Some(0) && frame.ends_by_close()) {
            return Ok(Some(Ended::Orderly));
        }
        if let Leave::AfterEvents(count) = self.leave
            && sse::events(&self.body).len() >= count
        {
            return Ok(Some(Ended::Left));
        }
        Ok(if more { None } else { Some(Ended::Broken) })
    }
}

#[expect(clippy::disallowed_methods, reason = "the client tells when bytes came")]
fn now() -> Instant {
    Instant::now()
}
