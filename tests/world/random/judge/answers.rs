//! Whether what a page was told is right, given what the lanes could know.

use std::collections::BTreeSet;

use breakwater::guard::ClientId;
use breakwater::protocol::CoreToPage;
use serde_json::Value;

use super::super::super::chain::{Chain, Said};
use super::super::super::node::Node;
use super::super::draw::{Question, Wallet};
use super::super::truth::{self, Verdict};
use super::{Judge, KNOWN_MS, Sent, Shown, State, far};

/// Errors of nodes that are unable to answer.
const UNABLE: [&str; 4] = [
    "method not found",
    "header not found",
    "query returned more than 10000 results",
    "the method does not exist/is not available",
];

/// How many reads of a page are at least in flight on a host before its other reads are queued.
pub(super) const MOST_OUT: usize = 4;
/// While several sites read, a site begins at most this many sends …
const MOST_BEGUN: usize = 3;
/// … within this time, ms.
const BEGINS_MS: u64 = 250;
/// From this many waiting requests, the page itself asks too much.
const CROWD: usize = 50;
/// The vague error of a broken node.
const WORD: &str = "Internal error";

impl Judge {
    pub fn wallet_of(&self, client: ClientId, id: u64) -> Option<(Wallet, Question)> {
        let ask = &self.asks[*self.by_id.get(&(client, id))?];
        Some((self.script.pages[ask.page].1, ask.items[0].0.clone()))
    }

    pub fn wallet_said(&mut self, client: ClientId, id: u64, text: &str) {
        if let Some(ask) = self.by_id.get(&(client, id)) {
            self.asks[*ask].wallet_said = Some(text.to_owned());
        }
    }

    pub(super) fn weigh_answer(&mut self, now: u64, at: usize, message: &CoreToPage, chains: &[Chain]) {
        let (question, race) = self.asks[at].items[0].clone();
        match message {
            CoreToPage::Answer { result, .. } => {
                self.tally.answered += 1;
                self.weigh_result(now, at, &question, race, result, chains);
            }
            CoreToPage::Error { code, message, data, .. } => {
                self.hush(now, message);
                let ours = message.starts_with("Breakwater:");
                if ours && (0..self.facts.len()).any(|node| message.contains(&format!("e{node} "))) {
                    self.fail(now, &format!("an endpoint's name is shown: {message}"));
                }
                self.weigh_error(now, &question, race, (*code, message), data.as_deref(), chains);
            }
            CoreToPage::UseWallet { .. } => {
                let said = self.asks[at].wallet_said.clone();
                match said.filter(|_| question.method == "eth_blockNumber") {
                    Some(text) => self.never_back(now, at, &question, (&text, true)),
                    // Askers that joined it get the answers of their own wallets.
                    None if self.races[race].asks.iter().all(|a| self.asks[*a].wallet_said.is_none()) => {
                        self.gave_up(now, race, "it was left to the wallet");
                    }
                    None => {}
                }
            }
            CoreToPage::Body { body, .. } => {
                self.tally.answered += 1;
                self.weigh_body(now, at, body, chains);
            }
            _ => {}
        }
    }

    pub(super) fn weigh_body(&mut self, now: u64, at: usize, body: &str, chains: &[Chain]) {
        let value: Value = serde_json::from_str(body).unwrap_or_default();
        let replies = value.as_array().cloned().unwrap_or_else(|| vec![value]);
        let items = self.asks[at].items.clone();
        if replies.len() != items.len() {
            return self.fail(now, &format!("{} replies to {} questions", replies.len(), items.len()));
        }
        for (i, (reply, (question, race))) in replies.iter().zip(&items).enumerate() {
            if reply["id"] != i {
                self.fail(now, "a batch came back in another order");
            }
            match reply.get("error") {
                None => self.weigh_result(now, at, question, *race, &reply["result"].to_string(), chains),
                Some(error) => {
                    let data = error.get("data").map(Value::to_string);
                    self.weigh_error(
                        now,
                        question,
                        *race,
                        (error["code"].as_i64().unwrap_or(0), error["message"].as_str().unwrap_or_default()),
                        data.as_deref(),
                        chains,
                    );
                }
            }
        }
    }

    pub(super) fn weigh_result(
        &mut self,
        now: u64,
        at: usize,
        question: &Question,
        race: usize,
        text: &str,
        chains: &[Chain],
    ) {
        let Ok(result) = serde_json::from_str::<Value>(text) else {
            return self.fail(now, &format!("not JSON: {text}"));
        };
        match truth::of(question, &chains[question.chain], now, &result) {
            // No lane has an empty state for its own newest block. If the core asked for a block by number, the lane may
            // lack that one.
            Verdict::Hollow if self.named(race).is_some() => self.lacked(now, question, race, &result),
            Verdict::Wrong | Verdict::Hollow => {
                self.fail(now, &format!("{} {} is answered with {text}", question.method, question.params))
            }
            Verdict::Lie => self.lied(now, question, race),
            Verdict::Nothing => self.nothing(now, question, race),
            Verdict::Short => {
                self.lacked(now, question, race, &result);
                self.behind(now, question, race, 0);
            }
            Verdict::At(block) => self.behind(now, question, race, block),
            Verdict::True => {}
        }
        if self.book.strict {
            self.confirmed(now, question, race, &result);
        }
        if matches!(question.method, "eth_blockNumber") {
            self.never_back(now, at, question, (text, false));
        }
        let latest = question.method == "eth_getBlockByNumber" && question.params[0] == "latest";
        if let Some(number) = result["number"].as_str().filter(|_| latest).map(|n| format!("\"{n}\"")) {
            self.shown(now, at, question, (&number, false));
        }
    }

    /// A block that only the page's own wallet showed counts while a lane is about as far, because a wallet may be on
    /// a fork.
    pub(super) fn never_back(&mut self, now: u64, at: usize, question: &Question, (text, bounded): (&str, bool)) {
        let Some(number) = breakwater::jsonrpc::quantity(text) else { return };
        let best = self.best_head(question.chain);
        let shown = &self.floors[&(self.asks[at].page, question.chain)];
        let counts = |shown: &&Shown| !shown.bounded || shown.number <= best;
        let floor = shown.iter().filter(counts).map(|shown| shown.number).max().unwrap_or(0);
        if number < floor {
            self.fail(now, &format!("page {} was shown block {floor}, and then {number}", self.asks[at].page));
        }
        self.shown(now, at, question, (text, bounded));
    }

    pub(super) fn shown(&mut self, now: u64, at: usize, question: &Question, (text, bounded): (&str, bool)) {
        let Some(number) = breakwater::jsonrpc::quantity(text) else { return };
        // While no lane has shown a head, only the page itself knows which block it was shown.
        let bounded = bounded || self.best_head(question.chain) < number;
        if let Some(floor) = self.floors.get_mut(&(self.asks[at].page, question.chain)) {
            floor.push(Shown { at: now, number, bounded });
        }
    }

    /// The best head that a lane of a chain is known to have shown; 0 if none has.
    pub(super) fn best_head(&self, chain: usize) -> u64 {
        let mine = |n: &usize| self.script.nodes[*n].chain == chain && self.book.on(*n);
        let heads = (0..self.facts.len()).filter(mine).filter_map(|n| self.facts[n].head);
        heads.map(|(head, _)| head).max().unwrap_or(0)
    }

    pub(super) fn race_sends(&self, race: usize) -> Vec<Sent> {
        self.races[race].sends.iter().filter_map(|s| self.sends.get(s)).cloned().collect()
    }

    /// Lanes of a race's chain that could have been asked and were not.
    pub(super) fn unasked(&self, now: u64, race: usize) -> Vec<usize> {
        let (chain, sends) = (self.races[race].chain, self.race_sends(race));
        let free = |n: &usize| {
            let facts = &self.facts[*n];
            let mine = self.script.nodes[*n].chain == chain && self.book.on(*n) && facts.chosen <= race;
            mine && facts.checked && !self.dark(now, *n)
        };
        (0..self.facts.len()).filter(free).filter(|n| sends.iter().all(|s| s.node != *n)).collect()
    }

    pub(super) fn steady(&self, now: u64, node: usize, since: u64) -> bool {
        self.script.nodes[node].spells.iter().all(|s| s.until < since || s.from > now)
    }

    /// Whether the lanes must agree on this question.
    fn compared(&self, question: &Question, race: usize) -> bool {
        // Pending nonces are left to the wallet's own node.
        let pending = question.method == "eth_getTransactionCount" && question.params[1] == "pending";
        truth::is_money(question.method) && self.races[race].mode == "compare" && !self.modes_changed && !pending
    }

    /// In strict mode, the answer of one lane alone must not be given.
    fn confirmed(&mut self, now: u64, question: &Question, race: usize, result: &Value) {
        let said = self.race_sends(race).iter().filter(|s| s.said.as_ref() == Some(result)).count();
        if said < 2 && self.compared(question, race) && !self.races[race].mixed {
            self.fail(now, "an answer was given that nothing confirms");
        }
    }

    pub(super) fn lied(&mut self, now: u64, question: &Question, race: usize) {
        let sends = self.race_sends(race);
        if !self.compared(question, race) {
            if !sends.iter().any(|s| s.lied) && !self.races[race].mixed {
                self.fail(now, "a lie that no lane told");
            }
            return;
        }
        // Two lanes may tell the same lie. Then they agree.
        let twins = sends.iter().filter(|s| s.lied && s.said.is_some()).count() > 1;
        let honest = sends.iter().any(|s| !s.lied && s.said.is_some());
        if honest && !twins {
            return self.fail(now, "a lie won over an honest lane in compare mode");
        }
        // Sends to a lane that a drill darkens are not visible here.
        if !twins && !self.late(now, race) && self.drilled.is_none() && !self.lanes_changed {
            for node in self.unasked(now, race) {
                // A lane that lacks the block is of no help. It was asked for its head, and showed an older one or was
                // silent.
                if self.steady(now, node, now.saturating_sub(150_000)) && !self.was_polled(race, node) {
                    self.suspicions.push((node, "a lie was not compared".to_owned()));
                }
            }
        }
    }

    /// Whether the deadline is so near that the answer in hand is given, because no other lane can be asked.
    fn late(&self, now: u64, race: usize) -> bool {
        now + 200 >= self.races[race].at + self.low_deadline * 9 / 10
    }

    pub(super) fn nothing(&mut self, now: u64, question: &Question, race: usize) {
        let sends = self.race_sends(race);
        // A page's wallet is a lane too.
        let wallets = self.races[race].asks.iter().filter(|a| self.asks[**a].wallet_said.is_some()).count();
        let said = sends.iter().filter(|s| !s.out).count() + wallets;
        if self.late(now, race) || !self.races[race].warm || said > 1 {
            return;
        }
        for node in self.unasked(now, race) {
            let there = self.script.nodes[node].say_has(now, question, &self.script.chains[question.chain]);
            if there && self.steady(now, node, now.saturating_sub(150_000)) {
                self.suspicions.push((node, format!("null for {} {}", question.method, question.params)));
            }
        }
    }

    pub(super) fn behind(&mut self, now: u64, question: &Question, race: usize, block: u64) {
        let logs = question.method == "eth_getLogs";
        let far = far(self.book.chains[question.chain].0);
        if !(logs || truth::is_latest(question))
            || self.races[race].mode == "compare"
            || self.modes_changed
            || self.lanes_changed
        {
            return;
        }
        let at = self.races[race].at;
        let sends = self.race_sends(race);
        let givers: Vec<usize> = sends.iter().filter(|s| s.said.is_some()).map(|s| s.node).collect();
        let best = self.facts.iter().filter_map(|f| f.head).map(|(n, _)| n).max().unwrap_or(0);
        let behind = |n: u64| if logs { n + far < best } else { n <= block };
        let known_behind = |node: &usize| self.facts[*node].head.is_some_and(|(n, when)| behind(n) && when < at);
        if !givers.iter().any(known_behind) {
            return;
        }
        for node in self.unasked(now, race) {
            let Some((head, seen)) = self.facts[node].head else { continue };
            let block = if logs { best - far - 1 } else { block };
            // A head that was shown long before may have risen since.
            let shown = givers.iter().filter_map(|g| self.facts[*g].head).map(|(_, when)| when).min().unwrap_or(0);
            let knew = seen < at && seen + KNOWN_MS > at && seen <= shown + 1_500 && head > block + far;
            if knew && self.steady(now, node, now.saturating_sub(150_000)) {
                self.suspicions
                    .push((node, format!("{} was answered at block {block}, and {head} was known", question.method)));
            }
        }
    }

    pub(super) fn weigh_error(
        &mut self,
        now: u64,
        question: &Question,
        race: usize,
        (code, message): (i64, &str),
        data: Option<&str>,
        chains: &[Chain],
    ) {
        let said = (code, message.to_owned());
        match code {
            -32002 if self.races[race].mode == "compare" || self.modes_changed => {
                let sends = self.race_sends(race);
                // A revert and a result are a dispute too.
                let reverts = sends.iter().filter_map(|s| s.error.as_ref()).filter(|(code, _)| *code == 3);
                let results = sends.iter().filter_map(|s| s.said.as_ref()).map(Value::to_string);
                let all: Vec<String> = results.chain(reverts.map(|(_, message)| message.clone())).collect();
                let (one, said) = (all.len() < 2, all.into_iter().collect::<BTreeSet<_>>());
                if one && self.book.strict {
                    self.gave_up(now, race, "it was withheld");
                } else if said.len() < 2 && !self.races[race].mixed {
                    self.fail(now, "a dispute among lanes that agree");
                }
            }
            -32603 if message.starts_with("Breakwater:") => self.gave_up(now, race, "it failed"),
            // The error of a lane, because no lane could answer.
            _ if UNABLE.contains(&message) && self.race_sends(race).iter().any(|s| s.error.as_ref() == Some(&said)) => {
                self.gave_up(now, race, "it failed");
            }
            // The request was queued behind others of its page.
            -32005 if message.starts_with("Breakwater: too many requests") && self.is_crowd(race) => {}
            // An error that two lanes gave is the answer. For a transaction, so is the error that most nodes gave.
            _ if message == WORD => {
                let lanes = self.race_sends(race).iter().filter(|s| s.error.as_ref() == Some(&said)).count();
                match (lanes, question.method) {
                    (0, _) => self.fail(now, "an error that no lane gave"),
                    (1, method) if method != "eth_sendRawTransaction" => {
                        self.gave_up(now, race, "one lane's error was given")
                    }
                    _ => {}
                }
            }
            4900 | 4901 => {}
            _ if truth::is_own_error(question, &chains[question.chain], now, code, data) => {}
            _ => self.fail(now, &format!("{} {} fails with {code}", question.method, question.params)),
        }
    }

    /// Whether a page that waits for this race has so many waiting requests that the page is to blame.
    fn is_crowd(&self, race: usize) -> bool {
        let waiting = |page: usize| self.asks.iter().filter(|a| a.page == page && a.state == State::Open).count();
        self.races[race].asks.iter().any(|ask| waiting(self.asks[*ask].page) >= CROWD)
    }

    /// A request may fail early only if every lane that is well was asked and failed.
    pub(super) fn gave_up(&mut self, now: u64, race: usize, how: &str) {
        let begun = &self.races[race];
        if matches!(begun.method, "eth_sendRawTransaction" | "eth_getProof" | "eth_getLogs")
            || begun.mode == "off"
            || self.modes_changed
        {
            return;
        }
        let early = now + 200 < begun.at + self.low_deadline * 9 / 10;
        if !early || !begun.warm || self.lanes_changed || self.book.site_off {
            return;
        }
        // The request was queued behind reads in flight, and half of its time is left for its wallet.
        let was_out = |s: &&Sent| (s.out || s.landed == now) && self.script.nodes[s.node].chain == begun.chain;
        let busy = self.sends.values().filter(was_out).count();
        // While several sites read, each begins at most three sends in this time, whichever their chains.
        let sites: BTreeSet<usize> = self.script.pages.iter().map(|(site, _)| *site).collect();
        let young = |s: &&Sent| (s.out || s.landed == now) && s.at + BEGINS_MS > now;
        let crowd = sites.len() > 1 && self.sends.values().filter(young).count() >= MOST_BEGUN;
        // With a shorter deadline than before, an equal question is a race of its own. It is then not visible which
        // send belongs to which.
        let unsent = begun.mixed || self.race_sends(race).is_empty();
        if (busy >= MOST_OUT || crowd) && unsent && now >= begun.at + self.low_deadline * 4 / 10 {
            return;
        }
        let newest = self.script.chains[begun.chain].head(now);
        let new = self.named(race).filter(|named| named + truth::OLD >= newest);
        for node in self.unasked(now, race) {
            // A lane that lacks the named block is not asked.
            let lacks = new.is_some_and(|named| self.facts[node].head.is_none_or(|(head, _)| head < named));
            if !lacks && self.steady(now, node, now.saturating_sub(1_000)) {
                self.suspicions.push((node, format!("{how} early")));
            }
        }
        if let Some(sent) = self.race_sends(race).into_iter().find(|s| s.out) {
            self.fail(now, &format!("{how} early, and e{} may still answer", sent.node));
        }
    }
}

impl Node {
    /// Whether the node has what was asked for by hash.
    fn say_has(&self, now: u64, question: &Question, chain: &Chain) -> bool {
        matches!(chain.say(question.method, &question.params, self.head(now, chain), None), Said::Result(v) if !v.is_null())
    }
}
