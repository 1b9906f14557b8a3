//! Dates, as people write them: `"2026-12-20"`. A day lasts until its end in UTC.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The last day of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LastDay(Date);

impl LastDay {
    /// Reads `2026-12-20`.
    ///
    /// # Errors
    /// What is expected.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        text.parse().map(Self).map_err(|_| "a date is written as year, month and day: \"2026-12-20\"")
    }

    /// The day, as the registry counts.
    pub(crate) fn day(self) -> registry::Day {
        let since = self.0.since(Date::constant(1970, 1, 1)).map(|span| span.get_days());
        registry::Day(since.unwrap_or(i32::MIN))
    }

    /// The first millisecond after it, in milliseconds since 1970 (UTC).
    pub(crate) fn end_unix_ms(self) -> u64 {
        self.0
            .tomorrow()
            .and_then(|next| next.to_zoned_datetime(TimeZone::UTC))
            .ok()
            .and_then(|midnight| u64::try_from(midnight.timestamp().as_millisecond()).ok())
            .unwrap_or(0)
    }
}

impl fmt::Display for LastDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for LastDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LastDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

impl JsonSchema for LastDay {
    fn schema_name() -> Cow<'static, str> {
        "LastDay".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "title": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lasts_until_its_end_in_utc() {
        let day = LastDay::parse("2026-12-20").expect("reads");
        assert_eq!(day.end_unix_ms(), 1_797_811_200_000);
        assert_eq!(day.day().to_string(), "2026-12-20");
        for bad in ["", "20.12.2026", "2026-13-01", "2026-02-30", "tomorrow"] {
            assert!(LastDay::parse(bad).is_err(), "{bad}");
        }
    }
}
