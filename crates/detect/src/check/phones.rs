//! Telephone numbers against the numbering plans of all countries.
//!
//! The plans are those of libphonenumber (metadata in `rlibphonenumber`). A question costs microseconds, so callers look at the
//! shape first, ask about few regions and count their questions.

use rlibphonenumber::PHONE_NUMBER_UTIL;
use rlibphonenumber::enums::Region;

/// True for a number with its country code, as `+44 20 7946 0958`, that its country can have given out.
pub(crate) fn is_international(text: &str) -> bool {
    PHONE_NUMBER_UTIL.parse(text, None).is_ok_and(|number| PHONE_NUMBER_UTIL.is_valid_number(&number))
}

/// True for a number with its country code that has a possible length there.
pub(crate) fn is_international_shape(text: &str) -> bool {
    PHONE_NUMBER_UTIL.parse(text, None).is_ok_and(|number| PHONE_NUMBER_UTIL.is_possible_number(&number))
}

/// True for a national number that the region can have given out.
pub(crate) fn is_national(text: &str, region: Region) -> bool {
    PHONE_NUMBER_UTIL
        .parse(text, Some(region))
        .is_ok_and(|number| PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, region))
}
