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
use crate::race::{Kind, Outcome};
use crate::route::{self, Class};

/// What a page asks to have rescued.
pub(super) struct Call {
    pub(super) id: u64,
    pub(super) chain: u64,
    pub(super) body: String,
    pub(super) said: Option<Said>,
}

/// One call being rescued.
#[derive(Debug)]
pub(super) struct Rescue {
    pub(super) client: ClientId,
    pub(super) id: u64,
    chain: u64,
    batch: bool,
    items: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    id: Box<RawValue>,
    method: &'static str,
    reply: Option<Reply>,
    /// Whether that is what its own endpoint said.
    own: bool,
    /// The error of its own endpoint: the answer, unless a lane has a result.
    word: Option<(Reply, Kind)>,
}

impl Guard {
    pub(super) fn rescue(&mut self, now: u64, client: ClientId, asked: Call) {
        let Call { id, chain, body, said } = asked;
        let host = self.pages.get(client).map(Page::host).unwrap_or_default();
        let rescuable = |method: &str| matches!(route::spec(method).class, Class::Read | Class::Local);
        let call = jsonrpc::split(&body).filter(|c| c.items.iter().all(|i| rescuable(&i.method)));
        let guarded = self.guards(client, chain);
        let Some(call) = call.filter(|_| guarded && self.settings.direct_on(host)) else {
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
            let mut item = Item {
                id: item.id.unwrap_or_default(),
                method: route::spec(&question.method).method,
                reply: None,
                own: false,
                word: None,
            };
            if let Some(judged) = own.next() {
                self.weigh_own(now, client, chain, &mut item, judged);
            }
            questions.push(Some(question).filter(|_| !item.own));
            items.push(item);
        }
        let wanted = questions.iter().flatten().count();
        if wanted == 0 || !self.pages.may_rescue(now, client, wanted) {
            return self.post(client, CoreToPage::NoRescue { id });
        }
        let rescue = self.number();
        self.look_up_words(client, &items);
        self.rescues.insert(rescue, Rescue { client, id, chain, batch: call.batch, items });
        for (index, question) in questions.into_iter().enumerate() {
            if let Some(question) = question.filter(|_| self.rescues.contains_key(&rescue)) {
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
            let mut judged = self.classifier.read(spec, reply, http);
            judged.must_name(spec, item.params.as_deref().map(RawValue::get).unwrap_or_default());
            judged
        });
        judged.collect()
    }

    /// An answer of its own stands, and so does an error that lanes gave this site too. Any other error stands unless a
    /// lane has a result; what is none of these is no answer.
    fn weigh_own(&mut self, now: u64, client: ClientId, chain: u64, item: &mut Item, judged: Judged) {
        let Some(page) = self.pages.get(client) else { return };
        let stands = match judged.outcome {
            Outcome::Answer | Outcome::Empty | Outcome::ChainError => true,
            Outcome::Word => {
                self.asks.confirmed.asked(page.origin());
                self.is_settled_kind(now, chain, page.origin(), item.method, judged.kind)
            }
            _ => return,
        };
        if stands {
            (item.reply, item.own) = (judged.reply, true);
        } else {
            item.word = judged.reply.map(|reply| (reply, judged.kind));
        }
    }

    /// A look-up is of the budget that lanes' errors have too.
    fn look_up_words(&mut self, client: ClientId, items: &[Item]) {
        if let Some(page) = self.pages.get(client) {
            items.iter().filter(|i| i.word.is_some()).for_each(|_| self.asks.confirmed.spend(page.origin()));
        }
    }

    /// Whether an asker's own endpoint gave an error for this: a lane's is the second then.
    pub(super) fn has_own_word(&self, asker: Asker) -> bool {
        let Asker::Rescue { rescue, index, .. } = asker else { return false };
        let item = self.rescues.get(&rescue).and_then(|whole| whole.items.get(index));
        item.is_some_and(|item| item.word.is_some())
    }

    /// One item was answered by a lane. Without a reply no lane has answered, and the page's own call stands.
    pub(super) fn rescued(&mut self, rescue: u64, index: usize, reply: Option<Reply>) {
        let method = self.rescues.get(&rescue).and_then(|whole| whole.items.get(index)).map(|item| item.method);
        let reverted = method.zip(reply.as_ref()).is_some_and(|(method, reply)| self.is_revert(method, reply));
        let Some(whole) = self.rescues.get_mut(&rescue) else { return };
        let (client, chain) = (whole.client, whole.chain);
        let Some(item) = whole.items.get_mut(index) else { return };
        let (word, method) = (item.word.take(), item.method);
        match (word, reply) {
            (None, None) => return self.give_up_rescue(rescue),
            (Some((own, _)), None) => (item.reply, item.own) = (Some(own), true),
            // A lane's revert contradicts any other error, as a result does; any word contradicts one that says nothing.
            (Some((own, kind)), Some(Reply::Error(_))) if !reverted && !kind.is_vague() => {
                (item.reply, item.own) = (Some(own), true);
                self.note_own(client, chain, method, kind, true);
            }
            (word, reply) => {
                item.reply = reply;
                if let Some((_, kind)) = word {
                    self.note_own(client, chain, method, kind, false);
                }
            }
        }
        self.put_together(rescue);
    }

    fn is_revert(&self, method: &str, reply: &Reply) -> bool {
        let meaning = |e| self.classifier.meaning(route::spec(method), 200, e);
        matches!(reply, Reply::Error(e) if meaning(e) == Meaning::Chain)
    }

    /// What the lanes made of an error of the page's own endpoint.
    fn note_own(&mut self, client: ClientId, chain: u64, method: &str, kind: Kind, confirmed: bool) {
        let Some(page) = self.pages.get(client) else { return };
        if confirmed {
            self.asks.confirmed.confirm(self.now, chain, page.origin(), method, kind);
        } else {
            self.asks.confirmed.contradict(self.now, chain, page.origin(), method, kind);
            self.asks.confirmed.give_back(page.origin());
        }
        self.save_soon(self.now);
    }

    /// The whole answer, when every item has its own.
    fn put_together(&mut self, rescue: u64) {
        let Some(mut whole) = self.rescues.remove(&rescue) else { return };
        if whole.items.iter().any(|item| item.reply.is_none()) {
            self.rescues.insert(rescue, whole);
            return;
        }
        if whole.items.iter().all(|item| item.own) {
            return self.post(whole.client, CoreToPage::NoRescue { id: whole.id });
        }
        // The page may have been shown a newer block while the rest of the batch was out.
        let floor = self.floor_of(self.now, whole.client, whole.chain);
        for item in whole.items.iter_mut().filter(|item| item.method == "eth_blockNumber") {
            if let Some(Reply::Result(text)) = &mut item.reply
                && jsonrpc::quantity(text).is_some_and(|number| number < floor)
            {
                *text = format!("\"0x{floor:x}\"");
            }
        }
        let replies: Vec<String> =
            whole.items.iter().filter_map(|item| Some(jsonrpc::page_reply(&item.id, item.reply.as_ref()?))).collect();
        let body = if whole.batch { format!("[{}]", replies.join(",")) } else { replies.concat() };
        self.post(whole.client, CoreToPage::Body { id: whole.id, body });
    }

    pub(super) fn give_up_rescue(&mut self, rescue: u64) {
        if let Some(whole) = self.rescues.remove(&rescue) {
            self.post(whole.client, CoreToPage::NoRescue { id: whole.id });
            self.leave_rescue(self.now, rescue);
        }
    }
}
