//! One network on the way to an answer.

use std::net::IpAddr;

use super::{Domain, DomainKind, OWN};
use crate::cloud::label::OwnLabel;
use crate::cloud::operators::{self, Operator, Reach};
use crate::cloud::table::{Place, Special};

/// One network on the way to an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// Key of the operator, a name the person gave, or the prefix of an unlisted network.
    pub operator: String,
    /// Region code.
    pub region: Option<String>,
    /// ISO 3166 country of the server.
    pub country: Option<String>,
    /// Edge service that hides the origin.
    pub edge: Option<String>,
    /// Whether it hides the origin.
    pub hidden: bool,
}

impl Layer {
    /// A layer of an operator. A known region sets the country.
    pub(super) fn new(operator: &str, region: Option<&str>, edge: Option<&str>) -> Layer {
        let known = operators::get(operator);
        let hidden = edge.is_some() || known.is_some_and(Operator::hides_origin);
        let region = region.filter(|_| !hidden).map(|code| operators::region(operator, code).unwrap_or(code));
        Layer {
            operator: operator.to_owned(),
            region: region.map(str::to_owned),
            country: region.and_then(|code| operators::region_country(operator, code)).map(str::to_owned),
            edge: edge.map(str::to_owned),
            hidden,
        }
    }

    /// The layer that a label of the person describes.
    pub(super) fn labelled(label: &OwnLabel) -> Layer {
        let operator = operators::key(&label.operator).unwrap_or(label.operator.trim());
        let operator = if operator == "self" { OWN } else { operator };
        let typed = label.region.as_deref().map(str::trim).filter(|region| !region.is_empty());
        // "hetzner, DE" has a country in place of a region.
        let is_country = |code: &&str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        let country = typed.filter(|code| is_country(code) && operators::region(operator, code).is_none());
        let region = typed.filter(|_| country.is_none());
        let mut layer = Layer::new(operator, region, None);
        let said = label.country.as_deref().or(country);
        layer.country = said.map(|code| code.trim().to_ascii_uppercase()).or(layer.country);
        layer
    }

    /// Where an address stands; `None` for addresses that belong to nobody.
    pub(super) fn at(address: IpAddr, place: Place<'_>) -> Option<Layer> {
        match (place.special, place.operator) {
            (Special::Invalid, _) => None,
            (Special::Own, _) => Some(Layer { operator: OWN.to_owned(), ..Layer::default() }),
            (Special::None, Some(operator)) => {
                let mut layer = Layer::new(operator, place.region, place.edge);
                layer.country = place.country.filter(|_| !layer.hidden).map(str::to_owned).or(layer.country);
                Some(layer)
            }
            (Special::None, None) => Some(Layer { operator: neighbourhood(address), ..Layer::default() }),
        }
    }

    /// Whether nobody is known to run this network: two neighbourhoods may be one.
    pub fn is_unlisted(&self) -> bool {
        self.operator.contains('/')
    }

    /// Company group.
    pub fn group(&self) -> &str {
        operators::get(&self.operator).map_or(self.operator.as_str(), |operator| operator.group.as_str())
    }

    /// Jurisdiction class: the company's, and `us` for every server in the United States.
    pub fn reach(&self) -> Reach {
        if self.country.as_deref() == Some("US") {
            return Reach::Us;
        }
        operators::get(&self.operator).map_or(Reach::Unknown, |operator| operator.us)
    }

    /// Network, region and country of this layer.
    pub(super) fn domains(&self) -> impl Iterator<Item = Domain> {
        let network = Domain::new(DomainKind::Network, self.group());
        let region =
            self.region.as_ref().map(|code| Domain::new(DomainKind::Region, format!("{}/{code}", self.operator)));
        let country = self.country.as_ref().map(|code| Domain::new(DomainKind::Country, code.as_str()));
        [Some(network), region, country].into_iter().flatten()
    }

    /// Fills gaps in this layer from a claim about the same network. Returns false when the claim is about something
    /// else.
    pub(super) fn completed_by(&mut self, claim: &Layer) -> bool {
        let same = self.operator == claim.operator && self.hidden == claim.hidden;
        if same && self.region.is_none() && self.country.is_none() {
            self.region.clone_from(&claim.region);
            self.country.clone_from(&claim.country);
        }
        same
    }
}

/// The neighbourhood of an address of nobody we know: endpoints in one /24 (or /48) share their ground,
/// whoever it belongs to.
fn neighbourhood(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}
