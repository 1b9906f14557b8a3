//! One meter: distinct subjects of one category towards one recipient, month by month, against a threshold.

use std::collections::BTreeMap;

use registry::Day;

use super::{Month, Sketch};
use crate::Level;

/// Most months that a meter keeps: two windows of a year, so that an auditor sees the one before.
const MONTHS: usize = 25;

/// The time that a law counts over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    /// The twelve months before, and the month that runs: up to a month more than the law asks, never less.
    TwelveMonths,
    /// From 1 January on (UTC).
    CalendarYear,
}

impl Window {
    fn first(self, now: Month) -> Month {
        match self {
            Self::TwelveMonths => now.earlier(12),
            Self::CalendarYear => now.january(),
        }
    }
}

/// How much of a threshold is used up.
fn level(count: u64, threshold: u64) -> Level {
    let percent = u128::from(count) * 100 / u128::from(threshold.max(1));
    Level::of_percent(u64::try_from(percent).unwrap_or(u64::MAX))
}

/// One bit that a subject set: all that has to be kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The month.
    pub month: Month,
    /// The bit, less than 131 072.
    pub slot: u32,
}

/// Distinct subjects of one category towards one recipient.
#[derive(Debug, Clone)]
pub struct Meter {
    window: Window,
    threshold: u64,
    months: BTreeMap<Month, Sketch>,
    /// The months of the window that was asked for last, joined.
    joined: Option<(Month, Sketch)>,
}

impl Meter {
    /// An empty meter. `threshold` is the number of subjects from which the law binds.
    pub fn new(window: Window, threshold: u64) -> Self {
        Self { window, threshold, months: BTreeMap::new(), joined: None }
    }

    /// The number of subjects from which the law binds.
    pub fn threshold(&self) -> u64 {
        self.threshold
    }

    /// Counts a subject on a day; `Some` when that changed something, which then must be kept before the data leaves.
    pub fn add(&mut self, day: Day, digest: &[u8; 32]) -> Option<Mark> {
        let mark = Mark { month: Month::of(day), slot: Sketch::slot(digest) };
        self.restore(mark).then_some(mark)
    }

    /// Counts a mark that was kept; true when it was not counted yet.
    pub fn restore(&mut self, mark: Mark) -> bool {
        let fresh = self.months.entry(mark.month).or_default().set(mark.slot);
        if fresh
            && let Some((now, joined)) = &mut self.joined
            && (self.window.first(*now)..=*now).contains(&mark.month)
        {
            joined.set(mark.slot);
        }
        while self.months.len() > MONTHS {
            self.months.pop_first();
        }
        fresh
    }

    /// The bits of a month, where something was counted in it.
    pub fn bits(&self, month: Month) -> Option<Vec<u8>> {
        self.months.get(&month).map(Sketch::to_bytes)
    }

    /// Adds what was kept of a month.
    pub fn join(&mut self, month: Month, sketch: &Sketch) {
        self.months.entry(month).or_default().join(sketch);
        self.joined = None;
    }

    /// About how many subjects were counted in the window that ends on this day.
    pub fn count(&mut self, day: Day) -> u64 {
        self.window(day).count()
    }

    /// How much of the threshold is used up, counted so that an alarm is never late.
    pub fn level(&mut self, day: Day) -> Level {
        let threshold = self.threshold;
        level(self.window(day).bound(), threshold)
    }

    fn window(&mut self, day: Day) -> &Sketch {
        let now = Month::of(day);
        if self.joined.as_ref().is_none_or(|(month, _)| *month != now) {
            let mut all = Sketch::default();
            for sketch in self.months.range(self.window.first(now)..=now).map(|(_, sketch)| sketch) {
                all.join(sketch);
            }
            self.joined = Some((now, all));
        }
        &self.joined.get_or_insert_with(|| (now, Sketch::default())).1
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// 2026-11-29.
    const TODAY: i32 = 20_786;

    fn digest(subject: u32) -> [u8; 32] {
        Sha256::digest(subject.to_le_bytes()).into()
    }

    #[test]
    fn an_alarm_is_never_late() {
        for salt in 0..40_u32 {
            let mut meter = Meter::new(Window::TwelveMonths, 1_000);
            let mut at = Vec::new();
            for subject in 0..1_000 {
                meter.add(Day(TODAY), &digest(salt * 10_000 + subject));
                at.push(meter.level(Day(TODAY)));
            }
            assert!(at[499] >= Level::Half && at[799] >= Level::Most && at[999] == Level::Full);
            assert!(at[480] < Level::Half && at[780] < Level::Most && at[980] < Level::Full);
        }
    }

    #[test]
    fn a_subject_counts_once_in_a_window_and_leaves_it_with_its_last_month() {
        let mut meter = Meter::new(Window::TwelveMonths, 10);
        assert!(meter.add(Day(TODAY - 300), &digest(1)).is_some());
        assert!(meter.add(Day(TODAY - 300), &digest(1)).is_none());
        assert!(meter.add(Day(TODAY), &digest(1)).is_some(), "a new month keeps its own mark");
        assert_eq!(meter.count(Day(TODAY)), 1);
        meter.add(Day(TODAY - 300), &digest(2));
        assert_eq!(meter.count(Day(TODAY)), 2);
        assert_eq!(meter.count(Day(TODAY + 120)), 1, "the second one's month is over");
    }

    #[test]
    fn a_calendar_year_begins_anew() {
        let mut meter = Meter::new(Window::CalendarYear, 10);
        meter.add(Day(20_453), &digest(1));
        assert_eq!((meter.count(Day(20_453)), meter.count(Day(20_454))), (1, 0));
    }

    #[test]
    fn a_jumping_clock_loses_nothing() {
        let mut meter = Meter::new(Window::TwelveMonths, 10);
        for subject in 0..5 {
            meter.add(Day(TODAY), &digest(subject));
        }
        meter.add(Day(TODAY + 5_000), &digest(7));
        meter.add(Day(TODAY - 900), &digest(8));
        assert_eq!(meter.count(Day(TODAY)), 5);
        assert_eq!(meter.level(Day(TODAY)), Level::Half);
    }

    #[test]
    fn kept_marks_make_the_same_meter() {
        let (mut first, mut second) =
            (Meter::new(Window::TwelveMonths, 500), Meter::new(Window::TwelveMonths, 500));
        for subject in 0..400 {
            if let Some(mark) = first.add(Day(TODAY - subject % 200), &digest(subject.unsigned_abs())) {
                second.restore(Mark { month: Month::from_number(mark.month.number()), slot: mark.slot });
            }
        }
        assert_eq!(first.count(Day(TODAY)), second.count(Day(TODAY)));
        assert_eq!(first.level(Day(TODAY)), Level::Most);
    }
}
