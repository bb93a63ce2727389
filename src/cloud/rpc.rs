//! Companies that run RPC services, by host name: `data/rpc_operators.json`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::operators::Reach;

/// A company that runs an RPC service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RpcOperator {
    /// Name of the service.
    pub name: String,
    /// The company or body behind it, if known.
    #[serde(default)]
    pub company: Option<String>,
    /// Key of the operator that represents the company, if it runs several services.
    #[serde(default)]
    group: Option<String>,
    /// ISO 3166 country of its headquarters, if known: that of the contracting company, whose law reaches it, even if
    /// that is only a registered office.
    #[serde(default)]
    pub hq: Option<String>,
    /// Address of a page that says so.
    #[serde(default)]
    pub hq_source: Option<String>,
    /// Whether US law reaches the company.
    #[serde(default)]
    pub us: Reach,
    /// Its host names. Each includes its subdomains, and `*` matches any one label.
    pub hosts: Vec<String>,
    /// Its public statement of where it runs. Absent if no source is known.
    #[serde(default)]
    pub hosting: Option<Hosting>,
    /// Wallets (by their EIP-6963 `rdns`) that are known to ask it by default, with a source.
    #[serde(default)]
    pub wallets: Vec<Wallet>,
}

/// A public statement of where a service runs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hosting {
    /// What is said, in a few words.
    pub says: String,
    /// Address of the statement.
    pub source: String,
}

/// A wallet known to ask a service by default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
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
    // Compiled in and parsed by a test; see operators.rs.
    TABLE.get_or_init(|| serde_json::from_str(include_str!("../../data/rpc_operators.json")).unwrap_or_default())
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

/// Key of the operator of a host name. The longest matching name counts.
pub fn of_host(host: &str) -> Option<&'static str> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let fits = |name: &&String| super::suffix::fits(&host, name);
    let found =
        iter().filter_map(|(key, operator)| Some((operator.hosts.iter().filter(fits).map(String::len).max()?, key)));
    found.max().map(|(_, key)| key)
}

/// The service that a wallet is known to ask by default, with the source of that claim.
pub fn of_wallet(rdns: &str) -> Option<(&'static str, &'static Wallet)> {
    iter().find_map(|(key, operator)| Some((key, operator.wallets.iter().find(|w| w.rdns == rdns)?)))
}
