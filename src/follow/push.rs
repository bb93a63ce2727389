//! New blocks by WebSocket: sockets open, announce blocks and end.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::socket::{FeedSocket, Phase};
use super::state::Follower;
use super::wish::{Around, Wish};
use crate::blocks::Header;
use crate::endpoint::{EndpointKey, LaneId, SocketUrl};
use crate::io::Command;
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Chain, Lane, Lanes};
use crate::route::Weight;
use crate::secret::Secret;

/// Longest time from opening a socket to its subscription, in ms.
const OPEN_MS: u64 = 10_000;
/// How many ms after a lane's answer a socket may announce the same block. A later one counts as silent.
const LATE_MS: u64 = 6_000;
/// Longest message that is read, in bytes. A header has one or two thousand.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Ids of the two requests on each socket.
const CHECK: u64 = 1;
const SUBSCRIBE: u64 = 2;

/// Whether an endpoint's socket may be used, apart from its pauses.
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
    params: Announcement<'a>,
}

#[derive(Deserialize)]
struct Announcement<'a> {
    subscription: String,
    #[serde(borrow)]
    result: &'a RawValue,
}

impl Follower {
    /// When something about the sockets is due, in ms.
    pub(super) fn sockets_wake(&self, now: u64, lanes: &Lanes, permission: bool) -> Option<u64> {
        let late = self.sockets.open.values().filter_map(|s| s.due);
        let closed = lanes.chains().filter(|c| self.lacks_socket(lanes, permission, c.id()));
        let rested = closed.flat_map(|c| c.lanes().iter().filter(move |l| may_tell(now, c, l)));
        late.chain(rested.map(|l| self.sockets.rested_at(l.key()))).min()
    }

    fn wants_socket(&self, lanes: &Lanes, permission: bool, chain: u64) -> bool {
        lanes.has_line(chain) && permission && self.is_pushed(chain)
    }

    fn lacks_socket(&self, lanes: &Lanes, permission: bool, chain: u64) -> bool {
        self.wants_socket(lanes, permission, chain) && !self.sockets.open.contains_key(&chain)
    }

    /// Closes sockets that are not needed or have fallen silent, and opens those that are needed.
    pub(crate) fn tick_sockets(&mut self, cx: &mut Around<'_>) {
        let unwanted = |(chain, socket): (&u64, &FeedSocket)| {
            let lane = cx.lanes.chain(*chain).and_then(|c| c.lane(socket.key));
            let same = |l: &Lane| l.ready() && !l.is_dark() && l.endpoint().ws.as_ref() == Some(&socket.url);
            !self.wants_socket(cx.lanes, cx.choice.is_permitted(), *chain) || !lane.is_some_and(same)
        };
        let unwanted: Vec<u64> = self.sockets.open.iter().filter(|s| unwanted(*s)).map(|(id, _)| *id).collect();
        unwanted.into_iter().for_each(|chain| self.end_socket(cx, chain));
        let late = |s: &FeedSocket| s.due.is_some_and(|due| due <= cx.now);
        let late: Vec<u64> = self.sockets.open.iter().filter(|(_, s)| late(s)).map(|(id, _)| *id).collect();
        late.into_iter().for_each(|chain| self.fail_socket(cx, chain));
        for (chain, key, url) in self.new_sockets(cx) {
            let id = self.number();
            self.send(Command::OpenSocket { socket: id, url: Secret::from(url.as_str()) });
            let socket = FeedSocket { id, key, url, phase: Phase::Opening, due: Some(cx.now + OPEN_MS), told: None };
            self.sockets.open.insert(chain, socket);
        }
    }

    /// For each chain that needs a socket and has none, the fastest endpoint.
    fn new_sockets(&self, cx: &Around<'_>) -> Vec<(u64, EndpointKey, SocketUrl)> {
        let without = |c: &&Chain| self.lacks_socket(cx.lanes, cx.choice.is_permitted(), c.id());
        let best = |chain: &Chain| {
            let free = |l: &&Lane| may_tell(cx.now, chain, l) && self.sockets.rested_at(l.key()) <= cx.now;
            let lane = chain.lanes().iter().filter(free).min_by_key(|l| l.health().p50(Weight::Light))?;
            Some((chain.id(), lane.key(), lane.endpoint().ws.clone()?))
        };
        cx.lanes.chains().filter(without).filter_map(best).collect()
    }

    pub(crate) fn socket_opened(&mut self, socket: u64) {
        self.socket_asks(socket, Phase::Checking, &jsonrpc::request(CHECK, "eth_chainId", "[]"));
    }

    fn socket_asks(&mut self, socket: u64, phase: Phase, text: &str) {
        if let Some(open) = self.sockets.open.values_mut().find(|s| s.id == socket) {
            open.phase = phase;
            self.send(Command::SocketSend { socket, text: text.to_owned() });
        }
    }

    /// A server sent a message. One that is neither the expected answer nor a block is no failure, because servers
    /// send other messages too.
    pub(crate) fn socket_message(&mut self, cx: &mut Around<'_>, socket: u64, text: &str) {
        let Some(chain) = self.sockets.chain_of(socket) else { return };
        if text.len() > MAX_MESSAGE_BYTES {
            return self.fail_socket(cx, chain);
        }
        let Some(open) = self.sockets.open.get(&chain) else { return };
        match &open.phase {
            Phase::Opening => {}
            Phase::Checking => match jsonrpc::reply(text.as_bytes(), CHECK) {
                Ok(Reply::Result(said)) if jsonrpc::chain_id(&said) == Some(chain) => {
                    let subscribe = jsonrpc::request(SUBSCRIBE, "eth_subscribe", r#"["newHeads"]"#);
                    self.socket_asks(socket, Phase::Subscribing, &subscribe);
                }
                Ok(_) => self.fail_socket(cx, chain),
                Err(_) => {}
            },
            Phase::Subscribing => match jsonrpc::reply(text.as_bytes(), SUBSCRIBE) {
                Ok(Reply::Result(id)) => {
                    let id = serde_json::from_str::<String>(&id).unwrap_or(id);
                    let since = self.number();
                    if let Some(open) = self.sockets.open.get_mut(&chain) {
                        (open.phase, open.due) = (Phase::Live(id, since), None);
                    }
                    self.look_soon(cx.now, chain);
                }
                Ok(Reply::Error(_)) => self.fail_socket(cx, chain),
                Err(_) => {}
            },
            Phase::Live(id, _) => {
                let event = serde_json::from_str::<Notification<'_>>(text).ok().map(|n| n.params);
                let header = event.filter(|e| e.subscription == *id).and_then(|e| Header::read(e.result.get()));
                if let Some(header) = header {
                    self.told_by_socket(cx, chain, header);
                }
            }
        }
    }

    fn told_by_socket(&mut self, cx: &mut Around<'_>, chain: u64, header: Header) {
        let Some(socket) = self.sockets.open.get_mut(&chain) else { return };
        let (key, number) = (socket.key, header.number);
        let believed = cx.lanes.shown(cx.now, cx.now, LaneId { chain, key }, number);
        if !believed {
            return self.fail_socket(cx, chain);
        }
        socket.told = socket.told.max(Some(number));
        socket.due = None;
        self.sockets.works(key);
        self.wishes.push(Wish::Save);
        self.heard(cx, chain, header);
        self.wishes.push(Wish::Warmer(chain));
    }

    /// A look has found this newest block. A socket that does not announce it soon has fallen silent.
    pub(super) fn compare_socket(&mut self, cx: &Around<'_>, chain: u64, look: u64, number: u64) {
        let Some(socket) = self.sockets.open.get_mut(&chain) else { return };
        match (&socket.phase, socket.told) {
            (Phase::Live(_, since), None) if look > *since => socket.told = Some(number),
            (Phase::Live(..), Some(told)) if told < number => {
                socket.due.get_or_insert(cx.now + LATE_MS);
            }
            _ => {}
        }
    }

    /// The server or the network closed it.
    pub(crate) fn socket_closed(&mut self, cx: &mut Around<'_>, socket: u64) {
        if let Some(chain) = self.sockets.chain_of(socket) {
            self.fail_socket(cx, chain);
        }
    }

    fn fail_socket(&mut self, cx: &mut Around<'_>, chain: u64) {
        let Some(key) = self.sockets.open.get(&chain).map(|s| s.key) else { return };
        self.sockets.rest(cx.now, key);
        self.end_socket(cx, chain);
    }

    fn end_socket(&mut self, cx: &mut Around<'_>, chain: u64) {
        let live = self.sockets.is_live(chain);
        let Some(socket) = self.sockets.open.remove(&chain) else { return };
        self.send(Command::CloseSocket { socket: socket.id });
        if live {
            self.look_soon(cx.now, chain);
        }
    }
}
