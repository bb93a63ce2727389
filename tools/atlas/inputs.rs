//! Reads the packages and our own facts.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::facts::Facts;
use crate::lists::{self, Rows};
use crate::spans::Family;

/// A package the table is built from.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Pin {
    package: String,
    version: String,
    sha256: String,
    licence: String,
    pub(crate) date: String,
    what: String,
}

/// One row of the clouds' own lists.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) family: Family,
    pub(crate) start: u128,
    pub(crate) end: u128,
    /// The cloud whose list it is in.
    pub(crate) provider: String,
    pub(crate) region: Option<String>,
    pub(crate) service: String,
}

/// One row of a CSV file: first address, last address, and a word.
#[derive(Debug, Clone)]
pub(crate) struct Row<T> {
    pub(crate) start: u128,
    pub(crate) end: u128,
    pub(crate) of: T,
}

/// All inputs.
pub(crate) struct Inputs {
    pub(crate) pins: Vec<Pin>,
    pub(crate) published: Vec<Published>,
    pub(crate) facts: Facts,
    asn: [Vec<Row<u32>>; 2],
    country: Rows,
    zones: Rows,
    own: Rows,
    operator_of: BTreeMap<u32, String>,
    /// Position in `facts.networks`.
    network_of: BTreeMap<u32, usize>,
}

#[derive(Deserialize)]
struct Database {
    providers: Vec<String>,
    ranges: Vec<Range>,
}

#[derive(Deserialize)]
struct Range {
    cidr: String,
    p: usize,
    #[serde(default)]
    r: Option<String>,
    #[serde(default)]
    s: Option<String>,
}

impl Inputs {
    pub(crate) fn read(from: &Path, data: &Path) -> Result<Inputs, Failure> {
        let text = |path: &str| std::fs::read_to_string(from.join(path)).map_err(|e| format!("{path}: {e}"));
        let rows = |path: &str| text(path).and_then(|text| csv(&text).map_err(|e| format!("{path}: {e}")));
        let number = |row: Row<String>| Ok(Row { start: row.start, end: row.end, of: row.of.parse::<u32>()? });
        let numbers = |path: &str| rows(path)?.into_iter().map(number).collect::<Result<Vec<_>, Failure>>();
        let by_operator: BTreeMap<String, Vec<u32>> =
            serde_json::from_str(&std::fs::read_to_string(data.join("asns.json"))?)?;
        let operator_of =
            by_operator.into_iter().flat_map(|(key, list)| list.into_iter().map(move |asn| (asn, key.clone())));
        let facts = Facts::read(data)?;
        let numbered = facts.networks.iter().enumerate();
        let network_of = numbered.flat_map(|(at, network)| network.numbers.iter().map(move |asn| (*asn, at)));
        Ok(Inputs {
            pins: serde_json::from_str(&text("pins.json")?)?,
            published: published(&std::fs::read(from.join("cloudip.msgpack"))?)?,
            asn: [numbers("asn/package/asn-ipv4-num.csv")?, numbers("asn/package/asn-ipv6-num.csv")?],
            country: [
                by_route(rows("country/package/dbip-country-ipv4-num.csv")?),
                rows("country/package/dbip-country-ipv6-num.csv")?,
            ],
            zones: lists::zones(&std::fs::read(from.join("aws/data/ip-ranges.json"))?, &facts.zones)?,
            own: lists::own(&std::fs::read(from.join("iporigin/iporigin/data/ranges.bin"))?, &BTreeMap::from(LISTED))?,
            operator_of: operator_of.collect(),
            network_of: network_of.collect(),
            facts,
        })
    }

    /// Date of the newest package.
    pub(crate) fn date(&self) -> String {
        self.pins.iter().map(|pin| pin.date.clone()).max().unwrap_or_default()
    }

    /// Which AS announces which range.
    pub(crate) fn announced(&self, family: Family) -> &[Row<u32>] {
        let [v4, v6] = &self.asn;
        family.pick(v4, v6)
    }

    /// Country of ranges.
    pub(crate) fn countries(&self, family: Family) -> &[Row<String>] {
        let [v4, v6] = &self.country;
        family.pick(v4, v6)
    }

    /// Prefixes of AWS zones outside their region, with `region country`.
    pub(crate) fn zones(&self, family: Family) -> &[Row<String>] {
        let [v4, v6] = &self.zones;
        family.pick(v4, v6)
    }

    /// Ranges that an operator lists as its own, whoever announces them.
    pub(crate) fn own(&self, family: Family) -> &[Row<String>] {
        let [v4, v6] = &self.own;
        family.pick(v4, v6)
    }

    /// Position of the network that an AS number belongs to, if it is known by name alone.
    pub(crate) fn network(&self, asn: u32) -> Option<usize> {
        self.network_of.get(&asn).copied()
    }

    /// Key of the operator of an AS number.
    pub(crate) fn operator(&self, asn: u32) -> Option<&str> {
        self.operator_of.get(&asn).map(String::as_str)
    }

    /// How many AS numbers are mapped.
    pub(crate) fn mapped(&self) -> usize {
        self.operator_of.len()
    }
}

/// The providers of the second list of prefixes that we use, and their operators. Its other rows are of unclear licence
/// or in better lists.
const LISTED: [(&str, &str); 2] = [("Linode", "linode"), ("Vultr", "vultr")];

/// Rows of IPv4 countries with one country for each /24, that of most of its addresses. No smaller range has a route of its
/// own, so what differs within one is the seat of a customer and not a place.
fn by_route(rows: Vec<Row<String>>) -> Vec<Row<String>> {
    const LAST: u128 = 255;
    let mut whole = Vec::new();
    let mut parts: BTreeMap<u128, BTreeMap<String, u128>> = BTreeMap::new();
    for Row { mut start, end, of } in rows {
        while start <= end {
            let block = start & !LAST;
            let upto =
                if start == block && block + LAST <= end { ((end + 1) & !LAST) - 1 } else { end.min(block + LAST) };
            if start == block && upto & LAST == LAST {
                whole.push(Row { start, end: upto, of: of.clone() });
            } else {
                *parts.entry(block).or_default().entry(of.clone()).or_default() += upto - start + 1;
            }
            start = upto + 1;
        }
    }
    for (block, countries) in parts {
        let most = countries.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        whole.extend(most.map(|(of, _)| Row { start: block, end: block + LAST, of }));
    }
    whole.sort_by_key(|row| row.start);
    whole
}

/// `start,end,word[,…]`, ascending, with addresses as decimal numbers.
fn csv(text: &str) -> Result<Vec<Row<String>>, String> {
    let row = |line: &str| {
        let mut cells = line.splitn(4, ',');
        let start = cells.next()?.parse().ok()?;
        let end = cells.next()?.parse().ok().filter(|end| *end >= start)?;
        Some(Row { start, end, of: cells.next()?.trim_matches('"').to_owned() })
    };
    let mut rows: Vec<Row<String>> = Vec::new();
    for line in text.lines() {
        let mut row = row(line).ok_or_else(|| format!("not a row: {line}"))?;
        if let Some(last) = rows.last() {
            if row.start < last.start {
                return Err(format!("out of order: {line}"));
            }
            // One row of the AS data overlaps the row before it. The earlier one keeps its addresses.
            row.start = row.start.max(last.end + 1);
        }
        if row.start <= row.end {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn published(bytes: &[u8]) -> Result<Vec<Published>, Failure> {
    let database: Database = rmp_serde::from_slice(bytes)?;
    let row = |range: Range| {
        let provider = database.providers.get(range.p).ok_or_else(|| format!("no provider {}", range.p))?.clone();
        let (family, start, end) =
            Family::parse_cidr(&range.cidr).ok_or_else(|| format!("not a prefix: {}", range.cidr))?;
        let region = range.r.filter(|region| !region.eq_ignore_ascii_case("global"));
        Ok(Published { family, start, end, provider, region, service: range.s.unwrap_or_default() })
    };
    let mut rows = database.ranges.into_iter().map(row).collect::<Result<Vec<_>, Failure>>()?;
    // Sorted, so that the table does not depend on the order in the package.
    rows.sort_by(|a, b| {
        (a.family, a.start, b.end, &a.provider, &a.region, &a.service).cmp(&(
            b.family,
            b.start,
            a.end,
            &b.provider,
            &b.region,
            &b.service,
        ))
    });
    Ok(rows)
}
