//! What can go wrong with a call.

/// What can go wrong with a call. Holds no header, path or body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetFault {
    /// Nothing was sent: no address, no connection, or no trust in the certificate.
    #[error("no connection: {0}")]
    Connect(&'static str),
    /// The connection broke after the request was on its way.
    #[error("the connection broke")]
    Broken,
    /// The request itself cannot be written as HTTP.
    #[error("the request cannot be written: {0}")]
    Request(&'static str),
    /// The answer is in an encoding that is not known, damaged, or larger than the bound when decoded.
    #[error("the answer cannot be decoded: {0}")]
    Decode(&'static str),
}
