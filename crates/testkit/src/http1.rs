//! HTTP/1.1 as bytes: heads and bodies, read piece by piece, without smoothing anything.
//!
//! Serves both sides: the mock reads requests with it, the client answers. Lenient on purpose where a test wants to see
//! what was really sent; bounded all the same.

use crate::Trouble;

/// Longest head that is read, in bytes.
pub const HEAD_BYTES_MAX: usize = 1 << 20;

/// Start line and headers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// Request line or status line, without its end.
    pub start: String,
    /// Names in lower case with their values, in order.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// Splits `bytes` into a head and the offset at which the body begins. `None` while the head is not complete.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Trouble> {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            if bytes.len() > HEAD_BYTES_MAX {
                return Err(Trouble::new("the head of a message is longer than 1 MiB"));
            }
            return Ok(None);
        };
        let (head, _) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
        let text = String::from_utf8_lossy(head);
        let mut lines = text.split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Ok(Some((Self { start, headers }, end.saturating_add(4))))
    }

    /// The first header of this name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The `n`-th word of the start line.
    pub fn word(&self, n: usize) -> &str {
        self.start.split(' ').nth(n).unwrap_or_default()
    }

    fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
    }

    fn length(&self) -> Option<u64> {
        self.header("content-length").and_then(|value| value.parse().ok())
    }
}

enum State {
    Exactly(u64),
    UntilClose,
    ChunkSize(Vec<u8>),
    ChunkData(u64),
    ChunkEnd(Vec<u8>),
    Trailer(Vec<u8>),
    Done,
}

/// Takes a body out of its framing, fed with pieces of any size.
pub struct BodyReader {
    state: State,
}

impl BodyReader {
    /// For the request with this head.
    pub fn of_request(head: &Head) -> Self {
        let state = if head.is_chunked() {
            State::ChunkSize(Vec::new())
        } else {
            match head.length() {
                None | Some(0) => State::Done,
                Some(length) => State::Exactly(length),
            }
        };
        Self { state }
    }

    /// For the answer with this head.
    pub fn of_answer(head: &Head) -> Self {
        let status = head.word(1);
        if status == "204" || status == "304" || status.starts_with('1') {
            return Self { state: State::Done };
        }
        if head.is_chunked() || head.length().is_some() {
            return Self::of_request(head);
        }
        Self { state: State::UntilClose }
    }

    /// True when the body ended as its framing says.
    pub const fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// True when the end of the connection is the orderly end of the body.
    pub const fn ends_by_close(&self) -> bool {
        matches!(self.state, State::UntilClose)
    }

    /// Takes what belongs to the body out of `input`, appends its content to `out` and gives the number of bytes used.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Trouble> {
        let mut rest = input;
        while !rest.is_empty() {
            match &mut self.state {
                State::Done => break,
                State::UntilClose => {
                    out.extend_from_slice(rest);
                    rest = &[];
                }
                State::Exactly(left) => {
                    rest = take(rest, left, out);
                    if *left == 0 {
                        self.state = State::Done;
                    }
                }
                State::ChunkData(left) => {
                    rest = take(rest, left, out);
                    if *left == 0 {
                        self.state = State::ChunkEnd(Vec::new());
                    }
                }
                State::ChunkSize(line) => {
                    if let Some(after) = take_line(rest, line)? {
                        rest = after;
                        let size = chunk_size(line)?;
                        self.state =
                            if size == 0 { State::Trailer(Vec::new()) } else { State::ChunkData(size) };
                    } else {
                        rest = &[];
                    }
                }
                State::ChunkEnd(line) => {
                    if let Some(after) = take_line(rest, line)? {
                        rest = after;
                        self.state = State::ChunkSize(Vec::new());
                    } else {
                        rest = &[];
                    }
                }
                State::Trailer(line) => {
                    if let Some(after) = take_line(rest, line)? {
                        rest = after;
                        self.state = if line.is_empty() { State::Done } else { State::Trailer(Vec::new()) };
                    } else {
                        rest = &[];
                    }
                }
            }
        }
        Ok(input.len().saturating_sub(rest.len()))
    }
}

fn take<'a>(input: &'a [u8], left: &mut u64, out: &mut Vec<u8>) -> &'a [u8] {
    let wanted = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
    let (mine, rest) = input.split_at_checked(wanted).unwrap_or((input, &[]));
    out.extend_from_slice(mine);
    *left = left.saturating_sub(mine.len() as u64);
    rest
}

/// Appends to `line` up to a line feed; gives what follows it, or `None` when there is none yet.
fn take_line<'a>(input: &'a [u8], line: &mut Vec<u8>) -> Result<Option<&'a [u8]>, Trouble> {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    line.extend_from_slice(parts.next().unwrap_or_default());
    if line.len() > 4096 {
        return Err(Trouble::new("a line of chunked framing is longer than 4096 bytes"));
    }
    let after = parts.next();
    if after.is_some() && line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(after)
}

fn chunk_size(line: &[u8]) -> Result<u64, Trouble> {
    let text = String::from_utf8_lossy(line);
    let digits = text.split(';').next().unwrap_or_default().trim();
    u64::from_str_radix(digits, 16)
        .map_err(|_| Trouble::new("the size of a chunk is not a hexadecimal number"))
}

/// `bytes` as one chunk of chunked framing.
pub fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("{:x}\r\n", bytes.len()).into_bytes();
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
    out
}

/// The reason phrase of a status; only looks matter.
pub const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]], head: &str) -> (Vec<u8>, bool, usize) {
        let (head, _) = Head::parse(head.as_bytes()).unwrap().unwrap();
        let mut reader = BodyReader::of_request(&head);
        let (mut out, mut used) = (Vec::new(), 0);
        for piece in pieces {
            used += reader.push(piece, &mut out).unwrap();
        }
        (out, reader.is_done(), used)
    }

    #[test]
    fn a_chunked_body_is_the_same_for_every_cut() {
        let wire = b"4\r\nabcd\r\nb;x=y\r\n\r\nhello\r\n56\r\n0\r\n\r\nNEXT";
        let head = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
        let whole = read(&[wire], head);
        assert_eq!(whole, (b"abcd\r\nhello\r\n56".to_vec(), true, wire.len() - 4));
        for cut in 0..wire.len() {
            assert_eq!(read(&[&wire[..cut], &wire[cut..]], head), whole, "cut at {cut}");
        }
    }

    #[test]
    fn a_length_leaves_what_follows() {
        let head = "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\n";
        assert_eq!(read(&[b"ab", b"cdef"], head), (b"abc".to_vec(), true, 3));
        assert_eq!(read(&[b"ab"], head), (b"ab".to_vec(), false, 2));
    }
}
