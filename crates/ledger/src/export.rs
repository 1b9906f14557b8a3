//! The export: one JSON line per record and one for the head, so that others can verify without us.
//!
//! ```text
//! {"index":0,"leaf":{…the record…},"leaf_hash":"…","root":"…"}
//! {"head":{"root":"…","size":1}}
//! ```
//!
//! The record stands in its canonical spelling, so each line can be cut, searched and read with any tool, and whoever
//! writes it canonically again has the bytes that are hashed. The head stands last, so that a cut file is found.

use serde_json::Value;

use crate::canonical::{ObjectWriter, Put, canonical};
use crate::tree::Head;
use crate::verify::Claim;
use crate::{Digest, LEAF_BYTES_MAX};

/// One line of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportLine {
    /// A record, with what the store says about it.
    Record(Claim),
    /// The head: the last line.
    Head(Head),
}

/// What cannot be read as a line of an export.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// Longer than a line with the longest leaf.
    #[error("the line is longer than a line of an export can be")]
    TooLong,
    /// Neither a record nor a head.
    #[error(
        "the line is not one of an export: it must be canonical JSON with `index`, `leaf`, `leaf_hash` and `root`, or with `head`"
    )]
    Shape,
}

/// Room for the members around a leaf.
const AROUND_BYTES_MAX: usize = 512;

struct Verbatim<'a>(&'a [u8]);

impl Put for Verbatim<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

impl ExportLine {
    /// The line, without the line end. `claim.leaf` must be what [`Record::leaf`](crate::Record::leaf) gave; any other
    /// bytes make a line that verification refuses.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1536);
        match self {
            Self::Record(claim) => ObjectWriter::open(&mut out)
                .member("index", &claim.index)
                .member("leaf", &Verbatim(&claim.leaf))
                .member("leaf_hash", claim.leaf_hash.hex().as_str())
                .member("root", claim.root.hex().as_str())
                .close(),
            Self::Head(head) => {
                let mut inner = Vec::with_capacity(128);
                ObjectWriter::open(&mut inner)
                    .member("root", head.root.hex().as_str())
                    .member("size", &head.size)
                    .close();
                ObjectWriter::open(&mut out).member("head", &Verbatim(&inner)).close();
            }
        }
        out
    }

    /// Reads a line, without its line end.
    pub fn parse(line: &[u8]) -> Result<Self, ExportError> {
        if line.len() > LEAF_BYTES_MAX + AROUND_BYTES_MAX {
            return Err(ExportError::TooLong);
        }
        let value: Value = serde_json::from_slice(line).map_err(|_| ExportError::Shape)?;
        let parsed = read_head(&value).or_else(|| read_claim(&value)).ok_or(ExportError::Shape)?;
        if parsed.bytes() != line {
            return Err(ExportError::Shape);
        }
        Ok(parsed)
    }
}

fn read_head(value: &Value) -> Option<ExportLine> {
    let head = value.get("head")?;
    let size = head.get("size")?.as_u64()?;
    Some(ExportLine::Head(Head { size, root: digest(head, "root")? }))
}

fn read_claim(value: &Value) -> Option<ExportLine> {
    Some(ExportLine::Record(Claim {
        index: value.get("index")?.as_u64()?,
        leaf: canonical(value.get("leaf")?)?,
        leaf_hash: digest(value, "leaf_hash")?,
        root: digest(value, "root")?,
        copies: None,
    }))
}

fn digest(value: &Value, member: &str) -> Option<Digest> {
    value.get(member)?.as_str().and_then(Digest::from_hex)
}
