//! The eight methods of filters and subscriptions, and how a page's own go on after the core was restarted.
//! Sources: <https://ethereum.org/en/developers/docs/apis/json-rpc/#eth_newfilter> and, for subscriptions,
//! EIP-1193 and <https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub>.

use serde_json::value::RawValue;
use sha3::{Digest as _, Keccak256};

use super::Sticky;
use super::criteria::Criteria;
use super::item::{Item, Key, Kind};
use crate::guard::Guard;
use crate::guard::requests::{Asker, MARGIN_MS, Question};
use crate::io::ClientId;
use crate::jsonrpc::{Reply, RpcError};
use crate::protocol::{BlockEvents, CoreToPage, KEPT_BLOCKS, LIMIT, MAX_PARAMS_BYTES, MAX_STICKY, MAX_STICKY_ORIGIN};
use crate::route::{STICKY_ENDS, STICKY_MAKES};

/// A filter that no page asks is dropped after this, ms, as nodes do.
const IDLE_MS: u64 = 300_000;
/// JSON-RPC: what the parameters say cannot be.
const INVALID: i64 = -32602;
/// What nodes answer for a filter they have not got.
const NOT_FOUND: i64 = -32000;
/// JSON-RPC internal error: no lane answered.
const FAILED: i64 = -32603;

/// A filter or subscription that waits for the block it begins after.
#[derive(Debug)]
pub(super) struct Creation {
    pub(super) client: ClientId,
    pub(super) chain: u64,
    /// When the page is told that it cannot be made, ms.
    pub(super) due: u64,
    id: u64,
    wallet: bool,
    method: String,
    kind: Kind,
    push: bool,
}

/// What a page wants made.
enum Wanted {
    Made(Kind, bool),
    /// Not a thing the lanes can offer honestly: pending transactions differ from node to node.
    NotOurs,
    Wrong(&'static str),
}

fn wanted(method: &str, params: &str) -> Wanted {
    let items: Vec<&RawValue> = match params {
        "" => Vec::new(),
        text => match serde_json::from_str(text) {
            Ok(items) => items,
            Err(_) => return Wanted::Wrong("params is not a list"),
        },
    };
    let text = |at: usize| items.get(at).map_or("{}", |raw| raw.get());
    let logs = |at: usize, push: bool| match Criteria::read(text(at)) {
        Ok(criteria) => Wanted::Made(Kind::Logs(criteria), push),
        Err(why) => Wanted::Wrong(why),
    };
    match (method, text(0)) {
        ("eth_newBlockFilter", _) => Wanted::Made(Kind::Blocks, false),
        ("eth_newFilter", _) => logs(0, false),
        ("eth_subscribe", "\"newHeads\"") => Wanted::Made(Kind::Blocks, true),
        ("eth_subscribe", "\"logs\"") => logs(1, true),
        _ => Wanted::NotOurs,
    }
}

impl Guard {
    /// A request of class `sticky`. `guarded`: the core has lanes for its chain.
    pub(in crate::guard) fn sticky(&mut self, now: u64, question: &Question, asker: Asker, guarded: bool) {
        let Asker::Page { client, id, wallet } = asker else { return self.not_ours(asker, question) };
        let name = serde_json::from_str::<Vec<String>>(&question.params).unwrap_or_default().into_iter().next();
        let key: Key = (client, name.unwrap_or_default());
        self.drop_idle(now, client);
        match question.method.as_str() {
            method if guarded && STICKY_MAKES.contains(&method) => match wanted(&question.method, &question.params) {
                Wanted::Made(kind, push) => self.create(now, question, (client, id, wallet), kind, push),
                Wanted::NotOurs => self.not_ours(asker, question),
                Wanted::Wrong(why) => self.refuse_sticky(client, id, INVALID, &format!("Breakwater: {why}.")),
            },
            "eth_getFilterChanges" | "eth_getFilterLogs" | "eth_uninstallFilter" | "eth_unsubscribe"
                if self.sticky.items.contains_key(&key) =>
            {
                self.of_item(now, question, key, id);
            }
            "eth_uninstallFilter" if !wallet => self.reply(asker, question.chain, Reply::Result("false".into())),
            "eth_getFilterChanges" | "eth_getFilterLogs" | "eth_unsubscribe" if !wallet => {
                self.refuse_sticky(client, id, NOT_FOUND, "filter not found");
            }
            _ => self.not_ours(asker, question),
        }
    }

    fn create(
        &mut self,
        now: u64,
        question: &Question,
        (client, id, wallet): (ClientId, u64, bool),
        kind: Kind,
        push: bool,
    ) {
        if !self.has_sticky_room(client) {
            return self.refuse_sticky(
                client,
                id,
                LIMIT,
                "Breakwater: too many filters and subscriptions on this page.",
            );
        }
        let (chain, method) = (question.chain, question.method.clone());
        self.sticky.creations.push(Creation { client, chain, due: self.due(now), id, wallet, method, kind, push });
        self.look(now, chain);
    }

    /// Whether a document, and its origin, may have one more.
    fn has_sticky_room(&self, client: ClientId) -> bool {
        let Sticky { items, creations, .. } = &self.sticky;
        let all = || items.keys().map(|(c, _)| *c).chain(creations.iter().map(|c| c.client));
        let share = |client: ClientId| self.pages.get(&client).map(|page| page.load.share);
        all().filter(|c| *c == client).count() < MAX_STICKY
            && all().filter(|c| share(*c) == share(client)).count() < MAX_STICKY_ORIGIN
    }

    fn of_item(&mut self, now: u64, question: &Question, key: Key, id: u64) {
        let due = self.due(now);
        let Some(item) = self.sticky.items.get_mut(&key) else { return };
        item.used = now;
        match question.method.as_str() {
            "eth_getFilterChanges" if !item.push => {
                item.calls.push((id, due));
                let chain = item.chain;
                self.look(now, chain);
            }
            "eth_getFilterLogs" => match &item.kind {
                Kind::Logs(criteria) => {
                    let params = format!("[{}]", criteria.text);
                    let question = Question { chain: item.chain, method: "eth_getLogs".into(), params };
                    // The wallet does not know the filter.
                    self.ask(now, question, Asker::Page { client: key.0, id, wallet: false });
                }
                Kind::Blocks => self.refuse_sticky(key.0, id, NOT_FOUND, "filter not found"),
            },
            method if STICKY_ENDS.contains(&method) => {
                self.sticky.items.remove(&key);
                self.prune_sticky(now);
                self.post(key.0, CoreToPage::Answer { id, result: "true".into() });
            }
            _ => self.refuse_sticky(key.0, id, NOT_FOUND, "filter not found"),
        }
    }

    /// The newest block is known: what waited for it begins after it.
    pub(super) fn create_all(&mut self, now: u64, chain: u64) {
        let Some(tip) = self.sticky.follows.get(&chain).and_then(|f| f.canon.newest()) else { return };
        let (number, hash) = (tip.number, tip.hash.clone());
        let (ready, rest) = std::mem::take(&mut self.sticky.creations).into_iter().partition(|c| c.chain == chain);
        self.sticky.creations = rest;
        let ready: Vec<Creation> = ready;
        for Creation { client, chain, id, kind, push, .. } in ready {
            if !self.pages.contains_key(&client) {
                continue;
            }
            // What the page has been shown already is not new to it, even when all lanes have fallen back.
            let shown = self.floor_of(now, client, chain);
            let hash = if shown > number { String::new() } else { hash.clone() };
            let block = BlockEvents { number: number.max(shown), hash, removed: false, results: Vec::new() };
            let subscription = self.sticky_id(client);
            self.sticky
                .items
                .insert((client, subscription.clone()), Item::new(now, chain, kind, push, vec![block.clone()]));
            self.post(client, CoreToPage::Created { id, subscription, block });
        }
    }

    /// Ids look like those of nodes. Another page's are of no use: they are looked up with the page's own number.
    fn sticky_id(&mut self, client: ClientId) -> String {
        let number = self.number();
        let mut hash = Keccak256::new();
        hash.update(self.sticky.seed.to_be_bytes());
        hash.update(client.to_be_bytes());
        hash.update(number.to_be_bytes());
        format!("0x{}", hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect::<String>())
    }

    /// What an earlier life of the core served goes on. What is not of the known form is dropped.
    pub(in crate::guard) fn resume(
        &mut self,
        now: u64,
        client: ClientId,
        chain: u64,
        subscription: String,
        made: (&str, &str),
        blocks: Vec<BlockEvents>,
    ) {
        let id_like = subscription.len() <= 66
            && subscription.strip_prefix("0x").is_some_and(|d| d.bytes().all(|c| c.is_ascii_hexdigit()));
        let bytes: usize = blocks.iter().flat_map(|b| &b.results).map(String::len).sum();
        let in_order =
            blocks.is_sorted_by(|a, b| a.number < b.number) && blocks.iter().all(|b| !b.removed && b.number < 1 << 53);
        let sound = id_like
            && in_order
            && !blocks.is_empty()
            && blocks.len() <= KEPT_BLOCKS
            && bytes + made.1.len() <= MAX_PARAMS_BYTES;
        let guarded = self.guards(client, chain);
        let room = self.has_sticky_room(client);
        if let (true, Wanted::Made(kind, push)) = (sound && guarded && room, wanted(made.0, made.1)) {
            self.sticky.items.insert((client, subscription), Item::new(now, chain, kind, push, blocks));
            self.sticky.follows.entry(chain).or_default();
        }
    }

    /// The page no longer waits for a creation or for changes; changes stay for its next call.
    pub(in crate::guard) fn leave_sticky(&mut self, now: u64, client: ClientId, wanted: u64) {
        self.sticky.creations.retain(|c| c.client != client || c.id != wanted);
        for item in self.sticky.items.iter_mut().filter(|((c, _), _)| *c == client).map(|(_, item)| item) {
            item.calls.retain(|(id, _)| *id != wanted);
        }
        self.prune_sticky(now);
    }

    fn drop_idle(&mut self, now: u64, client: ClientId) {
        let before = self.sticky.items.len();
        self.sticky.items.retain(|(c, _), item| *c != client || item.push || item.used + IDLE_MS > now);
        if self.sticky.items.len() != before {
            self.prune_sticky(now);
        }
    }

    /// The newest block or a header could not be had: nothing of this chain goes on until the next look.
    pub(super) fn fail_chain(&mut self, now: u64, chain: u64) {
        self.fail_creations(now, |c| c.chain == chain);
        for key in self.sticky.keys(chain) {
            self.fail_item(now, &key);
        }
    }

    /// Whoever waits gets what is there, or learns that nothing could be had; the next call gets it all.
    pub(super) fn fail_item(&mut self, _now: u64, key: &Key) {
        let Some(item) = self.sticky.items.get_mut(key) else { return };
        if !item.news.is_empty() {
            return self.tell(key, true);
        }
        for (id, _) in std::mem::take(&mut item.calls) {
            self.refuse_sticky(key.0, id, FAILED, "Breakwater: no endpoint could answer (eth_getFilterChanges).");
        }
    }

    /// Calls and creations whose time is over.
    pub(super) fn end_late(&mut self, now: u64) {
        self.fail_creations(now, |c| c.due <= now);
        let late = |item: &Item| item.calls.iter().any(|(_, due)| *due <= now);
        let keys: Vec<Key> = self.sticky.items.iter().filter(|(_, i)| late(i)).map(|(key, _)| key.clone()).collect();
        keys.iter().for_each(|key| self.fail_item(now, key));
    }

    /// Whoever waits for a chain that its site may no longer use learns that nothing comes.
    pub(in crate::guard) fn end_withdrawn(&mut self, now: u64) {
        let lost = |c: &Creation| !self.may_use(c.client, c.chain);
        let ids: Vec<(ClientId, u64)> =
            self.sticky.creations.iter().filter(|c| lost(c)).map(|c| (c.client, c.id)).collect();
        self.fail_creations(now, |c| ids.contains(&(c.client, c.id)));
        let items = self.sticky.items.iter().filter(|((client, _), item)| !self.may_use(*client, item.chain));
        let keys: Vec<Key> = items.map(|(key, _)| key.clone()).collect();
        for key in &keys {
            self.sticky.items.get_mut(key).into_iter().for_each(|item| item.news.clear());
            self.fail_item(now, key);
        }
        self.sticky.items.retain(|key, _| !keys.contains(key));
        self.prune_sticky(now);
    }

    fn fail_creations(&mut self, now: u64, gone: impl Fn(&Creation) -> bool) {
        let failed: Vec<Creation> = self.sticky.creations.extract_if(.., |c| gone(c)).collect();
        if failed.is_empty() {
            return;
        }
        for Creation { client, id, wallet, method, .. } in failed {
            if wallet {
                self.post(client, CoreToPage::UseWallet { id });
            } else {
                self.refuse_sticky(client, id, FAILED, &format!("Breakwater: no endpoint could answer ({method})."));
            }
        }
        self.prune_sticky(now);
    }

    fn due(&self, now: u64) -> u64 {
        let deadline = self.settings.deadline_ms;
        now + deadline - MARGIN_MS.min(deadline / 10)
    }

    fn refuse_sticky(&mut self, client: ClientId, id: u64, code: i64, message: &str) {
        let RpcError { code, message, data } = RpcError { code, message: message.to_owned(), data: None };
        self.post(client, CoreToPage::Error { id, code, message, data });
    }
}
