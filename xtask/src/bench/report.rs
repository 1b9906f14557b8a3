//! The result: a page with a table per scenario, for `docs/benchmarks.md` and for the terminal.

use testkit::Trouble;

use super::machine;

/// What limits the figures, for people.
const LIMITS: &str = include_str!("limits.md");

/// Tables as they come.
pub(crate) struct Report {
    head: String,
    parts: Vec<String>,
    failures: usize,
}

impl Report {
    /// An empty one for this machine.
    pub(crate) fn new(machine: &str, seconds: u64) -> Self {
        let head = format!(
            "# Benchmarks\n\nMeasured {} with `cargo xtask bench --seconds {seconds}` on: {machine}.\n\n\
             Direct and through Cordon in one run, against a mock provider and with a load generator of our own (`crates/testkit`). Protection is on (preset `standard`, \
             all recognizers). Times are wall clock at the client; CPU is user and system time of the gateway's process. Absolute figures are those of this machine; \
             the ratios are what to compare.\n",
            machine::date()
        );
        Self { head, parts: Vec::new(), failures: 0 }
    }

    /// A heading with a sentence on what is measured and what limits it.
    pub(crate) fn section(&mut self, title: &str, about: &str) {
        self.parts.push(format!("\n## {title}\n\n{about}\n"));
    }

    /// A table.
    pub(crate) fn table(&mut self, columns: &[&str], rows: &[Vec<String>]) {
        let mut text = format!("\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
        for row in rows {
            text.push_str(&format!("| {} |\n", row.join(" | ")));
        }
        crate::output::line(&text);
        self.parts.push(text);
    }

    /// A scenario that could not be measured.
    pub(crate) fn failed(&mut self, name: &str, trouble: &Trouble) {
        self.failures = self.failures.saturating_add(1);
        self.section(name, &format!("Could not be measured: {trouble}"));
        crate::output::error(&format!("{name}: {trouble}"));
    }

    /// True when every scenario could be measured.
    pub(crate) const fn is_whole(&self) -> bool {
        self.failures == 0
    }

    /// The page.
    pub(crate) fn page(&self) -> String {
        format!("{}{}{LIMITS}", self.head, self.parts.concat())
    }
}

/// Milliseconds with two or three digits that mean something.
pub(crate) fn ms(value: f64) -> String {
    if value < 10.0 { format!("{value:.3} ms") } else { format!("{value:.1} ms") }
}
