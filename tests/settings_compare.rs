//! The preview of an import: everything that differs, nothing else, and never a key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use breakwater::guard::{Command, Event, Guard};
use breakwater::protocol::Sign;
use breakwater::protocol::{PanelReply, PanelToCore};
use breakwater::settings::Settings;
use breakwater::words::Lang;
use serde_json::{Value, json};

const KEY: &str = "0123456789abcdef";

/// Settings with one endpoint of each kind.
fn mine() -> Value {
    json!({"version": 1, "resolver": "quad9", "sites_off": ["bank.example"], "direct_off": ["www.example.org"],
        "labels": [{"match": "10.0.0.0/8", "operator": "home", "country": "CH"}],
        "chains": [{"id": 1, "name": "Ethereum", "endpoints": [
            {"url": format!("https://rpc.example.org/v3/{KEY}"), "name": "Mine", "private": true,
                "headers": {"x-api-key": KEY}},
            {"url": "https://other.example.net/"}]},
            {"id": 10, "name": "Optimism"}]})
}

fn read(value: &Value) -> Settings {
    Settings::parse(&value.to_string()).unwrap()
}

/// `title | sign what: before → after` for each change.
fn changes(then: &Value) -> Vec<String> {
    let sections = read(&mine()).changes_to(&read(then), Lang::En);
    let sign = |sign| match sign {
        Sign::Added => '+',
        Sign::Removed => '-',
        Sign::Changed => '~',
    };
    let shown = |text: &Option<String>| text.clone().unwrap_or_default();
    let said: Vec<String> = sections
        .iter()
        .flat_map(|section| {
            section.lines.iter().map(move |line| {
                let (before, after) = (shown(&line.before), shown(&line.after));
                format!("{} | {} {}: {before} → {after}", section.title, sign(line.sign), line.what)
            })
        })
        .collect();
    assert!(!said.join("\n").contains(KEY) && !said.join("\n").contains("/v3"), "{said:?}");
    said
}

/// The changes after editing a copy of the settings.
fn after(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut then = mine();
    change(&mut then);
    changes(&then)
}

#[test]
fn the_same_settings_change_nothing() {
    assert_eq!(changes(&mine()), Vec::<String>::new());
    assert_eq!(changes(&serde_json::from_str(&read(&mine()).to_text()).unwrap()), Vec::<String>::new());
}

#[test]
fn added_and_removed_endpoints_are_named_by_host() {
    let endpoints = |then: &mut Value| then["chains"][0]["endpoints"].as_array_mut().unwrap().clone();
    let said = after(|then| {
        let mut list = endpoints(then);
        list.remove(1);
        list.push(json!({"url": "http://evil.test:8545/KEY", "name": "Trusted", "private": true, "enabled": false, "traces": true,
            "headers": {"x-token": "KEY"}, "operator": "flashbots", "ws": "ws://evil.test/KEY"}));
        then["chains"][0]["endpoints"] = list.into();
    });
    assert_eq!(
        said,
        [
            "Ethereum (1) | + http://evil.test:8545:  → Trusted, not asked, private, debug and trace methods, headers: x-token, run by flashbots, WebSocket",
            "Ethereum (1) | - other.example.net: other.example.net → ",
        ]
    );
}

#[test]
fn each_changed_field_of_an_endpoint_is_shown() {
    let place = "Ethereum (1) | ~ rpc.example.org";
    for (field, value, line) in [
        ("name", json!("Yours"), "name: Mine → Yours"),
        ("private", json!(false), "private: yes → no"),
        ("enabled", json!(false), "asked: yes → no"),
        ("traces", json!(true), "debug and trace methods: no → yes"),
        ("operator", json!("infura"), "run by: – → infura"),
        ("headers", json!({"x-other": "a"}), "headers: x-api-key → x-other"),
        ("headers", json!({}), "headers: x-api-key → none"),
        ("headers", json!({"x-api-key": "another"}), "header values: as it is → another"),
        ("ws", json!("wss://rpc.example.org/ws"), "WebSocket: no → yes"),
        ("url", json!("https://rpc.example.org/v3/another"), "path, key or login: as it is → another"),
        ("url", json!("https://me:pw@rpc.example.org/v3/0123456789abcdef"), "path, key or login: as it is → another"),
        ("url", json!("http://rpc.example.org:8545/"), "address: rpc.example.org → http://rpc.example.org:8545"),
    ] {
        let said = after(|then| then["chains"][0]["endpoints"][0][field] = value.clone());
        let place = if line.starts_with("address") { "Ethereum (1) | ~ http://rpc.example.org:8545" } else { place };
        assert_eq!(said, [format!("{place}: {line}")], "{field}: {value}");
    }
}

#[test]
fn chains_modes_sites_labels_and_limits_are_shown() {
    for (pointer, value, lines) in [
        ("/chains/0/mode", json!("race"), vec!["Ethereum (1) | ~ Mode: guard → race"]),
        (
            "/chains/0/dispute",
            json!("majority"),
            vec!["Ethereum (1) | ~ When endpoints disagree: an error → the majority"],
        ),
        (
            "/chains/0/unconfirmed",
            json!("error"),
            vec!["Ethereum (1) | ~ When nothing confirms: the answer → an error"],
        ),
        ("/chains/0/name", json!("Ether"), vec!["Ether (1) | ~ Name: Ethereum → Ether"]),
        (
            "/chains/1",
            json!({"id": 5, "name": "Five"}),
            vec!["Five (5) | + The chain:  → guard", "Optimism (10) | - The chain: guard → "],
        ),
        (
            "/resolver",
            json!("https://dns.evil.test/q"),
            vec!["Everywhere | ~ Resolver asked for host names: quad9 → dns.evil.test"],
        ),
        ("/deadline_ms", json!(500), vec!["Everywhere | ~ Deadline: 10 s → 0.5 s"]),
        ("/max_body_bytes", json!(65536), vec!["Everywhere | ~ Largest reply: 32.0 MiB → 0.1 MiB"]),
        ("/warn_law", json!(true), vec!["Everywhere | ~ Warn about one country or law: no → yes"]),
        ("/own_chain", json!(10), vec!["Everywhere | ~ Chain without a wallet: 1 → 10"]),
        (
            "/sites_off",
            json!(["app.example"]),
            vec![
                "Sites | ~ app.example: Breakwater on → Breakwater off",
                "Sites | ~ bank.example: Breakwater off → Breakwater on",
            ],
        ),
        ("/direct_off", json!([]), vec!["Sites | ~ www.example.org: own calls left alone → own calls rescued"]),
        ("/labels/0/operator", json!("aws"), vec!["Your labels | ~ 10.0.0.0/8: home CH → aws CH"]),
        (
            "/labels",
            json!([{"match": "evil.test", "operator": "flashbots", "country": "CH"}]),
            vec!["Your labels | + evil.test:  → flashbots CH", "Your labels | - 10.0.0.0/8: home CH → "],
        ),
    ] {
        let said = after(|then| match then.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => {
                let (parent, name) = pointer.rsplit_once('/').unwrap();
                then.pointer_mut(parent).unwrap()[name] = value;
            }
        });
        assert_eq!(said, lines, "{pointer}");
    }
}

#[test]
fn a_changed_order_is_shown() {
    let said = after(|then| then["chains"].as_array_mut().unwrap().reverse());
    assert_eq!(said, ["Everywhere | ~ Order of the chains: as it is → another"]);
    let said = after(|then| then["chains"][0]["endpoints"].as_array_mut().unwrap().reverse());
    assert_eq!(said, ["Ethereum (1) | ~ Order of the endpoints: as it is → another"]);
}

#[test]
fn registered_domains_are_shown_and_keys_before_them_hidden() {
    let url =
        |host: &str| json!({"version": 1, "chains": [{"id": 1, "endpoints": [{"url": format!("https://{host}/")}]}]});
    let said = |host: &str| {
        let sections = Settings::default().changes_to(&read(&url(host)), Lang::En);
        serde_json::to_string(&sections).unwrap()
    };
    assert!(said("infura-2048-mainnet.evil").contains("infura-2048-mainnet.evil"));
    assert!(!said("0123456789abcdef.node.example").contains(KEY));
}

#[test]
fn two_hundred_chains_are_compared() {
    let chains: Vec<Value> =
        (1..=200).map(|id| json!({"id": id, "endpoints": [{"url": format!("https://n{id}.example")}]})).collect();
    let then = json!({"version": 1, "chains": chains});
    assert_eq!(
        Settings::default().changes_to(&read(&then), Lang::Fr).iter().filter(|s| s.title.ends_with(')')).count(),
        200 + 4
    );
}

#[test]
fn a_preview_stores_nothing_and_reports_problems() {
    let mut guard = Guard::new(1);
    guard.handle(0, Event::Settings(Some(mine().to_string())));
    while guard.poll().is_some() {}
    let mut ask = |text: String| {
        guard.handle(
            1,
            Event::Panel { token: 1, message: PanelToCore::ImportPreview { text: text.into(), lang: "en".into() } },
        );
        let mut reply = None;
        while let Some(command) = guard.poll() {
            assert!(!matches!(command, Command::Store { .. }), "nothing is stored");
            if let Command::PanelReply { reply: told, .. } = command {
                reply = Some(told);
            }
        }
        reply.unwrap()
    };
    let PanelReply::Changes { sections } = ask(r#"{"version":1}"#.into()) else { panic!("changes") };
    assert!(sections.iter().any(|section| section.title == "Ethereum (1)"));
    let PanelReply::Problem { field, code, .. } = ask(r#"{"version":1,"theme":1}"#.into()) else { panic!("a problem") };
    assert_eq!((field.as_str(), code.as_str()), ("theme", "unknown-field"));
}
