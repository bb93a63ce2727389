//! Parses a document's message within its limits and says what it wants. The only state changed here is what the
//! document says about itself.

use super::all::Pages;
use super::floors::ShownBy;
use crate::answer::{Question, Refusal};
use crate::io::ClientId;
use crate::jsonrpc::depth::is_shallow;
use crate::jsonrpc::{Reply, RpcError};
use crate::lanes::Lanes;
use crate::protocol::{BlockEvents, MAX_METHOD_BYTES, MAX_PARAMS_BYTES, OwnReply, PageToCore};

/// Most wallets remembered for one document.
const MAX_WALLETS: usize = 16;

/// What a document wants.
#[derive(Debug, PartialEq)]
pub(crate) enum PageRequest {
    /// Nothing.
    Nothing,
    /// A request is refused. `flood`: its origin sends too much, and loses its queued requests.
    Refused { id: u64, refusal: Refusal, flood: bool },
    /// The result of its own call stands.
    Stands { id: u64, flood: bool },
    /// It uses a chain.
    Use { chain: u64 },
    /// It asked for a chain that it was not offered.
    Wants { chain: u64 },
    /// A request of its provider. `wallet`: whether its wallet can be asked.
    Ask { id: u64, question: Question, wallet: bool },
    /// Its own call failed, or may have failed.
    Rescue { id: u64, chain: u64, body: String, said: Option<OwnReply> },
    /// Continue a filter or subscription that an earlier life of the core served.
    Resume { chain: u64, subscription: String, method: String, params: String, blocks: Vec<BlockEvents> },
    /// It no longer wants an answer.
    Abort { id: u64 },
    /// Its wallet has answered.
    Wallet { id: u64, reply: Reply },
    /// Its wallet has not answered for a while and should get a test read.
    Try { id: u64 },
}

impl Pages {
    /// Handles a message of a document.
    pub(crate) fn hear(&mut self, lanes: &Lanes, now: u64, client: ClientId, message: PageToCore) -> PageRequest {
        let Some(page) = self.all.get_mut(&client) else { return PageRequest::Nothing };
        if !self.load.message(now, page.load.share, message.bytes()) {
            return unheard(&message);
        }
        match message {
            PageToCore::Use { chain } if page.may_ask_for(chain) => PageRequest::Use { chain },
            PageToCore::Wants { chain } => PageRequest::Wants { chain },
            PageToCore::Floor { chain, number } if lanes.chain(chain).is_some() => {
                self.raise(lanes, now, client, chain, ShownBy::Before, number);
                PageRequest::Nothing
            }
            PageToCore::Locked => {
                page.locked = true;
                PageRequest::Nothing
            }
            PageToCore::Met { rdns } if rdns.len() <= MAX_METHOD_BYTES && page.wallets.len() < MAX_WALLETS => {
                page.wallets.insert(rdns);
                PageRequest::Nothing
            }
            PageToCore::Ask { id, chain, method, params, wallet } => {
                match self.refuse(client, chain, &method, &params) {
                    Some(refusal) => PageRequest::Refused { id, refusal, flood: false },
                    None => PageRequest::Ask { id, question: Question { chain, method, params }, wallet },
                }
            }
            PageToCore::Rescue { id, chain, body, said } => {
                let bytes = said.as_ref().map_or(0, |said| said.text.len());
                if bytes > MAX_PARAMS_BYTES || self.refuse(client, chain, "", &body).is_some() {
                    return PageRequest::Stands { id, flood: false };
                }
                PageRequest::Rescue { id, chain, body, said }
            }
            PageToCore::Resume { chain, subscription, method, params, blocks } if page.may_ask_for(chain) => {
                PageRequest::Resume { chain, subscription, method, params, blocks }
            }
            PageToCore::Abort { id } => PageRequest::Abort { id },
            PageToCore::Wallet { id, result, code, message, data } => {
                let reply = match code.or(message.as_ref().map(|_| 0)) {
                    Some(code) => Reply::Error(RpcError { code, message: message.unwrap_or_default(), data }),
                    None => Reply::Result(result.unwrap_or_else(|| "null".to_owned())),
                };
                PageRequest::Wallet { id, reply }
            }
            PageToCore::WalletWaits { id, chain, method, since_ms }
                if page.waits_for(now, id, (chain, &method, since_ms)) =>
            {
                PageRequest::Try { id }
            }
            PageToCore::WalletDone { id } => {
                page.waits.retain(|wait| wait.id != id);
                PageRequest::Nothing
            }
            PageToCore::Use { .. }
            | PageToCore::Floor { .. }
            | PageToCore::Met { .. }
            | PageToCore::Resume { .. }
            | PageToCore::WalletWaits { .. } => PageRequest::Nothing,
        }
    }

    /// The refusal of a request that is too long, too large or one too many. Only the page is to blame for it.
    fn refuse(&mut self, client: ClientId, chain: u64, method: &str, params: &str) -> Option<Refusal> {
        if method.len() > MAX_METHOD_BYTES || params.len() > MAX_PARAMS_BYTES || !is_shallow(params) {
            return Some(Refusal::TooLarge);
        }
        let page = self.all.get_mut(&client)?;
        if !page.may_ask_for(chain) {
            return Some(Refusal::TooManyChains);
        }
        (!self.load.has_room(page.load, 1, params.len())).then_some(Refusal::TooMany)
    }
}

/// A message above its origin's limit: a request is refused, anything else is ignored.
fn unheard(message: &PageToCore) -> PageRequest {
    match message {
        PageToCore::Ask { id, .. } => PageRequest::Refused { id: *id, refusal: Refusal::TooMany, flood: true },
        PageToCore::Rescue { id, .. } => PageRequest::Stands { id: *id, flood: true },
        _ => PageRequest::Nothing,
    }
}
