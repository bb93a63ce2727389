//! Failure domains: what can go dark.

use serde::{Deserialize, Serialize};

/// A kind of failure domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DomainKind {
    /// The company that runs the RPC service.
    Operator,
    /// The company group whose address space it is served from.
    Network,
    /// One region of one cloud.
    Region,
    /// The country the server is in.
    Country,
    /// The jurisdiction that reaches it.
    Jurisdiction,
}

/// One thing that can go dark.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Domain {
    /// The kind of domain.
    pub kind: DomainKind,
    /// Its key: `amazon`, `aws/us-east-1`, `DE`, `us`, `infura`.
    pub key: String,
}

/// Key of the jurisdiction domain of US companies and of servers in the United States.
pub const US: &str = "us";
/// Key of the wider one: everything US law is known to reach, foreign companies with US locations included.
pub const US_NEXUS: &str = "us-nexus";
/// Key of the person's own network: loopback and private addresses.
pub const OWN: &str = "own";

impl Domain {
    /// A domain.
    pub fn new(kind: DomainKind, key: impl Into<String>) -> Domain {
        Domain { kind, key: key.into() }
    }
}
