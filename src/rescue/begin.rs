//! The start of a call: it is split into items, its own endpoint's answers are judged like a lane's, and the items are
//! raced. Also what the lanes' answers mean for it.

use serde_json::value::RawValue;

use super::{Answered, CallItem, Rescues, Verdict};
use crate::answer::{Answer, Question};
use crate::asks::{Asker, Asks};
use crate::classify::{Http, Judged, Meaning};
use crate::io::ClientId;
use crate::jsonrpc::{self, PageCall, Reply};
use crate::lanes::Lanes;
use crate::pages::Pages;
use crate::protocol::{CoreToPage, OwnReply};
use crate::race::Outcome;
use crate::route::{self, Class};

/// A call that a page asks to have rescued.
pub(crate) struct Call {
    pub(crate) client: ClientId,
    pub(crate) id: u64,
    pub(crate) chain: u64,
    pub(crate) body: String,
    pub(crate) said: Option<OwnReply>,
}

/// What the answer to an item leads to.
#[derive(Debug, Default, PartialEq)]
#[must_use]
pub(crate) struct Rescued {
    /// Whether its other items are no longer wanted.
    pub(crate) gives_up: bool,
    /// What is known of errors has changed.
    pub(crate) learnt: bool,
    /// What to tell this document: the whole answer, or that its own result stands.
    pub(crate) whole: Option<(ClientId, CoreToPage)>,
}

impl Rescues {
    /// Takes a call. Returns its number and the questions for lanes, or `None` if its own result stands.
    pub(crate) fn call(
        &mut self,
        now: u64,
        call: Call,
        pages: &mut Pages,
        asks: &mut Asks,
    ) -> Option<(u64, Vec<(Question, Asker)>)> {
        let Call { client, id, chain, body, said } = call;
        let rescuable = |method: &str| matches!(route::spec(method).class, Class::Read | Class::Local);
        let split = jsonrpc::split(&body).filter(|c| c.items.iter().all(|i| rescuable(&i.method)))?;
        if !pages.may_ask_items(now, client, split.items.len(), body.len()) {
            return None;
        }
        let origin = pages.get(client)?.origin().to_owned();
        let mut own = said.map(|said| judge_own(asks, &split, &said)).unwrap_or_default().into_iter();
        let (mut questions, mut items) = (Vec::new(), Vec::new());
        for item in split.items {
            let params = item.params.map(|p| p.get().to_owned()).unwrap_or_default();
            let question = Question { chain, method: item.method, params };
            let method = route::spec(&question.method).method;
            let mut item = CallItem::new(item.id.unwrap_or_default(), method);
            if let Some(judged) = own.next() {
                weigh_own(now, asks, &origin, (chain, method), &mut item, judged);
            }
            questions.push(Some(question).filter(|_| item.is_wanted()));
            items.push(item);
        }
        let wanted = questions.iter().flatten().count();
        if wanted == 0 || !pages.may_rescue(now, client, wanted) {
            return None;
        }
        // Confirming an error counts against the same budget as confirming a lane's error.
        items.iter().filter(|item| item.has_word()).for_each(|_| asks.confirmed.spend(&origin));
        let rescue = self.begin((client, id), chain, split.batch, items);
        let asked = questions.into_iter().enumerate();
        let asked = asked.filter_map(|(index, q)| Some((q?, Asker::Rescue { client, rescue, index })));
        Some((rescue, asked.collect()))
    }

    /// One item has its answer. If no lane has answered, the page's own result stands.
    pub(crate) fn rescued(
        &mut self,
        now: u64,
        (rescue, index): (u64, usize),
        answer: Answer,
        (pages, lanes, asks): (&Pages, &Lanes, &mut Asks),
    ) -> Rescued {
        if answer.is_nobody() {
            return self.give_up(rescue);
        }
        let reply = answer.of_lane();
        let method = self.method(rescue, index);
        let reverted = method.zip(reply.as_ref()).is_some_and(|(method, reply)| is_revert(asks, method, reply));
        match self.answered(rescue, index, reply, reverted) {
            None => Rescued::default(),
            Some(Answered::GiveUp) => self.give_up(rescue),
            Some(Answered::Taken(verdict)) => {
                let learnt = verdict.is_some_and(|verdict| note_own(now, pages, asks, &verdict));
                let whole = self.put_together(rescue, |client, chain| pages.floor(lanes, now, client, chain));
                Rescued { gives_up: false, learnt, whole }
            }
        }
    }
}

impl Rescues {
    /// Ends a call. The page's own result stands.
    fn give_up(&mut self, rescue: u64) -> Rescued {
        let whole = self.end(rescue);
        Rescued { gives_up: whole.is_some(), learnt: false, whole }
    }
}

/// Judges what the page's own endpoint answered, as if a lane had.
fn judge_own(asks: &Asks, call: &PageCall, said: &OwnReply) -> Vec<Judged> {
    let http = Http { status: said.status, retry_after: None, body: said.text.as_bytes() };
    let replies = jsonrpc::own_replies(call, &said.text).into_iter().zip(&call.items);
    let judged = replies.map(|(reply, item)| {
        let spec = route::spec(&item.method);
        let mut judged = asks.classifier.read(spec, reply, http);
        judged.must_name(spec, item.params.as_deref().map(RawValue::get).unwrap_or_default());
        judged
    });
    judged.collect()
}

/// The endpoint's own answer stands, and so does an error that lanes also gave this site. Any other error stands
/// unless a lane has a result. Anything else does not count as an answer.
fn weigh_own(
    now: u64,
    asks: &mut Asks,
    origin: &str,
    (chain, method): (u64, &str),
    item: &mut CallItem,
    judged: Judged,
) {
    let stands = match judged.outcome {
        Outcome::Answer | Outcome::Empty | Outcome::ChainError => true,
        Outcome::Word => {
            asks.confirmed.asked(origin);
            asks.is_settled_kind(now, chain, origin, method, judged.kind)
        }
        _ => return,
    };
    item.said(judged, stands);
}

fn is_revert(asks: &Asks, method: &str, reply: &Reply) -> bool {
    let meaning = |error| asks.classifier.meaning(route::spec(method), 200, error);
    matches!(reply, Reply::Error(error) if meaning(error) == Meaning::Chain)
}

/// Notes what the lanes said about an error of the page's own endpoint. Returns whether something was learnt.
fn note_own(now: u64, pages: &Pages, asks: &mut Asks, verdict: &Verdict) -> bool {
    let Verdict { client, chain, method, kind, confirmed } = *verdict;
    let Some(page) = pages.get(client) else { return false };
    if confirmed {
        asks.confirmed.confirm(now, chain, page.origin(), method, kind);
    } else {
        asks.confirmed.contradict(now, chain, page.origin(), method, kind);
        asks.confirmed.give_back(page.origin());
    }
    true
}
