//! Requests with large bodies do not keep others waiting.
//!
//! Parsing, detection and rewriting of a body happen in one go: microseconds for a chat, up to seconds for many
//! megabytes. A thread of the runtime that is busy for so long would keep back everything else that waits for it. So the
//! runtime is told before: it hands the other work of this thread to another one.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::{Handle, RuntimeFlavor};

/// From this size of a body on, in bytes: about a millisecond of work, many times what handing over costs.
const HEAVY_BYTES: usize = 128 << 10;

/// A future that may be busy for long when it is polled.
pub(crate) struct Heavy<F> {
    inner: Pin<Box<F>>,
    is_heavy: bool,
}

/// Runs the work on a body of this many bytes.
pub(crate) fn with_body<F: Future>(bytes: usize, work: F) -> Heavy<F> {
    let can_hand_over =
        Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    Heavy { inner: Box::pin(work), is_heavy: bytes >= HEAVY_BYTES && can_hand_over }
}

impl<F: Future> Future for Heavy<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if self.is_heavy {
            tokio::task::block_in_place(|| self.inner.as_mut().poll(context))
        } else {
            self.inner.as_mut().poll(context)
        }
    }
}
