//! Places and vehicles that a number leads to: pairs of coordinates in decimal degrees, Chinese licence plates.

use types::ByteSpan;

use crate::edges;
use crate::scan::{Budget, Emit};

/// Fewest and most decimal places: four are eleven metres.
const PLACES_MIN: usize = 4;
const PLACES_MAX: usize = 16;

/// Reports `marked_pair` (after `geo:` or `@`, or with degrees or a quarter of the compass) and `pair`.
pub(crate) fn coordinates_at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    if word.len() > 3 || edges::byte(text, word.end) != b'.' {
        return word.end;
    }
    let start =
        word.start - usize::from(matches!(edges::byte(text, word.start.wrapping_sub(1)), b'-' | b'+'));
    let Some((end, is_marked)) = pair_end(text, word.start) else { return word.end };
    let before = text.get(edges::floor(text, start.saturating_sub(4))..start).unwrap_or_default();
    if before.trim_end_matches([' ', ',', ';']).ends_with(|c: char| c.is_ascii_digit())
        && before.ends_with([' ', ',', ';'])
        || before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
    {
        return end;
    }
    let is_marked = is_marked || before.ends_with('@') || before.eq_ignore_ascii_case("geo:");
    emit(if is_marked { "marked_pair" } else { "pair" }, ByteSpan::new(start, end));
    end
}

/// The end of two numbers with decimal places, and whether something marks them as degrees.
fn pair_end(text: &str, start: usize) -> Option<(usize, bool)> {
    let (first, first_marked) = degrees_end(text, start)?;
    let rest = text.get(first..)?;
    let gap = rest.bytes().take(4).take_while(|b| matches!(b, b',' | b';' | b' ' | b'/' | b'|')).count();
    let mut second = first + gap;
    if gap == 0 || gap > 3 {
        return None;
    }
    second += usize::from(matches!(edges::byte(text, second), b'-' | b'+'));
    let (end, second_marked) = degrees_end(text, second)?;
    // A third number with decimal places beside it: a vector or a table.
    let behind = text.get(end..)?.trim_start_matches([',', ' ', ';', '-']);
    let whole = behind.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let has_third =
        whole > 0 && behind.as_bytes().get(whole) == Some(&b'.') && behind.len() < text.len() - end;
    (!has_third && edges::is_word_end(text, end)).then_some((end, first_marked && second_marked))
}

/// The end of one number, with the sign for degrees or the quarter of the compass behind it.
fn degrees_end(text: &str, start: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes().get(start..)?;
    let whole = bytes.iter().take(4).take_while(|b| b.is_ascii_digit()).count();
    if !(1..=3).contains(&whole) || bytes.get(whole) != Some(&b'.') {
        return None;
    }
    let places =
        bytes.get(whole + 1..)?.iter().take(PLACES_MAX + 1).take_while(|b| b.is_ascii_digit()).count();
    if !(PLACES_MIN..=PLACES_MAX).contains(&places) {
        return None;
    }
    let mut end = start + whole + 1 + places;
    let mut is_marked = false;
    if text.get(end..)?.starts_with('°') {
        end += '°'.len_utf8();
        is_marked = true;
    }
    let gap = usize::from(edges::byte(text, end) == b' ');
    if matches!(edges::byte(text, end + gap), b'N' | b'S' | b'E' | b'W')
        && edges::is_word_end(text, end + gap + 1)
    {
        end += gap + 1;
        is_marked = true;
    }
    Some((end, is_marked))
}

/// Provinces as they stand on plates (GA 36-2018, annex).
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// Reports `plate`: province, letter, five or six letters and digits (GA 36-2018).
pub(crate) fn plate_at(text: &str, word: ByteSpan, _: &mut Budget, emit: &mut Emit<'_>) -> usize {
    let is_serial = |from: usize, to: usize| {
        let serial = text.as_bytes().get(from..to).unwrap_or_default();
        matches!(serial.len(), 5 | 6)
            && serial
                .iter()
                .all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !matches!(b, b'I' | b'O')))
    };
    let joint = edges::before(text, word.start).filter(|c| matches!(c, '·' | '•' | '・' | ' ' | '-'));
    let city = match joint {
        Some(joint) if is_serial(word.start, word.end) => (word.start - joint.len_utf8()).checked_sub(1),
        None if word.len() > 1 && is_serial(word.start + 1, word.end) => Some(word.start),
        _ => None,
    };
    let Some(city) = city.filter(|city| edges::byte(text, *city).is_ascii_uppercase()) else {
        return word.end;
    };
    if let Some(province) = edges::before(text, city).filter(|province| PROVINCES.contains(*province)) {
        emit("plate", ByteSpan::new(city - province.len_utf8(), word.end));
    }
    word.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers;

    fn found(text: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let mut resume = 0;
        for word in numbers::Words::of(text) {
            let mut emit = |kind, span: ByteSpan| found.push((kind, span.of(text).unwrap()));
            let mut budget = Budget::of(text);
            if word.start >= resume {
                resume = coordinates_at(text, word, &mut budget, &mut emit);
            }
            plate_at(text, word, &mut budget, &mut emit);
        }
        found
    }

    #[test]
    fn pairs_are_told_from_vectors_and_single_numbers() {
        assert_eq!(found("at (-33.8688, 151.2093)."), [("pair", "-33.8688, 151.2093")]);
        assert_eq!(found("geo:52.5200,13.4050;u=35"), [("marked_pair", "52.5200,13.4050")]);
        assert_eq!(found("52.5200° N, 13.4050° E"), [("marked_pair", "52.5200° N, 13.4050° E")]);
        assert_eq!(found("maps/@40.7127,-74.0059,15z"), [("marked_pair", "40.7127,-74.0059")]);
        for text in ["0.7071, 0.7071, 0.5000", "1.5, 2.5", "v1.2345", "3.1415", "12.3456 apples"] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn chinese_plates_begin_with_a_province() {
        assert_eq!(found("车辆粤B12345停"), [("plate", "粤B12345")]);
        assert_eq!(found("京A·8K321"), [("plate", "京A·8K321")]);
        assert_eq!(found("沪AD12345"), [("plate", "沪AD12345")]);
        for text in ["号B12345", "粤12345", "粤B123", "版本B12345"] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
