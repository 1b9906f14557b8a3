//! How deployments fare: circuit breakers and latencies, as values. Time is handed in.
//!
//! An open breaker moves a deployment behind the others; it never refuses by itself, because a deployment without an
//! alternative is better tried than given up.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use types::DeploymentId;

/// Failures in a row that open a breaker.
const FAILURES: u32 = 5;
/// How long it stays open at first; each failed probe doubles that.
const OPEN_FIRST: Duration = Duration::from_secs(10);
/// How long it stays open at most.
const OPEN_MOST: Duration = Duration::from_secs(300);
/// A probe of which nothing is heard for this long is forgotten: its caller went away.
const PROBE_LASTS: Duration = Duration::from_secs(60);
/// Weight of the newest latency in the running mean.
const NEWEST: f64 = 0.2;

/// How a deployment may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    /// It answers.
    Closed,
    /// It failed, and may be tried by one request.
    Probing,
    /// It failed lately.
    Open,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    failures: u32,
    /// Until when, and for how long it was opened.
    open: Option<(Duration, Duration)>,
    probe_since: Option<Duration>,
    latency_seconds: Option<f64>,
}

/// How all deployments fare. Handed on when settings are replaced.
#[derive(Debug, Default)]
pub struct Health {
    states: Mutex<BTreeMap<DeploymentId, State>>,
}

impl Health {
    /// How a deployment may be used now. `now` is monotonic.
    pub fn availability(&self, deployment: &DeploymentId, now: Duration) -> Availability {
        self.with(deployment, |state| match state.open {
            None => Availability::Closed,
            Some((until, _)) if now < until => Availability::Open,
            Some(_) => match state.probe_since {
                Some(since) if now < since + PROBE_LASTS => Availability::Open,
                _ => Availability::Probing,
            },
        })
    }

    /// The mean time to the status of an answer, newest counting most; `None` before the first.
    pub fn latency(&self, deployment: &DeploymentId) -> Option<Duration> {
        let seconds = self.with(deployment, |state| state.latency_seconds)?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// A call goes out.
    pub fn begins(&self, deployment: &DeploymentId, now: Duration) {
        self.with(deployment, |state| {
            if state.open.is_some() {
                state.probe_since = Some(now);
            }
        });
    }

    /// A call was answered with a status that is no failure of the deployment, after this long.
    pub fn answered(&self, deployment: &DeploymentId, after: Duration) {
        self.with(deployment, |state| {
            let seconds = after.as_secs_f64();
            let mean = state.latency_seconds.map_or(seconds, |mean| mean + NEWEST * (seconds - mean));
            *state = State { latency_seconds: Some(mean), ..State::default() };
        });
    }

    /// A call failed: no connection, no status in time, or a status that says that the deployment is in trouble.
    pub fn failed(&self, deployment: &DeploymentId, now: Duration) {
        self.with(deployment, |state| {
            state.failures = state.failures.saturating_add(1);
            state.probe_since = None;
            match state.open {
                // Calls that were under way when it opened say nothing new.
                Some((until, _)) if now < until => {}
                Some((_, lasted)) => {
                    let lasts = (lasted * 2).min(OPEN_MOST);
                    state.open = Some((now + lasts, lasts));
                }
                None if state.failures >= FAILURES => state.open = Some((now + OPEN_FIRST, OPEN_FIRST)),
                None => {}
            }
        });
    }

    fn with<T>(&self, deployment: &DeploymentId, look: impl FnOnce(&mut State) -> T) -> T {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        look(states.entry(deployment.clone()).or_default())
    }
}

/// True for a status with which a provider says that it is in trouble or busy, so that another may answer.
pub fn is_trouble(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504 | 529)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn five_failures_open_a_breaker_and_one_probe_closes_it() {
        let (health, id) = (Health::default(), DeploymentId::new("a"));
        for _ in 0..4 {
            health.failed(&id, SECOND);
        }
        assert_eq!(health.availability(&id, SECOND), Availability::Closed);
        health.failed(&id, SECOND);
        assert_eq!(health.availability(&id, SECOND * 10), Availability::Open);
        assert_eq!(health.availability(&id, SECOND * 11), Availability::Probing);
        health.begins(&id, SECOND * 11);
        assert_eq!(health.availability(&id, SECOND * 12), Availability::Open, "one probe at a time");
        health.answered(&id, SECOND);
        assert_eq!(health.availability(&id, SECOND * 12), Availability::Closed);
    }

    #[test]
    fn failed_probes_double_the_wait_up_to_five_minutes() {
        let (health, id) = (Health::default(), DeploymentId::new("a"));
        for _ in 0..5 {
            health.failed(&id, Duration::ZERO);
        }
        let mut now = SECOND * 10;
        for wait in [20, 40, 80, 160, 300, 300] {
            health.begins(&id, now);
            health.failed(&id, now);
            assert_eq!(health.availability(&id, now + SECOND * (wait - 1)), Availability::Open);
            now += SECOND * wait;
            assert_eq!(health.availability(&id, now), Availability::Probing);
        }
    }

    #[test]
    fn failures_count_in_a_row_only_and_a_lost_probe_is_forgotten() {
        let (health, id) = (Health::default(), DeploymentId::new("a"));
        for _ in 0..20 {
            health.failed(&id, SECOND);
            health.answered(&id, SECOND);
        }
        assert_eq!(health.availability(&id, SECOND), Availability::Closed);
        for _ in 0..5 {
            health.failed(&id, SECOND);
        }
        health.begins(&id, SECOND * 20);
        assert_eq!(health.availability(&id, SECOND * 81), Availability::Probing);
    }

    #[test]
    fn the_latency_follows_what_was_seen_last() {
        let (health, id) = (Health::default(), DeploymentId::new("a"));
        assert_eq!(health.latency(&id), None);
        health.answered(&id, SECOND * 4);
        for _ in 0..30 {
            health.answered(&id, SECOND);
        }
        let latency = health.latency(&id).expect("seen");
        assert!(latency < SECOND + Duration::from_millis(10), "{latency:?}");
    }
}
