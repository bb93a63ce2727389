//! What the follower asks of the lanes, and when. Every question is an ordinary race, so that a lane that is
//! dark, slow or behind costs time and loses nothing. What could not be had is asked again at the next look.

use std::collections::BTreeMap;

use super::canon::{Canon, Header, Want};
use super::doubt::Proof;
use super::item::{Item, Key, Kind, Step};
use super::{Sticky, text};
use crate::chains;
use crate::guard::Guard;
use crate::guard::requests::{Inside, Question};
use crate::jsonrpc::Reply;

/// Time between two looks at the newest block while an endpoint tells of new blocks by itself, ms: whether it still does.
const LOOK_AGAIN_MS: u64 = 15_000;

/// What an internal request is for.
#[derive(Debug, Clone)]
pub(super) enum Task {
    Latest { chain: u64 },
    Header { chain: u64, want: Want },
    Logs { key: Key, number: u64, hash: String },
    Range { key: Key, from: u64, to: u64 },
}

/// The newest blocks of one chain that has filters.
#[derive(Debug, Default)]
pub(super) struct Follow {
    pub(super) canon: Canon,
    /// The request for the newest block, when one is out.
    pub(super) looking: Option<u64>,
    /// The chain begins anew, and its newest block is not known yet.
    pub(super) reset: bool,
    /// A newer block was told of since that was asked.
    overtaken: bool,
    pub(super) next_look: u64,
    /// Headers that are on their way.
    wanted: BTreeMap<u64, Want>,
    /// A header could not be had: no more of this until the next look.
    stuck: bool,
    /// Whether headers are asked for by number; not when that has failed since the last look.
    guesses: bool,
    /// The best head of the chain at the last look.
    best: u64,
}

impl Follow {
    pub(super) fn may_look(&self) -> bool {
        self.looking.is_none()
    }
}

impl Guard {
    /// Chains whose newest block is to be looked at: subscriptions are told in time, and at once when a lane
    /// has shown a newer block in passing.
    pub(super) fn due_looks(&self, now: u64) -> Vec<u64> {
        let best = |id: &u64| self.chains.get(id).and_then(|c| c.heads.best()).unwrap_or(0);
        let newer = |id: &u64, f: &Follow| best(id) > f.canon.newest().map_or(f.best, |t| t.number.max(f.best));
        let due =
            |id: &u64, f: &Follow| f.may_look() && (now >= f.next_look || newer(id, f)) && self.sticky.is_pushed(*id);
        self.sticky.follows.iter().filter(|(id, f)| self.has_line(**id) && due(id, f)).map(|(id, _)| *id).collect()
    }

    /// Asks for the newest block, unless that is on its way.
    pub(super) fn look(&mut self, now: u64, chain: u64) {
        let best = self.chains.get(&chain).and_then(|c| c.heads.best()).unwrap_or(0);
        let follow = self.sticky.follows.entry(chain).or_default();
        if !follow.may_look() {
            return;
        }
        // A lane that is behind what the pages were told does not answer while another can.
        let tip = follow.canon.tip().map_or(0, |t| t.number);
        let pause = if self.sockets.is_live(chain) { LOOK_AGAIN_MS } else { chains::pace(chain).look_ms };
        (follow.best, follow.next_look, follow.stuck, follow.guesses) = (best, now + pause, false, true);
        follow.overtaken = false;
        let floor = self.sticky.items.values().filter(|i| i.chain == chain).map(Item::last).fold(tip, u64::max);
        let question = Question { chain, method: "eth_getBlockByNumber".into(), params: r#"["latest",false]"#.into() };
        let task = self.number();
        if let Some(follow) = self.sticky.follows.get_mut(&chain) {
            follow.looking = Some(task);
        }
        self.sticky.tasks.insert(task, Task::Latest { chain });
        self.ask_inside(now, question, Inside { task, floor, origin: String::new(), proof: Proof::Block });
    }

    /// The answer to an internal request.
    pub(super) fn arrived(&mut self, now: u64, id: u64, reply: Reply) {
        let Some(task) = self.sticky.tasks.remove(&id) else { return };
        let result = match &reply {
            Reply::Result(text) => Some(text.as_str()),
            Reply::Error(_) => None,
        };
        match task {
            Task::Latest { chain } => self.looked(now, chain, id, result.and_then(Header::read)),
            Task::Header { chain, want } => self.headed(now, chain, id, &want, result.and_then(Header::read)),
            Task::Logs { key, number, hash } => self.logged(now, &key, result, |item, canon, logs| {
                // The chain may have dropped the block meanwhile.
                match canon.at(number).filter(|h| h.hash == hash && item.next() == number) {
                    Some(header) => item.logs_of(header, logs),
                    None => return false,
                }
                true
            }),
            Task::Range { key, from, to } => {
                if result.is_none() {
                    self.sticky.items.get_mut(&key).into_iter().for_each(Item::too_wide);
                }
                self.logged(now, &key, result, |item, canon, logs| {
                    item.next() == from && item.logs_of_range(canon, to, logs)
                });
            }
        }
    }

    fn looked(&mut self, now: u64, chain: u64, id: u64, header: Option<Header>) {
        let Some(follow) = self.sticky.follows.get_mut(&chain) else { return };
        follow.looking = None;
        let Some(header) = header else { return self.fail_chain(now, chain) };
        self.compare_socket(now, chain, id, header.number);
        self.restart_at(chain, &header);
        self.offer(now, chain, header);
    }

    /// The newest block of a chain that was reset. What is not below it is dropped; where nothing below it is known,
    /// everything is.
    fn restart_at(&mut self, chain: u64, header: &Header) {
        let Sticky { items, follows, .. } = &mut self.sticky;
        let Some(follow) = follows.get_mut(&chain).filter(|f| f.reset) else { return };
        follow.reset = false;
        let known = follow.canon.cut(header);
        follow.best = header.number;
        for item in items.values_mut().filter(|i| i.chain == chain) {
            item.restart(known, header.number);
        }
    }

    fn offer(&mut self, now: u64, chain: u64, header: Header) {
        let Some(follow) = self.sticky.follows.get_mut(&chain) else { return };
        let newest = follow.canon.newest().map_or(0, |t| t.number);
        // What was asked before a newer block came knows nothing of a reorganisation between the two.
        if !follow.overtaken || header.number > newest {
            follow.canon.offer(header);
        }
        self.create_all(now, chain);
        self.pump(now, chain);
    }

    /// An endpoint tells of a block by itself. A newer one goes on from what is known; another one at a known height
    /// is looked into by asking, as when a lane shows it in passing: sockets tell of a reorganisation block by block.
    pub(in crate::guard) fn heard(&mut self, now: u64, chain: u64, header: Header) {
        let Some(follow) = self.sticky.follows.get_mut(&chain) else { return };
        let Some(tip) = follow.canon.newest() else { return };
        if header.number > tip.number {
            follow.overtaken = true;
            follow.stuck = false;
            self.offer(now, chain, header);
        } else if follow.canon.differs(header.number, &header.hash) {
            self.look(now, chain);
        }
    }

    /// No endpoint tells of new blocks any more.
    pub(in crate::guard) fn look_soon(&mut self, now: u64, chain: u64) {
        if let Some(follow) = self.sticky.follows.get_mut(&chain) {
            follow.next_look = follow.next_look.min(now);
        }
    }

    fn headed(&mut self, now: u64, chain: u64, task: u64, want: &Want, header: Option<Header>) {
        let Some(follow) = self.sticky.follows.get_mut(&chain) else { return };
        follow.wanted.remove(&task);
        let found = header.is_some_and(|h| follow.canon.found(want, h));
        if !found && want.hash.is_some() {
            follow.stuck = true;
            follow.canon.give_up();
            return self.fail_chain(now, chain);
        }
        follow.guesses &= found;
        self.pump(now, chain);
    }

    fn logged(
        &mut self,
        now: u64,
        key: &Key,
        result: Option<&str>,
        take: impl FnOnce(&mut Item, &Canon, Vec<text::Log>) -> bool,
    ) {
        let Some(mut item) = self.sticky.items.remove(key) else { return };
        item.asked = None;
        let chain = item.chain;
        let canon = self.sticky.follows.get(&chain).map(|f| &f.canon);
        let logs = result.and_then(text::logs);
        let failed = logs.is_none();
        if let (Some(canon), Some(logs)) = (canon, logs) {
            take(&mut item, canon, logs);
        }
        self.sticky.items.insert(key.clone(), item);
        if failed {
            return self.fail_item(now, key);
        }
        self.advance(now, key);
    }

    /// Goes on with everything that waits for headers of a chain.
    pub(super) fn pump(&mut self, now: u64, chain: u64) {
        let Sticky { items, follows, .. } = &mut self.sticky;
        let Some(follow) = follows.get_mut(&chain) else { return };
        if let Some(tip) = follow.canon.tip().map(|t| t.number) {
            let low = items.values().filter(|i| i.chain == chain).map(|i| i.low(tip)).min();
            follow.canon.reach(low.unwrap_or(tip));
        }
        if !follow.canon.is_whole() {
            return self.fetch_headers(now, chain);
        }
        for key in self.sticky.keys(chain) {
            self.advance(now, &key);
        }
        if let Some(follow) = self.sticky.follows.get_mut(&chain) {
            follow.canon.trim();
        }
    }

    fn fetch_headers(&mut self, now: u64, chain: u64) {
        let Some(follow) = self.sticky.follows.get(&chain).filter(|f| !f.stuck) else { return };
        let out = |want: &Want| {
            follow.wanted.values().any(|w| w.number == want.number && (want.hash.is_none() || *w == *want))
        };
        let wanted = |w: &Want| (follow.guesses || w.hash.is_some()) && !out(w);
        let wants: Vec<Want> = follow.canon.wants().into_iter().filter(wanted).collect();
        for want in wants {
            let (method, block) = match &want.hash {
                Some(hash) => ("eth_getBlockByHash", hash.clone()),
                None => ("eth_getBlockByNumber", format!("0x{:x}", want.number)),
            };
            let question = Question { chain, method: method.into(), params: format!(r#"["{block}",false]"#) };
            let task = self.number();
            if let Some(follow) = self.sticky.follows.get_mut(&chain) {
                follow.wanted.insert(task, want.clone());
            }
            self.sticky.tasks.insert(task, Task::Header { chain, want });
            self.ask_inside(now, question, Inside { task, floor: 0, origin: String::new(), proof: Proof::Block });
        }
    }

    /// Takes one item as far as it goes.
    pub(super) fn advance(&mut self, now: u64, key: &Key) {
        let Sticky { items, follows, .. } = &mut self.sticky;
        let Some(item) = items.get_mut(key).filter(|i| i.asked.is_none()) else { return };
        let Some(follow) = follows.get(&item.chain) else { return };
        let step = item.advance(&follow.canon);
        let chain = item.chain;
        self.tell(key, step == Step::Done);
        match step {
            Step::Logs { number, hash } => self.fetch_logs(now, key, chain, number, hash),
            Step::Range { from, to } => self.fetch_range(now, key, chain, from, to),
            // A block was taken back, and what is under it has to be compared.
            Step::Wait if self.sticky.follows.get(&chain).is_some_and(|f| f.canon.is_whole()) => self.pump(now, chain),
            Step::Done | Step::Wait => {}
        }
    }

    fn fetch_logs(&mut self, now: u64, key: &Key, chain: u64, number: u64, hash: String) {
        let header = self.sticky.follows.get(&chain).and_then(|f| f.canon.at(number));
        let Some(Kind::Logs(wanted)) = self.sticky.items.get(key).map(|i| &i.kind) else { return };
        let likely = header.is_some_and(|h| wanted.may_be_in(&h.bloom()));
        let params = wanted.of_block(&hash);
        let proof = Proof::Logs { number, hash: hash.clone(), likely };
        self.ask_logs(now, key, chain, params, proof, Task::Logs { key: key.clone(), number, hash });
    }

    fn fetch_range(&mut self, now: u64, key: &Key, chain: u64, from: u64, to: u64) {
        let Some(Kind::Logs(wanted)) = self.sticky.items.get(key).map(|i| &i.kind) else { return };
        let params = wanted.of_range(from, to);
        self.ask_logs(now, key, chain, params, Proof::Range { from, to }, Task::Range { key: key.clone(), from, to });
    }

    fn ask_logs(&mut self, now: u64, key: &Key, chain: u64, params: String, proof: Proof, task: Task) {
        let id = self.number();
        if let Some(item) = self.sticky.items.get_mut(key) {
            item.asked = Some(id);
        }
        self.sticky.tasks.insert(id, task);
        let origin = self.pages.get(&key.0).map(|p| p.origin.clone()).unwrap_or_default();
        let question = Question { chain, method: "eth_getLogs".into(), params };
        self.ask_inside(now, question, Inside { task: id, floor: 0, origin, proof });
    }
}
