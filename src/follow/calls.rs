//! The eight methods of filters and subscriptions, and how a page's filters continue after a restart of the core.
//! Sources: <https://ethereum.org/en/developers/docs/apis/json-rpc/#eth_newfilter> and, for subscriptions,
//! EIP-1193 and <https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub>.

use serde_json::value::RawValue;
use sha3::{Digest as _, Keccak256};

use super::criteria::Criteria;
use super::item::{Creation, Feed, FeedKey, FeedKind};
use super::state::Follower;
use super::wish::{Around, Wish};
use crate::answer::{Answer, Question, Refusal};
use crate::asks::Asker;
use crate::io::ClientId;
use crate::pages::Page;
use crate::protocol::{BlockEvents, CoreToPage, KEPT_BLOCKS, MAX_PARAMS_BYTES, MAX_STICKY, MAX_STICKY_ORIGIN};
use crate::route::{STICKY_ENDS, STICKY_MAKES};

/// A filter that no page polls is dropped after this many ms, as nodes do.
const IDLE_MS: u64 = 300_000;
/// What a page wants to create.
enum NewFeed {
    Made(FeedKind, bool),
    /// Lanes cannot offer this honestly: pending transactions differ from node to node.
    NotOurs,
    Wrong(&'static str),
}

fn wanted(method: &str, params: &str) -> NewFeed {
    let items: Vec<&RawValue> = match params {
        "" => Vec::new(),
        text => match serde_json::from_str(text) {
            Ok(items) => items,
            Err(_) => return NewFeed::Wrong("params is not a list"),
        },
    };
    let text = |at: usize| items.get(at).map_or("{}", |raw| raw.get());
    let logs = |at: usize, push: bool| match Criteria::read(text(at)) {
        Ok(criteria) => NewFeed::Made(FeedKind::Logs(criteria), push),
        Err(why) => NewFeed::Wrong(why),
    };
    match (method, text(0)) {
        ("eth_newBlockFilter", _) => NewFeed::Made(FeedKind::Blocks, false),
        ("eth_newFilter", _) => logs(0, false),
        ("eth_subscribe", "\"newHeads\"") => NewFeed::Made(FeedKind::Blocks, true),
        ("eth_subscribe", "\"logs\"") => logs(1, true),
        _ => NewFeed::NotOurs,
    }
}

impl Follower {
    /// A request of class `sticky`. `guarded`: the core has lanes for its chain.
    pub(crate) fn ask(&mut self, cx: &mut Around<'_>, question: &Question, asker: Asker, guarded: bool) {
        let Asker::Page { client, id, wallet } = asker else { return self.not_ours(asker, question) };
        let name = serde_json::from_str::<Vec<String>>(&question.params).unwrap_or_default().into_iter().next();
        let key: FeedKey = (client, name.unwrap_or_default());
        self.drop_idle(cx, client);
        match question.method.as_str() {
            method if guarded && STICKY_MAKES.contains(&method) => match wanted(method, &question.params) {
                NewFeed::Made(kind, push) => self.create(cx, question, (client, id, wallet), kind, push),
                NewFeed::NotOurs => self.not_ours(asker, question),
                NewFeed::Wrong(why) => self.fail(client, id, &Refusal::BadFilter(why)),
            },
            "eth_getFilterChanges" | "eth_getFilterLogs" | "eth_uninstallFilter" | "eth_unsubscribe"
                if self.items.contains_key(&key) =>
            {
                self.of_item(cx, question, key, id);
            }
            "eth_uninstallFilter" if !wallet => self.wishes.push(Wish::Give { asker, answer: Answer::result("false") }),
            "eth_getFilterChanges" | "eth_getFilterLogs" | "eth_unsubscribe" if !wallet => {
                self.fail(client, id, &Refusal::NoFilter);
            }
            _ => self.not_ours(asker, question),
        }
    }

    /// No lane may be asked. The asker's wallet answers, or nobody does.
    fn not_ours(&mut self, asker: Asker, question: &Question) {
        self.wishes.push(Wish::NotOurs { question: question.clone(), asker });
    }

    fn create(
        &mut self,
        cx: &mut Around<'_>,
        question: &Question,
        (client, id, wallet): (ClientId, u64, bool),
        kind: FeedKind,
        push: bool,
    ) {
        if !self.has_room(cx, client) {
            return self.fail(client, id, &Refusal::TooManyFilters);
        }
        let (chain, method) = (question.chain, question.method.clone());
        self.creations.push(Creation { client, chain, due: Self::due(cx), id, wallet, method, kind, push });
        self.look(cx, chain);
    }

    /// Whether a document and its origin may have one more.
    fn has_room(&self, cx: &Around<'_>, client: ClientId) -> bool {
        let Follower { items, creations, .. } = self;
        let all = || items.keys().map(|(c, _)| *c).chain(creations.iter().map(|c| c.client));
        let share = |client: ClientId| cx.pages.get(client).map(Page::share);
        all().filter(|c| *c == client).count() < MAX_STICKY
            && all().filter(|c| share(*c) == share(client)).count() < MAX_STICKY_ORIGIN
    }

    fn of_item(&mut self, cx: &mut Around<'_>, question: &Question, key: FeedKey, id: u64) {
        let due = Self::due(cx);
        let Some(item) = self.items.get_mut(&key) else { return };
        item.used = cx.now;
        match question.method.as_str() {
            "eth_getFilterChanges" if !item.push => {
                item.calls.push((id, due));
                let chain = item.chain;
                self.look(cx, chain);
            }
            "eth_getFilterLogs" => match &item.kind {
                FeedKind::Logs(criteria) => {
                    let params = format!("[{}]", criteria.text);
                    let question = Question { chain: item.chain, method: "eth_getLogs".into(), params };
                    // The wallet does not know the filter.
                    let asker = Asker::Page { client: key.0, id, wallet: false };
                    self.wishes.push(Wish::Read { question, asker });
                }
                FeedKind::Blocks => self.fail(key.0, id, &Refusal::NoFilter),
            },
            method if STICKY_ENDS.contains(&method) => {
                self.items.remove(&key);
                self.prune(cx);
                self.post(key.0, CoreToPage::Answer { id, result: "true".into() });
            }
            _ => self.fail(key.0, id, &Refusal::NoFilter),
        }
    }

    /// The newest block is known. Filters that waited for it begin after it.
    pub(super) fn create_all(&mut self, cx: &mut Around<'_>, chain: u64) {
        let Some(tip) = self.follows.get(&chain).and_then(|f| f.canon.newest()) else { return };
        let (number, hash) = (tip.number, tip.hash.clone());
        let (ready, rest) = std::mem::take(&mut self.creations).into_iter().partition(|c| c.chain == chain);
        self.creations = rest;
        let ready: Vec<Creation> = ready;
        for Creation { client, chain, id, kind, push, .. } in ready {
            if !cx.pages.contains(client) {
                continue;
            }
            // Blocks the page has already been shown are not new to it, even if all lanes have gone back.
            let shown = cx.floor(client, chain);
            let hash = if shown > number { String::new() } else { hash.clone() };
            let block = BlockEvents { number: number.max(shown), hash, removed: false, results: Vec::new() };
            let subscription = self.name(client);
            self.items
                .insert((client, subscription.clone()), Feed::new(cx.now, chain, kind, push, vec![block.clone()]));
            self.post(client, CoreToPage::Created { id, subscription, block });
        }
    }

    /// Ids look like those of nodes. Another page's id is useless, because ids are looked up with the page's own
    /// number.
    fn name(&mut self, client: ClientId) -> String {
        let number = self.number();
        let mut hash = Keccak256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(client.to_be_bytes());
        hash.update(number.to_be_bytes());
        format!("0x{}", hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect::<String>())
    }

    /// Continues a filter that an earlier life of the core served. Invalid requests are dropped.
    pub(crate) fn resume(
        &mut self,
        cx: &mut Around<'_>,
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
        let guarded = cx.may_use(client, chain) && cx.is_guarded(chain);
        let room = self.has_room(cx, client);
        if let (true, NewFeed::Made(kind, push)) = (sound && guarded && room, wanted(made.0, made.1)) {
            self.items.insert((client, subscription), Feed::new(cx.now, chain, kind, push, blocks));
            self.follows.entry(chain).or_default();
        }
    }

    /// The page no longer waits for a creation or for changes. The changes are kept for its next call.
    pub(crate) fn leave(&mut self, cx: &mut Around<'_>, client: ClientId, wanted: u64) {
        self.creations.retain(|c| c.client != client || c.id != wanted);
        for item in self.items.iter_mut().filter(|((c, _), _)| *c == client).map(|(_, item)| item) {
            item.calls.retain(|(id, _)| *id != wanted);
        }
        self.prune(cx);
    }

    fn drop_idle(&mut self, cx: &mut Around<'_>, client: ClientId) {
        let before = self.items.len();
        self.items.retain(|(c, _), item| *c != client || item.push || item.used + IDLE_MS > cx.now);
        if self.items.len() != before {
            self.prune(cx);
        }
    }

    /// The newest block or a header could not be read. Nothing on this chain continues until the next look.
    pub(super) fn fail_chain(&mut self, cx: &mut Around<'_>, chain: u64) {
        self.fail_creations(cx, |c| c.chain == chain);
        for key in self.keys(chain) {
            self.fail_item(cx, &key);
        }
    }

    /// Waiting calls get the news that is there, or an error if there is none. The next call gets everything.
    pub(super) fn fail_item(&mut self, cx: &mut Around<'_>, key: &FeedKey) {
        let Some(item) = self.items.get_mut(key) else { return };
        if !item.news.is_empty() {
            return self.tell(cx, key, true);
        }
        for (id, _) in std::mem::take(&mut item.calls) {
            self.fail(key.0, id, &Refusal::unanswered("eth_getFilterChanges"));
        }
    }

    /// Ends calls and creations whose time is over.
    pub(super) fn end_late(&mut self, cx: &mut Around<'_>) {
        let now = cx.now;
        self.fail_creations(cx, |c| c.due <= now);
        let late = |item: &Feed| item.calls.iter().any(|(_, due)| *due <= now);
        let keys: Vec<FeedKey> = self.items.iter().filter(|(_, i)| late(i)).map(|(key, _)| key.clone()).collect();
        keys.iter().for_each(|key| self.fail_item(cx, key));
    }

    /// Answers calls for a chain that their site may no longer use.
    pub(crate) fn end_withdrawn(&mut self, cx: &mut Around<'_>) {
        let lost = |c: &Creation| !cx.may_use(c.client, c.chain);
        let ids: Vec<(ClientId, u64)> = self.creations.iter().filter(|c| lost(c)).map(|c| (c.client, c.id)).collect();
        self.fail_creations(cx, |c| ids.contains(&(c.client, c.id)));
        let items = self.items.iter().filter(|((client, _), item)| !cx.may_use(*client, item.chain));
        let keys: Vec<FeedKey> = items.map(|(key, _)| key.clone()).collect();
        for key in &keys {
            self.items.get_mut(key).into_iter().for_each(|item| item.news.clear());
            self.fail_item(cx, key);
        }
        self.items.retain(|key, _| !keys.contains(key));
        self.prune(cx);
    }

    fn fail_creations(&mut self, cx: &mut Around<'_>, gone: impl Fn(&Creation) -> bool) {
        let failed: Vec<Creation> = self.creations.extract_if(.., |c| gone(c)).collect();
        if failed.is_empty() {
            return;
        }
        for Creation { client, id, wallet, method, .. } in failed {
            if wallet {
                self.post(client, CoreToPage::UseWallet { id });
            } else {
                self.fail(client, id, &Refusal::unanswered(&method));
            }
        }
        self.prune(cx);
    }
}
