//! From evidence to ground: which evidence counts, adds a layer, or overrides the rest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use breakwater::cloud::Atlas;
use breakwater::cloud::evidence::{self, Evidence, remember};
use breakwater::cloud::ground::{Domain, DomainKind, Ground, assess, of_wallet};
use breakwater::cloud::label::{OwnLabel, Pattern, for_address, for_host};
use breakwater::cloud::operators::Reach;
use breakwater::cloud::table::{self, Label, Parts};
use breakwater::words::Lang;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// A small world: 1.0.0.0/8 AWS us-east-1, 2/8 AWS without a region, 3/8 Hetzner in Germany, 4/8 Cloudflare,
/// 5/8 CloudFront, 6/8 Google europe-west3, 7/8 Hetzner in the United States, 9/8 Google's global load balancers;
/// 2a00::/16 OVH in France.
fn atlas() -> Atlas {
    let label = |operator: &str, region: &str, country: &str, edge: &str| Label {
        operator: operator.into(),
        region: region.into(),
        country: country.into(),
        edge: edge.into(),
    };
    let labels = vec![
        label("aws", "us-east-1", "US", ""),
        label("aws", "", "", ""),
        label("hetzner", "", "DE", ""),
        label("cloudflare", "", "", ""),
        label("aws", "", "", "CloudFront"),
        label("gcp", "europe-west3", "DE", ""),
        label("hetzner", "", "US", ""),
        label("ovh", "", "FR", ""),
        label("gcp", "", "", "global"),
    ];
    let v4 = (1..=10).map(|n| (n << 24, if matches!(n, 8 | 10) { 0 } else { n as u16 })).collect();
    let v6 = vec![(0x2a00 << 112, 8), (0x2a01 << 112, 0)];
    Atlas::from_bytes(table::encode(&Parts { date: "2026-10-26".into(), labels, v4, v6 })).expect("reads")
}

fn observed(ips: &[&str]) -> Vec<Evidence> {
    let mut list = Vec::new();
    // The addresses alternate twice: all of them are live.
    for (at, ip) in ips.iter().chain(ips).enumerate() {
        remember(&mut list, Evidence::observed(ip.parse().unwrap(), at as u64));
    }
    list
}

fn at(ips: &[&str]) -> Ground {
    assess(Some(&atlas()), &[], "rpc.lan", None, &observed(ips)) // a name that no company has registered
}

fn label(pattern: &str, operator: &str, region: Option<&str>) -> OwnLabel {
    OwnLabel { pattern: pattern.into(), operator: operator.into(), region: region.map(str::to_owned), country: None }
}

fn has(ground: &Ground, kind: DomainKind, key: &str) -> bool {
    ground.domains().contains(&Domain::new(kind, key))
}

#[test]
fn an_address_gives_network_region_country_and_law() {
    let ground = at(&["1.2.3.4"]);
    for (kind, key) in [
        (DomainKind::Network, "amazon"),
        (DomainKind::Region, "aws/us-east-1"),
        (DomainKind::Country, "US"),
        (DomainKind::Jurisdiction, "us"),
        (DomainKind::Jurisdiction, "us-nexus"),
    ] {
        assert!(has(&ground, kind, key), "{key}");
    }
    assert_eq!(ground.domains().len(), 5);
    let view = ground.view(3 * HOUR, Lang::En);
    assert_eq!(
        (view.chip.as_str(), view.network.as_deref(), view.jurisdiction.as_str()),
        ("AWS us-east-1", Some("AWS"), "us")
    );
    assert_eq!((view.region.as_deref(), view.country.as_deref(), view.hidden), (Some("us-east-1"), Some("US"), false));
    assert_eq!(view.evidence[0], "Connected to 1.2.3.4 (2 h ago): AWS us-east-1.");
}

#[test]
fn a_global_load_balancer_is_named_once() {
    let with = |ip: &str, header: (&str, &str)| {
        let mut seen = observed(&[ip]);
        seen.extend(Evidence::headers([header], 0));
        assess(Some(&atlas()), &[], "rpc.example.org", None, &seen).chip(Lang::En)
    };
    assert_eq!(with("9.0.0.1", ("via", "1.1 google")), "Google global (origin hidden)");
    assert_eq!(with("9.0.0.1", ("x-amzn-requestid", "x")), "Google global + AWS (origin hidden)");
}

#[test]
fn location_and_law_are_separate() {
    let google = at(&["6.0.0.1"]);
    assert!(has(&google, DomainKind::Country, "DE") && has(&google, DomainKind::Jurisdiction, "us"));
    let hetzner = at(&["3.0.0.1"]);
    assert_eq!(hetzner.reach(), Reach::UsNexus);
    assert!(!has(&hetzner, DomainKind::Jurisdiction, "us") && has(&hetzner, DomainKind::Jurisdiction, "us-nexus"));
    let in_the_us = at(&["7.0.0.1"]);
    assert_eq!(in_the_us.reach(), Reach::Us, "a German company's server in the United States");
    let by_infura = assess(Some(&atlas()), &[], "mainnet.infura.io", None, &observed(&["3.0.0.1"]));
    assert_eq!(by_infura.reach(), Reach::Us, "a US company on German machines");
}

#[test]
fn a_name_in_two_clouds_depends_on_neither() {
    let ground = at(&["1.0.0.1", "6.0.0.1"]);
    assert!(!has(&ground, DomainKind::Network, "amazon") && !has(&ground, DomainKind::Network, "google"));
    assert!(has(&ground, DomainKind::Jurisdiction, "us"), "both are US companies");
    assert_eq!(ground.chip(Lang::En), "AWS us-east-1 + Google europe-west3");
    let two_regions = at(&["1.0.0.1", "2.0.0.1"]);
    assert!(
        has(&two_regions, DomainKind::Network, "amazon") && !has(&two_regions, DomainKind::Region, "aws/us-east-1")
    );
    let v4_and_v6 = at(&["3.0.0.1", "2a00::1"]);
    assert!(v4_and_v6.domains().iter().all(|d| d.kind == DomainKind::Jurisdiction), "{:?}", v4_and_v6.domains());
}

#[test]
fn an_edge_hides_the_origin() {
    for ip in ["4.0.0.1", "5.0.0.1"] {
        let ground = at(&[ip]);
        assert!(ground.hidden() && ground.known());
        assert!(ground.domains().iter().all(|d| !matches!(d.kind, DomainKind::Region | DomainKind::Country)));
    }
    assert_eq!(at(&["4.0.0.1"]).chip(Lang::En), "Cloudflare (origin hidden)");
    assert_eq!(at(&["5.0.0.1"]).chip(Lang::Fr), "AWS CloudFront (origine cachée)");
}

#[test]
fn headers_add_a_layer_and_remove_none() {
    let mut list = observed(&["4.0.0.1"]);
    list.extend(Evidence::headers([("x-amzn-requestid", "1"), ("cf-ray", "2")], 9));
    let ground = assess(Some(&atlas()), &[], "rpc.example.org", None, &list);
    assert!(has(&ground, DomainKind::Network, "cloudflare") && has(&ground, DomainKind::Network, "amazon"));
    assert_eq!(ground.layers.len(), 1, "Cloudflare is known from the address already: {:?}", ground.layers);
    assert!(ground.hidden());
    let mut behind = observed(&["3.0.0.1"]);
    behind.extend(Evidence::headers([("cf-ray", "2")], 9));
    let ground = assess(Some(&atlas()), &[], "rpc.example.org", None, &behind);
    assert!(
        has(&ground, DomainKind::Network, "hetzner")
            && has(&ground, DomainKind::Network, "cloudflare")
            && ground.hidden()
    );
}

#[test]
fn names_add_layers_and_regions() {
    let alone = assess(None, &[], "x.execute-api.us-east-1.amazonaws.com", None, &[]);
    assert!(has(&alone, DomainKind::Region, "aws/us-east-1") && has(&alone, DomainKind::Country, "US"));
    // The alias shows the region that the address does not.
    let mut list = observed(&["2.0.0.1"]);
    list.push(Evidence::doh(vec!["lb.eu-west-3.elb.amazonaws.com".into()], vec!["2.0.0.1".parse().unwrap()], 1));
    let ground = assess(Some(&atlas()), &[], "rpc.example.org", None, &list);
    assert!(has(&ground, DomainKind::Region, "aws/eu-west-3") && has(&ground, DomainKind::Country, "FR"));
    assert!(ground.layers.is_empty());
    // Vercel runs on AWS.
    let vercel = assess(None, &[], "x.vercel.app", None, &[]);
    assert!(
        has(&vercel, DomainKind::Network, "vercel") && has(&vercel, DomainKind::Network, "amazon") && vercel.hidden()
    );
    // A pure name service is not a layer.
    assert!(!assess(None, &[], "x.trafficmanager.net", None, &[]).known());
}

#[test]
fn own_labels_override_everything() {
    let labels = [label("1.0.0.0/8", "Hetzner", Some("DE")), label("rpc.example.org", "my cellar", None)];
    let by_range = assess(Some(&atlas()), &labels[..1], "rpc.example.org", None, &observed(&["1.2.3.4"]));
    assert!(has(&by_range, DomainKind::Network, "hetzner") && has(&by_range, DomainKind::Country, "DE"));
    assert_eq!(by_range.reach(), Reach::UsNexus, "a known operator brings its own law");
    let mut list = observed(&["4.0.0.1"]);
    list.extend(Evidence::headers([("cf-ray", "2")], 9));
    let by_host = assess(Some(&atlas()), &labels, "RPC.example.org.", None, &list);
    assert!(has(&by_host, DomainKind::Network, "my cellar") && has(&by_host, DomainKind::Network, "cloudflare"));
    assert!(!by_host.hidden(), "the person knows where it is");
    assert_eq!(by_host.view(0, Lang::En).evidence[0], "Your own label for rpc.example.org.");
    let cdn = assess(None, &[label("rpc.example.org", "cloudflare", None)], "rpc.example.org", None, &[]);
    assert!(cdn.hidden(), "a label that says Cloudflare hides as Cloudflare does");
}

#[test]
fn a_label_with_a_region_knows_its_country() {
    let place = |region: &str| assess(None, &[label("127.10.0.0/16", "aws", Some(region))], "127.10.0.1", None, &[]);
    assert!(has(&place("us-east-1"), DomainKind::Country, "US"));
    assert!(has(&place("eu-central-1"), DomainKind::Country, "DE"));
    assert_eq!(place("DE").chip(Lang::En), "AWS DE", "a country in the place of a region");
    let azure = assess(None, &[label("127.10.0.1", "azure", Some("francecentral"))], "127.10.0.1", None, &[]);
    assert!(has(&azure, DomainKind::Region, "azure/centralfrance"), "one spelling for one region");
}

#[test]
fn labels_match_addresses_ranges_and_hosts() {
    let ok = [
        "1.2.3.4",
        "127.10.0.0/16",
        "0.0.0.0/0",
        "fd00::/8",
        "::1",
        "[::1]",
        "::/0",
        "node.example.org",
        "localhost",
        "my_node.lan.",
    ];
    let bad = [
        "",
        "1.2.3",
        "1.2.3.4/33",
        "1.2.3.4/",
        "1.2.3.4/+8",
        "1.2.3.4/-1",
        "fd00::/129",
        "a b",
        "a..b",
        "node.example.org/8",
        "-/8",
        "é.org",
    ];
    assert_eq!(ok.map(|p| Pattern::parse(p).is_some()), [true; 10]);
    assert_eq!(bad.map(|p| Pattern::parse(p).is_some()), [false; 12]);
    let labels = [
        label("0.0.0.0/0", "wide", None),
        label("10.0.0.0/8", "narrow", None),
        label("10.0.0.0/8", "later", None),
        label("b.org", "host", None),
    ];
    let of = |ip: &str| for_address(&labels, ip.parse().unwrap()).map(|l| l.operator.as_str());
    assert_eq!(
        (of("10.1.1.1"), of("11.1.1.1"), of("fd00::1"), of("::ffff:10.0.0.1")),
        (Some("narrow"), Some("wide"), None, Some("narrow"))
    );
    assert_eq!(for_host(&labels, "B.org.").map(|l| l.operator.as_str()), Some("host"));
    assert_eq!(for_host(&labels, "a.b.org"), None);
}

#[test]
fn an_endpoint_that_moves_shows_only_its_new_address() {
    let mut list = Vec::new();
    for (at, ip, news) in [
        (0, "1.0.0.1", true),
        (MINUTE, "1.0.0.1", false),
        (2 * MINUTE, "3.0.0.1", true),
        (3 * MINUTE, "3.0.0.1", false),
    ] {
        assert_eq!(remember(&mut list, Evidence::observed(ip.parse().unwrap(), at)), news, "at {at}");
    }
    assert_eq!(evidence::addresses(&list), ["3.0.0.1".parse::<std::net::IpAddr>().unwrap()]);
    // The old address was seen again: the endpoint is spread, until an hour passes without it.
    assert!(remember(&mut list, Evidence::observed("1.0.0.1".parse().unwrap(), 4 * MINUTE)));
    assert_eq!(evidence::addresses(&list).len(), 2);
    assert!(remember(&mut list, Evidence::observed("3.0.0.1".parse().unwrap(), 2 * HOUR)));
    assert_eq!(evidence::addresses(&list), ["3.0.0.1".parse::<std::net::IpAddr>().unwrap()]);
}

#[test]
fn dns_addresses_count_until_a_connection_differs() {
    let mut list = vec![];
    remember(&mut list, Evidence::resolved(vec!["1.0.0.1".parse().unwrap(), "6.0.0.1".parse().unwrap()], 10));
    remember(&mut list, Evidence::observed("1.0.0.1".parse().unwrap(), 20));
    assert_eq!(evidence::addresses(&list).len(), 2, "the whole set of the name");
    remember(&mut list, Evidence::observed("3.0.0.1".parse().unwrap(), 30));
    assert_eq!(evidence::addresses(&list), ["3.0.0.1".parse::<std::net::IpAddr>().unwrap()], "the name moved since");
}

#[test]
fn evidence_stays_small_and_survives_storage() {
    let mut list = Vec::new();
    for n in 0..100u8 {
        remember(&mut list, Evidence::observed([1, 2, 3, n].into(), u64::from(n)));
    }
    assert_eq!(list.len(), 8);
    list.extend(Evidence::headers([("x-vercel-id", "cdg1::iad1::x")], 5));
    list.push(Evidence::doh(vec!["a.example".into()], vec!["::1".parse().unwrap()], 6));
    list.push(Evidence::resolved(vec!["1.2.3.4".parse().unwrap()], 7));
    let text = serde_json::to_string(&list).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Evidence>>(&text).unwrap(), list, "{text}");
}

#[test]
fn own_machine_and_unlisted_networks_are_grounds_too() {
    for host in ["localhost", "127.0.0.1", "[::1]", "192.168.1.5"] {
        let ground = assess(Some(&atlas()), &[], host, None, &[]);
        assert_eq!(ground.chip(Lang::En), "own network", "{host}");
        assert!(has(&ground, DomainKind::Network, "own"));
    }
    let nobody = at(&["99.1.2.3"]);
    assert_eq!(nobody.chip(Lang::En), "unlisted network 99.1.2.0/24");
    assert_eq!(nobody.apart(&at(&["99.1.2.200"])), 0, "neighbours share their ground");
    assert!(!at(&["203.0.113.1"]).known(), "nobody answers from a documentation address");
    assert_eq!(Ground::default().chip(Lang::Fr), "inconnu");
}

#[test]
fn distance_grows_with_different_ground() {
    let (aws, aws_too, google, hetzner) = (at(&["1.0.0.1"]), at(&["1.9.9.9"]), at(&["6.0.0.1"]), at(&["3.0.0.1"]));
    let (cloudflare, unknown) = (at(&["4.0.0.1"]), Ground::default());
    assert_eq!(aws.apart(&aws_too), 0);
    assert_eq!(aws.apart(&aws), 0);
    let order = [aws.apart(&unknown), aws.apart(&cloudflare), aws.apart(&google), aws.apart(&hetzner)];
    assert!(order.is_sorted() && order[0] > 0 && order.windows(2).all(|w| w[0] < w[1]), "{order:?}");
    for (a, b) in [(&aws, &google), (&aws, &unknown), (&cloudflare, &hetzner)] {
        assert_eq!(a.apart(b), b.apart(a));
    }
}

#[test]
fn the_rpc_operator_is_given_or_known_by_host() {
    let view = |host: &str, named: Option<&str>| assess(None, &[], host, named, &[]).view(0, Lang::En).operator;
    assert_eq!(view("mainnet.infura.io", None).as_deref(), Some("Infura"));
    assert_eq!(view("proxy.example.org", Some("infura")).as_deref(), Some("Infura"));
    assert_eq!(view("mainnet.infura.io", Some("myself")).as_deref(), Some("myself"));
    assert_eq!(view("node.example.org", Some(" ")).as_deref(), Some("example.org"));
    assert_eq!(view("node.lan", Some(" ")), None);
}

#[test]
fn a_company_seat_is_cited_or_shown_as_unknown() {
    let lines = |host: &str, lang: Lang| assess(None, &[], host, None, &[]).view(HOUR, lang).evidence;
    assert!(lines("polygon-rpc.com", Lang::En).contains(
        &"Operator: Polygon, Polygon Labs UI (Cayman) Ltd. (Cayman Islands, https://polygon.technology/terms-of-use)."
            .to_owned()
    ));
    assert!(
        lines("1rpc.io", Lang::En).contains(&"Operator: 1RPC, Automata Network (headquarters not known).".to_owned())
    );
    assert!(
        lines("rpcfast.com", Lang::Fr)
            .contains(&"Opérateur : RPC Fast, société non connue (siège non connu).".to_owned())
    );
}

#[test]
fn the_wallets_lane_is_unknown_or_a_cited_claim() {
    let metamask = of_wallet(Some("io.metamask"));
    assert!(has(&metamask, DomainKind::Operator, "infura") && !metamask.known());
    assert!(metamask.view(0, Lang::En).evidence[0].contains("https://"));
    for (lang, said) in [
        (Lang::En, "Which endpoint the wallet asks is not known."),
        (Lang::Fr, "On ne sait pas quel point d’accès le portefeuille interroge."),
    ] {
        let unknown = of_wallet(Some("io.rabby"));
        assert!(unknown.domains().is_empty() && unknown.operator.is_none());
        assert_eq!(unknown.view(0, lang).evidence, [said]);
    }
    assert_eq!(of_wallet(None).view(0, Lang::En).chip, "unknown");
}

#[test]
fn sentences_exist_in_both_languages() {
    let mut list = observed(&["1.0.0.1"]);
    list.extend(Evidence::headers([("cf-ray", "1")], 2));
    list.push(Evidence::doh(vec!["x.cloudfront.net".into()], vec!["6.0.0.1".parse().unwrap()], 3));
    list.push(Evidence::resolved(vec!["3.0.0.1".parse().unwrap()], 3));
    let ground = assess(Some(&atlas()), &[label("3.0.0.1", "home", None)], "x.infura.io", None, &list);
    let (en, fr) = (ground.view(HOUR, Lang::En).evidence, ground.view(HOUR, Lang::Fr).evidence);
    assert_eq!(en.len(), fr.len());
    assert!(en.len() >= 8, "{en:#?}");
    for (en, fr) in en.iter().zip(&fr) {
        assert_ne!(en, fr);
        assert!(en.ends_with('.') && fr.ends_with('.'), "{en} / {fr}");
    }
}
