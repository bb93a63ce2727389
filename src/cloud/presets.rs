//! Endpoints a person could choose (`data/presets.json`). They are offered, and never used unless chosen.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::ground::{Domain, Ground, assess};
use super::rpc;
use crate::endpoint::EndpointUrl;

/// A chain with presets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// EIP-155 chain id.
    pub id: u64,
    endpoints: Vec<Offer>,
}

/// One preset.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Key of the RPC operator.
    pub operator: String,
    /// URL.
    pub url: String,
    #[serde(default)]
    name: Option<String>,
    /// Whether it takes transactions privately.
    #[serde(default)]
    pub private: bool,
}

/// A text in each language, by the language's code.
type Texts = BTreeMap<String, String>;

/// The file: notes by operator, so that each is written once, and the chains.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Presets {
    notes: BTreeMap<String, Texts>,
    chains: Vec<Chain>,
}

fn all() -> &'static Presets {
    static TABLE: OnceLock<Presets> = OnceLock::new();
    // Compiled in and parsed by a test; see operators.rs.
    TABLE.get_or_init(|| serde_json::from_str(include_str!("../../data/presets.json")).unwrap_or_default())
}

/// The chains with presets, in the order they are offered.
pub fn chains() -> impl Iterator<Item = &'static Chain> {
    all().chains.iter()
}

/// The presets of a chain, in the order they are offered.
pub fn for_chain(chain: u64) -> impl Iterator<Item = &'static Offer> {
    chains().filter(move |c| c.id == chain).flat_map(|c| &c.endpoints)
}

/// The presets that could improve a chain's verdict: those of companies that run none of its endpoints yet. Where they
/// stand is learnt when the person checks one.
pub fn that_add(chain: u64, endpoints: &[&Ground]) -> Vec<&'static Offer> {
    let runs = |ground: &Ground, company: &str| ground.operator.as_deref().map(rpc::group) == Some(rpc::group(company));
    let used = |offer: &Offer| endpoints.iter().any(|ground| runs(ground, &offer.operator));
    for_chain(chain).filter(|offer| !used(offer)).collect()
}

/// The presets that answer reads, could help and are not known to share what must be avoided, by their operator, its
/// jurisdiction and their host name.
pub fn that_could(chain: u64, endpoints: &[&Ground], avoid: &[Domain]) -> Vec<&'static Offer> {
    let apart = |offer: &Offer| {
        let host = EndpointUrl::parse(&offer.url).map(|url| url.host().to_owned()).unwrap_or_default();
        let known = assess(None, &[], &host, Some(&offer.operator), &[]).domains();
        !known.iter().any(|domain| avoid.contains(domain))
    };
    let mut other = that_add(chain, endpoints);
    other.retain(|offer| !offer.private);
    let better: Vec<&Offer> = other.iter().copied().filter(|offer| apart(offer)).collect();
    if better.is_empty() { other } else { better }
}

impl Offer {
    /// Display name.
    pub fn name(&self) -> &str {
        let company = || rpc::get(&self.operator).map_or(self.operator.as_str(), |o| o.name.as_str());
        self.name.as_deref().unwrap_or_else(company)
    }

    /// What the operator says about the person's data, with a source: in the language with this code.
    pub(crate) fn note(&self, language: &str) -> Option<&'static str> {
        all().notes.get(&self.operator)?.get(language).map(String::as_str)
    }
}
