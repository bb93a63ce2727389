//! Every document with a port to the core, and the limits of origins.

use std::collections::BTreeMap;

use super::floors::ShownBy;
use super::page::Page;
use crate::asks::WalletDid;
use crate::endpoint::EndpointKey;
use crate::fair::QueueKey;
use crate::io::ClientId;
use crate::lanes::{Lane, Lanes, LastLane};
use crate::load::Load;
use crate::protocol::CoreToPage;
use crate::race::Outcome;

/// Every document.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(super) all: BTreeMap<ClientId, Page>,
    pub(super) load: Load,
    /// Number of opaque origins so far.
    numbered: u64,
}

impl Pages {
    pub(crate) fn get(&self, client: ClientId) -> Option<&Page> {
        self.all.get(&client)
    }

    pub(crate) fn contains(&self, client: ClientId) -> bool {
        self.all.contains_key(&client)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ClientId, &Page)> {
        self.all.iter()
    }

    /// A document of `origin`, in a tab of the site `host`. It is in a frame if there is a `top` above it.
    pub(crate) fn open(&mut self, now: u64, client: ClientId, origin: String, host: String, top: Option<String>) {
        // Every opaque origin belongs to one document, although all of them are written the same.
        let named = origin.starts_with("https://") || origin.starts_with("http://");
        let origin = if named { origin } else { self.opaque() };
        let load = self.load.open(now, &origin, &host);
        self.all.insert(client, Page { origin, host, top, load, ..Page::default() });
    }

    fn opaque(&mut self) -> String {
        self.numbered += 1;
        format!("opaque {}", self.numbered)
    }

    pub(crate) fn close(&mut self, client: ClientId) {
        if let Some(page) = self.all.remove(&client) {
            self.load.close(page.load);
        }
    }

    /// The highest block that a page has been shown and that its chain can have reached.
    pub(crate) fn floor(&self, lanes: &Lanes, now: u64, client: ClientId, chain: u64) -> u64 {
        let (reach, is_lane) = reached(lanes, now, chain);
        self.get(client).map_or(0, |page| page.floors.get(chain, reach, is_lane))
    }

    /// A page is shown a block. This is the only way to change its floor.
    pub(crate) fn raise(&mut self, lanes: &Lanes, now: u64, client: ClientId, chain: u64, by: ShownBy, number: u64) {
        let (reach, _) = reached(lanes, now, chain);
        if let Some(page) = self.all.get_mut(&client) {
            page.floors.raise(chain, by, number, reach);
        }
    }

    /// The blocks that documents were shown and have not been told yet, so that they can report them to the next core.
    pub(crate) fn untold(&mut self, lanes: &Lanes, now: u64) -> Vec<(ClientId, CoreToPage)> {
        let mut news = Vec::new();
        for (client, page) in &mut self.all {
            for chain in page.floors.chains() {
                let (reach, is_lane) = reached(lanes, now, chain);
                let floor = page.floors.untold(chain, reach, is_lane);
                news.extend(floor.map(|number| (*client, CoreToPage::Floor { chain, number })));
            }
        }
        news
    }

    /// The chain has started over.
    pub(crate) fn forget_chain(&mut self, chain: u64) {
        self.all.values_mut().for_each(|page| page.floors.forget(chain));
    }

    /// A request of a document waits from now on. Returns its place in the queue's turns.
    pub(super) fn begin(&mut self, client: ClientId, bytes: usize) -> Option<QueueKey> {
        let page = self.all.get_mut(&client)?;
        self.load.begin(&mut page.load, bytes);
        Some((page.load.share, client))
    }

    /// A request of a document no longer waits.
    pub(crate) fn end(&mut self, client: ClientId, bytes: usize) {
        if let Some(page) = self.all.get_mut(&client) {
            self.load.end(&mut page.load, bytes);
        }
    }

    /// Whether an origin may ask this many more items. Each counts, whether it is judged or raced.
    pub(crate) fn may_ask_items(&mut self, now: u64, client: ClientId, items: usize, bytes: usize) -> bool {
        let Some(load) = self.get(client).map(|page| page.load) else { return false };
        self.load.has_room(load, items, bytes) && self.load.items(now, load.share, items.saturating_sub(1))
    }

    /// Whether an origin may have this many more items rescued.
    pub(crate) fn may_rescue(&mut self, now: u64, client: ClientId, items: usize) -> bool {
        let share = self.get(client).map(Page::share);
        share.is_some_and(|share| self.load.rescue(now, share, items))
    }

    /// How a document's own wallet performed as a lane of a chain.
    pub(crate) fn wallet_did(&mut self, now: u64, client: ClientId, chain: u64, did: WalletDid) {
        let Some(page) = self.all.get_mut(&client) else { return };
        let health = page.wallet.entry(chain).or_default();
        health.ended(now, did.weight, did.outcome, did.took_ms);
        if did.overtaken {
            health.overtaken(now);
        }
    }

    /// The wallet has answered the test read.
    pub(crate) fn tried(&mut self, client: ClientId, id: u64, outcome: Outcome) {
        self.all.get_mut(&client).into_iter().for_each(|page| page.tried(id, outcome));
    }

    /// Whether this is the id of a test read of the document's wallet.
    pub(crate) fn is_trying(&self, client: ClientId, id: u64) -> bool {
        self.get(client).is_some_and(|page| page.is_trying(id))
    }

    /// A lane has answered a `latest` read of a document.
    pub(crate) fn answered_by(&mut self, now: u64, client: ClientId, chain: u64, key: EndpointKey) {
        if let Some(page) = self.all.get_mut(&client) {
            let next = LastLane::next(page.last_lane.get(&chain), key, now);
            page.last_lane.insert(chain, next);
        }
    }
}

/// The highest block that a chain can have reached, and which endpoints are lanes of it.
fn reached(lanes: &Lanes, now: u64, chain: u64) -> (u64, impl Fn(EndpointKey) -> bool) {
    let known = lanes.chain(chain);
    let is_lane = move |key| known.is_some_and(|c| c.lane(key).is_some_and(Lane::enabled));
    (known.map_or(0, |c| c.reach(now)), is_lane)
}
