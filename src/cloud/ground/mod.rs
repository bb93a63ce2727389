//! Ground: the set of failure domains an endpoint stands on.
//!
//! A name has one or more addresses, and each stands in a *place*. The host name, its aliases and the response headers
//! may show more *layers* that every answer passes through (a load balancer, a CDN). The company that runs the service
//! is a layer too.
//!
//! An endpoint is lost when a domain goes dark that **all** its places share, or that **any** of its layers is on. So a
//! name with addresses in two clouds survives the loss of either, and an AWS server behind Cloudflare survives the loss
//! of neither. [`Ground::domains`] is exactly that set.

mod assess;
mod domain;
mod layer;
mod source;

pub use assess::{assess, of_wallet};
pub use domain::{Domain, DomainKind, OWN, US, US_NEXUS};
pub use layer::Layer;
pub(crate) use source::{How, Source};

use std::collections::BTreeSet;

use super::operators::Reach;
use super::rpc;

/// Where an endpoint stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ground {
    /// Key of the company that runs the service, or a name the person gave.
    pub operator: Option<String>,
    /// The places of the name's addresses, without repeats.
    pub places: Vec<Layer>,
    /// The layers that every answer passes through.
    pub layers: Vec<Layer>,
    /// Whether the person's own label says where it is, whatever stands in front.
    labelled: bool,
    /// Whether the browser reaches it through a proxy, which hides its address.
    proxied: bool,
    /// The evidence.
    sources: Vec<Source>,
}

impl Ground {
    /// Every domain whose failure takes the endpoint with it, sorted, without repeats.
    pub fn domains(&self) -> Vec<Domain> {
        let every_path = match self.places.split_first() {
            None => self.path(None),
            Some((first, rest)) => rest.iter().fold(self.path(Some(first)), |common, place| {
                common.intersection(&self.path(Some(place))).cloned().collect()
            }),
        };
        every_path.into_iter().collect()
    }

    /// Domains on the way to one place.
    fn path(&self, place: Option<&Layer>) -> BTreeSet<Domain> {
        let layers = place.into_iter().chain(&self.layers);
        let mut domains: BTreeSet<Domain> = layers.clone().flat_map(Layer::domains).collect();
        domains.extend(self.operator.as_ref().map(|key| Domain::new(DomainKind::Operator, rpc::group(key))));
        let reach = layers.map(Layer::reach).chain([self.company_reach()]).max().unwrap_or_default();
        if reach == Reach::Us {
            domains.insert(Domain::new(DomainKind::Jurisdiction, US));
        }
        if reach >= Reach::UsNexus {
            domains.insert(Domain::new(DomainKind::Jurisdiction, US_NEXUS));
        }
        domains
    }

    fn company_reach(&self) -> Reach {
        self.operator.as_deref().and_then(rpc::get).map_or(Reach::Unknown, |company| company.us)
    }

    /// Jurisdiction class: the strictest on any way to it.
    pub fn reach(&self) -> Reach {
        let layers = self.places.iter().chain(&self.layers).map(Layer::reach);
        layers.chain([self.company_reach()]).max().unwrap_or_default()
    }

    /// Whether a CDN, anycast or tunnel hides where the server is.
    pub fn hidden(&self) -> bool {
        // A label for the host says where the server is, so a CDN in front hides nothing.
        let in_front = if self.labelled { &[] } else { self.layers.as_slice() };
        self.places.iter().chain(in_front).any(|layer| layer.hidden)
    }

    /// The evidence that it was learnt from.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Whether the browser reaches it through a proxy, which hides its address.
    pub(crate) fn is_proxied(&self) -> bool {
        self.proxied
    }

    /// Whether anything is known about the network it is served from.
    pub fn known(&self) -> bool {
        !self.places.is_empty() || !self.layers.is_empty()
    }

    /// Whether it is certain where it stands: seen, not hidden, and in a network that is known by more than its
    /// neighbouring addresses.
    pub fn is_certain(&self) -> bool {
        self.known() && !self.hidden() && !self.places.iter().any(Layer::is_unlisted)
    }

    /// How different two grounds are: 0 for the same ground, at most 16. Used to choose a second lane.
    /// Unknown parts count little, because they may be the same.
    pub fn apart(&self, other: &Ground) -> u8 {
        let (ours, theirs) = (self.domains(), other.domains());
        let differ = |kind: DomainKind, surely: u8, maybe: u8| {
            let of = |all: &[Domain]| all.iter().filter(|d| d.kind == kind).cloned().collect::<Vec<_>>();
            let (ours, theirs) = (of(&ours), of(&theirs));
            match (ours.is_empty(), theirs.is_empty()) {
                (true, true) => 0,
                (false, false) if ours.iter().any(|d| theirs.contains(d)) => 0,
                (false, false) => surely,
                _ => maybe,
            }
        };
        let vague = self.hidden() || other.hidden();
        let network = differ(DomainKind::Network, if vague { 3 } else { 10 }, 1);
        // Another network implies another region. Within one network, another region counts for something.
        let place = if network > 0 { network } else { differ(DomainKind::Region, 2, 0) };
        place
            + differ(DomainKind::Operator, 4, 0)
            + differ(DomainKind::Country, 1, 0)
            + u8::from((self.reach() == Reach::Us) != (other.reach() == Reach::Us))
    }
}
