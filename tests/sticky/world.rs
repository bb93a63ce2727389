//! Lanes that serve a chain which grows and is reorganised, a page that keeps count of what it was told, and
//! virtual time.

use std::collections::BTreeMap;

use breakwater::guard::{Command, Event, Guard, SendError};
use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::{Value, json};

/// How long a lane takes, ms.
const LATENCY: u64 = 20;
pub(crate) const PAGE: u32 = 1;

#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) number: u64,
    pub(crate) hash: String,
    pub(crate) parent: String,
    pub(crate) logs: usize,
}

pub(crate) fn hash(fork: u8, number: u64) -> String {
    format!("0x{fork:02x}{number:062x}")
}

impl Block {
    fn header(&self) -> Value {
        let bloom = if self.logs > 0 { "ff" } else { "00" }.repeat(256);
        json!({"number": format!("0x{:x}", self.number), "hash": self.hash, "parentHash": self.parent,
            "logsBloom": format!("0x{bloom}"), "transactions": ["0x1"]})
    }

    fn logs(&self) -> Vec<Value> {
        let log = |index| {
            json!({"blockNumber": format!("0x{:x}", self.number), "blockHash": self.hash,
            "logIndex": format!("0x{index:x}"), "removed": false})
        };
        (0..self.logs).map(log).collect()
    }
}

/// What a node's WebSocket does.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Ws {
    #[default]
    Well,
    /// Nobody gets through.
    Refuses,
    /// It takes everything and says nothing.
    Silent,
    /// It serves another chain.
    Strays,
    /// It knows no subscriptions.
    Polls,
}

/// One node: what it has, and how it is doing.
#[derive(Clone, Default)]
pub(crate) struct Lane {
    pub(crate) chain: Vec<Block>,
    pub(crate) dark: bool,
    pub(crate) ws: Ws,
    /// Sockets that were opened so far.
    pub(crate) dialled: usize,
    /// Answers an empty list for a block it has not got, as some nodes do.
    pub(crate) shrugs: bool,
    pub(crate) most_blocks: Option<u64>,
    pub(crate) asked: Vec<String>,
}

impl Lane {
    fn answer(&mut self, body: &[u8]) -> Option<Value> {
        let request: Value = serde_json::from_slice(body).expect("request");
        let method = request["method"].as_str().expect("method").to_owned();
        self.asked.push(method.clone());
        if self.dark {
            return None;
        }
        let (id, params) = (request["id"].clone(), &request["params"]);
        let tip = self.chain.last().expect("tip");
        let result = match method.as_str() {
            "eth_chainId" => json!("0x1"),
            "eth_blockNumber" => json!(format!("0x{:x}", tip.number)),
            "eth_getBlockByNumber" => {
                let wanted = number(&params[0]).unwrap_or(tip.number);
                self.chain.iter().find(|b| b.number == wanted).map_or(Value::Null, Block::header)
            }
            "eth_getBlockByHash" => self.chain.iter().find(|b| b.hash == params[0]).map_or(Value::Null, Block::header),
            "eth_getLogs" => match self.logs(&params[0]) {
                Ok(logs) => logs,
                Err(message) => return Some(json!({"id": id, "error": {"code": -32000, "message": message}})),
            },
            other => panic!("{other}"),
        };
        Some(json!({"jsonrpc": "2.0", "id": id, "result": result}))
    }

    fn logs(&self, filter: &Value) -> Result<Value, &'static str> {
        if let Some(hash) = filter["blockHash"].as_str() {
            let block = self.chain.iter().find(|b| b.hash == hash);
            return match block {
                Some(block) => Ok(json!(block.logs())),
                None if self.shrugs => Ok(json!([])),
                None => Err("unknown block"),
            };
        }
        let tip = self.chain.last().expect("tip").number;
        let (from, to) = (number(&filter["fromBlock"]).unwrap_or(tip), number(&filter["toBlock"]).unwrap_or(tip));
        if self.most_blocks.is_some_and(|most| to - from >= most) {
            return Err("block range is too wide");
        }
        let inside = self.chain.iter().filter(|b| (from..=to).contains(&b.number));
        Ok(json!(inside.flat_map(Block::logs).collect::<Vec<_>>()))
    }
}

fn number(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}

/// Everything together.
pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) told: Vec<(u32, CoreToPage)>,
    /// What was sent, and for which document; 0: for the core itself.
    pub(crate) asked: Vec<(String, u32)>,
    guard: Guard,
    /// Replies on their way: when, which lane, which send, what was asked.
    inbox: Vec<(u64, usize, u64, Vec<u8>)>,
    /// How long an answer to "which is the newest block" is on its way, ms, and old when it comes.
    pub(crate) slow_looks: Option<u64>,
    looked: BTreeMap<u64, Value>,
    /// Sockets that are not closed: number, lane, whether it has a subscription.
    pub(crate) sockets: Vec<(u64, usize, bool)>,
    /// What sockets say, on its way: when, which socket, what.
    wire: Vec<(u64, u64, Event)>,
    /// Whether the settings name WebSocket URLs.
    ws: bool,
    /// Whether the person says that the endpoints are their own.
    home: bool,
    next: u64,
}

impl World {
    pub(crate) fn new(lanes: usize) -> Self {
        World::with(lanes, false)
    }

    /// Each lane has a WebSocket, too.
    pub(crate) fn with_sockets(lanes: usize) -> Self {
        World::with(lanes, true)
    }

    fn with(lanes: usize, ws: bool) -> Self {
        let mut world = World {
            now: 1_000_000,
            lanes: vec![Lane::default(); lanes],
            told: vec![],
            asked: Vec::new(),
            guard: Guard::new(1),
            inbox: vec![],
            slow_looks: None,
            looked: BTreeMap::new(),
            sockets: vec![],
            wire: vec![],
            ws,
            home: false,
            next: 0,
        };
        (1..=100).for_each(|n| world.grow(n));
        world.start(1);
        world
    }

    fn start(&mut self, seed: u64) {
        self.guard = Guard::new(seed);
        self.inbox.clear();
        self.sockets.clear();
        self.wire.clear();
        self.set(self.lanes.len(), self.ws);
        self.open(PAGE);
    }

    /// The person's settings: the first so many lanes, and whether they have WebSockets.
    pub(crate) fn set(&mut self, lanes: usize, ws: bool) {
        let endpoint = |i| {
            let mut endpoint = json!({"url": format!("https://lane{i}.example/"), "name": format!("Lane {i}")});
            if ws {
                endpoint["ws"] = json!(format!("wss://lane{i}.example/ws/key{i}"));
            }
            endpoint
        };
        let endpoints: Vec<Value> = (0..lanes).map(endpoint).collect();
        let label = |i| json!({"match": format!("lane{i}.example"), "operator": "own"});
        let labels: Vec<Value> = (0..lanes).filter(|_| self.home).map(label).collect();
        let chain =
            json!({"id": 1, "name": "One", "mode": "guard", "sites_allowed": ["dapp.example"], "endpoints": endpoints});
        let settings = json!({"version": 1, "chains": [chain], "labels": labels});
        self.handle(Event::Settings(Some(settings.to_string())));
    }

    /// The worker was ended, and wakes again.
    pub(crate) fn restart(&mut self) {
        self.start(2);
    }

    pub(crate) fn open(&mut self, client: u32) {
        self.handle(Event::Open {
            client,
            origin: "https://dapp.example".into(),
            host: "dapp.example".into(),
            top: None,
        });
    }

    fn grow(&mut self, number: u64) {
        for lane in &mut self.lanes {
            let parent = lane.chain.last().map_or(hash(0, 0), |b| b.hash.clone());
            lane.chain.push(Block { number, hash: hash(0, number), parent, logs: 0 });
        }
    }

    /// A new block on these lanes; `fork` names it.
    pub(crate) fn mine(&mut self, lanes: &[usize], fork: u8, logs: usize) {
        for lane in lanes {
            let chain = &mut self.lanes[*lane].chain;
            let tip = chain.last().expect("tip");
            let block =
                Block { number: tip.number + 1, hash: hash(fork, tip.number + 1), parent: tip.hash.clone(), logs };
            let header = block.header();
            chain.push(block);
            self.tell(*lane, &header);
        }
    }

    /// A node tells who listens.
    fn tell(&mut self, lane: usize, header: &Value) {
        if self.lanes[lane].ws != Ws::Well {
            return;
        }
        let text = json!({"jsonrpc": "2.0", "method": "eth_subscription",
            "params": {"subscription": format!("0xs{lane}"), "result": header}});
        let listening: Vec<u64> =
            self.sockets.iter().filter(|(_, l, subscribed)| *l == lane && *subscribed).map(|(id, ..)| *id).collect();
        for socket in listening {
            self.say(socket, Event::SocketMessage { socket, text: text.to_string() });
        }
    }

    fn say(&mut self, socket: u64, event: Event) {
        self.wire.push((self.now + LATENCY, socket, event));
    }

    /// A node hangs up.
    pub(crate) fn hang_up(&mut self, lane: usize) {
        let own: Vec<u64> = self.sockets.iter().filter(|(_, l, _)| *l == lane).map(|(id, ..)| *id).collect();
        for socket in own {
            self.sockets.retain(|(id, ..)| *id != socket);
            self.say(socket, Event::SocketClosed { socket });
        }
    }

    fn dial(&mut self, socket: u64, url: &str) {
        let lane: usize = url["wss://lane".len()..].split('.').next().and_then(|n| n.parse().ok()).expect("lane");
        assert_eq!(url, format!("wss://lane{lane}.example/ws/key{lane}"));
        self.lanes[lane].dialled += 1;
        if self.lanes[lane].ws == Ws::Refuses {
            return self.say(socket, Event::SocketClosed { socket });
        }
        self.sockets.push((socket, lane, false));
        self.say(socket, Event::SocketOpened { socket });
    }

    fn hear(&mut self, socket: u64, text: &str) {
        let open = self.sockets.iter_mut().find(|(id, ..)| *id == socket).expect("an open socket");
        let (lane, request) = (open.1, serde_json::from_str::<Value>(text).expect("request"));
        let ws = self.lanes[lane].ws;
        let reply = match (request["method"].as_str().expect("method"), ws) {
            (_, Ws::Silent | Ws::Refuses) => return,
            ("eth_chainId", Ws::Strays) => json!({"result": "0x2"}),
            ("eth_chainId", _) => json!({"result": "0x1"}),
            ("eth_subscribe", Ws::Polls) => json!({"error": {"code": -32601, "message": "no such method"}}),
            ("eth_subscribe", _) => {
                assert_eq!(request["params"], json!(["newHeads"]));
                open.2 = true;
                json!({"result": format!("0xs{lane}")})
            }
            (other, _) => panic!("{other}"),
        };
        let mut reply = reply;
        reply["id"] = request["id"].clone();
        self.say(socket, Event::SocketMessage { socket, text: reply.to_string() });
    }

    /// The last `depth` blocks are replaced on every lane.
    pub(crate) fn reorg(&mut self, fork: u8, depth: usize, logs: usize) {
        for i in 0..self.lanes.len() {
            let keep = self.lanes[i].chain.len() - depth;
            self.lanes[i].chain.truncate(keep);
            (0..depth).for_each(|_| self.mine(&[i], fork, logs));
        }
    }

    /// The person says that these endpoints are their own.
    pub(crate) fn at_home(&mut self) {
        self.home = true;
        self.set(self.lanes.len(), self.ws);
    }

    /// Every node is started anew and has a few blocks of another chain.
    pub(crate) fn begin_anew(&mut self, fork: u8, tip: u64) {
        for lane in &mut self.lanes {
            lane.chain.clear();
            for number in 1..=tip {
                let parent = lane.chain.last().map_or(hash(0, 0), |b| b.hash.clone());
                lane.chain.push(Block { number, hash: hash(fork, number), parent, logs: 0 });
            }
        }
    }

    /// Every node takes its newest blocks back.
    pub(crate) fn roll_back(&mut self, depth: usize) {
        self.lanes.iter_mut().for_each(|lane| lane.chain.truncate(lane.chain.len() - depth));
    }

    pub(crate) fn handle(&mut self, event: Event) {
        self.guard.handle(self.now, event);
        while let Some(command) = self.guard.poll() {
            match command {
                Command::Send { send, http, client, .. } => {
                    self.asked.push((String::from_utf8_lossy(&http.body).into_owned(), client));
                    let lane: usize =
                        http.url["https://lane".len()..].split('.').next().and_then(|n| n.parse().ok()).expect("lane");
                    let mut latency = LATENCY;
                    if let Some(slow) =
                        self.slow_looks.filter(|_| String::from_utf8_lossy(&http.body).contains("latest"))
                    {
                        latency = slow;
                        self.looked.extend(self.lanes[lane].answer(&http.body).map(|reply| (send, reply)));
                    }
                    self.inbox.push((self.now + latency, lane, send, http.body));
                }
                Command::Cancel { send } => self.inbox.retain(|(_, _, other, _)| *other != send),
                Command::Post { client, message } => self.told.push((client, message)),
                Command::OpenSocket { socket, url } => self.dial(socket, url.expose()),
                Command::SocketSend { socket, text } => self.hear(socket, &text),
                Command::CloseSocket { socket } => {
                    self.sockets.retain(|(id, ..)| *id != socket);
                    self.wire.retain(|(_, id, _)| *id != socket);
                }
                _ => {}
            }
        }
    }

    /// One reply or one tick, whichever is next; `false` when nothing comes before `until`.
    pub(crate) fn step(&mut self, until: u64) -> bool {
        let reply = self.inbox.iter().map(|(at, _, send, _)| (*at, *send)).min();
        let tick = self.guard.poll_timeout();
        let word = self.wire.iter().enumerate().min_by_key(|(_, (at, ..))| *at).map(|(place, (at, ..))| (*at, place));
        let next = reply.map(|r| r.0).into_iter().chain(tick).chain(word.map(|w| w.0)).min();
        let Some(at) = next.filter(|at| *at <= until) else {
            self.now = until;
            return false;
        };
        self.now = at.max(self.now);
        if let Some((_, place)) = word.filter(|(due, _)| *due <= self.now) {
            let (_, _, event) = self.wire.remove(place);
            self.handle(event);
            return true;
        }
        match reply.filter(|(due, _)| *due <= self.now) {
            None => self.handle(Event::Tick),
            Some((_, send)) => {
                let place = self.inbox.iter().position(|(_, _, other, _)| *other == send).expect("reply");
                let (_, lane, _, body) = self.inbox.swap_remove(place);
                let event = match self.looked.remove(&send).or_else(|| self.lanes[lane].answer(&body)) {
                    Some(reply) => {
                        Event::Response { send, status: 200, headers: vec![], body: reply.to_string().into_bytes() }
                    }
                    None => Event::SendFailed { send, why: SendError::Network },
                };
                self.handle(event);
            }
        }
        true
    }

    pub(crate) fn run(&mut self, ms: u64) {
        let until = self.now + ms;
        while self.step(until) {}
    }

    /// Nothing is on its way and nothing is due.
    pub(crate) fn is_quiet(&self) -> bool {
        self.inbox.is_empty() && self.guard.poll_timeout().is_none()
    }

    pub(crate) fn ask(&mut self, client: u32, wallet: bool, method: &str, params: Value) -> u64 {
        self.next += 1;
        let (id, params) = (self.next, params.to_string());
        let message = PageToCore::Ask { id, chain: 1, method: method.into(), params, wallet };
        self.handle(Event::Message { client, message });
        id
    }

    /// What the core said to one request, once it has.
    pub(crate) fn answer(&mut self, id: u64) -> CoreToPage {
        let until = self.now + 30_000;
        loop {
            let own = |m: &CoreToPage| {
                matches!(m, CoreToPage::Answer { id: i, .. } | CoreToPage::Error { id: i, .. }
                | CoreToPage::Created { id: i, .. } | CoreToPage::Changes { id: i, .. } | CoreToPage::UseWallet { id: i } if *i == id)
            };
            if let Some(at) = self.told.iter().position(|(_, m)| own(m)) {
                return self.told.remove(at).1;
            }
            assert!(self.step(until), "no answer to {id}");
        }
    }

    pub(crate) fn call(&mut self, method: &str, params: Value) -> CoreToPage {
        let id = self.ask(PAGE, false, method, params);
        self.answer(id)
    }
}

/// Requests of each kind that a lane got.
pub(crate) fn counts(lane: &Lane) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    lane.asked.iter().for_each(|m| *counts.entry(m.as_str()).or_default() += 1);
    counts
}
