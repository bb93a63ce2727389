//! Adding an endpoint: it is asked for its chain before it is saved, and the person is told where it stands and what
//! it would do to the verdict.

use super::Guard;
use crate::cloud::verdict;
use crate::endpoint::{EndpointUrl, LaneId};
use crate::lang::Lang;
use crate::panel::Checked;
use crate::protocol::PanelReply;
use crate::route;
use crate::secret::Secret;
use crate::settings::{self, Endpoint, Wrong};
use crate::wire::{Brought, Job, Purpose};

/// How long a probe of an endpoint may take, ms.
const PROBE_MS: u64 = 8_000;
impl Guard {
    pub(super) fn probe(
        &mut self,
        now: u64,
        token: u64,
        chain: u64,
        url: &Secret,
        headers: Vec<(String, Secret)>,
        lang: &str,
    ) {
        let lang = Lang::from_tag(lang);
        let parsed = EndpointUrl::parse(url.expose());
        let url = match parsed {
            Ok(url) => url,
            Err(why) => return self.panel_reply(token, PanelReply::problem("url", why.code(), why.explain(lang))),
        };
        let headers = match settings::headers(&headers) {
            Ok(headers) => headers,
            Err(wrong) => {
                return self.panel_reply(token, PanelReply::problem(&wrong.field, wrong.code(), &wrong.message(lang)));
            }
        };
        let endpoint = Endpoint { headers, ..Endpoint::new(url, String::new()) };
        let known =
            self.choice.settings().chain(chain).is_some_and(|c| c.endpoints.iter().any(|e| e.url == endpoint.url));
        if known {
            return self.panel_reply(token, PanelReply::of(&Wrong::Duplicate.at("url"), lang));
        }
        let key = endpoint.url.key(chain);
        let job = Job::own(now, LaneId { chain, key }, Purpose::Candidate { token }, PROBE_MS);
        self.send_to(&endpoint, job, "eth_chainId", "[]");
        self.candidates.begin(token, key, endpoint, lang);
    }

    /// A candidate has answered, or has not.
    pub(super) fn candidate_checked(&mut self, now: u64, send: u64, job: &Job, token: u64, brought: &Brought<'_>) {
        let judged = self.asks.judge(route::spec("eth_chainId"), send, brought);
        let refused = self.candidates.brought(now, (send, job), token, judged, brought);
        refused.into_iter().for_each(|checked| self.tell_checked(now, checked));
        self.tick_candidates(now);
    }

    /// Candidates whose answer waits no more.
    pub(super) fn tick_candidates(&mut self, now: u64) {
        let due = self.candidates.due(now, |key| self.watch.evidence().contains_key(&key));
        due.into_iter().for_each(|checked| self.tell_checked(now, checked));
    }

    fn tell_checked(&mut self, now: u64, checked: Checked) {
        let (token, reply) = match checked {
            Checked::Refused { token, reply } => (token, reply),
            Checked::Serves { token, key, endpoint, lang, chain, ms } => {
                let ground = self.watch.ground_of(self.choice.settings(), &endpoint, self.watch.evidence_of(key));
                let (level_before, level_after) = self.view(now).levels_with(chain, &ground);
                let change = verdict::change(level_before, level_after, lang);
                let ground = ground.view(now, lang);
                (token, PanelReply::Probed { chain, ms, ground, level_before, level_after, change })
            }
        };
        self.panel_reply(token, reply);
    }
}
