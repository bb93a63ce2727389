//! What is known of one chain.

/// One chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// EIP-155 id.
    pub id: u64,
    /// Display name.
    pub name: &'static str,
    /// Whether it is in a new person's list.
    pub first: bool,
    /// Usual time between two blocks, ms, where it is known.
    pub block_ms: Option<u64>,
}
