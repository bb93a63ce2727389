//! Companies that run RPC services, by host name: `data/rpc_operators.json`.
//!
//! The core reads `rpc.tsv`, which `tools/generate/` writes from that file: key (empty where it is the
//! name in small letters and figures), name, hosts, company, group, seat, reach
//! of US law, source of the seat, where it runs, source of that, and three cells for each wallet.

use std::sync::OnceLock;

use super::operators::Reach;
use super::{registrable, suffix};

/// A company that runs an RPC service.
#[derive(Debug, Clone)]
pub struct RpcOperator {
    /// Name of the service.
    pub name: &'static str,
    /// The company or body behind it, if known.
    pub company: Option<&'static str>,
    /// Key of the operator that represents the company, if it runs several services.
    group: Option<&'static str>,
    /// ISO 3166 country of its headquarters, if known: that of the contracting company, whose law reaches it, even if
    /// that is only a registered office.
    pub hq: Option<&'static str>,
    /// Address of a page that says so. There is no seat without one.
    pub hq_source: Option<&'static str>,
    /// Whether US law reaches the company.
    pub us: Reach,
    /// Its host names, with spaces between. Each includes its subdomains, and `*` matches any one label.
    pub hosts: &'static str,
    /// Its public statement of where it runs. Absent if no source is known.
    pub hosting: Option<Hosting>,
    /// Wallets (by their EIP-6963 `rdns`) that are known to ask it by default, with a source.
    pub wallets: Vec<Wallet>,
}

impl RpcOperator {
    /// Its host names.
    pub fn hosts(&self) -> impl Iterator<Item = &'static str> {
        self.hosts.split(' ')
    }
}

/// A public statement of where a service runs.
#[derive(Debug, Clone)]
pub struct Hosting {
    /// What is said, in a few words.
    pub says: &'static str,
    /// Address of the statement.
    pub source: &'static str,
}

/// A wallet known to ask a service by default.
#[derive(Debug, Clone)]
pub struct Wallet {
    /// EIP-6963 `rdns` of the wallet.
    pub rdns: &'static str,
    /// Name of the wallet.
    pub name: &'static str,
    /// Address of the statement.
    pub source: &'static str,
}

/// Every operator, in the order of their keys.
fn all() -> &'static [(String, RpcOperator)] {
    static TABLE: OnceLock<Vec<(String, RpcOperator)>> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("rpc.tsv").lines().filter_map(row).collect())
}

fn row(line: &'static str) -> Option<(String, RpcOperator)> {
    let mut cells = line.split('\t');
    let mut next = || cells.next().filter(|cell| !cell.is_empty());
    let (key, name, hosts) = (next(), next()?, next()?);
    let short = || name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let key = key.map_or_else(short, str::to_owned);
    let (company, group, hq, us, hq_source) = (next(), next(), next(), next(), next());
    let hosting = next().zip(next()).map(|(says, source)| Hosting { says, source });
    let mut wallets = Vec::new();
    while let (Some(rdns), Some(name), Some(source)) = (next(), next(), next()) {
        wallets.push(Wallet { rdns, name, source });
    }
    let us = match us {
        Some("us") => Reach::Us,
        Some("us-nexus") => Reach::UsNexus,
        _ => Reach::Unknown,
    };
    Some((key, RpcOperator { name, company, group, hq, hq_source, us, hosts, hosting, wallets }))
}

/// Every operator with its key.
pub fn iter() -> impl Iterator<Item = (&'static str, &'static RpcOperator)> {
    all().iter().map(|(key, operator)| (key.as_str(), operator))
}

/// The operator of a key.
pub fn get(key: &str) -> Option<&'static RpcOperator> {
    let at = all().binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
    all().get(at).map(|(_, operator)| operator)
}

/// Key of the operator that represents the company: services of one company fail, and obey the law, together.
pub fn group(key: &str) -> &str {
    get(key).and_then(|operator| operator.group).unwrap_or(key)
}

/// Key of the listed operator of a host name. The longest matching name counts.
pub fn listed(host: &str) -> Option<&'static str> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let fits = |name: &&str| suffix::fits(&host, name);
    let found = iter().filter_map(|(key, operator)| Some((operator.hosts().filter(fits).map(str::len).max()?, key)));
    found.max().map(|(_, key)| key)
}

/// Key of the operator of a host name. One that nobody listed goes by the domain it registered, so that all hosts under
/// that domain are one operator.
pub fn of_host(host: &str) -> Option<&str> {
    listed(host).or_else(|| registrable::domain(host))
}

/// The service that a wallet is known to ask by default, with the source of that claim.
pub fn of_wallet(rdns: &str) -> Option<(&'static str, &'static Wallet)> {
    iter().find_map(|(key, operator)| Some((key, operator.wallets.iter().find(|w| w.rdns == rdns)?)))
}
