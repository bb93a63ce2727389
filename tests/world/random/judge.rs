//! Checks from outside that a random world keeps its promises: by what is sent, cancelled and posted.
//!
//! When is an answer *wrong*?
//! * It is a lie, and its chain is compared, and an honest lane answered too or could have been asked.
//! * It is `null` for something that exists, fewer than two lanes answered so, and a *well* lane that has it was not
//!   asked.
//! * It is further behind the best known head than a lane may be, the lane that gave it was known to be so far behind,
//!   and a *well* lane known to be at that head was not asked.
//! * It is about a block that its lane was known to lack, while another lane had shown that block.
//! * It is not true at any block.
//!
//! A lane is *well* if the settings allow it, no drill darkens it, and the core's own dot says so at that moment.

mod answers;
mod happens;
mod named;
mod sends;

use std::collections::{BTreeMap, BTreeSet};

use breakwater::guard::ClientId;
use breakwater::protocol::CoreToPage;
use serde_json::Value;

use super::super::Seen;
use super::super::chain::{Chain, START};
use super::super::node::Node;
use super::super::script::{AWS, GCP, HETZNER, KEY};
use super::Tally;
use super::draw::{Act, Book, CLOUDS, Change, Question, Script};
use sends::Sent;

/// How many blocks behind a lane may be, for each chain that is drawn.
fn far(chain: u64) -> u64 {
    match chain {
        1 => 3,
        10 | 8453 => 15,
        42161 => 40,
        _ => 16,
    }
}

/// How long a head that a lane showed counts as known, ms: twice the light poll.
const KNOWN_MS: u64 = 12_000;
/// How long a chain stays in use after a page's last request for it, ms.
const USED_MS: u64 = 30_000;
/// Longest pause of a lane that was silent, including its probe, ms.
const RESTS_MS: u64 = 150_000;
/// What was learnt so shortly before a worker died may not be stored yet, ms.
const UNSAVED_MS: u64 = 2_500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Settled,
    Gone,
}

/// A page's question, or its own call with several questions.
#[derive(Debug)]
struct Ask {
    page: usize,
    client: ClientId,
    id: u64,
    wallet: bool,
    rescue: bool,
    at: u64,
    deadline_ms: u64,
    state: State,
    items: Vec<(Question, usize)>,
    wallet_said: Option<String>,
}

/// A race as seen from outside.
#[derive(Debug)]
struct Race {
    nonce: u32,
    mode: &'static str,
    method: &'static str,
    chain: usize,
    private: bool,
    sends: Vec<u64>,
    asks: Vec<usize>,
    hedges: usize,
    at: u64,
    /// The newest block that a send named. In `compare` mode, `latest` is asked by number.
    pinned: Option<u64>,
    /// Lanes that were known to lack the block it names when its last send ended.
    lacking: Vec<usize>,
    /// Whether every allowed lane had been checked when the question was asked.
    warm: bool,
    /// Whether equal questions with different deadlines were asked and not joined. Then it is not visible from outside
    /// which send belongs to which.
    mixed: bool,
}

#[derive(Debug, Default, Clone)]
struct Facts {
    checked: bool,
    wrong: bool,
    head: Option<(u64, u64)>,
    /// The newest block it has ever shown.
    top: u64,
    chores: u64,
    /// The first race that was asked after the settings allowed this lane. Earlier races were planned without it.
    chosen: usize,
    /// When a send to this lane was last cancelled, ms.
    cancelled: u64,
}

/// A block number that a page was shown.
#[derive(Debug, Clone, Copy)]
struct Shown {
    at: u64,
    number: u64,
    /// Whether the page's own wallet showed it, or a lane that may be gone. Then it counts only while the lanes make
    /// it possible.
    bounded: bool,
}

#[derive(Debug, Default, Clone)]
struct Use {
    clients: BTreeSet<ClientId>,
    last: u64,
}

pub struct Judge {
    pub broken: Option<String>,
    pub tally: Tally,
    pub suspicions: Vec<(usize, String)>,
    pub trace: bool,
    script: Script,
    book: Book,
    asks: Vec<Ask>,
    by_id: BTreeMap<(ClientId, u64), usize>,
    races: Vec<Race>,
    newest_race: BTreeMap<u32, usize>,
    touched: BTreeSet<usize>,
    sends: BTreeMap<u64, Sent>,
    floors: BTreeMap<(usize, usize), Vec<Shown>>,
    pages: BTreeMap<ClientId, usize>,
    facts: Vec<Facts>,
    uses: Vec<Use>,
    drilled: Option<(usize, u64)>,
    resumed: u64,
    born: u64,
    low_deadline: u64,
    modes_changed: bool,
    lanes_changed: bool,
    /// Index of the first race of this worker's life.
    first_race: usize,
}

impl Judge {
    pub fn new(script: Script) -> Judge {
        let (nodes, chains, pages) = (script.nodes.len(), script.chains.len(), script.pages.len());
        let book = script.book.clone();
        Judge {
            broken: None,
            tally: Tally::default(),
            suspicions: Vec::new(),
            trace: false,
            low_deadline: book.deadline_ms,
            book,
            asks: Vec::new(),
            by_id: BTreeMap::new(),
            races: Vec::new(),
            newest_race: BTreeMap::new(),
            touched: BTreeSet::new(),
            sends: BTreeMap::new(),
            floors: (0..pages).flat_map(|p| (0..chains).map(move |c| ((p, c), Vec::new()))).collect(),
            pages: BTreeMap::new(),
            facts: vec![Facts::default(); nodes],
            uses: vec![Use::default(); chains],
            drilled: None,
            resumed: 0,
            born: 0,
            modes_changed: false,
            lanes_changed: false,
            first_race: 0,
            script,
        }
    }

    /// Whether nothing in the script hides which lanes a race has. Sends to a lane that a drill darkens are not
    /// visible, and which equal questions are joined depends on their deadlines.
    pub(super) fn is_plain(&self) -> bool {
        let hides = |act: &Act| matches!(act, Act::Drill(_) | Act::Change(Change::Deadline(_)));
        !self.script.acts.iter().any(|(_, act)| hides(act))
    }

    pub fn fail(&mut self, now: u64, what: &str) {
        let at = now.saturating_sub(START);
        self.note(now, || format!("BROKEN {what}"));
        self.broken.get_or_insert_with(|| format!("world {}, at {at} ms: {what}", self.script.seed));
    }

    fn note(&self, now: u64, text: impl Fn() -> String) {
        if self.trace {
            eprintln!("{:>8} {}", now.saturating_sub(START), text());
        }
    }

    pub fn opened(&mut self, page: usize, client: ClientId) {
        self.pages.insert(client, page);
    }

    pub fn used(&mut self, now: u64, chain: usize, client: ClientId) {
        self.uses[chain].clients.insert(client);
        self.uses[chain].last = now;
    }

    #[allow(clippy::too_many_arguments, reason = "what a question is made of")]
    pub fn asked(
        &mut self,
        now: u64,
        page: usize,
        client: ClientId,
        id: u64,
        wallet: bool,
        question: &Question,
        book: &Book,
    ) {
        self.note(now, || format!("ask {client}/{id} {} {}", question.method, question.params));
        self.tally.asked += 1;
        self.put(now, page, client, id, wallet, false, std::slice::from_ref(question), book);
    }

    pub fn rescued(&mut self, now: u64, page: usize, client: ClientId, id: u64, questions: &[Question], book: &Book) {
        self.note(now, || format!("rescue {client}/{id} {questions:?}"));
        self.tally.asked += 1;
        self.put(now, page, client, id, false, true, questions, book);
    }

    #[allow(clippy::too_many_arguments, reason = "what a question is made of")]
    fn put(
        &mut self,
        now: u64,
        page: usize,
        client: ClientId,
        id: u64,
        wallet: bool,
        rescue: bool,
        questions: &[Question],
        book: &Book,
    ) {
        let ask = self.asks.len();
        let mut items = Vec::new();
        for question in questions {
            self.used(now, question.chain, client);
            let before = self.newest_race.get(&question.nonce).copied();
            let open = before.filter(|race| {
                // The core settles a little before the deadline, so that the answer still arrives.
                let ends = |at: u64, ms: u64| at + ms - (ms / 10).min(200);
                let first =
                    self.races[*race].asks.first().map_or(0, |a| ends(self.asks[*a].at, self.asks[*a].deadline_ms));
                self.is_open(*race)
                    && first <= ends(now, book.deadline_ms)
                    && question.method != "eth_sendRawTransaction"
            });
            let race = open.unwrap_or(self.races.len());
            if open.is_none() {
                let same = |race: &usize| self.races[*race].nonce == question.nonce && self.is_open(*race);
                let mixed: Vec<usize> = (self.first_race..self.races.len()).filter(same).collect();
                mixed.iter().for_each(|race| self.races[*race].mixed = true);
                let (mode, private) = (book.chains[question.chain].1, book.has_private(question.chain));
                let (method, chain) = (question.method, question.chain);
                let known = |n: usize| self.script.nodes[n].chain != chain || !self.book.on(n) || self.facts[n].checked;
                let warm = (0..self.facts.len()).all(known);
                self.races.push(Race {
                    warm,
                    mixed: !mixed.is_empty(),
                    nonce: question.nonce,
                    mode,
                    method,
                    chain,
                    private,
                    sends: Vec::new(),
                    asks: Vec::new(),
                    hedges: 0,
                    at: now,
                    pinned: None,
                    lacking: Vec::new(),
                });
                self.newest_race.insert(question.nonce, race);
            }
            self.races[race].asks.push(ask);
            items.push((question.clone(), race));
        }
        let deadline_ms = book.deadline_ms;
        self.asks.push(Ask {
            page,
            client,
            id,
            wallet,
            rescue,
            at: now,
            deadline_ms,
            state: State::Open,
            items,
            wallet_said: None,
        });
        self.by_id.insert((client, id), ask);
    }

    fn is_open(&self, race: usize) -> bool {
        self.races[race].asks.iter().any(|a| self.asks[*a].state == State::Open)
    }

    /// A page's newest question that is open.
    pub fn newest(&self, client: ClientId) -> Option<(ClientId, u64)> {
        let open = |a: &&Ask| a.client == client && a.state == State::Open;
        self.asks.iter().rev().find(open).map(|a| (a.client, a.id))
    }

    pub fn aborted(&mut self, now: u64, client: ClientId, id: u64) {
        self.note(now, || format!("abort {client}/{id}"));
        if let Some(ask) = self.by_id.get(&(client, id)).copied() {
            self.leave(ask);
        }
    }

    pub fn closed(&mut self, now: u64, client: ClientId) {
        self.note(now, || format!("close {client}"));
        self.uses.iter_mut().for_each(|u| {
            u.clients.remove(&client);
        });
        let mine: Vec<usize> = (0..self.asks.len()).filter(|a| self.asks[*a].client == client).collect();
        mine.into_iter().for_each(|ask| self.leave(ask));
        if let Some(page) = self.pages.remove(&client) {
            self.floors.iter_mut().filter(|((p, _), _)| *p == page).for_each(|(_, f)| f.clear());
        }
    }

    fn leave(&mut self, ask: usize) {
        if self.asks[ask].state == State::Open {
            self.asks[ask].state = State::Gone;
            self.touched.extend(self.asks[ask].items.iter().map(|(_, race)| *race));
        }
    }

    pub fn see(&mut self, now: u64, seen: &Seen, nodes: &[Node], chains: &[Chain]) {
        match seen {
            Seen::Sent(flight) => self.sent(now, flight, nodes),
            Seen::Stray => self.fail(now, "something was sent to an address that nobody chose"),
            Seen::Cancelled(send) => {
                self.note(now, || format!("cancel {send}"));
                if let Some(sent) = self.sends.get_mut(send) {
                    (sent.out, sent.cancelled) = (false, true);
                    self.facts[sent.node].cancelled = now;
                }
            }
            Seen::Landed(send, body) => self.landed(now, *send, body.as_deref()),
            Seen::Posted(client, message) => self.posted(now, *client, message, chains),
            Seen::Badge(text, title) => self.hush(now, &format!("{text} {title}")),
            Seen::Notify(id, message) => self.hush(now, &format!("{id} {message}")),
            Seen::Panel(..) | Seen::Stored(_) | Seen::Unnotify(_) | Seen::Alarm(_) => {}
        }
    }

    fn hush(&mut self, now: u64, text: &str) {
        if [KEY, AWS, GCP, HETZNER].iter().any(|secret| text.contains(secret)) {
            self.fail(now, &format!("an endpoint's address is shown: {text}"));
        }
    }

    fn dark(&self, now: u64, node: usize) -> bool {
        self.drilled.is_some_and(|(cloud, until)| now < until && self.cloud(node) == cloud)
    }

    fn has_broadcast(&self, chain: usize) -> bool {
        let open = |r: &Race| r.asks.iter().any(|a| self.asks[*a].state == State::Open);
        self.races.iter().any(|r| r.chain == chain && r.method == "eth_sendRawTransaction" && open(r))
    }

    fn cloud(&self, node: usize) -> usize {
        CLOUDS
            .iter()
            .position(|(net, ..)| self.script.nodes[node].url.contains(&format!("//{net}.")))
            .unwrap_or(usize::MAX)
    }

    fn showed_head(&mut self, node: usize, head: u64, now: u64) {
        let facts = &mut self.facts[node];
        (facts.head, facts.top) = (Some((head, now)), facts.top.max(head));
    }

    fn landed(&mut self, now: u64, send: u64, body: Option<&[u8]>) {
        let Some(sent) = self.sends.get_mut(&send) else { return };
        (sent.out, sent.landed, sent.lost) = (false, now, body.is_none());
        let node = sent.node;
        // A reply with another id is not an answer. An error may have no id, because the request's id was not read
        // (JSON-RPC 2.0, section 5).
        let read: Value = body.and_then(|b| serde_json::from_slice(b).ok()).unwrap_or_default();
        let mine = read["id"].as_u64() == Some(send);
        let result = mine.then(|| read["result"].clone()).filter(|v| !v.is_null());
        sent.said = result.clone();
        let error = &read["error"];
        let message = error["message"].as_str().filter(|_| mine || read["id"].is_null());
        sent.error = message.map(|m| (error["code"].as_i64().unwrap_or(0), m.to_owned()));
        let race = sent.race;
        self.note(now, || format!("land {send} e{node} {}", String::from_utf8_lossy(body.unwrap_or(b"nothing"))));
        let number =
            result.as_ref().and_then(Value::as_str).and_then(|t| u64::from_str_radix(t.strip_prefix("0x")?, 16).ok());
        let method = race.map(|r| self.races[r].method);
        let whole = result.as_ref().and_then(|r| breakwater::jsonrpc::quantity(&r["number"].to_string()));
        if let Some(n) = whole.filter(|n| race.is_some_and(|r| self.shows_head(r, node, *n))) {
            self.showed_head(node, n, now);
        }
        match (method, number) {
            (None, Some(id)) if id == self.book.chains[self.script.nodes[node].chain].0 => {
                self.facts[node].checked = true
            }
            (None, Some(77)) => self.expelled(node),
            (None | Some("eth_blockNumber"), Some(n)) => self.showed_head(node, n, now),
            _ => {}
        }
        race.into_iter().for_each(|race| self.note_lacking(race));
    }

    /// A lane serves another chain. Blocks that it showed may belong to that chain.
    fn expelled(&mut self, node: usize) {
        let chain = self.script.nodes[node].chain;
        (self.facts[node].checked, self.facts[node].wrong, self.facts[node].head) = (false, true, None);
        let shown = self.floors.iter_mut().filter(|((_, of), _)| *of == chain).flat_map(|(_, shown)| shown);
        shown.for_each(|shown| shown.bounded = true);
    }

    fn posted(&mut self, now: u64, client: ClientId, message: &CoreToPage, chains: &[Chain]) {
        let (id, rescue) = match message {
            CoreToPage::Answer { id, .. } | CoreToPage::Error { id, .. } | CoreToPage::UseWallet { id } => (*id, false),
            CoreToPage::AskWallet { id } => (*id, false),
            CoreToPage::Body { id, .. } | CoreToPage::NoRescue { id } => (*id, true),
            _ => return,
        };
        if id > 700_000 {
            return;
        }
        self.note(now, || format!("post {client} {message:?}"));
        let Some(at) = self.by_id.get(&(client, id)).copied() else {
            return self.fail(now, &format!("{client}/{id} was never asked: {message:?}"));
        };
        let ask = &self.asks[at];
        if ask.state != State::Open || !self.pages.contains_key(&client) {
            return self.fail(now, &format!("{client}/{id} is {:?}, and was told {message:?}", ask.state));
        }
        if ask.rescue != rescue {
            return self.fail(now, &format!("{client}/{id} is answered with the wrong message: {message:?}"));
        }
        let broadcast = ask.items[0].0.method == "eth_sendRawTransaction";
        let race = ask.items[0].1;
        if matches!(message, CoreToPage::AskWallet { .. } | CoreToPage::UseWallet { .. }) && !ask.wallet {
            return self.fail(now, &format!("{client}/{id} has no wallet: {message:?}"));
        }
        if broadcast
            && matches!(message, CoreToPage::UseWallet { .. })
            && self.races[race].private
            && !self.book.site_off
        {
            return self.fail(now, "a private transaction is given to the wallet");
        }
        if matches!(message, CoreToPage::AskWallet { .. }) {
            if broadcast {
                self.fail(now, "a transaction is sent to the wallet as a lane");
            }
            return;
        }
        let until = ask.at + ask.deadline_ms.max(self.book.deadline_ms);
        if now > until.max(self.resumed) {
            self.fail(now, &format!("{client}/{id} was settled {} ms after its deadline", now - until));
        }
        self.asks[at].state = State::Settled;
        let races: Vec<usize> = self.asks[at].items.iter().map(|(_, race)| *race).collect();
        self.touched.extend(races);
        self.weigh_answer(now, at, message, chains);
    }

    /// After an event: sends that nobody waits for must have been cancelled.
    pub fn settle_event(&mut self, now: u64) {
        let plain = self.is_plain();
        // Three silences in a row make a lane rest, and each of them was a send that was cancelled.
        let facts = &self.facts;
        self.suspicions.retain(|(node, _)| plain && facts[*node].cancelled + RESTS_MS < now);
        for race in std::mem::take(&mut self.touched) {
            let live = self.is_open(race);
            let broadcast = self.races[race].method == "eth_sendRawTransaction";
            let out = self.race_sends(race).into_iter().find(|s| s.out);
            if let Some(sent) = out.filter(|_| !live && !broadcast && plain) {
                self.fail(now, &format!("the loser e{} goes on", sent.node));
            }
        }
    }
}
