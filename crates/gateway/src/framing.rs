//! Where requests begin and end on an HTTP/1 connection: heads are judged, bodies pass.
//!
//! Bytes of a head wait here until it is whole and judged ([`crate::head`]); a good one goes on unchanged. Of a body that
//! tells its length so many bytes go from the socket straight to the HTTP library, then the next head is waited for. After
//! a head whose body comes in chunks nothing more is judged: the connection ends with that answer (`front.rs`). HTTP/2
//! begins with bytes of its own and is not touched.
//!
//! In place of a bad head the library gets a plain one, and nothing after it. The service knows by its number that it stands
//! for a bad one ([`BadHeads`]) and answers the refusal. So order, ids, log and record are those of every other request.

use std::future::Future;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::activity::Activity;
use crate::head::{self, BadHead, Follows};
use crate::refusal::Refusal;

/// How much is read at once while a head is waited for. What of it is body is copied once more; larger bodies mostly pass
/// straight.
const READ_BYTES: usize = 4 << 10;

/// What HTTP/2 begins with (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What stands in for a bad head.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// The bad head of a connection, if there was one: told by the number of the request, counted from 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct BadHeads(Arc<OnceLock<(u64, BadHead)>>);

impl BadHeads {
    /// The bad head that the request of this number stands for.
    pub(crate) fn of_request(&self, number: u64) -> Option<&BadHead> {
        self.0.get().filter(|(at, _)| *at == number).map(|(_, bad)| bad)
    }
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first head of a connection, or HTTP/2.
    Begin,
    Head,
    Body(u64),
    /// Not judged any more.
    Opaque,
    /// A bad head came.
    Refused,
}

/// Framing of one connection.
pub(crate) struct Framing {
    state: State,
    head_bytes_max: usize,
    /// Time for a head to arrive, from its first byte.
    time: Duration,
    activity: Arc<Activity>,
    late: Option<Pin<Box<Sleep>>>,
    /// What was read and has not gone on.
    held: BytesMut,
    /// How many bytes at the front of it may go on.
    cleared: usize,
    /// Up to where the head in it was looked at, and where its last line begins.
    looked: usize,
    line: usize,
    heads: u64,
    bad: BadHeads,
}

impl Framing {
    /// Framing of a new connection.
    pub(crate) fn new(head_bytes_max: usize, time: Duration, activity: Arc<Activity>, bad: BadHeads) -> Self {
        Self {
            state: State::Begin,
            head_bytes_max,
            time,
            activity,
            late: None,
            held: BytesMut::new(),
            cleared: 0,
            looked: 0,
            line: 0,
            heads: 0,
            bad,
        }
    }

    /// True after a bad head.
    pub(crate) fn is_refused(&self) -> bool {
        self.state == State::Refused
    }

    /// Reads what may go on.
    pub(crate) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        inner: &mut S,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.cleared > 0 {
                self.pass(buffer);
                return Poll::Ready(Ok(()));
            }
            match self.state {
                // What stands in for the head closes the connection with its answer: there is no more to read.
                State::Refused => return Poll::Pending,
                State::Begin | State::Head => {
                    if self.judge() {
                        continue;
                    }
                    if !self.read_more(inner, context)? {
                        return self.in_time(context);
                    }
                    if self.held.is_empty() {
                        return Poll::Ready(Ok(()));
                    }
                }
                State::Opaque if self.held.is_empty() => return Pin::new(inner).poll_read(context, buffer),
                State::Opaque => self.cleared = self.held.len(),
                State::Body(left) if self.held.is_empty() => {
                    let read = ready!(read_at_most(left, inner, context, buffer))?;
                    self.consume(left, read);
                    return Poll::Ready(Ok(()));
                }
                State::Body(left) => {
                    let here = u64::try_from(self.held.len()).unwrap_or(u64::MAX).min(left);
                    self.cleared = usize::try_from(here).unwrap_or(self.held.len());
                    self.consume(left, here);
                }
            }
        }
    }

    fn pass(&mut self, buffer: &mut ReadBuf<'_>) {
        let count = self.cleared.min(buffer.remaining());
        buffer.put_slice(&self.held.split_to(count));
        self.cleared -= count;
        if self.held.is_empty() {
            // Connections that wait for their next request hold no memory for it.
            self.held = BytesMut::new();
        }
    }

    fn consume(&mut self, left: u64, count: u64) {
        self.state = if count >= left { State::Head } else { State::Body(left - count) };
    }

    /// Reads once more of a head. False where nothing is there yet; at the end `held` is empty.
    fn read_more<S: AsyncRead + Unpin>(
        &mut self,
        inner: &mut S,
        context: &mut Context<'_>,
    ) -> io::Result<bool> {
        let mut space = [MaybeUninit::<u8>::uninit(); READ_BYTES];
        let mut read = ReadBuf::uninit(&mut space);
        match Pin::new(inner).poll_read(context, &mut read) {
            Poll::Pending => return Ok(false),
            Poll::Ready(result) => result?,
        }
        if read.filled().is_empty() {
            // A head that breaks off is none.
            self.held.clear();
        } else {
            self.held.extend_from_slice(read.filled());
        }
        Ok(true)
    }

    /// Waits for the rest of a head, but not for ever. What comes while a request is open has no hurry: an error here would
    /// end its answer.
    fn in_time(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.held.is_empty() || self.activity.is_open() {
            self.late = None;
            return Poll::Pending;
        }
        let time = self.time;
        let late = self.late.get_or_insert_with(|| Box::pin(sleep(time)));
        late.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Looks at what is held of a head. False where more is needed.
    fn judge(&mut self) -> bool {
        if self.state == State::Begin {
            if self.held.starts_with(PREFACE) {
                self.state = State::Opaque;
                self.late = None;
                return true;
            }
            if PREFACE.starts_with(&self.held) {
                return false;
            }
            self.state = State::Head;
        }
        while let Some(length) =
            self.held.get(self.looked..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n'))
        {
            let end = self.looked + length;
            let line = self.held.get(self.line..end).unwrap_or_default();
            match (line, self.line) {
                // Empty lines before a head are left out: some clients send one after a body (RFC 9112, 2.2).
                (b"" | b"\r", 0) => {
                    self.held.advance(end + 1);
                    self.looked = 0;
                    continue;
                }
                (b"\r", _) => self.end_of_head(end + 1),
                ([.., b'\r'], _) => {
                    self.looked = end + 1;
                    self.line = end + 1;
                    continue;
                }
                _ => self.refuse(Refusal::HeadMalformed),
            }
            return true;
        }
        self.looked = self.held.len();
        if self.held.len() < self.head_bytes_max {
            return false;
        }
        self.refuse(Refusal::HeadTooLarge { limit: self.head_bytes_max });
        true
    }

    /// A head is whole.
    fn end_of_head(&mut self, length: usize) {
        if length > self.head_bytes_max {
            return self.refuse(Refusal::HeadTooLarge { limit: self.head_bytes_max });
        }
        match head::judged(self.held.get(..length).unwrap_or_default()) {
            Err(refusal) => self.refuse(refusal),
            Ok(follows) => {
                self.state = match follows {
                    Follows::Length(0) => State::Head,
                    Follows::Length(length) => State::Body(length),
                    Follows::Chunks => State::Opaque,
                };
                self.cleared = length;
                self.begin_anew();
            }
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        let dialect = head::dialect(&self.held);
        self.held = BytesMut::from(STAND_IN);
        self.cleared = STAND_IN.len();
        self.begin_anew();
        // There is one at most: nothing is read after it.
        let _ = self.bad.0.set((self.heads, BadHead { refusal, dialect }));
        self.state = State::Refused;
    }

    fn begin_anew(&mut self) {
        self.heads += 1;
        self.looked = 0;
        self.line = 0;
        self.late = None;
    }
}

/// Reads at most so many bytes; how many there were.
fn read_at_most<S: AsyncRead + Unpin>(
    most: u64,
    inner: &mut S,
    context: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<u64>> {
    let before = buffer.filled().len();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if most >= buffer.remaining() {
        ready!(Pin::new(inner).poll_read(context, buffer))?;
        return Poll::Ready(Ok((buffer.filled().len() - before) as u64));
    }
    // What is free must be set to zero to be lent out: at most the rest of a body, once.
    let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
    ready!(Pin::new(inner).poll_read(context, &mut part))?;
    let count = part.filled().len();
    buffer.advance(count);
    Poll::Ready(Ok(count as u64))
}

#[cfg(test)]
mod tests;
