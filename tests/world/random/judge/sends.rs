//! What may be sent, to which lane, when, and how often.

use serde_json::Value;

use super::super::super::Flight;
use super::super::super::chain::START;
use super::super::super::node::{Fault, Node};
use super::super::truth;
use super::answers::MOST_OUT;
use super::{Ask, Judge, State, USED_MS};

#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) node: usize,
    pub(super) at: u64,
    pub(super) race: Option<usize>,
    /// Whether the core polls the lane's head with it.
    pub(super) poll: bool,
    pub(super) out: bool,
    /// When it ended, ms.
    pub(super) landed: u64,
    /// Its connection was lost. It may be sent again once the person is online.
    pub(super) lost: bool,
    /// The core cancelled it to give back a lent slot. It may be sent again in a slot of the page's own.
    pub(super) cancelled: bool,
    pub(super) lied: bool,
    pub(super) said: Option<Value>,
    /// Code and message of the error that came back.
    pub(super) error: Option<(i64, String)>,
}

impl Judge {
    pub(super) fn sent(&mut self, now: u64, flight: &Flight, nodes: &[Node]) {
        let node = flight.node;
        self.note(now, || format!("send {} e{node} {} {}", flight.send, flight.method, flight.params));
        self.tally.sends += 1;
        let lied = nodes[node].faults(now).any(|f| matches!(f, Fault::Lie(_)));
        let nonce =
            flight.params.find("5eed").and_then(|at| u32::from_str_radix(flight.params.get(at + 4..at + 12)?, 16).ok());
        let race = nonce.and_then(|n| self.newest_race.get(&n).copied());
        let chain = self.script.nodes[node].chain;
        if !self.book.on(node) {
            self.fail(now, &format!("e{node} is not chosen, and was sent {}", flight.method));
        }
        if self.facts[node].wrong {
            self.fail(now, &format!("e{node} serves another chain, and was sent {}", flight.method));
        }
        let broadcast = flight.method == "eth_sendRawTransaction";
        // Transactions are not held back, and neither is the check that comes before one.
        let aside = broadcast || flight.method == "eth_chainId" && self.has_broadcast(chain);
        if !aside && self.dark(now, node) {
            self.fail(now, &format!("e{node} is dark in the drill, and was sent {}", flight.method));
        }
        match race {
            Some(race) => self.sent_in_race(now, flight, race, broadcast),
            None if flight.is_chore() => {
                self.facts[node].chores += 1;
                // An attempt on a lane that is not checked yet causes a check.
                let asked = self.races[self.first_race..].len() as u64;
                let allowed = 8 + asked + (now - self.born.max(START)) / 1_000;
                if self.facts[node].chores > allowed {
                    self.fail(now, &format!("e{node} is pestered: {} checks and polls", self.facts[node].chores));
                }
                let used = &self.uses[chain];
                // An attempt on a lane that is not checked yet causes a check. Transactions continue after their page
                // has gone.
                let waits = |a: &Ask| {
                    let sending = a.items[0].0.method == "eth_sendRawTransaction"
                        && now <= a.at.max(self.resumed) + a.deadline_ms;
                    let names = a.items.iter().any(|(_, race)| self.named(*race).is_some());
                    a.items[0].0.chain == chain
                        && (a.state == State::Open || sending)
                        && (flight.method == "eth_chainId" || names)
                };
                // A question that names a block makes a lane show its head first.
                let wanted = self.asks.iter().any(waits);
                if !wanted && (used.clients.is_empty() || now >= used.last + USED_MS) {
                    self.fail(now, &format!("no page uses the chain of e{node}, and it was sent {}", flight.method));
                }
            }
            None => self.fail(now, &format!("e{node} was sent what nobody asked: {} {}", flight.method, flight.params)),
        }
        let poll = race.is_none() && flight.method == "eth_blockNumber";
        let (out, said, error) = (true, None, None);
        let (landed, lost, cancelled) = (0, false, false);
        let sent = Sent { node, at: now, race, poll, out, landed, lost, cancelled, lied, said, error };
        self.sends.insert(flight.send, sent);
    }

    pub(super) fn sent_in_race(&mut self, now: u64, flight: &Flight, race: usize, broadcast: bool) {
        let node = flight.node;
        if !self.facts[node].checked {
            self.fail(now, &format!("e{node} was asked before its chain was known"));
        }
        if !self.is_open(race) && !broadcast && !self.races[race].mixed {
            self.fail(now, &format!("e{node} was sent {} that nobody waits for", flight.method));
        }
        if broadcast
            && !self.book.entries[node].private
            && (self.races[race].private || self.book.has_private(self.races[race].chain))
        {
            self.fail(now, &format!("a transaction for private endpoints went to e{node}"));
        }
        let patience = (self.low_deadline * 4 / 10).min(2_000);
        let others: Vec<Sent> = self.races[race].sends.iter().filter_map(|s| self.sends.get(s)).cloned().collect();
        let beside = others.iter().any(|s| s.out && s.at + patience > now);
        let bought = matches!(self.races[race].mode, "guard" | "rescue") && !self.modes_changed && !broadcast;
        let again: Vec<&Sent> = others.iter().filter(|s| s.node == node && !s.lost).collect();
        if beside && again.is_empty() && bought && self.resumed == 0 && !self.races[race].mixed {
            self.races[race].hedges += 1;
            self.note(now, || format!("hedge {} in race {race}", flight.send));
            self.count_hedges(now);
        }
        // The same lane again is no second lane: its batch was not accepted, or its slot was called back.
        if bought && others.len() == 1 && others[0].node != node {
            self.second_ground(now, race, others[0].node, node);
        }
        // A lent slot is given back once, when others come.
        let called_back = again.len() <= 1 && again.iter().all(|s| s.cancelled);
        if !called_back && !self.races[race].mixed {
            self.fail(now, &format!("e{node} was asked twice in one race"));
        }
        let named = breakwater::named::blocks(breakwater::route::spec(&flight.method), &flight.params);
        self.races[race].pinned = self.races[race].pinned.max(named.map(|named| named.newest));
        self.races[race].sends.push(flight.send);
    }

    /// At most 10 % of any 200 requests, plus a reserve of 10. Seen from outside, a race begins when it is asked.
    /// Races that have sent nothing yet may begin later.
    pub(super) fn count_hedges(&mut self, now: u64) {
        let mine = &self.races[self.first_race..];
        let all: usize = mine.iter().map(|r| r.hedges).sum();
        let unbegun = mine.iter().filter(|r| r.sends.is_empty()).count();
        let window: usize = mine.iter().rev().take(200).map(|r| r.hedges).sum();
        if mine.len() <= 200 && all > 10 + mine.len() / 10 || window > 30 + unbegun {
            self.fail(now, &format!("{all} hedges for {} requests, {window} of them in the last 200", mine.len()));
        }
    }

    /// The second lane stands on different ground if there is such a lane and it is well. Only questions about an old
    /// block are checked, because for others a lane may be left out as behind.
    pub(super) fn second_ground(&mut self, now: u64, race: usize, first: usize, second: usize) {
        let method = self.races[race].method;
        let timeless = self.races[race].asks.first().is_some_and(|a| {
            let items = &self.asks[*a].items;
            let question = items.iter().find(|(_, r)| *r == race).map_or(&items[0].0, |(q, _)| q);
            truth::is_money(method) && truth::is_old(question, self.script.chains[question.chain].head(now))
        });
        if !timeless || !self.races[race].warm || self.cloud(first) != self.cloud(second) || self.lanes_changed {
            return;
        }
        let chain = self.races[race].chain;
        for node in 0..self.facts.len() {
            // This lane may be the second one, with its attempt waiting for a slot. The send then goes to the lane
            // after it.
            let full = self.sends.values().filter(|s| s.out && s.node == node).count() >= MOST_OUT;
            let steady = self.script.nodes[node].spells.is_empty()
                && !full
                && self.script.nodes[node].lag == 0
                && self.facts[node].checked
                && !self.dark(now, node);
            if self.script.nodes[node].chain == chain
                && steady
                && self.book.on(node)
                && self.cloud(node) != self.cloud(first)
            {
                self.suspicions.push((node, format!("the second lane e{second} stands on the ground of e{first}")));
            }
        }
    }

    pub fn all_settled(&mut self, now: u64) {
        if let Some(ask) = self.asks.iter().find(|a| a.state == State::Open) {
            let text = format!("{}/{} {} never ended", ask.client, ask.id, ask.items[0].0.method);
            self.fail(now, &text);
        }
    }

    /// The end: every page has been closed for a long time.
    pub fn silent(&mut self, now: u64, out: &[u64], wake: Option<u64>) {
        if let Some(send) = out.first() {
            let what = self.sends.get(send).cloned();
            self.fail(now, &format!("{} sends never end, the first is {what:?}", out.len()));
        }
        if let Some(at) = wake {
            self.fail(now, &format!("nothing is left to do, and the guard wants to be woken at {at}"));
        }
    }
}
