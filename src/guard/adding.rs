//! Adding an endpoint: it is asked for its chain before it is saved, and the person is told where it stands and what
//! it would do to the verdict. And the presets that are offered.

use super::Guard;
use super::objection;
use super::panel::{problem, told};
use super::watch::ground_of;
use crate::cloud::ground::Ground;
use crate::cloud::{presets, verdict};
use crate::endpoint::{EndpointKey, EndpointUrl, LaneId};
use crate::io::SendError;
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Chain, Lane};
use crate::lang::Lang;
use crate::protocol::PanelReply;
use crate::route;
use crate::secret::Secret;
use crate::settings::{self, Endpoint, Wrong};
use crate::wire::{Brought, Job, Purpose};

/// How long a probe of an endpoint may take, ms.
const PROBE_MS: u64 = 8_000;
/// How long a probe's answer waits for the address it came from, ms: browsers tell it late, and not always.
const ADDRESS_MS: u64 = 300;

/// An endpoint being looked at before it is saved.
#[derive(Debug)]
pub(super) struct Probe {
    token: u64,
    key: EndpointKey,
    endpoint: Endpoint,
    lang: Lang,
    /// Chain and round trip, once it answered; told when the address is known or at this time.
    answered: Option<(u64, u64, u64)>,
    /// Its connection failed: told when the browser has said why, or at this time.
    lost: Option<u64>,
    /// The browser's word for that.
    cause: Option<String>,
}

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
            Err(why) => return self.panel_reply(token, problem("url", why.code(), why.explain(lang))),
        };
        let headers = match settings::headers(&headers) {
            Ok(headers) => headers,
            Err(wrong) => return self.panel_reply(token, problem(&wrong.field, wrong.code(), &wrong.message(lang))),
        };
        let (name, operator, ws) = (String::new(), None, None);
        let endpoint = Endpoint { url, name, enabled: true, private: false, traces: false, headers, operator, ws };
        let known = self.settings.chain(chain).is_some_and(|c| c.endpoints.iter().any(|e| e.url == endpoint.url));
        if known {
            return self.panel_reply(token, told(&Wrong::Duplicate.at("url"), lang));
        }
        let key = endpoint.url.key(chain);
        let job = Job::own(now, LaneId { chain, key }, Purpose::Candidate { token }, PROBE_MS);
        self.send_to(&endpoint, job, "eth_chainId", "[]");
        self.probes.push(Probe { token, key, endpoint, lang, answered: None, lost: None, cause: None });
    }

    pub(super) fn panel_probed(&mut self, now: u64, send: u64, job: &Job, token: u64, brought: &Brought<'_>) {
        let Some(at) = self.probes.iter().position(|p| p.token == token) else { return };
        let mut judged = self.judge(route::spec("eth_chainId"), send, brought);
        // What has not the shape of a chain id is told in its own words all the same.
        if let (None, Brought::Response { status: 200, body, .. }) = (&judged.reply, brought) {
            judged.reply = jsonrpc::reply(body, send).ok();
        }
        let Some(probe) = self.probes.get_mut(at) else { return };
        let lang = probe.lang;
        let said = match &judged.reply {
            Some(Reply::Result(text)) => jsonrpc::chain_id(text),
            _ => None,
        };
        let reply = match (said, brought) {
            (Some(id), _) if id == job.lane.chain => {
                probe.answered = Some((id, now.saturating_sub(job.sent), now + ADDRESS_MS));
                return;
            }
            (Some(id), _) => objection::wrong_chain(id, job.lane.chain, lang),
            // The browser says why a moment later, and to somebody else.
            (None, Brought::Nothing(SendError::Network)) => {
                probe.lost = Some(if probe.cause.is_some() { now } else { now + ADDRESS_MS });
                return self.tick_probes(now);
            }
            (None, Brought::Nothing(why)) => objection::silent(*why, None, lang),
            (None, Brought::Response { status, .. }) => {
                objection::said(&judged, *status, &probe.endpoint.secrets(), lang)
            }
        };
        self.probes.remove(at);
        self.panel_reply(token, reply);
    }

    /// Keys of the endpoints being looked at under this URL.
    pub(super) fn panel_probes_of(&self, url: &str) -> Vec<EndpointKey> {
        self.probes.iter().filter(|p| p.endpoint.url.request_url() == url).map(|p| p.key).collect()
    }

    pub(super) fn panel_probes_of_key(&self, key: EndpointKey) -> Option<()> {
        self.probes.iter().any(|p| p.key == key).then_some(())
    }

    /// The address of a probe is known: its answer need not wait.
    pub(super) fn panel_address(&mut self, now: u64, url: &str) {
        for probe in self.probes.iter_mut().filter(|p| p.endpoint.url.request_url() == url) {
            if let Some((_, _, until)) = &mut probe.answered {
                *until = now;
            }
        }
    }

    /// The browser has said why a probe's connection failed.
    pub(super) fn panel_cause(&mut self, now: u64, url: &str, cause: &str) {
        for probe in self.probes.iter_mut().filter(|p| p.endpoint.url.request_url() == url) {
            probe.cause = Some(cause.to_owned());
            probe.lost = probe.lost.map(|_| now);
        }
    }

    pub(super) fn probes_at(&self) -> Option<u64> {
        let answered = self.probes.iter().filter_map(|p| p.answered).map(|(_, _, until)| until);
        answered.chain(self.probes.iter().filter_map(|p| p.lost)).min()
    }

    /// Probes that answered and whose address is known, or has been waited for.
    pub(super) fn tick_probes(&mut self, now: u64) {
        let due = |p: &mut Probe| {
            p.answered.is_some_and(|(_, _, until)| until <= now || self.watch.evidence.contains_key(&p.key))
                || p.lost.is_some_and(|until| until <= now)
        };
        let done: Vec<Probe> = self.probes.extract_if(.., due).collect();
        for probe in done {
            if probe.lost.is_some() {
                let reply = objection::silent(SendError::Network, probe.cause.as_deref(), probe.lang);
                self.panel_reply(probe.token, reply);
                continue;
            }
            let Some((chain, ms, _)) = probe.answered else { continue };
            let evidence = self.watch.evidence.get(&probe.key).map(Vec::as_slice).unwrap_or_default();
            let ground = ground_of(self.watch.atlas.as_ref(), &self.settings, &probe.endpoint, evidence);
            let (level_before, level_after) = self.levels_with(chain, &ground);
            let change = verdict::change(level_before, level_after, probe.lang);
            let ground = ground.view(now, probe.lang);
            self.panel_reply(probe.token, PanelReply::Probed { chain, ms, ground, level_before, level_after, change });
        }
    }

    /// The level of a chain's verdict as it is, and with one endpoint more.
    fn levels_with(&self, chain: u64, candidate: &Ground) -> (verdict::Level, verdict::Level) {
        let used = self.lanes.chain(chain).map(Chain::grounds).unwrap_or_default();
        (verdict::level(&used), verdict::level_with(&used, candidate))
    }

    /// A chain's verdict, with the presets that could clear it.
    pub(super) fn offered(&self, chain: &Chain, lang: Lang) -> verdict::ChainVerdict {
        let mut verdict = chain.verdict(lang);
        if verdict.advice.is_some() {
            let grounds: Vec<&Ground> = chain.enabled().map(Lane::ground).collect();
            verdict.offer(presets::that_could(chain.id(), &grounds, &verdict.avoid, lang), lang);
        }
        verdict
    }

    /// A chain's presets: first those that could help its verdict.
    pub(super) fn presets(&self, chain: u64, lang: Lang) -> Vec<presets::Preset> {
        let grounds: Vec<&Ground> =
            self.lanes.chain(chain).into_iter().flat_map(Chain::enabled).map(Lane::ground).collect();
        let mut offered = presets::that_add(chain, &grounds, lang);
        let others: Vec<_> = presets::for_chain(chain, lang).into_iter().filter(|p| !offered.contains(p)).collect();
        offered.extend(others);
        offered
    }
}
