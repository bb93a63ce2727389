//! Settings made to deceive or to break: hosts that are patterns, texts with hidden characters, files that grow when
//! they are stored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use breakwater::endpoint::{EndpointUrl, UrlProblem};
use breakwater::hidden;
use breakwater::settings::{Edit, MAX_TEXT_BYTES, Settings};
use breakwater::words::Lang;
use proptest::prelude::*;
use serde_json::{Value, json};

/// One character of each kind that is invisible or that reorders the text around it.
const HIDDEN: &[char] = &[
    '\u{ad}',
    '\u{34f}',
    '\u{600}',
    '\u{61c}',
    '\u{6dd}',
    '\u{70f}',
    '\u{890}',
    '\u{8e2}',
    '\u{115f}',
    '\u{1160}',
    '\u{17b4}',
    '\u{180b}',
    '\u{180e}',
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202e}',
    '\u{2060}',
    '\u{2064}',
    '\u{2066}',
    '\u{2069}',
    '\u{206f}',
    '\u{2800}',
    '\u{3164}',
    '\u{fe00}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{ffa0}',
    '\u{fff9}',
    '\u{fffc}',
    '\u{110bd}',
    '\u{13430}',
    '\u{1bca0}',
    '\u{1d173}',
    '\u{e0001}',
    '\u{e0041}',
    '\u{e0100}',
];

/// Hosts that the URL Standard accepts but that are not host names.
const NO_HOSTS: &[&str] = &[
    "*",
    "*.example.org",
    "a!b",
    "a'b",
    "a(b)",
    "a;b",
    "a,b",
    "a&b",
    "a=b",
    "a+b",
    "a$b",
    "a~b",
    "a\"b",
    "%2a",
    "a..b",
    ".a",
    "a..",
];

fn settings(text: Value) -> Result<Settings, (String, &'static str)> {
    Settings::parse(&text.to_string()).map_err(|problem| (problem.field.clone(), problem.code()))
}

fn edit(value: Value) -> Edit {
    serde_json::from_value(value).unwrap()
}

/// A file with this text in each text field, and the path of each.
fn everywhere(text: &str) -> Vec<(&'static str, Value)> {
    let endpoint = |rest: Value| {
        let mut endpoint = json!({"url": "https://rpc.example.org/"});
        endpoint.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"version": 1, "chains": [{"id": 1, "endpoints": [endpoint]}]})
    };
    let label = |rest: Value| {
        let mut label = json!({"match": "10.0.0.0/8", "operator": "home"});
        label.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"version": 1, "labels": [label]})
    };
    vec![
        ("chains[0].name", json!({"version": 1, "chains": [{"id": 1, "name": text}]})),
        ("chains[0].endpoints[0].name", endpoint(json!({"name": text}))),
        ("chains[0].endpoints[0].operator", endpoint(json!({"operator": text}))),
        ("labels[0].operator", label(json!({"operator": text}))),
        ("labels[0].region", label(json!({"region": text}))),
    ]
}

#[test]
fn hidden_characters_are_refused_in_every_text() {
    for hidden in HIDDEN {
        for text in
            [format!("in{hidden}fura"), format!("{hidden}infura"), format!("infura{hidden}"), hidden.to_string()]
        {
            if text.trim() != text {
                continue; // line separators are trimmed together with spaces
            }
            for (path, file) in everywhere(&text) {
                assert_eq!(settings(file), Err((path.to_owned(), "hidden-characters")), "U+{:04X}", *hidden as u32);
            }
        }
    }
    let problem = Settings::parse(&everywhere("a\u{202e}b")[0].1.to_string()).unwrap_err();
    assert!(problem.message(Lang::En).contains("hidden") && problem.message(Lang::Fr).contains("invisibles"));
}

#[test]
fn hidden_characters_are_refused_in_hosts_and_keys() {
    for hidden in HIDDEN {
        let url = format!("https://rpc.example.org/key{hidden}x");
        let endpoint = |url: &str| json!({"version": 1, "chains": [{"id": 1, "endpoints": [{"url": url}]}]});
        assert_eq!(settings(endpoint(&url)), Err(("chains[0].endpoints[0].url".into(), "hidden-characters")));
        assert_eq!(
            settings(json!({"version": 1, "resolver": format!("https://dns{hidden}.example/")})),
            Err(("resolver".into(), "hidden-characters"))
        );
        let ws = json!({"url": "https://rpc.example.org/", "ws": format!("wss://rpc.example.org/{hidden}x")});
        assert_eq!(
            settings(json!({"version": 1, "chains": [{"id": 1, "endpoints": [ws]}]})),
            Err(("chains[0].endpoints[0].ws".into(), "hidden-characters"))
        );
        let host = format!("app{hidden}.example.org");
        assert_eq!(settings(json!({"version": 1, "sites_off": [host]})), Err(("sites_off[0]".into(), "bad-host")));
        assert_eq!(
            settings(json!({"version": 1, "labels": [{"match": host, "operator": "aws"}]})),
            Err(("labels[0].match".into(), "bad-match"))
        );
        let header = json!({"url": "https://rpc.example.org/", "headers": {"x-key": format!("k{hidden}y")}});
        assert_eq!(
            settings(json!({"version": 1, "chains": [{"id": 1, "endpoints": [header]}]})),
            Err(("chains[0].endpoints[0].headers.x-key".into(), "bad-header-value"))
        );
    }
}

#[test]
fn hidden_characters_are_refused_in_edits() {
    let start = Settings::default();
    let refused = |change: Value| {
        let problem = start.apply(&edit(change)).unwrap_err();
        (problem.field.clone(), problem.code())
    };
    let hidden = "hidden-characters";
    assert_eq!(refused(json!({"op":"add-chain","id":100,"name":"Gno\u{200b}sis"})), ("name".into(), hidden));
    let add = |rest: Value| {
        let mut add = json!({"op":"add-endpoint","chain":1,"url":"https://a.example"});
        add.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        add
    };
    assert_eq!(refused(add(json!({"name":"moc.arufni\u{202e}"}))), ("name".into(), hidden));
    assert_eq!(refused(add(json!({"operator":"\u{3164}"}))), ("operator".into(), hidden));
    assert_eq!(refused(add(json!({"url":"https://a.example/\u{feff}"}))), ("url".into(), hidden));
    let label = json!({"op":"add-label","label":{"match":"evil.test","operator":"flash\u{e0062}bots"}});
    assert_eq!(refused(label), ("label.operator".into(), hidden));
}

#[test]
fn letters_of_all_scripts_and_emoji_are_accepted() {
    for name in
        ["Mon nœud", "Узел", "ノード", "节点", "عقدة", "צומת", "प्रयोग", "⚡\u{fe0f} fast", "🏠 home", "Zürich – 2"]
    {
        let file = json!({"version": 1, "chains": [{"id": 1, "name": name}]});
        assert_eq!(settings(file).unwrap().chains[0].name, name);
    }
    assert!(hidden::is_in("⚡\u{fe0f}\u{fe0f}") && hidden::is_in("a\u{fe0f}"));
}

#[test]
fn an_endpoint_needs_a_valid_host_name() {
    for host in NO_HOSTS {
        for text in [format!("http://{host}/"), format!("https://{host}:8545/key")] {
            let problem = EndpointUrl::parse(&text).unwrap_err();
            assert!(matches!(problem, UrlProblem::BadHost | UrlProblem::Unreadable), "{text}: {problem:?}");
        }
        let file = |field: Value| {
            let mut file = json!({"version": 1});
            file.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
            settings(file).unwrap_err().1
        };
        assert_eq!(file(json!({"sites_off": [host]})), "bad-host", "{host}");
        assert_eq!(file(json!({"direct_off": [host]})), "bad-host", "{host}");
        assert_eq!(file(json!({"labels": [{"match": host, "operator": "aws"}]})), "bad-match", "{host}");
        let resolver = file(json!({"resolver": format!("https://{host}/dns-query")}));
        assert!(["bad-host", "bad-url"].contains(&resolver), "{host}: {resolver}");
    }
    for problem in [UrlProblem::BadHost, UrlProblem::Hidden] {
        assert_ne!(problem.explain(Lang::En), problem.explain(Lang::Fr));
    }
}

#[test]
fn host_names_have_length_limits_and_one_form() {
    let label = "a".repeat(63);
    let long = [label.as_str(); 4].join(".");
    assert_eq!(EndpointUrl::parse(&format!("https://{long}/")).unwrap_err(), UrlProblem::BadHost, "255 characters");
    assert_eq!(EndpointUrl::parse(&format!("https://{}/", "a".repeat(64))).unwrap_err(), UrlProblem::BadHost);
    assert!(EndpointUrl::parse(&format!("https://{label}.example/")).is_ok());
    let dotted = EndpointUrl::parse("https://rpc.example.org./key").unwrap();
    assert_eq!(dotted, EndpointUrl::parse("https://rpc.example.org/key").unwrap(), "a dot at the end adds nothing");
    let twice = json!([{"url": "https://rpc.example.org/"}, {"url": "https://rpc.example.org.:443/"}]);
    assert_eq!(
        settings(json!({"version": 1, "chains": [{"id": 1, "endpoints": twice}]})),
        Err(("chains[0].endpoints[1].url".into(), "duplicate"))
    );
    let sites = settings(json!({"version": 1, "sites_off": ["App.Example.org."]})).unwrap();
    assert_eq!(sites.sites_off, ["app.example.org"]);
    assert!(!sites.site_on("app.example.org.") && !sites.site_on("app.example.org"));
    for good in [
        "http://[::1]:8545/",
        "http://[fd00::1]/",
        "http://127.10.0.1:8545/",
        "http://my_node:8545/",
        "https://xn--nxasmq6b.example/",
    ] {
        assert!(EndpointUrl::parse(good).is_ok(), "{good}");
    }
}

#[test]
fn a_text_that_would_grow_too_large_is_refused() {
    let accents = format!("https://rpc.example.org/{}", "é".repeat(1_400));
    assert!(accents.len() < 4_096);
    assert_eq!(EndpointUrl::parse(&accents).unwrap_err(), UrlProblem::TooLong, "8,400 characters as it is stored");
    // Short lists of short values without spaces: three times as long when they are written.
    let endpoints: Vec<Value> = (0..100).map(|i| json!({"url": format!("http://a{i}")})).collect();
    let chains: Vec<Value> = (1..=200).map(|id| json!({"id": id, "endpoints": endpoints})).collect();
    let text = json!({"version": 1, "chains": chains}).to_string();
    assert!(text.len() < MAX_TEXT_BYTES, "{}", text.len());
    assert_eq!(Settings::parse(&text).unwrap_err().code(), "too-large");
}

/// A file as a stranger could write it: long names, other scripts, many headers, all fields or none.
fn any_settings() -> impl Strategy<Value = Value> {
    let name = prop_oneof!["[a-zé漢🏠]{1,20}", "\\PC{1,80}", Just("x".repeat(80))];
    let url = prop_oneof![
        "https?://[a-zA-Z0-9.-]{1,30}(:[0-9]{1,5})?/[a-zé漢%{} |^`\"<>]{0,60}",
        "https://([a-zé@:%]{0,12}@)?rpc\\.example\\.org\\.?/\\PC{0,40}",
        (0usize..1_500).prop_map(|n| format!("https://rpc.example.org/{}", "é".repeat(n))),
    ];
    let headers = proptest::collection::btree_map("[A-Za-z-]{1,12}", "[ -~]{1,30}", 0..20);
    let endpoint =
        (url, proptest::option::of(name.clone()), headers, any::<bool>()).prop_map(|(url, name, headers, private)| {
            let mut endpoint = json!({"url": url, "headers": headers, "private": private});
            if let (Some(name), Some(map)) = (name, endpoint.as_object_mut()) {
                map.insert("name".into(), name.into());
            }
            endpoint
        });
    let chain = (1u64..300, name.clone(), proptest::collection::vec(endpoint, 0..4))
        .prop_map(|(id, name, endpoints)| json!({"id": id, "name": name, "endpoints": endpoints}));
    let label =
        ("[a-zA-Z0-9.:/-]{1,20}", name).prop_map(|(pattern, operator)| json!({"match": pattern, "operator": operator}));
    let site = prop_oneof!["[a-zA-Z0-9_-]{1,8}(\\.[a-z]{1,5}){0,3}\\.?", "\\PC{1,12}"];
    (
        proptest::collection::vec(chain, 0..4),
        proptest::collection::vec(label, 0..2),
        proptest::collection::vec(site, 0..2),
        500u64..120_000,
    )
        .prop_map(|(chains, labels, sites, deadline)| {
            json!({"version": 1, "deadline_ms": deadline, "chains": chains, "labels": labels, "sites_off": sites})
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Accepted settings can be stored, and stored ones are accepted again unchanged.
    #[test]
    fn stored_settings_can_be_read_again(file in any_settings()) {
        if let Ok(settings) = Settings::parse(&file.to_string()) {
            let text = settings.to_text();
            prop_assert!(text.len() <= MAX_TEXT_BYTES);
            let again = Settings::parse(&text);
            prop_assert_eq!(again.as_ref(), Ok(&settings));
            prop_assert_eq!(again.unwrap().to_text(), text);
        }
    }

    /// The host of an accepted URL is valid, however it was written.
    #[test]
    fn every_endpoint_has_a_host_name(host in "\\PC{1,20}", tail in "[/?#@:]?\\PC{0,10}") {
        if let Ok(url) = EndpointUrl::parse(&format!("http://{host}{tail}")) {
            let host = url.host();
            let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
            prop_assert!(plain || host.starts_with('[') && host.parse::<std::net::Ipv6Addr>().is_err(), "{}", host);
            prop_assert!(!host.ends_with('.') && !host.starts_with('.') && !host.contains(".."));
        }
    }

    /// Removing hidden characters leaves none, and visible text stays as it is.
    #[test]
    fn removing_hidden_characters_leaves_none(text in "\\PC{0,20}", hidden in proptest::sample::select(HIDDEN), at in 0usize..20) {
        let mut chars: Vec<char> = text.chars().collect();
        chars.insert(at.min(chars.len()), hidden);
        let mixed: String = chars.into_iter().collect();
        prop_assert!(!hidden::is_in(&hidden::without(&mixed)));
        let clean = hidden::without(&text);
        prop_assert_eq!(hidden::without(&clean), clean);
    }
}
