//! Addresses of machines.

use super::Checks;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks =
    &[("ipv4", is_ipv4), ("ipv4_unlike_version", is_unlike_version), ("ipv6", is_ipv6), ("mac", is_mac)];

/// An IPv4 address that can point at somebody: not the unspecified, loopback, broadcast or multicast ones, which stand in
/// every configuration file and tell nothing.
pub(crate) fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok_and(|ip| {
        let points_at_nobody = ip.is_unspecified()
            || ip.is_loopback()
            || ip.is_broadcast()
            || ip.is_multicast()
            || is_netmask(ip)
            || ip.octets() == METADATA
            || ip.octets().first() == Some(&0)
            || is_network(ip);
        !points_at_nobody
    })
}

/// A network for use at home or in manuals (RFC 1918, RFC 5737), as in `10.0.0.0/8`: no machine has this address.
fn is_network(ip: Ipv4Addr) -> bool {
    (ip.is_private() || ip.is_documentation()) && ip.octets().last() == Some(&0)
}

/// An IPv4 address that no version, section or object identifier looks like: those begin with a number of one digit and go on
/// with numbers below 100. One address in four hundred looks so too and needs a label.
fn is_unlike_version(text: &str) -> bool {
    is_ipv4(text)
        && text.parse::<Ipv4Addr>().is_ok_and(|ip| {
            let [first, rest @ ..] = ip.octets();
            first >= 10 || rest.iter().any(|octet| *octet >= 100)
        })
}

/// The address at which machines in a cloud ask about themselves: the same everywhere.
const METADATA: [u8; 4] = [169, 254, 169, 254];

fn is_netmask(ip: Ipv4Addr) -> bool {
    let bits = ip.to_bits();
    bits.leading_ones() >= 8 && bits.leading_ones() + bits.trailing_zeros() == 32
}

/// An IPv6 address that can point at somebody.
pub(crate) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok_and(|ip| !(ip.is_unspecified() || ip.is_loopback() || ip.is_multicast()))
}

/// A MAC address that can belong to a device: six octets, not all the same.
pub(crate) fn is_mac(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(char::is_ascii_hexdigit).collect();
    compact.len() == 12 && !compact.windows(2).all(|pair| pair.first() == pair.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_point_at_nobody_do_not_count() {
        for ip in ["192.168.40.1", "8.8.4.4", "203.0.113.9"] {
            assert!(is_ipv4(ip), "{ip}");
        }
        for ip in ["127.0.0.1", "0.0.0.0", "255.255.255.0", "3.1.77.640", "224.0.0.1"] {
            assert!(!is_ipv4(ip), "{ip}");
        }
        assert!(is_ipv6("2001:db8::7"));
        assert!(!is_ipv6("::1"));
        assert!(!is_mac("00:00:00:00:00:00"));
    }
}
