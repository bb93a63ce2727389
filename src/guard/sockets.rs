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

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Guard;
use crate::blocks::Header;
use crate::endpoint::{EndpointKey, LaneId, SocketUrl};
use crate::io::Command;
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Chain, Lane};
use crate::secret::Secret;

/// Time from opening a socket to its subscription, ms.
const OPEN_MS: u64 = 10_000;
/// How much later than a lane's answer a socket may tell of a block, ms. One that is later has fallen silent.
const LATE_MS: u64 = 6_000;
/// First pause after a socket failed, ms; it doubles up to [`MAX_REST_MS`].
const REST_MS: u64 = 2_000;
/// Longest pause after failures, ms.
const MAX_REST_MS: u64 = 300_000;
/// Longest message that is read, bytes. A header has a thousand or two.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Ids of the two requests on each socket.
const CHECK: u64 = 1;
const SUBSCRIBE: u64 = 2;

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Opening,
    Checking,
    Subscribing,
    /// The subscription's id, and a number that looks begun since are above.
    Live(String, u64),
}

#[derive(Debug)]
struct Socket {
    id: u64,
    key: EndpointKey,
    url: SocketUrl,
    phase: Phase,
    /// When it counts as silent, ms: it is not live yet, or a lane has shown a block that it has not told of.
    due: Option<u64>,
    /// Newest block it has told of, or was not to tell of: it was there before.
    told: Option<u64>,
}

/// The sockets that are open, and the endpoints whose sockets rest.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    /// By chain.
    open: BTreeMap<u64, Socket>,
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

    fn chain_of(&self, socket: u64) -> Option<u64> {
        self.open.iter().find(|(_, s)| s.id == socket).map(|(chain, _)| *chain)
    }

    fn rested_at(&self, key: EndpointKey) -> u64 {
        self.rests.get(&key).map_or(0, |(until, _)| *until)
    }
}

/// Whether an endpoint's socket may be used, but for its rest.
fn may_tell(now: u64, chain: &Chain, lane: &Lane) -> bool {
    lane.endpoint().ws.is_some()
        && lane.ready()
        && !lane.is_dark()
        && lane.health().resting(now).is_none()
        && !chain.is_behind(now, lane.head(), 0)
}

/// An `eth_subscription` notification.
#[derive(Deserialize)]
struct Notification<'a> {
    #[serde(borrow)]
    params: Event<'a>,
}

#[derive(Deserialize)]
struct Event<'a> {
    subscription: String,
    #[serde(borrow)]
    result: &'a RawValue,
}

impl Guard {
    /// When something about the sockets is due, ms.
    pub(super) fn sockets_at(&self) -> Option<u64> {
        let late = self.sockets.open.values().filter_map(|s| s.due);
        let closed =
            self.lanes.chains().filter(|c| self.wants_socket(c.id()) && !self.sockets.open.contains_key(&c.id()));
        let rested = closed.flat_map(|c| c.lanes().iter().filter(|l| may_tell(self.now, c, l)));
        late.chain(rested.map(|l| self.sockets.rested_at(l.key()))).min()
    }

    fn wants_socket(&self, chain: u64) -> bool {
        self.lanes.has_line(chain) && self.permission && self.sticky.is_pushed(chain)
    }

    pub(super) fn tick_sockets(&mut self, now: u64) {
        let unwanted = |(chain, socket): (&u64, &Socket)| {
            let lane = self.lanes.chain(*chain).and_then(|c| c.lane(socket.key));
            let same = |l: &Lane| l.ready() && !l.is_dark() && l.endpoint().ws.as_ref() == Some(&socket.url);
            !self.wants_socket(*chain) || !lane.is_some_and(same)
        };
        let unwanted: Vec<u64> = self.sockets.open.iter().filter(|s| unwanted(*s)).map(|(id, _)| *id).collect();
        unwanted.into_iter().for_each(|chain| self.end_socket(now, chain));
        let late = |s: &Socket| s.due.is_some_and(|due| due <= now);
        let late: Vec<u64> = self.sockets.open.iter().filter(|(_, s)| late(s)).map(|(id, _)| *id).collect();
        late.into_iter().for_each(|chain| self.fail_socket(now, chain));
        for (chain, key, url) in self.new_sockets(now) {
            let id = self.number();
            self.out.push_back(Command::OpenSocket { socket: id, url: Secret::from(url.as_str()) });
            let socket = Socket { id, key, url, phase: Phase::Opening, due: Some(now + OPEN_MS), told: None };
            self.sockets.open.insert(chain, socket);
        }
    }

    /// For each chain that wants one and has none, the endpoint that answers soonest.
    fn new_sockets(&self, now: u64) -> Vec<(u64, EndpointKey, SocketUrl)> {
        let without = |c: &&Chain| self.wants_socket(c.id()) && !self.sockets.open.contains_key(&c.id());
        let best = |chain: &Chain| {
            let free = |l: &&Lane| may_tell(now, chain, l) && self.sockets.rested_at(l.key()) <= now;
            let lane = chain.lanes().iter().filter(free).min_by_key(|l| l.health().p50(crate::route::Weight::Light))?;
            Some((chain.id(), lane.key(), lane.endpoint().ws.clone()?))
        };
        self.lanes.chains().filter(without).filter_map(best).collect()
    }

    pub(super) fn socket_opened(&mut self, socket: u64) {
        self.socket_asks(socket, Phase::Checking, &jsonrpc::request(CHECK, "eth_chainId", "[]"));
    }

    fn socket_asks(&mut self, socket: u64, phase: Phase, text: &str) {
        if let Some(open) = self.sockets.open.values_mut().find(|s| s.id == socket) {
            open.phase = phase;
            self.out.push_back(Command::SocketSend { socket, text: text.to_owned() });
        }
    }

    /// A server said something. What is neither the answer that is waited for nor a block is no failure: servers
    /// send other things too.
    pub(super) fn socket_message(&mut self, now: u64, socket: u64, text: &str) {
        let Some(chain) = self.sockets.chain_of(socket) else { return };
        if text.len() > MAX_MESSAGE_BYTES {
            return self.fail_socket(now, chain);
        }
        let Some(open) = self.sockets.open.get(&chain) else { return };
        match &open.phase {
            Phase::Opening => {}
            Phase::Checking => match jsonrpc::reply(text.as_bytes(), CHECK) {
                Ok(Reply::Result(said)) if jsonrpc::chain_id(&said) == Some(chain) => {
                    let subscribe = jsonrpc::request(SUBSCRIBE, "eth_subscribe", r#"["newHeads"]"#);
                    self.socket_asks(socket, Phase::Subscribing, &subscribe);
                }
                Ok(_) => self.fail_socket(now, chain),
                Err(_) => {}
            },
            Phase::Subscribing => match jsonrpc::reply(text.as_bytes(), SUBSCRIBE) {
                Ok(Reply::Result(id)) => {
                    let id = serde_json::from_str::<String>(&id).unwrap_or(id);
                    let since = self.number();
                    if let Some(open) = self.sockets.open.get_mut(&chain) {
                        (open.phase, open.due) = (Phase::Live(id, since), None);
                    }
                    self.look_soon(now, chain);
                }
                Ok(Reply::Error(_)) => self.fail_socket(now, chain),
                Err(_) => {}
            },
            Phase::Live(id, _) => {
                let event = serde_json::from_str::<Notification<'_>>(text).ok().map(|n| n.params);
                let header = event.filter(|e| e.subscription == *id).and_then(|e| Header::read(e.result.get()));
                if let Some(header) = header {
                    self.told_by_socket(now, chain, header);
                }
            }
        }
    }

    fn told_by_socket(&mut self, now: u64, chain: u64, header: Header) {
        let Some(socket) = self.sockets.open.get_mut(&chain) else { return };
        let (key, number) = (socket.key, header.number);
        let believed = self.lanes.shown(now, now, LaneId { chain, key }, number);
        if !believed {
            return self.fail_socket(now, chain);
        }
        socket.told = socket.told.max(Some(number));
        socket.due = None;
        self.sockets.rests.remove(&key);
        self.save_soon(now);
        self.heard(now, chain, header);
        self.release_all(now, chain);
    }

    /// The newest block that a look has found: a socket that does not tell of it soon has fallen silent.
    pub(super) fn compare_socket(&mut self, now: u64, chain: u64, look: u64, number: u64) {
        let Some(socket) = self.sockets.open.get_mut(&chain) else { return };
        match (&socket.phase, socket.told) {
            (Phase::Live(_, since), None) if look > *since => socket.told = Some(number),
            (Phase::Live(..), Some(told)) if told < number => {
                socket.due.get_or_insert(now + LATE_MS);
            }
            _ => {}
        }
    }

    /// The server or the network ended it.
    pub(super) fn socket_closed(&mut self, now: u64, socket: u64) {
        if let Some(chain) = self.sockets.chain_of(socket) {
            self.fail_socket(now, chain);
        }
    }

    fn fail_socket(&mut self, now: u64, chain: u64) {
        let Some(key) = self.sockets.open.get(&chain).map(|s| s.key) else { return };
        let failed = self.sockets.rests.get(&key).map_or(0, |(_, failed)| *failed);
        let rest = (REST_MS << failed.min(10)).min(MAX_REST_MS);
        self.sockets.rests.insert(key, (now + rest, failed.saturating_add(1)));
        self.end_socket(now, chain);
    }

    fn end_socket(&mut self, now: u64, chain: u64) {
        let live = self.sockets.is_live(chain);
        let Some(socket) = self.sockets.open.remove(&chain) else { return };
        self.out.push_back(Command::CloseSocket { socket: socket.id });
        if live {
            self.look_soon(now, chain);
        }
    }
}
