//! Endpoints that are checked before they are saved. Each is asked for its chain. The result is reported once the
//! address of its connection is known, or after a short wait for it.

use std::collections::BTreeMap;
use std::mem;

use super::objection;
use crate::classify::Judged;
use crate::endpoint::{EndpointKey, EndpointUrl, LaneId};
use crate::io::{Command, SendError};
use crate::jsonrpc::{self, Reply};
use crate::protocol::{Objection, PanelReply};
use crate::secret::Secret;
use crate::settings::{self, Endpoint, Settings, Wrong};
use crate::wire::{Brought, Job, Purpose, Wire};
use crate::words::Lang;

/// How long a probe of an endpoint may take, ms.
const PROBE_MS: u64 = 8_000;
/// How long an answer waits for the address it came from, in ms. Browsers report it late, and not always.
const ADDRESS_MS: u64 = 300;

/// Most tests whose outcome is remembered.
const MAX_TESTED: usize = 1_000;

/// An endpoint that is checked before it is saved.
#[derive(Debug)]
pub(crate) struct Candidate {
    token: u64,
    key: EndpointKey,
    endpoint: Endpoint,
    lang: Lang,
    /// Chain and round trip once it answered; reported when the address is known, or at this time.
    answered: Option<(u64, u64, u64)>,
    /// Its connection failed; reported when the browser has said why, or at this time.
    lost: Option<u64>,
    /// The browser's reason for that.
    cause: Option<String>,
}

/// An endpoint that the person wants to add.
pub(crate) struct Proposal<'a> {
    pub(crate) chain: u64,
    pub(crate) url: &'a Secret,
    pub(crate) headers: &'a [(String, Secret)],
    pub(crate) lang: Lang,
}

/// A candidate whose result is ready.
#[derive(Debug)]
pub(crate) enum Checked {
    /// It serves this chain, and its ground can be assessed.
    Serves { token: u64, key: EndpointKey, endpoint: Endpoint, lang: Lang, chain: u64, ms: u64 },
    /// It cannot be added.
    Refused { token: u64, reply: PanelReply },
}

/// All candidates.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    waiting: Vec<Candidate>,
    /// How the last tests went: the round trip in ms, or none if it does not serve the chain.
    tested: BTreeMap<EndpointKey, Option<u64>>,
}

impl Candidates {
    /// An endpoint is asked for its chain before it is saved; or it is said what is wrong with it.
    pub(crate) fn probe(
        &mut self,
        now: u64,
        token: u64,
        wanted: Proposal<'_>,
        settings: &Settings,
        wire: &mut Wire,
    ) -> Result<Command, Box<PanelReply>> {
        let Proposal { chain, url, headers, lang } = wanted;
        let url = EndpointUrl::parse(url.expose());
        let url = url.map_err(|why| Box::new(PanelReply::problem("url", why.code(), why.explain(lang))))?;
        let headers = settings::headers(headers).map_err(|wrong| Box::new(PanelReply::of(&wrong, lang)))?;
        let endpoint = Endpoint { headers, ..Endpoint::new(url, String::new()) };
        if settings.chain(chain).is_some_and(|c| c.endpoints.iter().any(|e| e.url == endpoint.url)) {
            return Err(Box::new(PanelReply::of(&Wrong::Duplicate.at("url"), lang)));
        }
        let key = endpoint.url.key(chain);
        let job = Job::own(now, LaneId { chain, key }, Purpose::Candidate { token }, PROBE_MS);
        let (_, command) = wire.send(job, &endpoint, "eth_chainId", "[]", settings.max_body_bytes);
        self.begin(token, key, endpoint, lang);
        Ok(command)
    }

    fn begin(&mut self, token: u64, key: EndpointKey, endpoint: Endpoint, lang: Lang) {
        self.waiting.push(Candidate { token, key, endpoint, lang, answered: None, lost: None, cause: None });
    }

    /// Judges a candidate's answer as a chain id. An objection is reported at once.
    pub(crate) fn brought(
        &mut self,
        now: u64,
        (send, job): (u64, &Job),
        token: u64,
        mut judged: Judged,
        brought: &Brought<'_>,
    ) -> Option<Checked> {
        let at = self.waiting.iter().position(|c| c.token == token)?;
        let candidate = self.waiting.get_mut(at)?;
        // An answer without the shape of a chain id is quoted all the same.
        if let (None, Brought::Response { status: 200, body, .. }) = (&judged.reply, brought) {
            judged.reply = jsonrpc::reply(body, send).ok();
        }
        let served = match &judged.reply {
            Some(Reply::Result(text)) => jsonrpc::chain_id(text),
            _ => None,
        };
        let why = match (served, brought) {
            (Some(id), _) if id == job.lane.chain => {
                candidate.answered = Some((id, now.saturating_sub(job.sent), now + ADDRESS_MS));
                return None;
            }
            (Some(id), _) => Objection::WrongChain { served: id, wanted: job.lane.chain },
            // The browser reports the reason a moment later, by another event.
            (None, Brought::Nothing(SendError::Network)) => {
                candidate.lost = Some(if candidate.cause.is_some() { now } else { now + ADDRESS_MS });
                return None;
            }
            (None, Brought::Nothing(why)) => objection::silent(*why, None),
            (None, Brought::Response { status, .. }) => {
                objection::said(&judged, *status, &candidate.endpoint.secrets())
            }
        };
        let (reply, key) = (PanelReply::objection(&why, candidate.lang), candidate.key);
        self.waiting.remove(at);
        self.note(key, None);
        Some(Checked::Refused { token, reply })
    }

    fn note(&mut self, key: EndpointKey, ms: Option<u64>) {
        if self.tested.len() < MAX_TESTED || self.tested.contains_key(&key) {
            self.tested.insert(key, ms);
        }
    }

    /// How the last test of an endpoint went, if it was tested: the round trip in ms, or none if it does not serve.
    pub(crate) fn tested(&self, key: EndpointKey) -> Option<Option<u64>> {
        self.tested.get(&key).copied()
    }

    /// Keys of the candidates with this URL.
    pub(crate) fn under(&self, url: &str) -> Vec<EndpointKey> {
        self.waiting.iter().filter(|c| c.endpoint.url.request_url() == url).map(|c| c.key).collect()
    }

    pub(crate) fn contains(&self, key: EndpointKey) -> bool {
        self.waiting.iter().any(|c| c.key == key)
    }

    /// The address behind this URL is known: its answer need not wait.
    pub(crate) fn located(&mut self, now: u64, url: &str) {
        let known = self.waiting.iter_mut().filter(|c| c.endpoint.url.request_url() == url);
        known.filter_map(|c| c.answered.as_mut()).for_each(|(_, _, until)| *until = now);
    }

    /// The browser has said why the connection to this URL failed.
    pub(crate) fn note_cause(&mut self, now: u64, url: &str, cause: &str) {
        for candidate in self.waiting.iter_mut().filter(|c| c.endpoint.url.request_url() == url) {
            candidate.cause = Some(cause.to_owned());
            candidate.lost = candidate.lost.map(|_| now);
        }
    }

    /// When an answer is reported at the latest, in ms.
    pub(crate) fn wake(&self) -> Option<u64> {
        let answered = self.waiting.iter().filter_map(|c| c.answered).map(|(_, _, until)| until);
        answered.chain(self.waiting.iter().filter_map(|c| c.lost)).min()
    }

    /// Candidates whose answer no longer waits. `is_seen`: there is evidence of where it stands.
    pub(crate) fn due(&mut self, now: u64, is_seen: impl Fn(EndpointKey) -> bool) -> Vec<Checked> {
        let is_due = |c: &Candidate| {
            c.answered.is_some_and(|(_, _, until)| until <= now || is_seen(c.key))
                || c.lost.is_some_and(|until| until <= now)
        };
        let (due, rest): (Vec<Candidate>, Vec<Candidate>) = mem::take(&mut self.waiting).into_iter().partition(is_due);
        self.waiting = rest;
        due.iter().for_each(|c| self.note(c.key, c.answered.filter(|_| c.lost.is_none()).map(|(_, ms, _)| ms)));
        let checked = |c: Candidate| match (c.lost, c.answered) {
            (None, Some((chain, ms, _))) => {
                Checked::Serves { token: c.token, key: c.key, endpoint: c.endpoint, lang: c.lang, chain, ms }
            }
            _ => {
                let why = objection::silent(SendError::Network, c.cause.as_deref());
                Checked::Refused { token: c.token, reply: PanelReply::objection(&why, c.lang) }
            }
        };
        due.into_iter().map(checked).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic, reason = "a test")]

    use super::*;
    use crate::race::Outcome;

    const URL: &str = "https://rpc.example/";

    fn one() -> (Candidates, Job) {
        let url = EndpointUrl::parse(URL).expect("a URL");
        let key = url.key(1);
        let endpoint = Endpoint::new(url, String::new());
        let mut candidates = Candidates::default();
        candidates.begin(7, key, endpoint, Lang::default());
        (candidates, Job::own(0, LaneId { chain: 1, key }, Purpose::Candidate { token: 7 }, 8_000))
    }

    fn said(id: &str) -> Judged {
        Judged { reply: Some(Reply::Result(id.into())), ..Judged::bare(Outcome::Answer) }
    }

    const OK: Brought<'_> = Brought::Response { status: 200, headers: &[], body: b"" };

    #[test]
    fn an_answer_waits_for_the_address_of_its_connection() {
        let (mut candidates, job) = one();
        assert!(candidates.brought(20, (1, &job), 7, said("\"0x1\""), &OK).is_none());
        assert_eq!(candidates.wake(), Some(320));
        assert!(candidates.due(100, |_| false).is_empty());
        candidates.located(100, URL);
        let due = candidates.due(100, |_| false);
        assert!(matches!(due[..], [Checked::Serves { token: 7, chain: 1, ms: 20, .. }]), "{due:?}");
        assert!(!candidates.contains(job.lane.key));
    }

    #[test]
    fn another_chain_is_refused_at_once() {
        let (mut candidates, job) = one();
        let refused = candidates.brought(20, (1, &job), 7, said("\"0xa\""), &OK);
        let Some(Checked::Refused { token: 7, reply: PanelReply::Problem { code, .. } }) = refused else { panic!() };
        assert_eq!((code.as_str(), candidates.wake()), ("wrong-chain", None));
    }

    #[test]
    fn a_lost_connection_waits_for_the_browsers_reason() {
        let (mut candidates, job) = one();
        let lost = Brought::Nothing(SendError::Network);
        assert!(candidates.brought(20, (1, &job), 7, Judged::bare(Outcome::Fault), &lost).is_none());
        candidates.note_cause(30, URL, "net::ERR_NAME_NOT_RESOLVED");
        let due = candidates.due(30, |_| false);
        let [Checked::Refused { reply: PanelReply::Problem { message, .. }, .. }] = &due[..] else { panic!("{due:?}") };
        assert!(message.contains("no server of this name"), "{message}");
    }

    #[test]
    fn an_endpoint_is_asked_for_its_chain_before_it_is_saved() {
        let (mut candidates, mut wire, mut settings) = (Candidates::default(), Wire::default(), Settings::default());
        let mut probe = |settings: &Settings, url: &str| {
            let proposal = Proposal { chain: 1, url: &url.to_owned().into(), headers: &[], lang: Lang::En };
            candidates.probe(10, 7, proposal, settings, &mut wire)
        };
        let code = |reply: Result<Command, Box<PanelReply>>| match reply {
            Err(reply) => {
                if let PanelReply::Problem { code, .. } = *reply {
                    code
                } else {
                    panic!("{reply:?}")
                }
            }
            sent => panic!("{sent:?}"),
        };
        assert!(matches!(probe(&settings, URL), Ok(Command::Send { .. })));
        assert_eq!(code(probe(&settings, "ftp://a")), EndpointUrl::parse("ftp://a").expect_err("no URL").code());
        let mut chain = settings::Chain::new(1, "Ethereum".into());
        chain.endpoints.push(Endpoint::new(EndpointUrl::parse(URL).expect("a URL"), "one".into()));
        settings.chains = vec![chain];
        assert_eq!(code(probe(&settings, URL)), Wrong::Duplicate.at("url").code());
    }
}
