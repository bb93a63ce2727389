//! Companies that run RPC services, by host name: `data/rpc_operators.json`.
//!
//! The core reads `rpc.tsv`, which `tools/generate/` writes from that file: key (empty where it is the
//! name in small letters and figures), name, hosts, company, group, seat, reach
//! of US law, source of the seat, where it runs, source of that, and three cells for each wallet.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::operators::Reach;
use super::{registrable, suffix};

/// A company that runs an RPC service.
#[derive(Debug, Clone)]
pub struct RpcOperator {
    /// Name of the service.
    pub name: String,
    /// The company or body behind it, if known.
    pub company: Option<String>,
    /// Key of the operator that represents the company, if it runs several services.
    group: Option<String>,
    /// ISO 3166 country of its headquarters, if known: that of the contracting company, whose law reaches it, even if
    /// that is only a registered office.
    pub hq: Option<String>,
    /// Address of a page that says so. There is no seat without one.
    pub hq_source: Option<String>,
    /// Whether US law reaches the company.
    pub us: Reach,
    /// Its host names. Each includes its subdomains, and `*` matches any one label.
    pub hosts: Vec<String>,
    /// Its public statement of where it runs. Absent if no source is known.
    pub hosting: Option<Hosting>,
    /// Wallets (by their EIP-6963 `rdns`) that are known to ask it by default, with a source.
    pub wallets: Vec<Wallet>,
}

/// A public statement of where a service runs.
#[derive(Debug, Clone)]
pub struct Hosting {
    /// What is said, in a few words.
    pub says: String,
    /// Address of the statement.
    pub source: String,
}

/// A wallet known to ask a service by default.
#[derive(Debug, Clone)]
pub struct Wallet {
    /// EIP-6963 `rdns` of the wallet.
    pub rdns: String,
    /// Name of the wallet.
    pub name: String,
    /// Address of the statement.
    pub source: String,
}

fn all() -> &'static BTreeMap<String, RpcOperator> {
    static TABLE: OnceLock<BTreeMap<String, RpcOperator>> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("rpc.tsv").lines().filter_map(row).collect())
}

fn row(line: &str) -> Option<(String, RpcOperator)> {
    let mut cells = line.split('\t');
    let mut next = || cells.next().filter(|cell| !cell.is_empty()).map(str::to_owned);
    let (key, name, hosts) = (next(), next()?, next()?);
    let short = || name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let key = key.unwrap_or_else(short);
    let (company, group, hq, us, hq_source) = (next(), next(), next(), next(), next());
    let hosting = next().zip(next()).map(|(says, source)| Hosting { says, source });
    let mut wallets = Vec::new();
    while let (Some(rdns), Some(name), Some(source)) = (next(), next(), next()) {
        wallets.push(Wallet { rdns, name, source });
    }
    let us = match us.as_deref() {
        Some("us") => Reach::Us,
        Some("us-nexus") => Reach::UsNexus,
        _ => Reach::Unknown,
    };
    let hosts = hosts.split(' ').map(str::to_owned).collect();
    Some((key, RpcOperator { name, company, group, hq, hq_source, us, hosts, hosting, wallets }))
}

/// Every operator with its key.
pub fn iter() -> impl Iterator<Item = (&'static str, &'static RpcOperator)> {
    all().iter().map(|(key, operator)| (key.as_str(), operator))
}

/// The operator of a key.
pub fn get(key: &str) -> Option<&'static RpcOperator> {
    all().get(key)
}

/// Key of the operator that represents the company: services of one company fail, and obey the law, together.
pub fn group(key: &str) -> &str {
    all().get(key).and_then(|operator| operator.group.as_deref()).unwrap_or(key)
}

/// Key of the listed operator of a host name. The longest matching name counts.
pub fn listed(host: &str) -> Option<&'static str> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let fits = |name: &&String| suffix::fits(&host, name);
    let found =
        iter().filter_map(|(key, operator)| Some((operator.hosts.iter().filter(fits).map(String::len).max()?, key)));
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
