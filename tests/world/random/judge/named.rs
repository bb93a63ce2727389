//! What a lane says about a block that it lacks.

use serde_json::Value;

use super::super::super::node::Fault;
use super::super::draw::Question;
use super::super::truth;
use super::{Judge, Sent, far};

/// A send that has been in flight for this long may count as silent, ms.
const LATE_MS: u64 = 200;

impl Judge {
    /// The lane that gave this result lacks the block which the question names. It must not be the answer if this was
    /// known and another lane had shown the block.
    pub(super) fn lacked(&mut self, now: u64, question: &Question, race: usize, result: &Value) {
        let own = truth::named(question);
        let Some(named) = own.or(self.races[race].pinned) else { return };
        let chain = question.chain;
        // A lane of another chain may have been expelled since, and its heads forgotten.
        let foreign = |f: &Fault| matches!(f, Fault::WrongChain(_));
        let mixed = self.script.nodes.iter().any(|n| n.chain == chain && n.spells.iter().any(|s| foreign(&s.fault)));
        if mixed || self.modes_changed || self.races[race].mixed {
            return;
        }
        let sends = self.race_sends(race);
        let givers: Vec<usize> = sends.iter().filter(|s| s.said.as_ref() == Some(result)).map(|s| s.node).collect();
        // The result of a batch's item was judged when it arrived, because the batch waits for its slowest item.
        let batch = self.races[race].asks.iter().any(|ask| self.asks[*ask].rescue);
        let lacks = |giver: &usize| match batch {
            true => self.races[race].lacking.contains(giver),
            false => self.is_lacking(chain, *giver, named),
        };
        // A lane that had the block and fell back is the last resort, once all others have failed or are late. Not if
        // it was the core that chose the block: without that, the lane would have answered for its own newest block.
        let late = |s: &Sent| givers.contains(&s.node) || !s.out || now >= s.at + LATE_MS;
        let resort =
            own.is_some() && sends.iter().all(late) && givers.iter().all(|giver| self.facts[*giver].top >= named);
        if !resort && !givers.is_empty() && givers.iter().all(lacks) {
            let text = format!("{} {} is answered by e{}", question.method, question.params, givers[0]);
            self.fail(now, &format!("{text}, which is known not to have the block"));
        }
    }

    /// Notes which lanes lack the block when one of the sends of a race has ended.
    pub(super) fn note_lacking(&mut self, race: usize) {
        let Some(named) = self.named(race) else { return };
        let chain = self.races[race].chain;
        let lacks = |node: &usize| self.script.nodes[*node].chain == chain && self.is_lacking(chain, *node, named);
        self.races[race].lacking = (0..self.facts.len()).filter(lacks).collect();
    }

    /// Whether a lane was asked for its head instead of the race's question, and has not shown the block since.
    pub(super) fn was_polled(&self, race: usize, node: usize) -> bool {
        let Some(named) = self.named(race) else { return false };
        let at = self.races[race].at;
        let polled = self.sends.values().any(|s| s.node == node && s.poll && (s.at >= at || s.out));
        let lacks = |since: u64| self.facts[node].head.is_some_and(|(head, when)| head < named && when >= since);
        lacks(at) || polled && (self.facts[node].head.is_none() || lacks(0))
    }

    /// The newest block that the question of a race names.
    pub(super) fn named(&self, race: usize) -> Option<u64> {
        let race_of = &self.races[race];
        let items = &self.asks[*race_of.asks.first()?].items;
        let asked = items.iter().find(|(_, r)| *r == race).and_then(|(question, _)| truth::named(question));
        asked.max(race_of.pinned)
    }

    /// Whether a block that a lane returns shows the lane's head. Every lane has the old blocks, so of the named
    /// blocks only a new one does.
    pub(super) fn shows_head(&self, race: usize, node: usize, number: u64) -> bool {
        let chain = self.script.nodes[node].chain;
        let new = (1..=number + far(self.book.chains[chain].0)).contains(&self.best_head(chain));
        let higher = self.facts[node].head.is_none_or(|(head, _)| number > head);
        self.asks_for_newest(race) || new && higher
    }

    /// Whether a race asks for the newest block. Then every answer shows the head of its lane.
    fn asks_for_newest(&self, race: usize) -> bool {
        let first = self.races[race].asks.first().map(|ask| &self.asks[*ask].items);
        let question = first.and_then(|items| items.iter().find(|(_, r)| *r == race)).map(|(question, _)| question);
        question.is_some_and(|q| q.method == "eth_getBlockByNumber" && q.params[0] == "latest")
    }

    fn is_lacking(&self, chain: usize, node: usize, named: u64) -> bool {
        let others =
            (0..self.facts.len()).filter(|n| *n != node && self.script.nodes[*n].chain == chain && self.book.on(*n));
        let shown = others.filter_map(|n| self.facts[n].head).map(|(head, _)| head).max().unwrap_or(0);
        self.facts[node].head.is_some_and(|(head, _)| head < named.min(shown))
    }
}
