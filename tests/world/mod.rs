//! A world in virtual time around one `Guard`: simulated endpoints, a chain whose head rises, pages, wallets, and a
//! store that outlives the worker. No clock and no sleep: everything follows from a seed.
//!
//! ```text
//!  script.rs   worlds that a test writes by hand: ask, check the sends, advance, reply, check
//!  random/     worlds drawn from a seed, and the promises that are checked in them
//!  rows.rs     many reads, eight at a time: their times and their sends
//!  node.rs     endpoints and their faults        chain.rs   the true answers of a chain
//!  own.rs      chains written block by block     sockets.rs their WebSockets
//! ```

#![allow(dead_code, reason = "every test uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test harness")]
#![allow(unreachable_pub, reason = "a module of tests and of an example")]

pub mod chain;
pub mod node;
pub mod own;
pub mod random;
pub mod rng;
pub mod rows;
pub mod script;
pub mod sockets;

use std::collections::BTreeMap;

use breakwater::guard::{ClientId, Command, Event, Guard, SendError, Stored};
use breakwater::protocol::{CoreToPage, PageToCore, PanelReply, PanelToCore};
use breakwater::secret::Secret;

use chain::{Chain, START};
use node::{Http, Node};
use rng::Rng;

/// A request in flight.
#[derive(Debug, Clone)]
pub struct Flight {
    pub send: u64,
    /// Index of the node.
    pub node: usize,
    pub at: u64,
    pub method: String,
    pub params: String,
    pub body: Vec<u8>,
    /// The document that asked, or 0 for the core itself.
    pub client: ClientId,
    /// The send whose HTTP request it shares.
    pub joins: Option<u64>,
}

impl Flight {
    /// The send of its HTTP request: its own, or the one that it joined.
    pub fn exchange(&self) -> u64 {
        self.joins.unwrap_or(self.send)
    }

    /// Whether the core sent it for itself: a chain-id check, a poll or a probe.
    pub fn is_chore(&self) -> bool {
        self.params == "[]" && matches!(self.method.as_str(), "eth_chainId" | "eth_blockNumber")
    }
}

/// Something that a test can observe in the world.
#[derive(Debug, Clone)]
pub enum Seen {
    Sent(Flight),
    /// Sent to an address that belongs to no endpoint of this world.
    Stray,
    Cancelled(u64),
    /// A flight ended with the node's response, or with none.
    Landed(u64, Option<Vec<u8>>),
    Posted(ClientId, CoreToPage),
    Panel(u64, PanelReply),
    Badge(String, String),
    Notify(String, String),
    Unnotify(String),
    Alarm(Option<u64>),
    Stored(Stored),
}

/// One world.
pub struct World {
    pub now: u64,
    pub rng: Rng,
    pub chains: Vec<Chain>,
    pub nodes: Vec<Node>,
    pub flights: BTreeMap<u64, Flight>,
    pub stored: BTreeMap<u8, Secret>,
    pub seen: Vec<Seen>,
    /// Whether nodes answer by themselves. In a script they do so only for chores.
    pub alive: bool,
    /// Checks that a random world keeps the promises. It takes over what is seen.
    pub judge: Option<Box<random::Judge>>,
    /// The floors that bridges keep for the next life of the core, by document and chain.
    pub floors: BTreeMap<(ClientId, u64), u64>,
    /// The open sockets: number, node, and whether there is a subscription.
    pub sockets: Vec<(u64, usize, bool)>,
    /// How long the answer to a request for the newest block is in flight, ms. It is made when the request is sent.
    pub slow_looks: Option<u64>,
    looked: BTreeMap<u64, serde_json::Value>,
    panel_seen: Option<PanelReply>,
    guard: Guard,
    queue: BTreeMap<(u64, u64), Event>,
    order: u64,
}

impl World {
    pub fn new(seed: u64) -> World {
        World {
            now: START,
            rng: Rng::new(seed),
            chains: Vec::new(),
            nodes: Vec::new(),
            flights: BTreeMap::new(),
            stored: BTreeMap::new(),
            seen: Vec::new(),
            alive: true,
            judge: None,
            floors: BTreeMap::new(),
            sockets: Vec::new(),
            slow_looks: None,
            looked: BTreeMap::new(),
            panel_seen: None,
            guard: Guard::new(seed),
            queue: BTreeMap::new(),
            order: 0,
        }
    }

    /// Handles one event now, and executes all commands of the guard.
    pub fn event(&mut self, event: Event) {
        self.guard.handle(self.now, event);
        self.drain();
        if self.judge.is_some() {
            self.weigh();
        }
    }

    /// Something was seen: a judge gets it at once, a script finds it in [`World::seen`].
    fn see(&mut self, seen: Seen) {
        if let Seen::Posted(client, CoreToPage::Floor { chain, number }) = &seen {
            self.floors.insert((*client, *chain), *number);
        }
        let Some(judge) = self.judge.as_mut() else { return self.seen.push(seen) };
        judge.see(self.now, &seen, &self.nodes, &self.chains);
        match seen {
            Seen::Posted(client, message) => self.wallet(client, &message),
            Seen::Panel(_, reply) => self.panel_seen = Some(reply),
            _ => {}
        }
    }

    /// The core's own view, without any time passing.
    fn guard_snapshot(&mut self) {
        let message = PanelToCore::Snapshot { host: None, lang: "en".into() };
        self.guard.handle(self.now, Event::Panel { token: 0, message });
        while let Some(command) = self.guard.poll() {
            if let Command::PanelReply { reply, .. } = command {
                self.panel_seen = Some(reply);
            }
        }
    }

    pub fn page(&mut self, client: ClientId, message: PageToCore) {
        self.event(Event::Message { client, message });
    }

    /// Queues an event for later. It is lost if the worker dies before.
    pub fn later(&mut self, after: u64, event: Event) {
        self.order += 1;
        self.queue.insert((self.now + after, self.order), event);
    }

    /// Lets time pass. What is due happens in order.
    pub fn advance(&mut self, ms: u64) {
        let end = self.now + ms;
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.step();
        }
        self.now = end;
    }

    /// The machine sleeps: time passes and nothing happens, and then everything happens at once.
    pub fn suspend(&mut self, ms: u64) {
        self.now += ms;
        self.advance(0);
    }

    /// The worker dies, and a new one starts from what was stored.
    pub fn restart(&mut self, settings: &str) {
        let seed = self.rng.next();
        self.begin_life(seed);
        self.start(settings);
    }

    /// Starts a worker without any state. What was in flight is lost.
    pub fn begin_life(&mut self, seed: u64) {
        self.guard = Guard::new(seed);
        self.flights.clear();
        self.queue.clear();
        self.sockets.clear();
    }

    /// What the shell does first.
    pub fn start(&mut self, settings: &str) {
        let stored = |world: &World, what| world.stored.get(&(what as u8)).map(|text| text.expose().to_owned());
        if let Some(text) = stored(self, Stored::Good) {
            self.event(Event::GoodSettings(text));
        }
        self.event(Event::Settings(Some(settings.to_owned())));
        for (what, event) in [
            (Stored::Observed, Event::Observed as fn(String) -> Event),
            (Stored::Health, Event::Restore),
            (Stored::Table, Event::OwnTable),
        ] {
            if let Some(text) = stored(self, what).filter(|text| !text.is_empty()) {
                self.event(event(text));
            }
        }
    }

    /// When the guard wants to be woken.
    pub fn wake(&self) -> Option<u64> {
        self.guard.poll_timeout()
    }

    pub fn next_at(&self) -> Option<u64> {
        let queued = self.queue.keys().next().map(|(at, _)| *at);
        self.wake().into_iter().chain(queued).min()
    }

    /// Handles the next queued event if it is due, or a tick.
    pub fn step(&mut self) {
        let queued = self.queue.keys().next().copied().filter(|(at, _)| *at <= self.now);
        let mut event = queued.and_then(|key| self.queue.remove(&key)).unwrap_or(Event::Tick);
        if let Event::Response { send, .. } | Event::SendFailed { send, .. } = &event {
            let Some(flight) = self.flights.remove(send) else { return };
            let own = &mut self.nodes[flight.node].own;
            if own.is_written() {
                let reply = self.looked.remove(send).or_else(|| own.answer(&flight.body));
                event = returned(*send, reply.map(|reply| Http::new(200, reply.to_string())).ok_or(SendError::Network));
            }
        }
        if let Event::Response { send, .. } | Event::SendFailed { send, .. } = &event {
            let body = if let Event::Response { body, .. } = &event { Some(body.clone()) } else { None };
            self.see(Seen::Landed(*send, body));
        }
        if let (Some(judge), Event::Message { client, message: PageToCore::Wallet { id, result, code, .. } }) =
            (&mut self.judge, &event)
            && *code != Some(-32603)
        {
            judge.wallet_said(*client, *id, result.as_deref().unwrap_or("an error"));
        }
        self.event(event);
    }

    fn drain(&mut self) {
        while let Some(command) = self.guard.poll() {
            self.execute(command);
        }
        // A due wake-up must be done after one tick. Otherwise the browser would spin.
        for _ in 0..3 {
            if self.wake().is_none_or(|at| at > self.now) {
                return;
            }
            self.guard.handle(self.now, Event::Tick);
            while let Some(command) = self.guard.poll() {
                self.execute(command);
            }
        }
        panic!("the guard wants to be woken at {:?}, and it is {} already", self.wake(), self.now);
    }

    fn execute(&mut self, command: Command) {
        match command {
            Command::Send { send, http, client, joins } => self.send(send, &http.url, http.body, client, joins),
            Command::Cancel { send } => {
                self.flights.remove(&send);
                self.see(Seen::Cancelled(send));
            }
            Command::Post { client, message } => self.see(Seen::Posted(client, message)),
            Command::PanelReply { token, reply } => self.see(Seen::Panel(token, reply)),
            Command::Store { what, text } => {
                self.stored.insert(what as u8, text);
                self.see(Seen::Stored(what));
            }
            Command::OpenSocket { socket, url } => self.dial(socket, url.expose()),
            Command::SocketSend { socket, text } => self.hear(socket, &text),
            Command::CloseSocket { socket } => self.close_socket(socket),
            Command::Badge { text, title, .. } => self.see(Seen::Badge(text, title)),
            Command::Notify { id, message } => self.see(Seen::Notify(id, message)),
            Command::Unnotify { id } => self.see(Seen::Unnotify(id)),
            Command::Alarm { at } => self.see(Seen::Alarm(at)),
            _ => {}
        }
    }

    /// The requests of a batch are sent one by one here, because the node answers each in the same way. Every third
    /// node accepts no batches and answers only the first request.
    fn send(&mut self, send: u64, url: &str, body: Vec<u8>, client: ClientId, joins: Option<u64>) {
        let Some(node) = self.nodes.iter().position(|n| n.url == url) else {
            self.see(Seen::Stray);
            return self.later(1, Event::SendFailed { send, why: SendError::Network });
        };
        let request: serde_json::Value = serde_json::from_slice(&body).expect("a request is JSON");
        let method = request["method"].as_str().expect("a request has a method").to_owned();
        let flight =
            Flight { send, node, at: self.now, method, params: request["params"].to_string(), body, client, joins };
        if self.nodes[node].own.is_written() {
            let slow = self.slow_looks.filter(|_| flight.params.contains("latest"));
            if slow.is_some() {
                let reply = self.nodes[node].own.answer(&flight.body);
                self.looked.extend(reply.map(|reply| (send, reply)));
            }
            // The answer is made when the request arrives.
            let after = slow.unwrap_or(self.nodes[node].median_ms);
            self.later(after, Event::SendFailed { send, why: SendError::Network });
            self.flights.insert(send, flight.clone());
            return self.see(Seen::Sent(flight));
        }
        let (known, chain) = (&self.nodes[node], &self.chains[self.nodes[node].chain]);
        if joins.is_some() && node % 3 == 2 && self.alive {
            let after = self.rng.latency(known.median_ms);
            self.later(after, returned(send, Err(SendError::Unbatched)));
        } else if (self.alive || flight.is_chore())
            && let Some((after, back)) = known.receive(self.now, chain, &mut self.rng, &flight.body)
        {
            self.later(after, returned(send, back));
        }
        self.flights.insert(send, flight.clone());
        self.see(Seen::Sent(flight));
    }
}

/// The event that the shell makes of an exchange.
pub fn returned(send: u64, back: Result<Http, SendError>) -> Event {
    match back {
        Ok(Http { status, headers, body }) => Event::Response { send, status, headers, body },
        Err(why) => Event::SendFailed { send, why },
    }
}
