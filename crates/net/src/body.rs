//! Bodies of answers, decoded with a bound.
//!
//! Cordon asks for `identity`; a provider that compresses all the same is decoded here, so that nothing above sees encoded
//! bytes. Unknown encodings are refused, never passed on.

use std::io;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::HeaderValue;
use http_body_util::{BodyExt, BodyStream};
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncReadExt, BufReader};
use tokio_util::io::StreamReader;

use crate::NetFault;

/// How much is read from a decoder at once.
const PIECE_BYTES: usize = 16 << 10;

/// Largest window of a zstd body, as a power of two: 8 MiB, the most that RFC 9659 lets a sender use. The decoder would
/// allocate up to 128 MiB for a frame that asks for it.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// A content encoding that can be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// None.
    Identity,
    /// gzip.
    Gzip,
    /// zlib or raw deflate as zlib.
    Deflate,
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
}

impl Encoding {
    /// The encoding that a header names.
    ///
    /// # Errors
    /// [`NetFault::Decode`] for anything else than exactly one known encoding.
    pub fn of(header: Option<&HeaderValue>) -> Result<Self, NetFault> {
        let Some(header) = header else { return Ok(Self::Identity) };
        let name = header.to_str().map_err(|_| NetFault::Decode("unknown content encoding"))?.trim();
        match name.to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            "br" => Ok(Self::Brotli),
            "zstd" => Ok(Self::Zstd),
            _ => Err(NetFault::Decode("unknown content encoding")),
        }
    }
}

/// A decoded body, read piece by piece.
#[derive(Debug)]
pub struct Decoded(Source);

enum Source {
    Plain(Incoming),
    Reader { reader: Box<dyn AsyncRead + Send + Unpin>, left: u64 },
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::Plain(_)) { "Plain" } else { "Reader" })
    }
}

impl Decoded {
    pub(crate) fn new(body: Incoming, encoding: Encoding, bytes_max: u64) -> Self {
        if encoding == Encoding::Identity {
            return Self(Source::Plain(body));
        }
        let pieces = TryStreamExt::map_err(BodyStream::new(body), io::Error::other)
            .try_filter_map(|frame| std::future::ready(Ok(frame.into_data().ok())));
        let encoded = BufReader::new(StreamReader::new(Box::pin(pieces)));
        Self(Source::Reader { reader: decoder(encoded, encoding), left: bytes_max })
    }

    /// The next piece; `None` after an orderly end.
    pub async fn next(&mut self) -> Option<Result<Bytes, NetFault>> {
        match &mut self.0 {
            Source::Plain(body) => loop {
                match body.frame().await? {
                    Ok(frame) => match frame.into_data() {
                        Ok(data) if data.is_empty() => {}
                        Ok(data) => return Some(Ok(data)),
                        Err(_) => {}
                    },
                    Err(_) => return Some(Err(NetFault::Broken)),
                }
            },
            Source::Reader { reader, left } => {
                let mut piece = vec![0; PIECE_BYTES];
                match reader.read(&mut piece).await {
                    Ok(0) => None,
                    Ok(count) => {
                        let Some(rest) = left.checked_sub(count as u64) else {
                            return Some(Err(NetFault::Decode("it is larger than the limit when decoded")));
                        };
                        *left = rest;
                        piece.truncate(count);
                        Some(Ok(Bytes::from(piece)))
                    }
                    Err(_) => Some(Err(NetFault::Decode("it is damaged or broke off"))),
                }
            }
        }
    }
}

#[expect(clippy::disallowed_types, reason = "the caller reads with a bound")]
fn decoder<R: tokio::io::AsyncBufRead + Send + Unpin + 'static>(
    encoded: R,
    encoding: Encoding,
) -> Box<dyn AsyncRead + Send + Unpin> {
    use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
    use async_compression::zstd::DParameter;
    match encoding {
        Encoding::Identity => Box::new(encoded),
        Encoding::Gzip => Box::new(GzipDecoder::new(encoded)),
        Encoding::Deflate => Box::new(ZlibDecoder::new(encoded)),
        Encoding::Brotli => Box::new(BrotliDecoder::new(encoded)),
        Encoding::Zstd => {
            let window = DParameter::window_log_max(ZSTD_WINDOW_LOG_MAX);
            Box::new(ZstdDecoder::with_params(encoded, &[window]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a frame with this window (RFC 8878, 3.1.1.1.2) and an empty last block.
    fn read(window_log: u8) -> io::Result<Vec<u8>> {
        let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, (window_log - 10) << 3, 0x01, 0x00, 0x00];
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut decoded = Vec::new();
        let mut reader = decoder(io::Cursor::new(frame), Encoding::Zstd);
        runtime.block_on(reader.read_to_end(&mut decoded)).map(|_| decoded)
    }

    #[test]
    fn a_zstd_frame_may_not_ask_for_a_larger_window_than_is_usual() {
        assert_eq!(read(10).unwrap(), b"");
        assert_eq!(read(23).unwrap(), b"");
        assert!(read(24).is_err());
        assert!(read(27).is_err());
    }
}
