//! MAC and IPv6 addresses, found from their colons.

use types::ByteSpan;

use crate::edges;
use crate::read::names::NameWords;
use crate::scan::Emit;

/// Longest text of an IPv6 address, in bytes.
const IPV6_BYTES_MAX: usize = 45;

/// Reports `mac` and `ipv6`.
pub(crate) fn scan(text: &str, _: &NameWords, emit: &mut Emit<'_>) {
    let bytes = text.as_bytes();
    let mut resume = 0;
    for colon in memchr::memchr_iter(b':', bytes) {
        if colon < resume || !(is_part(edges::byte(text, colon + 1))) {
            continue;
        }
        let start = start_of_run(bytes, colon, resume);
        let end = colon + bytes.get(colon..).unwrap_or_default().iter().take_while(|b| is_part(**b)).count();
        resume = end;
        let run = ByteSpan::new(start, end);
        let Some(part) = run.of(text) else { continue };
        let part = part.trim_end_matches(['.']);
        let part = if part.ends_with("::") { part } else { part.trim_end_matches(':') };
        let run = ByteSpan::new(start, start + part.len());
        if !edges::is_word_start(text, run.start)
            || !edges::is_word_end(text, run.end)
            || edges::byte(text, run.start.wrapping_sub(1)) == b':'
        {
            continue;
        }
        if is_mac_shape(part) && !goes_on_from_line_before(text, run.start) {
            emit("mac", run);
        } else if part.len() <= IPV6_BYTES_MAX && is_ipv6_shape(part) {
            emit("ipv6", run);
        }
    }
}

/// True for the last line of bytes that are written over several, as in the text of a certificate.
fn goes_on_from_line_before(text: &str, start: usize) -> bool {
    let before =
        text.get(edges::floor(text, start.saturating_sub(LINE_START_BYTES))..start).unwrap_or_default();
    let line = before.trim_end_matches([' ', '\t']);
    line.ends_with(":\n") || line.ends_with(":\r\n")
}

/// How far lines of such bytes are indented at most.
const LINE_START_BYTES: usize = 40;

fn is_part(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b':' || byte == b'.'
}

fn start_of_run(bytes: &[u8], colon: usize, floor: usize) -> usize {
    let before = bytes.get(floor..colon).unwrap_or_default();
    colon - before.iter().rev().take_while(|b| b.is_ascii_hexdigit()).count()
}

fn is_mac_shape(text: &str) -> bool {
    text.len() == 17
        && text.split(':').count() == 6
        && text.split(':').all(|octet| octet.len() == 2 && octet.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Only what is given out: global unicast (2000::/3), unique local (fc00::/7), link local (fe80::/10; RFC 4291, 2.4; RFC 4193). So
/// that `dead::beef` and `a::b` in programs are none. With all eight groups any.
fn is_ipv6_shape(text: &str) -> bool {
    let first = text.split(':').next().unwrap_or("").to_ascii_lowercase();
    let known = first.len() == 4
        && (first.starts_with(['2', '3']) || first.starts_with("fc") || first.starts_with("fd"))
        || (first.len() == 4 && ["fe8", "fe9", "fea", "feb"].iter().any(|start| first.starts_with(start)));
    let colons = text.bytes().filter(|b| *b == b':').count();
    // Written out, hardly anything else looks so: bytes are pairs.
    let is_written_out = colons == 7
        && !text.contains("::")
        && text.split(':').all(|group| group.len() <= 4)
        && text.split(':').filter(|group| group.len() >= 3).count() >= 6
        && text.bytes().any(|b| b.is_ascii_alphabetic());
    is_written_out || known && (text.contains("::") || colons == 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        scan(text, &NameWords::default(), &mut |kind, span| found.push((kind, span.of(text).unwrap())));
        found
    }

    #[test]
    fn addresses_are_told_from_programs() {
        assert_eq!(found("eth0 33:eb:f4:b4:f4:61 up"), [("mac", "33:eb:f4:b4:f4:61")]);
        assert_eq!(found("from 2001:db8::7, ok"), [("ipv6", "2001:db8::7")]);
        assert_eq!(
            found("6e40:4041:c617:e898:c11:40d2:c669:2eb4 blocked"),
            [("ipv6", "6e40:4041:c617:e898:c11:40d2:c669:2eb4")]
        );
        assert_eq!(found("fe80::1ff:fe23:4567:890a%eth2"), [("ipv6", "fe80::1ff:fe23:4567:890a")]);
        for text in ["dead::beef()", "Cafe::add()", "std::vector", "12:34:56", "a:b:c", "Time::HiRes", "::"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
