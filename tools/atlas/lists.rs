//! Two more published lists: AWS's own, for the zones outside its regions, and the geofeeds of Linode and Vultr, which
//! say what is theirs where another AS number announces it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Failure;
use crate::inputs::Row;
use crate::spans::Family;

/// Rows of both address families.
pub(crate) type Rows = [Vec<Row<String>>; 2];

#[derive(Deserialize)]
struct AwsList {
    prefixes: Vec<AwsPrefix>,
    ipv6_prefixes: Vec<AwsPrefix>,
}

#[derive(Deserialize)]
struct AwsPrefix {
    #[serde(alias = "ip_prefix", alias = "ipv6_prefix")]
    prefix: String,
    region: String,
    network_border_group: String,
}

/// Prefixes that AWS announces from a zone outside its region, with `region country`.
pub(crate) fn zones(json: &[u8], countries: &BTreeMap<String, String>) -> Result<Rows, Failure> {
    let list: AwsList = serde_json::from_slice(json)?;
    let mut rows = Rows::default();
    for row in list.prefixes.iter().chain(&list.ipv6_prefixes).filter(|row| row.network_border_group != row.region) {
        let zone = &row.network_border_group;
        let country = countries.get(zone).ok_or_else(|| format!("{zone} is not in zones.tsv"))?;
        let (family, start, end) =
            Family::parse_cidr(&row.prefix).ok_or_else(|| format!("not a prefix: {}", row.prefix))?;
        let [v4, v6] = &mut rows;
        family.pick(v4, v6).push(Row { start, end, of: format!("{} {country}", row.region) });
    }
    for family in &mut rows {
        family.sort_by_key(|row| (row.start, row.end));
        // The list has a row for each service.
        family.dedup_by_key(|row| (row.start, row.end));
    }
    Ok(rows)
}

/// Ranges that the named providers list as their own. The format is that of iporigin: magic, version, time, three counts,
/// labels (`name TAB kind`), then ranges with their label, ascending and disjoint.
pub(crate) fn own(bytes: &[u8], operators: &BTreeMap<&str, &str>) -> Result<Rows, Failure> {
    let mut rest = bytes;
    let mut take = |count: usize| -> Result<&[u8], Failure> {
        let (taken, after) = rest.split_at_checked(count).ok_or("iporigin: it ends too early")?;
        rest = after;
        Ok(taken)
    };
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
    if take(8)? != b"IPORIGIN" || number(take(2)?) != 1 {
        return Err("iporigin: not a table of version 1".into());
    }
    take(8)?;
    let (labels, v4, v6) = (number(take(2)?), number(take(4)?), number(take(4)?));
    let mut names = Vec::new();
    for _ in 0..labels {
        let length = number(take(2)?) as usize;
        let label = std::str::from_utf8(take(length)?)?;
        names.push(label.split('\t').next().and_then(|name| operators.get(name)));
    }
    let [mut v4_rows, mut v6_rows] = Rows::default();
    for _ in 0..v4 {
        let (start, end, label) = (number(take(4)?), number(take(4)?), number(take(2)?));
        if let Some(Some(operator)) = names.get(label as usize) {
            v4_rows.push(Row { start, end, of: (*operator).to_string() });
        }
    }
    let big = |bytes: &[u8]| bytes.iter().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
    for _ in 0..v6 {
        let (start, end, label) = (big(take(16)?), big(take(16)?), number(take(2)?));
        if let Some(Some(operator)) = names.get(label as usize) {
            v6_rows.push(Row { start, end, of: (*operator).to_string() });
        }
    }
    Ok([v4_rows, v6_rows])
}
