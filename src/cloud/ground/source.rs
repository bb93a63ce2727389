//! The sources from which ground was learnt.

use std::net::IpAddr;

use super::layer::Layer;
use crate::cloud::headers::Claim;
use crate::cloud::suffix;

/// The source of one piece of ground. Times in ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// An address, and where it stands.
    Address { address: IpAddr, how: How, layer: Option<Layer> },
    /// The suffix of the host name, or of an alias with the time it was seen.
    Name { alias_seen: Option<u64>, found: suffix::Match },
    /// A response header.
    Header { by: String, claim: Claim, at_ms: u64 },
    /// The person's own label.
    Label { pattern: String },
    /// A known wallet's default endpoint.
    Wallet { wallet: String, operator: String, source: String },
    /// An unknown wallet.
    UnknownWallet,
}

/// How an address was learnt; times in ms since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// It is in the URL.
    Url,
    /// The browser connected to it.
    Observed(u64),
    /// The browser's resolver returned it.
    Resolved(u64),
    /// The DNS-over-HTTPS resolver returned it.
    Doh(u64),
}
