//! The chains Breakwater knows by name: `data/chains.json` for the core, for our pages and for the page script.

use serde::Deserialize;

use crate::script::{comment, digits, words};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    chains: Vec<Chain>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chain {
    id: u64,
    name: String,
    first: bool,
    coin: (String, String),
    block_ms: Option<u64>,
    #[serde(rename = "l2")]
    _l2: bool,
    explorer: String,
    hosts: Vec<String>,
}

pub(crate) fn read() -> Vec<Chain> {
    let text = std::fs::read_to_string("data/chains.json").expect("data/chains.json is there");
    let file: File = serde_json::from_str(&text).unwrap_or_else(|error| panic!("data/chains.json: {error}"));
    let chains = file.chains;
    for (at, chain) in chains.iter().enumerate() {
        let id = chain.id;
        assert!(chains[..at].iter().all(|other| other.id != id && other.name != chain.name), "{id} is there twice");
        assert!(chain.block_ms != Some(0) && !chain.name.is_empty() && chain.explorer.starts_with("https://"), "{id}");
        for host in &chain.hosts {
            assert!(!host.ends_with('/') && !host.contains("://"), "{host} is no host");
            let others = chains.iter().flat_map(|other| other.hosts.iter().map(|known| (other.id, known)));
            assert!(others.filter(|(_, known)| *known == host).count() == 1, "{host} is there twice");
        }
    }
    chains
}

/// `src/chains/table.rs`.
pub(crate) fn table(chains: &[Chain]) -> String {
    let mut out = String::from(
        "//! Written by tools/generate/ from data/chains.json: change it there, not here.\n\nuse super::chain::Chain;\n\n\
         pub(super) const TABLE: &[Chain] = &[\n",
    );
    for Chain { id, name, first, block_ms, .. } in chains {
        let id = digits(*id);
        let block_ms = block_ms.map_or("None".to_owned(), |ms| format!("Some({})", digits(ms)));
        out += &format!("    Chain {{ id: {id}, name: \"{name}\", first: {first}, block_ms: {block_ms} }},\n");
    }
    out + "];\n"
}

/// For our own pages: a row for each chain, whose coin is ether where it says nothing else.
pub(crate) fn panel(chains: &[Chain]) -> String {
    let mut out = String::from("// Written by tools/generate/ from data/chains.json: change it there, not here.\n\n");
    out += &comment("Chains offered by name, in this order, with their coin and their explorer.");
    let row = |chain: &Chain| {
        let Chain { id, name, coin: (coin, symbol), explorer, .. } = chain;
        let site = explorer.strip_prefix("https://").unwrap_or_else(|| panic!("{explorer} is not secure"));
        let coin = if (coin.as_str(), symbol.as_str()) == ("Ether", "ETH") {
            String::new()
        } else {
            format!("|{coin}|{symbol}")
        };
        let row = format!("{id}|{name}|{site}{coin}");
        assert!(
            !row.contains(['`', '\\', '$', '\n']) && row.matches('|').count() % 2 == 0,
            "{row}: needs no escape so far"
        );
        row
    };
    out += &format!("export const CHAINS = `{}`\n", chains.iter().map(row).collect::<Vec<_>>().join("\n"));
    out + "  .split('\\n')
  .map((row) => {
    const [id, name, site, coin = 'Ether', symbol = 'ETH'] = row.split('|');
    return { id: Number(id), name, coin: [coin, symbol], explorer: `https://${site}` };
  });
"
}

/// The page script knows the hosts of this many chains, the first of the file: it runs on every page.
const IN_PAGES: usize = 14;

/// For the page script.
pub(crate) fn hosts(chains: &[Chain]) -> String {
    let mut out = String::from("// Written by tools/generate/ from data/chains.json: change it there, not here.\n\n");
    out += &comment("EIP-155 ids, and hosts, or hosts and paths, whose chain is public knowledge.");
    out += "export const HOSTS = {\n";
    let mut chains: Vec<&Chain> = chains.iter().take(IN_PAGES).filter(|chain| !chain.hosts.is_empty()).collect();
    chains.sort_by_key(|chain| chain.id);
    for Chain { id, hosts, .. } in chains {
        out += &format!("  {id}: {},\n", words(20, hosts.iter().map(String::as_str)));
    }
    out + "};\n"
}
