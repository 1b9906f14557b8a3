//! The head of an HTTP/1 request, judged before the HTTP library reads it.
//!
//! The library would answer some heads by itself, without a reason and without a record, and would choose one of two
//! lengths where a head tells both. A proxy in front may choose the other, and then what it takes for a body is a request
//! here (RFC 9112, 11.2). So a head goes on only where there is one way to read it: lines end with CR LF, names and values
//! are as RFC 9110 has them, and the length of the body is told once or not at all.
//!
//! Parsed with the parser that the library uses, so that what passes here is what it sees.

use http::Uri;
use httparse::{EMPTY_HEADER, Error, Request, Status};
use wire::{DialectId, NoRoute};

use crate::refusal::Refusal;

/// Most headers of a request.
pub(crate) const HEADERS_MAX: usize = 128;

/// Longest name of a header, in bytes: what the HTTP library can hold.
const NAME_BYTES_MAX: usize = u16::MAX as usize;

/// Longest target that the HTTP library can hold, in bytes.
const TARGET_BYTES_MAX: usize = u16::MAX as usize - 1;

/// Largest length of a body that the HTTP library can hold.
const LENGTH_MAX: u64 = u64::MAX - 2;

/// What follows a good head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follows {
    /// A body of so many bytes, then the next head.
    Length(u64),
    /// A body that tells its end itself.
    Chunks,
}

/// A head that is not read, and how to say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadHead {
    pub(crate) refusal: Refusal,
    /// The dialect whose error shape the caller understands best.
    pub(crate) dialect: DialectId,
}

/// Judges a head that ends with an empty line.
///
/// # Errors
/// Why it is not read.
pub(crate) fn judged(head: &[u8]) -> Result<Follows, Refusal> {
    let mut headers = [EMPTY_HEADER; HEADERS_MAX];
    let mut request = Request::new(&mut headers);
    match request.parse(head) {
        Ok(Status::Complete(length)) if length == head.len() => {}
        Err(Error::TooManyHeaders) => return Err(Refusal::TooManyHeaders { limit: HEADERS_MAX }),
        Ok(_) | Err(_) => return Err(Refusal::HeadMalformed),
    }
    let target = request.path.ok_or(Refusal::HeadMalformed)?;
    if target.len() > TARGET_BYTES_MAX {
        return Err(Refusal::TargetTooLong { limit: TARGET_BYTES_MAX });
    }
    Uri::try_from(target).map_err(|_| Refusal::HeadMalformed)?;

    let (mut hosts, mut length, mut is_chunked) = (0u8, None, false);
    for header in request.headers.iter() {
        if header.name.len() > NAME_BYTES_MAX {
            return Err(Refusal::HeadMalformed);
        }
        if header.name.eq_ignore_ascii_case("host") {
            hosts += 1;
        } else if header.name.eq_ignore_ascii_case("content-length") {
            if length.is_some() || is_chunked {
                return Err(Refusal::LengthConflict);
            }
            length = Some(length_of(header.value).ok_or(Refusal::HeadMalformed)?);
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            if length.is_some() {
                return Err(Refusal::LengthConflict);
            }
            if is_chunked || !header.value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refusal::HeadMalformed);
            }
            is_chunked = true;
        }
    }
    // HTTP/1.0 knows no chunks (RFC 9112, 6.1).
    if hosts > 1 || (is_chunked && request.version != Some(1)) {
        return Err(Refusal::HeadMalformed);
    }
    Ok(if is_chunked { Follows::Chunks } else { Follows::Length(length.unwrap_or_default()) })
}

/// Digits only: no sign, no list, no space (RFC 9110, 8.6).
fn length_of(value: &[u8]) -> Option<u64> {
    let is_plain = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(value).ok().filter(|_| is_plain)?.parse().ok()?;
    (number <= LENGTH_MAX).then_some(number)
}

/// The dialect whose error shape fits a head that could not be read, as far as it can be seen.
pub(crate) fn dialect(head: &[u8]) -> DialectId {
    let mut lines = head.split(|byte| *byte == b'\n');
    let line = lines.next().unwrap_or_default();
    let target = line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let is_version = |line: &[u8]| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        name.trim_ascii().eq_ignore_ascii_case(b"anthropic-version")
    };
    let path = std::str::from_utf8(path).unwrap_or_default();
    match wire::resolve("POST", path, lines.any(is_version)) {
        Ok((route, _)) => route.dialect,
        Err(no_route) => NoRoute::shape(&no_route),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expected: Result<Follows, Refusal>) {
        assert_eq!(judged(head.as_bytes()), expected, "{head:?}");
    }

    fn post(headers: &str) -> String {
        format!("POST /v1/messages HTTP/1.1\r\nhost: x\r\n{headers}\r\n")
    }

    #[test]
    fn a_head_that_can_be_read_in_one_way_says_what_follows() {
        check("GET / HTTP/1.1\r\n\r\n", Ok(Follows::Length(0)));
        check("GET / HTTP/1.0\r\n\r\n", Ok(Follows::Length(0)));
        check(&post("content-length: 17\r\n"), Ok(Follows::Length(17)));
        check(&post("Content-Length:  0017 \r\n"), Ok(Follows::Length(17)));
        check(&post("Transfer-Encoding: Chunked\r\n"), Ok(Follows::Chunks));
        check(&post("x-long: \u{e4}\r\n"), Ok(Follows::Length(0)));
    }

    #[test]
    fn a_length_that_is_told_in_two_ways_is_refused() {
        for headers in [
            "content-length: 5\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
            "content-length: 5\r\ncontent-length: 6\r\n",
            "content-length: 5\r\nContent-Length: 5\r\n",
        ] {
            check(&post(headers), Err(Refusal::LengthConflict));
        }
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for headers in [
            "content-length:\r\n",
            "content-length: -1\r\n",
            "content-length: +1\r\n",
            "content-length: 1, 1\r\n",
            "content-length: 1 1\r\n",
            "content-length: 0x1\r\n",
            "content-length: 18446744073709551614\r\n",
            "content-length: 99999999999999999999\r\n",
            "content-length : 1\r\n",
            "transfer-encoding: gzip\r\n",
            "transfer-encoding: chunked, gzip\r\n",
            "transfer-encoding: gzip, chunked\r\n",
            "transfer-encoding: identity\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: \x0bchunked\r\n",
            "host: y\r\n",
            "x-folded: a\r\n b\r\n",
            "x-nul: a\0b\r\n",
            "x-cr: a\rb\r\n",
            "no colon\r\n",
            ": no name\r\n",
            "x(y): a\r\n",
        ] {
            check(&post(headers), Err(Refusal::HeadMalformed));
        }
        for head in [
            "GET / HTTP/1.2\r\n\r\n",
            "GET / HTTP/2.0\r\n\r\n",
            "GET / http/1.1\r\n\r\n",
            "GET /\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET /a b HTTP/1.1\r\n\r\n",
            "G@T / HTTP/1.1\r\n\r\n",
            "GET nowhere/ HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            check(head, Err(Refusal::HeadMalformed));
        }
    }

    #[test]
    fn a_head_beyond_what_can_be_held_is_refused() {
        let many: String = (0..HEADERS_MAX).map(|number| format!("x-{number}: a\r\n")).collect();
        check(&post(&many), Err(Refusal::TooManyHeaders { limit: HEADERS_MAX }));
        let target = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(TARGET_BYTES_MAX));
        check(&target, Err(Refusal::TargetTooLong { limit: TARGET_BYTES_MAX }));
        check(&post(&format!("{}: a\r\n", "x".repeat(NAME_BYTES_MAX + 1))), Err(Refusal::HeadMalformed));
    }

    #[test]
    fn the_shape_follows_what_can_be_seen_of_the_head() {
        let shape = |head: &str| dialect(head.as_bytes());
        assert_eq!(shape("POST /v1/chat/completions HTTP/1.1\r\n"), DialectId::OpenAiChat);
        assert_eq!(shape("POST /v1/messages?beta=true HTTP/1.1\r\n"), DialectId::AnthropicMessages);
        assert_eq!(
            shape("GET /v1/models HTTP/1.1\r\nAnthropic-Version : 1\r\n"),
            DialectId::AnthropicMessages
        );
        assert_eq!(shape("GET /v1/models HTTP/1.1\r\nx: anthropic-version\r\n"), DialectId::OpenAiChat);
        assert_eq!(shape(""), DialectId::OpenAiChat);
        assert_eq!(dialect(b"\xff \xff"), DialectId::OpenAiChat);
    }
}
