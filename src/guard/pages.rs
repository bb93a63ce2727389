//! Documents: handles their messages, and tells them their state.

use super::Guard;
use crate::answer::Refusal;
use crate::asks::Asker;
use crate::io::ClientId;
use crate::pages::{PageRequest, TRY};
use crate::protocol::{CoreToPage, PageToCore};
use crate::rescue::Call;

impl Guard {
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
        // Its waiting requests return their load while the page still exists.
        self.leave_all(now, client);
        self.pages.close(client);
        self.lanes.keep_users(|_, user| user != client);
        self.follow(now, |follower, cx| follower.prune(cx));
    }

    pub(super) fn message(&mut self, now: u64, client: ClientId, message: PageToCore) {
        match self.pages.hear(&self.lanes, now, client, message) {
            PageRequest::Nothing => {}
            PageRequest::Refused { id, refusal, flood } => {
                self.fail(client, id, &refusal);
                self.drop_flood(now, client, flood);
            }
            PageRequest::Stands { id, flood } => {
                self.post(client, CoreToPage::NoRescue { id });
                self.drop_flood(now, client, flood);
            }
            PageRequest::Use { chain } => self.use_chain(now, client, chain),
            PageRequest::Wants { chain } => self.pages.note_wanted(&self.lanes, self.choice.settings(), client, chain),
            PageRequest::Ask { id, question, wallet } => {
                self.use_chain(now, client, question.chain);
                self.ask(now, question, Asker::Page { client, id, wallet });
            }
            PageRequest::Rescue { id, chain, body, said } => {
                self.use_chain(now, client, chain);
                self.rescue(now, Call { client, id, chain, body, said });
            }
            PageRequest::Resume { chain, subscription, method, params, blocks } => {
                self.use_chain(now, client, chain);
                let made = (method.as_str(), params.as_str());
                self.follow(now, |follower, cx| follower.resume(cx, client, chain, subscription, made, blocks));
            }
            PageRequest::Abort { id } => self.leave(now, client, id),
            PageRequest::Wallet { id, reply } if self.pages.is_trying(client, id) => {
                let judged = self.asks.classifier.wallet(crate::route::spec(TRY.0), reply);
                self.pages.tried(client, id, judged.outcome);
            }
            PageRequest::Wallet { id, reply } => self.asked(now, |asks, cx| asks.wallet_said(cx, client, id, reply)),
            PageRequest::Try { id } => {
                let (method, params) = TRY;
                self.post(client, CoreToPage::TryWallet { id, method: method.into(), params: params.into() });
            }
        }
    }

    /// A page that keeps asking after its messages are used up loses its queued requests.
    fn drop_flood(&mut self, now: u64, client: ClientId, flood: bool) {
        let place = self.pages.get(client).filter(|_| flood).map(|page| (page.share(), client));
        if let Some(place) = place {
            self.asked(now, |asks, _| asks.drop_queue(place));
        }
    }

    /// Refuses a request. Only the document is to blame for it.
    pub(super) fn fail(&mut self, client: ClientId, id: u64, refusal: &Refusal) {
        self.post(client, refusal.to_page(id));
    }

    fn use_chain(&mut self, now: u64, client: ClientId, id: u64) {
        let Guard { pages, lanes, choice, .. } = self;
        if pages.may_use(lanes, choice.settings(), client, id) {
            lanes.used(now, id, client);
        } else {
            pages.note_wanted(lanes, choice.settings(), client, id);
        }
    }

    /// Tells each document what changed for it.
    pub(super) fn tell_states(&mut self) {
        let clients: Vec<ClientId> = self.pages.iter().map(|(client, _)| *client).collect();
        clients.into_iter().for_each(|client| self.tell_state(client));
    }

    fn tell_state(&mut self, client: ClientId) {
        let state = self.pages.state(&self.lanes, &self.choice, client);
        state.into_iter().for_each(|state| self.post(client, state));
    }
}
