//! Content encodings, for tests that send or get them.

use async_compression::Level;
use async_compression::tokio::write::{BrotliEncoder, GzipDecoder, GzipEncoder};
use tokio::io::AsyncWriteExt as _;

use crate::Trouble;

/// `bytes` in the content encoding of this name: `gzip` or `br`.
pub async fn encode(bytes: &[u8], encoding: &str) -> Result<Vec<u8>, Trouble> {
    match encoding {
        "gzip" => {
            let mut encoder = GzipEncoder::new(Vec::new());
            encoder.write_all(bytes).await?;
            encoder.shutdown().await?;
            Ok(encoder.into_inner())
        }
        "br" => {
            let mut encoder = BrotliEncoder::with_quality(Vec::new(), Level::Fastest);
            encoder.write_all(bytes).await?;
            encoder.shutdown().await?;
            Ok(encoder.into_inner())
        }
        other => Err(Trouble::new(format!("the content encoding `{other}` is not known here"))),
    }
}

/// `before`, then `filling` `times` over, then `after`, as one gzip stream: a bomb, made without holding its content.
pub async fn gzip_bomb(before: &[u8], filling: &[u8], times: u64, after: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut encoder = GzipEncoder::with_quality(Vec::new(), Level::Fastest);
    encoder.write_all(before).await?;
    let repeats = 65_536_u64.checked_div(filling.len() as u64).unwrap_or(1).max(1);
    let block = filling.repeat(usize::try_from(repeats).unwrap_or(1));
    for _ in 0..times / repeats {
        encoder.write_all(&block).await?;
    }
    for _ in 0..times % repeats {
        encoder.write_all(filling).await?;
    }
    encoder.write_all(after).await?;
    encoder.shutdown().await?;
    Ok(encoder.into_inner())
}

/// The content of a gzip stream.
pub async fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut decoder = GzipDecoder::new(Vec::new());
    decoder.write_all(bytes).await?;
    decoder.shutdown().await?;
    Ok(decoder.into_inner())
}
