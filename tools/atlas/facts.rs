//! Our own facts that only the table needs: where operators have sites, which of their ranges are edges, which country a
//! zone is in, and the networks that are known by AS number and name alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::Failure;

/// A network that is known by AS number and name alone.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// Its name in the table: `MEVSPACE (AS201814)`, with the first of its AS numbers.
    pub(crate) key: String,
    /// What it is when it hides the server behind it: `CDN`.
    pub(crate) edge: String,
    pub(crate) numbers: Vec<u32>,
}

/// A range of a hoster or cloud that is an edge.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    /// Prefix, or `AS` and a number for all that it announces.
    pub(crate) range: String,
    pub(crate) operator: String,
    pub(crate) service: String,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Countries where an operator has sites, if they are listed.
    pub(crate) sites: BTreeMap<String, BTreeSet<String>>,
    pub(crate) edges: Vec<Edge>,
    /// Country of an AWS zone outside its region.
    pub(crate) zones: BTreeMap<String, String>,
    pub(crate) networks: Vec<Network>,
}

impl Facts {
    pub(crate) fn read(data: &Path) -> Result<Facts, Failure> {
        let rows = |file: &str| {
            let text = std::fs::read_to_string(data.join(file)).map_err(|e| format!("{file}: {e}"))?;
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            Ok::<_, Failure>(lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect::<Vec<Vec<_>>>())
        };
        let mut facts = Facts::default();
        for row in rows("sites.tsv")? {
            let [operator, countries, _source] = cells(row)?;
            facts.sites.insert(operator, countries.split(' ').map(str::to_owned).collect());
        }
        for row in rows("edges.tsv")? {
            let [range, operator, service] = cells(row)?;
            facts.edges.push(Edge { range, operator, service });
        }
        for row in rows("zones.tsv")? {
            let [zone, country] = cells(row)?;
            facts.zones.insert(zone, country);
        }
        for row in rows("networks.tsv")? {
            facts.networks.push(network(cells(row)?)?);
        }
        Ok(facts)
    }
}

fn cells<const N: usize>(row: Vec<String>) -> Result<[String; N], Failure> {
    <[String; N]>::try_from(row).map_err(|row| format!("not {N} cells: {}", row.join("\t")).into())
}

fn network([name, numbers, edge]: [String; 3]) -> Result<Network, Failure> {
    let numbers = numbers.split(' ').map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    let first = numbers.first().ok_or_else(|| format!("no AS number: {name}"))?;
    Ok(Network { key: format!("{name} (AS{first})"), edge: edge.trim_matches('-').to_owned(), numbers })
}
