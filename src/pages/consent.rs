//! Whether a document may know about a chain. A chain with an endpoint on the person's own machine or network, or one
//! that the person marked, exists only for the sites they allowed.

use super::all::Pages;
use super::page::Page;
use crate::cloud::local::{Nearness, is_loopback_page};
use crate::endpoint::EndpointUrl;
use crate::io::ClientId;
use crate::lanes::{Chain, Lanes};
use crate::settings::{self, Settings};

/// Whether only sites that the person allowed may use a chain.
pub(crate) fn needs_consent(chain: &Chain, set: &settings::Chain) -> bool {
    set.ask_sites || chain.nearness() != Nearness::Public
}

/// The only place that decides whether a document may know about a chain. Its own site and the site of its tab must
/// both be allowed: neither a frame on an allowed site nor an allowed site in a foreign tab is enough.
pub(super) fn is_open_to(chain: &Chain, page: &Page, settings: &Settings) -> bool {
    let Some(set) = settings.chain(chain.id()) else { return false };
    if !needs_consent(chain, set) {
        return true;
    }
    let own_machine = !set.ask_sites && chain.nearness() == Nearness::Machine;
    let allowed = |host: &str| set.consent(host).unwrap_or(own_machine && is_loopback_page(host));
    host_of(page.origin()).is_some_and(|host| allowed(&host) && allowed(page.host()))
}

impl Pages {
    /// Whether a document may know about a chain.
    pub(crate) fn may_use(&self, lanes: &Lanes, settings: &Settings, client: ClientId, chain: u64) -> bool {
        match (self.get(client), lanes.chain(chain)) {
            (Some(page), Some(chain)) => is_open_to(chain, page, settings),
            _ => false,
        }
    }

    /// Whether the core has a lane for this document's reads of this chain.
    pub(crate) fn guards(&self, lanes: &Lanes, settings: &Settings, client: ClientId, chain: u64) -> bool {
        self.may_use(lanes, settings, client, chain) && lanes.chain(chain).is_some_and(Chain::is_guarded)
    }

    /// Whether transactions of this document on this chain go to private endpoints only.
    pub(super) fn sends_privately(&self, lanes: &Lanes, settings: &Settings, client: ClientId, chain: u64) -> bool {
        self.may_use(lanes, settings, client, chain) && lanes.chain(chain).is_some_and(Chain::is_private)
    }

    /// Whether the chain exists, and this document may not use it.
    pub(crate) fn is_withheld(&self, lanes: &Lanes, settings: &Settings, client: ClientId, chain: u64) -> bool {
        lanes.chain(chain).is_some() && !self.may_use(lanes, settings, client, chain)
    }

    /// A document asked for a chain. If the chain needs the person's permission, the popup asks for it.
    pub(crate) fn note_wanted(&mut self, lanes: &Lanes, settings: &Settings, client: ClientId, chain: u64) {
        let guarded = lanes.chain(chain).is_some_and(Chain::is_guarded);
        if let Some(page) = self.all.get_mut(&client)
            && guarded
            && lanes.chain(chain).is_some_and(|chain| !is_open_to(chain, page, settings))
        {
            page.wanted.insert(chain);
        }
    }

    /// Documents that may no longer use a chain stop counting as its users.
    pub(crate) fn withdraw_users(&self, lanes: &mut Lanes, settings: &Settings) {
        lanes.keep_users(|chain, client| self.get(client).is_some_and(|page| is_open_to(chain, page, settings)));
    }
}

/// The host name of an origin. An opaque origin has none, so nobody can allow it.
pub(crate) fn host_of(origin: &str) -> Option<String> {
    EndpointUrl::parse(origin).ok().map(|url| url.host().to_owned())
}
