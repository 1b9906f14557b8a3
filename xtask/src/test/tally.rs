//! What passed, what failed, what was skipped and why.

use crate::output;

/// Counts of a run.
#[derive(Debug, Default)]
pub(super) struct Tally {
    passed: u64,
    failures: Vec<String>,
    failed_more: u64,
    skips: Vec<String>,
    skipped_more: u64,
}

impl Tally {
    /// Counts one check by its name.
    pub(super) fn count(&mut self, name: &str, holds: bool) {
        if holds {
            self.passed = self.passed.saturating_add(1);
        } else {
            self.failures.push(name.to_owned());
        }
    }

    /// Counts one skip and says why.
    pub(super) fn skip(&mut self, name: &str, reason: &str) {
        output::line(&format!("skipped: {name}: {reason}"));
        self.skips.push(format!("{name}: {reason}"));
    }

    /// Counts what a test runner reported about many tests.
    pub(super) fn add(&mut self, name: &str, counts: Counts) {
        self.passed = self.passed.saturating_add(counts.passed);
        self.skipped_more = self.skipped_more.saturating_add(counts.skipped);
        if counts.failed > 0 {
            self.failures.push(format!("{name}: {} tests", counts.failed));
            self.failed_more = self.failed_more.saturating_add(counts.failed.saturating_sub(1));
        }
    }

    /// What failed.
    pub(super) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// What was skipped.
    pub(super) fn skips(&self) -> &[String] {
        &self.skips
    }

    /// True when nothing failed.
    pub(super) fn is_good(&self) -> bool {
        self.failures.is_empty()
    }

    /// The last line of the run.
    pub(super) fn summary(&self) -> String {
        let failed = (self.failures.len() as u64).saturating_add(self.failed_more);
        let skipped = (self.skips.len() as u64).saturating_add(self.skipped_more);
        let mut line = format!("{} passed, {failed} failed", self.passed);
        if skipped > 0 {
            line.push_str(&format!(", {skipped} skipped"));
        }
        line
    }
}

/// What a test runner reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that failed.
    pub(super) failed: u64,
    /// Tests that were ignored.
    pub(super) skipped: u64,
}

impl Counts {
    /// Reads the summaries of `cargo test` and `cargo nextest run`; `None` when there is none.
    pub(super) fn read(lines: &[String], skips_count: bool) -> Option<Self> {
        let mut counts = Self::default();
        let mut found = false;
        for line in lines {
            let is_summary = line.starts_with("test result:")
                || (line.trim_start().starts_with("Summary [") && line.contains(" run: "));
            if !is_summary {
                continue;
            }
            found = true;
            let words: Vec<&str> =
                line.split([' ', ',', ';', '(', ')', '.']).filter(|w| !w.is_empty()).collect();
            for pair in words.windows(2) {
                let [number, what] = pair else { continue };
                let Ok(number) = number.parse::<u64>() else { continue };
                let field = match *what {
                    "passed" => &mut counts.passed,
                    "failed" | "timed" | "exec" => &mut counts.failed,
                    "skipped" | "ignored" if skips_count => &mut counts.skipped,
                    _ => continue,
                };
                *field = field.saturating_add(number);
            }
        }
        found.then_some(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_both_runners_are_read() {
        let lines = [
            "test result: ok. 13 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "     Summary [   0.512s] 35 tests run: 33 passed (1 slow), 2 failed, 4 skipped",
            "  Summary [ 1.0s] 2/5 tests run: 1 passed, 1 timed out, 0 skipped",
            "something 7 passed",
        ]
        .map(str::to_owned);
        let counts = Counts::read(&lines, true).unwrap();
        assert_eq!(counts, Counts { passed: 47, failed: 3, skipped: 5 });
        assert_eq!(Counts::read(&[], true), None);
    }

    #[test]
    fn the_last_line_counts_every_failure() {
        let mut tally = Tally::default();
        tally.count("a", true);
        tally.count("b", false);
        tally.add("c", Counts { passed: 5, failed: 2, skipped: 0 });
        assert_eq!(tally.summary(), "6 passed, 3 failed");
        assert!(!tally.is_good());
    }
}
