//! Reading a request body: bounded in size before and after decoding, and in time.

use std::time::Duration;

use async_compression::tokio::bufread;
use async_compression::zstd::DParameter;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body::Body;
use http_body_util::BodyExt;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::gate::Place;
use crate::refusal::Refusal;

/// How much is decoded before others get a turn.
const TURN_BYTES: usize = 256 << 10;

/// Largest window of a zstd body, as a power of two: 8 MiB, the most that RFC 9659 lets a sender use.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// Limits of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// Most bytes, before and after decoding.
    pub(crate) bytes_max: usize,
    /// Time for it to arrive.
    pub(crate) time: Duration,
}

/// A content encoding that can be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Reads and decodes a body. `headers` are those of the request.
///
/// # Errors
/// The refusal; where the headers alone show it, nothing is read.
pub(crate) async fn read<B>(
    headers: &HeaderMap,
    body: B,
    limits: BodyLimits,
    place: &mut Place,
) -> Result<Bytes, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    check_content_type(headers)?;
    let coding = coding(headers)?;
    let told = told_length(headers);
    if told.is_some_and(|length| length > limits.bytes_max) {
        return Err(Refusal::BodyTooLarge { limit: limits.bytes_max });
    }
    place.grow_to(told.unwrap_or_default())?;
    let read = collected(body, told.unwrap_or_default(), limits.bytes_max, place);
    let encoded = tokio::time::timeout(limits.time, read)
        .await
        .map_err(|_| Refusal::BodyLate { seconds: limits.time.as_secs() })??;
    if coding == Coding::Identity {
        return Ok(encoded);
    }
    decoded(&encoded, coding, limits.bytes_max, place).await
}

/// JSON, or not said.
fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let Some(value) = values.next() else { return Ok(()) };
    if values.next().is_some() {
        return Err(Refusal::HeaderTwice("content-type"));
    }
    let kind = value.to_str().map_err(|_| Refusal::ContentType)?;
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    if is_json { Ok(()) } else { Err(Refusal::ContentType) }
}

/// At most one encoding. Several on top of each other are a way to multiply.
fn coding(headers: &HeaderMap) -> Result<Coding, Refusal> {
    let mut values = headers.get_all(CONTENT_ENCODING).iter();
    let Some(value) = values.next() else { return Ok(Coding::Identity) };
    if values.next().is_some() {
        return Err(Refusal::ContentEncoding);
    }
    match value.to_str().map_err(|_| Refusal::ContentEncoding)?.trim().to_ascii_lowercase().as_str() {
        "identity" => Ok(Coding::Identity),
        "gzip" | "x-gzip" => Ok(Coding::Gzip),
        "deflate" => Ok(Coding::Deflate),
        "br" => Ok(Coding::Brotli),
        "zstd" => Ok(Coding::Zstd),
        _ => Err(Refusal::ContentEncoding),
    }
}

fn told_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collected<B>(mut body: B, told: usize, bytes_max: usize, place: &mut Place) -> Result<Bytes, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    let mut length = 0usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::BodyBroken)?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > bytes_max {
            return Err(Refusal::BodyTooLarge { limit: bytes_max });
        }
        place.grow_to(length)?;
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.reserve(told.max(length));
            all.extend_from_slice(&first);
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

#[expect(clippy::disallowed_types, reason = "this is the bounded decoder")]
async fn decoded(
    encoded: &[u8],
    coding: Coding,
    bytes_max: usize,
    place: &mut Place,
) -> Result<Bytes, Refusal> {
    let out = match coding {
        Coding::Identity => return Ok(Bytes::copy_from_slice(encoded)),
        Coding::Gzip => bounded(bufread::GzipDecoder::new(encoded), bytes_max, place).await,
        // Called `deflate`, meant as zlib (RFC 9110), and sent raw by some.
        Coding::Deflate if is_zlib(encoded) => {
            bounded(bufread::ZlibDecoder::new(encoded), bytes_max, place).await
        }
        Coding::Deflate => bounded(bufread::DeflateDecoder::new(encoded), bytes_max, place).await,
        Coding::Brotli => bounded(bufread::BrotliDecoder::new(encoded), bytes_max, place).await,
        Coding::Zstd => {
            let window = DParameter::window_log_max(ZSTD_WINDOW_LOG_MAX);
            bounded(bufread::ZstdDecoder::with_params(encoded, &[window]), bytes_max, place).await
        }
    };
    out.map(Bytes::from)
}

/// True for the two bytes that begin zlib data (RFC 1950): method 8, and a checksum over both.
fn is_zlib(encoded: &[u8]) -> bool {
    match encoded {
        [first, second, ..] => first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0,
        _ => false,
    }
}

async fn bounded(
    mut reader: impl AsyncRead + Unpin,
    bytes_max: usize,
    place: &mut Place,
) -> Result<Vec<u8>, Refusal> {
    let mut out: Vec<u8> = Vec::new();
    let mut piece = vec![0u8; 64 << 10];
    let mut turn = 0usize;
    loop {
        let count = reader.read(&mut piece).await.map_err(|_| Refusal::Undecodable)?;
        let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else { return Ok(out) };
        if out.len() + count > bytes_max {
            return Err(Refusal::DecodedTooLarge { limit: bytes_max });
        }
        place.grow_to(out.len() + count)?;
        out.extend_from_slice(read);
        turn += count;
        if turn >= TURN_BYTES {
            turn = 0;
            tokio::task::yield_now().await;
        }
    }
}
