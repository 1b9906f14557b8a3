//! Days as they stand in fact files: `2026-11-24`, and document dates that name a month or a year only.
//!
//! The crate has no clock: who asks hands the day in.

use std::fmt;

use crate::Day;

/// Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar.
const EPOCH_FROM_MARCH: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;

impl Day {
    /// Reads `2026-11-24`. `None` where that is no day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = digits(parts.next()?, 2)?;
        let day = digits(parts.next()?, 2)?;
        let read = Self::of(year, month, day);
        // A day that the month does not have comes back as another one.
        (parts.next().is_none() && read.date() == (year, month, day)).then_some(read)
    }

    /// The first day that a partial date names: `2026`, `2026-03` or `2026-03-30`.
    pub fn first_of(text: &str) -> Option<Self> {
        match text.len() {
            4 => Self::parse(&format!("{text}-01-01")),
            7 => Self::parse(&format!("{text}-01")),
            _ => Self::parse(text),
        }
    }

    /// Days since another day; negative where this one is earlier.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 as i64 - earlier.0 as i64
    }

    fn of(year: i64, month: i64, day: i64) -> Self {
        // The year begins in March here, so that the leap day is its last.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * ERA_DAYS + day_of_era - EPOCH_FROM_MARCH;
        Self(i32::try_from(days).unwrap_or(i32::MAX))
    }

    fn date(self) -> (i64, i64, i64) {
        let days = i64::from(self.0) + EPOCH_FROM_MARCH;
        let era = days.div_euclid(ERA_DAYS);
        let day_of_era = days.rem_euclid(ERA_DAYS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }
}

fn digits(text: &str, length: usize) -> Option<i64> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_calendars_count_them() {
        // Unix days as `date -d … +%s` divided by 86 400 gives them.
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2024-12-31", 20_088),
            ("2026-11-24", 20_781),
            ("1969-12-31", -1),
        ] {
            assert_eq!(Day::parse(text), Some(Day(days)), "{text}");
            assert_eq!(Day(days).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "2026",
            "2026-2-3",
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-01-",
            "24.11.2026",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::first_of("2026-03"), Day::parse("2026-03-01"));
        assert_eq!(Day::first_of("2026"), Day::parse("2026-01-01"));
        assert_eq!(Day::first_of("soon"), None);
    }
}
