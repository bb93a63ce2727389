//! Failure domains: what can go dark.

use serde::{Deserialize, Serialize};

use crate::cloud::{operators, rpc};
use crate::lang::Lang;

/// A kind of failure domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DomainKind {
    /// The company that runs the RPC service.
    Operator,
    /// The company group whose address space it is served from.
    Network,
    /// One region of one cloud.
    Region,
    /// The country the server is in.
    Country,
    /// The jurisdiction that reaches it.
    Jurisdiction,
}

/// One thing that can go dark.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Domain {
    /// The kind of domain.
    pub kind: DomainKind,
    /// Its key: `amazon`, `aws/us-east-1`, `DE`, `us`, `infura`.
    pub key: String,
}

/// Key of the jurisdiction domain of US companies and of servers in the United States.
pub const US: &str = "us";
/// Key of the wider one: everything US law is known to reach, foreign companies with US locations included.
pub const US_NEXUS: &str = "us-nexus";
/// Key of the person's own network: loopback and private addresses.
pub const OWN: &str = "own";

impl Domain {
    /// A domain.
    pub fn new(kind: DomainKind, key: impl Into<String>) -> Domain {
        Domain { kind, key: key.into() }
    }

    /// Display name.
    pub fn name(&self, lang: Lang) -> String {
        match self.kind {
            DomainKind::Operator => rpc::get(&self.key).map_or(self.key.as_str(), |o| &o.name).to_owned(),
            DomainKind::Network if self.key == OWN => lang.pick("your own network", "votre propre réseau").to_owned(),
            DomainKind::Network => operators::group_name(&self.key).to_owned(),
            DomainKind::Region => {
                let (operator, region) = self.key.split_once('/').unwrap_or(("", &self.key));
                format!("{} {region}", operators::get(operator).map_or(operator, |o| o.short())).trim().to_owned()
            }
            DomainKind::Country => operators::country_name(&self.key, lang).to_owned(),
            DomainKind::Jurisdiction if self.key == US => {
                lang.pick("US jurisdiction", "la juridiction américaine").to_owned()
            }
            DomainKind::Jurisdiction => lang.pick("the reach of US law", "la portée du droit américain").to_owned(),
        }
    }

    /// Display name without an article, for a list or a title.
    pub fn label(&self, lang: Lang) -> String {
        match self.kind {
            DomainKind::Network if self.key == OWN => lang.pick("Your own network", "Votre propre réseau").to_owned(),
            DomainKind::Jurisdiction if self.key == US => {
                lang.pick("US jurisdiction", "Juridiction américaine").to_owned()
            }
            DomainKind::Jurisdiction => lang.pick("Reach of US law", "Portée du droit américain").to_owned(),
            _ => self.name(lang),
        }
    }
}
