//! Hosts to which a browser opens six connections each.

use std::collections::{BTreeMap, BTreeSet};

use breakwater::guard::Event;
use serde_json::json;

use crate::world::{Flight, World};

/// How many connections a host has.
const CONNECTIONS: usize = 6;

/// Answers by hosts with six connections each, in the order of the requests. Requests for which `held` returns true
/// are never answered and hold up their batch.
pub(crate) struct Wires {
    /// When each busy connection is answered, and the send whose HTTP request it carries.
    busy: BTreeMap<usize, BTreeSet<(u64, u64)>>,
    held: fn(&str) -> bool,
}

impl Wires {
    pub(crate) fn new(held: fn(&str) -> bool) -> Wires {
        Wires { busy: BTreeMap::new(), held }
    }

    /// Answers what is due, oldest sends first. Each is answered 20, 40 or 60 ms after it got a connection.
    pub(crate) fn step(&mut self, world: &mut World) {
        for node in 0..world.nodes.len() {
            let ms = world.nodes[node].median_ms;
            let busy = self.busy.entry(node).or_default();
            let mut held: BTreeMap<u64, bool> = BTreeMap::new();
            for flight in world.flights.values().filter(|f| f.node == node && !f.is_chore()) {
                *held.entry(flight.exchange()).or_default() |= (self.held)(&flight.params);
            }
            busy.retain(|(_, exchange)| held.contains_key(exchange));
            let known: BTreeSet<u64> = busy.iter().map(|(_, exchange)| *exchange).collect();
            let waiting = held.iter().filter(|(exchange, _)| !known.contains(exchange));
            for (exchange, held) in waiting.take(CONNECTIONS.saturating_sub(busy.len())) {
                busy.insert((if *held { u64::MAX } else { world.now + ms }, *exchange));
            }
            let is_ready =
                |f: &&Flight| busy.iter().any(|(at, exchange)| *at <= world.now && *exchange == f.exchange());
            let ready: Vec<u64> = world.flights.values().filter(is_ready).map(|f| f.send).collect();
            for send in ready {
                world.flights.remove(&send);
                let body = json!({"jsonrpc": "2.0", "id": send, "result": "0x1"}).to_string().into_bytes();
                world.event(Event::Response { send, status: 200, headers: Vec::new(), body });
            }
        }
    }
}
