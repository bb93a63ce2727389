//! Endpoints a person could choose (`data/presets.json`). They are offered, and never used unless chosen.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::ground::{Domain, Ground, assess};
use super::rpc;
use crate::endpoint::EndpointUrl;
use crate::lang::Lang;

/// One preset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// EIP-155 chain id.
    pub chain: u64,
    /// Display name.
    pub name: String,
    /// URL.
    pub url: String,
    /// Key of the RPC operator.
    pub operator: String,
    /// Whether it takes transactions privately.
    pub private: bool,
    /// What the operator says about the person's data, with a source.
    pub note: String,
}

/// A chain with presets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// EIP-155 chain id.
    pub id: u64,
    endpoints: Vec<Offer>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    operator: String,
    url: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    private: bool,
}

/// The file: notes by operator, so that each is written once, and the chains.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Presets {
    notes: std::collections::BTreeMap<String, Note>,
    chains: Vec<Chain>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    en: String,
    fr: String,
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
pub fn for_chain(chain: u64, lang: Lang) -> Vec<Preset> {
    let offers = chains().filter(|c| c.id == chain).flat_map(|c| &c.endpoints);
    offers.map(|offer| offer.preset(chain, lang)).collect()
}

/// The presets that could improve a chain's verdict: those of companies that run none of its endpoints yet. Where they
/// stand is learnt when the person checks one.
pub fn that_add(chain: u64, endpoints: &[&Ground], lang: Lang) -> Vec<Preset> {
    let runs = |ground: &Ground, company: &str| ground.operator.as_deref().map(rpc::group) == Some(rpc::group(company));
    let used = |preset: &Preset| endpoints.iter().any(|ground| runs(ground, &preset.operator));
    for_chain(chain, lang).into_iter().filter(|preset| !used(preset)).collect()
}

/// The presets that could help and are not known to share what must be avoided, by their operator, its jurisdiction and
/// their host name.
pub fn that_could(chain: u64, endpoints: &[&Ground], avoid: &[Domain], lang: Lang) -> Vec<Preset> {
    let apart = |preset: &&Preset| {
        let host = EndpointUrl::parse(&preset.url).map(|url| url.host().to_owned()).unwrap_or_default();
        let known = assess(None, &[], &host, Some(&preset.operator), &[]).domains();
        !known.iter().any(|domain| avoid.contains(domain))
    };
    let other = that_add(chain, endpoints, lang);
    let better: Vec<Preset> = other.iter().filter(apart).cloned().collect();
    if better.is_empty() { other } else { better }
}

impl Offer {
    fn preset(&self, chain: u64, lang: Lang) -> Preset {
        let company = rpc::get(&self.operator).map_or(self.operator.as_str(), |o| o.name.as_str());
        Preset {
            chain,
            name: self.name.as_deref().unwrap_or(company).to_owned(),
            url: self.url.clone(),
            operator: self.operator.clone(),
            private: self.private,
            note: all().notes.get(&self.operator).map(|note| lang.pick(&note.en, &note.fr).clone()).unwrap_or_default(),
        }
    }
}
