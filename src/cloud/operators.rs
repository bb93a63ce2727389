//! Facts about the companies whose networks endpoints stand on: `data/operators.json` and `data/regions.json` (as
//! `regions.tsv`), which are compiled into the core.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// Whether United States law reaches a company. 18 U.S.C. 2713 reaches data in the "possession, custody,
/// or control" of every provider under US jurisdiction, wherever the data is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Nothing is known about the company.
    #[default]
    Unknown,
    /// No US reach is known. That is not the same as safe.
    NoneKnown,
    /// A foreign company with US locations or a US parent.
    UsNexus,
    /// A US company.
    Us,
}

impl Reach {
    /// The word used in messages and data.
    pub fn word(self) -> &'static str {
        match self {
            Reach::Unknown => "unknown",
            Reach::NoneKnown => "none-known",
            Reach::UsNexus => "us-nexus",
            Reach::Us => "us",
        }
    }
}

/// What a company does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Rents out machines, with or without regions.
    Cloud,
    /// Rents out machines, mostly whole ones.
    Hosting,
    /// Stands in front of other servers.
    Cdn,
    /// Runs applications, on its own or others' machines.
    Paas,
    /// Carries traffic to a machine that could be anywhere.
    Tunnel,
    /// Runs blockchain nodes on its own address space.
    Node,
    /// Connects homes and offices.
    Isp,
    /// A market of many providers.
    Market,
    /// The person's own.
    #[serde(rename = "self")]
    Own,
}

/// One company, as an operator of networks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// Full name.
    pub name: String,
    /// Short name for chips, when the full one is long.
    #[serde(default)]
    short: Option<String>,
    /// Company group: what fails, or obeys, together.
    pub group: String,
    /// ISO 3166 country of the headquarters, when there is one.
    #[serde(default)]
    pub hq: Option<String>,
    /// Whether US law reaches it.
    pub us: Reach,
    /// What it does.
    pub kind: Kind,
    /// Whether its addresses are edges (anycast) although it also runs servers.
    #[serde(default)]
    edge: bool,
    /// The operator on whose machines all of it runs, if there is one.
    #[serde(default)]
    pub on: Option<String>,
    /// What a person should know about these facts.
    #[serde(default)]
    pub note: Option<String>,
}

impl Operator {
    /// Name for chips and sentences.
    pub fn short(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.name)
    }

    /// Whether an address of this operator hides where the server is.
    pub fn hides_origin(&self) -> bool {
        self.edge || matches!(self.kind, Kind::Cdn | Kind::Tunnel)
    }
}

type Operators = BTreeMap<String, Operator>;

// The data is compiled in, and a test parses all of it, so a parse error never ships. Broken data would read as an
// empty table.
fn all() -> &'static Operators {
    static TABLE: OnceLock<Operators> = OnceLock::new();
    TABLE.get_or_init(|| serde_json::from_str(include_str!("../../data/operators.json")).unwrap_or_default())
}

/// Every known region: its operator, its code, and its country or `=` and the code it goes by.
fn regions() -> &'static [[&'static str; 3]] {
    static TABLE: OnceLock<Vec<[&'static str; 3]>> = OnceLock::new();
    // Written by tools/generate/, which says how.
    TABLE.get_or_init(|| {
        let mut regions = Vec::new();
        let mut operator = "";
        for line in include_str!("regions.tsv").lines() {
            let (first, codes) = line.split_once(' ').unwrap_or((line, ""));
            operator = first.strip_prefix('#').unwrap_or(operator);
            regions.extend(codes.split_ascii_whitespace().map(|code| [operator, code, first]));
        }
        regions
    })
}

fn known_region(operator: &str, code: &str) -> Option<[&'static str; 3]> {
    regions().iter().copied().find(|[of, known, _]| *known == code && *of == operator)
}

/// Every operator with its key.
pub fn iter() -> impl Iterator<Item = (&'static str, &'static Operator)> {
    all().iter().map(|(key, operator)| (key.as_str(), operator))
}

/// The operator of a key.
pub fn get(key: &str) -> Option<&'static Operator> {
    all().get(key)
}

/// The key of an operator as the data spells it, for a key a person typed.
pub fn key(typed: &str) -> Option<&'static str> {
    all().get_key_value(typed.trim().to_ascii_lowercase().as_str()).map(|(key, _)| key.as_str())
}

/// A company group's display name.
pub fn group_name(group: &str) -> &str {
    // Groups whose name differs from those of their operators.
    match group {
        "amazon" => "AWS",
        "amazon-cn" => "AWS China",
        "google" => "Google",
        "microsoft" => "Microsoft",
        "21vianet" => "21Vianet",
        _ => get(group).map_or(group, |operator| match group {
            "akamai" => "Akamai",
            "leaseweb" => "Leaseweb",
            _ => operator.short(),
        }),
    }
}

/// A known region as the data spells it (`francecentral` is `centralfrance`, `nyc3` is `US-NJ`).
pub fn region(operator: &str, code: &str) -> Option<&'static str> {
    let [_, code, country] = known_region(operator, code)?;
    match country.strip_prefix('=') {
        Some(other) => known_region(operator, other).map(|[_, code, _]| code),
        None => Some(code),
    }
}

/// ISO 3166 country of a known region.
pub fn region_country(operator: &str, code: &str) -> Option<&'static str> {
    let code = region(operator, code)?;
    known_region(operator, code).map(|[.., country]| country)
}
