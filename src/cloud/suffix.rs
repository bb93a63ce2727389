//! DNS suffixes of clouds: a name under `us-east-1.elb.amazonaws.com` is AWS, us-east-1. Rules in `data/suffixes.tsv`.

use std::sync::OnceLock;

use super::operators;

/// What a suffix says about the server behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// A server, load balancer or service of this operator.
    Served,
    /// An edge or tunnel: the origin is hidden.
    Hidden,
    /// Only a name service (balancing, dynamic DNS), which is not a layer.
    NameOnly,
}

/// A match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Key of the operator.
    pub operator: &'static str,
    /// What the suffix says.
    pub says: Says,
    /// Region, if the name shows it.
    pub region: Option<&'static str>,
    /// The suffix, as the rule spells it.
    pub suffix: &'static str,
}

/// How a name shows the region.
#[derive(Debug, Clone, Copy)]
enum RegionRule {
    /// It does not.
    None,
    /// It is always this one.
    Always(&'static str),
    /// A label before or inside the suffix is a region code.
    Label,
    /// A label begins with a region code and a hyphen.
    Start,
    /// A label ends with a hyphen and a region code.
    End,
    /// A label is a region code with `-01` or the like after it.
    Zone,
}

struct Rule {
    suffix: &'static str,
    operator: &'static str,
    says: Says,
    region: RegionRule,
}

fn rules() -> &'static [Rule] {
    static TABLE: OnceLock<Vec<Rule>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("../../data/suffixes.tsv").lines();
        lines.filter(|line| !line.starts_with('#')).filter_map(rule).collect()
    })
}

fn rule(line: &'static str) -> Option<Rule> {
    let mut cells = line.split('\t');
    let (suffix, operator, kind, region) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let says = match kind {
        "cdn" | "anycast" | "tunnel" => Says::Hidden,
        "dns" | "ddns" => Says::NameOnly,
        _ => Says::Served,
    };
    let region = match region {
        "label" => RegionRule::Label,
        "start" => RegionRule::Start,
        "end" => RegionRule::End,
        "zone" => RegionRule::Zone,
        other => other.strip_prefix('=').map_or(RegionRule::None, RegionRule::Always),
    };
    Some(Rule { suffix, operator, says, region })
}

/// What a host name's suffix says, if a rule matches. The file lists special rules before general ones.
pub fn of_host(host: &str) -> Option<Match> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let rule = rules().iter().find(|rule| fits(&host, rule.suffix))?;
    Some(Match { operator: rule.operator, says: rule.says, region: rule.region(&host), suffix: rule.suffix })
}

/// Whether a host ends with the labels of a suffix; `*` matches any one label.
pub(super) fn fits(host: &str, suffix: &str) -> bool {
    let mut labels = host.rsplit('.');
    suffix.rsplit('.').all(|wanted| labels.next().is_some_and(|label| wanted == "*" || wanted == label))
}

impl Rule {
    /// The region in a host name. Only codes that the operator has are regions. The label nearest to the suffix counts,
    /// because customers choose the labels further left.
    fn region(&self, host: &str) -> Option<&'static str> {
        let known = |code: &str| operators::region(self.operator, code);
        host.rsplit('.').find_map(|label| match self.region {
            RegionRule::None => None,
            RegionRule::Always(code) => known(code),
            RegionRule::Label => known(label),
            RegionRule::Start => label.match_indices('-').filter_map(|(at, _)| known(label.get(..at)?)).next_back(),
            RegionRule::End => label.match_indices('-').find_map(|(at, _)| known(label.get(at + 1..)?)),
            RegionRule::Zone => label
                .rsplit_once('-')
                .and_then(|(code, zone)| zone.bytes().all(|b| b.is_ascii_digit()).then(|| known(code)).flatten()),
        })
    }
}
