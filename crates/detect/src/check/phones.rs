//! Telephone numbers against the numbering plans of all countries.
//!
//! The plans are those of libphonenumber (metadata in `rlibphonenumber`). Parsing costs microseconds, so callers look at the
//! shape first and ask about few regions.

use rlibphonenumber::PHONE_NUMBER_UTIL;
use rlibphonenumber::enums::Region;

/// Regions whose national numbers are tried where a label says that a number follows, in this order.
const REGIONS: &[Region] = &[
    Region::US,
    Region::GB,
    Region::CN,
    Region::DE,
    Region::FR,
    Region::ES,
    Region::IT,
    Region::BR,
    Region::IN,
    Region::JP,
    Region::NL,
    Region::PL,
    Region::PT,
    Region::AU,
    Region::AT,
    Region::CH,
    Region::BE,
    Region::KR,
    Region::HK,
    Region::IE,
    Region::SE,
    Region::MX,
    Region::SG,
    Region::ZA,
];

/// True for a number with its country code, as `+44 20 7946 0958`, that its country can have given out.
pub(crate) fn is_international(text: &str) -> bool {
    PHONE_NUMBER_UTIL.parse(text, None).is_ok_and(|number| PHONE_NUMBER_UTIL.is_valid_number(&number))
}

/// True for a number with its country code that has a possible length there.
pub(crate) fn is_international_shape(text: &str) -> bool {
    PHONE_NUMBER_UTIL.parse(text, None).is_ok_and(|number| PHONE_NUMBER_UTIL.is_possible_number(&number))
}

/// True for a national number that one of the regions can have given out.
pub(crate) fn is_national(text: &str, regions: &[Region]) -> bool {
    regions.iter().any(|region| {
        PHONE_NUMBER_UTIL
            .parse(text, Some(*region))
            .is_ok_and(|number| PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, *region))
    })
}

/// True for a number that some country can have given out, or that a country can have by its length: for numbers that a
/// label announces.
pub(crate) fn is_phone_anywhere(text: &str) -> bool {
    if text.trim_start().starts_with('+') {
        return is_international_shape(text);
    }
    is_national(text, REGIONS) || is_international(&format!("+{text}"))
}
