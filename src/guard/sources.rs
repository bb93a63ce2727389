//! Evidence of where the endpoints stand: the address of each connection, the browser's resolver, the resolver
//! the person chose, response headers.

use std::net::IpAddr;

use super::Guard;
use crate::cloud::dns::{self, Ask};
use crate::cloud::evidence::{Evidence, Fact};
use crate::endpoint::{EndpointKey, LaneId};
use crate::io::{Command, HttpRequest};
use crate::lanes::Lane;
use crate::secret::Secret;
use crate::settings::Endpoint;
use crate::wire::{Brought, Job, Purpose};

/// How long a resolver may take, ms.
const RESOLVE_MS: u64 = 4_000;
/// Age at which a name is resolved again, ms.
const RESOLVED_MS: u64 = 24 * 60 * 60 * 1_000;

impl Guard {
    /// The browser connected to an address for one of our requests.
    pub(super) fn address(&mut self, now: u64, url: &Secret, ip: &str) {
        let Ok(ip) = ip.trim_matches(['[', ']']).parse::<IpAddr>() else { return };
        let same = |e: &Endpoint| e.url.request_url() == url.expose();
        let mut keys: Vec<EndpointKey> = self.lanes.all().filter(|l| same(l.endpoint())).map(Lane::key).collect();
        keys.extend(self.candidates.under(url.expose()));
        for key in keys {
            self.note(now, key, Evidence::observed(ip, now));
        }
        self.candidates.located(now, url.expose());
    }

    /// The browser's word for a failure; our own aborts are none.
    pub(super) fn network_error(&mut self, now: u64, url: &Secret, error: &str) {
        let word: String =
            error.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_')).take(60).collect();
        if word.to_ascii_uppercase().contains("ABORT") {
            return;
        }
        self.lanes.note_cause(url.expose(), &word);
        self.candidates.note_cause(now, url.expose(), &word);
    }

    /// Response headers are claims: they add a layer, never remove one.
    pub(super) fn claims(&mut self, now: u64, id: LaneId, headers: &[(String, String)]) {
        if self.lanes.get(id).is_none() && !self.candidates.contains(id.key) {
            return;
        }
        let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        if let Some(evidence) = Evidence::headers(pairs, now) {
            self.note(now, id.key, evidence);
        }
    }

    fn note(&mut self, now: u64, key: EndpointKey, evidence: Evidence) {
        if self.watch.note(key, evidence) {
            self.save_soon(now);
            self.assess_all(now);
        }
    }

    /// What the browser's own resolver said of an endpoint's name.
    pub(super) fn looked_up(&mut self, now: u64, host: &str, ips: &[String]) {
        let ips: Vec<IpAddr> = ips.iter().filter_map(|ip| ip.parse().ok()).collect();
        if ips.is_empty() {
            return;
        }
        let lanes = self.lanes.all();
        let keys: Vec<EndpointKey> = lanes.filter(|l| l.endpoint().url.host() == host).map(Lane::key).collect();
        for key in keys {
            self.note(now, key, Evidence::resolved(ips.clone(), now));
        }
    }

    /// Asks for the names and addresses behind an endpoint, unless they are known or were just asked for.
    pub(super) fn learn_names(&mut self, now: u64, id: LaneId) {
        if self.watch.may_ask_names(now, id.key) {
            self.look_up(now, id);
            self.resolve(now, id);
        }
    }

    /// Asks the browser's own resolver, where it can be asked: it tells all addresses of a name, a connection
    /// only one.
    fn look_up(&mut self, now: u64, id: LaneId) {
        let Some(lane) = self.lanes.get(id) else { return };
        let fresh = |e: &Evidence| matches!(e.fact, Fact::Resolved { .. }) && e.at_ms + RESOLVED_MS > now;
        let host = lane.endpoint().url.host();
        if host.parse::<IpAddr>().is_err() && !host.starts_with('[') && !lane.evidence().iter().any(fresh) {
            self.out.push_back(Command::LookUp { host: host.to_owned() });
        }
    }

    /// Asks the resolver the person chose, if any, for the names behind an endpoint.
    fn resolve(&mut self, now: u64, id: LaneId) {
        let Some(resolver) = self.choice.settings().resolver.as_ref().map(|r| r.request_url()) else { return };
        let Some(lane) = self.lanes.get(id) else { return };
        let fresh = |e: &Evidence| matches!(e.fact, Fact::Doh { .. }) && e.at_ms + RESOLVED_MS > now;
        let host = lane.endpoint().url.host().to_owned();
        if lane.evidence().iter().any(fresh) || host.parse::<IpAddr>().is_ok() || host.starts_with('[') {
            return;
        }
        for ask in [Ask::A, Ask::Aaaa] {
            let Some(body) = dns::query(&host, ask) else { return };
            let headers = vec![
                ("content-type".to_owned(), dns::MEDIA_TYPE.into()),
                ("accept".to_owned(), dns::MEDIA_TYPE.into()),
            ];
            let max_body_bytes = dns::MAX_REPLY_BYTES as u64;
            let http = HttpRequest { url: resolver.clone(), headers, body, max_body_bytes, all_headers: false };
            let (_, command) = self.wire.post(Job::own(now, id, Purpose::Resolve, RESOLVE_MS), http);
            self.out.push_back(command);
        }
    }

    pub(super) fn resolved(&mut self, now: u64, job: &Job, brought: &Brought<'_>) {
        let Brought::Response { status: 200, body, .. } = brought else { return };
        let Some(host) = self.lanes.get(job.lane).map(|l| l.endpoint().url.host()) else {
            return;
        };
        let Ok(mut reply) = dns::parse(body, host) else { return };
        // The answers for IPv4 and IPv6 come apart and are one piece of evidence.
        for old in self.watch.evidence_of(job.lane.key) {
            if let Fact::Doh { cnames, ips } = &old.fact
                && old.at_ms + RESOLVE_MS * 2 > now
            {
                reply.ips.extend(ips);
                if reply.cnames.is_empty() {
                    reply.cnames.clone_from(cnames);
                }
            }
        }
        self.note(now, job.lane.key, Evidence::doh(reply.cnames, reply.ips, now));
    }
}
