//! What names and headers say about where an endpoint stands, and whether the data files are complete.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::collections::BTreeSet;

use breakwater::cloud::headers::{Claim, claims};
use breakwater::cloud::operators::{self, Reach};
use breakwater::cloud::rpc;
use breakwater::cloud::suffix::{self, Says};
use breakwater::words::{Lang, country_name};

const SUFFIXES: &str = include_str!("../data/suffixes.tsv");
const EXAMPLES: &str = include_str!("fixtures/suffix_examples.tsv");

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[test]
fn every_suffix_rule_has_a_matching_example() {
    let mut met = BTreeSet::new();
    for row in rows(EXAMPLES) {
        let [host, operator, region] = row[..] else { panic!("three cells: {row:?}") };
        let found = suffix::of_host(host).unwrap_or_else(|| panic!("no rule for {host}"));
        assert_eq!((found.operator, found.region.unwrap_or("-")), (operator, region), "{host}");
        met.insert(found.suffix);
    }
    for row in rows(SUFFIXES) {
        assert!(met.contains(row[0]), "no example meets {}", row[0]);
    }
}

#[test]
fn suffix_rules_name_known_operators_kinds_and_regions() {
    let kinds = [
        "any", "anycast", "apigw", "canister", "cdn", "ddns", "dns", "function", "lb", "object", "paas", "rpc",
        "tunnel", "vm",
    ];
    for row in rows(SUFFIXES) {
        let [suffix, operator, kind, region, _note] = row[..] else { panic!("five cells: {row:?}") };
        assert!(operators::get(operator).is_some(), "{suffix}: {operator}");
        assert!(kinds.contains(&kind), "{suffix}: {kind}");
        let fixed = region.strip_prefix('=');
        assert!(["-", "label", "start", "end", "zone"].contains(&region) || fixed.is_some(), "{suffix}: {region}");
        assert!(fixed.is_none_or(|code| operators::region(operator, code) == Some(code)), "{suffix}: {region}");
    }
}

#[test]
fn suffixes_match_whole_labels_and_the_nearest_region() {
    assert_eq!(suffix::of_host("notfly.dev"), None);
    assert_eq!(suffix::of_host("fly.dev.example.org"), None);
    assert_eq!(suffix::of_host(""), None);
    // Labels further left are the customer's and never a region.
    let found = suffix::of_host("eu-west-1.my-lb-1.us-east-2.elb.amazonaws.com").unwrap();
    assert_eq!(found.region, Some("us-east-2"));
    assert_eq!(suffix::of_host("x.mars-north-1.elb.amazonaws.com").unwrap().region, None);
    assert_eq!(suffix::of_host("APP.FLY.DEV.").unwrap().operator, "fly");
    assert_eq!(suffix::of_host("d111.cloudfront.net").unwrap().says, Says::Hidden);
    assert_eq!(suffix::of_host("x.trafficmanager.net").unwrap().says, Says::NameOnly);
}

#[test]
fn each_providers_headers_are_claims() {
    for (name, value, operator, region, edge) in [
        ("CF-RAY", "8f0c-CDG", "cloudflare", None, None),
        ("server", "cloudflare", "cloudflare", None, None),
        ("x-amz-cf-pop", "CDG50-P1", "aws", None, Some("CloudFront")),
        ("x-amz-cf-id", "abc==", "aws", None, Some("CloudFront")),
        ("x-amzn-RequestId", "1-2-3", "aws", None, None),
        ("x-amz-apigw-id", "x", "aws", None, None),
        ("Server", "awselb/2.0", "aws", None, None),
        ("via", "1.1 google", "gcp", None, None),
        ("server", "Google Frontend", "gcp", None, None),
        ("x-cloud-trace-context", "105445aa7843bc8bf206b120001000/1", "gcp", None, None),
        ("x-azure-ref", "20261123T", "azure", None, Some("Front Door")),
        ("x-ms-request-id", "1", "azure", None, None),
        ("opc-request-id", "1", "oracle", None, None),
        ("x-served-by", "cache-cdg20776-CDG", "fastly", None, None),
        ("server", "AkamaiGHost", "akamai", None, None),
        ("x-akamai-request-id", "1", "akamai", None, None),
        ("akamai-grn", "0.5e6c1502.1764538000.1a2b3c", "akamai", None, None),
        ("EagleId", "2ff6639617645380001234567e", "alibaba", None, Some("CDN")),
        ("EO-LOG-UUID", "10125060911111512170", "tencent", None, Some("EdgeOne")),
        ("x-iplb-request-id", "52010101:C1A2_05052D52:01BB_1A2B", "ovh", None, None),
        ("server", "ddos-guard", "ddosguard", None, None),
        ("server", "QRATOR", "qrator", None, None),
        ("server", "BunnyCDN-DE1-756", "bunny", None, None),
        ("x-iinfo", "1-2", "imperva", None, None),
        ("x-sucuri-id", "1", "sucuri", None, None),
        ("fly-request-id", "01H-cdg", "fly", None, None),
        ("x-nf-request-id", "1", "netlify", None, None),
        ("x-render-origin-server", "Render", "render", None, None),
        ("rndr-id", "1", "render", None, None),
        ("x-railway-edge", "railway/europe-west4", "railway", None, None),
        ("x-do-app-origin", "1", "digitalocean", None, None),
        ("via", "1.1 heroku-router", "heroku", None, None),
        ("x-ic-canister-id", "aaaaa-aa", "icp", None, None),
    ] {
        let expected = Claim {
            operator: operator.into(),
            region: region.map(str::to_owned),
            edge: edge.map(str::to_owned),
            by: name.to_ascii_lowercase(),
        };
        assert_eq!(claims([(name, value)]), [expected], "{name}: {value}");
        assert!(operators::get(operator).is_some(), "{operator}");
    }
}

#[test]
fn vercel_names_the_functions_region_not_the_edges() {
    let found = claims([("x-vercel-id", "cdg1::iad1::abcd-123")]);
    let regions: Vec<_> = found.iter().map(|claim| (claim.operator.as_str(), claim.region.as_deref())).collect();
    assert_eq!(regions, [("vercel", None), ("aws", Some("us-east-1"))]);
    let cached = claims([("x-vercel-id", "cdg1::abcd-123")]);
    assert_eq!(cached.len(), 1, "an answer of the edge alone names no region: {cached:?}");
}

#[test]
fn ordinary_headers_claim_nothing_and_claims_are_unique() {
    assert_eq!(
        claims([
            ("server", "nginx"),
            ("set-cookie", "AWSALB=abc; Path=/"),
            ("content-type", "application/json"),
            ("via", "1.1 varnish-local"),
            ("x-served-by", "node-3")
        ]),
        []
    );
    assert_eq!(claims([("cf-ray", "1"), ("server", "cloudflare")]).len(), 1);
}

#[test]
fn rpc_operators_are_found_by_host_name() {
    for (host, key) in [
        ("mainnet.infura.io", "infura"),
        ("eth-mainnet.g.alchemy.com", "alchemy"),
        ("some-name.quiknode.pro", "quicknode"),
        ("eth.drpc.org", "drpc"),
        ("ethereum-rpc.publicnode.com", "publicnode"),
        ("1rpc.io", "1rpc"),
        ("rpc.ankr.com", "ankr"),
        ("mainnet.gateway.tenderly.co", "tenderly"),
        ("eth-mainnet.public.blastapi.io", "blastapi"),
        ("eth.api.onfinality.io", "onfinality"),
        ("ethereum.public.blockpi.network", "blockpi"),
        ("eth.api.pocket.network", "pocket"),
        ("RPC.flashbots.net.", "flashbots"),
        ("rpc.mevblocker.io", "mevblocker"),
        ("ethereum-mainnet.core.chainstack.com", "chainstack"),
        ("go.getblock.io", "getblock"),
        ("eth-mainnet.nodereal.io", "nodereal"),
        ("mainnet.optimism.io", "optimism"),
        ("polygon-rpc.com", "polygon"),
        ("mainnet.base.org", "base"),
        ("arb1.arbitrum.io", "arbitrum"),
        ("rpc.linea.build", "linea"),
        ("rpc.scroll.io", "scroll"),
        ("nd-1.ethereum.managedblockchain.us-east-1.amazonaws.com", "aws-amb"),
    ] {
        assert_eq!(rpc::of_host(host), Some(key), "{host}");
    }
    for nobody in ["notinfura.io", "infura.io.example.org", "node.example.org", ""] {
        assert_eq!(rpc::listed(nobody), None, "{nobody}");
    }
    assert_eq!(rpc::group("linea"), "infura", "both are Consensys");
    assert_eq!(rpc::group("sequence"), "polygon", "both are Polygon Labs");
}

#[test]
fn every_fact_file_is_complete() {
    assert_eq!(operators::iter().count(), 98);
    for (key, operator) in operators::iter() {
        assert!(operator.hq.as_deref().is_none_or(|hq| hq.len() == 2), "{key}");
        assert!(operator.us != Reach::Us || operator.hq.is_some(), "{key} is called a US company");
        assert!(operator.on.as_deref().is_none_or(|on| operators::get(on).is_some()), "{key}");
        assert!(!operators::group_name(&operator.group).is_empty());
    }
    assert!(rpc::iter().count() > 150);
    for (key, operator) in rpc::iter() {
        assert!(!operator.hosts.is_empty(), "{key}");
        assert!(rpc::get(rpc::group(key)).is_some(), "{key}");
        assert!(operator.hq.is_none_or(|hq| hq.len() == 2), "{key}");
        assert_eq!(operator.hq.is_some(), operator.hq_source.is_some(), "{key}: a seat has a source");
        assert!(operator.hq_source.as_ref().is_none_or(|source| source.starts_with("https://")), "{key}");
        assert!(operator.us != Reach::Us || operator.hq.is_some(), "{key} is called a US company");
        assert!(
            operator.hosting.as_ref().is_none_or(|h| h.source.starts_with("https://")),
            "{key}: a statement needs a source"
        );
        assert!(operator.wallets.iter().all(|w| w.source.starts_with("https://")), "{key}");
    }
    assert_eq!(rpc::of_wallet("io.metamask").map(|(key, _)| key), Some("infura"));
    assert!(rpc::of_wallet("io.rabby").is_none());
    // The regions file and its aliases.
    assert_eq!(operators::region("azure", "francecentral"), Some("centralfrance"));
    assert_eq!(operators::region_country("digitalocean", "nyc3"), Some("US"));
    let regions: std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>> =
        serde_json::from_str(include_str!("../data/regions.json")).unwrap();
    for (operator, codes) in &regions {
        assert!(operators::get(operator).is_some(), "{operator}");
        for code in codes.keys() {
            let country = operators::region_country(operator, code).unwrap_or_else(|| panic!("{operator} {code}"));
            assert_ne!(country_name(country, Lang::En), country, "{country} has no name");
            assert!(!country_name(country, Lang::Fr).is_empty());
        }
    }
}

#[test]
fn each_as_number_belongs_to_one_known_operator() {
    let asns: std::collections::BTreeMap<String, Vec<u32>> =
        serde_json::from_str(include_str!("../data/asns.json")).unwrap();
    let mut seen = BTreeSet::new();
    for (operator, numbers) in asns {
        assert!(operators::get(&operator).is_some(), "{operator}");
        for number in numbers {
            assert!(seen.insert(number), "AS{number} twice");
        }
    }
    assert_eq!(seen.len(), 558);
    let mut names = BTreeSet::new();
    for row in rows(include_str!("../data/networks.tsv")) {
        assert_eq!(row.len(), 3, "{row:?}");
        // A name with a slash would be taken for the prefix of an unlisted network.
        assert!(!row[0].is_empty() && row[0].len() <= 30 && !row[0].contains('/') && names.insert(row[0]), "{row:?}");
        for number in row[1].split(' ') {
            assert!(seen.insert(number.parse().unwrap()), "AS{number} twice");
        }
    }
    assert!(names.len() > 300);
}

#[test]
fn facts_of_the_table_name_known_operators_and_countries() {
    for row in rows(include_str!("../data/sites.tsv")) {
        assert!(operators::get(row[0]).is_some() && row[2].starts_with("https://"), "{row:?}");
        assert!(row[1] == "-" || row[1].split(' ').all(|c| country_name(c, Lang::En) != c), "{row:?}");
    }
    for row in rows(include_str!("../data/zones.tsv")) {
        assert_ne!(country_name(row[1], Lang::En), row[1], "{row:?} has no name");
    }
    for row in rows(include_str!("../data/edges.tsv")) {
        assert!(operators::get(row[1]).is_some_and(|operator| !operator.hides_origin()) && row.len() == 3, "{row:?}");
    }
}
