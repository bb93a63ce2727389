//! The RPC operators for the core: `data/rpc_operators.json` as a table.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operator {
    name: String,
    #[serde(default)]
    company: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    hq: String,
    #[serde(default)]
    hq_source: String,
    #[serde(default)]
    us: String,
    hosts: Vec<String>,
    hosting: Option<Hosting>,
    #[serde(default)]
    wallets: Vec<Wallet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosting {
    says: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wallet {
    rdns: String,
    name: String,
    source: String,
}

/// The key that a name has where the table gives none.
fn short(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// `src/cloud/rpc.tsv`: see src/cloud/rpc.rs for its columns. What is empty at the end of a line is left out.
pub(crate) fn table() -> String {
    let text = std::fs::read_to_string("data/rpc_operators.json").expect("data/rpc_operators.json is there");
    let operators: BTreeMap<String, Operator> =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("data/rpc_operators.json: {error}"));
    let mut out = String::new();
    for (key, o) in operators {
        assert!(o.hq.is_empty() == o.hq_source.is_empty(), "{key}: a seat needs a source, and a source a seat");
        assert!(o.us.is_empty() || !o.hq.is_empty(), "{key}: who is under US law is known by the seat");
        let (says, source) = o.hosting.map(|hosting| (hosting.says, hosting.source)).unwrap_or_default();
        let hosts = o.hosts.join(" ");
        let key = if key == short(&o.name) { String::new() } else { key };
        let mut cells = vec![key, o.name, hosts, o.company, o.group, o.hq, o.us, o.hq_source, says, source];
        cells.extend(o.wallets.into_iter().flat_map(|wallet| [wallet.rdns, wallet.name, wallet.source]));
        assert!(cells.iter().all(|cell| !cell.contains(['\t', '\n'])), "{cells:?}: no cells");
        out += cells.join("\t").trim_end_matches('\t');
        out += "\n";
    }
    out
}
