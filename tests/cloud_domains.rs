//! Who runs the hosts that public lists give, and which hosts nobody listed are one operator's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use breakwater::cloud::ground::{Domain, DomainKind, assess};
use breakwater::cloud::{registrable, rpc};

/// Hosts, and the smallest set of chains each is listed for.
fn hosts() -> Vec<(&'static str, &'static str)> {
    let lines = include_str!("fixtures/rpc_hosts.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').unwrap()).collect()
}

fn share(of: impl Fn(&str) -> bool) -> f64 {
    let hosts: Vec<_> = hosts().into_iter().filter(|(_, chains)| of(chains)).collect();
    let known = hosts.iter().filter(|(host, _)| rpc::listed(host).is_some()).count();
    #[allow(clippy::cast_precision_loss, reason = "some hundred hosts")]
    let share = 100.0 * known as f64 / hosts.len() as f64;
    println!("{known} of {} hosts: {share:.1} %", hosts.len());
    share
}

#[test]
fn nearly_all_listed_hosts_have_a_known_operator() {
    assert!(share(|chains| chains == "12") >= 95.0, "of twelve chains");
    assert!(share(|_| true) >= 85.0, "of sixty chains");
}

#[test]
fn names_under_a_public_suffix_belong_to_different_people() {
    for (host, domain) in [
        ("eth.node.example.co.uk", Some("example.co.uk")),
        ("a.b.github.io", Some("b.github.io")),
        ("rpc.mine.blogspot.com", Some("mine.blogspot.com")),
        ("x.y.z.kobe.jp", Some("y.z.kobe.jp")),
        ("x.y.kitami.hokkaido.jp", Some("y.kitami.hokkaido.jp")),
        ("a.company.xn--55qx5d.cn", Some("company.xn--55qx5d.cn")),
        ("RPC.Example.ORG.", Some("Example.ORG")),
        ("rpc.example", Some("rpc.example")),
        ("a.b.unheard-of", Some("b.unheard-of")),
        // Given by a cloud, an address, and names that only one's own network knows.
        ("a.workers.dev", None),
        ("node.duckdns.org", None),
        ("10.0.0.1", None),
        ("2001:db8::1", None),
        ("localhost", None),
        ("node.local", None),
        ("eth.box.home.arpa", None),
        ("..", None),
        ("", None),
    ] {
        assert_eq!(registrable::domain(host), domain, "{host}");
    }
}

/// The table keeps hashes, and a name can have the hash of a rule. Then hosts are kept apart; never taken for one's.
#[test]
fn a_wrong_domain_is_a_longer_one_and_rare() {
    let suffixes = ["com", "co.uk", "github.io", "com.br", "xyz", "kawasaki.jp"];
    let made = (0..2_000).map(|n| format!("rpc{n}.node{}.{}", n * 7919 % 10_007, suffixes[n % suffixes.len()]));
    let names: Vec<String> = hosts().into_iter().map(|(host, _)| host.to_owned()).chain(made).collect();
    let mut longer = 0;
    for name in &names {
        let (ours, list) = (registrable::domain(name), psl::domain_str(name).unwrap());
        if ours != Some(list) {
            let safe = ours.is_none_or(|ours| ours.len() > list.len() && ours.ends_with(list));
            assert!(safe, "{name}: {ours:?}, not {list}");
            longer += 1;
        }
    }
    println!("{longer} of {}", names.len());
    assert!(longer * 25 < names.len(), "{longer} of {}", names.len());
}

#[test]
fn hosts_under_one_unlisted_domain_are_one_operator() {
    let domains = |host: &str| assess(None, &[], host, None, &[]).domains();
    let operator = |host: &str| domains(host).into_iter().find(|domain| domain.kind == DomainKind::Operator);
    let one = operator("eth.rpc.nobody-listed.net").unwrap();
    assert_eq!(one, Domain::new(DomainKind::Operator, "nobody-listed.net"));
    assert_eq!(operator("polygon.nobody-listed.net"), Some(one.clone()));
    assert_ne!(operator("eth.somebody-else.net"), Some(one));
    // A listed one keeps its name, and two customers of a hoster's domain stay two.
    assert_eq!(operator("eth.drpc.org"), Some(Domain::new(DomainKind::Operator, "drpc")));
    assert_ne!(operator("a.github.io"), operator("b.github.io"));
    assert_eq!(operator("a.workers.dev"), None, "a cloud gave that name");
    assert_eq!(operator("192.0.2.1"), None);
    assert_eq!(operator("node.lan"), None);
}

#[test]
fn endpoints_of_a_chain_that_others_run_are_theirs() {
    assert_eq!(rpc::listed("rpc.drpc.mainnet.arc.io"), Some("drpc"));
    assert_eq!(rpc::listed("rpc.mainnet.arc.io"), Some("arc"));
    assert_eq!(rpc::listed("bscrpc.com"), Some("ankr"));
}
