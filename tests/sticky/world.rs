//! A world whose nodes serve a chain that grows and is reorganised, and a page that asks and records the answers.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use breakwater::guard::Event;
use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::{Value, json};

use crate::simulator::chain::Chain;
use crate::simulator::node::Node;
use crate::simulator::own::Own;
pub(crate) use crate::simulator::own::{Block, hash};
use crate::simulator::script::PAGE;
pub(crate) use crate::simulator::sockets::Ws;
use crate::simulator::{self, Seen};

/// The latency of a node, ms.
const LATENCY: u64 = 20;

/// The simulator and what the page recorded.
pub(crate) struct World {
    world: simulator::World,
    pub(crate) told: Vec<(u32, CoreToPage)>,
    /// What was sent, and for which document; 0 is the core itself.
    pub(crate) asked: Vec<(String, u32)>,
    /// Whether the settings name WebSocket URLs.
    ws: bool,
    /// Whether the person labelled the endpoints as their own.
    home: bool,
    next: u64,
}

impl Deref for World {
    type Target = simulator::World;

    fn deref(&self) -> &simulator::World {
        &self.world
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut simulator::World {
        &mut self.world
    }
}

fn node(i: usize) -> Node {
    let own = Own { ws_url: format!("wss://lane{i}.example/ws/key{i}"), ..Own::default() };
    Node {
        name: format!("Lane {i}"),
        url: format!("https://lane{i}.example/"),
        chain: 0,
        median_ms: LATENCY,
        lag: 0,
        spells: Vec::new(),
        own,
    }
}

impl World {
    pub(crate) fn new(nodes: usize) -> Self {
        World::with(nodes, false)
    }

    /// Each node has a WebSocket too.
    pub(crate) fn with_sockets(nodes: usize) -> Self {
        World::with(nodes, true)
    }

    fn with(nodes: usize, ws: bool) -> Self {
        let mut world = simulator::World::new(1);
        world.chains.push(Chain { id: 1, block_ms: 12_000, base: 0 });
        world.nodes = (0..nodes).map(node).collect();
        world.nodes.iter_mut().for_each(|n| (0..100).for_each(|_| drop(n.own.grow(0, 0))));
        let mut world = World { world, told: vec![], asked: vec![], ws, home: false, next: 0 };
        world.start(1);
        world
    }

    fn start(&mut self, seed: u64) {
        self.begin_life(seed);
        self.set(self.nodes.len(), self.ws);
        self.open(PAGE);
    }

    /// Sets the person's settings: the first `nodes` nodes, with or without WebSockets.
    pub(crate) fn set(&mut self, nodes: usize, ws: bool) {
        let endpoint = |node: &Node| {
            let mut endpoint = json!({"url": node.url, "name": node.name});
            if ws {
                endpoint["ws"] = json!(node.own.ws_url);
            }
            endpoint
        };
        let endpoints: Vec<Value> = self.nodes.iter().take(nodes).map(endpoint).collect();
        let label = |i| json!({"match": format!("lane{i}.example"), "operator": "own"});
        let labels: Vec<Value> = (0..nodes).filter(|_| self.home).map(label).collect();
        let chain =
            json!({"id": 1, "name": "One", "mode": "guard", "sites_allowed": ["dapp.example"], "endpoints": endpoints});
        let settings = json!({"version": 1, "chains": [chain], "labels": labels});
        self.handle(Event::Settings(Some(settings.to_string())));
    }

    /// The worker ended and starts again.
    pub(crate) fn restart(&mut self) {
        self.start(2);
    }

    pub(crate) fn open(&mut self, client: u32) {
        self.world.open(client);
        self.note();
    }

    /// Replaces the last `depth` blocks on every node.
    pub(crate) fn reorg(&mut self, fork: u8, depth: usize, logs: usize) {
        for i in 0..self.nodes.len() {
            let keep = self.nodes[i].own.chain.len() - depth;
            self.nodes[i].own.chain.truncate(keep);
            (0..depth).for_each(|_| self.mine(&[i], fork, logs));
        }
    }

    /// The person labels these endpoints as their own.
    pub(crate) fn at_home(&mut self) {
        self.home = true;
        self.set(self.nodes.len(), self.ws);
    }

    /// Restarts every node with a few blocks of another chain.
    pub(crate) fn begin_anew(&mut self, fork: u8, tip: u64) {
        for node in &mut self.nodes {
            node.own.chain.clear();
            (0..tip).for_each(|_| drop(node.own.grow(fork, 0)));
        }
    }

    /// Removes the newest blocks of every node.
    pub(crate) fn roll_back(&mut self, depth: usize) {
        self.nodes.iter_mut().for_each(|node| node.own.chain.truncate(node.own.chain.len() - depth));
    }

    pub(crate) fn handle(&mut self, event: Event) {
        self.world.event(event);
        self.note();
    }

    fn note(&mut self) {
        for seen in std::mem::take(&mut self.world.seen) {
            match seen {
                Seen::Posted(client, message) => self.told.push((client, message)),
                Seen::Sent(flight) => {
                    self.asked.push((String::from_utf8_lossy(&flight.body).into_owned(), flight.client));
                }
                _ => {}
            }
        }
    }

    /// Runs the next event. Returns `false` if none comes before `until`.
    pub(crate) fn step(&mut self, until: u64) -> bool {
        let Some(at) = self.next_at().filter(|at| *at <= until) else {
            self.now = until;
            return false;
        };
        self.now = at.max(self.now);
        self.world.step();
        self.note();
        true
    }

    pub(crate) fn run(&mut self, ms: u64) {
        let until = self.now + ms;
        while self.step(until) {}
    }

    /// Whether nothing is in flight and nothing is due.
    pub(crate) fn is_quiet(&self) -> bool {
        self.flights.is_empty() && self.wake().is_none()
    }

    pub(crate) fn ask(&mut self, client: u32, wallet: bool, method: &str, params: Value) -> u64 {
        self.next += 1;
        let (id, params) = (self.next, params.to_string());
        let message = PageToCore::Ask { id, chain: 1, method: method.into(), params, wallet };
        self.handle(Event::Message { client, message });
        id
    }

    /// Runs until the core has answered this request.
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

/// How many requests of each kind a node got.
pub(crate) fn counts(node: &Node) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    node.own.asked.iter().for_each(|m| *counts.entry(m.as_str()).or_default() += 1);
    counts
}
