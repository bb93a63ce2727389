//! What the popup's card shows about the site in the active tab. The top document and frames of its own origin speak
//! for the site; what any other frame says is attributed to that frame.

use std::collections::BTreeSet;

use super::view::View;
use crate::cloud::ground::of_wallet;
use crate::cloud::verdict::{Level, Pulse};
use crate::io::ClientId;
use crate::lanes::Chain;
use crate::pages::{Page, host_of, needs_consent, waits};
use crate::protocol::{AskView, Shield, SiteView};
use crate::words::{Lang, frame, locked_in_frame};

/// Most sentences of frames, and most questions about chains, on one card.
const SHOWN: usize = 3;

/// Whether a document speaks for the site of its tab. Two opaque origins are never the same.
fn speaks(page: &Page) -> bool {
    page.top().is_none_or(|top| top == page.origin() && host_of(top).is_some())
}

impl View<'_> {
    pub(super) fn site(&self, host: &str, lang: Lang) -> SiteView {
        let all: Vec<_> = self.pages.iter().filter(|(_, p)| p.host() == host).collect();
        let (own, frames): (Vec<_>, Vec<_>) = all.iter().copied().partition(|(_, page)| speaks(page));
        let used = |c: &&Chain| all.iter().any(|(client, _)| c.is_used_by(**client));
        SiteView {
            host: host.to_owned(),
            on: self.choice.settings().site_on(host),
            shield: self.shield(host, &all),
            direct: self.choice.settings().direct_on(host),
            chains: self.lanes.chains().filter(used).map(Chain::id).collect(),
            locked: own.iter().any(|(_, p)| p.is_locked()),
            waits: waits(self.now, &own).into_iter().map(|wait| wait.sentence(lang)).collect(),
            wallets: own
                .iter()
                .flat_map(|(_, p)| claims(self.now, p, lang))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            frames: frames
                .iter()
                .flat_map(|(_, p)| told_of(self.now, p, lang))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .take(SHOWN)
                .collect(),
            asks: self.asks(&all),
        }
    }

    /// Whether the reads of a site are protected now.
    fn shield(&self, host: &str, pages: &[(&ClientId, &Page)]) -> Shield {
        if !self.choice.settings().site_on(host) {
            return Shield::Off;
        }
        if !self.choice.is_permitted() {
            return Shield::NoPermission;
        }
        let used = self.lanes.chains().filter(|c| pages.iter().any(|(client, _)| c.is_used_by(**client)));
        let shield = |chain: &Chain| {
            let chain = self.standings(chain);
            let has = |pulse: Pulse| chain.endpoints.iter().any(|one| one.pulse == pulse);
            match chain.level().0 {
                Level::None => Shield::WalletOnly,
                Level::Dark => Shield::Dark,
                _ if chain.offline => Shield::Offline,
                _ if has(Pulse::Answers) => Shield::Protected,
                _ => Shield::NotSeen,
            }
        };
        used.map(shield).max().unwrap_or(Shield::Idle)
    }

    /// Chains that documents of a tab asked for, each with the site that the person has not decided about.
    fn asks(&self, pages: &[(&ClientId, &Page)]) -> Vec<AskView> {
        let asked = pages.iter().flat_map(|(_, page)| page.wanted().iter().filter_map(|id| self.question(page, *id)));
        asked.collect::<BTreeSet<_>>().into_iter().take(SHOWN).collect()
    }

    fn question(&self, page: &Page, id: u64) -> Option<AskView> {
        let chain = self.lanes.chain(id)?;
        let set = self.choice.settings().chain(id).filter(|set| needs_consent(chain, set))?;
        let own = host_of(page.origin())?;
        let hosts = [own.as_str(), page.host()];
        if hosts.iter().any(|host| set.consent(host) == Some(false)) {
            return None;
        }
        let open = hosts.into_iter().find(|host| set.consent(host).is_none())?;
        Some(AskView { chain: id, name: set.name.clone(), host: open.to_owned(), frame: open != page.host() })
    }
}

/// The default endpoints of the wallets met in a document. Several unknown wallets share one sentence.
fn claims(now: u64, page: &Page, lang: Lang) -> Vec<String> {
    page.wallets().iter().flat_map(|rdns| of_wallet(Some(rdns)).view(now, lang).evidence).collect()
}

/// What a frame of another site says, quoted.
fn told_of(now: u64, page: &Page, lang: Lang) -> Vec<String> {
    let frame = frame(host_of(page.origin()).as_deref(), lang);
    let locked = page.is_locked().then(|| locked_in_frame(lang).to_owned());
    let waits = page.waits(now).map(|wait| wait.told_by_frame(lang));
    locked.into_iter().chain(waits).map(|words| format!("{frame}{words}")).collect()
}
