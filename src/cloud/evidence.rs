//! Evidence of where an endpoint stands. Every piece keeps its kind and its age.
//!
//! Evidence is kept per endpoint in `storage.local` (`observed`); [`remember`] keeps the list small and
//! current, and [`addresses`] says which addresses the endpoint has now.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::headers::Claim;
use crate::hidden;

/// How long an address counts after it was last seen, if others are seen too, in ms.
const STILL_LIVE_MS: u64 = 60 * 60 * 1000;
/// Most observed addresses kept per endpoint.
const MAX_OBSERVED: usize = 8;
/// Most addresses or names kept from one reply of the name service.
const MAX_NAMES: usize = 32;

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When it was last seen, ms since the Unix epoch.
    pub at_ms: u64,
    /// What was seen.
    #[serde(flatten)]
    pub fact: Fact,
}

/// What was observed or claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// The browser really connected to this address.
    Observed {
        /// The address.
        ip: IpAddr,
        /// When it was first seen, ms since the Unix epoch.
        since_ms: u64,
    },
    /// The browser reached it through a proxy, and saw no address but the proxy's.
    Proxied,
    /// The browser's own resolver returned these addresses.
    Resolved {
        /// All addresses of the name.
        ips: Vec<IpAddr>,
    },
    /// The DNS-over-HTTPS resolver that the person chose returned this.
    Doh {
        /// The chain of aliases, in order.
        cnames: Vec<String>,
        /// All addresses of the name.
        ips: Vec<IpAddr>,
    },
    /// It answered. That says nothing of where it stands, but verdicts count endpoints that answered lately.
    Answered,
    /// Response headers claim this. Claims add a layer and never remove one.
    Headers {
        /// The claims.
        claims: Vec<Claim>,
    },
}

impl Fact {
    /// The endpoint's addresses according to this piece.
    pub fn addresses(&self) -> &[IpAddr] {
        match self {
            Fact::Observed { ip, .. } => std::slice::from_ref(ip),
            Fact::Resolved { ips } | Fact::Doh { ips, .. } => ips,
            Fact::Headers { .. } | Fact::Proxied | Fact::Answered => &[],
        }
    }
}

impl Evidence {
    /// A connection to this address.
    pub fn observed(ip: IpAddr, now_ms: u64) -> Evidence {
        Evidence { at_ms: now_ms, fact: Fact::Observed { ip, since_ms: now_ms } }
    }

    /// A connection through a proxy.
    pub fn proxied(now_ms: u64) -> Evidence {
        Evidence { at_ms: now_ms, fact: Fact::Proxied }
    }

    /// An answer.
    pub fn answered(now_ms: u64) -> Evidence {
        Evidence { at_ms: now_ms, fact: Fact::Answered }
    }

    /// The browser's own resolver's answer.
    pub fn resolved(mut ips: Vec<IpAddr>, now_ms: u64) -> Evidence {
        ips.sort_unstable();
        ips.dedup();
        ips.truncate(MAX_NAMES);
        Evidence { at_ms: now_ms, fact: Fact::Resolved { ips } }
    }

    /// The chosen DNS-over-HTTPS resolver's answer.
    pub fn doh(mut cnames: Vec<String>, mut ips: Vec<IpAddr>, now_ms: u64) -> Evidence {
        ips.sort_unstable();
        ips.dedup();
        ips.truncate(MAX_NAMES);
        cnames.truncate(MAX_NAMES);
        Evidence { at_ms: now_ms, fact: Fact::Doh { cnames, ips } }
    }

    /// The address of a connection.
    pub fn observed_address(&self) -> Option<IpAddr> {
        match self.fact {
            Fact::Observed { ip, .. } => Some(ip),
            _ => None,
        }
    }

    fn is_sound(&self, now_ms: u64) -> bool {
        let short = |text: &String| text.len() <= MAX_TEXT_BYTES && !hidden::is_in(text);
        let fact = match &self.fact {
            Fact::Observed { since_ms, .. } => *since_ms <= self.at_ms,
            Fact::Proxied | Fact::Answered => true,
            Fact::Resolved { ips } => ips.len() <= MAX_NAMES,
            Fact::Doh { cnames, ips } => {
                ips.len() <= MAX_NAMES && cnames.len() <= MAX_NAMES && cnames.iter().all(short)
            }
            Fact::Headers { claims } => claims.len() <= MAX_NAMES && claims.iter().all(Claim::is_sound),
        };
        fact && self.at_ms <= now_ms.saturating_add(SKEW_MS)
    }

    /// What response headers claim, if they claim anything.
    pub fn headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>, now_ms: u64) -> Option<Evidence> {
        let claims = super::headers::claims(headers);
        (!claims.is_empty()).then_some(Evidence { at_ms: now_ms, fact: Fact::Headers { claims } })
    }
}

/// How far the clock of an earlier life may have been ahead, in ms: browsers round clocks.
const SKEW_MS: u64 = 1_000;
/// Longest text kept of a name or a header, in bytes.
const MAX_TEXT_BYTES: usize = 253;

/// The valid part of a stored list: no times in the future, and no more entries than are ever kept.
pub fn sound(list: Vec<Evidence>, now_ms: u64) -> Vec<Evidence> {
    let mut kept: Vec<Evidence> = Vec::new();
    for evidence in list.into_iter().filter(|e| e.is_sound(now_ms)) {
        remember(&mut kept, evidence);
    }
    kept
}

/// Adds a piece of evidence. Returns true when it says something new, so that verdicts may change, and false when it
/// only refreshes an old piece.
pub fn remember(list: &mut Vec<Evidence>, new: Evidence) -> bool {
    let same = |old: &&mut Evidence| match (&old.fact, &new.fact) {
        (Fact::Observed { ip: old, .. }, Fact::Observed { ip: new, .. }) => old == new,
        (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
    };
    let seen = |list: &[Evidence]| (addresses(list), is_proxied(list));
    let before = seen(list);
    let changed = match list.iter_mut().find(same) {
        Some(old) => {
            old.at_ms = old.at_ms.max(new.at_ms);
            match (&old.fact, new.fact) {
                (Fact::Observed { .. }, _) => false,
                (fact, other) if *fact == other => false,
                (_, other) => {
                    old.fact = other;
                    true
                }
            }
        }
        None => {
            list.push(new);
            true
        }
    };
    forget_oldest(list);
    changed || seen(list) != before
}

/// Whether the newest connection went through a proxy.
pub fn is_proxied(list: &[Evidence]) -> bool {
    let newest = |wanted: fn(&Fact) -> bool| list.iter().filter(|e| wanted(&e.fact)).map(|e| e.at_ms).max();
    newest(|fact| matches!(fact, Fact::Proxied)) > newest(|fact| matches!(fact, Fact::Observed { .. }))
}

/// When the endpoint last answered, in ms since the Unix epoch, as far as that was noted.
pub fn answered(list: &[Evidence]) -> Option<u64> {
    list.iter().filter(|e| e.fact == Fact::Answered).map(|e| e.at_ms).max()
}

fn forget_oldest(list: &mut Vec<Evidence>) {
    let observed = |e: &Evidence| matches!(e.fact, Fact::Observed { .. });
    while list.iter().filter(|e| observed(e)).count() > MAX_OBSERVED {
        let oldest = list.iter().enumerate().filter(|(_, e)| observed(e)).min_by_key(|(_, e)| e.at_ms);
        let Some((at, _)) = oldest else { return };
        list.remove(at);
    }
}

/// The addresses an endpoint has now.
///
/// A name that moved shows only its new address; a name that is spread alternates between its addresses. So an older
/// address counts for an hour if it was still seen after the newest one first appeared. Addresses from the name service
/// count too, unless the browser has since connected to one it did not return.
pub fn addresses(list: &[Evidence]) -> Vec<IpAddr> {
    let observed = list.iter().filter_map(|e| match e.fact {
        Fact::Observed { ip, since_ms } => Some((ip, since_ms, e.at_ms)),
        _ => None,
    });
    let newest = observed.clone().max_by_key(|(ip, since, at)| (*at, *since, *ip));
    let mut found = Vec::new();
    if let Some((_, appeared, last)) = newest {
        let live = observed.filter(|(_, _, at)| *at >= appeared && *at + STILL_LIVE_MS >= last);
        found.extend(live.map(|(ip, ..)| ip));
    }
    for evidence in list {
        let (Fact::Resolved { ips } | Fact::Doh { ips, .. }) = &evidence.fact else { continue };
        let moved = newest.is_some_and(|(ip, _, at)| at > evidence.at_ms && !ips.contains(&ip));
        if !moved {
            found.extend(ips);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
