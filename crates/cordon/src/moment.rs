//! Moments as people read and write them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const SECOND_MS: u64 = 1000;
const DAY_MS: u64 = 24 * 60 * 60 * SECOND_MS;

/// `2026-11-25 12:30:05 UTC`.
pub(crate) fn shown(unix_ms: u64) -> String {
    timestamp(unix_ms).map_or_else(|| "?".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// `2026-11-25T12:30:05.123Z`, for JSON.
pub(crate) fn rfc3339(unix_ms: u64) -> String {
    timestamp(unix_ms).map_or_else(|| "?".to_owned(), |at| at.to_string())
}

/// Whole days between two moments.
pub(crate) const fn days(from_unix_ms: u64, to_unix_ms: u64) -> u64 {
    to_unix_ms.saturating_sub(from_unix_ms) / DAY_MS
}

/// How long ago, in two characters or three: `8s`, `5m`, `3h`, `12d`.
pub(crate) fn ago(from_unix_ms: u64, to_unix_ms: u64) -> String {
    let seconds = to_unix_ms.saturating_sub(from_unix_ms) / SECOND_MS;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A length of time such as `90d`, `24h`, `30m`, in milliseconds.
pub(crate) fn length(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "d" => DAY_MS,
        "h" => 3_600 * SECOND_MS,
        "m" => 60 * SECOND_MS,
        "s" => SECOND_MS,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// A moment in the past: a length of time before now (`24h`), a day (`2026-11-20`, from its beginning in UTC), or a time stamp.
pub(crate) fn past(text: &str, now_unix_ms: u64) -> Option<u64> {
    if let Some(length) = length(text) {
        return now_unix_ms.checked_sub(length);
    }
    let at = match text.parse::<Timestamp>() {
        Ok(at) => at,
        Err(_) => text.parse::<Date>().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp(),
    };
    u64::try_from(at.as_millisecond()).ok()
}

/// The end of what [`past`] reads: of a day its last moment is included, so this is the first moment after it.
pub(crate) fn past_end(text: &str, now_unix_ms: u64) -> Option<u64> {
    let begin = past(text, now_unix_ms)?;
    Some(if text.parse::<Timestamp>().is_err() && text.parse::<Date>().is_ok() {
        begin.saturating_add(DAY_MS)
    } else {
        begin
    })
}

fn timestamp(unix_ms: u64) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(unix_ms).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_asked_for(text: String, now: u64) {
            let _ = (past(&text, now), shown(now), rfc3339(now), ago(0, now));
        }
    }

    #[test]
    fn moments_are_read_and_shown_as_people_write_them() {
        let now = 1_797_811_200_000;
        assert_eq!(shown(now), "2026-12-21 00:00:00 UTC");
        assert_eq!(past("24h", now), Some(now - DAY_MS));
        assert_eq!(past("2026-12-20", now), Some(now - DAY_MS));
        assert_eq!(past_end("2026-12-20", now), Some(now));
        assert_eq!(past_end("24h", now), Some(now - DAY_MS));
        assert_eq!(past_end("2026-12-20T12:00:00Z", now), Some(now - DAY_MS / 2));
        assert_eq!(past("2026-12-20T12:00:00Z", now), Some(now - DAY_MS / 2));
        for bad in ["", "h", "24", "1é", "yesterday", "99999999999999999999d"] {
            assert_eq!(past(bad, now), None, "{bad}");
        }
        assert_eq!((ago(0, 59_000), ago(0, 7_200_000), days(0, 3 * DAY_MS)), ("59s".into(), "2h".into(), 3));
    }
}
