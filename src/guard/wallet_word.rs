//! What a page's wallet said, as a lane. A page can make its wallet say anything: what it says is for the document
//! that the wallet belongs to. Whoever asked the same elsewhere, and was joined, goes on without it.

use super::Guard;
use crate::asks::{Request, Slot, is_own, shown_block};
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::race::Outcome;

impl Guard {
    /// A wallet that was asked as a lane has answered.
    pub(super) fn wallet_said(&mut self, now: u64, client: ClientId, id: u64, reply: Reply) {
        let asked = |r: &Request| r.wallet == Some(client) && r.wallet_asker() == Some((client, id));
        let Some((request_id, request)) = self.asks.requests.iter().find(|(_, r)| asked(r)) else { return };
        let found = request.slots.iter().enumerate().find_map(|(i, s)| match s {
            Slot::Wallet(since) => Some((i, *since)),
            _ => None,
        });
        let (Some((index, since)), request_id) = (found, *request_id) else { return };
        let (spec, chain) = (request.spec, request.question.chain);
        let mut judged = self.asks.classifier.wallet(spec, reply);
        let shown = match &judged.reply {
            Some(Reply::Result(text)) if judged.outcome == Outcome::Answer => shown_block(spec, request.tip(), text),
            _ => None,
        };
        if shown.is_some_and(|number| number < request.floor) {
            judged.outcome = Outcome::Stale;
        }
        let others = request.askers.iter().any(|asker| !is_own(request.wallet, *asker));
        if let Some(health) = self.pages.wallet_mut(client, chain) {
            health.ended(now, spec.weight, judged.outcome, now.saturating_sub(since));
        }
        match judged.outcome {
            Outcome::Answer | Outcome::ChainError if others => {
                let done = self.asks.give_own(request_id, client, shown);
                self.deliver(now, done);
                self.attempt_ended(now, request_id, index, Outcome::Unable, 0, None);
            }
            Outcome::Empty | Outcome::Stale | Outcome::Word if others => {
                self.asks.requests.wallet_showed(request_id, shown);
                self.attempt_ended(now, request_id, index, Outcome::Unable, 0, None);
            }
            outcome => {
                let digest = shown.map_or_else(|| judged.kind.digest(), |number| number.saturating_add(1));
                self.attempt_ended(now, request_id, index, outcome, digest, judged.reply);
            }
        }
    }
}
