//! Runs that say nothing to the eye.

use std::fmt::Write as _;

use super::{Written, one};
use crate::leak_test::values::Sample;

/// The whole text as one run that says nothing to the eye.
pub(super) fn run(_: &Sample, before: &str, run: String, after: &str) -> Option<Written> {
    one([before, &run, after].concat(), vec![run])
}

pub(super) const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(super) const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648, with padding.
pub(super) fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let shift = 8 * (3 - group.len());
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << shift;
        for place in 0..4 {
            let letter = alphabet.get(bits >> (18 - 6 * place) & 63).filter(|_| place <= group.len());
            out.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    out
}

/// Every byte in two hex digits with something before it; small ones where nothing is.
pub(super) fn each_byte(text: &str, before: &str) -> String {
    let upper = !before.is_empty();
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = if upper { write!(out, "{before}{byte:02X}") } else { write!(out, "{byte:02x}") };
        out
    })
}

/// A field of a form (URL Standard, `application/x-www-form-urlencoded`).
pub(super) fn form_encoded(sample: &Sample) -> Option<Written> {
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            let _ = match byte {
                b' ' => write!(out, "+"),
                b'*' | b'-' | b'.' | b'_' => write!(out, "{}", char::from(byte)),
                _ if byte.is_ascii_alphanumeric() => write!(out, "{}", char::from(byte)),
                _ => write!(out, "%{byte:02X}"),
            };
            out
        })
    };
    let text = format!("id=1&note={}&end=x", encode(&sample.text()));
    one(text, vec![encode(&sample.value)])
}

/// A URL that holds the text itself (RFC 2397).
pub(super) fn data_of_text(sample: &Sample) -> Option<Written> {
    let [before, value, after] =
        [&sample.before, &sample.value, &sample.after].map(|text| each_byte(text, "%"));
    one(format!("see data:text/plain,{before}{value}{after} there"), vec![value])
}

/// A file in JSON that a log holds as a string.
pub(super) fn base64_in_json(sample: &Sample) -> Option<Written> {
    let file = base64(sample.text().as_bytes(), STANDARD);
    one(format!("{{\"log\":\"{{\\\"file\\\":\\\"{file}\\\"}}\"}}"), vec![file])
}
