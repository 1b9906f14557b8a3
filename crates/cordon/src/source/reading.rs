//! Reads a file or standard input as text, and says what to do where that cannot be.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Largest file, in bytes.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// The text of a file, or of standard input for `-`.
///
/// # Errors
/// Why it cannot be read, or why it is no text that can be looked into; with what to do.
pub(super) fn text(path: &Path) -> io::Result<String> {
    let bytes = if path.as_os_str() == "-" {
        bounded(io::stdin().lock())
    } else {
        File::open(path).and_then(bounded)
    };
    decoded(bytes.map_err(advised)?)
}

fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other(format!(
            "it is larger than {} MiB: cut it into smaller files, e.g. with split",
            FILE_BYTES_MAX >> 20
        )));
    }
    Ok(bytes)
}

/// What the operating system said, with what to do.
fn advised(error: io::Error) -> io::Error {
    let advice = match error.kind() {
        ErrorKind::NotFound => "there is no such file; check the name and the directory that it starts from",
        ErrorKind::PermissionDenied => {
            "this user may not read it; change its permissions, or run cordon as a user that may"
        }
        ErrorKind::IsADirectory => "it is a directory; name the files in it",
        _ => return error,
    };
    io::Error::new(error.kind(), advice)
}

/// The text that the bytes are.
fn decoded(bytes: Vec<u8>) -> io::Result<String> {
    let unfit = |why: String| Err(io::Error::new(ErrorKind::InvalidData, why));
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || looks_like_utf16(&bytes) {
        return unfit(
            "it is UTF-16 and not UTF-8 text, so nothing in it was looked into; convert it first: iconv -f UTF-16 -t \
             UTF-8"
                .to_owned(),
        );
    }
    String::from_utf8(bytes).or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let what_to_do = if bytes.contains(&0) {
            "it looks binary: extract its text first"
        } else {
            "if it is text of another encoding, convert it first, e.g. iconv -f ISO-8859-1 -t UTF-8"
        };
        unfit(format!(
            "it is not UTF-8 text at byte {at} (line {line}), so nothing in it was looked into; {what_to_do}"
        ))
    })
}

/// True for UTF-16 without a byte order mark: where it is mostly ASCII every other byte is NUL, and it passes for UTF-8.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let nuls_at = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls_at(0), nuls_at(1));
    let (more, less) = (even.max(odd), even.min(odd));
    // Half of the units have a NUL on one side, and hardly one has it on the other.
    more * 4 > bytes.len() && less * 16 < more
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    /// What is said about bytes that are no text; `None` where they are.
    fn check(bytes: impl Into<Vec<u8>>, expected: Option<&str>) {
        match (decoded(bytes.into()), expected) {
            (Ok(_), None) => {}
            (Err(error), Some(said)) => assert!(error.to_string().contains(said), "{error}"),
            (decoded, expected) => panic!("{decoded:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn what_is_no_text_is_named_with_what_to_do() {
        check("", None);
        check("plain \u{e9}\n", None);
        check("PATH=/bin\0HOME=/root\0", None);
        check([0xff, 0xfe, b'a', 0], Some("iconv -f UTF-16"));
        check(utf16("mail joe@tidewick.org", u16::to_le_bytes), Some("UTF-16"));
        check(utf16("mail joe@tidewick.org", u16::to_be_bytes), Some("UTF-16"));
        check(b"one\ntwo \xe9t\xe9".to_vec(), Some("at byte 8 (line 2)"));
        check(b"one\ntwo \xe9t\xe9".to_vec(), Some("ISO-8859-1"));
        check([0x7f, b'E', b'L', b'F', 0, 0xff], Some("it looks binary"));
    }
}
