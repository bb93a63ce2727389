//! Documents with a port to the core. A page is hostile: it can only hurt itself.

use std::collections::{BTreeMap, BTreeSet};

use super::chains::LastLane;
use super::requests::{Asker, HOLD_MS, Question};
use super::waiting::Wait;
use super::{ClientId, Guard};
use crate::jsonrpc::{Reply, RpcError};
use crate::load::Document;
use crate::protocol::{CoreToPage, MAX_CHAINS, MAX_METHOD_BYTES, MAX_PARAMS_BYTES, PageToCore};

/// Wallets remembered of one document.
const MAX_WALLETS: usize = 16;
/// JSON-RPC "limit exceeded" (EIP-1474).
pub(super) const LIMIT: i64 = -32005;
/// What a page is told that asks for more than its share.
pub(super) const TOO_MANY: &str = "Breakwater: too many requests from this page; wait for answers before asking more.";

/// One document.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) origin: String,
    pub(super) host: String,
    /// Reverse domain names of the wallets that announced themselves.
    pub(super) wallets: BTreeSet<String>,
    /// Whether a wallet on the page cannot be guarded.
    pub(super) locked: bool,
    /// Calls that its wallets have not answered for a while.
    pub(super) waits: Vec<Wait>,
    /// Highest block number it has been shown, per chain.
    pub(super) floors: BTreeMap<u64, u64>,
    /// The lane that answered its last `latest` read, per chain.
    pub(super) last_lane: BTreeMap<u64, LastLane>,
    /// Chains it has asked for, ours or not.
    chains: BTreeSet<u64>,
    /// What it has waiting.
    pub(super) load: Document,
    state: Option<CoreToPage>,
}

impl Guard {
    pub(super) fn open(&mut self, now: u64, client: ClientId, origin: String, host: String) {
        self.close(now, client);
        let load = self.load.open(now, &origin, &host);
        self.pages.insert(client, Page { origin, host, load, ..Page::default() });
        self.tell_state(client);
    }

    pub(super) fn close(&mut self, now: u64, client: ClientId) {
        if !self.pages.contains_key(&client) {
            return;
        }
        // What it had waiting gives its load back while the page is still known.
        self.leave_all(now, client);
        let Some(page) = self.pages.remove(&client) else { return };
        self.load.close(page.load);
        self.chains.values_mut().for_each(|chain| {
            chain.users.remove(&client);
        });
        self.prune_sticky(now);
    }

    /// What is no message of the protocol says nothing, and counts all the same.
    pub(super) fn junk(&mut self, now: u64, client: ClientId, bytes: usize) {
        if let Some(page) = self.pages.get(&client) {
            self.load.message(now, page.load.share, bytes);
        }
    }

    pub(super) fn message(&mut self, now: u64, client: ClientId, message: PageToCore) {
        let Some(page) = self.pages.get_mut(&client) else { return };
        if !self.load.message(now, page.load.share, message.bytes()) {
            return self.unheard(client, &message);
        }
        match message {
            PageToCore::Use { chain } => {
                if self.may_use(client, chain) {
                    self.use_chain(now, client, chain);
                }
            }
            PageToCore::Locked => page.locked = true,
            PageToCore::Met { rdns } if rdns.len() <= MAX_METHOD_BYTES && page.wallets.len() < MAX_WALLETS => {
                page.wallets.insert(rdns);
            }
            PageToCore::Met { .. } => {}
            PageToCore::Ask { id, chain, method, params, wallet } => {
                if let Some(message) = self.refuse(client, chain, &method, &params) {
                    return self.fail(client, id, message);
                }
                self.use_chain(now, client, chain);
                let asker = Asker::Page { client, id, wallet };
                self.ask(now, Question { chain, method, params }, asker);
            }
            PageToCore::Rescue { id, chain, body } => {
                if self.refuse(client, chain, "", &body).is_some() {
                    return self.post(client, CoreToPage::NoRescue { id });
                }
                self.use_chain(now, client, chain);
                self.rescue(now, client, id, chain, &body);
            }
            PageToCore::Resume { chain, subscription, method, params, blocks } => {
                if self.may_use(client, chain) {
                    self.use_chain(now, client, chain);
                    self.resume(now, client, chain, subscription, (&method, &params), blocks);
                }
            }
            PageToCore::Abort { id } => self.leave(now, client, id),
            PageToCore::Wallet { id, result, code, message, data } => {
                let reply = match code.or(message.as_ref().map(|_| 0)) {
                    Some(code) => Reply::Error(RpcError { code, message: message.unwrap_or_default(), data }),
                    None => Reply::Result(result.unwrap_or_else(|| "null".to_owned())),
                };
                if !self.wallet_tried(client, id, &reply) {
                    self.wallet_said(now, client, id, reply);
                }
            }
            PageToCore::WalletWaits { id, chain, method, since_ms } => {
                self.wallet_waits(now, client, id, (chain, &method, since_ms));
            }
            PageToCore::WalletDone { id } => page.waits.retain(|wait| wait.id != id),
        }
    }

    /// A message more than its origin may send: an answer is refused, all else is not listened to. A page that goes
    /// on asking loses what it has in line.
    fn unheard(&mut self, client: ClientId, message: &PageToCore) {
        match message {
            PageToCore::Ask { id, .. } => {
                self.fail(client, *id, TOO_MANY.into());
                self.drop_line(client);
            }
            PageToCore::Rescue { id, .. } => {
                self.post(client, CoreToPage::NoRescue { id: *id });
                self.drop_line(client);
            }
            _ => {}
        }
    }

    /// Whether a document may ask for this chain: one more, or one of those it has asked for.
    fn may_use(&mut self, client: ClientId, chain: u64) -> bool {
        self.pages.get_mut(&client).is_some_and(|page| {
            (page.chains.len() < MAX_CHAINS || page.chains.contains(&chain)) && {
                page.chains.insert(chain);
                true
            }
        })
    }

    /// What is too long, too large or too much, as a message; the page alone is to blame.
    fn refuse(&mut self, client: ClientId, chain: u64, method: &str, params: &str) -> Option<String> {
        if method.len() > MAX_METHOD_BYTES || params.len() > MAX_PARAMS_BYTES {
            return Some("Breakwater: the request is too large (parameters may have 4 MiB).".into());
        }
        if !self.may_use(client, chain) {
            return Some(format!("Breakwater: too many chains on this page (it may ask for {MAX_CHAINS})."));
        }
        let page = self.pages.get(&client)?;
        (!self.load.has_room(page.load, 1, params.len())).then(|| TOO_MANY.into())
    }

    fn fail(&mut self, client: ClientId, id: u64, message: String) {
        self.post(client, CoreToPage::Error { id, code: LIMIT, message, data: None });
    }

    fn use_chain(&mut self, now: u64, client: ClientId, id: u64) {
        if let Some(chain) = self.chains.get_mut(&id) {
            if !chain.in_use(now) {
                chain.hold_until = now + HOLD_MS;
            }
            chain.users.insert(client);
            chain.last_used = now;
        }
    }

    /// Tells every document what changed for it.
    pub(super) fn tell_states(&mut self) {
        let clients: Vec<ClientId> = self.pages.keys().copied().collect();
        clients.into_iter().for_each(|client| self.tell_state(client));
    }

    fn tell_state(&mut self, client: ClientId) {
        let Some(page) = self.pages.get(&client) else { return };
        let guarded = |c: &&super::Chain| c.lanes.iter().any(|lane| lane.enabled());
        let state = CoreToPage::State {
            on: self.settings.site_on(&page.host) && self.permission,
            chains: self.chains.values().filter(guarded).map(|c| c.id).collect(),
            deadline_ms: self.settings.deadline_ms,
            own_chain: Some(self.settings.own_chain),
            direct: self.settings.direct_on(&page.host),
            private: self.chains.values().filter(|c| c.is_private()).map(|c| c.id).collect(),
        };
        if page.state.as_ref() == Some(&state) {
            return;
        }
        if let Some(page) = self.pages.get_mut(&client) {
            page.state = Some(state.clone());
        }
        self.post(client, state);
    }
}
