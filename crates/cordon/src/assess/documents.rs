//! A stream of JSON documents: one a line, or values that follow each other, such as the elements of one array.
//!
//! Promises: memory is bounded by the longest document that is taken; one that is longer is passed over, and said to be. A line that is
//! broken costs that line only. Where values are not on lines of their own, one that is never closed takes the rest with it.

use std::fmt;
use std::io::{self, BufRead, Read};

/// How much is read at once where a line is passed over.
const SKIP_BYTES: u64 = 64 << 10;

/// One document.
#[derive(PartialEq, Eq)]
pub(crate) enum Piece {
    /// All of it, and the line on which it begins.
    Whole(u64, Vec<u8>),
    /// It is longer than what is taken.
    TooLong(u64),
    /// It was never closed.
    Cut(u64),
}

/// Tells how long it is, not what stands in it.
impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(line, bytes) => write!(f, "Whole({line}, {} bytes)", bytes.len()),
            Self::TooLong(line) => write!(f, "TooLong({line})"),
            Self::Cut(line) => write!(f, "Cut({line})"),
        }
    }
}

/// How documents follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One a line.
    Lines,
    /// Values, over as many lines as they need; brackets and commas between them mean nothing.
    Values,
}

/// Reads documents.
pub(crate) struct Documents<R> {
    reader: R,
    layout: Layout,
    bytes_max: usize,
    line: u64,
}

impl<R: BufRead> Documents<R> {
    /// The documents of a stream, each of at most `bytes_max` bytes.
    pub(crate) fn new(reader: R, layout: Layout, bytes_max: usize) -> Self {
        Self { reader, layout, bytes_max, line: 0 }
    }

    /// The next document that is not empty.
    ///
    /// # Errors
    /// As reading.
    pub(crate) fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        match self.layout {
            Layout::Lines => self.next_line(),
            Layout::Values => self.next_value(),
        }
    }

    fn next_line(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let most = u64::try_from(self.bytes_max).unwrap_or(u64::MAX).saturating_add(1);
            let mut line = Vec::new();
            if Read::take(&mut self.reader, most).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            let is_ended = line.last() == Some(&b'\n');
            if is_ended {
                line.pop();
            }
            if line.len() > self.bytes_max {
                if !is_ended {
                    self.pass_line()?;
                }
                return Ok(Some(Piece::TooLong(self.line)));
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Piece::Whole(self.line, line)));
            }
        }
    }

    fn pass_line(&mut self) -> io::Result<()> {
        let mut passed = Vec::new();
        loop {
            passed.clear();
            let count = Read::take(&mut self.reader, SKIP_BYTES).read_until(b'\n', &mut passed)?;
            if count == 0 || passed.last() == Some(&b'\n') {
                return Ok(());
            }
        }
    }

    fn next_value(&mut self) -> io::Result<Option<Piece>> {
        let mut value = Value { line: self.line.max(1), ..Value::default() };
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(value.at_end());
            }
            let mut taken = 0;
            let mut is_complete = false;
            for byte in buffer {
                taken += 1;
                if *byte == b'\n' {
                    self.line = self.line.max(1) + 1;
                }
                if value.takes(*byte, self.bytes_max, self.line.max(1)) {
                    is_complete = true;
                    break;
                }
            }
            self.reader.consume(taken);
            if is_complete {
                return Ok(value.at_end());
            }
        }
    }
}

/// A value that is being read.
#[derive(Default)]
struct Value {
    bytes: Vec<u8>,
    line: u64,
    depth: usize,
    is_in_text: bool,
    is_escaped: bool,
    is_too_long: bool,
    is_begun: bool,
}

impl Value {
    /// Takes a byte; true where the value is complete with it.
    fn takes(&mut self, byte: u8, bytes_max: usize, line: u64) -> bool {
        let is_between = byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b',');
        if !self.is_begun {
            if is_between {
                return false;
            }
            self.is_begun = true;
            self.line = line;
        } else if self.depth == 0 && !self.is_in_text && is_between {
            // A number or a word between the values of an array.
            return true;
        }
        if self.bytes.len() < bytes_max {
            self.bytes.push(byte);
        } else {
            self.is_too_long = true;
        }
        if self.is_in_text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.is_in_text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.is_in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }

    fn at_end(self) -> Option<Piece> {
        if !self.is_begun {
            None
        } else if self.is_too_long {
            Some(Piece::TooLong(self.line))
        } else if self.depth > 0 || self.is_in_text {
            Some(Piece::Cut(self.line))
        } else {
            Some(Piece::Whole(self.line, self.bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn pieces(text: &str, layout: Layout, bytes_max: usize, buffer: usize) -> Vec<(u64, String)> {
        let reader = BufReader::with_capacity(buffer, text.as_bytes());
        let mut documents = Documents::new(reader, layout, bytes_max);
        let mut all = Vec::new();
        while let Some(piece) = documents.next_piece().unwrap() {
            all.push(match piece {
                Piece::Whole(line, bytes) => (line, String::from_utf8(bytes).unwrap()),
                Piece::TooLong(line) => (line, "too long".to_owned()),
                Piece::Cut(line) => (line, "cut".to_owned()),
            });
        }
        all
    }

    fn check(text: &str, layout: Layout, expected: &[(u64, &str)]) {
        for buffer in [1, 7, 4096] {
            let found = pieces(text, layout, 20, buffer);
            let found: Vec<(u64, &str)> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
            assert_eq!(found, expected, "{text:?} by {buffer}");
        }
    }

    #[test]
    fn lines_are_documents_and_a_long_one_is_passed_over() {
        check("", Layout::Lines, &[]);
        check("{\"a\":1}\n\n  \n{\"b\":2}", Layout::Lines, &[(1, "{\"a\":1}"), (4, "{\"b\":2}")]);
        let long = format!("{}\nx\n", "y".repeat(70_000));
        check(&long, Layout::Lines, &[(1, "too long"), (2, "x")]);
        let exact = format!("{}\n{}\n", "y".repeat(20), "z".repeat(21));
        check(&exact, Layout::Lines, &[(1, "yyyyyyyyyyyyyyyyyyyy"), (2, "too long")]);
    }

    #[test]
    fn values_of_an_array_are_documents_wherever_lines_end() {
        check("[]", Layout::Values, &[]);
        check(
            "[{\"a\":\n1},\n {\"b\":[2]} , 7]\n",
            Layout::Values,
            &[(1, "{\"a\":\n1}"), (3, "{\"b\":[2]}"), (3, "7")],
        );
        check("[{\"a\":\"}]\\\"{\"}]", Layout::Values, &[(1, "{\"a\":\"}]\\\"{\"}")]);
        check("{\n\"a\":1\n}\n{\"b\":2}", Layout::Values, &[(1, "{\n\"a\":1\n}"), (4, "{\"b\":2}")]);
        check("[{\"a\":\"a text of some length\"},{}]", Layout::Values, &[(1, "too long"), (1, "{}")]);
        check("[{\"a\":1},{\"b\":", Layout::Values, &[(1, "{\"a\":1}"), (1, "cut")]);
    }
}
