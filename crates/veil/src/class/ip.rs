//! IP addresses from the ranges for documentation: 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 (RFC 5737),
//! 2001:db8::/32 (RFC 3849).
//!
//! Only last numbers of three digits are used, so that none of the addresses begins another: 3 × 155 addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const NETS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
const FIRST: u64 = 100;
const PER_NET: u64 = 155;
/// Groups of four hexadecimal digits that do not begin with zero.
const GROUPS: u64 = 0xf000;

/// Version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V4,
    V6,
}

pub(crate) fn version_of(value: &str) -> Option<Version> {
    match value.parse().ok()? {
        IpAddr::V4(_) => Some(Version::V4),
        IpAddr::V6(_) => Some(Version::V6),
    }
}

pub(crate) const fn size(version: Version) -> u64 {
    match version {
        Version::V4 => NETS.len() as u64 * PER_NET,
        Version::V6 => GROUPS * GROUPS * GROUPS,
    }
}

pub(crate) fn value(version: Version, index: u64) -> Option<String> {
    match version {
        Version::V4 => {
            let [a, b, c] = NETS.get(usize::try_from(index / PER_NET).ok()?)?;
            let last = u8::try_from(FIRST + index % PER_NET).ok()?;
            Some(Ipv4Addr::new(*a, *b, *c, last).to_string())
        }
        Version::V6 => {
            let group = |rest: u64| 0x1000 + rest % GROUPS;
            Some(format!(
                "2001:db8:{:x}:{:x}::{:x}",
                group(index / GROUPS / GROUPS),
                group(index / GROUPS),
                group(index)
            ))
        }
    }
}

pub(crate) fn is_of_ours(text: &str) -> bool {
    match text.parse() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, last] = address.octets();
            NETS.contains(&[a, b, c]) && (FIRST..FIRST + PER_NET).contains(&u64::from(last))
        }
        Ok(IpAddr::V6(address)) => is_documentation(address),
        Err(_) => false,
    }
}

fn is_documentation(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    (a, b) == (0x2001, 0xdb8)
}
