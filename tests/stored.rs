//! Whatever storage holds under any key, the core starts, reads go on, and nothing is lost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside #[test]"
)]

#[path = "world/mod.rs"]
mod world;

use breakwater::guard::{Event, Stored};
use breakwater::protocol::{PageToCore, PanelReply, PanelToCore};
use breakwater::settings::{MAX_TEXT_BYTES, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};
use world::World;
use world::script::{PAGE, Setup, three};

const KEYS: [Stored; 3] = [Stored::Observed, Stored::Health, Stored::Table];

/// Values that another program, or a broken disk, may have left under a key.
const BAD: &[&str] = &[
    "",
    "5",
    "-1",
    "1e999",
    "null",
    "true",
    "\"\"",
    "\"x\"",
    "{}",
    "[]",
    "[\"x\"]",
    "{\"lanes\":5}",
    "{\"lanes\":[[]]}",
    "{\"version\":1,\"chains\":{}}",
    "{\"version\":9}",
    "{\"0123456789abcdef\":7}",
    "not json",
    "AAAA",
    "====",
    "\u{0}",
    "{\"a\":",
];

/// A world whose core has worked for a while, so that every key has a value.
fn lived() -> World {
    let mut world = Setup::new(three()).warm();
    world.alive = true;
    for id in 1..4 {
        world.balance(id);
        world.advance(300);
    }
    let address =
        |ip: &str| Event::Address { url: format!("http://{ip}:8545/v2/{}", world::script::KEY).into(), ip: ip.into() };
    let ips: Vec<String> = three().into_iter().map(|lane| lane.ip).collect();
    ips.iter().for_each(|ip| world.event(address(ip)));
    world.advance(5_000);
    assert!(kept(&world, Stored::Health).is_some() && kept(&world, Stored::Observed).is_some());
    world
}

fn kept(world: &World, what: Stored) -> Option<String> {
    world.stored.get(&(what as u8)).map(|text| text.expose().to_owned()).filter(|text| !text.is_empty())
}

fn put(world: &mut World, what: Stored, text: &str) {
    world.stored.insert(what as u8, text.into());
}

/// A new life of the core with the stored values, and a read in it.
fn read_in_a_new_life(world: &mut World, settings: &str) -> Option<String> {
    world.seen.clear();
    world.restart(settings);
    world.open(PAGE);
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.balance(77);
    world.advance(12_000);
    world.result(77)
}

fn trouble(world: &mut World) -> Option<String> {
    let PanelReply::Snapshot(snapshot) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    snapshot.settings_problem
}

fn edit(world: &mut World, edit: Value) -> PanelReply {
    world.panel(PanelToCore::Edit { edit: serde_json::from_value(edit).unwrap(), lang: "en".into() })
}

#[test]
fn any_stored_value_is_kept_and_reads_go_on() {
    let good = Setup::new(three()).text();
    for what in KEYS {
        for bad in BAD.iter().map(|bad| (*bad).to_owned()).chain(["x".repeat(3_000_000), "[".repeat(200_000)]) {
            let mut world = lived();
            put(&mut world, what, &bad);
            assert!(read_in_a_new_life(&mut world, &good).is_some(), "{what:?}: {bad:.40}");
            assert_eq!(trouble(&mut world), None);
        }
    }
}

#[test]
fn a_broken_original_is_kept_up_to_a_limit() {
    let good = Setup::new(three()).text();
    let beside = [Stored::ObservedBroken, Stored::HealthBroken, Stored::TableBroken];
    for (what, beside) in KEYS.into_iter().zip(beside) {
        let mut world = lived();
        put(&mut world, what, "[\"x\"]");
        read_in_a_new_life(&mut world, &good);
        assert_eq!(kept(&world, beside).as_deref(), Some("[\"x\"]"), "{what:?}");
        put(&mut world, what, &"é".repeat(1_000_000));
        read_in_a_new_life(&mut world, &good);
        assert_eq!(kept(&world, beside).map(|text| text.len()), Some(256 * 1024), "{what:?}");
    }
    let mut world = lived();
    put(&mut world, Stored::Health, "{\"version\":1,\"chains\":[null]}");
    read_in_a_new_life(&mut world, &good);
    assert!(kept(&world, Stored::HealthBroken).is_some(), "fields of another kind are not lost");
    let mut world = lived();
    put(&mut world, Stored::Table, "broken");
    read_in_a_new_life(&mut world, &good);
    assert_eq!(kept(&world, Stored::Table), None, "the shipped table serves");
    let mut world = lived();
    read_in_a_new_life(&mut world, &good);
    assert!(beside.iter().all(|beside| kept(&world, *beside).is_none()), "what can be read is not kept twice");
}

#[test]
fn one_bad_field_affects_no_other() {
    let mut world = lived();
    let mut health: Value = serde_json::from_str(&kept(&world, Stored::Health).unwrap()).unwrap();
    let mut observed: Value = serde_json::from_str(&kept(&world, Stored::Observed).unwrap()).unwrap();
    for field in ["drill", "incidents", "warned", "floors", "bests"] {
        health[field] = json!(["wrong"]);
    }
    health["lanes"].as_array_mut().unwrap().push(json!("wrong"));
    observed["wrong"] = json!(5);
    put(&mut world, Stored::Health, &health.to_string());
    put(&mut world, Stored::Observed, &observed.to_string());
    world.restart(&Setup::new(three()).text());
    let PanelReply::Snapshot(snapshot) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    assert!(snapshot.chains[0].endpoints.iter().all(|e| e.p50_ms.is_some()), "latencies are known still");
    assert!(kept(&world, Stored::HealthBroken).is_some() && kept(&world, Stored::ObservedBroken).is_some());
}

#[test]
fn numbers_out_of_range_and_future_times_are_dropped() {
    let world = lived();
    let health: Value = serde_json::from_str(&kept(&world, Stored::Health).unwrap()).unwrap();
    let late = json!(world.now + 3_600_000);
    type Change = fn(&mut Value, &Value);
    let changes: [(&str, Change); 8] = [
        ("last_answer", |h, late| h["last_answer"] = late.clone()),
        ("open", |h, late| h["open"] = json!(["Faults", late])),
        ("cool_until", |h, late| h["cool_until"] = late.clone()),
        ("faults", |h, late| h["faults"] = json!([late])),
        ("unable", |h, late| h["unable"] = json!([["eth_getBalance", late]])),
        ("silences", |h, _| h["silences"] = json!(4_000_000_000u32)),
        ("done", |h, _| h["latency"][0]["buckets"] = json!([{"index": 3, "done": 1e38, "censored": 0.0}])),
        ("check", |h, _| h["check"] = json!({"Wrong": 1})),
    ];
    for (name, change) in changes {
        let mut world = lived();
        let mut bad = health.clone();
        for lane in bad["lanes"].as_array_mut().unwrap() {
            change(&mut lane[1], &late);
            lane[2] = json!({"number": u64::MAX, "at": u64::MAX});
        }
        put(&mut world, Stored::Health, &bad.to_string());
        assert!(read_in_a_new_life(&mut world, &Setup::new(three()).text()).is_some(), "{name}");
        let PanelReply::Snapshot(snapshot) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() })
        else {
            panic!("a snapshot")
        };
        for endpoint in &snapshot.chains[0].endpoints {
            assert_ne!(endpoint.health, "down", "{name}");
            assert_ne!(endpoint.health, "resting", "{name}");
            assert_ne!(endpoint.health, "wrong-chain", "{name}");
            assert!(endpoint.head.is_none_or(|head| head < 1_000_000), "{name}");
        }
    }
}

#[test]
fn evidence_from_the_future_does_not_win() {
    let mut world = lived();
    let mut observed: Value = serde_json::from_str(&kept(&world, Stored::Observed).unwrap()).unwrap();
    for list in observed.as_object_mut().unwrap().values_mut() {
        let lie = json!({"at_ms": u64::MAX, "kind": "observed", "ip": "192.0.2.1", "since_ms": u64::MAX});
        list.as_array_mut().unwrap().push(lie);
        let lie = json!({"at_ms": 1, "kind": "headers", "claims": [{"operator": "flash\u{202e}bots", "by": "via"}]});
        list.as_array_mut().unwrap().push(lie);
    }
    put(&mut world, Stored::Observed, &observed.to_string());
    world.restart(&Setup::new(three()).text());
    let PanelReply::Snapshot(snapshot) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    let said = serde_json::to_string(&snapshot).unwrap();
    assert!(!said.contains("192.0.2.1") && !said.contains("bots"), "{said}");
}

#[test]
fn the_last_good_settings_replace_broken_ones() {
    for bad in BAD.iter().filter(|bad| **bad != "null") {
        let mut world = lived();
        assert!(read_in_a_new_life(&mut world, bad).is_some(), "{bad}");
        let said = trouble(&mut world).expect("the person is told");
        assert!(said.contains("last good ones are in use"), "{said}");
        assert_eq!(kept(&world, Stored::Broken).unwrap_or_default(), *bad, "the original is kept");
        // A change is applied to the good settings, and the problem is gone.
        assert_eq!(edit(&mut world, json!({"op": "deadline", "ms": 7000})), PanelReply::Done);
        assert_eq!(trouble(&mut world), None);
        let stored = Settings::parse(&kept(&world, Stored::Settings).unwrap()).unwrap();
        assert_eq!((stored.deadline_ms, stored.chains[0].endpoints.len()), (7_000, 3));
        assert_eq!(Settings::parse(&kept(&world, Stored::Good).unwrap()), Ok(stored));
    }
}

#[test]
fn vanished_settings_are_reported_and_the_good_ones_used() {
    let mut world = lived();
    let good = kept(&world, Stored::Good).unwrap();
    let mut bare = World::new(3);
    bare.event(Event::GoodSettings(good));
    bare.event(Event::Settings(None));
    assert!(trouble(&mut bare).unwrap().contains("no longer there"));
    // In a running core too.
    world.event(Event::Settings(None));
    assert!(trouble(&mut world).unwrap().contains("last good ones are in use"));
    assert_eq!(world.dots().len(), 3);
    // The very first start has nothing to report.
    let mut first = World::new(4);
    first.event(Event::Settings(None));
    assert_eq!(trouble(&mut first), None);
}

#[test]
fn without_good_settings_the_person_hears_none_are_used() {
    let mut world = World::new(3);
    world.event(Event::Settings(Some("[]".into())));
    let said = trouble(&mut world).unwrap();
    assert!(said.contains("No endpoint is in use"), "{said}");
    world.event(Event::Settings(Some("{}".into())));
    assert!(trouble(&mut world).unwrap().contains("No endpoint is in use"), "still");
    world.event(Event::Settings(Some(Setup::new(three()).text())));
    assert_eq!(trouble(&mut world), None);
}

#[test]
fn settings_an_older_version_accepted_are_repaired() {
    let mut world = lived();
    let mut old: Value = serde_json::from_str(&Setup::new(three()).text()).unwrap();
    let chain = &mut old["chains"][0];
    chain["name"] = json!("Ether\u{200b}eum");
    chain["endpoints"][0]["name"] = json!("\u{202e}");
    let list = chain["endpoints"].as_array_mut().unwrap();
    list.push(json!({"url": "http://*/", "name": "everything"}));
    list.push(json!({"url": "http://rpc.example.org./"}));
    list.push(json!({"url": "http://rpc.example.org/"}));
    old["resolver"] = json!("https://a;b/dns-query");
    old["sites_off"] = json!(["a..b", "App.example.org", "app.example.org."]);
    old["labels"].as_array_mut().unwrap().push(json!({"match": "evil.test", "operator": "\u{3164}"}));
    let text = old.to_string();
    assert!(Settings::parse(&text).is_err(), "a file is refused");
    assert!(read_in_a_new_life(&mut world, &text).is_some());
    assert!(trouble(&mut world).unwrap().contains("were taken out"));
    assert_eq!(kept(&world, Stored::Broken), Some(text.clone()), "nothing is lost");
    let stored = Settings::parse_stored(&text).unwrap();
    assert!(stored.mended);
    let chain = &stored.settings.chains[0];
    assert_eq!((chain.name.as_str(), chain.endpoints.len()), ("Ethereum", 4));
    assert_eq!(chain.endpoints[0].name, chain.endpoints[0].url.host());
    assert_eq!(stored.settings.resolver, None);
    assert_eq!(stored.settings.sites_off, ["app.example.org"]);
    assert_eq!(stored.settings.labels.len(), 3);
}

#[test]
fn stored_settings_over_the_limit_are_read_and_can_shrink() {
    // As an earlier version stored it: below the limit without spaces, above it with them.
    let endpoints: Vec<Value> = (0..100).map(|i| json!({"url": format!("http://a{i}/")})).collect();
    let chains: Vec<Value> = (1..=200).map(|id| json!({"id": id, "endpoints": endpoints})).collect();
    let text = json!({"version": 1, "chains": chains}).to_string();
    assert!(text.len() < MAX_TEXT_BYTES && Settings::parse(&text).is_err());
    let mut world = World::new(3);
    world.event(Event::Settings(Some(text)));
    assert_eq!(trouble(&mut world), None);
    assert_eq!(edit(&mut world, json!({"op": "remove-chain", "chain": 200})), PanelReply::Done);
    let PanelReply::Problem { code, .. } = edit(&mut world, json!({"op": "add-chain", "id": 999, "name": "One more"}))
    else {
        panic!("it does not grow")
    };
    assert_eq!(code, "too-large");
}

/// Random JSON: wrong types, absurd numbers, the names of our own fields.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9a-f]{16}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        "[a-z_]{1,8}",
        "[0-9a-f]{16}",
        proptest::sample::select(vec![
            "version",
            "chains",
            "endpoints",
            "url",
            "lanes",
            "latency",
            "buckets",
            "index",
            "done",
            "faults",
            "open",
            "check",
            "incidents",
            "drill",
            "warned",
            "floors",
            "bests",
            "at_ms",
            "kind",
            "ip",
            "claims",
            "labels",
            "sites_off",
            "id",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Puts a value somewhere into another.
fn replace(into: &mut Value, path: &[usize], with: Value) {
    let Some((step, rest)) = path.split_first() else { return *into = with };
    match into {
        Value::Array(items) if !items.is_empty() => {
            let at = step % items.len();
            replace(&mut items[at], rest, with);
        }
        Value::Object(map) if !map.is_empty() => {
            let at = step % map.len();
            replace(map.values_mut().nth(at).unwrap(), rest, with);
        }
        place => *place = with,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Random JSON in every key at once.
    #[test]
    fn reads_go_on_with_random_json_everywhere(values in proptest::collection::vec(any_json(), 4)) {
        let mut world = lived();
        for (what, value) in KEYS.into_iter().zip(&values) {
            put(&mut world, what, &value.to_string());
        }
        let settings = values[3].to_string();
        prop_assert!(read_in_a_new_life(&mut world, &settings).is_some());
        // And once more, with the values that life has stored.
        prop_assert!(read_in_a_new_life(&mut world, &settings).is_some());
    }

    /// Our own stored values with one part replaced.
    #[test]
    fn reads_go_on_with_parts_of_storage_replaced(
        value in any_json(), path in proptest::collection::vec(0usize..50, 1..7), which in 0usize..3
    ) {
        let mut world = lived();
        let mut settings = Setup::new(three()).text();
        let what = [Stored::Observed, Stored::Health, Stored::Settings][which];
        let text = if what == Stored::Settings { settings.clone() } else { kept(&world, what).unwrap() };
        let mut changed: Value = serde_json::from_str(&text).unwrap();
        replace(&mut changed, &path, value);
        if what == Stored::Settings {
            settings = changed.to_string();
        } else {
            put(&mut world, what, &changed.to_string());
        }
        world.seen.clear();
        world.restart(&settings);
        world.open(PAGE);
        world.page(PAGE, PageToCore::Use { chain: 1 });
        world.balance(77);
        world.advance(130_000);
        prop_assert!(!world.is_open(77), "it settles");
        if what != Stored::Settings {
            world.balance(78);
            world.advance(12_000);
            prop_assert!(world.result(78).is_some(), "and a pause that was stored is over");
        }
    }
}
