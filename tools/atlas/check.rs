//! How well the table agrees with the clouds' published lists, and the layers with each other.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use breakwater::cloud::{Atlas, operators};
use serde::Serialize;

use crate::inputs::{Inputs, Published, Row};
use crate::prefixes;
use crate::spans::{Family, Labels};

/// Agreement with one cloud's own list: every prefix at its first, middle and last address.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Agreement {
    prefixes: usize,
    addresses: usize,
    operator_right: usize,
    /// Addresses whose row names a region.
    with_region: usize,
    region_right: usize,
    /// Addresses that differ, by cause.
    exceptions: BTreeMap<&'static str, usize>,
}

impl Agreement {
    /// Addresses that differ for no known reason.
    fn unexplained(&self) -> usize {
        self.exceptions.get(UNEXPLAINED).copied().unwrap_or(0)
    }
}

impl std::fmt::Display for Agreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Agreement { prefixes, addresses, operator_right, with_region, region_right, exceptions } = self;
        write!(
            f,
            "{prefixes} prefixes, operator right {operator_right}/{addresses}, region right {region_right}/{with_region}"
        )?;
        exceptions.iter().try_for_each(|(cause, count)| write!(f, "; {count}: {cause}"))
    }
}

const EDGE: &str = "edge service: the region is left out on purpose";
const NARROWER: &str = "a longer prefix in the same lists says otherwise";
const UNEXPLAINED: &str = "unexplained";

/// Agreement by cloud.
pub(crate) fn published(inputs: &Inputs, atlas: &Atlas) -> BTreeMap<String, Agreement> {
    let mut all: BTreeMap<String, Agreement> = BTreeMap::new();
    for row in &inputs.published {
        let agreement = all.entry(row.provider.clone()).or_default();
        agreement.prefixes += 1;
        for address in [row.start, row.start + (row.end - row.start) / 2, row.end] {
            look_up(agreement, row, address, inputs, atlas);
        }
    }
    all
}

/// Whether every difference has a known reason.
pub(crate) fn acceptable(all: &BTreeMap<String, Agreement>) -> bool {
    !all.is_empty() && all.values().all(|agreement| agreement.unexplained() == 0)
}

fn look_up(agreement: &mut Agreement, row: &Published, address: u128, inputs: &Inputs, atlas: &Atlas) {
    let place = atlas.look_up(ip(row.family, address));
    agreement.addresses += 1;
    let operator_right = place.operator == Some(row.operator());
    agreement.operator_right += usize::from(operator_right);
    let region_right = row.region.as_deref().is_none_or(|region| place.region == Some(region));
    if row.region.is_some() {
        agreement.with_region += 1;
        agreement.region_right += usize::from(region_right);
    }
    if !operator_right || !region_right {
        let cause = if operator_right && place.edge.is_some() {
            EDGE
        } else if has_longer(inputs, row, address) {
            NARROWER
        } else {
            UNEXPLAINED
        };
        *agreement.exceptions.entry(cause).or_default() += 1;
    }
}

/// Whether a longer prefix contains this address. Rows are sorted by first address and prefixes are nested, so
/// those inside this one follow it.
fn has_longer(inputs: &Inputs, row: &Published, address: u128) -> bool {
    let key = |r: &Published| (r.family, r.start);
    let first = inputs.published.partition_point(|r| key(r) < key(row));
    let inside = inputs.published.iter().skip(first).take_while(|r| r.family == row.family && r.start <= address);
    inside.filter(|r| r.end - r.start < row.end - row.start).any(|r| (r.start..=r.end).contains(&address))
}

fn ip(family: Family, address: u128) -> IpAddr {
    family.pick(Ipv4Addr::from_bits(address as u32).into(), Ipv6Addr::from_bits(address).into())
}

/// Two independent sources compared on IPv4, in addresses: how many could be compared, how many agree.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Share {
    compared: u128,
    agree: u128,
    percent: f64,
}

impl Share {
    /// Agreement in percent.
    pub(crate) fn percent(&self) -> f64 {
        self.percent
    }

    fn add(&mut self, addresses: u128, agree: bool) {
        self.compared += addresses;
        self.agree += if agree { addresses } else { 0 };
        self.percent = (self.agree as f64 / self.compared as f64 * 100_000.0).round() / 1_000.0;
    }
}

/// For each cloud, whether its published addresses are announced by the same company group, and
/// whether the country layer agrees with the country of the published region.
pub(crate) fn layers(inputs: &Inputs) -> (BTreeMap<String, Share>, BTreeMap<String, Share>) {
    let mut labels = Labels::default();
    let flat = prefixes::flatten(&inputs.published, Family::V4, &mut labels);
    let mut operators_agree = BTreeMap::<String, Share>::new();
    let mut countries_agree = BTreeMap::<String, Share>::new();
    for span in &flat {
        let Some(label) = labels.get(span.label) else { continue };
        let group = operators::get(&label.operator).map(|o| &o.group);
        overlaps(inputs.announced(Family::V4), span.start, span.end, |addresses, asn| {
            let announcer = inputs.operator(*asn).and_then(operators::get).map(|o| &o.group);
            operators_agree.entry(label.operator.clone()).or_default().add(addresses, announcer == group);
        });
        if !label.country.is_empty() {
            overlaps(inputs.countries(Family::V4), span.start, span.end, |addresses, country| {
                countries_agree.entry(label.operator.clone()).or_default().add(addresses, *country == label.country);
            });
        }
    }
    (operators_agree, countries_agree)
}

fn overlaps<T>(rows: &[Row<T>], start: u128, end: u128, mut each: impl FnMut(u128, &T)) {
    let first = rows.partition_point(|row| row.end < start);
    for row in rows.iter().skip(first).take_while(|row| row.start <= end) {
        each(row.end.min(end) - row.start.max(start) + 1, &row.of);
    }
}
