//! A future with a time limit, by the exchange's own clock.

use std::time::Duration;

use futures_util::future::{Either, select};

use crate::Clock;

/// Waits for `future`, at most this long.
pub(crate) async fn within<C: Clock, T>(
    clock: &C,
    limit: Duration,
    future: impl Future<Output = T>,
) -> Option<T> {
    let future = std::pin::pin!(future);
    let deadline = std::pin::pin!(clock.sleep(limit));
    match select(future, deadline).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}
