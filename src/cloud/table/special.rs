//! Addresses that belong to nobody on the public internet, and addresses with another one inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address can belong to a public network at all.
/// Ranges from the IANA special-purpose registries
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>, `…-ipv6-special-registry`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Special {
    /// An ordinary public address.
    #[default]
    None,
    /// The person's own machine or network: loopback, private, link-local, carrier NAT, unique local.
    Own,
    /// Documentation, benchmarking, multicast, reserved: no server answers from there.
    Invalid,
}

impl Special {
    /// Class of a normalised address.
    pub fn of(address: IpAddr) -> Special {
        match address {
            IpAddr::V4(v4) => of_v4(v4),
            IpAddr::V6(v6) => of_v6(v6),
        }
    }
}

fn of_v4(address: Ipv4Addr) -> Special {
    match address.octets() {
        // In practice 0.0.0.0 reaches this machine; the rest of 0/8 reaches nobody.
        [0, 0, 0, 0] | [10 | 127, ..] | [192, 168, ..] | [169, 254, ..] => Special::Own,
        [172, b, ..] if b & 0xf0 == 16 => Special::Own,
        [100, b, ..] if b & 0xc0 == 64 => Special::Own,
        [0, ..] | [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Special::Invalid,
        [198, 18 | 19, ..] => Special::Invalid,
        [a, ..] if a >= 224 => Special::Invalid,
        _ => Special::None,
    }
}

fn of_v6(address: Ipv6Addr) -> Special {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Special::Own,
        [a, ..] if a & 0xfe00 == 0xfc00 || a & 0xff80 == 0xfe80 => Special::Own,
        [0x2001, 0xdb8, ..] | [0x100, 0, 0, 0, ..] | [0, 0, 0, 0, 0, 0, ..] => Special::Invalid,
        [0x3fff, b, ..] if b < 0x1000 => Special::Invalid,
        [a, ..] if a & 0xff00 == 0xff00 => Special::Invalid,
        _ => Special::None,
    }
}

/// The IPv4 address inside an IPv4-mapped (RFC 4291), NAT64 (RFC 6052, RFC 8215) or 6to4 (RFC 3056) address. Every other
/// address is returned unchanged.
pub fn normalise(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let inside = match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            (high, low)
        }
        [0x64, 0xff9b, 1, ..] => return IpAddr::V4(of_local_use(v6)),
        _ => return address,
    };
    IpAddr::V4(Ipv4Addr::from_bits(u32::from(inside.0) << 16 | u32::from(inside.1)))
}

/// The IPv4 address inside an address of a network's own NAT64 (`64:ff9b:1::/48`, RFC 8215). The network chooses the length of
/// its prefix (RFC 6052, 2.2). All but the longest leave zeros at the end.
fn of_local_use(address: Ipv6Addr) -> Ipv4Addr {
    let octets = address.octets();
    let [.., a, b, _, c, d, e, f, _, _, _] = octets;
    let [.., low_a, low_b, low_c, low_d] = octets;
    let [a, b, c, d] = match (low_b | low_c | low_d, f, e) {
        (1.., ..) => [low_a, low_b, low_c, low_d],
        (0, 1.., _) => [c, d, e, f],
        (0, 0, 1..) => [b, c, d, e],
        (0, 0, 0) => [a, b, c, d],
    };
    Ipv4Addr::new(a, b, c, d)
}
