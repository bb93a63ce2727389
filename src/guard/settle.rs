//! What the page gets in the end: each asker is given what its request came to.

use super::Guard;
use crate::answer::Answer;
use crate::asks::{Asker, Done, Given};
use crate::io::ClientId;
use crate::jsonrpc::{Reply, RpcError};
use crate::lanes::LaneRef;
use crate::pages::ShownBy;
use crate::protocol::CoreToPage;

impl Guard {
    /// Everybody gets what a request came to, and learns what it taught.
    pub(super) fn deliver(&mut self, now: u64, done: Done) {
        let Done { took, learnt, changes, served, given } = done;
        took.into_iter().for_each(|(ms, class)| self.watch.answered(now, ms, class));
        if learnt {
            self.save_soon(now);
        }
        self.spread(now, changes);
        for (id, client) in given.iter().filter_map(|one| Some((served?, one.asker.client()?))) {
            self.pages.answered_by(now, client, id.chain, id.key);
        }
        given.into_iter().for_each(|one| self.deliver_one(now, one));
    }

    /// Gives one asker its answer, which may show its page a block: each page has a floor of its own.
    fn deliver_one(&mut self, now: u64, given: Given) {
        let Given { asker, chain, bytes, answer, shown } = given;
        asker.client().into_iter().for_each(|client| self.pages.end(client, bytes));
        let (Some(shown), Some(client)) = (shown, asker.client()) else { return self.give(asker, answer) };
        let risen = if shown.is_number { self.risen(now, client, chain, shown.number) } else { None };
        if shown.counts {
            let by = match shown.by {
                LaneRef::Endpoint(key) => ShownBy::Lane(key),
                LaneRef::Wallet => ShownBy::Wallet,
            };
            self.raise(now, client, chain, by, shown.number);
            self.save_soon(now);
        }
        self.give(asker, risen.map_or(answer, Answer::result));
    }

    /// What a page is told instead of a block number that is lower than one it has been shown: block numbers never
    /// go back for a page, even when a lane that is behind is all there is.
    fn risen(&self, now: u64, client: ClientId, chain: u64, number: u64) -> Option<String> {
        let before = self.lanes.chain(chain).map_or(0, |c| c.floor(now));
        let floor = self.floor_of(now, client, chain).max(before);
        (floor > number).then(|| format!("\"0x{floor:x}\""))
    }

    /// Gives one asker its answer.
    pub(super) fn give(&mut self, asker: Asker, answer: Answer) {
        match (asker, answer) {
            (Asker::Page { client, id, wallet: true }, Answer::Wallet { .. }) => {
                self.post(client, CoreToPage::UseWallet { id });
            }
            (Asker::Page { client, id, .. }, answer) => {
                let message = match answer.without_wallet() {
                    Reply::Result(result) => CoreToPage::Answer { id, result },
                    Reply::Error(RpcError { code, message, data }) => CoreToPage::Error { id, code, message, data },
                };
                self.post(client, message);
            }
            (Asker::Rescue { rescue, index, .. }, Answer::Lane(reply)) => self.rescued(rescue, index, Some(reply)),
            (Asker::Rescue { rescue, .. }, Answer::Wallet { otherwise, .. }) if otherwise.is_nobody() => {
                self.give_up_rescue(rescue);
            }
            (Asker::Rescue { rescue, index, .. }, Answer::Wallet { .. } | Answer::Ours(_)) => {
                self.rescued(rescue, index, None);
            }
            (Asker::Follow { task, .. }, Answer::Lane(reply)) => self.follower.arrive(task, Some(reply)),
            (Asker::Follow { task, .. }, Answer::Wallet { .. } | Answer::Ours(_)) => self.follower.arrive(task, None),
        }
    }
}
