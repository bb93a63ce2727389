//! The person's own labels for address ranges and hosts: the strongest evidence.

use serde::{Deserialize, Serialize};

/// One label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnLabel {
    /// Address, CIDR range (`127.10.0.0/16`, `fd00::/8`) or host name.
    #[serde(rename = "match")]
    pub pattern: String,
    /// Key of a known network operator (`aws`, `hetzner`) or a name of the person's own.
    pub operator: String,
    /// Region code, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// ISO 3166 country of the server; known for the regions of known clouds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}
