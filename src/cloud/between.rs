//! What stands between the browser and every endpoint, as the addresses of several hosts together show it: a proxy, or the
//! NAT64 of a carrier with a prefix of its own.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use super::evidence::Evidence;
use super::rpc;
use super::table::{Atlas, Special, normalise};

/// One address of this many services is a proxy's, unless a CDN is known to stand there.
const SERVICES: usize = 3;

/// A name that has IPv4 addresses only. A network with NAT64 gives it IPv6 addresses, which show the prefix (RFC 7050).
pub const IPV4_ONLY: &str = "ipv4only.arpa";

/// The first 96 bits of the NAT64 addresses that [`IPV4_ONLY`] has in this network, if it has any.
pub fn told_nat64(mut ips: impl Iterator<Item = IpAddr>) -> Option<u128> {
    let known = [Ipv4Addr::new(192, 0, 0, 170), Ipv4Addr::new(192, 0, 0, 171)];
    ips.find_map(|ip| match normalise(ip) {
        IpAddr::V6(v6) if known.contains(&Ipv4Addr::from_bits(v6.to_bits() as u32)) => Some(v6.to_bits() >> 32),
        _ => None,
    })
}

/// What stands between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Between {
    /// Addresses of proxies. They say nothing of the endpoints behind them.
    proxies: BTreeSet<IpAddr>,
    /// The first 96 bits of NAT64 addresses.
    nat64: Option<u128>,
}

impl Between {
    /// From all hosts and the addresses seen of them.
    pub fn of(atlas: &Atlas, seen: &[(&str, IpAddr)]) -> Between {
        let mut services: BTreeMap<IpAddr, BTreeSet<&str>> = BTreeMap::new();
        for (host, address) in seen {
            let services = services.entry(*address).or_default();
            services.extend(rpc::of_host(host));
        }
        let is_proxy = |(address, services): &(IpAddr, BTreeSet<&str>)| {
            // A company's public service is not on the person's own network.
            let own = Special::of(normalise(*address)) == Special::Own;
            let needed = if own { 1 } else { SERVICES };
            services.len() >= needed && !atlas.is_edge(*address)
        };
        let proxies = services.into_iter().filter(is_proxy).map(|(address, _)| address).collect();
        Between { proxies, nat64: nat64(atlas, seen) }
    }

    /// Evidence without the addresses of proxies: that there is a proxy is all they show.
    pub fn trusted<'a>(&self, list: &'a [Evidence]) -> Cow<'a, [Evidence]> {
        let proxied =
            |piece: &Evidence| piece.observed_address().is_some_and(|address| self.proxies.contains(&address));
        if !list.iter().any(proxied) {
            return Cow::Borrowed(list);
        }
        let each = |piece: &Evidence| if proxied(piece) { Evidence::proxied(piece.at_ms) } else { piece.clone() };
        Cow::Owned(list.iter().map(each).collect())
    }

    /// The first 96 bits of NAT64 addresses, if the network has a prefix of its own.
    pub fn nat64(&self) -> Option<u128> {
        self.nat64
    }
}

/// The prefix that two hosts share in a network nobody knows, if the last 32 bits of every address there are an IPv4 address
/// that somebody announces (RFC 6052).
fn nat64(atlas: &Atlas, seen: &[(&str, IpAddr)]) -> Option<u128> {
    let mut found: BTreeMap<u128, (BTreeSet<&str>, BTreeSet<u32>, bool)> = BTreeMap::new();
    for (host, address) in seen {
        let IpAddr::V6(v6) = normalise(*address) else { continue };
        let inside = Ipv4Addr::from_bits(v6.to_bits() as u32);
        let known = |address: IpAddr| atlas.look_up(address).operator.is_some();
        let (hosts, addresses, all) =
            found.entry(v6.to_bits() >> 32).or_insert((BTreeSet::new(), BTreeSet::new(), true));
        hosts.insert(host);
        addresses.insert(inside.to_bits());
        *all &= known(inside.into()) && !known(v6.into());
    }
    let shared = found.into_iter().find(|(_, (hosts, addresses, all))| *all && hosts.len() > 1 && addresses.len() > 1);
    shared.map(|(prefix, _)| prefix)
}
