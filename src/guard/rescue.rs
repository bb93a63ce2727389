//! The page's own JSON-RPC calls, when they fail or stall: split, raced item by item, put together in order
//! in the page's own envelope.

use serde_json::value::RawValue;

use super::requests::{Asker, Question};
use super::{ClientId, Guard};
use crate::jsonrpc::{self, Reply};
use crate::protocol::CoreToPage;
use crate::route::{self, Class};

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
    /// Whether the answer is a block number that must not go back.
    head: bool,
    reply: Option<Reply>,
}

impl Guard {
    pub(super) fn rescue(&mut self, now: u64, client: ClientId, id: u64, chain: u64, body: &str) {
        let host = self.pages.get(&client).map(|p| p.host.as_str()).unwrap_or_default();
        let rescuable = |method: &str| matches!(route::spec(method).class, Class::Read | Class::Local);
        let call = jsonrpc::split(body).filter(|c| c.items.iter().all(|i| rescuable(&i.method)));
        let guarded = self.guards(client, chain);
        let Some(call) = call.filter(|_| guarded && self.settings.direct_on(host)) else {
            return self.post(client, CoreToPage::NoRescue { id });
        };
        if !self.may_rescue(now, client, call.items.len(), body.len()) {
            return self.post(client, CoreToPage::NoRescue { id });
        }
        let rescue = self.number();
        let mut questions = Vec::new();
        let mut items = Vec::new();
        for item in call.items {
            let params = item.params.map(|p| p.get().to_owned()).unwrap_or_default();
            items.push(Item { id: item.id.unwrap_or_default(), head: item.method == "eth_blockNumber", reply: None });
            questions.push(Question { chain, method: item.method, params });
        }
        self.rescues.insert(rescue, Rescue { client, id, chain, batch: call.batch, items });
        for (index, question) in questions.into_iter().enumerate() {
            if self.rescues.contains_key(&rescue) {
                self.ask(now, question, Asker::Rescue { client, rescue, index });
            }
        }
    }

    /// Whether so many items more are within what an origin may ask and may have rescued. They count one by one.
    fn may_rescue(&mut self, now: u64, client: ClientId, items: usize, bytes: usize) -> bool {
        let Some(load) = self.pages.get(&client).map(|page| page.load) else { return false };
        self.load.has_room(load, items, bytes)
            && self.load.items(now, load.share, items.saturating_sub(1))
            && self.load.rescue(now, load.share, items)
    }

    /// One item was answered; an error of ours means that the page's own call stands.
    pub(super) fn rescued(&mut self, rescue: u64, index: usize, reply: Reply) {
        if matches!(&reply, Reply::Error(e) if e.message.starts_with("Breakwater:")) {
            return self.give_up_rescue(rescue);
        }
        let Some(whole) = self.rescues.get_mut(&rescue) else { return };
        if let Some(item) = whole.items.get_mut(index) {
            item.reply = Some(reply);
        }
        if whole.items.iter().any(|item| item.reply.is_none()) {
            return;
        }
        let Some(mut whole) = self.rescues.remove(&rescue) else { return };
        // The page may have been shown a newer block while the rest of the batch was out.
        let floor = self.floor_of(self.now, whole.client, whole.chain);
        for item in whole.items.iter_mut().filter(|item| item.head) {
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
