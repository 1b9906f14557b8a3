//! Samples of time and their quantiles.
//!
//! Every sample is kept (four bytes a microsecond would do for a minute of load), so quantiles are exact and there is no
//! bucket to argue about.

use std::time::Duration;

/// Samples of time.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    nanos: Vec<u64>,
    sorted: bool,
}

impl Histogram {
    /// Takes a sample in.
    pub fn record(&mut self, sample: Duration) {
        self.nanos.push(u64::try_from(sample.as_nanos()).unwrap_or(u64::MAX));
        self.sorted = false;
    }

    /// Takes all samples of another one in.
    pub fn absorb(&mut self, other: &Self) {
        self.nanos.extend_from_slice(&other.nanos);
        self.sorted = false;
    }

    /// Number of samples.
    pub const fn len(&self) -> usize {
        self.nanos.len()
    }

    /// True without samples.
    pub const fn is_empty(&self) -> bool {
        self.nanos.is_empty()
    }

    /// The smallest sample that at least `part` (0 to 1) of all samples do not exceed; zero without samples.
    pub fn quantile(&mut self, part: f64) -> Duration {
        if !self.sorted {
            self.nanos.sort_unstable();
            self.sorted = true;
        }
        let last = self.nanos.len().saturating_sub(1);
        let rank = (part * self.nanos.len() as f64).ceil() as usize;
        Duration::from_nanos(self.nanos.get(rank.saturating_sub(1).min(last)).copied().unwrap_or_default())
    }

    /// The same in milliseconds.
    pub fn millis(&mut self, part: f64) -> f64 {
        self.quantile(part).as_secs_f64() * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_sorted_samples() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(0.5), Duration::ZERO);
        for ms in (1..=100).rev() {
            histogram.record(Duration::from_millis(ms));
        }
        assert_eq!(histogram.quantile(0.5), Duration::from_millis(50));
        assert_eq!(histogram.quantile(0.99), Duration::from_millis(99));
        assert_eq!(histogram.quantile(1.0), Duration::from_millis(100));
    }
}
