//! From evidence to ground.

use std::net::IpAddr;

use super::source::{How, Source};
use super::{Ground, Layer, OWN};
use crate::cloud::evidence::{self, Evidence, Fact};
use crate::cloud::label::{self, OwnLabel};
use crate::cloud::suffix::{self, Says};
use crate::cloud::table::normalise;
use crate::cloud::{Atlas, operators, rpc};

/// Where an endpoint stands, from all evidence about it.
///
/// * `host`: host name or address literal of its URL, without port.
/// * `named`: key or name of the RPC operator that the person gave; overrides the host's.
/// * `evidence`: see [`evidence::remember`].
///
/// The person's labels come last and override everything. A label for the host says where the endpoint is, whatever was
/// observed. A label for a range says it for the addresses in the range. Claims still add their layers.
pub fn assess(
    atlas: Option<&Atlas>,
    labels: &[OwnLabel],
    host: &str,
    named: Option<&str>,
    evidence: &[Evidence],
) -> Ground {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let mut ground = Ground { operator: operator(&host, named), ..Ground::default() };
    ground.stand(atlas, labels, &host, evidence);
    ground.name_says(&host, None);
    for piece in evidence {
        ground.claims(piece, &host);
    }
    ground
}

/// The wallet's own lane: unknown, or the endpoint the wallet is known to ask by default, as a claim.
pub fn of_wallet(rdns: Option<&str>) -> Ground {
    let Some((key, wallet)) = rdns.and_then(rpc::of_wallet) else {
        return Ground { sources: vec![Source::UnknownWallet], ..Ground::default() };
    };
    let source =
        Source::Wallet { wallet: wallet.name.to_owned(), operator: key.to_owned(), source: wallet.source.to_owned() };
    Ground { operator: Some(key.to_owned()), sources: vec![source], ..Ground::default() }
}

fn operator(host: &str, named: Option<&str>) -> Option<String> {
    let named = named.map(str::trim).filter(|name| !name.is_empty());
    let known = |name: &str| rpc::get(&name.to_ascii_lowercase()).map(|_| name.to_ascii_lowercase());
    named.map(|name| known(name).unwrap_or(name.to_owned())).or_else(|| rpc::of_host(host).map(str::to_owned))
}

impl Ground {
    /// Finds the places of the endpoint's addresses.
    fn stand(&mut self, atlas: Option<&Atlas>, labels: &[OwnLabel], host: &str, evidence: &[Evidence]) {
        if let Some(own) = label::for_host(labels, host) {
            self.labelled = true;
            self.places.push(Layer::labelled(own));
            self.sources.push(Source::Label { pattern: own.pattern.clone() });
            return;
        }
        let literal = host.parse::<IpAddr>().ok();
        let addresses = literal.map_or_else(|| evidence::addresses(evidence), |address| vec![address]);
        if addresses.is_empty() && (host == "localhost" || host.ends_with(".localhost")) {
            self.places.push(Layer { operator: OWN.to_owned(), ..Layer::default() });
        }
        self.proxied = literal.is_none() && evidence::is_proxied(evidence);
        for address in addresses {
            let (layer, own) = place(atlas, labels, address);
            self.sources.push(Source::Address { address, how: how(evidence, address, literal), layer: layer.clone() });
            self.sources.extend(own.map(|label| Source::Label { pattern: label.pattern.clone() }));
            if let Some(layer) = layer.filter(|layer| !self.places.contains(layer)) {
                self.places.push(layer);
            }
        }
    }

    /// What aliases and headers say.
    fn claims(&mut self, piece: &Evidence, host: &str) {
        match &piece.fact {
            Fact::Doh { cnames, .. } => {
                let aliases = cnames.iter().filter(|name| *name != host);
                aliases.for_each(|name| self.name_says(name, Some(piece.at_ms)));
            }
            Fact::Headers { claims } => {
                for claim in claims {
                    self.add(Layer::new(&claim.operator, claim.region.as_deref(), claim.edge.as_deref()));
                    self.sources.push(Source::Header {
                        by: claim.by.clone(),
                        claim: claim.clone(),
                        at_ms: piece.at_ms,
                    });
                }
            }
            Fact::Observed { .. } | Fact::Proxied | Fact::Resolved { .. } | Fact::Answered => {}
        }
    }

    /// What the suffix of the host name says, or that of an alias seen at this time.
    fn name_says(&mut self, name: &str, alias_seen: Option<u64>) {
        let Some(found) = suffix::of_host(name) else { return };
        self.sources.push(Source::Name { alias_seen, found });
        match found.says {
            Says::Served => self.add(Layer::new(found.operator, found.region, None)),
            Says::Hidden => {
                let edge = operators::get(found.operator).filter(|o| !o.hides_origin()).map(|_| found.suffix);
                self.add(Layer::new(found.operator, None, edge));
            }
            Says::NameOnly => {}
        }
    }

    /// Adds a layer, unless every place or some layer already is that network; then it only completes them.
    fn add(&mut self, claim: Layer) {
        if let Some(under) = operators::get(&claim.operator).and_then(|o| o.on.as_deref()) {
            self.add(Layer::new(under, None, None));
        }
        let same_network = |layer: &Layer| layer.operator == claim.operator && (layer.hidden == claim.hidden);
        if !self.places.is_empty() && self.places.iter().all(same_network) {
            for place in &mut self.places {
                place.completed_by(&claim);
            }
            return;
        }
        if !self.layers.iter_mut().any(|layer| layer.completed_by(&claim)) {
            self.layers.push(claim);
        }
    }
}

/// Where one address stands: by the person's label, else by the table.
fn place<'a>(atlas: Option<&Atlas>, labels: &'a [OwnLabel], address: IpAddr) -> (Option<Layer>, Option<&'a OwnLabel>) {
    let address = atlas.map_or_else(|| normalise(address), |atlas| atlas.inside(address));
    if let Some(own) = label::for_address(labels, address) {
        return (Some(Layer::labelled(own)), Some(own));
    }
    let layer = atlas.and_then(|atlas| Layer::at(address, atlas.look_up(address)));
    (layer, None)
}

/// How an address was learnt, and when.
fn how(evidence: &[Evidence], address: IpAddr, literal: Option<IpAddr>) -> How {
    let newest =
        |wanted: fn(&Fact, IpAddr) -> bool| evidence.iter().filter(|e| wanted(&e.fact, address)).map(|e| e.at_ms).max();
    if literal.is_some() {
        return How::Url;
    }
    if let Some(at_ms) = newest(|fact, a| matches!(fact, Fact::Observed { ip, .. } if *ip == a)) {
        return How::Observed(at_ms);
    }
    if let Some(at_ms) = newest(|fact, a| matches!(fact, Fact::Resolved { ips } if ips.contains(&a))) {
        return How::Resolved(at_ms);
    }
    How::Doh(newest(|fact, a| matches!(fact, Fact::Doh { ips, .. } if ips.contains(&a))).unwrap_or(0))
}
