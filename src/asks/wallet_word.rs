//! The answer of a page's wallet that was asked as a lane. A page can make its wallet say anything, so the answer goes
//! only to the wallet's own document. Askers of other documents that were joined continue without it.

use super::all::Asks;
use super::effect::{Effect, WalletDid};
use super::judge::shown_block;
use super::means::Means;
use super::request::{Request, Slot};
use super::settle::is_own;
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::race::Outcome;

impl Asks {
    /// Handles the answer of a wallet that was asked as a lane.
    pub(crate) fn wallet_said(&mut self, cx: &mut Means<'_>, client: ClientId, id: u64, reply: Reply) {
        let asked = |r: &Request| r.wallet == Some(client) && r.wallet_asker() == Some((client, id));
        let Some((request_id, request)) = self.requests.iter().find(|(_, r)| asked(r)) else { return };
        let found = request.slots.iter().enumerate().find_map(|(i, s)| match s {
            Slot::Wallet(since) => Some((i, *since)),
            _ => None,
        });
        let (Some((index, since)), request_id) = (found, *request_id) else { return };
        let (spec, chain) = (request.spec, request.question.chain);
        let mut judged = self.classifier.wallet(spec, reply);
        let shown = match &judged.reply {
            Some(Reply::Result(text)) if judged.outcome == Outcome::Answer => shown_block(spec, request.tip(), text),
            _ => None,
        };
        if shown.is_some_and(|number| number < request.floor) {
            judged.outcome = Outcome::Stale;
        }
        let others = request.askers.iter().any(|asker| !is_own(request.wallet, *asker));
        let took_ms = cx.now.saturating_sub(since);
        let did = WalletDid { weight: spec.weight, outcome: judged.outcome, took_ms, overtaken: false };
        self.effects.push(Effect::Wallet { client, chain, did });
        match judged.outcome {
            Outcome::Answer | Outcome::ChainError if others => {
                let own = self.give_own(request_id, client, shown);
                self.done(own);
                self.attempt_ended(cx, request_id, index, Outcome::Unable, 0, None);
            }
            Outcome::Empty | Outcome::Stale | Outcome::Word if others => {
                self.requests.wallet_showed(request_id, shown);
                self.attempt_ended(cx, request_id, index, Outcome::Unable, 0, None);
            }
            outcome => {
                let digest = shown.map_or_else(|| judged.kind.digest(), |number| number.saturating_add(1));
                self.attempt_ended(cx, request_id, index, outcome, digest, judged.reply);
            }
        }
    }
}
