//! One connection of a caller, with a watch on both directions: it must begin in time, what it sends is framed
//! ([`crate::framing`]), and it must take what it is sent.
//!
//! The HTTP library bounds neither the time of the very first bytes (where it does not know yet which version is spoken)
//! nor how long a caller may take nothing of an answer.

use std::future::Future;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::framing::Framing;

/// How long what still comes after a bad head is read and thrown away. A socket that is closed over bytes that were not
/// read sends a reset, which can overtake the answer (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(1);

/// A watched stream.
pub(crate) struct Watched<S> {
    inner: S,
    framing: Framing,
    begun: Arc<AtomicBool>,
    begin: Option<Pin<Box<Sleep>>>,
    stall: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    linger: Option<Pin<Box<Sleep>>>,
}

impl<S> Watched<S> {
    /// `begun` is set by whoever gets the first request; until then `begin` is the time that is left.
    pub(crate) fn new(
        inner: S,
        framing: Framing,
        begun: Arc<AtomicBool>,
        begin: Duration,
        stall: Duration,
    ) -> Self {
        let begin = Some(Box::pin(sleep(begin)));
        Self { inner, framing, begun, begin, stall, stalled: None, linger: None }
    }

    fn check_begin(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(begin) = &mut self.begin else { return Ok(()) };
        if self.begun.load(Ordering::Relaxed) {
            self.begin = None;
        } else if begin.as_mut().poll(context).is_ready() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }

    /// Passes a result of writing on; of one that waits, the time.
    fn watched<T>(&mut self, written: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stall = self.stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(stall)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => {
                stalled.as_mut().reset(Instant::now() + stall);
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> Watched<S> {
    /// Reads what still comes until the caller closes, but not for long.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let linger = self.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut space = [MaybeUninit::<u8>::uninit(); 4 << 10];
        while linger.as_mut().poll(context).is_pending() {
            let mut read = ReadBuf::uninit(&mut space);
            match ready!(Pin::new(&mut self.inner).poll_read(context, &mut read)) {
                Ok(()) if !read.filled().is_empty() => {}
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check_begin(context)?;
        let this = &mut *self;
        this.framing.poll_read(&mut this.inner, context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.watched(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, pieces);
        self.watched(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(context);
        self.watched(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.linger.is_none() {
            let shut = Pin::new(&mut self.inner).poll_shutdown(context);
            ready!(self.watched(shut, context))?;
        }
        if self.framing.is_refused() {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }
}
