//! Flattens the clouds' own lists: every address gets the label of the longest prefix that contains it.

use breakwater::cloud::table::Label;

use crate::inputs::Published;
use crate::spans::{Family, Labels, Span};

impl Published {
    /// Key of the operator. The Chinese regions are other companies; the European Sovereign Cloud has its own.
    pub(crate) fn operator(&self) -> &str {
        match (self.provider.as_str(), self.region.as_deref()) {
            ("aws", Some(region)) if region.starts_with("cn-") => "aws-cn",
            ("aws", Some(region)) if region.starts_with("eusc-") => "aws-eusc",
            (provider, _) => provider,
        }
    }

    /// Service whose addresses are the edge, not the server.
    pub(crate) fn edge(&self) -> Option<&'static str> {
        match (self.provider.as_str(), self.service.as_str(), &self.region) {
            ("aws", "CLOUDFRONT", _) => Some("CloudFront"),
            ("aws", "GLOBALACCELERATOR", _) => Some("Global Accelerator"),
            ("azure", "AZUREFRONTDOOR.FRONTEND" | "AZUREFRONTDOOR.FIRSTPARTY", _) => Some("Front Door"),
            ("gcp", _, None) => Some("global"),
            _ => None,
        }
    }

    fn label(&self) -> Label {
        let edge = self.edge().unwrap_or_default().to_owned();
        let region = if edge.is_empty() { self.region.clone().unwrap_or_default() } else { String::new() };
        let operator = self.operator().to_owned();
        let country = breakwater::cloud::operators::region_country(&operator, &region).unwrap_or_default().to_owned();
        Label { operator, region, country, edge }
    }

    /// On the same prefix, an edge wins, then a real region, then neither.
    fn weight(&self) -> u8 {
        if self.edge().is_some() { 2 } else { u8::from(self.region.is_some()) }
    }
}

/// Flat spans of one family. Prefixes are nested or disjoint, so a stack of open ones is enough.
pub(crate) fn flatten(all: &[Published], family: Family, labels: &mut Labels) -> Vec<Span> {
    let mut rows: Vec<&Published> = all.iter().filter(|row| row.family == family).collect();
    rows.sort_by_key(|row| (row.start, u128::MAX - row.end, u8::MAX - row.weight()));
    rows.dedup_by_key(|row| (row.start, row.end));
    let mut flat = Vec::new();
    let mut open: Vec<(u128, u16, bool)> = Vec::new();
    let mut at = 0u128;
    for row in rows {
        close(&mut flat, &mut open, &mut at, row.start);
        if let Some((_, label, _)) = open.last().filter(|_| at < row.start) {
            flat.push(Span { start: at, end: row.start - 1, label: *label });
        }
        at = row.start;
        // Azure lists most of its services without a region, inside the ranges of one: the region counts.
        let outer = open.last().filter(|(_, _, regional)| *regional && row.provider == "azure" && row.region.is_none());
        let (label, regional) =
            outer.map_or_else(|| (labels.number(row.label()), row.region.is_some()), |(_, label, _)| (*label, true));
        open.push((row.end, label, regional));
    }
    close(&mut flat, &mut open, &mut at, u128::MAX);
    flat
}

/// Ends the open prefixes that end before an address.
fn close(flat: &mut Vec<Span>, open: &mut Vec<(u128, u16, bool)>, at: &mut u128, before: u128) {
    while let Some((end, label, _)) = open.pop_if(|(end, ..)| *end < before) {
        if *at <= end {
            flat.push(Span { start: *at, end, label });
            *at = end + 1;
        }
    }
}
