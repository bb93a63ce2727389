//! What the follower asks the lanes, and when. Every question is an ordinary race, so a lane that is dark, slow or
//! behind costs time but loses nothing. A question that stays unanswered is asked again at the next look.

use super::canon::{Canon, Want};
use super::chain::{Follow, Task};
use super::item::{Feed, FeedKey, FeedKind, Step};
use super::state::Follower;
use super::wish::{Around, Wish};
use crate::answer::Question;
use crate::asks::{Inside, Proof};
use crate::blocks::{self, Header};
use crate::chains;
use crate::jsonrpc::Reply;

/// Time between two looks while an endpoint announces new blocks, ms. These looks check that it still does.
const LOOK_AGAIN_MS: u64 = 15_000;

impl Follower {
    /// Chains that need a look at their newest block: regularly for subscriptions, and at once when any answer of a
    /// lane has shown a newer block.
    pub(super) fn due_looks(&self, cx: &Around<'_>) -> Vec<u64> {
        let best = |id: &u64| cx.lanes.chain(*id).map_or(0, |c| c.best());
        let newer = |id: &u64, f: &Follow| best(id) > f.canon.newest().map_or(f.best, |t| t.number.max(f.best));
        let due = |id: &u64, f: &Follow| f.may_look() && (cx.now >= f.next_look || newer(id, f)) && self.is_pushed(*id);
        self.follows.iter().filter(|(id, f)| cx.lanes.has_line(**id) && due(id, f)).map(|(id, _)| *id).collect()
    }

    /// Asks for the newest block, unless such a request is in flight.
    pub(super) fn look(&mut self, cx: &mut Around<'_>, chain: u64) {
        let best = cx.lanes.chain(chain).map_or(0, |c| c.best());
        let follow = self.follows.entry(chain).or_default();
        if !follow.may_look() {
            return;
        }
        // A lane that is behind what pages were told does not answer while another one can.
        let tip = follow.canon.tip().map_or(0, |t| t.number);
        let pause = if self.sockets.is_live(chain) { LOOK_AGAIN_MS } else { chains::pace(chain).look_ms };
        (follow.best, follow.next_look, follow.stuck, follow.guesses) = (best, cx.now + pause, false, true);
        follow.overtaken = false;
        let floor = self.items.values().filter(|i| i.chain == chain).map(Feed::last).fold(tip, u64::max);
        let question = Question { chain, method: "eth_getBlockByNumber".into(), params: r#"["latest",false]"#.into() };
        let task = self.number();
        if let Some(follow) = self.follows.get_mut(&chain) {
            follow.looking = Some(task);
        }
        self.tasks.insert(task, Task::Latest { chain });
        self.wishes
            .push(Wish::Ask { question, inside: Inside { task, floor, origin: String::new(), proof: Proof::Block } });
    }

    /// The answer to an internal request.
    pub(super) fn arrived(&mut self, cx: &mut Around<'_>, id: u64, reply: Option<Reply>) {
        let Some(task) = self.tasks.remove(&id) else { return };
        let result = match &reply {
            Some(Reply::Result(text)) => Some(text.as_str()),
            Some(Reply::Error(_)) | None => None,
        };
        match task {
            Task::Latest { chain } => self.looked(cx, chain, id, result.and_then(Header::read)),
            Task::Header { chain, want } => self.headed(cx, chain, id, &want, result.and_then(Header::read)),
            Task::Logs { key, number, hash } => self.logged(cx, &key, result, |item, canon, logs| {
                // The chain may have dropped the block in the meantime.
                match canon.at(number).filter(|h| h.hash == hash && item.next() == number) {
                    Some(header) => item.logs_of(header, logs),
                    None => return false,
                }
                true
            }),
            Task::Range { key, from, to } => {
                if result.is_none() {
                    self.items.get_mut(&key).into_iter().for_each(Feed::too_wide);
                }
                self.logged(cx, &key, result, |item, canon, logs| {
                    item.next() == from && item.logs_of_range(canon, to, logs)
                });
            }
        }
    }

    fn looked(&mut self, cx: &mut Around<'_>, chain: u64, id: u64, header: Option<Header>) {
        let Some(follow) = self.follows.get_mut(&chain) else { return };
        follow.looking = None;
        let Some(header) = header else { return self.fail_chain(cx, chain) };
        self.compare_socket(cx, chain, id, header.number);
        self.restart_at(chain, &header);
        self.offer(cx, chain, header);
    }

    /// The newest block of a chain that was reset. Blocks that are not below it are dropped, or all blocks if none
    /// below it is known.
    fn restart_at(&mut self, chain: u64, header: &Header) {
        let Follower { items, follows, .. } = self;
        let Some(follow) = follows.get_mut(&chain).filter(|f| f.reset) else { return };
        follow.reset = false;
        let known = follow.canon.cut(header);
        follow.best = header.number;
        for item in items.values_mut().filter(|i| i.chain == chain) {
            item.restart(known, header.number);
        }
    }

    fn offer(&mut self, cx: &mut Around<'_>, chain: u64, header: Header) {
        let Some(follow) = self.follows.get_mut(&chain) else { return };
        let newest = follow.canon.newest().map_or(0, |t| t.number);
        // A request sent before a newer block arrived cannot show a reorganisation between the two.
        if !follow.overtaken || header.number > newest {
            follow.canon.offer(header);
        }
        self.create_all(cx, chain);
        self.pump(cx, chain);
    }

    /// An endpoint announces a block. A newer one continues the trunk. Another block at a known height triggers a look,
    /// as one in a lane's answer does, because sockets announce a reorganisation block by block.
    pub(super) fn heard(&mut self, cx: &mut Around<'_>, chain: u64, header: Header) {
        let Some(follow) = self.follows.get_mut(&chain) else { return };
        let Some(tip) = follow.canon.newest() else { return };
        if header.number > tip.number {
            follow.overtaken = true;
            follow.stuck = false;
            self.offer(cx, chain, header);
        } else if follow.canon.differs(header.number, &header.hash) {
            self.look(cx, chain);
        }
    }

    /// No endpoint announces new blocks any more. The next look is due now.
    pub(super) fn look_soon(&mut self, now: u64, chain: u64) {
        if let Some(follow) = self.follows.get_mut(&chain) {
            follow.next_look = follow.next_look.min(now);
        }
    }

    fn headed(&mut self, cx: &mut Around<'_>, chain: u64, task: u64, want: &Want, header: Option<Header>) {
        let Some(follow) = self.follows.get_mut(&chain) else { return };
        follow.wanted.remove(&task);
        let found = header.is_some_and(|h| follow.canon.found(want, h));
        if !found && want.hash.is_some() {
            follow.stuck = true;
            follow.canon.give_up();
            return self.fail_chain(cx, chain);
        }
        follow.guesses &= found;
        self.pump(cx, chain);
    }

    fn logged(
        &mut self,
        cx: &mut Around<'_>,
        key: &FeedKey,
        result: Option<&str>,
        take: impl FnOnce(&mut Feed, &Canon, Vec<blocks::Log>) -> bool,
    ) {
        let Some(mut item) = self.items.remove(key) else { return };
        item.asked = None;
        let chain = item.chain;
        let canon = self.follows.get(&chain).map(|f| &f.canon);
        let logs = result.and_then(blocks::logs);
        let failed = logs.is_none();
        if let (Some(canon), Some(logs)) = (canon, logs) {
            take(&mut item, canon, logs);
        }
        self.items.insert(key.clone(), item);
        if failed {
            return self.fail_item(cx, key);
        }
        self.advance(cx, key);
    }

    /// Continues everything that waits for headers of a chain.
    fn pump(&mut self, cx: &mut Around<'_>, chain: u64) {
        let Follower { items, follows, .. } = self;
        let Some(follow) = follows.get_mut(&chain) else { return };
        if let Some(tip) = follow.canon.tip().map(|t| t.number) {
            let low = items.values().filter(|i| i.chain == chain).map(|i| i.low(tip)).min();
            follow.canon.reach(low.unwrap_or(tip));
        }
        if !follow.canon.is_whole() {
            return self.fetch_headers(chain);
        }
        for key in self.keys(chain) {
            self.advance(cx, &key);
        }
        if let Some(follow) = self.follows.get_mut(&chain) {
            follow.canon.trim();
        }
    }

    fn fetch_headers(&mut self, chain: u64) {
        let Some(follow) = self.follows.get(&chain).filter(|f| !f.stuck) else { return };
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
            if let Some(follow) = self.follows.get_mut(&chain) {
                follow.wanted.insert(task, want.clone());
            }
            self.tasks.insert(task, Task::Header { chain, want });
            self.wishes.push(Wish::Ask {
                question,
                inside: Inside { task, floor: 0, origin: String::new(), proof: Proof::Block },
            });
        }
    }

    /// Advances one item as far as possible.
    pub(super) fn advance(&mut self, cx: &mut Around<'_>, key: &FeedKey) {
        let Follower { items, follows, .. } = self;
        let Some(item) = items.get_mut(key).filter(|i| i.asked.is_none()) else { return };
        let Some(follow) = follows.get(&item.chain) else { return };
        let step = item.advance(&follow.canon);
        let chain = item.chain;
        self.tell(cx, key, step == Step::Done);
        match step {
            Step::Logs { number, hash } => self.fetch_logs(cx, key, chain, number, hash),
            Step::Range { from, to } => self.fetch_range(cx, key, chain, from, to),
            // A block was removed, and the blocks under it must be compared.
            Step::Wait if self.follows.get(&chain).is_some_and(|f| f.canon.is_whole()) => self.pump(cx, chain),
            Step::Done | Step::Wait => {}
        }
    }

    fn fetch_logs(&mut self, cx: &mut Around<'_>, key: &FeedKey, chain: u64, number: u64, hash: String) {
        let header = self.follows.get(&chain).and_then(|f| f.canon.at(number));
        let Some(FeedKind::Logs(wanted)) = self.items.get(key).map(|i| &i.kind) else { return };
        let likely = header.is_some_and(|h| wanted.may_be_in(&h.bloom()));
        let params = wanted.of_block(&hash);
        let proof = Proof::Logs { number, hash: hash.clone(), likely };
        self.ask_logs(cx, key, chain, params, proof, Task::Logs { key: key.clone(), number, hash });
    }

    fn fetch_range(&mut self, cx: &mut Around<'_>, key: &FeedKey, chain: u64, from: u64, to: u64) {
        let Some(FeedKind::Logs(wanted)) = self.items.get(key).map(|i| &i.kind) else { return };
        let params = wanted.of_range(from, to);
        self.ask_logs(cx, key, chain, params, Proof::Range { from, to }, Task::Range { key: key.clone(), from, to });
    }

    fn ask_logs(&mut self, cx: &mut Around<'_>, key: &FeedKey, chain: u64, params: String, proof: Proof, task: Task) {
        let id = self.number();
        if let Some(item) = self.items.get_mut(key) {
            item.asked = Some(id);
        }
        self.tasks.insert(id, task);
        let origin = cx.pages.get(key.0).map(|p| p.origin().to_owned()).unwrap_or_default();
        let question = Question { chain, method: "eth_getLogs".into(), params };
        self.wishes.push(Wish::Ask { question, inside: Inside { task: id, floor: 0, origin, proof } });
    }
}
