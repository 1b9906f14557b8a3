//! Time, randomness and ids: what the crates below get handed, because they must not reach for it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::failure::Failure;
use crate::output;

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock of the wall")]
pub(crate) fn now_unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Random bytes of the operating system.
///
/// # Errors
/// Where it gives none; nothing may go on then.
#[expect(clippy::disallowed_methods, reason = "the one place that asks for randomness")]
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::Unavailable(format!("the operating system gives no random bytes: {error}"))
    })?;
    Ok(bytes)
}

/// A new id: a UUID of version 7, so that ids sort by time.
///
/// # Errors
/// Where there is no randomness.
pub(crate) fn new_id() -> Result<String, Failure> {
    Ok(uuid::Builder::from_unix_timestamp_millis(now_unix_ms(), &random()?).into_uuid().to_string())
}

/// A new id for a request. Where there is no randomness, one that says so: requests are then refused elsewhere, and their
/// records still need an id.
pub(crate) fn id() -> String {
    new_id().unwrap_or_else(|_| format!("without-randomness-{}", now_unix_ms()))
}

/// A panic says where it happened, and nothing of what it was about: its message may hold a value.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "unknown place".to_owned(), ToString::to_string);
        if tracing::dispatcher::has_been_set() {
            tracing::error!(%place, "cordon has a fault: a panic; please report the place");
        } else {
            output::fault(&place);
        }
    }));
}

/// Time since a fixed moment, which never goes back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MonotonicClock(Instant);

impl MonotonicClock {
    /// A clock that begins now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the monotonic clock")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since it began.
    pub(crate) fn since_start(&self) -> Duration {
        self.0.elapsed()
    }
}
