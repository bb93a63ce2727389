//! Ground: the set of failure domains an endpoint stands on.

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
    /// Whose law reaches it.
    Jurisdiction,
}

/// One thing that can go dark.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Domain {
    /// What kind of thing.
    pub kind: DomainKind,
    /// Its key: `amazon`, `aws/us-east-1`, `DE`, `us`, `infura`.
    pub key: String,
}
