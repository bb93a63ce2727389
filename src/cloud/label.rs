//! The person's own labels for address ranges and hosts. They override all other evidence.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::table::normalise;

/// One label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnLabel {
    /// Address, CIDR range (`127.10.0.0/16`, `fd00::/8`) or host name.
    #[serde(rename = "match")]
    pub pattern: String,
    /// Key of a known network operator (`aws`, `hetzner`) or a name the person gave.
    pub operator: String,
    /// Region code, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// ISO 3166 country of the server; known for the regions of known clouds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// What a label applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Addresses whose first `bits` bits are those of `base`.
    Range {
        /// Any address of the range.
        base: IpAddr,
        /// Length of the prefix, at most 32 or 128.
        bits: u32,
    },
    /// One host name, in lower case, without a dot at the end.
    Host(String),
}

impl Pattern {
    /// Parses a pattern; `None` when it is not an address, a range or a host name.
    pub fn parse(text: &str) -> Option<Pattern> {
        let text = text.trim();
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        match (address.trim_matches(['[', ']']).parse::<IpAddr>(), bits) {
            (Ok(base), None) => Some(Pattern::Range { base, bits: width(base) }),
            (Ok(base), Some(bits)) => {
                let digits = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
                let bits = digits.then(|| bits.parse().ok()).flatten().filter(|bits| *bits <= width(base))?;
                Some(Pattern::Range { base, bits })
            }
            (Err(_), None) => host(text).map(Pattern::Host),
            (Err(_), Some(_)) => None,
        }
    }

    /// Whether an address is in the range.
    pub fn has(&self, address: IpAddr) -> bool {
        let Pattern::Range { base, bits } = self else { return false };
        let same = |base: IpAddr, address: IpAddr| match (base, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => prefix(a.to_bits().into(), b.to_bits().into(), 32 - bits.min(&32)),
            (IpAddr::V6(a), IpAddr::V6(b)) => prefix(a.to_bits(), b.to_bits(), 128 - bits.min(&128)),
            _ => false,
        };
        same(*base, address) || same(*base, normalise(address))
    }

    /// Whether it is this host.
    fn is_host(&self, name: &str) -> bool {
        matches!(self, Pattern::Host(host) if host.eq_ignore_ascii_case(name.trim_end_matches('.')))
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Whether two addresses are equal except for the last `free` bits.
fn prefix(a: u128, b: u128, free: u32) -> bool {
    (a ^ b).checked_shr(free).unwrap_or(0) == 0
}

/// A host name: letters, digits, hyphens, underscores and dots, with no empty part. A name whose last part is a number
/// is a mistyped IPv4 address (URL Standard, "ends in a number").
fn host(text: &str) -> Option<String> {
    let text = text.trim_end_matches('.').to_ascii_lowercase();
    let part = |p: &str| {
        !p.is_empty() && p.len() <= 63 && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let numeric = text.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    (text.len() <= 253 && !numeric && text.split('.').all(part)).then_some(text)
}

/// The label for a host name. The first one in the person's list counts.
pub fn for_host<'a>(labels: &'a [OwnLabel], name: &str) -> Option<&'a OwnLabel> {
    labels.iter().find(|label| Pattern::parse(&label.pattern).is_some_and(|p| p.is_host(name)))
}

/// The label with the longest prefix that contains this address; among equals, the first one in the list.
pub fn for_address(labels: &[OwnLabel], address: IpAddr) -> Option<&OwnLabel> {
    let hit = |label: &'_ OwnLabel| match Pattern::parse(&label.pattern)? {
        pattern @ Pattern::Range { bits, .. } if pattern.has(address) => Some(bits),
        _ => None,
    };
    let hits = labels.iter().filter_map(|label| Some((hit(label)?, label)));
    hits.rev().max_by_key(|(bits, _)| *bits).map(|(_, label)| label)
}
