//! What a page's wallet is waiting for: a transaction or a signature that it has not answered for a while. The core
//! never sees the call itself, only its method's name. The popup says what is known.
//!
//! ```text
//!  wallet-waits ──► try-wallet: one read ──► answered: its endpoint works, so it waits for the person
//!       │                               ├─► an endpoint's failure, or 3 s of silence: its endpoint looks dark
//!       │                               └─► anything else: judged by how the wallet performed as a lane of this chain
//!  wallet-done ──► the sentence disappears
//! ```

use super::page::Page;
use super::wait::{Tried, Unanswered, Wait};
use crate::health::Rest;
use crate::io::ClientId;
use crate::race::Outcome;
use crate::route::SENDS;

/// Most calls kept for one document.
const MAX_WAITS: usize = 8;
/// Most calls the popup shows, oldest first.
const SHOWN: usize = 3;
/// If the wallet does not answer the test read for this many ms, its endpoint looks dark.
const SILENT_MS: u64 = 3_000;
/// The page reports when a call began. It is believed up to a day, in ms.
const OLDEST_MS: u64 = 86_400_000;
/// The test read: no wallet can answer the balance of the zero address from memory.
pub(crate) const TRY: (&str, &str) = ("eth_getBalance", r#"["0x0000000000000000000000000000000000000000","latest"]"#);

impl Page {
    /// A wallet has not answered. Returns whether to make a test read. Only hostile pages report methods other than
    /// sends and signatures.
    pub(super) fn waits_for(&mut self, now: u64, id: u64, of: (Option<u64>, &str, u64)) -> bool {
        let (chain, method, since) = of;
        let Some(method) = SENDS.iter().find(|known| **known == method).copied() else { return false };
        self.waits.retain(|wait| wait.id != id);
        let room = self.waits.len() < MAX_WAITS;
        if room {
            let since = since.clamp(now.saturating_sub(OLDEST_MS), now);
            self.waits.push(Wait { id, chain, method, since, endpoint: Tried::Out(now) });
        }
        room
    }

    /// Whether this is the id of a test read of its wallet.
    pub(super) fn is_trying(&self, id: u64) -> bool {
        self.waits.iter().any(|wait| wait.id == id)
    }

    /// What the wallet answered to the test read.
    pub(super) fn tried(&mut self, id: u64, outcome: Outcome) {
        let wait = self.waits.iter_mut().find(|wait| wait.id == id);
        wait.into_iter().for_each(|wait| {
            wait.endpoint = match outcome {
                Outcome::Answer => Tried::Answers,
                Outcome::Fault | Outcome::Refused => Tried::Fails,
                _ => Tried::Open,
            };
        });
    }
}

/// The calls that wallets on this site have not answered, oldest first.
pub(crate) fn waits(now: u64, pages: &[(&ClientId, &Page)]) -> Vec<Unanswered> {
    let mut waits: Vec<(&Page, &Wait)> =
        pages.iter().flat_map(|(_, page)| page.waits.iter().map(move |wait| (*page, wait))).collect();
    waits.sort_by_key(|(_, wait)| wait.since);
    let known = |(page, wait): (&Page, &Wait)| wait.unanswered(now, endpoint_answers(now, page, wait));
    waits.into_iter().take(SHOWN).map(known).collect()
}

/// Whether the wallet's endpoint answers; `None` if unknown.
fn endpoint_answers(now: u64, page: &Page, wait: &Wait) -> Option<bool> {
    let silent = |health: &crate::health::Health| {
        matches!(health.resting(now), Some((Rest::Faults | Rest::Silent, _))).then_some(false)
    };
    match wait.endpoint {
        Tried::Answers => Some(true),
        Tried::Fails => Some(false),
        Tried::Out(at) if at + SILENT_MS <= now => Some(false),
        _ => page.wallet.get(&wait.chain?).and_then(silent),
    }
}
