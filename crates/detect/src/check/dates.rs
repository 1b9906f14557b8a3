//! Days of the calendar and dates of birth.

use super::Checks;

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("birth_date", is_birth_date)];

/// True when this day exists.
pub(crate) fn is_day(year: u64, month: u64, day: u64) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// A date that somebody alive can have been born on, in any usual order of its parts. Two digits of a year and a month in
/// letters pass: the pattern has seen to their shape.
pub(crate) fn is_birth_date(text: &str) -> bool {
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok()).unwrap_or(0);
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return is_birth_day(part(0, 4), part(4, 6), part(6, 8));
    }
    if ERAS.iter().any(|era| text.starts_with(era)) {
        // The year counts from the start of the era: the first is written 元.
        return text.contains(['月', '日']);
    }
    let numbers: Vec<u64> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty() && part.len() <= 4)
        .filter_map(|part| part.parse().ok())
        .collect();
    match numbers.as_slice() {
        [year, month, day] if *year > 999 => is_birth_day(*year, *month, *day),
        [a, b, year] => {
            let year = if *year > 99 { *year } else { 1900 + *year };
            is_birth_day(year, *a, *b)
                || is_birth_day(year, *b, *a)
                || (year < 2000 && is_birth_day(year + 100, *b, *a))
        }
        [a, b] => {
            let (day, year) = if *a > 99 { (*b, *a) } else { (*a, *b) };
            (1..=31).contains(&day) && (year < 100 || (1900..=2100).contains(&year))
        }
        _ => false,
    }
}

/// Eras of the Japanese calendar that somebody alive can have been born in, and the one before.
const ERAS: [&str; 5] = ["明治", "大正", "昭和", "平成", "令和"];

fn is_birth_day(year: u64, month: u64, day: u64) -> bool {
    (1900..=2100).contains(&year) && is_day(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_all_usual_orders_pass() {
        for date in [
            "1987-09-14",
            "14.9.1987",
            "9/14/87",
            "14 September 1987",
            "September 14, 1987",
            "1989年9月14日",
            "1st of January '90",
            "19870914",
            "昭和60年3月14日",
        ] {
            assert!(is_birth_date(date), "{date}");
        }
        for other in ["1987-13-14", "31.2.1987", "99.99.99", "1787-01-01", "25122023"] {
            assert!(!is_birth_date(other), "{other}");
        }
    }
}
