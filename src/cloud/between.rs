//! What stands between the browser and every endpoint, as the addresses of several hosts together show it: a proxy, or the
//! NAT64 of a carrier with a prefix of its own.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::evidence::Evidence;
use super::rpc;
use super::table::{Atlas, Special, normalise};

/// One address of this many services is a proxy's, unless a CDN is known to stand there.
const SERVICES: usize = 3;
/// Most addresses that are compared.
const MOST: usize = 256;

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
#[derive(Debug, Clone, Default)]
pub struct Between {
    /// Addresses of proxies. They say nothing of the endpoints behind them.
    proxies: Vec<IpAddr>,
    /// The first 96 bits of NAT64 addresses.
    nat64: Option<u128>,
}

impl Between {
    /// From all hosts and the addresses seen of them. Lists, because there are few, and maps take several times the code.
    pub fn of(atlas: &Atlas, seen: &[(&str, IpAddr)]) -> Between {
        let seen = seen.get(..MOST).unwrap_or(seen);
        let mut services: Vec<(&str, IpAddr)> = Vec::new();
        for (host, address) in seen {
            let Some(service) = rpc::listed(host).map(|service| (service, *address)) else { continue };
            if !services.contains(&service) {
                services.push(service);
            }
        }
        let is_proxy = |address: &IpAddr| {
            // A company's public service is not on the person's own network.
            let own = Special::of(normalise(*address)) == Special::Own;
            let needed = if own { 1 } else { SERVICES };
            services.iter().filter(|(_, at)| at == address).count() >= needed && !atlas.is_edge(*address)
        };
        let proxies = services.iter().map(|(_, address)| *address).filter(is_proxy).collect();
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

/// The prefix that two hosts share in a network nobody knows, if the last 32 bits of every address there are an IPv4
/// address that somebody announces (RFC 6052).
fn nat64(atlas: &Atlas, seen: &[(&str, IpAddr)]) -> Option<u128> {
    let known = |address: IpAddr| atlas.look_up(address).operator.is_some();
    let v6 = |address: IpAddr| if let IpAddr::V6(v6) = normalise(address) { Some(v6.to_bits()) } else { None };
    let within = |prefix: u128| {
        seen.iter().filter_map(move |(host, ip)| Some((host, v6(*ip)?)).filter(|(_, bits)| bits >> 32 == prefix))
    };
    let embeds =
        |bits: u128| known(Ipv4Addr::from_bits(bits as u32).into()) && !known(Ipv6Addr::from_bits(bits).into());
    seen.iter().find_map(|(host, address)| {
        let bits = v6(*address)?;
        let prefix = bits >> 32;
        let shared = within(prefix).any(|(other, at)| other != host && at != bits);
        (shared && within(prefix).all(|(_, at)| embeds(at))).then_some(prefix)
    })
}
