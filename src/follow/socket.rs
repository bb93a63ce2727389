//! New blocks by WebSocket. Where an endpoint has a `wss://` URL and a page is subscribed, the endpoint tells of each
//! block as it comes, and the newest one is not asked for every few seconds.
//! Source: <https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub>.
//!
//! ```text
//!   Opening ─► Checking (eth_chainId) ─► Subscribing (eth_subscribe newHeads) ─► Live
//!      └────────────┴───────────────┴────── 10 s ──────┴── closed, silent ─► rests, and the next endpoint's is opened
//! ```
//!
//! One socket for a chain, at most. It is a hint that comes early, and no more: nothing is on it that cannot be had
//! by HTTP, logs are asked of any lane, and when it ends the looks go on as if it had never been. Its failures are
//! its own: an endpoint whose WebSocket is down is as healthy as its answers to requests.

use std::collections::BTreeMap;

use crate::endpoint::{EndpointKey, LaneId, SocketUrl};

/// First pause after a socket failed, ms; it doubles up to [`MAX_REST_MS`].
const REST_MS: u64 = 2_000;
/// Longest pause after failures, ms.
const MAX_REST_MS: u64 = 300_000;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Opening,
    Checking,
    Subscribing,
    /// The subscription's id, and a number that looks begun since are above.
    Live(String, u64),
}

#[derive(Debug)]
pub(super) struct Socket {
    pub(super) id: u64,
    pub(super) key: EndpointKey,
    pub(super) url: SocketUrl,
    pub(super) phase: Phase,
    /// When it counts as silent, ms: it is not live yet, or a lane has shown a block that it has not told of.
    pub(super) due: Option<u64>,
    /// Newest block it has told of, or was not to tell of: it was there before.
    pub(super) told: Option<u64>,
}

/// The sockets that are open, and the endpoints whose sockets rest.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    /// By chain.
    pub(super) open: BTreeMap<u64, Socket>,
    /// Until when, ms, and how many failures there were in a row.
    rests: BTreeMap<EndpointKey, (u64, u32)>,
}

impl Sockets {
    /// Whether a chain's new blocks come by themselves.
    pub(super) fn is_live(&self, chain: u64) -> bool {
        self.open.get(&chain).is_some_and(|s| matches!(s.phase, Phase::Live(..)))
    }

    /// Whether it is this endpoint that tells of them.
    pub(super) fn is_live_on(&self, lane: LaneId) -> bool {
        self.is_live(lane.chain) && self.open.get(&lane.chain).is_some_and(|s| s.key == lane.key)
    }

    pub(super) fn chain_of(&self, socket: u64) -> Option<u64> {
        self.open.iter().find(|(_, s)| s.id == socket).map(|(chain, _)| *chain)
    }

    pub(super) fn rested_at(&self, key: EndpointKey) -> u64 {
        self.rests.get(&key).map_or(0, |(until, _)| *until)
    }

    /// A chain's socket has failed: its endpoint's rests.
    pub(super) fn rest(&mut self, now: u64, key: EndpointKey) {
        let failed = self.rests.get(&key).map_or(0, |(_, failed)| *failed);
        let rest = (REST_MS << failed.min(10)).min(MAX_REST_MS);
        self.rests.insert(key, (now + rest, failed.saturating_add(1)));
    }

    /// An endpoint's socket has told of a block.
    pub(super) fn works(&mut self, key: EndpointKey) {
        self.rests.remove(&key);
    }
}
