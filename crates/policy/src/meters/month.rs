//! Months, which windows are made of.

use registry::Day;

/// A calendar month: years since the year 0 times twelve, and the months since January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month of a day (UTC).
    pub fn of(day: Day) -> Self {
        let (year, month) = day.year_and_month();
        Self(year * 12 + month - 1)
    }

    /// The month so many months earlier.
    pub fn earlier(self, months: u16) -> Self {
        Self(self.0.saturating_sub(i32::from(months)))
    }

    /// January of its year.
    pub fn january(self) -> Self {
        Self(self.0 - self.0.rem_euclid(12))
    }

    /// A number that grows by one a month, for keeping.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The month of such a number.
    pub fn from_number(number: i32) -> Self {
        Self(number)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fall_into_the_months_of_the_calendar() {
        // Days since 1970-01-01 as `date -d DATE +%s` divided by 86 400 gives them.
        for (day, month) in [
            (0, "1970-01"),
            (-1, "1969-12"),
            (30, "1970-01"),
            (31, "1970-02"),
            (11_016, "2000-02"),
            (11_017, "2000-03"),
            (19_782, "2024-02"),
            (19_783, "2024-03"),
            (20_453, "2025-12"),
            (20_454, "2026-01"),
            (20_786, "2026-11"),
            (20_787, "2026-11"),
        ] {
            assert_eq!(Month::of(Day(day)).to_string(), month, "{day}");
        }
        assert_eq!(Month::of(Day(20_786)).january().to_string(), "2026-01");
        assert_eq!(Month::of(Day(20_786)).earlier(12).to_string(), "2025-11");
    }
}
