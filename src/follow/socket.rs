//! New blocks by WebSocket. If an endpoint has a `wss://` URL and a page is subscribed, the endpoint announces each
//! block as it arrives, and the core need not ask for the newest one every few seconds. Source:
//! <https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub>.
//!
//! ```text
//!   Opening ─► Checking (eth_chainId) ─► Subscribing (eth_subscribe newHeads) ─► Live
//!      └────────────┴───────────────┴────── 10 s ──────┴── closed, silent ─► rests, and the next endpoint's is opened
//! ```
//!
//! A chain has at most one socket. It is only an early hint: everything on it can also be read by HTTP, logs are read
//! from any lane, and when it ends the looks continue as before. Its failures do not count against the endpoint's
//! health, which depends only on its answers to requests.

use std::collections::BTreeMap;

use crate::endpoint::{EndpointKey, LaneId, SocketUrl};

/// First pause after a socket failed, in ms; it doubles up to [`MAX_REST_MS`].
const REST_MS: u64 = 2_000;
/// Longest pause after failures, in ms.
const MAX_REST_MS: u64 = 300_000;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Opening,
    Checking,
    Subscribing,
    /// The subscription's id, and a number that every later look exceeds.
    Live(String, u64),
}

#[derive(Debug)]
pub(super) struct FeedSocket {
    pub(super) id: u64,
    pub(super) key: EndpointKey,
    pub(super) url: SocketUrl,
    pub(super) phase: Phase,
    /// When it counts as silent, in ms: it is not live yet, or a lane has shown a block that it has not announced.
    pub(super) due: Option<u64>,
    /// Newest block that it has announced, or that existed before the subscription.
    pub(super) told: Option<u64>,
}

/// The open sockets, and the endpoints whose sockets pause.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    /// By chain.
    pub(super) open: BTreeMap<u64, FeedSocket>,
    /// Until when each pauses, in ms, and how many failures there were in a row.
    rests: BTreeMap<EndpointKey, (u64, u32)>,
}

impl Sockets {
    /// Whether a chain's new blocks are announced.
    pub(super) fn is_live(&self, chain: u64) -> bool {
        self.open.get(&chain).is_some_and(|s| matches!(s.phase, Phase::Live(..)))
    }

    /// Whether this endpoint announces them.
    pub(super) fn is_live_on(&self, lane: LaneId) -> bool {
        self.is_live(lane.chain) && self.open.get(&lane.chain).is_some_and(|s| s.key == lane.key)
    }

    pub(super) fn chain_of(&self, socket: u64) -> Option<u64> {
        self.open.iter().find(|(_, s)| s.id == socket).map(|(chain, _)| *chain)
    }

    pub(super) fn rested_at(&self, key: EndpointKey) -> u64 {
        self.rests.get(&key).map_or(0, |(until, _)| *until)
    }

    /// A chain's socket has failed: its endpoint's socket pauses.
    pub(super) fn rest(&mut self, now: u64, key: EndpointKey) {
        let failed = self.rests.get(&key).map_or(0, |(_, failed)| *failed);
        let rest = (REST_MS << failed.min(10)).min(MAX_REST_MS);
        self.rests.insert(key, (now + rest, failed.saturating_add(1)));
    }

    /// An endpoint's socket has announced a block.
    pub(super) fn works(&mut self, key: EndpointKey) {
        self.rests.remove(&key);
    }
}
