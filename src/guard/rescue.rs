//! The page's own JSON-RPC calls ([`crate::rescue`]): lanes answer them in place of the page's endpoint.

use super::Guard;
use crate::answer::Answer;
use crate::pages::Page;
use crate::protocol::CoreToPage;
use crate::rescue::{Call, Rescued};

impl Guard {
    pub(super) fn rescue(&mut self, now: u64, call: Call) {
        let (client, id) = (call.client, call.id);
        let host = self.pages.get(client).map(Page::host).unwrap_or_default();
        let guarded = self.guards(client, call.chain) && self.choice.settings().direct_on(host);
        let Guard { rescues, pages, asks, .. } = self;
        let Some((rescue, questions)) = Some(call).filter(|_| guarded).and_then(|c| rescues.call(now, c, pages, asks))
        else {
            return self.post(client, CoreToPage::NoRescue { id });
        };
        for (question, asker) in questions {
            if self.rescues.contains(rescue) {
                self.ask(now, question, asker);
            }
        }
    }

    /// One item of a call has its answer.
    pub(super) fn rescued(&mut self, now: u64, rescue: u64, index: usize, answer: Answer) {
        let Guard { rescues, pages, lanes, asks, .. } = self;
        let Rescued { gives_up, learnt, whole } = rescues.rescued(now, (rescue, index), answer, (pages, lanes, asks));
        if learnt {
            self.save_soon(now);
        }
        whole.into_iter().for_each(|(client, message)| self.post(client, message));
        if gives_up {
            self.leave_rescue(now, rescue);
        }
    }
}
