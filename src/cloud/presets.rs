//! Endpoints a person could choose (`data/presets.json`). They are offered, and never used unless chosen.
//!
//! The core reads `presets.tsv`, which `tools/generate/` writes from that file:
//!
//! ```text
//! =https://github.com/…/         where the source `~rest` is the file `rest.ts`, and `~` that of the operator's key
//! @drpc  {}.drpc.org  note  note the form of an operator's URLs, and its note in English and French
//! #1                             the presets of a chain follow
//! drpc eth                       operator, URL or what the form lacks, and the source if the note names it
//! !flashbots rpc.flashbots.net/fast   one that takes transactions privately
//! ```

use serde::Serialize;

use super::ground::{Domain, Ground, assess};
use super::rpc;
use crate::endpoint::EndpointUrl;
use crate::lang::Lang;

const TABLE: &str = include_str!("presets.tsv");

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

/// The chains with presets, in the order they are offered.
pub fn chains() -> impl Iterator<Item = u64> {
    TABLE.lines().filter_map(|line| line.strip_prefix('#')?.parse().ok())
}

/// The presets of a chain, in the order they are offered.
pub fn for_chain(chain: u64, lang: Lang) -> Vec<Preset> {
    let heading = |line: &&str| line.strip_prefix('#').is_none_or(|id| id.parse() != Ok(chain));
    let offers = TABLE.lines().skip_while(heading).skip(1).take_while(|line| !line.starts_with('#'));
    offers.filter_map(|line| preset(chain, line, lang)).collect()
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

/// An operator's form and note. A chain's own endpoint has no line of its own.
fn about(operator: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let line = |key: &str| {
        let mut cells =
            TABLE.lines().find_map(|line| line.strip_prefix('@')?.strip_prefix(key)?.strip_prefix('\t'))?.split('\t');
        Some((cells.next()?, cells.next()?, cells.next()?))
    };
    line(operator).or_else(|| line("own"))
}

fn preset(chain: u64, line: &str, lang: Lang) -> Option<Preset> {
    let private = line.starts_with('!');
    let mut cells = line.trim_start_matches('!').split(' ');
    let (operator, at) = (cells.next()?, cells.next()?);
    let (form, en, fr) = about(operator)?;
    let at = if at.contains('.') { at.to_owned() } else { form.replace("{}", at) };
    let source = cells.next().unwrap_or_default();
    let source = match source.strip_prefix('~') {
        Some(rest) => {
            let name = if rest.is_empty() { operator } else { rest };
            format!("{}{name}.ts", TABLE.lines().next()?.strip_prefix('=')?)
        }
        None => source.to_owned(),
    };
    Some(Preset {
        chain,
        name: rpc::get(operator).map_or(operator, |o| o.name.as_str()).to_owned(),
        url: format!("https://{at}"),
        operator: operator.to_owned(),
        private,
        note: lang.pick(en, fr).replace("{source}", &source),
    })
}
