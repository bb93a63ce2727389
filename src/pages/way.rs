//! Who answers a document's question, and what a document is told.

use super::all::Pages;
use super::consent::is_open_to;
use super::floors::ShownBy;
use crate::answer::{Answer, Question, Refusal};
use crate::asks::{Asker, Asks, Given, Terms};
use crate::choice::Choice;
use crate::io::ClientId;
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Chain, LaneRef, Lanes};
use crate::protocol::CoreToPage;
use crate::route::{self, Class};
use crate::settings::Settings;

/// Who answers.
#[derive(Debug)]
pub(crate) enum Way {
    /// The answer is there already.
    Answered(Answer),
    /// The follower: a filter or a subscription. `guarded`: the core has lanes for it.
    Follow { guarded: bool },
    /// The lanes.
    Race(Terms),
    /// Nobody: the asker is gone.
    Gone,
}

/// What one asker gets, and whether its page's floor may have risen.
#[derive(Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) asker: Asker,
    pub(crate) answer: Answer,
    pub(crate) has_risen: bool,
}

impl Pages {
    /// Who answers a question of a document. A question that is raced counts as waiting from now on.
    pub(crate) fn way(
        &mut self,
        now: u64,
        (lanes, choice, asks): (&Lanes, &Choice, &Asks),
        question: &Question,
        asker: Asker,
    ) -> Way {
        let (spec, settings) = (route::spec(&question.method), choice.settings());
        let page = asker.client().and_then(|client| Some((client, self.get(client)?)));
        let page = page.filter(|(_, page)| choice.is_permitted() && settings.site_on(page.host()));
        let not_ours = || Way::Answered(Answer::wallet(Refusal::nobody(&question.method)));
        let Some((client, page)) = page else { return not_ours() };
        let (origin, host) = (page.origin().to_owned(), page.host().to_owned());
        let guarded = self.guards(lanes, settings, client, question.chain);
        let chain = lanes.chain(question.chain).filter(|_| guarded);
        let served = chain.is_some_and(|chain| chain.lanes().iter().any(|lane| lane.serves(spec)));
        match spec.class {
            Class::Read | Class::Broadcast if served => {}
            // None of its endpoints serves the chain, but the transaction is still private.
            Class::Broadcast if self.sends_privately(lanes, settings, client, question.chain) => {
                return Way::Answered(Answer::Ours(Refusal::NoPrivate));
            }
            Class::Sticky => return Way::Follow { guarded },
            Class::Local => return Way::Answered(Answer::Lane(local(question))),
            _ => return not_ours(),
        }
        if !jsonrpc::is_params(&question.params) {
            return Way::Answered(Answer::Ours(Refusal::BadParams));
        }
        if let Some(answer) = asks.recall(&origin, question) {
            return Way::Answered(answer);
        }
        let floor = self.floor(lanes, now, client, question.chain);
        let Some(queue_key) = self.begin(client, question.bytes()) else { return Way::Gone };
        Way::Race(Terms { origin, host, floor, proof: None, queue_key })
    }

    /// A document gets its answer. If the answer shows a block, the document's floor may rise.
    pub(crate) fn tell(&mut self, lanes: &Lanes, now: u64, given: Given) -> Told {
        let Given { asker, chain, bytes, answer, shown } = given;
        let Some(client) = asker.client() else { return Told { asker, answer, has_risen: false } };
        self.end(client, bytes);
        let Some(shown) = shown else { return Told { asker, answer, has_risen: false } };
        let risen = if shown.is_number { self.risen(lanes, now, client, chain, shown.number) } else { None };
        if shown.counts {
            let by = match shown.by {
                LaneRef::Endpoint(key) => ShownBy::Lane(key),
                LaneRef::Wallet => ShownBy::Wallet,
            };
            self.raise(lanes, now, client, chain, by, shown.number);
        }
        let has_risen = shown.counts || risen.is_some();
        Told { asker, answer: risen.map_or(answer, Answer::result), has_risen }
    }

    /// What a page gets instead of a block number below its floor. Block numbers never go back for a page, even if the
    /// only lane left is behind.
    fn risen(&mut self, lanes: &Lanes, now: u64, client: ClientId, chain: u64, number: u64) -> Option<String> {
        let before = lanes.chain(chain).map_or(0, |c| c.floor(now));
        if before > number {
            // This number still counts after the lanes that made it possible are gone.
            self.raise(lanes, now, client, chain, ShownBy::Before, before);
        }
        let floor = self.floor(lanes, now, client, chain);
        (floor > number).then(|| format!("\"0x{floor:x}\""))
    }

    /// The state of a document, if it has changed since the document was told.
    pub(crate) fn state(&mut self, lanes: &Lanes, choice: &Choice, client: ClientId) -> Option<CoreToPage> {
        let (page, settings) = (self.get(client)?, choice.settings());
        let open = |c: &&Chain| is_open_to(c, page, settings);
        let guarded = |c: &&Chain| c.is_guarded();
        let (own, usual) = (settings.own_chain, Settings::default().own_chain);
        let state = CoreToPage::State {
            on: settings.site_on(page.host()) && choice.is_permitted(),
            chains: lanes.chains().filter(open).filter(guarded).map(Chain::id).collect(),
            deadline_ms: settings.deadline_ms,
            // The id of a chain that this page may not use would reveal that the chain exists.
            own_chain: Some(if lanes.chain(own).is_some_and(|c| !open(&c)) { usual } else { own }),
            direct: settings.direct_on(page.host()),
            private: lanes.chains().filter(open).filter(|c| c.is_private()).map(Chain::id).collect(),
        };
        let page = self.all.get_mut(&client).filter(|page| page.state.as_ref() != Some(&state))?;
        page.state = Some(state.clone());
        Some(state)
    }
}

fn local(question: &Question) -> Reply {
    Reply::Result(match question.method.as_str() {
        "net_version" => format!("\"{}\"", question.chain),
        _ => format!("\"0x{:x}\"", question.chain),
    })
}
