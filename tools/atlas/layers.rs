//! The layers of the table below the published prefixes, and the zones within these.

use std::collections::{BTreeMap, BTreeSet};

use breakwater::cloud::operators::{self, Kind};
use breakwater::cloud::table::Label;

use crate::inputs::{Inputs, Row};
use crate::spans::{Family, Labels, Span, overlay};

/// Share of a network's addresses that must be in one country before the network is said to be there, in percent.
const HOME: u128 = 99;

/// Published spans, with the country of the zone for AWS zones outside their region.
pub(crate) fn zones_abroad(flat: &[Span], inputs: &Inputs, family: Family, labels: &mut Labels) -> Vec<Span> {
    let mut moved = Vec::new();
    for zone in inputs.zones(family) {
        let (region, country) = zone.of.split_once(' ').unwrap_or_default();
        let first = flat.partition_point(|span| span.end < zone.start);
        for span in flat.iter().skip(first).take_while(|span| span.start <= zone.end) {
            let Some(label) = labels.get(span.label).filter(|l| l.operator == "aws" && l.region == region) else {
                continue;
            };
            let label = Label { country: country.to_owned(), ..label.clone() };
            // Zones may be nested. The first row begins first, and its neighbours follow it.
            let after = moved.last().map_or(0, |last: &Span| last.end + 1);
            let (start, end) = (span.start.max(zone.start).max(after), span.end.min(zone.end));
            if start <= end {
                moved.push(Span { start, end, label: labels.number(label) });
            }
        }
    }
    overlay(&moved, flat)
}

/// Ranges of hosters and clouds that are edges.
pub(crate) fn edges(inputs: &Inputs, family: Family, labels: &mut Labels) -> Vec<Span> {
    let mut spans = Vec::new();
    for edge in &inputs.facts.edges {
        let label = Label { operator: edge.operator.clone(), edge: edge.service.clone(), ..Label::default() };
        let label = labels.number(label);
        if let Some(asn) = edge.range.strip_prefix("AS") {
            let rows = inputs.announced(family).iter().filter(|row| row.of.to_string() == asn);
            spans.extend(rows.map(|row| Span { start: row.start, end: row.end, label }));
        } else if let Some((_, start, end)) = Family::parse_cidr(&edge.range).filter(|(of, ..)| *of == family) {
            spans.push(Span { start, end, label });
        }
    }
    spans.sort_by_key(|span| (span.start, span.end));
    let mut after = 0;
    spans.retain_mut(|span| {
        span.start = span.start.max(after);
        after = after.max(span.end.saturating_add(1));
        span.start <= span.end
    });
    spans
}

/// Ranges that operators list as their own.
pub(crate) fn listed(inputs: &Inputs, family: Family, labels: &mut Labels) -> Vec<Span> {
    let mut spans = Vec::new();
    for Row { start, end, of } in inputs.own(family) {
        placed(&mut spans, of, (*start, *end), inputs, family, labels);
    }
    spans
}

/// Ranges by the AS number that announces them. Hosters without regions get the country of the server. Edges do not, and
/// neither do clouds with published regions, because their addresses without a region are mostly anycast. A network that is
/// known by name alone gets a country only if it is all in one.
pub(crate) fn announced(inputs: &Inputs, family: Family, labels: &mut Labels) -> Vec<Span> {
    let published: BTreeSet<&str> = inputs.published.iter().map(|row| row.operator()).collect();
    let homes = homes(inputs);
    let mut spans = Vec::new();
    for Row { start, end, of } in inputs.announced(family) {
        let mut plain = |label: Label| spans.push(Span { start: *start, end: *end, label: labels.number(label) });
        if let Some((at, network)) = inputs.network(*of).and_then(|at| Some((at, inputs.facts.networks.get(at)?))) {
            let country = homes.get(&at).cloned().unwrap_or_default();
            plain(Label { operator: network.key.clone(), country, edge: network.edge.clone(), ..Label::default() });
            continue;
        }
        let Some(key) = inputs.operator(*of) else { continue };
        let Some(operator) = operators::get(key) else { continue };
        let places = matches!(operator.kind, Kind::Cloud | Kind::Hosting | Kind::Node) && !operator.hides_origin();
        if !places || published.contains(key) {
            plain(Label { operator: key.to_owned(), ..Label::default() });
        } else {
            placed(&mut spans, key, (*start, *end), inputs, family, labels);
        }
    }
    spans
}

/// A range of one operator, split by the country of the server. Countries where it has no site are left out.
fn placed(
    spans: &mut Vec<Span>,
    key: &str,
    (first, last): (u128, u128),
    inputs: &Inputs,
    family: Family,
    labels: &mut Labels,
) {
    let sites = inputs.facts.sites.get(key);
    let mut label = |country: &str| {
        let country = if sites.is_none_or(|sites| sites.contains(country)) { country } else { "" };
        labels.number(Label { operator: key.to_owned(), country: country.to_owned(), ..Label::default() })
    };
    let countries = inputs.countries(family);
    let mut at = first;
    for row in countries.iter().skip(countries.partition_point(|row| row.end < first)) {
        if row.start > last {
            break;
        }
        let (start, end) = (row.start.max(first), row.end.min(last));
        if at < start {
            spans.push(Span { start: at, end: start - 1, label: label("") });
        }
        spans.push(Span { start, end, label: label(&row.of) });
        at = end + 1;
    }
    if at <= last {
        spans.push(Span { start: at, end: last, label: label("") });
    }
}

/// The country of each network that is nearly all in one, by its IPv4 addresses. Edges have none.
fn homes(inputs: &Inputs) -> BTreeMap<usize, String> {
    let mut found: BTreeMap<usize, BTreeMap<&str, u128>> = BTreeMap::new();
    let countries = inputs.countries(Family::V4);
    for row in inputs.announced(Family::V4) {
        let Some(at) = inputs.network(row.of) else { continue };
        let first = countries.partition_point(|country| country.end < row.start);
        for country in countries.iter().skip(first).take_while(|country| country.start <= row.end) {
            let addresses = country.end.min(row.end) - country.start.max(row.start) + 1;
            *found.entry(at).or_default().entry(&country.of).or_default() += addresses;
        }
    }
    let home = |(at, countries): (usize, BTreeMap<&str, u128>)| {
        let all: u128 = countries.values().sum();
        let (country, most) = countries.into_iter().max_by_key(|(_, addresses)| *addresses)?;
        let placed = inputs.facts.networks.get(at).is_some_and(|network| network.edge.is_empty());
        (placed && most * 100 >= all * HOME).then(|| (at, country.to_owned()))
    };
    found.into_iter().filter_map(home).collect()
}
