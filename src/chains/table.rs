//! Written by tools/generate/ from data/chains.json: change it there, not here.

use super::chain::Chain;

pub(super) const TABLE: &[Chain] = &[
    Chain { id: 1, name: "Ethereum", first: true, block_ms: Some(12_000) },
    Chain { id: 137, name: "Polygon", first: true, block_ms: Some(2_000) },
    Chain { id: 10, name: "Optimism", first: true, block_ms: Some(2_000) },
    Chain { id: 42_161, name: "Arbitrum One", first: true, block_ms: Some(250) },
    Chain { id: 8_453, name: "Base", first: true, block_ms: Some(2_000) },
    Chain { id: 59_144, name: "Linea", first: true, block_ms: Some(2_000) },
    Chain { id: 534_352, name: "Scroll", first: true, block_ms: Some(3_000) },
    Chain { id: 100, name: "Gnosis", first: false, block_ms: Some(5_000) },
    Chain { id: 56, name: "BNB Smart Chain", first: false, block_ms: Some(750) },
    Chain { id: 43_114, name: "Avalanche C-Chain", first: false, block_ms: Some(1_700) },
    Chain { id: 314, name: "Filecoin", first: false, block_ms: Some(30_000) },
    Chain { id: 1_440_000, name: "XRPL EVM", first: false, block_ms: None },
];
