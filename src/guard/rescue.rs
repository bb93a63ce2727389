//! The page's own JSON-RPC calls, when they fail or stall, or when what they were answered may be no answer: split,
//! raced item by item, put together in order in the page's own envelope. Its own endpoint is judged like a lane:
//! what it said stands unless the lanes know better.

use serde_json::value::RawValue;

use super::Guard;
use crate::answer::Question;
use crate::asks::Asker;
use crate::classify::{Http, Judged, Meaning};
use crate::io::ClientId;
use crate::jsonrpc::{self, PageCall, Reply};
use crate::pages::Page;
use crate::protocol::{CoreToPage, Said};
use crate::race::Outcome;
use crate::rescue::{Answered, Item, Verdict};
use crate::route::{self, Class};

/// What a page asks to have rescued.
pub(super) struct Call {
    pub(super) id: u64,
    pub(super) chain: u64,
    pub(super) body: String,
    pub(super) said: Option<Said>,
}

impl Guard {
    pub(super) fn rescue(&mut self, now: u64, client: ClientId, asked: Call) {
        let Call { id, chain, body, said } = asked;
        let host = self.pages.get(client).map(Page::host).unwrap_or_default();
        let rescuable = |method: &str| matches!(route::spec(method).class, Class::Read | Class::Local);
        let call = jsonrpc::split(&body).filter(|c| c.items.iter().all(|i| rescuable(&i.method)));
        let guarded = self.guards(client, chain);
        let Some(call) = call.filter(|_| guarded && self.choice.settings().direct_on(host)) else {
            return self.post(client, CoreToPage::NoRescue { id });
        };
        if !self.pages.may_ask_items(now, client, call.items.len(), body.len()) {
            return self.post(client, CoreToPage::NoRescue { id });
        }
        let own = said.map(|said| self.judge_own(&call, &said)).unwrap_or_default();
        let mut questions = Vec::new();
        let mut items = Vec::new();
        let mut own = own.into_iter();
        for item in call.items {
            let params = item.params.map(|p| p.get().to_owned()).unwrap_or_default();
            let question = Question { chain, method: item.method, params };
            let method = route::spec(&question.method).method;
            let mut item = Item::new(item.id.unwrap_or_default(), method);
            if let Some(judged) = own.next() {
                self.weigh_own(now, client, (chain, method), &mut item, judged);
            }
            questions.push(Some(question).filter(|_| item.is_wanted()));
            items.push(item);
        }
        let wanted = questions.iter().flatten().count();
        if wanted == 0 || !self.pages.may_rescue(now, client, wanted) {
            return self.post(client, CoreToPage::NoRescue { id });
        }
        self.look_up_words(client, &items);
        let rescue = self.rescues.begin((client, id), chain, call.batch, items);
        for (index, question) in questions.into_iter().enumerate() {
            if let Some(question) = question.filter(|_| self.rescues.contains(rescue)) {
                self.ask(now, question, Asker::Rescue { client, rescue, index });
            }
        }
    }

    /// What the page's own endpoint said, judged as what a lane says.
    fn judge_own(&self, call: &PageCall, said: &Said) -> Vec<Judged> {
        let http = Http { status: said.status, retry_after: None, body: said.text.as_bytes() };
        let replies = jsonrpc::own_replies(call, &said.text).into_iter().zip(&call.items);
        let judged = replies.map(|(reply, item)| {
            let spec = route::spec(&item.method);
            let mut judged = self.asks.classifier.read(spec, reply, http);
            judged.must_name(spec, item.params.as_deref().map(RawValue::get).unwrap_or_default());
            judged
        });
        judged.collect()
    }

    /// An answer of its own stands, and so does an error that lanes gave this site too. Any other error stands unless a
    /// lane has a result; what is none of these is no answer.
    fn weigh_own(&mut self, now: u64, client: ClientId, (chain, method): (u64, &str), item: &mut Item, judged: Judged) {
        let Some(page) = self.pages.get(client) else { return };
        let stands = match judged.outcome {
            Outcome::Answer | Outcome::Empty | Outcome::ChainError => true,
            Outcome::Word => {
                self.asks.confirmed.asked(page.origin());
                self.asks.is_settled_kind(now, chain, page.origin(), method, judged.kind)
            }
            _ => return,
        };
        item.said(judged, stands);
    }

    /// A look-up is of the budget that lanes' errors have too.
    fn look_up_words(&mut self, client: ClientId, items: &[Item]) {
        if let Some(page) = self.pages.get(client) {
            items.iter().filter(|i| i.has_word()).for_each(|_| self.asks.confirmed.spend(page.origin()));
        }
    }

    /// One item was answered by a lane. Without a reply no lane has answered, and the page's own call stands.
    pub(super) fn rescued(&mut self, rescue: u64, index: usize, reply: Option<Reply>) {
        let method = self.rescues.method(rescue, index);
        let reverted = method.zip(reply.as_ref()).is_some_and(|(method, reply)| self.is_revert(method, reply));
        match self.rescues.answered(rescue, index, reply, reverted) {
            None => return,
            Some(Answered::GiveUp) => return self.give_up_rescue(rescue),
            Some(Answered::Taken(verdict)) => verdict.into_iter().for_each(|verdict| self.note_own(&verdict)),
        }
        let Guard { rescues, pages, lanes, now, .. } = self;
        let whole = rescues.put_together(rescue, |client, chain| pages.floor(lanes, *now, client, chain));
        whole.into_iter().for_each(|(client, message)| self.post(client, message));
    }

    fn is_revert(&self, method: &str, reply: &Reply) -> bool {
        let meaning = |e| self.asks.classifier.meaning(route::spec(method), 200, e);
        matches!(reply, Reply::Error(e) if meaning(e) == Meaning::Chain)
    }

    /// What the lanes made of an error of the page's own endpoint.
    fn note_own(&mut self, verdict: &Verdict) {
        let Verdict { client, chain, method, kind, confirmed } = *verdict;
        let Some(page) = self.pages.get(client) else { return };
        if confirmed {
            self.asks.confirmed.confirm(self.now, chain, page.origin(), method, kind);
        } else {
            self.asks.confirmed.contradict(self.now, chain, page.origin(), method, kind);
            self.asks.confirmed.give_back(page.origin());
        }
        self.save_soon(self.now);
    }

    pub(super) fn give_up_rescue(&mut self, rescue: u64) {
        if let Some((client, message)) = self.rescues.give_up(rescue) {
            self.post(client, message);
            self.leave_rescue(self.now, rescue);
        }
    }
}
