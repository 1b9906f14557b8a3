//! Where a call goes: scheme, host and port, as the configuration says.

/// Scheme, host and port of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// True for HTTPS.
    pub secure: bool,
    /// Host name in lower case, IPv4 address, or IPv6 address in brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl Target {
    /// `host`, or `host:port` where the port is not that of the scheme.
    pub fn authority(&self) -> String {
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            _ => format!("{}:{}", self.host, self.port),
        }
    }

    pub(crate) fn scheme(&self) -> http::uri::Scheme {
        if self.secure { http::uri::Scheme::HTTPS } else { http::uri::Scheme::HTTP }
    }
}
