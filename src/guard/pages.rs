//! Documents: what their messages lead to, and what they are told.

use super::Guard;
use super::rescue::Call;
use crate::answer::Refusal;
use crate::asks::Asker;
use crate::io::ClientId;
use crate::lanes::Chain;
use crate::pages::{Heard, ShownBy, TRY, is_open_to};
use crate::protocol::{CoreToPage, PageToCore};
use crate::settings::Settings;

impl Guard {
    /// The highest block that a page has been shown and that its chain can have reached.
    pub(super) fn floor_of(&self, now: u64, client: ClientId, chain: u64) -> u64 {
        self.pages.floor(&self.lanes, now, client, chain)
    }

    /// A page is shown a block.
    pub(super) fn raise(&mut self, now: u64, client: ClientId, chain: u64, by: ShownBy, number: u64) {
        self.pages.raise(&self.lanes, now, client, chain, by, number);
    }

    pub(super) fn tell_floors(&mut self, now: u64) {
        let news = self.pages.untold(&self.lanes, now);
        news.into_iter().for_each(|(client, floor)| self.post(client, floor));
    }

    pub(super) fn open(&mut self, now: u64, client: ClientId, (origin, host, top): (String, String, Option<String>)) {
        self.close(now, client);
        self.pages.open(now, client, origin, host, top);
        self.tell_state(client);
    }

    pub(super) fn close(&mut self, now: u64, client: ClientId) {
        if !self.pages.contains(client) {
            return;
        }
        // What it had waiting gives its load back while the page is still known.
        self.leave_all(now, client);
        self.pages.close(client);
        self.lanes.keep_users(|_, user| user != client);
        self.follow(now, |follower, cx| follower.prune(cx));
    }

    pub(super) fn message(&mut self, now: u64, client: ClientId, message: PageToCore) {
        match self.pages.hear(&self.lanes, now, client, message) {
            Heard::Nothing => {}
            Heard::Refused { id, refusal, flood } => {
                self.fail(client, id, &refusal);
                self.drop_flood(now, client, flood);
            }
            Heard::Stands { id, flood } => {
                self.post(client, CoreToPage::NoRescue { id });
                self.drop_flood(now, client, flood);
            }
            Heard::Use { chain } => self.use_chain(now, client, chain),
            Heard::Wants { chain } => self.note_wanted(client, chain),
            Heard::Ask { id, question, wallet } => {
                self.use_chain(now, client, question.chain);
                self.ask(now, question, Asker::Page { client, id, wallet });
            }
            Heard::Rescue { id, chain, body, said } => {
                self.use_chain(now, client, chain);
                self.rescue(now, client, Call { id, chain, body, said });
            }
            Heard::Resume { chain, subscription, method, params, blocks } => {
                self.use_chain(now, client, chain);
                let made = (method.as_str(), params.as_str());
                self.follow(now, |follower, cx| follower.resume(cx, client, chain, subscription, made, blocks));
            }
            Heard::Abort { id } => self.leave(now, client, id),
            Heard::Wallet { id, reply } if self.pages.is_trying(client, id) => {
                let judged = self.asks.classifier.wallet(crate::route::spec(TRY.0), reply);
                self.pages.tried(client, id, judged.outcome);
            }
            Heard::Wallet { id, reply } => self.asked(now, |asks, cx| asks.wallet_said(cx, client, id, reply)),
            Heard::Try { id } => {
                let (method, params) = TRY;
                self.post(client, CoreToPage::TryWallet { id, method: method.into(), params: params.into() });
            }
        }
    }

    /// A page that goes on asking after its messages are spent loses what it has in line.
    fn drop_flood(&mut self, now: u64, client: ClientId, flood: bool) {
        let place = self.pages.get(client).filter(|_| flood).map(|page| (page.share(), client));
        if let Some(place) = place {
            self.asked(now, |asks, _| asks.drop_line(place));
        }
    }

    /// Refuses one request of a document, whose own fault it is.
    pub(super) fn fail(&mut self, client: ClientId, id: u64, refusal: &Refusal) {
        self.post(client, refusal.to_page(id));
    }

    fn use_chain(&mut self, now: u64, client: ClientId, id: u64) {
        if !self.may_use(client, id) {
            return self.note_wanted(client, id);
        }
        self.lanes.used(now, id, client);
    }

    /// Tells every document what changed for it.
    pub(super) fn tell_states(&mut self) {
        let clients: Vec<ClientId> = self.pages.iter().map(|(client, _)| *client).collect();
        clients.into_iter().for_each(|client| self.tell_state(client));
    }

    fn tell_state(&mut self, client: ClientId) {
        let Some(page) = self.pages.get(client) else { return };
        let open = |c: &&Chain| is_open_to(c, page, self.choice.settings());
        let guarded = |c: &&Chain| c.is_guarded();
        let (own, usual) = (self.choice.settings().own_chain, Settings::default().own_chain);
        let state = CoreToPage::State {
            on: self.choice.settings().site_on(page.host()) && self.choice.is_permitted(),
            chains: self.lanes.chains().filter(open).filter(guarded).map(Chain::id).collect(),
            deadline_ms: self.choice.settings().deadline_ms,
            // The number of a chain that this page may not use would tell that it is there.
            own_chain: Some(if self.lanes.chain(own).is_some_and(|c| !open(&c)) { usual } else { own }),
            direct: self.choice.settings().direct_on(page.host()),
            private: self.lanes.chains().filter(open).filter(|c| c.is_private()).map(Chain::id).collect(),
        };
        if self.pages.is_new_state(client, &state) {
            self.post(client, state);
        }
    }
}
