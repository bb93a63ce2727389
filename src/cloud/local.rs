//! Whether an endpoint is on the person's own machine or network. Sites need the person's permission to use such
//! endpoints.
//!
//! The host name, the addresses the browser connected to and the person's labels count. Headers do not, because any
//! server can write them.

use std::net::IpAddr;

use super::evidence::{self, Evidence};
use super::label::{self, OwnLabel};
use super::registrable::{ends_with, is_private};
use super::rpc;
use super::table::{Special, normalise};

/// How near an endpoint is, the nearest last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// On the public internet, as far as is known.
    #[default]
    Public,
    /// On the person's own network.
    Network,
    /// On the person's own machine.
    Machine,
}

impl Nearness {
    /// The nearness of several: near if any is near, and on this machine only if every one is.
    #[must_use]
    pub fn of_all(found: impl Iterator<Item = Nearness> + Clone) -> Nearness {
        if found.clone().all(|near| near == Nearness::Public) {
            return Nearness::Public;
        }
        found.min().unwrap_or_default().max(Nearness::Network)
    }
}

/// What people call their own network in a label.
const OWN_NAMES: [&str; 4] = ["own", "self", "home", "own network"];

/// How near the endpoint with this host is. `host` is a host name or address literal, without port.
#[must_use]
pub fn nearness(labels: &[OwnLabel], host: &str, evidence: &[Evidence]) -> Nearness {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let literal = host.parse::<IpAddr>().ok();
    // Behind a proxy the browser reports the proxy's address, but a company's public service is not on the local
    // network.
    let seen = if rpc::listed(&host).is_some() { Vec::new() } else { evidence::addresses(evidence) };
    let found = match literal {
        Some(address) => of_address(address),
        None => of_name(&host).unwrap_or_else(|| Nearness::of_all(seen.iter().map(|a| of_address(*a)))),
    };
    let labelled = || {
        let by_address = literal.iter().chain(&seen).filter_map(|address| label::for_address(labels, *address));
        label::for_host(labels, &host).into_iter().chain(by_address).any(is_own)
    };
    if found == Nearness::Public && labelled() { Nearness::Network } else { found }
}

/// Whether the host of a page's origin is this machine.
#[must_use]
pub fn is_loopback_page(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn of_address(address: IpAddr) -> Nearness {
    let address = normalise(address);
    match Special::of(address) {
        Special::Own if address.is_loopback() => Nearness::Machine,
        Special::Own => Nearness::Network,
        Special::None | Special::Invalid => Nearness::Public,
    }
}

fn of_name(host: &str) -> Option<Nearness> {
    if ends_with(host, "localhost") {
        return Some(Nearness::Machine);
    }
    is_private(host).then_some(Nearness::Network)
}

fn is_own(label: &OwnLabel) -> bool {
    OWN_NAMES.iter().any(|name| label.operator.trim().eq_ignore_ascii_case(name))
}
