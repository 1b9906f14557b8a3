//! `[server]`: where Cordon listens, and what it takes in.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::size::ByteSize;

/// Where Cordon listens, and what it takes in.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// Address and port for applications. Loopback by default: whoever reaches it needs an app key, but without TLS the
    /// traffic in between is readable.
    #[schemars(with = "String", example = &"0.0.0.0:8787")]
    pub(crate) listen: SocketAddr,
    /// Address and port of `/healthz`, `/readyz` and `/metrics`. Has no authentication: keep it on loopback or inside the
    /// cluster.
    #[schemars(with = "String", example = &"127.0.0.1:8788")]
    pub(crate) admin_listen: SocketAddr,
    /// The URL under which applications reach Cordon, for what is shown to people. Empty: made from `listen`.
    #[schemars(example = &"https://cordon.internal.example")]
    pub(crate) base_url: String,
    /// PEM file with the certificate chain for `listen`. Empty: plain HTTP. A changed file is loaded without a restart.
    #[schemars(example = &"tls/cordon.pem")]
    pub(crate) tls_certificate: String,
    /// PEM file with the private key of the certificate, readable by nobody else (mode 0600 or 0400).
    #[schemars(example = &"tls/cordon.key")]
    pub(crate) tls_key: String,
    /// Largest request body, after decompression. Larger ones are refused with 413 before they are read where they say
    /// their length.
    #[schemars(example = &"32 MiB")]
    pub(crate) body_bytes_max: ByteSize,
    /// Largest sum of all request headers.
    #[schemars(example = &"64 KiB")]
    pub(crate) header_bytes_max: ByteSize,
    /// Most requests at the same time. Beyond it a request is refused with 503 and `retry-after` before its body is read.
    #[schemars(range(min = 1), example = 512)]
    pub(crate) concurrency_max: u32,
    /// Seconds in which a request body must have arrived.
    #[schemars(range(min = 1), example = 60)]
    pub(crate) body_seconds_max: u32,
    /// Seconds in which the headers of a request must have arrived.
    #[schemars(range(min = 1), example = 10)]
    pub(crate) header_seconds_max: u32,
    /// Seconds for which a connection stays open on which no request is. Behind a proxy that keeps connections: longer than
    /// the proxy keeps them.
    #[schemars(range(min = 1), example = 75)]
    pub(crate) idle_seconds_max: u32,
    /// Seconds that running answers get to end after SIGTERM before they are cut.
    #[schemars(range(min = 0), example = 120)]
    pub(crate) shutdown_seconds: u32,
}

impl Default for Server {
    fn default() -> Self {
        let loopback = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        Self {
            listen: loopback(8787),
            admin_listen: loopback(8788),
            base_url: String::new(),
            tls_certificate: String::new(),
            tls_key: String::new(),
            body_bytes_max: ByteSize(16 << 20),
            header_bytes_max: ByteSize(64 << 10),
            concurrency_max: 2048,
            body_seconds_max: 30,
            header_seconds_max: 10,
            idle_seconds_max: 60,
            shutdown_seconds: 30,
        }
    }
}
