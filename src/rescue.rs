//! A page's own JSON-RPC calls while they are rescued: which items wait for a lane, what the page's own endpoint
//! answered, and the answer in the page's own envelope once every item has one. The endpoint's answer stands unless
//! the lanes know better.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::classify::Judged;
use crate::io::ClientId;
use crate::jsonrpc::{self, Reply};
use crate::protocol::CoreToPage;
use crate::race::ErrorKind;

mod begin;

pub(crate) use begin::{Call, Rescued};

/// Calls being rescued, by number.
#[derive(Debug, Default)]
pub(crate) struct Rescues {
    all: BTreeMap<u64, Rescue>,
    numbered: u64,
}

/// One call being rescued.
#[derive(Debug)]
struct Rescue {
    client: ClientId,
    /// The page's id for this call.
    id: u64,
    chain: u64,
    batch: bool,
    items: Vec<CallItem>,
}

/// One request of a call.
#[derive(Debug)]
struct CallItem {
    id: Box<RawValue>,
    method: &'static str,
    reply: Option<Reply>,
    /// Whether the reply is from the page's own endpoint.
    own: bool,
    /// The error of the page's own endpoint. It is the answer unless a lane has a result.
    word: Option<(Reply, ErrorKind)>,
}

impl CallItem {
    fn new(id: Box<RawValue>, method: &'static str) -> CallItem {
        CallItem { id, method, reply: None, own: false, word: None }
    }

    /// The page's own endpoint has answered. The answer stands, or is compared with what the lanes say.
    fn said(&mut self, judged: Judged, stands: bool) {
        if stands {
            (self.reply, self.own) = (judged.reply, true);
        } else {
            self.word = judged.reply.map(|reply| (reply, judged.kind));
        }
    }

    /// Whether lanes are asked for this item.
    fn is_wanted(&self) -> bool {
        !self.own
    }

    fn has_word(&self) -> bool {
        self.word.is_some()
    }
}

/// What an answer from the lanes means for a call.
#[derive(Debug, PartialEq)]
enum Answered {
    /// No lane has answered, and there is nothing else: the page's own result stands.
    GiveUp,
    /// The item has its answer, with a verdict if the page's own endpoint gave an error.
    Taken(Option<Verdict>),
}

/// What the lanes said about an error of the page's own endpoint.
#[derive(Debug, PartialEq)]
struct Verdict {
    client: ClientId,
    chain: u64,
    method: &'static str,
    kind: ErrorKind,
    confirmed: bool,
}

impl Rescues {
    fn begin(&mut self, (client, id): (ClientId, u64), chain: u64, batch: bool, items: Vec<CallItem>) -> u64 {
        self.numbered += 1;
        self.all.insert(self.numbered, Rescue { client, id, chain, batch, items });
        self.numbered
    }

    pub(crate) fn contains(&self, rescue: u64) -> bool {
        self.all.contains_key(&rescue)
    }

    fn item(&self, rescue: u64, index: usize) -> Option<&CallItem> {
        self.all.get(&rescue)?.items.get(index)
    }

    /// Whether the page's own endpoint gave an error for this item. Then a lane's error is the second one.
    pub(crate) fn has_word(&self, rescue: u64, index: usize) -> bool {
        self.item(rescue, index).is_some_and(CallItem::has_word)
    }

    fn method(&self, rescue: u64, index: usize) -> Option<&'static str> {
        self.item(rescue, index).map(|item| item.method)
    }

    /// A lane has answered an item, or no lane can. `reverted`: the answer is a revert.
    fn answered(&mut self, rescue: u64, index: usize, reply: Option<Reply>, reverted: bool) -> Option<Answered> {
        let whole = self.all.get_mut(&rescue)?;
        let (client, chain) = (whole.client, whole.chain);
        let item = whole.items.get_mut(index)?;
        let method = item.method;
        let verdict = |kind, confirmed| Some(Verdict { client, chain, method, kind, confirmed });
        let verdict = match (item.word.take(), reply) {
            (None, None) => return Some(Answered::GiveUp),
            (Some((own, _)), None) => {
                (item.reply, item.own) = (Some(own), true);
                None
            }
            // A result or a revert from a lane contradicts any other error. Any error contradicts a vague one.
            (Some((own, kind)), Some(Reply::Error(_))) if !reverted && !kind.is_vague() => {
                (item.reply, item.own) = (Some(own), true);
                verdict(kind, true)
            }
            (word, reply) => {
                item.reply = reply;
                word.and_then(|(_, kind)| verdict(kind, false))
            }
        };
        Some(Answered::Taken(verdict))
    }

    /// The whole answer, once every item has its own. `floor` is the block that the page has been shown since.
    fn put_together(&mut self, rescue: u64, floor: impl Fn(ClientId, u64) -> u64) -> Option<(ClientId, CoreToPage)> {
        if self.all.get(&rescue)?.items.iter().any(|item| item.reply.is_none()) {
            return None;
        }
        let mut whole = self.all.remove(&rescue)?;
        if whole.items.iter().all(|item| item.own) {
            return Some((whole.client, CoreToPage::NoRescue { id: whole.id }));
        }
        let floor = floor(whole.client, whole.chain);
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
        Some((whole.client, CoreToPage::Body { id: whole.id, body }))
    }

    /// Ends a call. The page's own result stands.
    fn end(&mut self, rescue: u64) -> Option<(ClientId, CoreToPage)> {
        self.all.remove(&rescue).map(|whole| (whole.client, CoreToPage::NoRescue { id: whole.id }))
    }

    /// The page no longer wants this call. Returns the numbers of its rescues.
    pub(crate) fn leave(&mut self, client: ClientId, id: u64) -> Vec<u64> {
        let left = |whole: &Rescue| whole.client == client && whole.id == id;
        let gone = self.all.iter().filter(|(_, whole)| left(whole)).map(|(rescue, _)| *rescue).collect();
        self.all.retain(|_, whole| !left(whole));
        gone
    }

    /// The page is gone.
    pub(crate) fn close(&mut self, client: ClientId) {
        self.all.retain(|_, whole| whole.client != client);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test")]

    use super::*;
    use crate::answer::{Answer, Refusal};
    use crate::asks::Asks;
    use crate::jsonrpc::RpcError;
    use crate::lanes::Lanes;
    use crate::pages::Pages;
    use crate::protocol::OwnReply;

    fn item(method: &'static str) -> CallItem {
        CallItem::new(serde_json::from_str("7").expect("JSON"), method)
    }

    fn error(message: &str) -> Reply {
        Reply::Error(RpcError { code: -32000, message: message.into(), data: None })
    }

    #[test]
    fn a_batch_is_answered_once_all_its_items_are() {
        let mut rescues = Rescues::default();
        let rescue = rescues.begin((1, 9), 1, true, vec![item("eth_blockNumber"), item("eth_call")]);
        let number = Some(Reply::Result("\"0x5\"".into()));
        assert_eq!(rescues.answered(rescue, 0, number, false), Some(Answered::Taken(None)));
        assert_eq!(rescues.put_together(rescue, |_, _| 6), None);
        assert_eq!(rescues.answered(rescue, 1, Some(error("no")), false), Some(Answered::Taken(None)));
        let (client, CoreToPage::Body { id: 9, body }) = rescues.put_together(rescue, |_, _| 6).expect("an answer")
        else {
            unreachable!("a body")
        };
        assert_eq!(client, 1);
        // The page has been shown block 6 since.
        assert!(body.contains("\"0x6\"") && body.starts_with('['), "{body}");
        assert!(!rescues.contains(rescue));
    }

    #[test]
    fn a_call_ends_if_no_lane_answers_one_of_its_items() {
        let mut rescues = Rescues::default();
        let rescue = rescues.begin((1, 9), 1, false, vec![item("eth_call")]);
        assert_eq!(rescues.answered(rescue, 0, None, false), Some(Answered::GiveUp));
        assert_eq!(rescues.end(rescue), Some((1, CoreToPage::NoRescue { id: 9 })));
        assert_eq!(rescues.end(rescue), None);
    }

    #[test]
    fn its_own_error_stands_when_no_lane_answers() {
        let mut rescues = Rescues::default();
        let mut own = item("eth_call");
        let mut judged = Judged::bare(crate::race::Outcome::Word);
        judged.reply = Some(error("own"));
        own.said(judged, false);
        assert!(own.is_wanted() && own.has_word());
        let rescue = rescues.begin((1, 9), 1, false, vec![own]);
        assert!(rescues.has_word(rescue, 0));
        assert_eq!(rescues.answered(rescue, 0, None, false), Some(Answered::Taken(None)));
        assert_eq!(rescues.put_together(rescue, |_, _| 0), Some((1, CoreToPage::NoRescue { id: 9 })));
    }

    #[test]
    fn calls_end_when_their_page_closes() {
        let mut rescues = Rescues::default();
        let first = rescues.begin((1, 9), 1, false, vec![item("eth_call")]);
        let second = rescues.begin((1, 10), 1, false, vec![item("eth_call")]);
        assert_eq!(rescues.leave(1, 9), [first]);
        rescues.close(1);
        assert!(!rescues.contains(second));
    }

    /// A page asked its own endpoint two things, and got this answer.
    fn call(said: &str) -> Option<(Rescues, u64, usize)> {
        let (mut rescues, mut pages, mut asks) = (Rescues::default(), Pages::default(), Asks::default());
        pages.open(0, 1, "https://dapp.example".into(), "dapp.example".into(), None);
        let body =
            r#"[{"id":1,"method":"eth_call","params":[{},"latest"]},{"id":2,"method":"eth_gasPrice"}]"#.to_owned();
        let said = Some(OwnReply { status: 200, text: said.to_owned() });
        let call = Call { client: 1, id: 9, chain: 1, body, said };
        let (rescue, questions) = rescues.call(1, call, &mut pages, &mut asks)?;
        Some((rescues, rescue, questions.len()))
    }

    #[test]
    fn an_answer_of_the_pages_own_endpoint_stands() {
        let good = r#"[{"id":1,"result":"0x"},{"id":2,"result":"0x1"}]"#;
        assert!(call(good).is_none());
        let half = r#"[{"id":1,"error":{"code":-32000,"message":"some words"}},{"id":2,"result":"0x1"}]"#;
        let (rescues, rescue, asked) = call(half).expect("a rescue");
        assert_eq!((asked, rescues.has_word(rescue, 0), rescues.has_word(rescue, 1)), (1, true, false));
        let (.., asked) = call("<html>").expect("a rescue");
        assert_eq!(asked, 2, "without an answer, lanes are asked");
    }

    #[test]
    fn the_pages_own_result_stands_if_nobody_can_be_asked() {
        let half = r#"[{"id":1,"error":{"code":-32000,"message":"some words"}},{"id":2,"result":"0x1"}]"#;
        let (mut rescues, rescue, _) = call(half).expect("a rescue");
        let (pages, lanes, mut asks) = (Pages::default(), Lanes::default(), Asks::default());
        let nobody = Answer::wallet(Refusal::NoEndpoint);
        let rescued = rescues.rescued(2, (rescue, 0), nobody, (&pages, &lanes, &mut asks));
        let whole = Some((1, CoreToPage::NoRescue { id: 9 }));
        assert_eq!(rescued, Rescued { gives_up: true, learnt: false, whole });
    }

    #[test]
    fn a_lanes_result_contradicts_an_error_of_its_own_endpoint() {
        let half = r#"[{"id":1,"error":{"code":-32000,"message":"some words"}},{"id":2,"result":"0x1"}]"#;
        let (mut rescues, rescue, _) = call(half).expect("a rescue");
        let (mut pages, lanes, mut asks) = (Pages::default(), Lanes::default(), Asks::default());
        pages.open(0, 1, "https://dapp.example".into(), "dapp.example".into(), None);
        let answer = Answer::result("\"0x5\"");
        let rescued = rescues.rescued(2, (rescue, 0), answer, (&pages, &lanes, &mut asks));
        assert!(rescued.learnt && !rescued.gives_up);
        let Some((1, CoreToPage::Body { id: 9, body })) = rescued.whole else { unreachable!("{rescued:?}") };
        assert!(body.contains("\"0x5\"") && body.contains("\"0x1\""), "{body}");
    }
}
