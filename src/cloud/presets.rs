//! Endpoints a person could choose: offered, never used by themselves.

use serde::Serialize;

/// One preset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// EIP-155 chain id.
    pub chain: u64,
    /// Display name.
    pub name: String,
    /// URL.
    pub url: String,
    /// Key of the RPC operator.
    pub operator: String,
    /// Takes transactions privately.
    pub private: bool,
    /// What the operator says it does with the person's data, with a source.
    pub note: String,
}
