//! Evidence of where the endpoints stand: the address of each connection, the browser's resolver, the resolver
//! the person chose, response headers.

use std::net::IpAddr;

use super::Watch;
use crate::cloud::between::IPV4_ONLY;
use crate::cloud::dns::{self, Ask};
use crate::cloud::evidence::{Evidence, Fact};
use crate::endpoint::{EndpointKey, LaneId};
use crate::io::{Command, HttpRequest};
use crate::lanes::{Lane, Lanes};
use crate::settings::{Endpoint, Settings};
use crate::wire::{Brought, Job, Purpose, Wire};

/// How long a resolver may take, ms.
const RESOLVE_MS: u64 = 4_000;
/// Age at which a name is resolved again, ms.
const RESOLVED_MS: u64 = 24 * 60 * 60 * 1_000;

/// A piece of evidence of an endpoint, which nobody has noted yet.
pub(crate) type Found = (EndpointKey, Evidence);

/// The browser connected to this address for a request to this URL, or through a proxy, without an address. `others`:
/// endpoints under it that are no lanes yet.
pub(crate) fn address(now: u64, lanes: &Lanes, url: &str, ip: &str, others: Vec<EndpointKey>) -> Option<Vec<Found>> {
    let evidence = match ip.trim_matches(['[', ']']) {
        "" => Evidence::proxied(now),
        ip => Evidence::observed(ip.parse().ok()?, now),
    };
    // The host of an endpoint's WebSocket is its own.
    let same = |e: &Endpoint| e.url.request_url() == url || e.ws.as_ref().is_some_and(|ws| ws.as_str() == url);
    let keys = lanes.all().filter(|l| same(l.endpoint())).map(Lane::key).chain(others);
    Some(keys.map(|key| (key, evidence.clone())).collect())
}

/// Response headers are claims: they add a layer, never remove one.
pub(crate) fn claims(now: u64, key: EndpointKey, headers: &[(String, String)]) -> Option<Found> {
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Evidence::headers(pairs, now).map(|evidence| (key, evidence))
}

/// What the browser's own resolver said of an endpoint's name.
pub(crate) fn looked_up(now: u64, lanes: &Lanes, host: &str, ips: &[String]) -> Vec<Found> {
    let ips: Vec<IpAddr> = ips.iter().filter_map(|ip| ip.parse().ok()).collect();
    if ips.is_empty() {
        return Vec::new();
    }
    let keys = lanes.all().filter(|l| l.endpoint().url.host() == host).map(Lane::key);
    keys.map(|key| (key, Evidence::resolved(ips.clone(), now))).collect()
}

/// The browser's word for a failed connection; our own aborts are none.
pub(crate) fn failure(error: &str) -> Option<String> {
    let word: String = error.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_')).take(60).collect();
    (!word.to_ascii_uppercase().contains("ABORT")).then_some(word)
}

/// Whether a host is a name, which can be resolved, and there is no such evidence of today.
fn is_open(now: u64, lane: &Lane, is_of: impl Fn(&Fact) -> bool) -> bool {
    let host = lane.endpoint().url.host();
    let fresh = |e: &Evidence| is_of(&e.fact) && e.at_ms + RESOLVED_MS > now;
    host.parse::<IpAddr>().is_err() && !host.starts_with('[') && !lane.evidence().iter().any(fresh)
}

impl Watch {
    /// Asks for the names and addresses behind an endpoint, unless they are known or were just asked for: the browser's
    /// own resolver, where it can be asked, for it tells all addresses of a name, a connection only one; and the one the
    /// person chose, if any.
    #[must_use]
    pub(crate) fn learn_names(
        &mut self,
        now: u64,
        lanes: &Lanes,
        wire: &mut Wire,
        settings: &Settings,
        id: LaneId,
    ) -> Vec<Command> {
        if !self.may_ask_names(now, id.key) {
            return Vec::new();
        }
        let Some(lane) = lanes.get(id) else { return Vec::new() };
        let host = lane.endpoint().url.host();
        let mut commands = Vec::new();
        if is_open(now, lane, |fact| matches!(fact, Fact::Resolved { .. })) {
            commands.push(Command::LookUp { host: host.to_owned() });
        }
        if self.may_ask_nat64(lane) {
            commands.push(Command::LookUp { host: IPV4_ONLY.to_owned() });
        }
        let resolver = settings.resolver.as_ref().map(|r| r.request_url());
        if let Some(url) = resolver.filter(|_| is_open(now, lane, |fact| matches!(fact, Fact::Doh { .. }))) {
            for ask in [Ask::A, Ask::Aaaa] {
                let Some(body) = dns::query(host, ask) else { break };
                let kind = |name: &str| (name.to_owned(), dns::MEDIA_TYPE.into());
                let headers = vec![kind("content-type"), kind("accept")];
                let max_body_bytes = dns::MAX_REPLY_BYTES as u64;
                let http = HttpRequest { url: url.clone(), headers, body, max_body_bytes, all_headers: false };
                commands.push(wire.post(Job::own(now, id, Purpose::Resolve, RESOLVE_MS), http).1);
            }
        }
        commands
    }

    /// What the resolver the person chose has said. The answers for IPv4 and IPv6 come apart and are one piece of
    /// evidence.
    pub(crate) fn resolved(&self, now: u64, lanes: &Lanes, job: &Job, brought: &Brought<'_>) -> Option<Found> {
        let Brought::Response { status: 200, body, .. } = brought else { return None };
        let host = lanes.get(job.lane)?.endpoint().url.host();
        let mut reply = dns::parse(body, host).ok()?;
        for old in self.evidence_of(job.lane.key) {
            if let Fact::Doh { cnames, ips } = &old.fact
                && old.at_ms + RESOLVE_MS * 2 > now
            {
                reply.ips.extend(ips);
                if reply.cnames.is_empty() {
                    reply.cnames.clone_from(cnames);
                }
            }
        }
        Some((job.lane.key, Evidence::doh(reply.cnames, reply.ips, now)))
    }
}
