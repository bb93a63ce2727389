//! Documents with a port to the core. A page is hostile: it can only hurt itself.

use std::collections::{BTreeMap, BTreeSet};

use super::Guard;
use super::chains::{Chain, Lane, LastLane};
use super::consent::is_open_to;
use super::floors::{Floors, Source};
use super::requests::{Asker, HOLD_MS, Question};
use super::waiting::Wait;
use crate::health::Health;
use crate::io::ClientId;
use crate::jsonrpc::depth::is_shallow;
use crate::jsonrpc::{Reply, RpcError};
use crate::load::Document;
use crate::protocol::{
    CoreToPage, INVALID_PARAMS, LIMIT, MAX_CHAINS, MAX_METHOD_BYTES, MAX_PARAMS_BYTES, PageToCore, TOO_LARGE, TOO_MANY,
};
use crate::settings::Settings;

/// Wallets remembered of one document.
const MAX_WALLETS: usize = 16;

/// One document.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) origin: String,
    pub(super) host: String,
    /// Origin of the tab's top document, when this one is a frame.
    pub(super) top: Option<String>,
    /// Chains it asked for that need the person's word.
    pub(super) wanted: BTreeSet<u64>,
    /// Reverse domain names of the wallets that announced themselves.
    pub(super) wallets: BTreeSet<String>,
    /// Whether a wallet on the page cannot be guarded.
    pub(super) locked: bool,
    /// Calls that its wallets have not answered for a while.
    pub(super) waits: Vec<Wait>,
    /// What it has been shown of each chain.
    pub(super) floors: Floors,
    /// What its own wallet has been like as a lane, per chain.
    pub(super) wallet: BTreeMap<u64, Health>,
    /// The lane that answered its last `latest` read, per chain.
    pub(super) last_lane: BTreeMap<u64, LastLane>,
    /// Chains it has asked for, ours or not.
    chains: BTreeSet<u64>,
    /// What it has waiting.
    pub(super) load: Document,
    state: Option<CoreToPage>,
}

impl Guard {
    /// The highest block that a page has been shown and that its chain can have reached.
    pub(super) fn floor_of(&self, now: u64, client: ClientId, chain: u64) -> u64 {
        let known = self.chains.get(&chain);
        let is_lane = |key| known.is_some_and(|c| c.lane(key).is_some_and(Lane::enabled));
        let reach = known.map_or(0, |c| c.reach(now));
        self.pages.get(&client).map_or(0, |page| page.floors.get(chain, reach, is_lane))
    }

    /// A page is shown a block.
    pub(super) fn raise(&mut self, now: u64, client: ClientId, chain: u64, source: Source, number: u64) {
        let reach = self.chains.get(&chain).map_or(0, |c| c.reach(now));
        if let Some(page) = self.pages.get_mut(&client) {
            page.floors.raise(chain, source, number, reach);
        }
    }

    /// What the documents give back to the next life of the core: what each of them was shown.
    pub(super) fn tell_floors(&mut self, now: u64) {
        let mut news = Vec::new();
        for (client, page) in &mut self.pages {
            for chain in page.floors.chains() {
                let known = self.chains.get(&chain);
                let is_lane = |key| known.is_some_and(|c| c.lane(key).is_some_and(Lane::enabled));
                let reach = known.map_or(0, |c| c.reach(now));
                news.extend(page.floors.untold(chain, reach, is_lane).map(|number| (*client, chain, number)));
            }
        }
        news.into_iter().for_each(|(client, chain, number)| self.post(client, CoreToPage::Floor { chain, number }));
    }

    /// A document of `origin`, in a tab of the site `host`, in a frame if there is a `top` above it.
    pub(super) fn open(&mut self, now: u64, client: ClientId, (origin, host, top): (String, String, Option<String>)) {
        self.close(now, client);
        // An opaque origin is one document's own, though all of them are written alike.
        let named = origin.starts_with("https://") || origin.starts_with("http://");
        let origin = if named { origin } else { format!("opaque {}", self.number()) };
        let load = self.load.open(now, &origin, &host);
        self.pages.insert(client, Page { origin, host, top, load, ..Page::default() });
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

    pub(super) fn message(&mut self, now: u64, client: ClientId, message: PageToCore) {
        let Some(page) = self.pages.get_mut(&client) else { return };
        if !self.load.message(now, page.load.share, message.bytes()) {
            return self.unheard(client, &message);
        }
        match message {
            PageToCore::Use { chain } => {
                if self.may_ask_for(client, chain) {
                    self.use_chain(now, client, chain);
                }
            }
            PageToCore::Floor { chain, number } => {
                if let Some(known) = self.chains.get(&chain) {
                    page.floors.raise(chain, Source::Before, number, known.reach(now));
                }
            }
            PageToCore::Wants { chain } => self.note_wanted(client, chain),
            PageToCore::Locked => page.locked = true,
            PageToCore::Met { rdns } if rdns.len() <= MAX_METHOD_BYTES && page.wallets.len() < MAX_WALLETS => {
                page.wallets.insert(rdns);
            }
            PageToCore::Met { .. } => {}
            PageToCore::Ask { id, chain, method, params, wallet } => {
                if let Some((code, message)) = self.refuse(client, chain, &method, &params) {
                    return self.fail(client, id, code, message);
                }
                self.use_chain(now, client, chain);
                let asker = Asker::Page { client, id, wallet };
                self.ask(now, Question { chain, method, params }, asker);
            }
            PageToCore::Rescue { id, chain, body, said } => {
                let bytes = said.as_ref().map_or(0, |said| said.text.len());
                if bytes > MAX_PARAMS_BYTES || self.refuse(client, chain, "", &body).is_some() {
                    return self.post(client, CoreToPage::NoRescue { id });
                }
                self.use_chain(now, client, chain);
                self.rescue(now, client, super::rescue::Call { id, chain, body, said });
            }
            PageToCore::Resume { chain, subscription, method, params, blocks } => {
                if self.may_ask_for(client, chain) {
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
                self.fail(client, *id, LIMIT, TOO_MANY.into());
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
    fn may_ask_for(&mut self, client: ClientId, chain: u64) -> bool {
        self.pages.get_mut(&client).is_some_and(|page| {
            (page.chains.len() < MAX_CHAINS || page.chains.contains(&chain)) && {
                page.chains.insert(chain);
                true
            }
        })
    }

    /// What is too long, too large or too much, as code and message; the page alone is to blame.
    fn refuse(&mut self, client: ClientId, chain: u64, method: &str, params: &str) -> Option<(i64, String)> {
        if method.len() > MAX_METHOD_BYTES || params.len() > MAX_PARAMS_BYTES || !is_shallow(params) {
            return Some((INVALID_PARAMS, TOO_LARGE.into()));
        }
        if !self.may_ask_for(client, chain) {
            let message = format!("Breakwater: too many chains on this page (it may ask for {MAX_CHAINS}).");
            return Some((LIMIT, message));
        }
        let page = self.pages.get(&client)?;
        (!self.load.has_room(page.load, 1, params.len())).then(|| (LIMIT, TOO_MANY.into()))
    }

    fn fail(&mut self, client: ClientId, id: u64, code: i64, message: String) {
        self.post(client, CoreToPage::Error { id, code, message, data: None });
    }

    fn use_chain(&mut self, now: u64, client: ClientId, id: u64) {
        if !self.may_use(client, id) {
            return self.note_wanted(client, id);
        }
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
        let open = |c: &&Chain| is_open_to(c, page, &self.settings);
        let guarded = |c: &&Chain| c.lanes.iter().any(|lane| lane.enabled());
        let (own, usual) = (self.settings.own_chain, Settings::default().own_chain);
        let state = CoreToPage::State {
            on: self.settings.site_on(&page.host) && self.permission,
            chains: self.chains.values().filter(open).filter(guarded).map(|c| c.id).collect(),
            deadline_ms: self.settings.deadline_ms,
            // The number of a chain that this page may not use would tell that it is there.
            own_chain: Some(if self.chains.get(&own).is_some_and(|c| !open(&c)) { usual } else { own }),
            direct: self.settings.direct_on(&page.host),
            private: self.chains.values().filter(open).filter(|c| c.is_private()).map(|c| c.id).collect(),
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
