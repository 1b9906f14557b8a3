//! The origin of a base URL: scheme, host and port, which is what a provider key is pinned to.
//!
//! A parser of our own, and a strict one: what is not plainly `http(s)://host[:port][/path]` is refused, so that nothing
//! that a URL library would tidy up (user info, backslashes, upper case, trailing dots) can move a key to another host.

use std::fmt;

/// Scheme, host, port and path prefix of a base URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// True for `https`.
    pub secure: bool,
    /// Host name in lower case without a trailing dot, an IPv4 address, or an IPv6 address in brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Path that precedes the dialect's own path: empty, or `/…` without a trailing slash.
    pub prefix: String,
}

impl Origin {
    /// Parses a base URL.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let (secure, rest) = if let Some(rest) = url.strip_prefix("https://") {
            (true, rest)
        } else if let Some(rest) = url.strip_prefix("http://") {
            (false, rest)
        } else {
            return Err("a base URL begins with https:// or http://");
        };
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, path.trim_end_matches('/')),
            None => (rest, ""),
        };
        if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte))
            || path.contains("..")
        {
            return Err("the path of a base URL holds letters, digits and -._~/ only");
        }
        let (host, port) = split_port(authority)?;
        let named = !host.starts_with('[');
        if named && (host.is_empty() || host.starts_with('.') || host.ends_with('.')) {
            return Err("the host of a base URL is empty or begins or ends with a dot");
        }
        if named
            && !host
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
        {
            return Err(
                "the host of a base URL is written in lower-case ASCII letters, digits, dots and hyphens",
            );
        }
        let port = match port {
            Some(port) => port.parse().map_err(|_| "the port of a base URL is a number up to 65535")?,
            None if secure => 443,
            None => 80,
        };
        let prefix = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { secure, host: host.to_owned(), port, prefix })
    }

    /// True for a loopback address or `localhost`: the only hosts that plain HTTP is accepted for by default.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// `host` or `host:port` where the port is not the scheme's own.
    pub fn authority(&self) -> String {
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            _ => format!("{}:{}", self.host, self.port),
        }
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), &'static str> {
    if authority.contains('@') {
        return Err("a base URL holds no user name or password");
    }
    if authority.starts_with('[') {
        let (host, rest) = authority.split_once(']').ok_or("an IPv6 address in a base URL ends with ]")?;
        let address = host.trim_start_matches('[');
        address.parse::<std::net::Ipv6Addr>().map_err(|_| "the IPv6 address of a base URL cannot be read")?;
        let end = host.len() + 1;
        let bracketed = authority.get(..end).ok_or("an IPv6 address in a base URL ends with ]")?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((bracketed, Some(port))),
            None if rest.is_empty() => Ok((bracketed, None)),
            None => Err("after an IPv6 address in a base URL comes a port or nothing"),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((authority, None)),
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_spellings_of_a_host_are_refused_and_plain_ones_read() {
        for bad in [
            "https://API.OPENAI.COM",
            "https://api.openai.com.",
            "https://user@api.openai.com",
            "ftp://api.openai.com",
            "https://",
            "https://api.openai.com:99999",
            "https://api.openai.com/../x",
            "https://api.openai.com\\@evil",
            "https://[::1",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
        let origin = Origin::parse("https://api.minimax.io/anthropic/").expect("reads");
        assert_eq!(
            (origin.host.as_str(), origin.port, origin.prefix.as_str()),
            ("api.minimax.io", 443, "/anthropic")
        );
        assert!(Origin::parse("http://[::1]:8080").expect("reads").is_loopback());
    }
}
