//! Days as they stand in fact files: `2026-11-24`, and document dates that name a month or a year only.
//!
//! The crate has no clock: who asks hands the day in.

use std::fmt;

use jiff::Span;
use jiff::civil::Date;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// `2026-11-24`, and none of the other forms that a calendar library reads.
const FORM: &[u8] = b"dddd-dd-dd";

/// A day in the proleptic Gregorian calendar, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of a moment in milliseconds since 1970-01-01T00:00:00Z, by UTC. Beyond what fits: the last day there is.
    pub fn of_unix_ms(unix_ms: u64) -> Self {
        Self(i32::try_from(unix_ms / (24 * 60 * 60 * 1000)).unwrap_or(i32::MAX))
    }

    /// Reads `2026-11-24`. `None` where that is no day.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_form = bytes.len() == FORM.len()
            && bytes
                .iter()
                .zip(FORM)
                .all(|(byte, form)| byte == form || (*form == b'd' && byte.is_ascii_digit()));
        let date = is_form.then(|| text.parse::<Date>().ok()).flatten()?;
        EPOCH.until(date).ok().map(|span| Self(span.get_days()))
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

    /// Year and month (1-12) that it falls into, in the Gregorian calendar. Beyond the years -9999 and 9999: the last there are.
    pub fn year_and_month(self) -> (i32, i32) {
        let date = self.date();
        (i32::from(date.year()), i32::from(date.month()))
    }

    fn date(self) -> Date {
        let outermost = if self.0 < 0 { Date::MIN } else { Date::MAX };
        let span = Span::new().try_days(self.0);
        span.and_then(|span| EPOCH.checked_add(span)).unwrap_or(outermost)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
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
    fn a_day_begins_at_midnight_utc() {
        // 2026-12-20T00:00:00Z is 1 797 724 800 s after 1970.
        assert_eq!(Day::of_unix_ms(1_797_724_800_000), Day(20_807));
        assert_eq!(Day::of_unix_ms(1_797_724_799_999), Day(20_806));
        assert_eq!(Day::of_unix_ms(u64::MAX), Day(i32::MAX));
        assert_eq!(Day(i32::MAX).to_string(), "9999-12-31");
        assert_eq!(Day(i32::MIN).year_and_month(), (-9999, 1));
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
            "2026-11-24T00:00",
            "20261124",
            "+02026-1-1",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::first_of("2026-03"), Day::parse("2026-03-01"));
        assert_eq!(Day::first_of("2026"), Day::parse("2026-01-01"));
        assert_eq!(Day::first_of("soon"), None);
    }
}
