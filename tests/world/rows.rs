//! One row of the side-by-side bench in virtual time: the same lanes and the same kinds of reads, eight at a time.

use std::collections::BTreeMap;

use breakwater::protocol::{CoreToPage, PageToCore};
use serde_json::{Value, json};

use super::node::Fault;
use super::rng::Rng;
use super::script::{PAGE, Setup, three};
use super::{Seen, World};

/// How many reads a row has.
pub const READS: u64 = 200;
const AT_ONCE: u64 = 8;

/// The times of a row, and its sends.
#[derive(Debug, Clone)]
pub struct Row {
    /// Sorted, ms.
    pub times: Vec<u64>,
    pub sends: u64,
}

impl Row {
    pub fn quantile(&self, q: f64) -> u64 {
        // The smallest time that this share of reads stays within.
        let at = (q * self.times.len() as f64).ceil() as usize;
        self.times[at.clamp(1, self.times.len()) - 1]
    }

    pub fn sends_per_read(&self) -> f64 {
        self.sends as f64 / self.times.len() as f64
    }
}

/// A world with lanes of 20, 40 and 60 ms, each with a tail of 2 % and 150 ms. The first one also has `fault`. The
/// page uses the chain, and nothing has been read yet.
pub fn lanes(seed: u64, fault: Option<Fault>) -> World {
    // With TLS, because these nodes answer any number of requests at once, like hosts that speak HTTP/2.
    let mut world = Setup::new(three()).tls().fresh();
    world.rng = Rng::new(seed);
    world.alive = true;
    ["a", "b", "c"].into_iter().for_each(|lane| world.fault(lane, Fault::Tail(2, 150)));
    fault.into_iter().for_each(|fault| world.fault("a", fault));
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.advance(1_000);
    world.seen.clear();
    world
}

fn question(i: u64, head: u64) -> (&'static str, Value) {
    let who = format!("0x{i:040x}");
    match i % 6 {
        0 => ("eth_getBalance", json!([who, "latest"])),
        1 => ("eth_call", json!([{"to": who}, "latest"])),
        2 => ("eth_getBlockByNumber", json!([format!("0x{:x}", head - 20 - i % 500), false])),
        3 => ("eth_getTransactionReceipt", json!([super::chain::hash_at(i, head - 30)])),
        4 => ("eth_getLogs", json!([{"fromBlock": format!("0x{:x}", head - 40 - i % 500), "address": who}])),
        _ => ("eth_blockNumber", json!([who])),
    }
}

/// Asks `count` reads, with `pause_ms` between an answer and the next read in its place. Ids begin at `first`.
pub fn read(world: &mut World, first: u64, count: u64, pause_ms: u64) -> Row {
    let mut out = BTreeMap::new();
    let mut free = vec![world.now; AT_ONCE as usize];
    let mut row = Row { times: Vec::new(), sends: 0 };
    let mut next = 0;
    while (row.times.len() as u64) < count {
        while next < count
            && let Some(at) = free.iter().position(|at| *at <= world.now)
        {
            free.swap_remove(at);
            let (method, params) = question(first + next, world.chains[0].head(world.now));
            out.insert(first + next, world.now);
            world.ask(first + next, method, params);
            next += 1;
        }
        for seen in std::mem::take(&mut world.seen) {
            match seen {
                // Reads of the block number also count as reads here. Only chores have no parameters.
                Seen::Sent(flight) if !flight.is_chore() => row.sends += 1,
                Seen::Posted(_, CoreToPage::Answer { id, .. } | CoreToPage::Error { id, .. }) => {
                    let since = out.remove(&id).expect("asked once, answered once");
                    row.times.push(world.now - since);
                    free.push(world.now + pause_ms);
                }
                _ => {}
            }
        }
        world.advance(1);
    }
    row.times.sort_unstable();
    row
}
