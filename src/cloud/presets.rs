//! Endpoints a person could choose (`data/presets.json`). They are offered, and never used unless chosen.
//!
//! The core reads `presets.tsv`, which `tools/generate/` writes from that file:
//!
//! ```text
//! =https://github.com/…/  en  fr  where a source `~rest` is `rest.ts`, `~` the operator's key and `.ts`; languages
//! @drpc  {}.drpc.org  note  note  the form of an operator's URLs, and its note in each language
//! #1                              the presets of a chain follow
//! drpc eth                        operator, URL or what the form lacks, and the source if the note names it
//! !flashbots rpc.flashbots.net    one that takes transactions privately
//! ```

use std::sync::OnceLock;

use super::ground::{Domain, Ground, assess};
use super::rpc;
use crate::endpoint::EndpointUrl;

const TABLE: &str = include_str!("presets.tsv");

/// One preset.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    chain: u64,
    /// Key of the RPC operator.
    pub operator: String,
    /// URL.
    pub url: String,
    /// Whether it takes transactions privately.
    pub private: bool,
    /// Where its note says it is documented.
    source: &'static str,
}

fn all() -> &'static [Offer] {
    static OFFERS: OnceLock<Vec<Offer>> = OnceLock::new();
    OFFERS.get_or_init(|| {
        let mut chain = 0;
        let mut offers = Vec::new();
        for line in TABLE.lines().skip_while(|line| !line.starts_with('#')) {
            match line.strip_prefix('#') {
                Some(id) => chain = id.parse().unwrap_or_default(),
                None => offers.extend(Offer::read(chain, line)),
            }
        }
        offers
    })
}

/// The chains with presets, in the order they are offered.
pub fn chains() -> impl Iterator<Item = u64> {
    TABLE.lines().filter_map(|line| line.strip_prefix('#')?.parse().ok())
}

/// The presets of a chain, in the order they are offered.
pub fn for_chain(chain: u64) -> impl Iterator<Item = &'static Offer> {
    all().iter().filter(move |offer| offer.chain == chain)
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

/// An operator's form, and its notes. A chain's own endpoint has no line of its own.
fn about(operator: &str) -> Option<std::str::Split<'static, char>> {
    let line = |key: &str| {
        let rest = TABLE.lines().find_map(|line| line.strip_prefix('@')?.strip_prefix(key)?.strip_prefix('\t'))?;
        Some(rest.split('\t'))
    };
    line(operator).or_else(|| line("own"))
}

impl Offer {
    fn read(chain: u64, line: &'static str) -> Option<Offer> {
        let mut cells = line.trim_start_matches('!').split(' ');
        let (operator, at) = (cells.next()?, cells.next()?);
        let at = if at.contains('.') { at.to_owned() } else { about(operator)?.next()?.replace("{}", at) };
        let (url, source) = (format!("https://{at}"), cells.next().unwrap_or_default());
        Some(Offer { chain, operator: operator.to_owned(), url, private: line.starts_with('!'), source })
    }

    /// Display name.
    pub fn name(&self) -> &str {
        rpc::get(&self.operator).map_or(self.operator.as_str(), |o| o.name)
    }

    /// What the operator says about the person's data, with a source: in the language with this code.
    pub(crate) fn note(&self, language: &str) -> Option<String> {
        let mut first = TABLE.lines().next()?.split('\t');
        let definitions = first.next()?.strip_prefix('=')?;
        let note = about(&self.operator)?.nth(first.position(|code| code == language)? + 1)?;
        let source = match self.source.strip_prefix('~') {
            Some("") => format!("{definitions}{}.ts", self.operator),
            Some(name) => format!("{definitions}{name}.ts"),
            None => self.source.to_owned(),
        };
        Some(note.replace("{source}", &source))
    }
}
