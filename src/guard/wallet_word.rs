//! What a page's wallet said, as a lane. A page can make its wallet say anything: what it says is for the document
//! that the wallet belongs to. Whoever asked the same elsewhere, and was joined, goes on without it.

use super::Guard;
use crate::answer::Answer;
use crate::asks::{Asker, Request, Slot, shown_block};
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::pages::ShownBy;
use crate::protocol::CoreToPage;
use crate::race::Outcome;
use crate::route::Spec;

/// Whether an asker is of the document whose wallet was asked, and can be given its word.
fn is_own(wallet: Option<ClientId>, asker: Asker) -> bool {
    matches!(asker, Asker::Page { client, wallet: true, .. } if Some(client) == wallet)
}

/// What a wallet said, and of what.
struct Given {
    chain: u64,
    /// Bytes of the question.
    bytes: usize,
    spec: &'static Spec,
    /// The block that it shows.
    shown: Option<u64>,
}

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
                let Some(mut request) = self.asks.requests.remove(&request_id) else { return };
                let own = request.askers.extract_if(.., |asker| is_own(Some(client), *asker)).collect();
                let given = Given { chain, bytes: request.bytes(), spec, shown };
                self.asks.requests.insert(request_id, request);
                self.give_wallet(now, own, given);
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

    /// The wallet's word is the answer. Whoever came to this race after it was said has none.
    pub(super) fn settle_wallet(&mut self, now: u64, mut request: Request, reply: &Reply) {
        let shown = match reply {
            Reply::Result(text) => shown_block(request.spec, request.tip(), text),
            Reply::Error(_) => None,
        };
        let wallet = request.wallet;
        let own = request.askers.extract_if(.., |asker| is_own(wallet, *asker)).collect();
        let given = Given { chain: request.question.chain, bytes: request.bytes(), spec: request.spec, shown };
        self.give_wallet(now, own, given);
        self.settle_failed(request, false);
    }

    /// Each of these gets what its own wallet said, unless that is a block number behind what its page was shown.
    fn give_wallet(&mut self, now: u64, askers: Vec<Asker>, given: Given) {
        let Given { chain, bytes, spec, shown } = given;
        let is_number = spec.method == "eth_blockNumber";
        for asker in askers {
            let Asker::Page { client, id, .. } = asker else { continue };
            self.leave_waiting(asker, bytes);
            match shown.filter(|_| is_number).and_then(|number| self.risen(now, client, chain, number)) {
                Some(higher) => self.give(asker, Answer::result(higher)),
                None => self.post(client, CoreToPage::UseWallet { id }),
            }
            if let Some(number) = shown {
                self.raise(now, client, chain, ShownBy::Wallet, number);
                self.save_soon(now);
            }
        }
    }
}
