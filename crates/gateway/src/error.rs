//! What can go wrong when a gateway starts or is reloaded.

use std::net::SocketAddr;

use store::StoreError;

use crate::tls::TlsError;

/// What can go wrong when a gateway starts or is reloaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address} ({setting}): {source}")]
    Bind {
        /// The setting that names it.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The client for providers cannot be made.
    #[error("the client for providers cannot be made: {0}")]
    Client(#[from] net::PinnedOptionsError),
    /// App keys cannot be read.
    #[error("app keys cannot be read: {0}")]
    Keys(#[from] StoreError),
    /// Two deployments have one id.
    #[error("there are two deployments `{0}`: give each its own id")]
    TwoDeployments(types::DeploymentId),
    /// A canary did not come back through new rules.
    #[error("the new configuration is not used: {reason}")]
    Canary {
        /// What happened to it.
        reason: String,
    },
}
