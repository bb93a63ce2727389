//! What a page's wallet is waiting for: a transaction or a signature that it has not answered for a while. The
//! call itself never comes here, only its method's name; the popup says what is known.
//!
//! ```text
//!  wallet-waits ──► try-wallet: one read ──► answered: its endpoint works, so it waits for the person
//!       │                               ├─► an endpoint's failure, or 3 s of silence: its endpoint looks dark
//!       │                               └─► anything else: as the wallet fared as a lane of this chain
//!  wallet-done ──► nothing is said any more
//! ```

use super::Guard;
use super::pages::Page;
use crate::health::Rest;
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::lang::Lang;
use crate::protocol::CoreToPage;
use crate::race::Outcome;
use crate::route::{self, SENDS};

/// Calls of one document that are kept.
const MAX_WAITS: usize = 8;
/// Sentences in the popup, oldest call first.
const SHOWN: usize = 3;
/// A read that the wallet has not answered for so long, ms: its endpoint looks dark.
const SILENT_MS: u64 = 3_000;
/// A page says since when; it is believed for a day, ms.
const OLDEST_MS: u64 = 86_400_000;
/// What the wallet is asked: no wallet answers the balance of the zero address from memory alone.
const TRY: (&str, &str) = ("eth_getBalance", r#"["0x0000000000000000000000000000000000000000","latest"]"#);

/// One call that the wallet has not answered.
#[derive(Debug)]
pub(super) struct Wait {
    pub(super) id: u64,
    chain: Option<u64>,
    method: &'static str,
    since: u64,
    endpoint: Tried,
}

/// What is known of the wallet's own endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tried {
    /// Asked, since when.
    Out(u64),
    Answers,
    Fails,
    /// It answered with what says nothing of its endpoint.
    Open,
}

impl Wait {
    /// The end of a sentence that begins with whose frame it is. Nothing is advised: it may not be so.
    pub(super) fn told_by_frame(&self, now: u64, lang: Lang) -> String {
        let (method, time) = (self.method, time(now.saturating_sub(self.since)));
        lang.pick(
            format!(" says that a wallet has not answered {method} for {time}."),
            format!(" dit qu’un portefeuille n’a pas répondu à {method} depuis {time}."),
        )
    }
}

impl Guard {
    /// A wallet has not answered. A method that is no sending or signing is a hostile page's.
    pub(super) fn wallet_waits(&mut self, now: u64, client: ClientId, id: u64, of: (Option<u64>, &str, u64)) {
        let (chain, method, since) = of;
        let known = SENDS.iter().find(|known| **known == method).copied();
        let (Some(page), Some(method)) = (self.pages.get_mut(&client), known) else { return };
        page.waits.retain(|wait| wait.id != id);
        if page.waits.len() >= MAX_WAITS {
            return;
        }
        let since = since.clamp(now.saturating_sub(OLDEST_MS), now);
        page.waits.push(Wait { id, chain, method, since, endpoint: Tried::Out(now) });
        let (method, params) = TRY;
        self.post(client, CoreToPage::TryWallet { id, method: method.into(), params: params.into() });
    }

    /// What the wallet said to the read it was tried with. `false`: it was asked for something else.
    pub(super) fn wallet_tried(&mut self, client: ClientId, id: u64, reply: &Reply) -> bool {
        let Some(page) = self.pages.get_mut(&client) else { return false };
        let Some(wait) = page.waits.iter_mut().find(|wait| wait.id == id) else { return false };
        wait.endpoint = match self.classifier.wallet(route::spec(TRY.0), reply.clone()).outcome {
            Outcome::Answer => Tried::Answers,
            Outcome::Fault | Outcome::Refused => Tried::Fails,
            _ => Tried::Open,
        };
        true
    }
}

/// One sentence for each call that a wallet on this site has not answered, the oldest first.
pub(super) fn waits(now: u64, pages: &[(&ClientId, &Page)], lang: Lang) -> Vec<String> {
    let mut waits: Vec<(&Page, &Wait)> =
        pages.iter().flat_map(|(_, page)| page.waits.iter().map(move |wait| (*page, wait))).collect();
    waits.sort_by_key(|(_, wait)| wait.since);
    waits.into_iter().take(SHOWN).map(|(page, wait)| sentence(now, page, wait, lang)).collect()
}

/// Whether the wallet's endpoint answers; unknown is neither.
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

fn sentence(now: u64, page: &Page, wait: &Wait, lang: Lang) -> String {
    let (method, time) = (wait.method, time(now.saturating_sub(wait.since)));
    let head = lang.pick(
        format!("Your wallet has not answered {method} for {time}"),
        format!("Votre portefeuille n’a pas répondu à {method} depuis {time}"),
    );
    let tail = match endpoint_answers(now, page, wait) {
            Some(true) => lang.pick(
                ". Its own endpoint answers, so it is probably waiting for your confirmation: look for its window.",
                ". Son propre point d’accès répond : il attend sans doute votre confirmation ; cherchez sa fenêtre.",
            ),
            Some(false) => lang.pick(
                ", and its own endpoint looks dark: it answers no read either. Breakwater cannot send for it, but you can give it a healthy endpoint below.",
                ", et son propre point d’accès semble éteint : il ne répond pas non plus aux lectures. Breakwater ne peut pas envoyer à sa place, mais vous pouvez lui donner ci-dessous un point d’accès sain.",
            ),
            None => lang.pick(
                ": it may be waiting for your confirmation, or for its own endpoint, which Breakwater cannot reach for it. You can give it a healthy endpoint below.",
                " : il attend peut-être votre confirmation, ou son propre point d’accès, que Breakwater ne peut pas joindre à sa place. Vous pouvez lui donner ci-dessous un point d’accès sain.",
            ),
        };
    format!("{head}{tail}")
}

/// `40 s`, `3 min`: in steps, so that a screen reader is not told every second.
fn time(ms: u64) -> String {
    match ms / 1_000 {
        seconds if seconds < 120 => format!("{} s", seconds / 10 * 10),
        seconds => format!("{} min", seconds / 60),
    }
}
